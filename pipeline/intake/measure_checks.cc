#include "intake/measure_checks.h"

#include <algorithm>

#include "intake/limits.h"
#include "intake/nacor_values.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kCmsPrefix = "PQRS";

// The form writes CMS's measure 424 as PQRS424; registry measures have one name everywhere.
std::string_view cms_id(std::string_view source_id) {
  if (source_id.substr(0, kCmsPrefix.size()) != kCmsPrefix) return source_id;
  return source_id.substr(kCmsPrefix.size());
}

}  // namespace

std::optional<Complaint> MeasureChecks::tell_once(FindingCode code, const std::string& measure) {
  if (told_.size() >= kMaxMeasuresTold || !told_.insert(measure).second) return std::nullopt;
  return Complaint{code, {measure}};
}

std::optional<std::string> MeasureChecks::new_name(const std::string& measure,
                                                   std::optional<Complaint>* complaint) {
  const rulebook::MeasureAlias* alias =
      rules_ == nullptr ? nullptr : rules_->find_measure_alias(cms_id(measure));
  if (alias == nullptr) return std::nullopt;
  const bool of_cms = std::all_of(alias->to.begin(), alias->to.end(), is_digit);
  std::string name = of_cms ? std::string(kCmsPrefix) + alias->to : alias->to;
  *complaint = tell_once(FindingCode::MEASURE_RENAMED, measure);
  if (*complaint) (*complaint)->parameters.push_back(name);
  return name;
}

std::optional<Complaint> MeasureChecks::check(const std::string& measure, std::string_view code,
                                              std::string_view modifier) {
  if (rules_ == nullptr) return std::nullopt;
  if (is_internal_measure(measure)) return tell_once(FindingCode::MEASURE_INTERNAL, measure);
  bool computed = false;
  const std::uint64_t packed = rulebook::pack_quality_code(code, modifier);
  for (const rulebook::MeasureSpecification& specification : rules_->specifications()) {
    if (specification.source_id != measure) continue;  // of several rates each has its own
    computed = true;
    const bool known = std::any_of(
        specification.codes.begin(), specification.codes.end(),
        [&](const rulebook::SpecificationCode& entry) { return entry.packed == packed; });
    if (known) return std::nullopt;
  }
  if (computed) {
    std::string shown(code);
    if (!modifier.empty()) shown.append("-").append(modifier);
    return Complaint{FindingCode::CODE_UNKNOWN_FOR_MEASURE, {measure, shown}};
  }
  const rulebook::Measure* of_the_year = rules_->find_measure(cms_id(measure));
  if (of_the_year == nullptr) return tell_once(FindingCode::MEASURE_UNKNOWN, measure);
  const bool ours = of_the_year->may_be_sent_by(rules_->registry());
  return tell_once(ours ? FindingCode::MEASURE_NOT_COMPUTED : FindingCode::MEASURE_NOT_OURS,
                   measure);
}

}  // namespace qcdr::intake

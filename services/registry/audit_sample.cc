#include "registry/audit_sample.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/crypto.h"
#include "rulebook/parameter_names.h"

namespace qcdr::registry {
namespace {

constexpr std::int64_t kWhole = 100;  // percent
constexpr std::string_view kPurpose = "qcdr audit draw 1";

std::int64_t integer(const rulebook::YearRules& rules, std::string_view name) {
  return rules.parameter(name).value.raw() / Decimal::kOne;
}

}  // namespace

std::size_t SampleSize::of(std::size_t population) const {
  const auto all = static_cast<std::int64_t>(population);
  const std::int64_t share = (all * percent + kWhole - 1) / kWhole;
  return static_cast<std::size_t>(std::min(all, std::clamp(share, minimum, maximum)));
}

std::optional<AuditRule> audit_rule(const rulebook::YearRules& rules) {
  namespace names = rulebook::names;
  const rulebook::Parameter* percent = rules.find_parameter(names::kAuditSubmittersPercent);
  if (percent == nullptr) return std::nullopt;
  AuditRule rule;
  rule.submitters = {integer(rules, names::kAuditSubmittersPercent),
                     integer(rules, names::kAuditSubmittersMinimum),
                     integer(rules, names::kAuditSubmittersMaximum)};
  rule.patients = {integer(rules, names::kAuditPatientsPercent),
                   integer(rules, names::kAuditPatientsMinimum),
                   integer(rules, names::kAuditPatientsMaximum)};
  rule.excluded_years = static_cast<int>(integer(rules, names::kAuditExcludedYears));
  rule.samples_entities = integer(rules, names::kAuditSamplesEntities) != 0;
  rule.citation = percent->citation;
  return rule;
}

std::vector<std::size_t> draw_order(std::uint64_t seed, std::string_view what,
                                    const std::vector<std::string>& subjects) {
  ByteWriter writer;
  writer.raw(kPurpose);
  writer.u8(0);
  writer.raw(what);
  writer.u8(0);
  writer.u64(seed);
  const Key256 key = sha256(writer.take());
  std::vector<std::pair<Hash256, std::size_t>> places;
  places.reserve(subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    places.emplace_back(hmac_sha256(key, subjects[i]), i);
  }
  std::sort(places.begin(), places.end());
  std::vector<std::size_t> order;
  order.reserve(places.size());
  for (const auto& place : places) order.push_back(place.second);
  return order;
}

DrawnSample draw_sample(std::uint64_t seed, std::string_view what, int year, int excluded_years,
                        std::size_t size, const std::vector<Candidate>& candidates) {
  std::vector<std::string> subjects;
  subjects.reserve(candidates.size());
  for (const Candidate& each : candidates) subjects.push_back(each.subject);
  std::vector<std::size_t> order = draw_order(seed, what, subjects);
  const auto is_excluded = [&](std::size_t place) {
    const int last = candidates[place].last_drawn;
    return last != 0 && last >= year - excluded_years;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool late_a = is_excluded(a);
    const bool late_b = is_excluded(b);
    if (late_a != late_b) return late_b;
    return late_a && candidates[a].last_drawn < candidates[b].last_drawn;
  });
  DrawnSample sample;
  const auto excluded =
      static_cast<std::size_t>(std::count_if(order.begin(), order.end(), is_excluded));
  order.resize(std::min(size, order.size()));
  sample.taken_back =
      static_cast<std::size_t>(std::count_if(order.begin(), order.end(), is_excluded));
  sample.excluded = excluded - sample.taken_back;
  sample.chosen = std::move(order);
  return sample;
}

}  // namespace qcdr::registry

#include "ledger/ledger_rules.h"

#include "core/bytes.h"
#include "rulebook/record_year.h"

namespace qcdr::ledger {
namespace {

SlotRules slot_of(const rulebook::MeasureSpecification& specification,
                  const rulebook::Measure* measure) {
  constexpr std::string_view kOverall = "overall";
  SlotRules slot;
  if (specification.stratum.empty() || measure == nullptr) return slot;
  slot.has_stratum = true;
  slot.overall = specification.overall;
  for (std::size_t place = 0; place < measure->strata.size(); ++place) {
    const std::string& name = measure->strata[place];
    if (name == specification.stratum) slot.stratum = static_cast<std::uint8_t>(place);
    if (name == kOverall) slot.overall_stratum = static_cast<std::uint8_t>(place);
  }
  return slot;
}

LocalDate first_day_of(PerformanceYear year) {
  return LocalDate::from_civil(year.value(), 1, 1).value();
}

}  // namespace

YearLedgerRules::YearLedgerRules(const rulebook::YearRules& year_rules)
    : year(&year_rules),
      specifications(year_rules),
      scoring(scoring::resolve(year_rules)),
      first_day(first_day_of(year_rules.year())) {
  for (const rulebook::MeasureSpecification& specification : year_rules.specifications()) {
    measures.push_back(year_rules.find_measure(specification.measure_id));
    slots.push_back(slot_of(specification, measures.back()));
  }
  days = first_day_of(PerformanceYear(year_rules.year().value() + 1)).days() - first_day.days();
  for (std::int32_t day = 0; day < days; ++day) {
    month_of_day.push_back(
        static_cast<std::uint8_t>(LocalDate::from_days(first_day.days() + day).month()));
  }
}

std::string YearLedgerRules::slot_names() const {
  ByteWriter writer;
  for (const rulebook::MeasureSpecification& specification : year->specifications()) {
    writer.text(specification.slot_name());
  }
  return writer.take();
}

LedgerRules::LedgerRules(const rulebook::Rulebook& rulebook)
    : digest_(rulebook.digest()), zone_(rulebook.registry().zone) {
  for (PerformanceYear year : rulebook.years()) {
    const rulebook::YearRules* rules = rulebook.find_year(year);
    if (!rulebook::takes_records(*rules)) continue;
    years_.emplace(year, std::make_unique<YearLedgerRules>(*rules));
  }
}

const YearLedgerRules* LedgerRules::find(PerformanceYear year) const {
  const auto found = years_.find(year);
  return found == years_.end() ? nullptr : found->second.get();
}

std::vector<PerformanceYear> LedgerRules::years() const {
  std::vector<PerformanceYear> years;
  for (const auto& entry : years_) years.push_back(entry.first);
  return years;
}

}  // namespace qcdr::ledger

#include "ledger/ledger_rules.h"

#include "core/bytes.h"
#include "rulebook/record_year.h"

namespace qcdr::ledger {
namespace {

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
    writer.text(specification.measure_id);
  }
  return writer.take();
}

LedgerRules::LedgerRules(const rulebook::Rulebook& rulebook) : digest_(rulebook.digest()) {
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

#include "ledger/case_measures.h"

#include "scoring/quality.h"

namespace qcdr::ledger {
namespace {

using rulebook::OverallRate;

void set(const MeasureTally& tally, scoring::StratumInput* out) {
  out->eligible_population = tally.eligible;
  out->performance_met = tally.met;
  out->performance_not_met = tally.not_met;
  out->exception = tally.exception;
}

// The parts of one measure, while they are put together.
struct Parts {
  MeasureTally sum;
  MeasureTally largest;
  Decimal rates;
  std::int64_t rate_count = 0;
  bool each_has_a_case = true;

  void add(const MeasureTally& tally) {
    sum.eligible += tally.eligible;
    sum.met += tally.met;
    sum.not_met += tally.not_met;
    sum.exception += tally.exception;
    if (tally.eligible > largest.eligible) largest = tally;
    each_has_a_case = each_has_a_case && tally.eligible > 0;
    const std::int64_t compared = std::int64_t{tally.met} + tally.not_met;
    if (compared == 0) return;
    rates = rates + scoring::rate_percent(tally.met, compared, Decimal::kFractionDigits);
    ++rate_count;
  }
};

void add_overall(const YearLedgerRules& rules, OverallRate way, const Parts& parts,
                 std::uint8_t place, scoring::MeasureInput* measure, scoring::ScoreInput* input) {
  scoring::StratumInput overall;
  overall.measure = measure->measure;
  overall.stratum = place;
  if (way == OverallRate::kPooled) {
    set(parts.sum, &overall);
  } else {
    if (!parts.each_has_a_case) return;
    set(parts.largest, &overall);
    if (parts.rate_count > 0) {
      measure->supplied_rate = (parts.rates / Decimal::from_integer(parts.rate_count))
                                   .rounded(rules.scoring.rate_decimals);
    }
  }
  input->strata.push_back(overall);
}

// The slots of one measure with several rates, from `first` on; returns the slot behind them.
std::size_t add_rates(const YearLedgerRules& rules, const EntityCounts& counts, std::size_t first,
                      scoring::ScoreInput* input) {
  const rulebook::Measure* measure = rules.measures[first];
  scoring::MeasureInput whole;
  whole.measure = measure;
  Parts parts;
  std::size_t slot = first;
  for (; slot < rules.measures.size() && rules.measures[slot] == measure; ++slot) {
    const MeasureTally tally = counts.counted_tally(slot);
    parts.add(tally);
    if (tally.eligible == 0) continue;
    scoring::StratumInput stratum;
    stratum.measure = measure;
    stratum.stratum = rules.slots[slot].stratum;
    set(tally, &stratum);
    input->strata.push_back(stratum);
  }
  if (parts.sum.eligible == 0) return slot;
  const SlotRules& rate = rules.slots[first];
  if (rate.overall != OverallRate::kNone) {
    add_overall(rules, rate.overall, parts, rate.overall_stratum, &whole, input);
  }
  input->measures.push_back(whole);
  return slot;
}

}  // namespace

void add_case_measures(const YearLedgerRules& rules, const EntityCounts& counts,
                       scoring::ScoreInput* input) {
  for (std::size_t slot = 0; slot < rules.measures.size();) {
    if (rules.slots[slot].has_stratum) {
      slot = add_rates(rules, counts, slot, input);
      continue;
    }
    const MeasureTally tally = counts.counted_tally(slot);
    if (tally.eligible != 0 && rules.measures[slot] != nullptr) {
      scoring::MeasureInput measure;
      measure.measure = rules.measures[slot];
      measure.eligible_population = tally.eligible;
      measure.performance_met = tally.met;
      measure.performance_not_met = tally.not_met;
      measure.exception = tally.exception;
      input->measures.push_back(measure);
    }
    ++slot;
  }
}

}  // namespace qcdr::ledger

#include "scoring/strata.h"

#include <algorithm>

#include "scoring/quality.h"

namespace qcdr::scoring {
namespace {

constexpr std::string_view kOverallStratumOnly = "overallStratumOnly";
constexpr std::string_view kSimpleAverage = "simpleAverage";
constexpr std::string_view kOverall = "overall";
// Completeness and cases by one stratum, the rate by another; what else is told counts nowhere.
constexpr std::string_view kSplit = "split";
constexpr std::string_view kSplitReporting = "reporting";
constexpr std::string_view kSplitPerformance = "performance";

void add(const StratumInput& stratum, MeasureInput* sum) {
  sum->eligible_population += stratum.eligible_population;
  sum->performance_met += stratum.performance_met;
  sum->performance_not_met += stratum.performance_not_met;
  sum->exception += stratum.exception;
  sum->exclusion += stratum.exclusion;
}

// CMS counts cases without exclusions for measures whose rate the registry supplies.
std::int64_t cases_of(const rulebook::Measure& measure, std::int64_t eligible,
                      std::int64_t exclusion) {
  return measure.registry_measure ? eligible - exclusion : eligible;
}

CombinedCounts combine_split(const ResolvedRules& rules, const MeasureInput& measure,
                             const StrataInput& strata) {
  CombinedCounts combined{measure, 0};
  MeasureInput& out = combined.counts;
  for (const StratumInput& stratum : strata) {
    if (stratum.measure != measure.measure) continue;
    const std::string& name = measure.measure->strata[stratum.stratum];
    if (name == kSplitReporting) add(stratum, &out);
    if (name != kSplitPerformance || measure.supplied_rate) continue;
    const std::int64_t compared = stratum.performance_met + stratum.performance_not_met;
    if (compared == 0) continue;
    out.supplied_rate = rate_percent(stratum.performance_met, compared, rules.rate_decimals);
  }
  combined.case_count = cases_of(*measure.measure, out.eligible_population, out.exclusion);
  if (!out.supplied_rate) {  // complete or not, but without a rate
    out.exception += out.performance_met + out.performance_not_met;
    out.performance_met = out.performance_not_met = 0;
  }
  return combined;
}

}  // namespace

CombinedCounts combine_strata(const ResolvedRules& rules, const MeasureInput& measure,
                              const StrataInput& strata) {
  if (measure.measure->overall_algorithm == kSplit) return combine_split(rules, measure, strata);
  CombinedCounts combined{measure, 0};
  MeasureInput& sum = combined.counts;
  const rulebook::Measure& definition = *measure.measure;
  const bool overall_only = definition.overall_algorithm == kOverallStratumOnly;
  bool any = false;
  std::int64_t largest = 0;
  std::int64_t rates = 0;
  Decimal sum_of_rates;
  for (const StratumInput& stratum : strata) {
    if (stratum.measure != measure.measure) continue;
    QCDR_ASSERT(stratum.stratum < definition.strata.size());
    any = true;
    if (overall_only && definition.strata[stratum.stratum] != kOverall) continue;
    add(stratum, &sum);
    largest =
        std::max(largest, cases_of(definition, stratum.eligible_population, stratum.exclusion));
    const std::int64_t compared = stratum.performance_met + stratum.performance_not_met;
    if (compared == 0) continue;
    ++rates;
    sum_of_rates =
        sum_of_rates + rate_percent(stratum.performance_met, compared, Decimal::kFractionDigits);
  }
  combined.case_count = cases_of(definition, sum.eligible_population, sum.exclusion);
  if (!any || definition.overall_algorithm != kSimpleAverage) return combined;
  combined.case_count = largest;
  if (!sum.supplied_rate && rates > 0) {
    sum.supplied_rate = (sum_of_rates / Decimal::from_integer(rates)).rounded(rules.rate_decimals);
  }
  return combined;
}

}  // namespace qcdr::scoring

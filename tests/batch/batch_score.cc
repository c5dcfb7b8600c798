#include "batch_score.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "batch_claims.h"
#include "qcdr/v1/records.pb.h"
#include "rulebook/parameter_names.h"

namespace qcdr::batch {
namespace {

__extension__ using Wide = __int128;
namespace names = rulebook::names;
using rulebook::YearRules;

constexpr std::int64_t kUnitsPerPoint = 10'000;
constexpr const char* kRegistry = "registry";

std::int64_t integer(const YearRules& rules, std::string_view name) {
  return rules.parameter(name).value.raw() / Decimal::kOne;
}

std::int64_t units(const YearRules& rules, std::string_view name) {
  return rules.parameter(name).value.raw() / (Decimal::kOne / kUnitsPerPoint);
}

std::int64_t power_of_ten(std::int64_t exponent) {
  std::int64_t value = 1;
  for (; exponent > 0; --exponent) value *= 10;
  return value;
}

// numerator / denominator, half up; neither is negative.
std::int64_t divide_half_up(Wide numerator, Wide denominator) {
  return static_cast<std::int64_t>((2 * numerator + denominator) / (2 * denominator));
}

// A share in percent, in the decimal's raw units, rounded as the year's rules say.
std::int64_t percent(const YearRules& rules, std::int64_t part, std::int64_t whole) {
  const std::int64_t scale = power_of_ten(integer(rules, names::kRateDecimals));
  return divide_half_up(Wide{part} * 100 * scale, whole) * (Decimal::kOne / scale);
}

// What a year has no value of does not apply in it.
std::int64_t units_or_none(const YearRules& rules, std::string_view name) {
  return rules.find_parameter(name) == nullptr ? 0 : units(rules, name);
}

bool says(const YearRules& rules, std::string_view name) {
  return rules.find_parameter(name) != nullptr && integer(rules, name) == 1;
}

// Of a measure in its first two years; 0 where the year gives it nothing of its own.
std::int64_t points_of_new(const YearRules& rules, const rulebook::Measure& measure) {
  const std::int32_t age = rules.year().value() - measure.first_performance_year;
  if (age == 0) return units_or_none(rules, names::kNewMeasureFirstYear);
  if (age == 1) return units_or_none(rules, names::kNewMeasureSecondYear);
  return 0;
}

std::int64_t floor_points(const YearRules& rules, const rulebook::Measure& measure) {
  return std::max(units(rules, names::kFloorPoints), points_of_new(rules, measure));
}

// A new measure gets its own points where others would get those of a missing benchmark.
std::int64_t unplaced_points(const YearRules& rules, const rulebook::Measure& measure,
                             std::string_view otherwise) {
  const std::int64_t own = points_of_new(rules, measure);
  return own > 0 ? own : units(rules, otherwise);
}

// Decile and fraction of it; 0 below all deciles. Turned round for an inverse measure.
std::int64_t interpolate(const rulebook::Benchmark& benchmark, bool inverse, std::int64_t rate) {
  const std::int64_t worst = inverse ? 100 * Decimal::kOne : 0;
  if (rate == worst) return 0;
  const auto reach = [&](int decile) {  // how far the rate lies beyond a cut point
    const std::int64_t bound = benchmark.bounds[static_cast<std::size_t>(decile)].raw();
    return inverse ? bound - rate : rate - bound;
  };
  constexpr int kLastDecile = 10;
  int decile = kLastDecile;
  while (decile >= benchmark.first_decile && reach(decile) < 0) --decile;
  if (decile < benchmark.first_decile) return 0;
  if (decile == kLastDecile) return kLastDecile * kUnitsPerPoint;
  const std::int64_t width = reach(decile) - reach(decile + 1);
  return decile * kUnitsPerPoint + divide_half_up(Wide{reach(decile)} * kUnitsPerPoint, width);
}

bool contains(const std::vector<std::string>& list, const std::string& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// Quality points out of `available`, both in ten-thousandths.
struct Quality {
  bool submitted = false;
  std::int64_t points = 0;
  std::int64_t available = 0;
};

// A measure from its parts; nothing when one of those that are averaged has no case.
std::optional<Reported> whole_of(const YearRules& rules, const std::vector<Reported>& parts,
                                 rulebook::OverallRate way) {
  Reported whole = parts.front();
  bool complete = true;
  for (const Reported& part : parts) {
    complete = complete && part.eligible > 0;
    if (way == rulebook::OverallRate::kAverage) {
      if (part.eligible > whole.eligible) whole = part;
    } else if (&part != &parts.front()) {
      whole.eligible += part.eligible;
      whole.met += part.met;
      whole.not_met += part.not_met;
      whole.exception += part.exception;
      whole.cases += part.cases;
    }
  }
  if (way == rulebook::OverallRate::kAverage) {
    if (!complete) return std::nullopt;
    whole.mean_rate = mean_of(rules, parts);
  }
  return whole;
}

// Everything reported; what the practice counted itself only where no case was counted.
std::vector<Reported> all_reported(const YearRules& rules, const Sums& sums,
                                   const std::vector<Reported>& results, bool app) {
  std::vector<Reported> all;
  std::map<std::string, std::vector<Reported>> rates;  // of measures with several, in their order
  std::map<std::string, rulebook::OverallRate> overall;
  std::set<std::string> with_cases;
  for (std::size_t slot = 0; slot < rules.specifications().size(); ++slot) {
    const rulebook::MeasureSpecification& specification = rules.specifications()[slot];
    const auto* measure = rules.find_measure(specification.measure_id);
    const Tally tally = sums.counted(slot);
    const Reported own{measure,       kRegistry,       tally.eligible, tally.met,
                       tally.not_met, tally.exception, tally.eligible, std::nullopt};
    if (specification.stratum.empty()) {
      if (measure != nullptr && tally.eligible > 0) all.push_back(own);
      continue;
    }
    overall[measure->id] = specification.overall;
    if (tally.eligible > 0) with_cases.insert(measure->id);
    // Where cases decide the overall rate it is the only one that scores.
    const bool counts =
        specification.overall != rulebook::OverallRate::kNone || specification.stratum == "overall";
    if (counts) rates[measure->id].push_back(own);
  }
  for (const std::string& id : with_cases) {
    const std::vector<Reported>& parts = rates[id];
    // Not submitted; and what the practice counted itself does not stand for it.
    const Reported nothing{parts.front().measure, kRegistry, 0, 0, 0, 0, 0, std::nullopt};
    all.push_back(whole_of(rules, parts, overall[id]).value_or(nothing));
  }
  for (const Reported& result : results) {
    const bool there = std::any_of(all.begin(), all.end(), [&](const Reported& other) {
      return other.measure == result.measure &&
             (other.collection == result.collection || !result.measure->strata.empty());
    });
    if (!there) all.push_back(result);
  }
  std::erase_if(all, [app](const Reported& each) {
    return each.met + each.not_met + each.exception == 0 || (each.measure->pathways_only && !app);
  });
  return all;
}

// How many measures the smallest cluster has that holds all that are submitted.
std::optional<std::int64_t> common_cluster(const YearRules& rules,
                                           const std::vector<Reported>& submitted) {
  std::optional<std::int64_t> fewest;
  if (submitted.empty()) return fewest;
  for (const rulebook::MeasureCluster& cluster : rules.clusters()) {
    const bool only = std::all_of(submitted.begin(), submitted.end(), [&](const Reported& each) {
      return each.collection == cluster.collection_type && !each.measure->registry_measure &&
             contains(cluster.measures, each.measure->id);
    });
    const auto size = static_cast<std::int64_t>(cluster.measures.size());
    if (only && size < fewest.value_or(size + 1)) fewest = size;
  }
  return fewest;
}

struct Scored {
  std::int64_t points;
  const rulebook::Measure* measure;
};

// 414.1380(b)(1)(v)(A), to 2021: complete, enough cases, a rate, and not the worst.
bool earns_priority(const YearRules& rules, const Reported& counts) {
  const std::int64_t compared = counts.met + counts.not_met;
  if (!counts.measure->high_priority || contains(counts.measure->suppressed_for, counts.collection))
    return false;
  if (percent(rules, compared + counts.exception, counts.eligible) <
          rules.parameter(names::kDataCompleteness).value.raw() ||
      counts.cases < integer(rules, names::kCaseMinimum) || (compared == 0 && !counts.mean_rate)) {
    return false;
  }
  const std::int64_t rate =
      counts.mean_rate ? *counts.mean_rate : percent(rules, counts.met, compared);
  return counts.measure->inverse ? rate < 100 * Decimal::kOne : rate > 0;
}

int rank_of(const rulebook::Measure& measure) {
  if (measure.outcome) return 3;
  if (measure.type == rulebook::MeasureType::kPatientEngagement) return 2;
  return measure.high_priority ? 1 : 0;
}

// Each high-priority measure beyond the required one, which is the best by rank, then by points; of
// equal ones the one that costs least.
std::int64_t priority_bonus(const YearRules& rules, const std::vector<Reported>& submitted,
                            const std::vector<Scored>& scored, std::optional<std::int64_t> least,
                            std::int64_t available) {
  if (units_or_none(rules, names::kHighPriorityBonusOther) == 0) return 0;
  std::map<const rulebook::Measure*, std::int64_t> earned;
  for (const Reported& each : submitted) {
    if (!earns_priority(rules, each)) continue;
    earned[each.measure] =
        units(rules, rank_of(*each.measure) >= 2 ? names::kHighPriorityBonusOutcome
                                                 : names::kHighPriorityBonusOther);
  }
  std::int64_t points = 0;
  for (const auto& [measure, own] : earned) points += own;
  const rulebook::Measure* required = nullptr;
  std::tuple<int, std::int64_t, std::int64_t> best;
  for (const Scored& each : scored) {
    if (!least || each.points < *least || rank_of(*each.measure) == 0) continue;
    const auto own = earned.find(each.measure);
    const std::tuple rank(rank_of(*each.measure), each.points,
                          own == earned.end() ? 0 : -own->second);
    if (required != nullptr && rank <= best) continue;
    required = each.measure;
    best = rank;
  }
  if (required != nullptr && earned.contains(required)) points -= earned.at(required);
  return std::min(points,
                  available * integer(rules, names::kHighPriorityBonusMaximumPercent) / 100);
}

Quality quality_of(const YearRules& rules, const Sums& sums, const Circumstances& facts) {
  const std::vector<Reported> submitted = all_reported(rules, sums, facts.results, facts.app);
  std::vector<Scored> scored;
  std::set<const rulebook::Measure*> scored_measures;
  std::set<const rulebook::Measure*> suppressed;
  bool suppressed_fills_the_place = false;
  for (const Reported& each : submitted) {
    if (const auto points = measure_points(rules, each, facts.small_practice, facts.app)) {
      scored.push_back({*points, each.measure});
      scored_measures.insert(each.measure);
    } else {
      suppressed.insert(each.measure);
      suppressed_fills_the_place =
          suppressed_fills_the_place || each.measure->outcome || each.measure->high_priority;
    }
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const Scored& a, const Scored& b) { return a.points > b.points; });
  const std::vector<Scored> every = scored;
  // However a measure was collected, it counts once, where it earns most.
  std::set<const rulebook::Measure*> once;
  std::erase_if(scored, [&](const Scored& each) { return !once.insert(each.measure).second; });
  std::int64_t slots = integer(rules, names::kRequiredMeasures);
  slots = std::min(slots, common_cluster(rules, submitted).value_or(slots));
  const std::int64_t empty =
      std::max<std::int64_t>(0, slots - static_cast<std::int64_t>(scored_measures.size()));
  const auto gone = static_cast<std::int64_t>(suppressed.size());
  slots -=
      std::min(slots, says(rules, names::kSuppressedAlwaysReduces) ? gone : std::min(empty, gone));
  Quality quality;
  quality.submitted = !submitted.empty();
  quality.available = slots * units(rules, names::kMaximumPoints);
  std::int64_t places = slots;
  std::optional<std::int64_t> least;  // points of the picked measure with the fewest
  const auto required = [&](auto wanted) {
    return std::find_if(scored.begin(), scored.end(), wanted);
  };
  auto first = required([](const Scored& each) { return each.measure->outcome; });
  if (first == scored.end()) {
    first = required([](const Scored& each) { return each.measure->high_priority; });
  }
  if (first != scored.end() && places > 0) {
    quality.points += first->points;
    least = first->points;
    scored.erase(first);
    --places;
  } else if (!suppressed_fills_the_place) {
    --places;
  }
  for (const Scored& each : scored) {
    if (places-- <= 0) break;
    quality.points += each.points;
    least = std::min(least.value_or(each.points), each.points);
  }
  quality.points += priority_bonus(rules, submitted, every, least, quality.available);
  if (facts.small_practice && quality.submitted) {
    quality.points += units(rules, names::kSmallPracticeBonus);
  }
  return quality;
}

std::string_view reweighting_parameter(std::uint32_t type) {
  switch (type) {
    case v1::CLINICIAN_TYPE_PHYSICIAN:
      return names::kReweightedPhysician;
    case v1::CLINICIAN_TYPE_CRNA:
      return names::kReweightedCrna;
    case v1::CLINICIAN_TYPE_PHYSICIAN_ASSISTANT:
      return names::kReweightedPhysicianAssistant;
    case v1::CLINICIAN_TYPE_NURSE_PRACTITIONER:
      return names::kReweightedNursePractitioner;
    default:
      return {};
  }
}

bool is_reweighted(const YearRules& rules, std::uint32_t type) {
  const std::string_view name = reweighting_parameter(type);
  return !name.empty() && integer(rules, name) == 1;
}

std::set<std::string> reweighted_categories(const Quality& quality, const Circumstances& facts,
                                            bool type_reweights, bool automatic) {
  std::set<std::string> gone = facts.approved;
  if (automatic) gone = {"quality", "ia", "pi"};
  gone.insert("cost");  // unknown
  const auto data_cancel = [&](const char* category, bool submitted) {
    if (submitted) gone.erase(category);
  };
  data_cancel("quality", quality.submitted);
  if (quality.available == 0) gone.insert("quality");
  data_cancel("ia", facts.activities_submitted);
  if (facts.app) gone.erase("ia");  // that pathway always scores them
  if (type_reweights || facts.status_reweights) gone.insert("pi");
  data_cancel("pi", facts.interoperability_reported);
  return gone;
}

std::string weight_row(const std::set<std::string>& gone, bool app) {
  std::string row;
  for (const char* category : {"cost", "pi", "quality", "ia"}) {
    if (!gone.contains(category) || (app && std::string_view(category) == "cost")) continue;
    if (!row.empty()) row += "+";
    row += category;
  }
  return row.empty() ? "none" : row;
}

// 42 CFR 414.1380(c), and 414.1367(d) for the APM performance pathway.
std::int64_t final_score(const YearRules& rules, const Sums& sums, const Circumstances& facts,
                         bool type_reweights, bool group) {
  const Quality quality = quality_of(rules, sums, facts);
  // CMS's policy of 2019 to 2021: every individual, and neutral where little is submitted.
  const bool automatic = !group && says(rules, names::kAutomaticCircumstances);
  const int submitted = int{quality.submitted} + int{facts.activities_submitted} +
                        int{facts.interoperability_reported};
  if (automatic && submitted < integer(rules, names::kAutomaticCircumstancesCategories)) {
    return units(rules, names::kThreshold);
  }
  const std::set<std::string> gone =
      reweighted_categories(quality, facts, type_reweights, automatic);
  const auto left = static_cast<std::int64_t>(names::kWeightCategories.size() - gone.size());
  if (left < integer(rules, names::kFewerCategoriesMinimum)) {
    return units(rules, names::kThreshold);
  }
  const bool small = facts.small_practice &&
                     rules.find_parameter("weights/small-practice/none/quality") != nullptr;
  const std::string table = facts.app ? "weights/app/"
                            : small   ? "weights/small-practice/"
                                      : "weights/general/";
  const std::string row = table + weight_row(gone, facts.app) + "/";
  const auto weight = [&](const char* category) { return integer(rules, row + category); };
  // Over a common denominator: quality's available points, times a hundred percent.
  const std::int64_t available = std::max<std::int64_t>(quality.available, 1);
  const std::int64_t points = std::min(quality.points, quality.available);
  const Wide of_quality = Wide{points} * weight("quality") * 100 * kUnitsPerPoint;
  const Wide of_others = Wide{facts.activities_percent} * weight("ia") +
                         Wide{facts.interoperability_percent} * weight("pi");
  std::int64_t score = divide_half_up(of_quality + of_others * available, Wide{available} * 100);
  const bool of_hospital =
      facts.facility_based && !group && says(rules, names::kComplexPatientFacilityBased);
  if (submitted > 0 || of_hospital) score += facts.complex_patient_bonus;
  return std::min(score, 100 * kUnitsPerPoint);
}

// Every eligible clinician of the TIN must be of a type that is reweighted.
bool group_is_reweighted(const Season& season, const SeasonSums& sums, const TinToken& tin) {
  bool anybody = false;
  for (const auto& [name, pair] : season.pairs) {
    if (!(name.tin == tin)) continue;
    // Who is neither on the roster nor on a case bills nothing under the TIN.
    if (!pair.listed && !sums.individuals.contains(name)) continue;
    const std::uint32_t type = season.type_of(name);
    if (type == v1::CLINICIAN_TYPE_CAA) continue;
    if (!is_reweighted(*season.rules, type)) return false;
    anybody = true;
  }
  const v1::StageTwoClaim* claim = claim_of(season, season.entity(tin));
  if (claim == nullptr) return anybody;
  for (const std::uint32_t type : claim->other_clinician_types()) {
    if (type == v1::CLINICIAN_TYPE_CAA) continue;
    if (!is_reweighted(*season.rules, type)) return false;
    anybody = true;
  }
  return anybody;
}

}  // namespace

std::optional<std::int64_t> measure_points(const YearRules& rules, const Reported& counts,
                                           bool small_practice, bool app) {
  const rulebook::Measure& measure = *counts.measure;
  const auto by_size = [&](std::string_view otherwise, std::string_view small) {
    return small_practice ? small : otherwise;
  };
  const std::int64_t reported = counts.met + counts.not_met + counts.exception;
  if (reported == 0 || contains(measure.suppressed_for, counts.collection)) return std::nullopt;
  if (percent(rules, reported, counts.eligible) <
      rules.parameter(names::kDataCompleteness).value.raw()) {
    return units(rules, by_size(names::kPointsIncomplete, names::kPointsIncompleteSmallPractice));
  }
  const rulebook::Benchmark* benchmark = rules.find_benchmark(measure.id, counts.collection);
  // 414.1367(c)(1)(i): there it is no part of quality.
  if (benchmark == nullptr && app && says(rules, names::kAppWithoutBenchmarkExcluded)) {
    return std::nullopt;
  }
  if (benchmark == nullptr) {
    return unplaced_points(
        rules, measure,
        by_size(names::kPointsWithoutBenchmark, names::kPointsWithoutBenchmarkSmallPractice));
  }
  if (counts.cases < integer(rules, names::kCaseMinimum)) {
    return unplaced_points(
        rules, measure,
        by_size(names::kPointsBelowCaseMinimum, names::kPointsBelowCaseMinimumSmallPractice));
  }
  const std::int64_t compared = counts.met + counts.not_met;
  if (compared == 0 && !counts.mean_rate) return 0;  // exceptions only: there is no rate
  const std::int64_t rate =
      counts.mean_rate ? *counts.mean_rate : percent(rules, counts.met, compared);
  std::int64_t points = interpolate(*benchmark, measure.inverse, rate);
  points = std::max(points, floor_points(rules, measure));
  if (benchmark->seven_point_cap && !contains(measure.uncapped_for, counts.collection))
    points = std::min(points, units(rules, names::kToppedOutCap));
  return points;
}

std::vector<EntityScore> score_all(const Season& season, const SeasonSums& sums) {
  std::vector<EntityScore> scores;
  const auto add = [&](const TinToken& tin, const EntityId& entity, bool group, const Sums& own,
                       bool reweighted, bool listed) {
    const Sums counts = with_others(season, entity, own);
    const Circumstances facts = circumstances_of(season, tin, entity);
    scores.push_back({entity, season.id, group, counts.counted(), counts.held(),
                      final_score(*season.rules, counts, facts, reweighted, group),
                      listed || !counts.empty()});
  };
  static const Sums kNothing;
  std::set<TinToken> listed_tins;
  for (const auto& [name, pair] : season.pairs) {
    if (pair.listed) listed_tins.insert(name.tin);
    const std::uint32_t type = season.type_of(name);
    if (type == v1::CLINICIAN_TYPE_CAA) continue;  // no individual row
    const auto found = sums.individuals.find(name);
    add(name.tin, season.entity(name), false,
        found == sums.individuals.end() ? kNothing : found->second,
        is_reweighted(*season.rules, type), pair.listed);
  }
  for (const auto& [tin, last_four] : season.tins) {
    const auto found = sums.groups.find(tin);
    add(tin, season.entity(tin), true, found == sums.groups.end() ? kNothing : found->second,
        group_is_reweighted(season, sums, tin), listed_tins.contains(tin));
  }
  std::sort(scores.begin(), scores.end(), [](const EntityScore& a, const EntityScore& b) {
    return std::tie(a.entity, a.practice_year) < std::tie(b.entity, b.practice_year);
  });
  return scores;
}

}  // namespace qcdr::batch

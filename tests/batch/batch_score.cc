#include "batch_score.h"

#include <algorithm>
#include <functional>

#include "qcdr/v1/records.pb.h"
#include "rulebook/parameter_names.h"

namespace qcdr::batch {
namespace {

__extension__ using Wide = __int128;
namespace names = rulebook::names;
using rulebook::YearRules;

constexpr std::int64_t kUnitsPerPoint = 10'000;
constexpr const char* kCollectionType = "registry";

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

std::int64_t floor_points(const YearRules& rules, const rulebook::Measure& measure) {
  const std::int32_t age = rules.year().value() - measure.first_performance_year;
  std::int64_t floor = units(rules, names::kFloorPoints);
  if (age == 0) floor = std::max(floor, units(rules, names::kNewMeasureFirstYear));
  if (age == 1) floor = std::max(floor, units(rules, names::kNewMeasureSecondYear));
  return floor;
}

// A new measure gets its own points where others would get those of a missing benchmark.
std::int64_t unplaced_points(const YearRules& rules, const rulebook::Measure& measure,
                             std::string_view otherwise) {
  const std::int32_t age = rules.year().value() - measure.first_performance_year;
  if (age == 0) return units(rules, names::kNewMeasureFirstYear);
  if (age == 1) return units(rules, names::kNewMeasureSecondYear);
  return units(rules, otherwise);
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

bool contains(const std::vector<std::string>& list, const char* what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// Quality points out of `available`, both in ten-thousandths.
struct Quality {
  std::int64_t points = 0;
  std::int64_t available = 0;
};

Quality quality_of(const YearRules& rules, const Sums& sums) {
  struct Scored {
    std::int64_t points;
    bool outcome;
    bool high_priority;
  };
  std::vector<Scored> scored;
  std::int64_t slots = integer(rules, names::kRequiredMeasures);
  std::int64_t suppressed = 0;
  for (std::size_t slot = 0; slot < rules.specifications().size(); ++slot) {
    const auto* measure = rules.find_measure(rules.specifications()[slot].measure_id);
    if (measure == nullptr) continue;
    const Tally tally = sums.counted(slot);
    const auto points = measure_points(rules, *measure, tally);
    if (points) {
      scored.push_back({*points, measure->outcome, measure->high_priority});
    } else if (tally.met + tally.not_met + tally.exception > 0) {
      ++suppressed;
    }
  }
  std::sort(scored.begin(), scored.end(),
            [](const Scored& a, const Scored& b) { return a.points > b.points; });
  const auto required = [&](auto wanted) {
    return std::find_if(scored.begin(), scored.end(), wanted);
  };
  Quality quality;
  const std::int64_t empty =
      std::max<std::int64_t>(0, slots - static_cast<std::int64_t>(scored.size()));
  slots -= std::min(empty, suppressed);
  quality.available = slots * units(rules, names::kMaximumPoints);
  std::int64_t places = slots - 1;  // one is the outcome measure's
  auto first = required([](const Scored& each) { return each.outcome; });
  if (first == scored.end())
    first = required([](const Scored& each) { return each.high_priority; });
  if (first != scored.end()) {
    quality.points += first->points;
    scored.erase(first);
  }
  for (const Scored& each : scored) {
    if (places-- <= 0) break;
    quality.points += each.points;
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

// 42 CFR 414.1380(c): cost is gone, promoting interoperability may be; activities are at 0.
std::int64_t final_score(const YearRules& rules, const Sums& sums, bool pi_reweighted) {
  const Quality quality = quality_of(rules, sums);
  std::vector<std::string> gone = {"cost"};
  if (pi_reweighted) gone.push_back("pi");
  if (quality.available == 0) gone.push_back("quality");
  const auto left = static_cast<std::int64_t>(names::kWeightCategories.size() - gone.size());
  if (left < integer(rules, names::kFewerCategoriesMinimum)) {
    return units(rules, names::kThreshold);
  }
  if (quality.available == 0) return 0;
  const std::string row = pi_reweighted ? "cost+pi" : "cost";
  const std::int64_t weight = integer(rules, "weights/general/" + row + "/quality");
  const std::int64_t points = std::min(quality.points, quality.available);
  return divide_half_up(Wide{points} * weight * kUnitsPerPoint, quality.available);
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
  return anybody;
}

}  // namespace

std::optional<std::int64_t> measure_points(const YearRules& rules, const rulebook::Measure& measure,
                                           const Tally& tally) {
  const std::int64_t reported = std::int64_t{tally.met} + tally.not_met + tally.exception;
  if (reported == 0 || contains(measure.suppressed_for, kCollectionType)) return std::nullopt;
  if (percent(rules, reported, tally.eligible) <
      rules.parameter(names::kDataCompleteness).value.raw()) {
    return units(rules, names::kPointsIncomplete);
  }
  const rulebook::Benchmark* benchmark = rules.find_benchmark(measure.id, kCollectionType);
  if (benchmark == nullptr) {
    return unplaced_points(rules, measure, names::kPointsWithoutBenchmark);
  }
  if (tally.eligible < integer(rules, names::kCaseMinimum)) {
    return unplaced_points(rules, measure, names::kPointsBelowCaseMinimum);
  }
  const std::int64_t compared = std::int64_t{tally.met} + tally.not_met;
  if (compared == 0) return 0;  // exceptions only: there is no rate
  std::int64_t points =
      interpolate(*benchmark, measure.inverse, percent(rules, tally.met, compared));
  points = std::max(points, floor_points(rules, measure));
  if (benchmark->seven_point_cap) points = std::min(points, units(rules, names::kToppedOutCap));
  return points;
}

std::vector<EntityScore> score_all(const Season& season, const SeasonSums& sums) {
  std::vector<EntityScore> scores;
  const auto add = [&](const EntityId& entity, bool group, const Sums& counts, bool reweighted,
                       bool listed) {
    scores.push_back({entity, season.id, group, counts.counted(), counts.held(),
                      final_score(*season.rules, counts, reweighted), listed || !counts.empty()});
  };
  static const Sums kNothing;
  std::set<TinToken> listed_tins;
  for (const auto& [name, pair] : season.pairs) {
    if (pair.listed) listed_tins.insert(name.tin);
    const std::uint32_t type = season.type_of(name);
    if (type == v1::CLINICIAN_TYPE_CAA) continue;  // no individual row
    const auto found = sums.individuals.find(name);
    add(season.entity(name), false, found == sums.individuals.end() ? kNothing : found->second,
        is_reweighted(*season.rules, type), pair.listed);
  }
  for (const auto& [tin, last_four] : season.tins) {
    const auto found = sums.groups.find(tin);
    add(season.entity(tin), true, found == sums.groups.end() ? kNothing : found->second,
        group_is_reweighted(season, sums, tin), listed_tins.contains(tin));
  }
  std::sort(scores.begin(), scores.end(), [](const EntityScore& a, const EntityScore& b) {
    return std::tie(a.entity, a.practice_year) < std::tie(b.entity, b.practice_year);
  });
  return scores;
}

}  // namespace qcdr::batch

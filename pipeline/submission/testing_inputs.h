// Inputs for tests of what goes to CMS: years of the built-in rulebook, and entities at random.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rulebook/rulebook.h"
#include "submission/set_builder.h"

namespace qcdr::submission {

inline constexpr int kFirstTestYear = 2017;
inline constexpr int kLastTestYear = 2026;

inline const scoring::ResolvedRules& rules_of(int year) {
  static std::map<int, std::unique_ptr<scoring::ResolvedRules>> all;
  auto& rules = all[year];
  if (rules == nullptr) {
    const rulebook::YearRules* found =
        rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
    QCDR_ASSERT(found != nullptr);
    rules = std::make_unique<scoring::ResolvedRules>(scoring::resolve(*found));
  }
  return *rules;
}

inline const rulebook::Measure* measure_of(int year, const std::string& id) {
  const rulebook::Measure* measure = rules_of(year).year_rules->find_measure(id);
  QCDR_ASSERT(measure != nullptr);
  return measure;
}

inline LocalDate day(int year, int month, int of_month) {
  return LocalDate::from_civil(year, month, of_month).value();
}

inline Npi test_npi() {
  return Npi::from_trusted(2000010019);
}

inline scoring::ScoreInput empty_input(int year) {
  scoring::ScoreInput input;
  input.rules = &rules_of(year);
  input.as_of = scoring::kEverReleased;
  input.profile.group = true;
  return input;
}

inline scoring::MeasureInput counted(int year, const std::string& id, std::int64_t met,
                                     std::int64_t not_met, std::int64_t exception = 0,
                                     std::int64_t exclusion = 0) {
  scoring::MeasureInput counts;
  counts.measure = measure_of(year, id);
  counts.performance_met = met;
  counts.performance_not_met = not_met;
  counts.exception = exception;
  counts.exclusion = exclusion;
  counts.eligible_population = met + not_met + exception + exclusion;
  return counts;
}

inline scoring::StratumInput stratum_of(int year, const std::string& id, std::uint8_t place,
                                        std::int64_t met, std::int64_t not_met) {
  scoring::StratumInput counts;
  counts.measure = measure_of(year, id);
  counts.stratum = place;
  counts.performance_met = met;
  counts.performance_not_met = not_met;
  counts.eligible_population = met + not_met;
  return counts;
}

inline scoring::InteroperabilityInput row_of(int year, const std::string& id, bool attested,
                                             std::int64_t numerator = 0,
                                             std::int64_t denominator = 0) {
  const auto* measure = rules_of(year).year_rules->find_interoperability_measure(id);
  QCDR_ASSERT(measure != nullptr);
  return {measure, attested, numerator, denominator};
}

// Numbers that are the same in every run: xorshift64*.
class TestNumbers {
 public:
  explicit TestNumbers(std::uint64_t seed) : state_(seed * 2654435769U + 1) {}
  // 0 .. below - 1
  std::uint64_t next(std::uint64_t below) {
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return (state_ * 2685821657736338717U >> 16U) % below;
  }
  bool one_in(std::uint64_t times) { return next(times) == 0; }

 private:
  std::uint64_t state_;
};

// An entity at random, and what its input points to.
struct TestEntity {
  std::unique_ptr<scoring::ScoreInput> accepted;
  SetInput input;
};

namespace testing_detail {

template <class Counts>
void random_counts(TestNumbers& numbers, Counts* counts) {
  if (numbers.one_in(8)) return;
  counts->performance_met = static_cast<std::int64_t>(numbers.next(200));
  counts->performance_not_met = static_cast<std::int64_t>(numbers.next(50));
  counts->exception = static_cast<std::int64_t>(numbers.next(5));
  counts->exclusion = static_cast<std::int64_t>(numbers.next(4));
  counts->eligible_population = counts->performance_met + counts->performance_not_met +
                                counts->exception + counts->exclusion +
                                static_cast<std::int64_t>(numbers.next(3));
}

inline void add_measures(TestNumbers& numbers, scoring::ScoreInput* input) {
  const auto& all = input->rules->year_rules->measures();
  for (std::uint64_t i = numbers.next(9); i > 0; --i) {
    const rulebook::Measure& measure = all[numbers.next(all.size())];
    const bool there = std::any_of(input->measures.begin(), input->measures.end(),
                                   [&](const auto& each) { return each.measure == &measure; });
    if (there) continue;
    scoring::MeasureInput counts;
    counts.measure = &measure;
    counts.end_to_end = numbers.one_in(3);
    if (numbers.one_in(4)) counts.collection = scoring::CollectionType::kElectronicHealthRecord;
    if (numbers.one_in(9)) counts.collection = scoring::CollectionType::kClaims;
    if (measure.strata.empty() || measure.metric_type == "singlePerformanceRate") {
      random_counts(numbers, &counts);
    } else if (input->strata.size() + measure.strata.size() <= scoring::kStrataMax) {
      const bool part = numbers.one_in(6);
      for (std::size_t k = part ? 1 : 0; k < measure.strata.size(); ++k) {
        scoring::StratumInput stratum;
        stratum.measure = &measure;
        stratum.stratum = static_cast<std::uint8_t>(k);
        random_counts(numbers, &stratum);
        input->strata.push_back(stratum);
      }
    }
    input->measures.push_back(counts);
  }
}

inline void add_attested(TestNumbers& numbers, TestEntity* entity, int year) {
  scoring::ScoreInput* input = entity->accepted.get();
  const auto& activities = input->rules->year_rules->activities();
  for (std::uint64_t i = numbers.next(4); i > 0 && !activities.empty(); --i) {
    const rulebook::Activity* activity = &activities[numbers.next(activities.size())];
    const bool there = std::find(input->activities.begin(), input->activities.end(), activity) !=
                       input->activities.end();
    if (!there) input->activities.push_back(activity);
  }
  const auto& rows = input->rules->year_rules->interoperability_measures();
  if (rows.empty() || numbers.one_in(3)) return;
  input->interoperability.reported = true;
  input->interoperability.has_cehrt_id = true;
  input->interoperability.period_days = 184;
  for (const rulebook::InteroperabilityMeasure& measure : rows) {
    if (numbers.one_in(3)) continue;
    scoring::InteroperabilityInput row;
    row.measure = &measure;
    row.attested = !measure.ratio && !numbers.one_in(4);
    if (measure.ratio) {
      row.denominator = static_cast<std::int64_t>(numbers.next(50));
      row.numerator = row.denominator == 0 ? 0
                                           : static_cast<std::int64_t>(numbers.next(
                                                 static_cast<std::uint64_t>(row.denominator) + 1));
    }
    input->interoperability.rows.push_back(row);
  }
  if (!numbers.one_in(8)) {
    entity->input.interoperability_period = Period{day(year, 7, 1), day(year, 12, 31)};
  }
  if (!numbers.one_in(8)) entity->input.cehrt_id = "0015CABCDEF1234";
}

}  // namespace testing_detail

inline TestEntity random_entity(std::uint64_t seed, int year) {
  TestNumbers numbers(seed);
  TestEntity entity;
  entity.accepted = std::make_unique<scoring::ScoreInput>(empty_input(year));
  SetInput& input = entity.input;
  input.accepted = entity.accepted.get();
  scoring::Profile& profile = entity.accepted->profile;
  if (numbers.one_in(2)) {
    input.entity.kind = EntityKind::kIndividual;
    input.entity.npi = test_npi();
    profile.group = false;
  } else if (year >= 2018 && numbers.one_in(3)) {
    input.entity.kind = numbers.one_in(2) ? EntityKind::kApm : EntityKind::kVirtualGroup;
    input.entity.number = "A1234-1";
    profile.apm_entity = input.entity.kind == EntityKind::kApm;
    profile.virtual_group = !profile.apm_entity;
  }
  const auto known = [&] { return static_cast<scoring::Known>(numbers.next(3)); };
  profile.small_practice = known();
  profile.non_patient_facing = known();
  profile.hospital_based = known();
  profile.asc_based = known();
  if (numbers.one_in(5)) {
    profile.reweight(static_cast<scoring::Category>(numbers.next(4)),
                     scoring::ReweightReason::kExtremeAndUncontrollable);
  }
  testing_detail::add_measures(numbers, entity.accepted.get());
  testing_detail::add_attested(numbers, &entity, year);
  if (numbers.one_in(4)) input.chosen = ledger::kAllSent;
  if (numbers.one_in(6)) {
    input.withheld.push_back({SetCategory::kActivities, ledger::BlockReason::kIndividualConsent});
  }
  if (numbers.one_in(3)) input.activities_period = Period{day(year, 3, 1), day(year, 8, 31)};
  const auto& pathways = entity.accepted->rules->year_rules->pathways();
  if (!pathways.empty() && input.entity.kind != EntityKind::kVirtualGroup && numbers.one_in(4)) {
    input.program = pathways[numbers.next(pathways.size())].id;
    profile.participation = scoring::Participation::kMvp;
  }
  return entity;
}

}  // namespace qcdr::submission

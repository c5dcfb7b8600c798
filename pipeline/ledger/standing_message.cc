#include "ledger/standing_message.h"

#include "core/days_left.h"
#include "ledger/first_missing.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/score_projection.pb.h"

namespace qcdr::ledger {
namespace {

constexpr int kWireDigits = 4;
constexpr std::int64_t kRawPerWireUnit = 1'000'000;  // ten fraction digits to four
constexpr std::uint8_t kLevelGroup = 2;

std::int64_t wire(Decimal value) {
  return value.rounded(kWireDigits).raw() / kRawPerWireUnit;
}

std::int64_t wire(Instant ends) {
  return ends == kNoEnd ? 0 : last_second(ends).milliseconds();
}

v1::RangeCause::Cause cause_of(scoring::Unknown cause) {
  switch (cause) {
    case scoring::Unknown::kCost:
      return v1::RangeCause::CAUSE_COST;
    case scoring::Unknown::kSpecialStatus:
      return v1::RangeCause::CAUSE_SPECIAL_STATUS;
    case scoring::Unknown::kSmallPractice:
      return v1::RangeCause::CAUSE_SMALL_PRACTICE;
    case scoring::Unknown::kComplexPatientBonus:
      return v1::RangeCause::CAUSE_COMPLEX_PATIENT_BONUS;
    case scoring::Unknown::kBenchmarks:
      return v1::RangeCause::CAUSE_LATER_BENCHMARKS;
    case scoring::Unknown::kDataOfOthers:
      return v1::RangeCause::CAUSE_DATA_OF_OTHERS;
  }
  QCDR_ASSERT(false);
  return v1::RangeCause::CAUSE_UNSPECIFIED;
}

void fill_score(const StandingScore& score, v1::ProjectedScore* out) {
  out->set_value(wire(score.summary.final_score));
  out->set_low(wire(score.summary.low));
  out->set_high(wire(score.summary.high));
  out->set_adjustment(wire(score.summary.adjustment.percent));
  out->set_adjustment_low(wire(score.summary.adjustment.low));
  out->set_adjustment_high(wire(score.summary.adjustment.high));
  for (const scoring::CauseRange& cause : score.causes) {
    v1::RangeCause* told = out->add_causes();
    told->set_cause(cause_of(cause.cause));
    told->set_low(wire(cause.low));
    told->set_high(wire(cause.high));
  }
}

v1::Applies applies(scoring::Known known) {
  switch (known) {
    case scoring::Known::kYes:
      return v1::APPLIES_YES;
    case scoring::Known::kNo:
      return v1::APPLIES_NO;
    case scoring::Known::kUnknown:
      return v1::APPLIES_UNKNOWN;
  }
  QCDR_ASSERT(false);
  return v1::APPLIES_UNSPECIFIED;
}

void fill_block(const Block& block, v1::Blocker* out) {
  out->set_reason(static_cast<v1::Blocker::Reason>(block.reason));
  out->set_held_late(block.held_late);
  out->set_refused(block.refused);
  out->set_closed(block.closed);
  out->set_curable_until(wire(block.limit.ends));
  out->set_practice_id(block.practice);
  for (std::uint32_t i = 0; i < block.code_count; ++i) out->add_codes(block.codes[i]);
  for (const std::uint8_t category : kSentCategories) {
    if ((block.categories >> category & 1U) == 0) continue;
    out->add_categories(static_cast<v1::Category>(category));
  }
}

void fill_forecast(const MeasureForecast& forecast, v1::MeasureForecast* out) {
  const auto count = [](std::int64_t cases) { return static_cast<std::uint32_t>(cases); };
  out->set_measure_id(forecast.measure->id);
  out->set_eligible_population(count(forecast.eligible));
  out->set_reported(count(forecast.reported));
  out->set_cases_to_minimum(count(forecast.cases_to_minimum));
  out->set_outcomes_to_completeness(count(forecast.outcomes_to_completeness));
  out->set_cases_to_completeness(count(forecast.cases_to_completeness));
  if (forecast.reaches_minimum_on) out->set_reaches_minimum_on(forecast.reaches_minimum_on->days());
  if (forecast.last_day_to_begin) out->set_last_day_to_begin(forecast.last_day_to_begin->days());
  out->set_out_of_reach(forecast.out_of_reach);
}

void fill_first_missing(const FirstMissing& missing, Zone local, Instant as_of,
                        v1::FirstMissing* out) {
  if (missing.block != nullptr) {
    out->set_blocker(static_cast<v1::Blocker::Reason>(missing.block->reason));
  } else {
    out->set_cost(static_cast<v1::PointCost::Reason>(missing.cost->reason));
    if (missing.cost->measure != nullptr) out->set_measure_id(missing.cost->measure->id);
  }
  out->set_closed(missing.closed);
  if (!missing.last) return;
  out->set_in_time_until(missing.last->milliseconds());
  if (const auto days = days_left(Zone::kEastern, as_of, *missing.last)) {
    out->set_days_left_eastern(static_cast<std::uint32_t>(*days));
  }
  if (const auto days = days_left(local, as_of, *missing.last)) {
    out->set_days_left_local(static_cast<std::uint32_t>(*days));
  }
}

}  // namespace

void fill_standing(const EntityProjection& entity, const EntityStanding& standing,
                   v1::ScoreProjection* message) {
  fill_projection(entity, standing.input, standing.accepted, message);
  message->set_will_be_sent(standing.readiness.will_be_sent());
  message->set_applies(applies(standing.accepted.adjustment.applies));
  if (standing.list_date.days() != 0) {
    message->mutable_status_source()->set_list_date(standing.list_date.days());
  }
  // Of a clinician whose TIN reports as a group the TIN's score counts.
  if (!entity.group && standing.reports_as == kLevelGroup) return;
  fill_score(standing.scores.as_things_stand, message->mutable_as_things_stand());
  if (standing.scores.same()) return;
  fill_score(standing.scores.if_all_open_items_done, message->mutable_if_all_open_items_done());
}

void fill_readiness(const EntityProjection& entity, const EntityStanding& standing, Instant as_of,
                    Zone local, v1::Readiness* message) {
  message->Clear();
  message->set_practice_id(entity.practice_year.practice.value());
  message->set_performance_year(entity.practice_year.year.value());
  message->set_entity_id(entity.entity.bytes().data(), entity.entity.bytes().size());
  message->set_group(entity.group);
  message->set_will_be_sent(standing.readiness.will_be_sent());
  message->set_as_of(as_of.milliseconds());
  message->set_reports_as(static_cast<v1::ReportingLevel>(standing.reports_as));
  message->set_data_through(standing.data_through.days());
  for (const Block& block : standing.readiness.blocks) fill_block(block, message->add_blocks());
  for (const Block& block : standing.readiness.withheld) {
    fill_block(block, message->add_withheld());
  }
  for (const PointCost& cost : standing.readiness.costs) {
    v1::PointCost* out = message->add_costs();
    out->set_reason(static_cast<v1::PointCost::Reason>(cost.reason));
    if (cost.measure != nullptr) out->set_measure_id(cost.measure->id);
    out->set_month(cost.month);
    out->set_points_at_most(wire(cost.points_at_most));
    out->set_curable_until(wire(cost.limit.ends));
    out->set_cases(cost.cases);
  }
  for (const MeasureForecast& forecast : standing.readiness.forecasts) {
    fill_forecast(forecast, message->add_forecasts());
  }
  for (const Advice& advice : standing.readiness.advice) {
    v1::Advice* out = message->add_advice();
    out->set_kind(static_cast<v1::Advice::Kind>(advice.kind));
    out->set_due_at(wire(advice.due));
  }
  if (const auto missing = first_missing(standing.readiness, as_of)) {
    fill_first_missing(*missing, local, as_of, message->mutable_first_missing());
  }
}

}  // namespace qcdr::ledger

#include "ledger/projection.h"

#include "qcdr/v1/score_projection.pb.h"

namespace qcdr::ledger {
namespace {

constexpr int kWireDigits = 4;
constexpr std::int64_t kRawPerWireUnit = 1'000'000;  // ten fraction digits to four

std::int64_t wire(Decimal value) {
  return value.rounded(kWireDigits).raw() / kRawPerWireUnit;
}

}  // namespace

void fill_projection(const EntityProjection& entity, const scoring::ScoreInput& input,
                     const scoring::ScoreSummary& summary, v1::ScoreProjection* message) {
  message->Clear();
  message->set_practice_id(entity.practice_year.practice.value());
  message->set_performance_year(entity.practice_year.year.value());
  message->set_entity_id(entity.entity.bytes().data(), entity.entity.bytes().size());
  message->set_group(entity.group);
  message->set_final_score(wire(summary.final_score));
  message->set_final_score_low(wire(summary.low));
  message->set_final_score_high(wire(summary.high));
  message->set_adjustment(wire(summary.adjustment.percent));
  message->set_cases_counted(entity.cases_counted);
  message->set_cases_held(entity.cases_held);
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const scoring::CategoryScore& category = summary.categories[i];
    v1::CategoryScore* out = message->add_categories();
    const std::string_view name = scoring::category_name(static_cast<scoring::Category>(i));
    out->set_name(name.data(), name.size());
    out->set_percent(wire(category.percent));
    out->set_weight(static_cast<std::uint32_t>(category.weight));
    out->set_unknown(category.unknown);
  }
  QCDR_ASSERT(input.measures.size() == summary.measures.size());
  for (std::size_t i = 0; i < summary.measures.size(); ++i) {
    const scoring::MeasureInput& counts = input.measures[i];
    const scoring::MeasureScore& score = summary.measures[i];
    v1::MeasureScore* out = message->add_measures();
    out->set_measure_id(counts.measure->id);
    out->set_eligible_population(static_cast<std::uint32_t>(counts.eligible_population));
    out->set_performance_met(static_cast<std::uint32_t>(counts.performance_met));
    out->set_performance_not_met(static_cast<std::uint32_t>(counts.performance_not_met));
    out->set_exceptions(static_cast<std::uint32_t>(counts.exception));
    out->set_points(wire(score.points));
    out->set_picked(score.picked);
  }
}

std::string projection_key(PracticeYear practice_year, const EntityId& entity) {
  constexpr std::size_t kBytesMax = 48;  // ten digits, eleven, 24 of the entity, two strokes
  std::string key;
  key.reserve(kBytesMax);
  key.append(std::to_string(practice_year.practice.value())).push_back('/');
  key.append(std::to_string(practice_year.year.value())).push_back('/');
  return key.append(entity.to_hex());
}

}  // namespace qcdr::ledger

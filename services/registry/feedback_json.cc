// A feedback report as JSON, and the list of all.
#include <nlohmann/json.hpp>

#include "registry/feedback.h"
#include "registry/json_values.h"

namespace qcdr::registry {
namespace {

using Json = nlohmann::ordered_json;

Json count_json(const std::optional<std::uint32_t>& count) {
  return count ? Json(*count) : Json();
}
Json rate_json(const std::optional<Decimal>& rate) {
  return rate ? number_json(*rate) : Json();
}

Json comparison_json(const MeasureFeedback& measure) {
  if (!measure.comparison) return Json();
  const Comparison& comparison = *measure.comparison;
  Json deciles = Json::array();
  for (const Decimal each : comparison.deciles) deciles.push_back(number_json(each));
  return {
      {"participants", comparison.participants},
      {"mean", number_json(comparison.mean)},
      {"median", number_json(comparison.median)},
      {"quartiles", {number_json(comparison.quartiles[0]), number_json(comparison.quartiles[1])}},
      {"deciles", deciles},
      {"percentile", rate_json(measure.percentile)}};
}

Json measure_json(const MeasureFeedback& measure) {
  return {{"measureId", measure.measure_id},
          {"title", measure.title},
          {"lowerIsBetter", measure.lower_is_better},
          {"eligible", count_json(measure.cells.total)},
          {"met", count_json(measure.cells.met)},
          {"notMet", count_json(measure.cells.not_met)},
          {"exception", count_json(measure.cells.exception)},
          {"notReported", count_json(measure.cells.not_reported)},
          {"suppressed", !measure.cells.all()},
          {"reportingRate", rate_json(measure.reporting_rate)},
          {"performanceRate", rate_json(measure.performance_rate)},
          {"comparison", comparison_json(measure)}};
}

Json activity_json(const AttestedActivity& activity) {
  Json json = {{"activityId", activity.activity_id},
               {"title", activity.title},
               {"performedFrom", activity.from.to_string()},
               {"performedTo", activity.to.to_string()}};
  if (activity.billing > 0) {
    json["performed"] = activity.performed;
    json["billing"] = activity.billing;
  }
  return json;
}

Json head_json(const Feedback& feedback, const char* artefact) {
  const Quarter first{feedback.quarter.year, feedback.cumulative ? 1 : feedback.quarter.number};
  return {{"artefact", artefact},
          {"quarter", feedback.quarter.text()},
          {"serviceDates",
           {{"first", first.first().to_string()}, {"last", feedback.quarter.last().to_string()}}},
          {"asOf", feedback.as_of.to_string()},
          {"cellMinimum",
           {{"value", feedback.rule.unsuppressed ? 0 : feedback.rule.cell_minimum},
            {"citation", citation_json(feedback.rule.citation)}}},
          {"participantsMinimum", feedback.rule.participants_minimum}};
}

}  // namespace

std::string feedback_file_name(const Participant& participant) {
  return std::string(participant.group ? "group-" : "individual-") + participant.entity.to_hex();
}

std::string feedback_json(const Feedback& feedback, const FeedbackReport& report) {
  const Participant& participant = *report.participant;
  Json practices = Json::array();
  for (const PracticeId practice : participant.practices) practices.push_back(practice.value());
  Json json = head_json(feedback, "PERFORMANCE_FEEDBACK");
  json["entity"] = {{"type", participant.group ? "group" : "individual"},
                    {"entityId", participant.entity.to_hex()},
                    {"tinMasked", participant.tin_masked}};
  if (!participant.group) json["entity"]["clinician"] = participant.clinician;
  json["practices"] = practices;
  json["cases"] = count_json(report.cases);
  json["measures"] = Json::array();
  for (const MeasureFeedback& measure : report.measures) {
    json["measures"].push_back(measure_json(measure));
  }
  json["improvementActivities"] = Json::array();
  for (const AttestedActivity& activity : participant.activities) {
    json["improvementActivities"].push_back(activity_json(activity));
  }
  return json.dump(2) + "\n";
}

std::string feedback_index_json(const Feedback& feedback) {
  Json json = head_json(feedback, "PERFORMANCE_FEEDBACK_INDEX");
  json["reports"] = Json::array();
  for (const FeedbackReport& report : feedback.reports) {
    Json practices = Json::array();
    for (const PracticeId practice : report.participant->practices) {
      practices.push_back(practice.value());
    }
    json["reports"].push_back(
        {{"file", feedback_file_name(*report.participant)}, {"practices", practices}});
  }
  return json.dump(2) + "\n";
}

}  // namespace qcdr::registry

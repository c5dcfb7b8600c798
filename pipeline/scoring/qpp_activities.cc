#include "scoring/qpp_activities.h"

#include <fmt/format.h>

#include <algorithm>

#include "scoring/qpp_interoperability.h"

namespace qcdr::scoring {
namespace {

void add_activity(const rulebook::Activity* activity, bool performed, PreviewInput* input) {
  auto& activities = input->score.activities;
  if (!performed || std::find(activities.begin(), activities.end(), activity) != activities.end()) {
    input->notes.push_back({"ACTIVITY_NOT_COUNTED",
                            fmt::format("{} is answered with no, or stands twice.", activity->id)});
  } else if (activities.size() == kActivitiesMax) {
    input->notes.push_back({"ACTIVITY_NOT_COUNTED",
                            fmt::format("More than {} activities add nothing.", kActivitiesMax)});
  } else {
    activities.push_back(activity);
  }
}

}  // namespace

void read_activity(const JsonCursor& measurement, std::set<const rulebook::Activity*>* seen,
                   PreviewInput* input) {
  const ValueReader read = ValueReader(&input->findings, ValueReader::Document::kSubmission);
  if (!read.object(measurement)) return;
  const auto id = read.required(measurement, "measureId");
  const auto word = id ? read.word(*id) : std::nullopt;
  if (!word) return;
  const rulebook::Activity* activity = input->score.rules->year_rules->find_activity(*word);
  if (activity == nullptr) {
    input->findings.add(
        FindingCode::MEASUREMENT_OF_UNKNOWN_MEASURE, *id,
        {std::to_string(input->score.rules->year_rules->year().value()), "improvement activity"});
    return;
  }
  if (!seen->insert(activity).second) {
    input->findings.add(FindingCode::MEASUREMENT_REPEATED, *id, {activity->id});
    return add_activity(activity, false, input);
  }
  const auto value = read.required(measurement, "value");
  const auto performed = value ? read.boolean(*value) : std::nullopt;
  if (performed) add_activity(activity, *performed, input);
}

bool is_long_enough(const JsonCursor& set, PreviewInput* input) {
  const std::int64_t least = input->score.rules->activity_period_days;
  const auto days = period_days(set, input);
  if (!days) {
    input->notes.push_back(
        {"ACTIVITIES_NOT_COUNTED",
         "The dates of a set of activities are not of the performance year: none of it counts."});
    return false;
  }
  if (*days >= least) return true;
  input->findings.add(FindingCode::ACTIVITY_PERIOD_SHORT, set,
                      {std::to_string(least), std::to_string(*days)});
  input->notes.push_back({"ACTIVITIES_NOT_COUNTED",
                          fmt::format("A set of activities is of {} days, at least {} are needed: "
                                      "none of it counts.",
                                      *days, least)});
  return false;
}

}  // namespace qcdr::scoring

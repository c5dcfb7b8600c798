// A feedback report as a page to read and print.
#include <fmt/core.h>

#include "registry/feedback.h"
#include "registry/page.h"

namespace qcdr::registry {
namespace {

constexpr const char* kHidden = "not shown";
constexpr int kShownDigits = 2;

std::string count_text(const std::optional<std::uint32_t>& count) {
  return count ? std::to_string(*count) : kHidden;
}
std::string rate_text(Decimal rate) {
  return rate.to_fixed(kShownDigits) + " %";
}
std::string rate_text(const std::optional<Decimal>& rate, const char* otherwise) {
  return rate ? rate_text(*rate) : otherwise;
}

std::string own_table(const FeedbackReport& report) {
  PageTable table("Measures",
                  {"Measure", "Eligible", "Met", "Not met", "Exception", "Not reported", "Reported",
                   "Performance"},
                  true);
  for (const MeasureFeedback& each : report.measures) {
    table.row({each.measure_id + " " + each.title, count_text(each.cells.total),
               count_text(each.cells.met), count_text(each.cells.not_met),
               count_text(each.cells.exception), count_text(each.cells.not_reported),
               rate_text(each.reporting_rate, kHidden),
               rate_text(each.performance_rate,
                         each.cells.performance_rate() ? "no case to rate" : kHidden)});
  }
  return table.take();
}

std::string comparison_table(const FeedbackReport& report) {
  PageTable table("Performance of all participants on the same measure",
                  {"Measure", "Participants", "Mean", "First quartile", "Median", "Third quartile",
                   "You reach"},
                  true);
  bool any = false;
  for (const MeasureFeedback& each : report.measures) {
    if (!each.comparison) continue;
    any = true;
    const Comparison& comparison = *each.comparison;
    table.row(
        {each.measure_id + (each.lower_is_better ? " (lower is better)" : ""),
         std::to_string(comparison.participants), rate_text(comparison.mean),
         rate_text(comparison.quartiles[0]), rate_text(comparison.median),
         rate_text(comparison.quartiles[1]),
         each.percentile ? "at least as good as " + each.percentile->to_fixed(0) + " %" : kHidden});
  }
  return any ? table.take() : "";
}

std::string decile_table(const FeedbackReport& report) {
  std::vector<std::string> columns = {"Measure"};
  for (int decile = 1; decile <= 9; ++decile) columns.push_back(fmt::format("{} %", decile * 10));
  PageTable table("So much of the participants have at most this performance", columns, true);
  bool any = false;
  for (const MeasureFeedback& each : report.measures) {
    if (!each.comparison) continue;
    any = true;
    std::vector<std::string> cells = {each.measure_id};
    for (const Decimal decile : each.comparison->deciles) cells.push_back(rate_text(decile));
    table.row(cells);
  }
  return any ? table.take() : "";
}

std::string activity_table(const std::vector<AttestedActivity>& activities) {
  PageTable table("Improvement activities of the year", {"Activity", "From", "To", "Performed by"},
                  true);
  for (const AttestedActivity& each : activities) {
    table.row({each.activity_id + " " + each.title, each.from.to_string(), each.to.to_string(),
               each.billing > 0 ? fmt::format("{} of {} clinicians", each.performed, each.billing)
                                : "you"});
  }
  return table.take();
}

std::string notes(const Feedback& feedback, const FeedbackReport& report) {
  std::string text = page_heading("How to read it");
  if (!feedback.rule.unsuppressed) {
    text += page_paragraph(fmt::format(
        "Counts from 1 to {}, and what they could be computed from, are not shown ({}).",
        feedback.rule.cell_minimum - 1, feedback.rule.citation.title));
  }
  for (const MeasureFeedback& each : report.measures) {
    if (each.comparison) continue;
    text += page_paragraph(
        fmt::format("Measure {}: fewer than {} participants have enough cases to be compared with.",
                    each.measure_id, feedback.rule.participants_minimum));
  }
  return text + page_paragraph(
                    "From data received by the registry. Not a CMS score. Completeness is of what "
                    "was received.");
}

}  // namespace

std::string feedback_page(const Feedback& feedback, const FeedbackReport& report) {
  const Participant& participant = *report.participant;
  const Quarter first{feedback.quarter.year, feedback.cumulative ? 1 : feedback.quarter.number};
  std::string body;
  const std::string who = participant.group               ? "The group"
                          : participant.clinician.empty() ? "A clinician"
                                                          : participant.clinician;
  body += page_paragraph(fmt::format("{} under TIN {}.", who, participant.tin_masked));
  body += page_paragraph(fmt::format("Service dates from {} to {}, as received by {}. Cases: {}.",
                                     first.first().to_string(), feedback.quarter.last().to_string(),
                                     feedback.as_of.to_string(), count_text(report.cases)));
  if (report.measures.empty()) {
    body += page_paragraph("No case of these dates is eligible for a measure.");
  } else {
    body += page_heading("Your measures") + own_table(report);
    const std::string compared = comparison_table(report);
    if (!compared.empty()) body += page_heading("Comparison") + compared + decile_table(report);
  }
  body += page_heading("Improvement activities");
  body += participant.activities.empty() ? page_paragraph("None is attested for this year so far.")
                                         : activity_table(participant.activities);
  body += notes(feedback, report);
  return whole_page("Performance feedback, " + feedback.quarter.text(), body);
}

}  // namespace qcdr::registry

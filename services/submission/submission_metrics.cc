#include "submission/submission_metrics.h"

#include <array>

namespace qcdr {
namespace {

using submission::AttemptState;
using submission::CmsReply;
using submission::DeliveryEnd;
using submission::StepKind;

constexpr double kMillisecond = 1e-3;
constexpr std::array<const char*, 3> kHeldWords = {"unreadable", "unfinished", "token"};

std::string call_word(StepKind call) {
  constexpr std::array<const char*, 6> kWords = {"find", "read_back", "post",
                                                 "put",  "patch",     "delete"};
  const auto index = static_cast<std::size_t>(call);
  return index < kWords.size() ? kWords[index] : "none";
}

// "2xx", "429" and so on: each status that has a handling of its own, and the rest by hundreds.
std::string status_word(const CmsReply& reply) {
  if (reply.kind == CmsReply::Kind::kNotSent) return "not_sent";
  if (reply.http_status == 0) return "no_answer";
  if (reply.kind == CmsReply::Kind::kUnknown) return "half_answer";
  switch (reply.http_status) {
    case 401:
    case 403:
    case 404:
    case 429:
      return std::to_string(reply.http_status);
    default:
      return std::to_string(reply.http_status / 100) + "xx";
  }
}

std::string end_word(DeliveryEnd end) {
  constexpr std::array<const char*, 8> kWords = {"verified",   "differs",   "refused",
                                                 "cancelled",  "withdrawn", "window_closed",
                                                 "unfinished", "stopped"};
  return kWords.at(static_cast<std::size_t>(end));
}

}  // namespace

SubmissionMetrics::SubmissionMetrics(MetricRegistry& registry)
    : calls_(registry.counters(Audience::kPublic, "qcdr_cms_calls_total",
                               "Calls to CMS by call, status (2xx, 401, 403, 404, 429, other "
                               "hundreds, not_sent, no_answer, half_answer) and error.")),
      seconds_(registry.histograms(Audience::kPublic, "qcdr_cms_call_seconds",
                                   "How long calls to CMS took, by call.",
                                   {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60})),
      waits_(registry.counter(Audience::kPublic, "qcdr_cms_pauses_seconds_total",
                              "Pauses after failed calls and until unknown ones have settled, of "
                              "all documents together.")),
      ends_(registry.counters(Audience::kPublic, "qcdr_submission_deliveries_total",
                              "Deliveries by their end: verified, differs, refused, cancelled, "
                              "withdrawn, window_closed, unfinished, stopped.")),
      held_(registry.counters(Audience::kPublic, "qcdr_submission_held_total",
                              "Documents that were laid by for a time: unreadable, unfinished, "
                              "token (CMS refuses it).")),
      told_(registry.counter(Audience::kPublic, "qcdr_submission_receipts_told_total",
                             "Receipts written into the partitions of practices.")),
      states_(registry.gauges(Audience::kPublic, "qcdr_submission_documents",
                              "Documents of the partitions of this instance by state.")),
      in_work_(registry.gauge(Audience::kPublic, "qcdr_submission_in_work",
                              "Documents whose delivery is under way.")),
      breaker_(registry.gauge(Audience::kPublic, "qcdr_cms_breaker_open",
                              "1: no call is made for a time, because CMS does not answer; 0.5: "
                              "one call tries; 0: calls are made.")) {
  for (int end = 0; end <= static_cast<int>(DeliveryEnd::kStopped); ++end) {
    (void)ends_.with({{"end", end_word(static_cast<DeliveryEnd>(end))}});
  }
  for (const char* why : kHeldWords) (void)held_.with({{"why", why}});
}

void SubmissionMetrics::called(StepKind call, const CmsReply& reply,
                               std::int64_t took_milliseconds) {
  const std::string word = call_word(call);
  calls_
      .with({{"call", word},
             {"status", status_word(reply)},
             {"error", std::string(submission::error_word(reply.error.kind))}})
      .add();
  seconds_.with({{"call", word}}).observe(static_cast<double>(took_milliseconds) * kMillisecond);
}

void SubmissionMetrics::waits(std::int64_t milliseconds) {
  waits_.add(static_cast<double>(milliseconds) * kMillisecond);
}

void SubmissionMetrics::ended(DeliveryEnd end) {
  ends_.with({{"end", end_word(end)}}).add();
}

void SubmissionMetrics::held(HeldWhy why) {
  held_.with({{"why", kHeldWords.at(static_cast<std::size_t>(why))}}).add();
}

void SubmissionMetrics::told() {
  told_.add();
}

void SubmissionMetrics::states(const std::map<AttemptState, std::uint64_t>& documents) {
  for (int state = static_cast<int>(AttemptState::kWaiting);
       state <= static_cast<int>(AttemptState::kSuperseded); ++state) {
    const auto found = documents.find(static_cast<AttemptState>(state));
    states_.with({{"state", std::string(submission::state_word(static_cast<AttemptState>(state)))}})
        .set(found == documents.end() ? 0 : static_cast<double>(found->second));
  }
}

void SubmissionMetrics::in_work(std::size_t documents) {
  in_work_.set(static_cast<double>(documents));
}

void SubmissionMetrics::breaker(submission::Breaker::State state) {
  using State = submission::Breaker::State;
  constexpr double kHalf = 0.5;
  breaker_.set(state == State::kClosed ? 0 : state == State::kOpen ? 1 : kHalf);
}

}  // namespace qcdr

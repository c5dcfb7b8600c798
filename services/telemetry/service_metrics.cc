#include "telemetry/service_metrics.h"

#include <array>

#include "core/finding_codes.h"
#include "telemetry/label_words.h"
#include "telemetry/log_line.h"
#include "telemetry/shared_names.h"

namespace qcdr {
namespace {

constexpr double kMillisecond = 1e-3;
constexpr const char* kValidationStage = "validation";

double seconds_of(Instant instant) {
  return static_cast<double>(instant.milliseconds()) * kMillisecond;
}

// Every kind that there is, so that a rate does not begin with a gap.
std::vector<std::string> kind_words() {
  std::vector<std::string> words;
  for (int number = 1; number <= v1::RecordKind_MAX; ++number) {
    if (v1::RecordKind_IsValid(number)) {
      words.push_back(label_word(static_cast<v1::RecordKind>(number)));
    }
  }
  return words;
}

const char* word(UploadEnd end) {
  switch (end) {
    case UploadEnd::kCompleted:
      return "completed";
    case UploadEnd::kRefused:
      return "refused";
    case UploadEnd::kDeleted:
      return "deleted";
  }
  return "other";
}

}  // namespace

IngestMetrics::IngestMetrics(MetricRegistry& registry)
    : uploads_(registry.counters(Audience::kPublic, "qcdr_uploads_received_total",
                                 "Uploads taken in, by kind of record.")),
      bytes_(registry.counters(Audience::kPublic, "qcdr_upload_bytes_total",
                               "Bytes of uploads taken in, by kind of record.")),
      refused_(registry.counters(Audience::kPublic, "qcdr_uploads_not_taken_total",
                                 "Uploads that were not taken in, by reason.")) {
  for (const std::string& kind : kind_words()) {
    uploads_.with({{"kind", kind}});
    bytes_.with({{"kind", kind}});
  }
  for (const ErrorCode code : {ErrorCode::kInvalidArgument, ErrorCode::kLimitExceeded}) {
    refused_.with({{"reason", label_word(code)}});
  }
}

void IngestMetrics::accepted(v1::RecordKind kind, std::uint64_t bytes) {
  const MetricLabels labels = {{"kind", label_word(kind)}};
  uploads_.with(labels).add();
  bytes_.with(labels).add(static_cast<double>(bytes));
}

void IngestMetrics::refused(ErrorCode reason) {
  refused_.with({{"reason", label_word(reason)}}).add();
}

ValidationMetrics::ValidationMetrics(MetricRegistry& registry, stream::Clock& clock)
    : clock_(clock),
      ends_(registry.counters(Audience::kPublic, "qcdr_upload_validations_total",
                              "Uploads that validation came to the end of, by result.")),
      rows_(registry.counters(Audience::kPublic, "qcdr_validated_rows_total",
                              "Rows that validation read, by the worst of their findings.")),
      in_progress_(registry.gauge(Audience::kPublic, "qcdr_uploads_in_progress",
                                  "Uploads that validation is reading.")),
      heartbeat_(registry.gauges(Audience::kPublic, kHeartbeatName, kHeartbeatHelp)
                     .with({{"stage", "controller"}, {"partition", "all"}})),
      dead_letters_(registry.counters(Audience::kPublic, kDeadLettersName, kDeadLettersHelp)
                        .with({{"stage", kValidationStage}})),
      committed_offset_(
          registry.gauges(Audience::kPublic, kCommittedOffsetName, kCommittedOffsetHelp)),
      lag_records_(registry.gauges(Audience::kPublic, kLagRecordsName, kLagRecordsHelp)),
      lag_seconds_(registry.gauges(Audience::kPublic, kLagSecondsName, kLagSecondsHelp)) {
  for (const std::string& kind : kind_words()) {
    for (const UploadEnd end : {UploadEnd::kCompleted, UploadEnd::kRefused, UploadEnd::kDeleted}) {
      ends_.with({{"kind", kind}, {"result", word(end)}});
    }
    for (const char* verdict : {"clean", "warning", "error"}) {
      rows_.with({{"kind", kind}, {"verdict", verdict}});
    }
  }
}

void ValidationMetrics::on_chunk(v1::RecordKind kind, const RowVerdicts& rows) {
  const std::string word = label_word(kind);
  const auto count = [&](const char* verdict, std::uint64_t amount) {
    if (amount == 0) return;
    rows_.with({{"kind", word}, {"verdict", verdict}}).add(static_cast<double>(amount));
  };
  count("clean", rows.clean);
  count("warning", rows.warned);
  count("error", rows.failed);
}

void ValidationMetrics::on_end(v1::RecordKind kind, UploadEnd end) {
  ends_.with({{"kind", label_word(kind)}, {"result", word(end)}}).add();
}

void ValidationMetrics::on_dead_letter(Partition partition, Offset offset) {
  dead_letters_.add();
  LogLine(LogLevel::kWarning, "record laid aside")
      .stage(kValidationStage)
      .partition(partition)
      .offset(offset);
}

void ValidationMetrics::on_waits(Partition partition, Offset offset, const Status& why) {
  LogLine(LogLevel::kError, "upload waits for a later release")
      .stage(kValidationStage)
      .partition(partition)
      .offset(offset)
      .error(why);
}

void ValidationMetrics::progress(const Validation::Progress& progress) {
  in_progress_.set(static_cast<double>(progress.uploads));
  for (auto place = partitions_.begin(); place != partitions_.end();) {
    if (progress.places.contains(place->first)) {
      ++place;
      continue;
    }
    committed_offset_.remove(place->second);
    lag_records_.remove(place->second);
    lag_seconds_.remove(place->second);
    place = partitions_.erase(place);
  }
  const double now = seconds_of(clock_.now());
  for (const auto& [partition, place] : progress.places) {
    MetricLabels& labels = partitions_[partition];
    labels = {{"stage", kValidationStage}, {"partition", std::to_string(partition.value())}};
    committed_offset_.with(labels).set(static_cast<double>(place.committed.value()));
    const auto lag = static_cast<double>(place.end.value() - place.committed.value());
    lag_records_.with(labels).set(std::max(0.0, lag));
    const double age = place.oldest ? now - seconds_of(*place.oldest) : 0;
    lag_seconds_.with(labels).set(std::max(0.0, age));
  }
}

void ValidationMetrics::heartbeat(Instant at) {
  heartbeat_.set(seconds_of(at));
}

ScoringMetrics::ScoringMetrics(MetricRegistry& registry, stream::Clock& wall)
    : wall_(wall),
      folded_rows_(registry.counter(Audience::kPublic, "qcdr_folded_rows_total",
                                    "Rows of chunks folded and committed.")),
      findings_(registry.counters(Audience::kPublic, "qcdr_findings_total",
                                  "Findings published, by code.")),
      outputs_(registry.counters(Audience::kPublic, "qcdr_published_records_total",
                                 "Records published, after coalescing, by topic.")),
      rows_(registry.counters(Audience::kPublic, "qcdr_upload_rows_total",
                              "Rows of finished uploads, by what became of them.")),
      uploads_(registry.counters(Audience::kPublic, "qcdr_upload_outcomes_total",
                                 "Finished uploads, by result.")),
      parked_(registry.counter(Audience::kPublic, "qcdr_uploads_parked_total",
                               "Uploads that wait for rows which are missing on the log.")),
      heartbeat_(registry.gauges(Audience::kPublic, kHeartbeatName, kHeartbeatHelp)),
      heartbeat_delay_(registry
                           .histograms(Audience::kPublic, "qcdr_heartbeat_delay_seconds",
                                       "Sent by the controller to folded and committed.",
                                       {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600})
                           .with({})) {
  for (const FindingDescription& finding : all_findings()) of_finding(code_number(finding.code));
  for (const std::string& kind : kind_words()) {
    for (const char* outcome : {"accepted", "held", "rejected", "duplicate"}) {
      rows_.with({{"kind", kind}, {"outcome", outcome}});
    }
    for (const char* result : {"taken", "refused"}) {
      uploads_.with({{"kind", kind}, {"result", result}});
    }
  }
}

Counter& ScoringMetrics::of_finding(std::uint32_t code) {
  const auto found = by_code_.find(code);
  if (found != by_code_.end()) return found->second;
  return by_code_.emplace(code, findings_.with({{"code", print_code(code)}})).first->second;
}

void ScoringMetrics::on_batch(Partition partition, const ScoringTally& tally) {
  folded_rows_.add(static_cast<double>(tally.rows));
  for (const auto& [code, count] : tally.findings) {
    of_finding(code).add(static_cast<double>(count));
    if (code == code_number(FindingCode::UPLOAD_PARKED)) parked_.add(static_cast<double>(count));
  }
  for (const auto& [topic, count] : tally.outputs) {
    outputs_.with({{"topic", topic}}).add(static_cast<double>(count));
  }
  for (const ScoringTally::Upload& upload : tally.uploads) {
    const std::string kind = label_word(static_cast<v1::RecordKind>(upload.kind));
    const auto rows = [&](const char* outcome, std::uint64_t count) {
      rows_.with({{"kind", kind}, {"outcome", outcome}}).add(static_cast<double>(count));
    };
    rows("accepted", upload.accepted);
    rows("held", upload.held);
    rows("rejected", upload.rejected);
    rows("duplicate", upload.duplicate);
    uploads_.with({{"kind", kind}, {"result", upload.refused ? "refused" : "taken"}}).add();
  }
  if (!tally.heartbeat) return;
  const double sent = seconds_of(*tally.heartbeat);
  heartbeat_.with({{"stage", "scoring"}, {"partition", std::to_string(partition.value())}})
      .set(sent);
  heartbeat_delay_.observe(std::max(0.0, seconds_of(wall_.now()) - sent));
}

void publish_deadlines(MetricRegistry& registry, const rulebook::Rulebook& rulebook) {
  const GaugeFamily deadlines =
      registry.gauges(Audience::kPublic, "qcdr_deadline_timestamp_seconds",
                      "First moment that is too late, by year and deadline of the calendar.");
  for (const PerformanceYear year : rulebook.years()) {
    for (const rulebook::Deadline& deadline : rulebook.find_year(year)->deadlines()) {
      deadlines
          .with({{"performance_year", std::to_string(year.value())}, {"deadline", deadline.name}})
          .set(seconds_of(deadline.passes_at));
    }
  }
}

}  // namespace qcdr

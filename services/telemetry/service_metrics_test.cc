#include "telemetry/service_metrics.h"

#include <gtest/gtest.h>

#include "core/finding_codes.h"

namespace qcdr {
namespace {

class StandingClock final : public stream::Clock {
 public:
  Instant now() override { return Instant::from_milliseconds(100'000); }
  std::int64_t monotonic_milliseconds() override { return 0; }
};

class ServiceMetricsTest : public testing::Test {
 protected:
  bool has(const std::string& line) {
    return registry_.text(Audience::kPublic).find("\n" + line + "\n") != std::string::npos;
  }
  MetricRegistry registry_;
  StandingClock clock_;
};

TEST_F(ServiceMetricsTest, IngestCountsByKind) {
  IngestMetrics metrics(registry_);
  EXPECT_TRUE(has(R"(qcdr_uploads_received_total{kind="opt_out"} 0)"));
  metrics.accepted(v1::RECORD_KIND_OPT_OUT, 10);
  metrics.refused(ErrorCode::kLimitExceeded);
  EXPECT_TRUE(has(R"(qcdr_uploads_received_total{kind="opt_out"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_upload_bytes_total{kind="opt_out"} 10)"));
  EXPECT_TRUE(has(R"(qcdr_uploads_not_taken_total{reason="limit_exceeded"} 1)"));
}

TEST_F(ServiceMetricsTest, ValidationCountsVerdictsAndShowsItsPlace) {
  ValidationMetrics metrics(registry_, clock_);
  metrics.on_chunk(v1::RECORD_KIND_ANESTHESIA_CASE, {3, 2, 1});
  metrics.on_end(v1::RECORD_KIND_ANESTHESIA_CASE, UploadEnd::kRefused);
  EXPECT_TRUE(has(R"(qcdr_validated_rows_total{kind="anesthesia_case",verdict="clean"} 3)"));
  EXPECT_TRUE(has(R"(qcdr_validated_rows_total{kind="anesthesia_case",verdict="error"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_upload_validations_total{kind="anesthesia_case",result="refused"} 1)"));
  metrics.on_dead_letter(Partition(4), Offset(7));
  EXPECT_TRUE(has(R"(qcdr_dlq_records_total{stage="validation"} 1)"));
  Validation::Progress progress;
  progress.uploads = 2;
  progress.places[Partition(4)] = {Offset(7), Offset(9), Instant::from_milliseconds(70'000)};
  metrics.progress(progress);
  EXPECT_TRUE(has("qcdr_uploads_in_progress 2"));
  EXPECT_TRUE(has(R"(qcdr_lag_records{partition="4",stage="validation"} 2)"));
  EXPECT_TRUE(has(R"(qcdr_lag_seconds{partition="4",stage="validation"} 30)"));
  metrics.progress({});
  EXPECT_EQ(registry_.text(Audience::kPublic).find("partition=\"4\""), std::string::npos);
}

TEST_F(ServiceMetricsTest, ScoringCountsWhatWasCommitted) {
  ScoringMetrics metrics(registry_, clock_);
  ScoringTally tally;
  tally.rows = 9;
  tally.findings[code_number(FindingCode::UPLOAD_PARKED)] = 1;
  tally.outputs["qcdr.public.findings.v1"] = 4;
  tally.uploads.push_back({v1::RECORD_KIND_ROSTER_ENTRY, false, 5, 3, 1, 0});
  tally.heartbeat = Instant::from_milliseconds(98'000);
  metrics.on_batch(Partition(1), tally);
  EXPECT_TRUE(has("qcdr_folded_rows_total 9"));
  EXPECT_TRUE(has("qcdr_uploads_parked_total 1"));
  EXPECT_TRUE(has(R"(qcdr_findings_total{code="QCDR-SYS-0002"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_findings_total{code="QCDR-SYS-0001"} 0)"));
  EXPECT_TRUE(has(R"(qcdr_published_records_total{topic="qcdr.public.findings.v1"} 4)"));
  EXPECT_TRUE(has(R"(qcdr_upload_rows_total{kind="roster_entry",outcome="held"} 3)"));
  EXPECT_TRUE(has(R"(qcdr_upload_outcomes_total{kind="roster_entry",result="taken"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_heartbeat_timestamp_seconds{partition="1",stage="scoring"} 98)"));
  EXPECT_TRUE(has(R"(qcdr_heartbeat_delay_seconds_bucket{le="2.5"} 1)"));
  EXPECT_TRUE(has(R"(qcdr_heartbeat_delay_seconds_bucket{le="1"} 0)"));
}

TEST_F(ServiceMetricsTest, DeadlinesAreThoseOfTheCalendar) {
  publish_deadlines(registry_, rulebook::Rulebook::built_in());
  EXPECT_TRUE(has(
      R"(qcdr_deadline_timestamp_seconds{deadline="roster",performance_year="2022"} 1675231200)"));
}

}  // namespace
}  // namespace qcdr

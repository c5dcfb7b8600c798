#include "telemetry/metric_registry.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST(MetricRegistry, EachAudienceHasItsOwnText) {
  MetricRegistry registry;
  registry.counter(Audience::kPublic, "qcdr_a_total", "A.").add(2);
  registry.gauge(Audience::kInternal, "qcdr_b_bytes", "B.").set(1.5);
  const std::string open = registry.text(Audience::kPublic);
  EXPECT_TRUE(has(open, "qcdr_a_total 2")) << open;
  EXPECT_EQ(open.find("qcdr_b_bytes"), std::string::npos);
  EXPECT_NE(registry.text(Audience::kInternal).find("qcdr_b_bytes 1.5"), std::string::npos);
  EXPECT_EQ(open.find("# HELP qcdr_a_total A."), 0U);
}

TEST(MetricRegistry, AChildIsShownFromTheBeginningAndGoesWhenRemoved) {
  MetricRegistry registry;
  const GaugeFamily lag = registry.gauges(Audience::kPublic, "qcdr_lag_records", "Lag.");
  const CounterFamily rows = registry.counters(Audience::kPublic, "qcdr_rows_total", "Rows.");
  static_cast<void>(rows.with({{"kind", "roster"}}));
  lag.with({{"partition", "1"}}).set(3);
  EXPECT_TRUE(has(registry.text(Audience::kPublic), R"(qcdr_rows_total{kind="roster"} 0)"));
  lag.remove({{"partition", "1"}});
  EXPECT_EQ(registry.text(Audience::kPublic).find("partition"), std::string::npos);
  lag.with({{"partition", "1"}}).set(4);
  EXPECT_TRUE(has(registry.text(Audience::kPublic), R"(qcdr_lag_records{partition="1"} 4)"));
}

TEST(MetricRegistry, TheSameNameIsTheSameFamily) {
  MetricRegistry registry;
  registry.counters(Audience::kPublic, "qcdr_a_total", "A.").with({{"stage", "x"}}).add();
  registry.counters(Audience::kPublic, "qcdr_a_total", "A.").with({{"stage", "y"}}).add();
  const std::string text = registry.text(Audience::kPublic);
  EXPECT_EQ(text.find("# TYPE"), text.rfind("# TYPE"));
}

TEST(MetricRegistry, ATotalOfOthersCountsOnWhenItBeginsAgain) {
  MetricRegistry registry;
  Counter counter = registry.counter(Audience::kPublic, "qcdr_a_total", "A.");
  for (const double total : {5.0, 5.0, 8.0, 2.0}) counter.advance_to(total);
  EXPECT_TRUE(has(registry.text(Audience::kPublic), "qcdr_a_total 10"));
}

TEST(MetricRegistry, LabelsAreBoundedAndHoldNoIdentifier) {
  MetricRegistry registry;
  const CounterFamily family = registry.counters(Audience::kPublic, "qcdr_a_total", "A.");
  for (std::size_t i = 0; i < kSeriesOfFamilyMax + 10; ++i) {
    family.with({{"value", "v" + std::to_string(i)}}).add();
  }
  EXPECT_TRUE(has(registry.text(Audience::kPublic), R"(qcdr_a_total{value="other"} 10)"));
  registry.counters(Audience::kInternal, "qcdr_b_total", "B.").with({{"v", "tin 000456789"}}).add();
  EXPECT_EQ(registry.text(Audience::kInternal).find("000456789"), std::string::npos);
}

TEST(MetricRegistry, HistogramsHaveTheirBuckets) {
  MetricRegistry registry;
  Histogram histogram = registry.histograms(Audience::kPublic, "qcdr_d_seconds", "D.", {0.1, 1})
                            .with({{"stage", "x"}});
  histogram.observe(0.5);
  EXPECT_TRUE(
      has(registry.text(Audience::kPublic), R"(qcdr_d_seconds_bucket{stage="x",le="1"} 1)"));
}

}  // namespace
}  // namespace qcdr

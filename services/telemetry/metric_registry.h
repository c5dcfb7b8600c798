// Counters, gauges and histograms of one process, and their text for a scrape.
//
// Names follow Prometheus: `qcdr_` before, base units, the unit and then `_total` behind. A label
// has a bounded set of values and never a practice, a TIN, an NPI or anything of a patient; label
// values pass the scrubber, and a family with too many children puts the rest into one that is
// "other". What everybody watches is public (/metrics), what helps in searching internal
// (/metrics/internal). Thread-safety: all of it, from any thread; to count is an atomic addition.
// Ownership: handles belong to the registry and are good as long as it is, unless their child was
// removed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
template <class T>
class Family;
}  // namespace prometheus

namespace qcdr {

enum class Audience : std::uint8_t { kPublic, kInternal };

using MetricLabels = std::map<std::string, std::string>;

// Of one family; more is a mistake of ours, and must not cost the monitoring its memory.
inline constexpr std::size_t kSeriesOfFamilyMax = 500;

class Counter {
 public:
  explicit Counter(prometheus::Counter* counter = nullptr) : counter_(counter) {}
  void add(double amount = 1);
  // Of a total that somebody else counts; when it went back it began again.
  void advance_to(double total);

 private:
  prometheus::Counter* counter_;
  double seen_ = 0;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge* gauge = nullptr) : gauge_(gauge) {}
  void set(double value);

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram* histogram = nullptr) : histogram_(histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

// One name with its children by label values. Copies are the same family.
template <class Metric, class Handle>
class MetricFamily {
 public:
  struct Shared;
  explicit MetricFamily(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  // Makes the child when there is none; it is shown from then on, a counter as 0.
  Handle with(const MetricLabels& labels) const;
  // The child is no longer shown; its handles must not be used again.
  void remove(const MetricLabels& labels) const;

 private:
  std::shared_ptr<Shared> shared_;
};
using CounterFamily = MetricFamily<prometheus::Counter, Counter>;
using GaugeFamily = MetricFamily<prometheus::Gauge, Gauge>;
using HistogramFamily = MetricFamily<prometheus::Histogram, Histogram>;

class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  CounterFamily counters(Audience audience, const std::string& name, const std::string& help);
  GaugeFamily gauges(Audience audience, const std::string& name, const std::string& help);
  // `bounds`: upper bounds of the buckets, ascending.
  HistogramFamily histograms(Audience audience, const std::string& name, const std::string& help,
                             std::vector<double> bounds);
  // Those without labels.
  Counter counter(Audience audience, const std::string& name, const std::string& help);
  Gauge gauge(Audience audience, const std::string& name, const std::string& help);

  // In Prometheus's text format, version 0.0.4.
  std::string text(Audience audience) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace qcdr

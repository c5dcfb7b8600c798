#include "telemetry/metric_registry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

#include "telemetry/identifier_scrubber.h"

namespace qcdr {
namespace {

constexpr const char* kOther = "other";

template <class Metric>
Metric& add_child(prometheus::Family<Metric>& family, const MetricLabels& labels,
                  const std::vector<double>& bounds) {
  if constexpr (std::is_same_v<Metric, prometheus::Histogram>) {
    return family.Add(labels, bounds);
  } else {
    static_cast<void>(bounds);
    return family.Add(labels);
  }
}

MetricLabels scrubbed(const MetricLabels& labels) {
  MetricLabels clean;
  for (const auto& [name, value] : labels) clean[name] = scrub_identifiers(value);
  return clean;
}

}  // namespace

void Counter::add(double amount) {
  counter_->Increment(amount);
}

void Counter::advance_to(double total) {
  counter_->Increment(total < seen_ ? total : total - seen_);
  seen_ = total;
}

void Gauge::set(double value) {
  gauge_->Set(value);
}

void Histogram::observe(double value) {
  histogram_->Observe(value);
}

template <class Metric, class Handle>
struct MetricFamily<Metric, Handle>::Shared {
  prometheus::Family<Metric>* family;
  std::vector<double> bounds;
  std::mutex mutex;
  std::map<MetricLabels, Metric*> children;
};

template <class Metric, class Handle>
Handle MetricFamily<Metric, Handle>::with(const MetricLabels& labels) const {
  MetricLabels clean = scrubbed(labels);
  const std::lock_guard<std::mutex> lock(shared_->mutex);
  if (!shared_->children.contains(clean) && shared_->children.size() >= kSeriesOfFamilyMax) {
    for (auto& [name, value] : clean) value = kOther;
  }
  Metric*& child = shared_->children[clean];
  if (child == nullptr) child = &add_child(*shared_->family, clean, shared_->bounds);
  return Handle(child);
}

template <class Metric, class Handle>
void MetricFamily<Metric, Handle>::remove(const MetricLabels& labels) const {
  const std::lock_guard<std::mutex> lock(shared_->mutex);
  const auto child = shared_->children.find(scrubbed(labels));
  if (child == shared_->children.end()) return;
  shared_->family->Remove(child->second);
  shared_->children.erase(child);
}

template class MetricFamily<prometheus::Counter, Counter>;
template class MetricFamily<prometheus::Gauge, Gauge>;
template class MetricFamily<prometheus::Histogram, Histogram>;

struct MetricRegistry::Parts {
  prometheus::Registry public_registry;
  prometheus::Registry internal_registry;
  prometheus::Registry& of(Audience audience) {
    return audience == Audience::kPublic ? public_registry : internal_registry;
  }
  template <class Metric, class Handle>
  MetricFamily<Metric, Handle> family(prometheus::detail::Builder<Metric> builder,
                                      Audience audience, const std::string& name,
                                      const std::string& help, std::vector<double> bounds) {
    using Family = MetricFamily<Metric, Handle>;
    auto shared = std::make_shared<typename Family::Shared>();
    shared->family = &builder.Name(name).Help(help).Register(of(audience));
    shared->bounds = std::move(bounds);
    return Family(std::move(shared));
  }
};

MetricRegistry::MetricRegistry() : parts_(std::make_unique<Parts>()) {}
MetricRegistry::~MetricRegistry() = default;

CounterFamily MetricRegistry::counters(Audience audience, const std::string& name,
                                       const std::string& help) {
  return parts_->family<prometheus::Counter, Counter>(prometheus::BuildCounter(), audience, name,
                                                      help, {});
}

GaugeFamily MetricRegistry::gauges(Audience audience, const std::string& name,
                                   const std::string& help) {
  return parts_->family<prometheus::Gauge, Gauge>(prometheus::BuildGauge(), audience, name, help,
                                                  {});
}

HistogramFamily MetricRegistry::histograms(Audience audience, const std::string& name,
                                           const std::string& help, std::vector<double> bounds) {
  return parts_->family<prometheus::Histogram, Histogram>(prometheus::BuildHistogram(), audience,
                                                          name, help, std::move(bounds));
}

Counter MetricRegistry::counter(Audience audience, const std::string& name,
                                const std::string& help) {
  return counters(audience, name, help).with({});
}

Gauge MetricRegistry::gauge(Audience audience, const std::string& name, const std::string& help) {
  return gauges(audience, name, help).with({});
}

std::string MetricRegistry::text(Audience audience) const {
  return prometheus::TextSerializer().Serialize(parts_->of(audience).Collect());
}

}  // namespace qcdr

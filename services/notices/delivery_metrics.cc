#include "notices/delivery_metrics.h"

#include <algorithm>

namespace qcdr {
namespace {

constexpr double kMillisecond = 1e-3;

}  // namespace

DeliveryMetrics::DeliveryMetrics(MetricRegistry& registry, stream::Clock& wall)
    : wall_(wall),
      waiting_(registry.gauge(Audience::kPublic, "qcdr_notices_waiting",
                              "Notices that were read and are not delivered.")),
      oldest_(registry.gauge(Audience::kPublic, "qcdr_notice_oldest_waiting_seconds",
                             "Age of the oldest notice that was read and is not delivered; 0: "
                             "none waits.")) {
  const CounterFamily mails =
      registry.counters(Audience::kPublic, "qcdr_notice_mails_total",
                        "What became of notices for their recipients: sent, not_yet (tried and "
                        "not taken), dead, pointless, nobody, repeat.");
  const std::map<DeliveryEnd, const char*> words = {
      {DeliveryEnd::kSent, "sent"},     {DeliveryEnd::kNotYet, "not_yet"},
      {DeliveryEnd::kDead, "dead"},     {DeliveryEnd::kPointless, "pointless"},
      {DeliveryEnd::kNobody, "nobody"}, {DeliveryEnd::kRepeat, "repeat"}};
  for (const auto& entry : words)
    ends_.emplace(entry.first, mails.with({{"outcome", entry.second}}));
}

void DeliveryMetrics::count(DeliveryEnd end) {
  ends_.at(end).add();
}

void DeliveryMetrics::waiting(std::size_t count, std::optional<Instant> oldest) {
  waiting_.set(static_cast<double>(count));
  const std::int64_t age =
      oldest ? wall_.now().milliseconds() - oldest->milliseconds() : std::int64_t{0};
  oldest_.set(static_cast<double>(std::max<std::int64_t>(age, 0)) * kMillisecond);
}

}  // namespace qcdr

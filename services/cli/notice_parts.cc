#include "cli/notice_parts.h"

#include <thread>

#include "cli/stop_signal.h"

namespace qcdr {
namespace {

constexpr std::chrono::milliseconds kPause{20};

}  // namespace

Result<std::unique_ptr<NoticeParts>> NoticeParts::open(Places places, stream::Log& log,
                                                       stream::BlobStore& blobs, KeyRing& keys,
                                                       MetricRegistry& registry) {
  std::unique_ptr<NoticeParts> parts(new NoticeParts());
  QCDR_ASSIGN_OR_RETURN(parts->settings_, read_mail_settings(places.mail_file));
  parts->metrics_ = std::make_unique<DeliveryMetrics>(registry, parts->wall_);
  QCDR_ASSIGN_OR_RETURN(parts->sender_, SmtpSender::open(parts->settings_));
  QCDR_ASSIGN_OR_RETURN(parts->ledger_, DeliveryLedger::open(places.directory));
  parts->recipients_ = std::make_unique<Recipients>(parts->settings_, log, blobs, keys);
  NoticeParts& self = *parts;
  std::function<std::optional<Instant>()> now = std::move(places.season_now);
  if (now == nullptr) now = [&self] { return std::optional(self.wall_.now()); };
  const auto chance = [&self](std::uint64_t below) {
    return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(self.random_);
  };
  QCDR_ASSIGN_OR_RETURN(
      parts->delivery_,
      NoticeDelivery::open(places.slot,
                           {self.settings_, log, *self.recipients_, *self.sender_, *self.ledger_,
                            self.wall_, *self.metrics_, keys.token_key(), std::move(now), chance}));
  return parts;
}

Status NoticeParts::drain(std::chrono::milliseconds time_max) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  while (!stop_requested()) {
    QCDR_ASSIGN_OR_RETURN(const bool worked, step(std::chrono::milliseconds(0)));
    if (worked) continue;
    if (idle() || std::chrono::steady_clock::now() > end) return Status::ok();
    std::this_thread::sleep_for(kPause);
  }
  return Status::ok();
}

}  // namespace qcdr

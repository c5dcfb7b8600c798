// The delivery of notices with all that it needs, for `qcdr dev` and `qcdr serve notices`.
// Thread-safety: none. Lifetime: log, blobs, keys and registry outlive it. Errors: those of the
// settings, with file and line; kFailedPrecondition when another process delivers from there.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "notices/delivery.h"
#include "notices/smtp_sender.h"
#include "stream/system_clock.h"

namespace qcdr {

class NoticeParts {
 public:
  struct Places {
    std::string mail_file;
    std::string directory;  // of the delivery ledger
    std::string slot;
    // See DeliveryParts; none: the clock on the wall.
    std::function<std::optional<Instant>()> season_now;
  };
  static Result<std::unique_ptr<NoticeParts>> open(Places places, stream::Log& log,
                                                   stream::BlobStore& blobs, KeyRing& keys,
                                                   MetricRegistry& registry);
  Result<bool> step(std::chrono::milliseconds wait) { return delivery_->step(wait); }
  bool idle() const { return delivery_->idle(); }
  // Until nothing is in work or so much time is over.
  Status drain(std::chrono::milliseconds time_max);

 private:
  NoticeParts() = default;

  stream::SystemClock wall_;
  std::mt19937_64 random_{std::random_device{}()};
  MailSettings settings_;
  std::unique_ptr<DeliveryMetrics> metrics_;
  std::unique_ptr<SmtpSender> sender_;
  std::unique_ptr<DeliveryLedger> ledger_;
  std::unique_ptr<Recipients> recipients_;
  std::unique_ptr<NoticeDelivery> delivery_;
};

}  // namespace qcdr

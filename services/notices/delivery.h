// Delivers notices as mail: the one consumer of qcdr.public.notices.v1 here.
//
// Each notice goes to each of its recipients in a mail of its own. What was sent stands in the
// delivery ledger, and is not sent again; an offset is committed when every notice before it is
// done with. A mail that is not taken is tried again after a random pause of up to
// retry_seconds * 2^tries, five minutes at most (full jitter), others meanwhile; after tries_max,
// or when the server refuses it for good, the notice becomes a dead letter. A notice whose time has
// passed, or that was cancelled, is not sent. At most so many mails a minute.
// After a kill between the server's answer and the ledger's line one mail is sent a second time,
// with the same Message-ID; nothing is lost.
// Limits: kWaitingMax notices in work, beyond which nothing further is read.
// Thread-safety: none. Lifetime: what the constructor takes outlives it.
// Errors: those of the log and of the ledger; mail servers make none.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "notices/delivery_ledger.h"
#include "notices/delivery_metrics.h"
#include "notices/mail_sender.h"
#include "notices/recipients.h"
#include "stream/clock.h"
#include "stream/log.h"

namespace qcdr {

inline constexpr std::size_t kWaitingMax = 256;

struct DeliveryParts {
  const MailSettings& settings;
  stream::Log& log;
  Recipients& recipients;
  MailSender& sender;
  DeliveryLedger& ledger;
  stream::Clock& wall;
  DeliveryMetrics& metrics;
  const Key256& recipient_key;  // recipients stand in ledger and Message-ID as keyed hashes
  // The time by which a notice may be pointless; none: that of the newest notice read, for a season
  // that is played again.
  std::function<std::optional<Instant>()> season_now;
  // A number from 0 up to, not including, the argument; above 0.
  std::function<std::uint64_t(std::uint64_t)> chance;
};

class NoticeDelivery {
 public:
  static Result<std::unique_ptr<NoticeDelivery>> open(const std::string& slot, DeliveryParts parts);
  // Reads, sends what is due, commits. True: there was something to do.
  Result<bool> step(std::chrono::milliseconds wait);
  // Nothing is in work.
  bool idle() const { return waiting_.empty(); }
  std::size_t in_work() const { return waiting_.size(); }

 private:
  struct Envelope {
    std::string address;
    std::string key;
    int tries = 0;
    std::int64_t due_milliseconds = 0;  // monotonic
    bool done = false;
    bool dead = false;
  };
  struct Waiting {
    stream::Record record;
    v1::Notice notice;
    std::vector<Envelope> envelopes;
    bool done() const;
  };

  explicit NoticeDelivery(DeliveryParts parts) : parts_(std::move(parts)) {}
  Status follow_assignment();
  Status take(stream::Record record);
  Status address(Waiting* waiting);
  bool is_pointless(const v1::Notice& notice) const;
  Result<bool> send_due();
  Status send_one(Waiting* waiting, Envelope* envelope);
  Status finish(Waiting* waiting);
  Status lay_aside(const stream::Record& record, const char* why);
  Status commit_done();
  bool settled_meanwhile(const v1::Notice& notice, Envelope* envelope);
  bool may_send_now();
  std::int64_t pause_after(int tries) const;

  DeliveryParts parts_;
  std::unique_ptr<stream::Consumer> consumer_;
  std::unique_ptr<stream::Appender> appender_;
  std::optional<std::uint64_t> epoch_;
  std::deque<Waiting> waiting_;       // in the order in which they were read
  std::map<Partition, Offset> read_;  // next to read
  std::map<Partition, Offset> committed_;
  std::set<std::string> cancelled_;          // notice ids, of this run
  std::optional<Instant> newest_;            // created_at of a notice
  std::int64_t next_mail_milliseconds_ = 0;  // monotonic
};

}  // namespace qcdr

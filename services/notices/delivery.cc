#include "notices/delivery.h"

#include <algorithm>

#include "common/dead_letter.h"
#include "common/topic_names.h"
#include "notices/notice_words.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

constexpr const char* kStage = "notices";
constexpr const char* kNoRecipient = "-";
constexpr std::int64_t kPauseMilliseconds = 1'000;
constexpr std::int64_t kPauseMillisecondsMax = 300'000;
constexpr int kDoublingsMax = 20;
constexpr std::int64_t kMinuteMilliseconds = 60'000;
// A slow server must not keep this member from its group.
constexpr std::int64_t kStepMilliseconds = 10'000;
constexpr std::size_t kKeyBytes = 8;
static_assert(kPauseMilliseconds << kDoublingsMax > kPauseMillisecondsMax);

std::string recipient_key(const Key256& key, const std::string& address) {
  const Hash256 hash = hmac_sha256(key, "qcdr notice recipient 1 " + address);
  return hex(view(hash).substr(0, kKeyBytes));
}

}  // namespace

bool NoticeDelivery::Waiting::done() const {
  return std::all_of(envelopes.begin(), envelopes.end(),
                     [](const Envelope& each) { return each.done; });
}

Result<std::unique_ptr<NoticeDelivery>> NoticeDelivery::open(const std::string& slot,
                                                             DeliveryParts parts) {
  std::unique_ptr<NoticeDelivery> delivery(new NoticeDelivery(std::move(parts)));
  stream::Log& log = delivery->parts_.log;
  QCDR_ASSIGN_OR_RETURN(delivery->consumer_, log.join(kNoticesGroup, kNoticesTopic, slot));
  QCDR_ASSIGN_OR_RETURN(delivery->appender_, log.appender());
  return delivery;
}

// What is in work when partitions change hands is read again by whoever has them then; what was
// sent of it stands in the ledger.
Status NoticeDelivery::follow_assignment() {
  QCDR_ASSIGN_OR_RETURN(const auto assignment, consumer_->assignment());
  if (epoch_ == assignment.epoch) return Status::ok();
  waiting_.clear();
  read_.clear();
  committed_.clear();
  for (const Partition partition : assignment.partitions) {
    QCDR_ASSIGN_OR_RETURN(const Offset from, consumer_->committed(partition));
    QCDR_RETURN_IF_ERROR(consumer_->seek(partition, from));
    read_[partition] = from;
    committed_[partition] = from;
  }
  epoch_ = assignment.epoch;
  return Status::ok();
}

Result<bool> NoticeDelivery::step(std::chrono::milliseconds wait) {
  QCDR_RETURN_IF_ERROR(follow_assignment());
  bool worked = false;
  if (waiting_.size() < kWaitingMax) {
    QCDR_ASSIGN_OR_RETURN(auto records,
                          consumer_->poll(waiting_.empty() ? wait : std::chrono::milliseconds(0),
                                          kWaitingMax - waiting_.size()));
    for (stream::Record& record : records) {
      read_[record.partition] = next(record.offset);
      QCDR_RETURN_IF_ERROR(take(std::move(record)));
      worked = true;
    }
  }
  QCDR_ASSIGN_OR_RETURN(const bool sent, send_due());
  QCDR_RETURN_IF_ERROR(commit_done());
  parts_.metrics.waiting(
      waiting_.size(),
      waiting_.empty() ? std::nullopt : std::optional<Instant>(waiting_.front().record.timestamp));
  return worked || sent;
}

Status NoticeDelivery::take(stream::Record record) {
  Waiting waiting;
  if (!record.value || !waiting.notice.ParseFromString(*record.value) ||
      waiting.notice.notice_id().empty()) {
    parts_.metrics.count(DeliveryEnd::kDead);
    return lay_aside(record, "it is no notice");
  }
  const Instant created = Instant::from_milliseconds(waiting.notice.created_at());
  newest_ = std::max(newest_.value_or(created), created);
  if (waiting.notice.cancelled()) {
    cancelled_.insert(waiting.notice.notice_id());
    return Status::ok();
  }
  waiting.record = std::move(record);
  if (parts_.ledger.is_done(waiting.notice.notice_id(), kNoRecipient)) return Status::ok();
  QCDR_RETURN_IF_ERROR(address(&waiting));
  if (!waiting.done()) waiting_.push_back(std::move(waiting));
  return Status::ok();
}

Status NoticeDelivery::address(Waiting* waiting) {
  QCDR_ASSIGN_OR_RETURN(const auto addresses, parts_.recipients.of(waiting->notice));
  const std::string& id = waiting->notice.notice_id();
  if (addresses.empty()) {
    parts_.metrics.count(DeliveryEnd::kNobody);
    return parts_.ledger.note(Delivered::kNobody, id, kNoRecipient, parts_.wall.now());
  }
  for (const std::string& each : addresses) {
    Envelope envelope;
    envelope.address = each;
    envelope.key = recipient_key(parts_.recipient_key, each);
    if (parts_.ledger.is_done(id, envelope.key)) {
      parts_.metrics.count(DeliveryEnd::kRepeat);
      envelope.done = true;
    }
    waiting->envelopes.push_back(std::move(envelope));
  }
  return Status::ok();
}

bool NoticeDelivery::is_pointless(const v1::Notice& notice) const {
  if (cancelled_.count(notice.notice_id()) != 0) return true;
  if (notice.template_kind() != v1::Notice::TEMPLATE_REMINDER) return false;
  const auto deadline = notice.parameters().find("deadlineAt");
  if (deadline == notice.parameters().end()) return false;
  const auto at = Instant::parse(deadline->second);
  const std::optional<Instant> season = parts_.season_now();
  const std::optional<Instant> now = season ? season : newest_;
  return at.is_ok() && now && at.value() < *now;
}

Result<bool> NoticeDelivery::send_due() {
  bool sent = false;
  const std::int64_t stop = parts_.wall.monotonic_milliseconds() + kStepMilliseconds;
  for (Waiting& waiting : waiting_) {
    if (waiting.done()) continue;
    if (parts_.wall.monotonic_milliseconds() > stop) return sent;
    if (is_pointless(waiting.notice)) {
      for (Envelope& each : waiting.envelopes) each.done = true;
      parts_.metrics.count(DeliveryEnd::kPointless);
      QCDR_RETURN_IF_ERROR(parts_.ledger.note(Delivered::kPointless, waiting.notice.notice_id(),
                                              kNoRecipient, parts_.wall.now()));
      continue;
    }
    for (Envelope& each : waiting.envelopes) {
      if (each.done || each.due_milliseconds > parts_.wall.monotonic_milliseconds()) continue;
      if (settled_meanwhile(waiting.notice, &each)) continue;
      if (!may_send_now()) return sent;
      QCDR_RETURN_IF_ERROR(send_one(&waiting, &each));
      sent = true;
    }
    QCDR_RETURN_IF_ERROR(finish(&waiting));
  }
  return sent;
}

// The same notice, read twice before the first was sent.
bool NoticeDelivery::settled_meanwhile(const v1::Notice& notice, Envelope* envelope) {
  if (!parts_.ledger.is_done(notice.notice_id(), envelope->key)) return false;
  parts_.metrics.count(DeliveryEnd::kRepeat);
  envelope->done = true;
  return true;
}

bool NoticeDelivery::may_send_now() {
  const std::int64_t now = parts_.wall.monotonic_milliseconds();
  if (now < next_mail_milliseconds_) return false;
  next_mail_milliseconds_ = now + kMinuteMilliseconds / parts_.settings.mails_per_minute_max;
  return true;
}

std::int64_t NoticeDelivery::pause_after(int tries) const {
  const std::int64_t most =
      std::min(kPauseMillisecondsMax, (kPauseMilliseconds << std::min(tries - 1, kDoublingsMax)) *
                                          parts_.settings.retry_seconds);
  return static_cast<std::int64_t>(parts_.chance(static_cast<std::uint64_t>(most) + 1));
}

Status NoticeDelivery::send_one(Waiting* waiting, Envelope* envelope) {
  const v1::Notice& notice = waiting->notice;
  const NoticeWords words = notice_words(notice, parts_.settings.link_base);
  Mail mail;
  mail.message_id = notice.notice_id() + "." + envelope->key + "@" + parts_.settings.hello;
  mail.from = parts_.settings.from;
  mail.to = envelope->address;
  mail.subject = words.subject;
  mail.body = words.body;
  mail.date = parts_.wall.now();
  ++envelope->tries;
  switch (parts_.sender.send(mail)) {
    case MailOutcome::kSent:
      envelope->done = true;
      parts_.metrics.count(DeliveryEnd::kSent);
      return parts_.ledger.note(Delivered::kSent, notice.notice_id(), envelope->key,
                                parts_.wall.now());
    case MailOutcome::kNotYet:
      parts_.metrics.count(DeliveryEnd::kNotYet);
      if (envelope->tries < parts_.settings.tries_max) {
        envelope->due_milliseconds =
            parts_.wall.monotonic_milliseconds() + pause_after(envelope->tries);
        return Status::ok();
      }
      break;
    case MailOutcome::kRefused:
      break;
  }
  envelope->done = true;
  envelope->dead = true;
  parts_.metrics.count(DeliveryEnd::kDead);
  return parts_.ledger.note(Delivered::kDead, notice.notice_id(), envelope->key, parts_.wall.now());
}

Status NoticeDelivery::finish(Waiting* waiting) {
  if (!waiting->done()) return Status::ok();
  const bool dead = std::any_of(waiting->envelopes.begin(), waiting->envelopes.end(),
                                [](const Envelope& each) { return each.dead; });
  return dead ? lay_aside(waiting->record, "a mail server does not take it") : Status::ok();
}

Status NoticeDelivery::lay_aside(const stream::Record& record, const char* why) {
  LogLine(LogLevel::kError, "a notice was laid aside")
      .partition(record.partition)
      .offset(record.offset);
  return appender_->append(make_dead_letter(record, kStage, why)).status();
}

// Up to the first notice of each partition that is in work.
Status NoticeDelivery::commit_done() {
  std::erase_if(waiting_, [](const Waiting& each) { return each.done(); });
  std::map<Partition, Offset> done = read_;
  for (const Waiting& each : waiting_) {
    Offset& to = done[each.record.partition];
    to = std::min(to, each.record.offset);
  }
  for (const auto& entry : done) {
    if (committed_[entry.first] == entry.second) continue;
    const Status status = consumer_->commit(entry.first, entry.second);
    if (status.code() == ErrorCode::kAborted || status.code() == ErrorCode::kFenced) {
      epoch_.reset();  // somebody else has the partition: what is in work is looked at again
      return Status::ok();
    }
    QCDR_RETURN_IF_ERROR(status);
    committed_[entry.first] = entry.second;
  }
  return Status::ok();
}

}  // namespace qcdr

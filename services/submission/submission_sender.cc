#include "submission/submission_sender.h"

#include <algorithm>

#include "common/document_seal.h"
#include "common/topic_names.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

using submission::DeliveryEnd;
using submission::DeliveryRun;
using submission::PermitAnswer;
using submission::RunDocument;
using submission::RunTime;

constexpr const char* kStage = "submission";
constexpr std::int64_t kSecond = 1'000;

// The topic of one document, and the question whether it may still be written.
class RunJournal final : public submission::Journal, public submission::Permit {
 public:
  RunJournal(DocumentPartition& partition, std::string key, PerformanceYear year,
             const std::function<PermitAnswer(PerformanceYear)>& window)
      : partition_(partition), key_(std::move(key)), year_(year), window_(window) {}

  Status append(const v1::SubmissionDocumentRecord& record) override {
    return partition_.append(key_, record);
  }
  Status catch_up() override { return partition_.catch_up(); }
  Result<PermitAnswer> ask(const std::string& document_id) override {
    QCDR_RETURN_IF_ERROR(partition_.catch_up());
    QCDR_ASSIGN_OR_RETURN(const auto row, partition_.ledger().find(document_id));
    if (!row) return Status(ErrorCode::kCorruption, "a document left the ledger");
    if (row->cancelled || row->state == submission::AttemptState::kSuperseded) {
      // A withdrawal has a delivery of its own, which the window binds as well.
      if (!row->withdraw || window_(year_) == PermitAnswer::kGo) return PermitAnswer::kCancelled;
    }
    return window_(year_);
  }

 private:
  DocumentPartition& partition_;
  const std::string key_;
  const PerformanceYear year_;
  const std::function<PermitAnswer(PerformanceYear)>& window_;
};

}  // namespace

struct SubmissionSender::Work {
  std::string slot;
  std::unique_ptr<RunJournal> journal;
  std::unique_ptr<DeliveryRun> run;
  std::int64_t due_milliseconds = 0;
};

struct SubmissionSender::Place {
  std::unique_ptr<DocumentPartition> documents;
  std::map<std::string, std::unique_ptr<Work>> work;  // by document
  std::map<std::string, std::int64_t> held;           // by document, until
  Status stopped;
};

SubmissionSender::SubmissionSender(SenderParts parts)
    : parts_(std::move(parts)),
      limiter_(parts_.settings.rate_limits()),
      breaker_(parts_.settings.breaker_limits()) {}
SubmissionSender::~SubmissionSender() = default;

Result<std::unique_ptr<SubmissionSender>> SubmissionSender::open(const std::string& slot,
                                                                 SenderParts parts) {
  std::unique_ptr<SubmissionSender> sender(new SubmissionSender(std::move(parts)));
  sender->subject_ = "submission/" + slot;
  QCDR_RETURN_IF_ERROR(sender->need_client());
  QCDR_ASSIGN_OR_RETURN(sender->consumer_,
                        sender->parts_.log.join(kSubmissionGroup, kSubmissionDocumentsTopic, slot));
  return sender;
}

Status SubmissionSender::need_client() {
  if (client_) return Status::ok();
  if (parts_.clock.monotonic_milliseconds() < client_from_milliseconds_) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(client_, parts_.make_client());
  return Status::ok();
}

// What is in work when partitions change hands is begun again by whoever has them then, from the
// log; an attempt that is open there is settled first.
Status SubmissionSender::follow_assignment() {
  QCDR_ASSIGN_OR_RETURN(const auto assignment, consumer_->assignment());
  if (epoch_ == assignment.epoch) return Status::ok();
  places_.clear();
  for (const Partition partition : assignment.partitions) {
    QCDR_ASSIGN_OR_RETURN(const Offset told, consumer_->committed(partition));
    auto place = std::make_unique<Place>();
    QCDR_ASSIGN_OR_RETURN(place->documents,
                          DocumentPartition::open(partition, parts_.log, parts_.stores, told));
    places_.emplace(partition, std::move(place));
  }
  epoch_ = assignment.epoch;
  return Status::ok();
}

Result<bool> SubmissionSender::step() {
  QCDR_RETURN_IF_ERROR(follow_assignment());
  QCDR_RETURN_IF_ERROR(need_client());
  bool worked = false;
  std::map<submission::AttemptState, std::uint64_t> states;
  for (const auto& each : places_) {
    Place& place = *each.second;
    if (!place.stopped.is_ok()) continue;
    const Result<bool> did = work_on(&place);
    const ErrorCode code = did.status().code();
    if (code == ErrorCode::kCorruption || code == ErrorCode::kFailedPrecondition) {
      // It stops alone, and is never passed over.
      place.stopped = did.status();
      place.work.clear();
      LogLine(LogLevel::kError, "partition stopped")
          .stage(kStage)
          .partition(each.first)
          .error(place.stopped);
      continue;
    }
    if (code == ErrorCode::kAborted) {
      epoch_.reset();  // it belongs to another instance now
      return true;
    }
    if (!did.is_ok()) {
      place.work.clear();  // nobody knows what is on the log: from the ledger again
      return did.status();
    }
    worked = worked || did.value();
    for (const auto& state : place.documents->ledger().states())
      states[state.first] += state.second;
  }
  parts_.metrics.states(states);
  parts_.metrics.in_work(in_work());
  parts_.metrics.breaker(breaker_.state(parts_.clock.monotonic_milliseconds()));
  return worked;
}

Result<bool> SubmissionSender::work_on(Place* place) {
  QCDR_RETURN_IF_ERROR(place->documents->catch_up());
  QCDR_RETURN_IF_ERROR(begin_documents(place));
  QCDR_ASSIGN_OR_RETURN(const bool advanced, advance(place));
  const Offset before = place->documents->told();
  QCDR_ASSIGN_OR_RETURN(const std::size_t told, place->documents->tell_receipts());
  for (std::size_t i = 0; i < told; ++i) parts_.metrics.told();
  if (place->documents->told() != before) {
    QCDR_RETURN_IF_ERROR(
        consumer_->commit(place->documents->partition(), place->documents->told()));
  }
  return advanced || told > 0;
}

std::size_t SubmissionSender::in_work() const {
  std::size_t count = 0;
  for (const auto& place : places_) count += place.second->work.size();
  return count;
}

Status SubmissionSender::begin_documents(Place* place) {
  if (!client_) return Status::ok();
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  const auto most = static_cast<std::size_t>(parts_.settings.documents_in_work_max);
  std::set<std::string> slots;
  for (const auto& each : place->work) slots.insert(each.second->slot);
  for (const std::string& id : place->documents->ledger().unfinished()) {
    if (in_work() >= most) break;
    if (place->work.contains(id)) continue;
    const auto held = place->held.find(id);
    if (held != place->held.end() && held->second > now) continue;
    QCDR_ASSIGN_OR_RETURN(const auto row, place->documents->ledger().find(id));
    if (!row || slots.contains(row->slot)) continue;
    if (!row->cancelled && row->attempts == 0 &&
        parts_.window(PerformanceYear(static_cast<std::int32_t>(row->performance_year))) ==
            PermitAnswer::kNotYet) {
      continue;  // nothing is opened before its time
    }
    auto work = open_work(place, id);
    if (!work.is_ok()) {
      const ErrorCode code = work.status().code();
      if (code != ErrorCode::kNotFound && code != ErrorCode::kInvalidArgument &&
          code != ErrorCode::kCorruption) {
        return work.status();
      }
      LogLine(LogLevel::kError, "a document cannot be opened and is laid by")
          .stage(kStage)
          .partition(place->documents->partition())
          .offset(row->document_offset)
          .error(work.status());
      hold(place, id, HeldWhy::kUnreadable);
      continue;
    }
    slots.insert(row->slot);
    place->held.erase(id);
    place->work.emplace(id, std::move(work).value());
  }
  return Status::ok();
}

void SubmissionSender::hold(Place* place, const std::string& document_id, HeldWhy why) {
  place->held[document_id] =
      parts_.clock.monotonic_milliseconds() + parts_.settings.again_seconds * kSecond;
  parts_.metrics.held(why);
}

Result<std::unique_ptr<SubmissionSender::Work>> SubmissionSender::open_work(
    Place* place, const std::string& document_id) {
  const submission::AttemptLedger& ledger = place->documents->ledger();
  QCDR_ASSIGN_OR_RETURN(const auto row, ledger.find(document_id));
  QCDR_ASSIGN_OR_RETURN(const auto slot, ledger.slot(row->slot));
  if (!slot) return Status(ErrorCode::kCorruption, "a document without slot");
  QCDR_ASSIGN_OR_RETURN(const auto frozen, place->documents->read_document(*row));
  RunDocument document;
  document.row = *row;
  document.slot = *slot;
  document.subject = subject_;
  QCDR_ASSIGN_OR_RETURN(document.payload, open_document(parts_.keys, frozen.document));
  QCDR_ASSIGN_OR_RETURN(document.target, submission::read_target(document.payload));
  if (document.target.performance_year != row->performance_year) {
    return Status(ErrorCode::kCorruption, "a payload of another year than its document");
  }
  QCDR_ASSIGN_OR_RETURN(document.tin, open_document_tin(parts_.keys, frozen.document));
  if (document.target.has_tin == document.tin.empty()) {
    return Status(ErrorCode::kCorruption, "a payload and its document differ in having a TIN");
  }
  if (parts_.settings.is_preview() && document.target.has_tin && !document.tin.starts_with("000")) {
    return Status(ErrorCode::kInvalidArgument, "the preview takes TINs that begin with 000 alone");
  }
  auto work = std::make_unique<Work>();
  work->slot = row->slot;
  work->journal = std::make_unique<RunJournal>(
      *place->documents, frozen.key,
      PerformanceYear(static_cast<std::int32_t>(row->performance_year)), parts_.window);
  const RunTime now{parts_.clock.monotonic_milliseconds(), parts_.clock.now()};
  work->run = std::make_unique<DeliveryRun>(
      submission::RunParts{*work->journal, *work->journal, *client_, limiter_, breaker_,
                           parts_.points},
      std::move(document), parts_.check, parts_.settings.delivery_limits(), parts_.chance, now,
      parts_.metrics);
  return work;
}

Result<bool> SubmissionSender::advance(Place* place) {
  bool worked = false;
  const auto clock = [this] {
    return RunTime{parts_.clock.monotonic_milliseconds(), parts_.clock.now()};
  };
  for (auto each = place->work.begin(); each != place->work.end();) {
    Work& work = *each->second;
    if (work.due_milliseconds > parts_.clock.monotonic_milliseconds()) {
      ++each;
      continue;
    }
    QCDR_ASSIGN_OR_RETURN(const submission::RunProgress progress, work.run->advance(clock));
    work.due_milliseconds = parts_.clock.monotonic_milliseconds() + progress.wait_milliseconds;
    worked = worked || progress.wait_milliseconds == 0;
    if (!progress.done) {
      ++each;
      continue;
    }
    const bool token_refused = work.run->result().end == DeliveryEnd::kStopped;
    end(place, &work);
    each = place->work.erase(each);
    if (token_refused) {
      // Runs hold the client that is thrown away.
      for (const auto& other : places_) other.second->work.clear();
      client_.reset();
      client_from_milliseconds_ =
          parts_.clock.monotonic_milliseconds() + parts_.settings.again_seconds * kSecond;
      return true;
    }
  }
  return worked;
}

void SubmissionSender::end(Place* place, Work* work) {
  const DeliveryEnd end = work->run->result().end;
  parts_.metrics.ended(end);
  const std::string& id = work->run->document_id();
  if (end == DeliveryEnd::kUnfinished) hold(place, id, HeldWhy::kUnfinished);
  if (end == DeliveryEnd::kStopped) hold(place, id, HeldWhy::kToken);
  if (end == DeliveryEnd::kVerified || end == DeliveryEnd::kWithdrawn ||
      end == DeliveryEnd::kCancelled) {
    return;
  }
  std::string codes;
  for (const FindingCode code : work->run->result().codes) {
    codes += (codes.empty() ? "" : ", ") + print_code(code);
  }
  LogLine(LogLevel::kWarning, "a delivery did not end well")
      .stage(kStage)
      .partition(place->documents->partition())
      .error(Status(ErrorCode::kUnavailable, codes));
}

bool SubmissionSender::idle() const {
  for (const auto& each : places_) {
    const Place& place = *each.second;
    if (!place.work.empty()) return false;
    if (!place.stopped.is_ok()) continue;
    for (const std::string& id : place.documents->ledger().unfinished()) {
      if (!place.held.contains(id)) return false;
    }
  }
  return true;
}

std::int64_t SubmissionSender::wait_milliseconds(std::int64_t most) const {
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  std::int64_t wait = most;
  for (const auto& place : places_) {
    for (const auto& work : place.second->work) {
      wait = std::min(wait, work.second->due_milliseconds - now);
    }
  }
  return std::max<std::int64_t>(wait, 0);
}

Status SubmissionSender::stopped() const {
  for (const auto& place : places_) {
    QCDR_RETURN_IF_ERROR(place.second->stopped);
  }
  return Status::ok();
}

}  // namespace qcdr

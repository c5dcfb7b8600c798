#include "scoring/ledger_fold.h"

#include <google/protobuf/arena.h>

#include <charconv>

#include "common/dead_letter.h"
#include "common/known_values.h"
#include "common/reference_names.h"
#include "common/topic_names.h"
#include "core/crypto.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "reference/npi_registries.h"
#include "scoring/counting_sink.h"
#include "scoring/output_rules.h"
#include "submission/set_documents.h"

namespace qcdr {
namespace {

constexpr const char* kStage = "scoring";

// A practice by its number. Nobody is number 0, which could be parked and not be named for release.
std::optional<PracticeId> practice_numbered(std::uint32_t number) {
  return number == 0 ? std::nullopt : std::optional(PracticeId(number));
}

// Whom a record names; none of what is about the whole partition, is nobody's, or is not known.
std::optional<PracticeId> named_practice(const v1::RegistryRecord& message) {
  switch (message.body_case()) {
    case v1::RegistryRecord::kChunk:
      return practice_numbered(message.chunk().practice_id());
    case v1::RegistryRecord::kUploadCompleted:
      return practice_numbered(message.upload_completed().practice_id());
    case v1::RegistryRecord::kStageTwoClaim:
      return practice_numbered(message.stage_two_claim().practice_id());
    case v1::RegistryRecord::kSubmissionRequest:
      return practice_numbered(message.submission_request().practice_id());
    case v1::RegistryRecord::kSubmissionReceipt:
      return practice_numbered(message.submission_receipt().practice_id());
    default:
      return std::nullopt;
  }
}

// Of a kind that is about one practice.
bool is_of_a_practice(const v1::RegistryRecord& message) {
  return message.has_chunk() || message.has_upload_completed() || message.has_stage_two_claim() ||
         message.has_submission_request() || message.has_submission_receipt();
}

// Whose record it is. By its body, or, where that cannot be read, by its key; one that was laid
// aside for a parked practice says so itself. None: it is about the whole partition, or nobody can
// tell.
std::optional<PracticeId> practice_of(const stream::Record& record,
                                      const std::optional<ledger::ParkedPlace>& place,
                                      const v1::RegistryRecord* message) {
  if (place) return place->practice;
  if (message != nullptr) return named_practice(*message);
  std::uint32_t practice = 0;
  const char* end = record.key.data() + record.key.size();
  const auto read = std::from_chars(record.key.data(), end, practice);
  if (record.key.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return practice_numbered(practice);
}

}  // namespace

// Decoded input lives on an arena that is emptied for every record: a chunk is thousands of small
// objects, and to free them one by one costs as much as to fold them.
struct LedgerFold::Messages {
  Messages() : block(kArenaBytes), arena(arena_options(&block)) {}

  static google::protobuf::ArenaOptions arena_options(std::vector<char>* block) {
    google::protobuf::ArenaOptions options;
    options.initial_block = block->data();
    options.initial_block_size = block->size();
    return options;
  }
  void begin_record() {
    arena.Reset();
    record = google::protobuf::Arena::CreateMessage<v1::RegistryRecord>(&arena);
    rows = google::protobuf::Arena::CreateMessage<v1::ChunkRows>(&arena);
  }

  // Holds a decoded chunk of 64 KiB; what is larger takes memory of its own for that one record.
  static constexpr std::size_t kArenaBytes = std::size_t{512} << 10;
  std::vector<char> block;
  google::protobuf::Arena arena;
  v1::RegistryRecord* record = nullptr;  // on the arena, as are the rows
  v1::ChunkRows* rows = nullptr;
};

LedgerFold::LedgerFold(Partition partition, const RowReader& rows, const StateDigest& digest,
                       const ledger::LedgerRules& rules, KeyRing& keys,
                       std::int32_t contribution_partitions, ScoringObserver* observer,
                       reference::NpiRegistries* npi_registries)
    : partition_(partition),
      rules_(rules),
      rows_(rows, keys),
      unwritten_(rows_),
      opener_(keys),
      ledger_(rules, keys.entity_key(), unwritten_, digest),
      findings_(partition, keys.token_key()),
      contributions_(contribution_partitions, rules.rulebook_digest()),
      changes_(partition),
      notices_(partition, rules),
      standing_(partition, rules.rulebook_digest()),
      audit_({kStage, kRegistryRecordsTopic, partition, Family::kFacts},
             std::string(view(rules.rulebook_digest())), rows),
      documents_(partition, keys, rules.rulebook_digest()),
      messages_(std::make_unique<Messages>()),
      observer_(observer) {
  ledger_.find_npi_registries_by(
      [npi_registries](const Hash256& named) -> Result<std::shared_ptr<const NpiLookup>> {
        if (npi_registries == nullptr) {
          return Status(ErrorCode::kFailedPrecondition, "there is no reference directory");
        }
        QCDR_ASSIGN_OR_RETURN(auto registry, npi_registries->find(named));
        return std::shared_ptr<const NpiLookup>(std::move(registry));
      });
}

LedgerFold::~LedgerFold() = default;

Status LedgerFold::open() {
  QCDR_RETURN_IF_ERROR(ledger_.parked().load());
  return audit_.load();
}

// Where only the contract differs no score changes, and nobody is told that one did.
Status LedgerFold::rules_changed(Offset cause, std::string_view before, Instant now) {
  as_of_ = now;
  QCDR_RETURN_IF_ERROR(open());
  audit_.begin(cause);
  const bool rescored = !is_same_scoring(before, rules_.rulebook_digest());
  QCDR_ASSIGN_OR_RETURN(const auto ids, ledger_.say_everything_again(cause));
  QCDR_RETURN_IF_ERROR(pass_over_deleted(ledger_.take_deleted(), cause));
  for (const ledger::PracticeYear id : ids) {
    contributions_.note_again(id, cause);
    if (rescored) changes_.note_rules(id, cause);
  }
  return Status::ok();
}

Status LedgerFold::pass_time(Instant before, Instant now, Offset cause) {
  as_of_ = now;
  ledger_.begin_record({cause, now, now});
  std::vector<ledger::PracticeYear> deleted;
  QCDR_RETURN_IF_ERROR(ledger_.pass_time(before, now, cause, &deleted));
  QCDR_RETURN_IF_ERROR(notices_.pass_time(ledger_, before, now, cause, &deleted));
  return pass_over_deleted(deleted, cause);
}

Status LedgerFold::apply(const stream::Record& record, const stream::RecordContext& context) {
  as_of_ = context.partition_time;
  contributions_.begin_record(record.offset);
  ledger_.begin_record({record.offset, record.timestamp, context.partition_time});
  messages_->begin_record();
  QCDR_RETURN_IF_ERROR(open());
  v1::RegistryRecord& message = *messages_->record;
  const bool readable = record.value && message.ParseFromString(*record.value);
  could_read_ = readable;
  const std::optional<ledger::ParkedPlace> place = parked_place(record);
  const auto practice = practice_of(record, place, readable ? &message : nullptr);
  if (practice) return apply_for(*practice, place, record, readable);
  if (!readable || is_of_a_practice(message)) {
    lay_aside_alone(record, readable ? ledger::Poison::kMalformed : ledger::Poison::kUndecodable);
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(check_values_known(message));
  if (message.has_control()) return apply_control(record);
  return Status(ErrorCode::kFailedPrecondition,
                "a kind of registry record that this generation does not fold");
}

Status LedgerFold::apply_for(PracticeId practice, const std::optional<ledger::ParkedPlace>& place,
                             const stream::Record& record, bool readable) {
  using Turn = ledger::ParkedPractices::Turn;
  ledger::ParkedPractices& parked = ledger_.parked();
  switch (parked.turn(practice, place)) {
    case Turn::kPassOver:
      return Status::ok();
    case Turn::kLayAside:
      lay_aside(record, parked.lay_aside(practice, place));
      return Status::ok();
    case Turn::kFold:
      break;
  }
  std::optional<ledger::Poison> poison = ledger::Poison::kUndecodable;
  if (readable) {
    QCDR_ASSIGN_OR_RETURN(poison, fold_for(practice, record.offset));
  }
  if (poison) {
    lay_aside(record, parked.park(practice, *poison, record.offset));
    QCDR_RETURN_IF_ERROR(ledger_.cancel_documents(practice));
  } else if (place) {
    parked.folded(practice);
  }
  return Status::ok();
}

void LedgerFold::lay_aside(const stream::Record& record, const ledger::ParkedPlace& place) {
  const auto poison = ledger_.parked().poison_at(place);
  dead_letters_.push_back({record.offset, make_parked_letter(record, kStage, place, poison)});
}

void LedgerFold::lay_aside_alone(const stream::Record& record, ledger::Poison poison) {
  dead_letters_.push_back({record.offset, make_dead_letter(record, kStage, in_words(poison))});
}

// What a later release says with values that this one does not know is no poison: that release can
// fold it, so the partition waits for it.
LedgerFold::Folded LedgerFold::fold_for(PracticeId practice, Offset offset) {
  const v1::RegistryRecord& message = *messages_->record;
  QCDR_RETURN_IF_ERROR(check_values_known(message));
  if (message.has_control() && message.control().has_hold_lifted()) {
    return fold_lifted_hold(practice, offset);
  }
  // One that was laid back may have been mended by hand.
  if (named_practice(message) != practice) return std::optional(ledger::Poison::kMalformed);
  if (message.has_chunk()) return fold_chunk(offset);
  if (message.has_upload_completed()) return fold_completed(offset);
  if (message.has_submission_request()) return fold_request(offset);
  if (message.has_submission_receipt()) return fold_receipt(offset);
  return fold_claim(offset);
}

LedgerFold::Folded LedgerFold::fold_chunk(Offset offset) {
  const v1::Chunk& chunk = messages_->record->chunk();
  const ledger::PracticeYear id{PracticeId(chunk.practice_id()),
                                PerformanceYear(chunk.performance_year())};
  const Status key = opener_.find_key(chunk);
  if (key.code() == ErrorCode::kInvalidArgument) return std::optional(ledger::Poison::kMalformed);
  if (!key.is_ok()) return not_folded(key, id, offset);
  if (!opener_.open(chunk, messages_->rows).is_ok()) return std::optional(ledger::Poison::kSealed);
  QCDR_RETURN_IF_ERROR(check_rows_known(*messages_->rows));
  const Folded poison = ledger_.check_chunk(chunk, *messages_->rows);
  if (!poison.is_ok()) return not_folded(poison.status(), id, offset);
  if (poison.value()) return poison;
  QCDR_RETURN_IF_ERROR(ledger_.apply_chunk(chunk, *messages_->rows, offset));
  contributions_.note(id, offset, Instant::from_milliseconds(chunk.received_at()),
                      chunk.kind() != v1::RECORD_KIND_ANESTHESIA_CASE);
  changes_.note(chunk, *messages_->rows, offset);
  tally_.rows += static_cast<std::uint64_t>(messages_->rows->rows_size());
  return std::optional<ledger::Poison>();
}

LedgerFold::Folded LedgerFold::fold_completed(Offset offset) {
  const v1::UploadCompleted& completed = messages_->record->upload_completed();
  const ledger::PracticeYear id{PracticeId(completed.practice_id()),
                                PerformanceYear(completed.performance_year())};
  const Folded poison = ledger_.check_completed(completed);
  if (!poison.is_ok()) return not_folded(poison.status(), id, offset);
  if (poison.value()) return poison;
  QCDR_RETURN_IF_ERROR(ledger_.complete_upload(completed, offset));
  contributions_.note(id, offset, Instant::from_milliseconds(completed.received_at()), true);
  return std::optional<ledger::Poison>();
}

// What the second stage says of others. For a deleted practice-year it says nothing any more.
LedgerFold::Folded LedgerFold::fold_claim(Offset offset) {
  const v1::StageTwoClaim& claim = messages_->record->stage_two_claim();
  const Folded poison = ledger_.check_claim(claim);
  if (!poison.is_ok()) {
    return not_folded(poison.status(),
                      {PracticeId(claim.practice_id()), PerformanceYear(claim.performance_year())},
                      offset);
  }
  if (poison.value()) return poison;
  QCDR_RETURN_IF_ERROR(ledger_.apply_claim(claim, offset));
  return std::optional<ledger::Poison>();
}

// The key that is to seal what is frozen stands in the request, so that a replay seals with it,
// too.
LedgerFold::Folded LedgerFold::fold_request(Offset offset) {
  const v1::SubmissionRequest& request = messages_->record->submission_request();
  const ledger::PracticeYear id{PracticeId(request.practice_id()),
                                PerformanceYear(request.performance_year())};
  const Folded poison = ledger_.check_request(request);
  if (!poison.is_ok()) return not_folded(poison.status(), id, offset);
  if (poison.value()) return poison;
  const Status key = documents_.find_key(id, request.key_id());
  if (key.code() == ErrorCode::kInvalidArgument) {
    return std::optional(ledger::Poison::kMalformed);
  }
  if (!key.is_ok()) return not_folded(key, id, offset);
  QCDR_RETURN_IF_ERROR(ledger_.apply_request(request));
  return std::optional<ledger::Poison>();
}

LedgerFold::Folded LedgerFold::fold_receipt(Offset offset) {
  const v1::SubmissionReceipt& receipt = messages_->record->submission_receipt();
  const ledger::PracticeYear id{PracticeId(receipt.practice_id()),
                                PerformanceYear(receipt.performance_year())};
  const Folded poison = ledger_.check_receipt(receipt);
  if (!poison.is_ok()) return not_folded(poison.status(), id, offset);
  if (poison.value()) return poison;
  QCDR_RETURN_IF_ERROR(ledger_.apply_receipt(receipt));
  return std::optional<ledger::Poison>();
}

// A hold that was lifted while the practice was parked, for it alone.
LedgerFold::Folded LedgerFold::fold_lifted_hold(PracticeId practice, Offset offset) {
  const v1::ControlRecord& control = messages_->record->control();
  QCDR_RETURN_IF_ERROR(ledger_.lift_hold(PerformanceYear(control.performance_year()),
                                         static_cast<std::uint32_t>(control.hold_lifted().kind()),
                                         offset, practice));
  QCDR_RETURN_IF_ERROR(pass_over_deleted(ledger_.take_deleted(), offset));
  return std::optional<ledger::Poison>();
}

LedgerFold::Folded LedgerFold::not_folded(const Status& status, ledger::PracticeYear id,
                                          Offset offset) {
  if (status.code() != ErrorCode::kNotFound) return status;
  QCDR_RETURN_IF_ERROR(pass_over_deleted(id, offset));
  return std::optional<ledger::Poison>();
}

// A destroyed key means that somebody with authority had these data deleted; the control record
// that says so may come later on the log, or a replay may meet records from before it.
Status LedgerFold::pass_over_deleted(ledger::PracticeYear id, Offset offset) {
  reproducible_ = false;
  opener_.forget(id.practice, id.year);
  rows_.forget(id);
  return ledger_.forget(id, offset);
}

Status LedgerFold::pass_over_deleted(const std::vector<ledger::PracticeYear>& ids, Offset offset) {
  for (const ledger::PracticeYear id : ids) QCDR_RETURN_IF_ERROR(pass_over_deleted(id, offset));
  return Status::ok();
}

Status LedgerFold::pass_deadline(const v1::ControlRecord& control, Offset offset) {
  const PerformanceYear year(control.performance_year());
  const Instant passed_at = Instant::from_milliseconds(control.due_at());
  QCDR_RETURN_IF_ERROR(ledger_.pass_deadline(year, passed_at, offset));
  QCDR_RETURN_IF_ERROR(pass_over_deleted(ledger_.take_deleted(), offset));
  std::vector<ledger::PracticeYear> deleted;
  QCDR_RETURN_IF_ERROR(notices_.pass_deadline(ledger_, year, control.deadline_passed().deadline(),
                                              passed_at, offset, &deleted));
  QCDR_RETURN_IF_ERROR(pass_over_deleted(deleted, offset));
  return note_state(control, offset);
}

// Where nothing was ever folded there is nothing to say: at its first start a registry lets every
// deadline of past years pass.
Status LedgerFold::note_state(const v1::ControlRecord& control, Offset offset) {
  RowBatch rows;
  QCDR_RETURN_IF_ERROR(ledger_.freeze(&rows));
  unwritten_.lay(std::move(rows));
  QCDR_ASSIGN_OR_RETURN(const bool untouched, ledger_.is_untouched());
  if (untouched) return Status::ok();
  audit_.note({offset, PerformanceYear(control.performance_year()), control.event_id(),
               control.deadline_passed().deadline(), as_of_, ledger_.digest(), std::nullopt});
  return Status::ok();
}

// Control records destroy nothing and re-derive what depends on them: a deadline that passed is
// told to those for whom something that blocks can no longer be cured.
Status LedgerFold::apply_control(const stream::Record& record) {
  const v1::ControlRecord& control = messages_->record->control();
  const Offset offset = record.offset;
  switch (control.event_case()) {
    case v1::ControlRecord::kDeadlinePassed:
      return pass_deadline(control, offset);
    case v1::ControlRecord::kHoldLifted:
      return lift_hold(record);
    case v1::ControlRecord::kHeartbeat:
      if (control.heartbeat().sent_at() != 0) {
        tally_.heartbeat = Instant::from_milliseconds(control.heartbeat().sent_at());
      }
      return Status::ok();
    case v1::ControlRecord::kKeyDestroyed: {
      const ledger::PracticeYear id{PracticeId(control.key_destroyed().practice_id()),
                                    PerformanceYear(control.performance_year())};
      opener_.forget(id.practice, id.year);
      rows_.forget(id);
      return ledger_.forget(id, offset);
    }
    case v1::ControlRecord::kReferenceReleased:
      if (control.reference_released().name() == "rulebook" &&
          control.reference_released().sha256() == view(rules_.rulebook_digest())) {
        return Status::ok();
      }
      if (control.reference_released().name() == kNpiRegistryReference) {
        return release_npi_registry(offset);
      }
      return Status(ErrorCode::kFailedPrecondition,
                    "reference data were released that this program does not have");
    case v1::ControlRecord::kPracticeReleased:
      release(control);
      return Status::ok();
    default:
      return Status(ErrorCode::kFailedPrecondition,
                    "a kind of control record that this generation does not fold");
  }
}

// Of parked practices, too: what is laid aside of them is looked up when it is folded.
Status LedgerFold::release_npi_registry(Offset offset) {
  const v1::ControlRecord& control = messages_->record->control();
  const std::string& digest = control.reference_released().sha256();
  Hash256 named{};
  if (digest.size() != named.size()) {
    return Status(ErrorCode::kCorruption, "a reference is named by something else than a digest");
  }
  std::copy(digest.begin(), digest.end(), named.begin());
  QCDR_RETURN_IF_ERROR(
      ledger_.release_npi_registry(PerformanceYear(control.performance_year()), named, offset));
  return pass_over_deleted(ledger_.take_deleted(), offset);
}

// For a parked practice it waits behind what was laid aside before: what that leads to being held
// is held when the hold is lifted.
Status LedgerFold::lift_hold(const stream::Record& record) {
  ledger::ParkedPractices& parked = ledger_.parked();
  for (const PracticeId practice : parked.practices()) {
    lay_aside(record, parked.lay_aside(practice, std::nullopt));
  }
  const v1::ControlRecord& control = messages_->record->control();
  QCDR_RETURN_IF_ERROR(ledger_.lift_hold(PerformanceYear(control.performance_year()),
                                         static_cast<std::uint32_t>(control.hold_lifted().kind()),
                                         record.offset));
  return pass_over_deleted(ledger_.take_deleted(), record.offset);
}

void LedgerFold::release(const v1::ControlRecord& control) {
  const v1::PracticeReleased& released = control.practice_released();
  ledger_.parked().release(
      {PracticeId(released.practice_id()), Offset(released.parked_at()), released.number()},
      released.left_out());
}

Status LedgerFold::emit(stream::OutputSink& outputs) {
  CountingSink sink(outputs, tally_);
  for (auto& [cause, letter] : dead_letters_) sink.send(cause, std::move(letter));
  dead_letters_.clear();
  const ledger::Effects effects = ledger_.take_effects();
  findings_.send(effects, sink, &tally_);
  for (const ledger::UploadEnd& end : effects.uploads) notices_.upload_ended(end);
  bool deleted = false;
  QCDR_RETURN_IF_ERROR(documents_.send(effects, sink, &deleted));
  if (deleted) reproducible_ = false;
  changes_.send(as_of_, sink, &notices_);
  QCDR_RETURN_IF_ERROR(contributions_.send(ledger_, effects, as_of_, sink));
  contributions_.mark(partition_, audit_.noted(), sink);
  QCDR_RETURN_IF_ERROR(standing_.send(ledger_, effects, as_of_, sink));
  notices_.send(as_of_, sink);
  audit_.send(sink);
  emitted_ = std::exchange(tally_, {});
  return Status::ok();
}

void LedgerFold::committed() {
  if (observer_ != nullptr) observer_->on_batch(partition_, emitted_);
}

Status LedgerFold::freeze(RowBatch* batch) {
  RowBatch open;
  QCDR_RETURN_IF_ERROR(ledger_.freeze(&open));
  unwritten_.lay(std::move(open));
  QCDR_ASSIGN_OR_RETURN(*batch, rows_.seal_batch(unwritten_.take()));
  audit_.freeze(batch);
  return Status::ok();
}

Result<std::unique_ptr<stream::Fold>> LedgerFoldFactory::create(Partition partition,
                                                                const RowReader& rows,
                                                                const StateDigest& digest) {
  auto fold = std::make_unique<LedgerFold>(partition, rows, digest, rules_, keys_,
                                           contribution_partitions_, observer_, npi_registries_);
  fold->make_documents_by(&submission::set_documents());
  QCDR_RETURN_IF_ERROR(fold->open());
  return std::unique_ptr<stream::Fold>(std::move(fold));
}

}  // namespace qcdr

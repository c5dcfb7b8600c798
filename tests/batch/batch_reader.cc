#include "batch_reader.h"

#include <google/protobuf/message.h>

#include <sstream>

#include "common/reference_names.h"
#include "common/topic_names.h"
#include "core/bytes.h"
#include "core/identifiers.h"

namespace qcdr::batch {
namespace {

constexpr std::size_t kStaffMax = 16;  // pairs that a case may have

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool names_a_tin(const v1::ChunkRows& rows, std::uint32_t index_plus_one) {
  return index_plus_one >= 1 && static_cast<std::int64_t>(index_plus_one) <= rows.tins_size() &&
         rows.tins(static_cast<int>(index_plus_one) - 1).token().size() == TinToken::kBytes;
}

// Every TIN that is named stands in the chunk, and every token of a case has its length.
bool references_fit(const Message& message, const v1::ChunkRows& rows) {
  const auto* reflection = message.GetReflection();
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int n = 0; n < count; ++n) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        if (!field->is_repeated() && !reflection->HasField(message, field)) continue;
        const Message& inner = field->is_repeated()
                                   ? reflection->GetRepeatedMessage(message, field, n)
                                   : reflection->GetMessage(message, field);
        if (!references_fit(inner, rows)) return false;
      } else if (field->name() == "tin") {
        const std::uint32_t tin = reflection->GetUInt32(message, field);
        if (tin != 0 && !names_a_tin(rows, tin)) return false;
      } else if (field->name() == "tins") {
        if (!names_a_tin(rows, reflection->GetRepeatedUInt32(message, field, n))) return false;
      } else if (field->name() == "case_token" || field->name() == "case_tokens") {
        const std::string token = field->is_repeated()
                                      ? reflection->GetRepeatedString(message, field, n)
                                      : reflection->GetString(message, field);
        if (token.size() != TinToken::kBytes) return false;
      }
    }
  }
  return true;
}

// Kinds that may leave their TIN out; a case names TINs of its staff only.
bool needs_no_tin(v1::Row::FactCase kind) {
  switch (kind) {
    case v1::Row::kOptOut:
    case v1::Row::kReconciliationSignOff:
    case v1::Row::kOfficerDecision:
    case v1::Row::kConfirmation:
    case v1::Row::kRoleGrant:
      return true;
    default:
      return false;
  }
}

bool has_its_tin(const v1::Row& row) {
  const FieldDescriptor* fact =
      v1::Row::descriptor()->FindFieldByNumber(static_cast<int>(row.fact_case()));
  const FieldDescriptor* tin = fact->message_type()->FindFieldByName("tin");
  if (tin == nullptr || needs_no_tin(row.fact_case())) return true;
  const Message& inner = row.GetReflection()->GetMessage(row, fact);
  return inner.GetReflection()->GetUInt32(inner, tin) != 0;
}

bool staff_fits(const v1::AnesthesiaCase& fact, const v1::ChunkRows& rows) {
  std::set<std::pair<std::string, std::uint64_t>> staff;
  for (const v1::CaseStaff& who : fact.staff()) {
    if (who.tin() == 0 || who.npi() == 0) continue;
    staff.emplace(rows.tins(static_cast<int>(who.tin()) - 1).token(), who.npi());
  }
  return staff.size() <= kStaffMax;
}

bool is_sound(const v1::Chunk& chunk, const v1::ChunkRows& rows) {
  if (static_cast<std::uint32_t>(rows.rows_size()) != chunk.row_count()) return false;
  for (int i = 0; i < rows.rows_size(); ++i) {
    const v1::Row& row = rows.rows(i);
    if (row.ordinal() != chunk.first_ordinal() + static_cast<std::uint32_t>(i)) return false;
    if (row.fact_case() == v1::Row::FACT_NOT_SET) continue;
    if (!references_fit(row, rows) || !has_its_tin(row)) return false;
    if (row.has_anesthesia_case() && !staff_fits(row.anesthesia_case(), rows)) return false;
  }
  return true;
}

// Nobody is practice 0.
std::optional<PracticeId> named(const v1::RegistryRecord& message) {
  std::uint32_t number = 0;
  if (message.has_chunk()) number = message.chunk().practice_id();
  if (message.has_upload_completed()) number = message.upload_completed().practice_id();
  if (message.has_stage_two_claim()) number = message.stage_two_claim().practice_id();
  return number == 0 ? std::nullopt : std::optional(PracticeId(number));
}

// All of it a number.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  Number number = 0;
  std::istringstream stream{std::string(text)};
  return stream >> number ? std::optional(number) : std::nullopt;
}

PracticeYear year_of(const v1::UploadCompleted& completed) {
  return {PracticeId(completed.practice_id()), PerformanceYear(completed.performance_year())};
}

}  // namespace

std::optional<HistoryReader::Place> HistoryReader::place_of(const stream::Record& record) {
  std::istringstream text{std::string(record.header(kParkedHeader))};
  std::uint32_t practice = 0;
  Place place;
  char first = 0;
  char second = 0;
  if (!(text >> practice >> first >> place.since >> second >> place.number)) return std::nullopt;
  if (first != '/' || second != '/' || !text.eof() || practice == 0) return std::nullopt;
  place.practice = PracticeId(practice);
  return place;
}

Status HistoryReader::take(const stream::Record& record) {
  v1::RegistryRecord message;
  const bool readable = record.value && message.ParseFromString(*record.value);
  const std::optional<Place> place = place_of(record);
  std::optional<PracticeId> practice;
  if (place) {
    practice = place->practice;
  } else if (readable) {
    practice = named(message);
  } else if (const auto key = number_in<std::uint32_t>(record.key); key.value_or(0) != 0) {
    practice = PracticeId(*key);
  }
  if (practice) return take_for(*practice, place, record, readable ? &message : nullptr);
  if (!readable) return Status::ok();  // a dead letter that is nobody's
  const bool is_of_nobody =
      message.has_chunk() || message.has_upload_completed() || message.has_stage_two_claim();
  if (is_of_nobody) return Status::ok();  // a dead letter as well
  if (!message.has_control()) {
    return Status(ErrorCode::kFailedPrecondition, "a registry record that the batch program does not judge");
  }
  return take_control(record, message.control());
}

Status HistoryReader::take_for(PracticeId practice, const std::optional<Place>& place,
                               const stream::Record& record, const v1::RegistryRecord* message) {
  const auto known = parked_.find(practice);
  if (known == parked_.end()) {
    if (place) return Status::ok();  // it stands at its own place, too
  } else {
    Parked& parked = known->second;
    if (!place) {
      ++parked.end;
      return Status::ok();
    }
    const bool its_turn =
        place->since == parked.since && place->number == parked.next && parked.released;
    if (!its_turn) return Status::ok();  // done before, or laid aside again
  }
  Poison poison = kUndecodable;
  if (message != nullptr) {
    QCDR_ASSIGN_OR_RETURN(poison, add(practice, *message));
  }
  if (poison == kNone) {
    if (place) advance(practice);
    return Status::ok();
  }
  Parked& parked = parked_[practice];
  if (known == parked_.end()) parked.since = record.offset.value();
  parked.poison = poison;
  parked.released = false;
  return Status::ok();
}

void HistoryReader::advance(PracticeId practice) {
  Parked& parked = parked_.at(practice);
  parked.released = true;
  parked.poison = kNone;
  if (++parked.next == parked.end) parked_.erase(practice);
}

Result<HistoryReader::Poison> HistoryReader::add(PracticeId practice,
                                                 const v1::RegistryRecord& message) {
  if (message.has_control() && message.control().has_hold_lifted()) {
    lift_hold_of(practice, message.control());
    return kNone;
  }
  if (named(message) != practice) return kMalformed;
  if (message.has_chunk()) return add_chunk(message.chunk());
  if (message.has_stage_two_claim()) {
    if (message.stage_two_claim().entity_id().size() != EntityId::kBytes) return kClaim;
    begin({practice, PerformanceYear(message.stage_two_claim().performance_year())});
    history_.add_claim(message.stage_two_claim());
    return kNone;
  }
  const v1::UploadCompleted& completed = message.upload_completed();
  if (!is_kind_of(year_of(completed), completed.upload_id(), completed.kind())) {
    return kContradiction;
  }
  begin(year_of(completed));
  history_.add_completion(completed);
  return kNone;
}

Result<HistoryReader::Poison> HistoryReader::add_chunk(const v1::Chunk& chunk) {
  const Status key = opener_.find_key(chunk);
  if (key.code() == ErrorCode::kNotFound) return kNone;  // destroyed
  if (key.code() == ErrorCode::kInvalidArgument) return kMalformed;
  QCDR_RETURN_IF_ERROR(key);
  v1::ChunkRows rows;
  if (!opener_.open(chunk, &rows).is_ok()) return kSealed;
  if (!is_sound(chunk, rows)) return kMalformed;
  const PracticeYear id{PracticeId(chunk.practice_id()), PerformanceYear(chunk.performance_year())};
  if (!is_kind_of(id, chunk.upload_id(), chunk.kind())) return kContradiction;
  begin(id);
  history_.add_chunk(chunk, std::move(rows));
  return kNone;
}

bool HistoryReader::is_kind_of(const PracticeYear& id, const std::string& upload,
                               v1::RecordKind kind) {
  return uploads_.try_emplace({id, upload}, kind).first->second == kind;
}

// Copies stand in every partition; the one beside the practice's records says when it happened.
Status HistoryReader::take_control(const stream::Record& record, const v1::ControlRecord& control) {
  if (control.reference_released().name() == kNpiRegistryReference) {
    return take_npi_registry(record.partition, control);
  }
  if (control.has_hold_lifted()) {
    take_lifted_hold(record.partition, control);
  } else if (control.has_practice_released()) {
    if (!applied_.insert(std::string(record.header(kEventIdHeader))).second) return Status::ok();
    take_release(control.practice_released());
  } else if (control.has_key_destroyed()) {
    const PracticeId practice(control.key_destroyed().practice_id());
    if (practice_partition(practice, partitions_) != record.partition) return Status::ok();
    if (!applied_.insert(control.event_id()).second) return Status::ok();
    forget({practice, PerformanceYear(control.performance_year())});
  }
  return Status::ok();
}

Status HistoryReader::take_npi_registry(Partition partition, const v1::ControlRecord& control) {
  if (!lifted_.insert({partition.value(), control.event_id()}).second) return Status::ok();
  Hash256 digest{};
  const std::string& named = control.reference_released().sha256();
  if (registries_ == nullptr || named.size() != digest.size()) {
    return Status(ErrorCode::kFailedPrecondition, "a snapshot that is not here was released");
  }
  std::copy(named.begin(), named.end(), digest.begin());
  QCDR_ASSIGN_OR_RETURN(std::shared_ptr<const NpiLookup> registry, registries_->find(digest));
  const PerformanceYear year(control.performance_year());
  // A list of an earlier day than the one that is looked up in changes nothing.
  const auto before = in_force_.find({partition.value(), year});
  if (before != in_force_.end() && registry->list_date() < before->second->list_date()) {
    return Status::ok();
  }
  std::vector<PracticeYear> known;
  for (const auto& [id, events] : history_.practice_years()) {
    if (id.year == year && practice_partition(id.practice, partitions_) == partition) {
      known.push_back(id);
    }
  }
  for (const PracticeYear& id : known) history_.add_npi_registry(id, registry);
  in_force_[{partition.value(), year}] = std::move(registry);
  return Status::ok();
}

void HistoryReader::begin(const PracticeYear& id) {
  if (history_.practice_years().contains(id)) return;
  const auto found =
      in_force_.find({practice_partition(id.practice, partitions_).value(), id.year});
  if (found != in_force_.end()) history_.add_npi_registry(id, found->second);
}

void HistoryReader::forget(PracticeYear id) {
  history_.forget(id);
  std::erase_if(uploads_, [&](const auto& upload) { return upload.first.first == id; });
}

void HistoryReader::take_release(const v1::PracticeReleased& released) {
  const PracticeId practice(released.practice_id());
  const auto known = parked_.find(practice);
  if (known == parked_.end()) return;
  Parked& parked = known->second;
  const bool meant = parked.poison != kNone && parked.since == released.parked_at() &&
                     parked.next == released.number();
  if (!meant) return;
  if (released.left_out()) {
    advance(practice);
  } else {
    parked.released = true;
  }
}

// Of each partition the copy that stands there counts, for the practices of that partition.
void HistoryReader::take_lifted_hold(Partition partition, const v1::ControlRecord& control) {
  if (!lifted_.insert({partition.value(), control.event_id()}).second) return;
  std::set<PracticeId> meant;
  for (const auto& [id, events] : history_.practice_years()) meant.insert(id.practice);
  for (auto& [practice, parked] : parked_) {
    if (practice_partition(practice, partitions_) == partition) ++parked.end;
  }
  for (const PracticeId practice : meant) {
    if (parked_.contains(practice)) continue;
    if (practice_partition(practice, partitions_) == partition) lift_hold_of(practice, control);
  }
}

void HistoryReader::lift_hold_of(PracticeId practice, const v1::ControlRecord& control) {
  std::vector<PracticeYear> meant;
  for (const auto& [id, events] : history_.practice_years()) {
    if (id.practice == practice && id.year.value() == control.performance_year()) {
      meant.push_back(id);
    }
  }
  for (const PracticeYear id : meant) {
    history_.add_lifted_hold(id, static_cast<std::uint32_t>(control.hold_lifted().kind()));
  }
}

History HistoryReader::history() const {
  History history = history_;
  for (const auto& [practice, parked] : parked_) {
    ByteWriter item;
    item.u8('P');
    item.big_u32(practice.value());
    item.u8(1);
    item.u8(parked.released ? 2 : 1);
    item.u8(parked.poison);
    history.add_item(item.take());
  }
  return history;
}

}  // namespace qcdr::batch

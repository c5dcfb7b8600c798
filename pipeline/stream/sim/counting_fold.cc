#include "stream/sim/counting_fold.h"

#include <charconv>

#include "core/bytes.h"

namespace qcdr::stream {
namespace {

constexpr std::uint64_t kChainFactor = 1'000'003;
constexpr std::size_t kEntityBytes = 64;
constexpr const char* kEventsEntity = "#events";

std::string digest_item(const std::string& name, const std::string& row) {
  ByteWriter writer;
  writer.text(name);
  writer.raw(row);
  return writer.bytes();
}

bool parse_number(std::string_view text, std::int64_t* number) {
  const std::from_chars_result parsed =
      std::from_chars(text.data(), text.data() + text.size(), *number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

Status not_a_number() {
  return Status(ErrorCode::kInvalidArgument, "not a number");
}

}  // namespace

std::string CountingFold::Entity::row() const {
  ByteWriter writer;
  writer.u64(count);
  writer.i64(sum);
  writer.u64(chain);
  writer.i64(time);
  writer.u64(received);
  return writer.bytes();
}

Result<CountingFold::Entity*> CountingFold::load(const std::string& name) {
  const auto found = entities_.find(name);
  if (found != entities_.end()) return &found->second;
  QCDR_ASSIGN_OR_RETURN(const std::optional<std::string> row, rows_.get(Family::kCounts, name));
  Entity entity;
  if (row) {
    ByteReader reader(*row);
    entity.count = reader.u64();
    entity.sum = reader.i64();
    entity.chain = reader.u64();
    entity.time = reader.i64();
    entity.received = reader.u64();
    if (!reader.ok() || !reader.at_end()) return Status(ErrorCode::kCorruption, "entity row");
    entity.frozen = *row;
  }
  return &entities_.emplace(name, std::move(entity)).first->second;
}

void CountingFold::count(const std::string& name, Entity* entity, std::int64_t number,
                         std::int64_t received, const Record& record,
                         const RecordContext& context) {
  ++entity->count;
  entity->sum += number;
  entity->chain = entity->chain * kChainFactor + static_cast<std::uint64_t>(number);
  entity->time = context.partition_time.milliseconds();
  entity->received += static_cast<std::uint64_t>(received);
  entity->dirty = true;
  changed_[name] = record.offset;
}

void CountingFold::find(const std::string& name, std::int64_t number, Offset offset) {
  const int findings = number % 10 == 0 ? 2 : number % 5 == 0 ? 1 : 0;
  for (int index = 0; index < findings; ++index) {
    OutputRecord finding;
    finding.topic = "findings";
    finding.partition = partition_;
    finding.key = name;
    finding.value = std::to_string(number) + "/" + std::to_string(index);
    findings_.emplace_back(offset, std::move(finding));
  }
}

Status CountingFold::rules_changed(Offset cause, std::string_view, Instant) {
  std::set<std::string> names;
  for (const auto& [name, entity] : entities_) names.insert(name);
  QCDR_RETURN_IF_ERROR(
      rows_.scan_keys(Family::kCounts, "", [&names](std::string_view key) -> Status {
        names.emplace(key);
        return Status::ok();
      }));
  for (const std::string& name : names) {
    QCDR_RETURN_IF_ERROR(load(name).status());
    changed_[name] = cause;
  }
  return Status::ok();
}

Status CountingFold::apply(const Record& record, const RecordContext& context) {
  generation_ = context.generation.value();
  if (!record.header("upload").empty()) return apply_chunk(record, context);
  std::int64_t number = 0;
  if (!parse_number(record.value.value_or(""), &number)) return not_a_number();
  const bool is_event = !record.header("event-id").empty();
  const std::string name = is_event ? kEventsEntity : record.key;
  QCDR_ASSIGN_OR_RETURN(Entity* const entity, load(name));
  count(name, entity, number, 0, record, context);
  find(name, number, record.offset);
  ends_batch_ = is_event;
  return Status::ok();
}

Status CountingFold::apply_chunk(const Record& record, const RecordContext& context) {
  const std::string upload_name = "#upload-" + std::string(record.header("upload"));
  std::int64_t ordinal = 0;
  std::int64_t received = 0;
  if (!parse_number(record.header("ordinal"), &ordinal) ||
      !parse_number(record.header("received-at"), &received)) {
    return not_a_number();
  }
  QCDR_ASSIGN_OR_RETURN(Entity* const upload, load(upload_name));
  QCDR_ASSIGN_OR_RETURN(Entity* const entity, load(record.key));
  const std::int64_t now = context.partition_time.milliseconds();
  const bool forgotten = options_.forget_uploads_after_milliseconds > 0 &&
                         now - upload->time > options_.forget_uploads_after_milliseconds;
  std::string_view rest = *record.value;
  for (bool more = true; more; ++ordinal) {
    const std::size_t comma = rest.find(',');
    more = comma != std::string_view::npos;
    std::int64_t number = 0;
    if (!parse_number(rest.substr(0, comma), &number)) return not_a_number();
    if (more) rest.remove_prefix(comma + 1);
    const auto next = static_cast<std::int64_t>(upload->count);
    if (ordinal < next && !forgotten) continue;
    if (ordinal > next) return Status(ErrorCode::kCorruption, "rows of an upload are missing");
    count(record.key, entity, number, received, record, context);
    count(upload_name, upload, number, received, record, context);
    find(record.key, number, record.offset);
  }
  return Status::ok();
}

Status CountingFold::emit(OutputSink& sink) {
  for (auto& [cause, finding] : findings_) sink.send(cause, std::move(finding));
  findings_.clear();
  for (const auto& [name, cause] : changed_) {
    const Entity& entity = entities_.at(name);
    OutputRecord output;
    output.topic = "outputs";
    output.partition = partition_;
    output.key = name;
    output.value = "count=" + std::to_string(entity.count) + " sum=" + std::to_string(entity.sum) +
                   " chain=" + std::to_string(entity.chain) +
                   " time=" + std::to_string(entity.time) +
                   " received=" + std::to_string(entity.received) +
                   " score=" + std::to_string(entity.sum * generation_ * options_.score_factor);
    sink.send(cause, std::move(output));
  }
  changed_.clear();
  ends_batch_ = false;
  return Status::ok();
}

Status CountingFold::freeze(RowBatch* batch) {
  for (auto& [name, entity] : entities_) {
    if (!entity.dirty) continue;
    const std::string row = entity.row();
    if (!entity.frozen.empty()) digest_.subtract_item(digest_item(name, entity.frozen));
    digest_.add_item(digest_item(name, row));
    batch->put(Family::kCounts, name, row);
    entity.frozen = row;
    entity.dirty = false;
  }
  return Status::ok();
}

std::size_t CountingFold::dirty_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [name, entity] : entities_) bytes += entity.dirty ? kEntityBytes : 0;
  return bytes;
}

std::size_t CountingFold::memory_bytes() const {
  return entities_.size() * kEntityBytes;
}

void CountingFold::shrink(std::size_t bytes_max) {
  std::size_t bytes = memory_bytes();
  for (auto entity = entities_.begin(); entity != entities_.end() && bytes > bytes_max;) {
    if (entity->second.dirty || changed_.count(entity->first) != 0) {
      ++entity;
      continue;
    }
    entity = entities_.erase(entity);
    bytes -= kEntityBytes;
  }
}

Result<std::unique_ptr<Fold>> CountingFoldFactory::create(Partition partition,
                                                          const RowReader& rows,
                                                          const StateDigest& digest) {
  return std::unique_ptr<Fold>(std::make_unique<CountingFold>(partition, rows, digest, options_));
}

}  // namespace qcdr::stream

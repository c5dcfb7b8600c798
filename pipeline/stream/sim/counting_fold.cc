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

}  // namespace

std::string CountingFold::Entity::row() const {
  ByteWriter writer;
  writer.u64(count);
  writer.i64(sum);
  writer.u64(chain);
  writer.i64(time);
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
    if (!reader.ok() || !reader.at_end()) return Status(ErrorCode::kCorruption, "entity row");
    entity.frozen = *row;
  }
  return &entities_.emplace(name, std::move(entity)).first->second;
}

Status CountingFold::apply(const Record& record, const RecordContext& context) {
  std::int64_t number = 0;
  const std::string value = record.value.value_or("");
  const std::from_chars_result parsed =
      std::from_chars(value.data(), value.data() + value.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) {
    return Status(ErrorCode::kInvalidArgument, "not a number");
  }
  generation_ = context.generation.value();
  const bool is_event = !record.header("event-id").empty();
  const std::string name = is_event ? kEventsEntity : record.key;
  QCDR_ASSIGN_OR_RETURN(Entity* const entity, load(name));
  ++entity->count;
  entity->sum += number;
  entity->chain = entity->chain * kChainFactor + static_cast<std::uint64_t>(number);
  entity->time = context.partition_time.milliseconds();
  entity->dirty = true;
  changed_[name] = record.offset;
  const int findings = number % 10 == 0 ? 2 : number % 5 == 0 ? 1 : 0;
  for (int index = 0; index < findings; ++index) {
    OutputRecord finding;
    finding.topic = "findings";
    finding.partition = partition_;
    finding.key = name;
    finding.value = std::to_string(number) + "/" + std::to_string(index);
    findings_.emplace_back(record.offset, std::move(finding));
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
                   " score=" + std::to_string(entity.sum * generation_ * score_factor_);
    sink.send(cause, std::move(output));
  }
  changed_.clear();
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

void CountingFold::shrink(std::size_t bytes_max) {
  std::size_t bytes = entities_.size() * kEntityBytes;
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
  return std::unique_ptr<Fold>(
      std::make_unique<CountingFold>(partition, rows, digest, score_factor_));
}

}  // namespace qcdr::stream

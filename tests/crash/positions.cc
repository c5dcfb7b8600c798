#include "positions.h"

#include <fmt/core.h>

#include "common/topic_names.h"
#include "stream/loop/partition_state.h"
#include "stream/rocksdb/rocksdb_stores.h"

namespace qcdr::crash {
namespace {

constexpr const char* kOnlooker = "crash-probe";

Result<std::map<Partition, Offset>> committed_offsets(stream::Log& log, Cluster* cluster,
                                                      const std::string& group,
                                                      const std::string& topic,
                                                      std::int32_t partitions) {
  if (cluster != nullptr) return cluster->committed(group, topic, partitions);
  // Groups of an embedded log have members only while its process lives: joining disturbs nobody.
  QCDR_ASSIGN_OR_RETURN(const auto consumer, log.join(group, topic, kOnlooker));
  std::map<Partition, Offset> offsets;
  for (std::int32_t number = 0; number < partitions; ++number) {
    QCDR_ASSIGN_OR_RETURN(offsets[Partition(number)], consumer->committed(Partition(number)));
  }
  return offsets;
}

Result<std::vector<Position>> stage(stream::Log& log, Cluster* cluster, const std::string& group,
                                    const std::string& topic) {
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(topic));
  std::vector<Position> positions;
  for (std::int32_t number = 0; number < partitions; ++number) {
    Position position;
    position.partition = Partition(number);
    QCDR_ASSIGN_OR_RETURN(position.end, reader->end(topic, position.partition));
    positions.push_back(position);
  }
  QCDR_ASSIGN_OR_RETURN(const auto offsets,
                        committed_offsets(log, cluster, group, topic, partitions));
  for (Position& position : positions) {
    const auto found = offsets.find(position.partition);
    if (found != offsets.end()) position.committed = found->second;
    if (position.committed >= position.end) continue;
    QCDR_ASSIGN_OR_RETURN(const auto rest,
                          reader->read(topic, position.partition, position.committed, 1));
    position.behind = !rest.empty();
  }
  return positions;
}

Status read_applied(const std::string& directory, std::vector<Position>* positions) {
  stream::RocksdbOptions options;
  options.directory = directory;
  stream::RocksdbStores stores(options);
  QCDR_ASSIGN_OR_RETURN(const auto places, stores.list());
  for (const auto& place : places) {
    const auto opened = stores.open_read_only(place.partition, place.generation);
    // Killed while it was made: there is nothing in it.
    if (opened.status().code() == ErrorCode::kNotFound) continue;
    QCDR_RETURN_IF_ERROR(opened.status());
    QCDR_ASSIGN_OR_RETURN(const auto state, stream::read_partition_state(*opened.value()));
    if (!state) continue;
    for (Position& position : *positions) {
      if (position.partition == place.partition) position.applied = state->applied;
    }
  }
  return Status::ok();
}

std::string to_json(const std::vector<Position>& positions) {
  std::string text;
  for (const Position& position : positions) {
    const std::string applied =
        position.applied ? std::to_string(position.applied->value()) : "null";
    text += fmt::format(
        "{}{{\"partition\":{},\"end\":{},\"committed\":{},\"applied\":{},"
        "\"owned\":{},\"behind\":{}}}",
        text.empty() ? "" : ",", position.partition.value(), position.end.value(),
        position.committed.value(), applied, position.owned, position.behind);
  }
  return text;
}

}  // namespace

Result<Positions> read_positions(stream::Log& log, Cluster* cluster, const PositionsAsked& asked) {
  Positions positions;
  QCDR_ASSIGN_OR_RETURN(positions.uploads, stage(log, cluster, kValidationGroup, kUploadsTopic));
  QCDR_ASSIGN_OR_RETURN(positions.records,
                        stage(log, cluster, kScoringGroup, kRegistryRecordsTopic));
  QCDR_ASSIGN_OR_RETURN(positions.contributions,
                        stage(log, cluster, kEntityGroup, kEntityContributionsTopic));
  if (!asked.state_directory.empty()) {
    QCDR_RETURN_IF_ERROR(read_applied(asked.state_directory, &positions.records));
  }
  if (cluster != nullptr && !asked.slot.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto owned,
                          cluster->owned(kScoringGroup, asked.slot, kRegistryRecordsTopic));
    for (Position& position : positions.records) {
      position.owned = owned.count(position.partition) > 0;
    }
  }
  return positions;
}

std::string to_json(const Positions& positions) {
  return fmt::format("{{\"uploads\":[{}],\"records\":[{}],\"contributions\":[{}]}}",
                     to_json(positions.uploads), to_json(positions.records),
                     to_json(positions.contributions));
}

}  // namespace qcdr::crash

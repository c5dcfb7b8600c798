#include "cli/entity_state.h"

#include <filesystem>
#include <map>

#include "cli/stages.h"
#include "ledger/entity_ledger.h"
#include "stream/loop/partition_state.h"

namespace qcdr {
namespace {

Result<std::optional<EntityPartition>> read_partition(stream::RocksdbStores& stores,
                                                      const stream::RocksdbStores::Place& place,
                                                      bool recompute) {
  const auto store = stores.open_read_only(place.partition, place.generation);
  if (store.status().code() == ErrorCode::kNotFound) return std::optional<EntityPartition>();
  QCDR_RETURN_IF_ERROR(store.status());
  QCDR_ASSIGN_OR_RETURN(const auto state, stream::read_partition_state(*store.value()));
  if (!state) return std::optional<EntityPartition>();  // opened once, never written
  if (recompute) {
    const ledger::EntityLedger ledger(*store.value(), state->digest);
    QCDR_ASSIGN_OR_RETURN(const StateDigest digest, ledger.verify());
    if (!(digest == state->digest)) {
      return Status(ErrorCode::kCorruption, "second stage, partition " +
                                                std::to_string(place.partition.value()) +
                                                ": rows do not come to the stored digest");
    }
  }
  return std::optional<EntityPartition>(
      EntityPartition{place.partition, place.generation, state->applied, state->digest});
}

}  // namespace

Result<std::vector<EntityPartition>> read_entity_state(
    const std::vector<std::string>& state_directories, bool recompute) {
  std::map<Partition, EntityPartition> newest;
  for (const std::string& directory : state_directories) {
    if (!std::filesystem::exists(entity_state_directory(directory))) continue;
    stream::RocksdbStores stores(entity_store_options(directory, &stream::no_crash_points()));
    QCDR_ASSIGN_OR_RETURN(const auto places, stores.list());
    for (const auto& place : places) {
      QCDR_ASSIGN_OR_RETURN(const auto read, read_partition(stores, place, recompute));
      if (!read) continue;
      const auto known = newest.find(place.partition);
      // A newer generation counts, and of one generation the copy that is further.
      if (known != newest.end() && std::pair(known->second.generation, known->second.applied) >=
                                       std::pair(read->generation, read->applied)) {
        continue;
      }
      newest.insert_or_assign(place.partition, *read);
    }
  }
  std::vector<EntityPartition> partitions;
  for (const auto& [ignored, read] : newest) partitions.push_back(read);
  return partitions;
}

}  // namespace qcdr

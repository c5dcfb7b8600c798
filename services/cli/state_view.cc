#include "cli/state_view.h"

#include <filesystem>
#include <map>

#include "rulebook/folding_file.h"
#include "rulebook/rulebook.h"
#include "stream/rocksdb/rocksdb_stores.h"

namespace qcdr {

StateView::StateView(std::unique_ptr<FileKeyRing> keys)
    : keys_(std::move(keys)), rules_(rulebook::Rulebook::built_in()) {}

namespace {

class BorrowedRows final : public RowReader {
 public:
  explicit BorrowedRows(const RowReader& rows) : rows_(rows) {}
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return rows_.get(family, key);
  }
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override {
    return rows_.scan(family, prefix, visit);
  }

 private:
  const RowReader& rows_;
};

}  // namespace

Result<std::unique_ptr<StateView>> StateView::over(const std::vector<OpenStore>& stores,
                                                   const std::string& key_directory) {
  QCDR_ASSIGN_OR_RETURN(auto keys, FileKeyRing::open({key_directory}));
  std::unique_ptr<StateView> view(new StateView(std::move(keys)));
  for (const OpenStore& store : stores) {
    QCDR_RETURN_IF_ERROR(
        view->add_store(store.partition, std::make_unique<BorrowedRows>(*store.rows)));
  }
  return view;
}

Result<std::unique_ptr<StateView>> StateView::open(
    const std::vector<std::string>& state_directories, const std::string& key_directory) {
  if (!std::filesystem::exists(key_directory + "/registry.keys")) {
    return Status(ErrorCode::kNotFound,
                  "there are no registry keys here; give --data-dir, or --keys");
  }
  QCDR_ASSIGN_OR_RETURN(auto keys, FileKeyRing::open({key_directory}));
  std::unique_ptr<StateView> view(new StateView(std::move(keys)));
  for (const std::string& directory : state_directories) {
    QCDR_RETURN_IF_ERROR(view->add_directory(directory));
  }
  return view;
}

namespace {

// A state counts by its registry's calendar, so another registry's dates say nothing about it.
Status require_own_registry(Generation generation) {
  const rulebook::Rulebook& book = rulebook::Rulebook::built_in();
  const std::uint32_t number = generation.value() % rulebook::kFoldingNumbers;
  const rulebook::Registry* owner = nullptr;
  for (const rulebook::Registry& registry : book.registries()) {
    if (registry.generations_from > number) continue;
    if (owner == nullptr || owner->generations_from < registry.generations_from) owner = &registry;
  }
  if (owner == nullptr || owner->name == book.registry().name) return Status::ok();
  return Status(ErrorCode::kInvalidArgument,
                "the state is of the registry " + owner->name + "; say --registry " + owner->name);
}

}  // namespace

Status StateView::add_directory(const std::string& directory) {
  stream::RocksdbOptions options;
  options.directory = directory;
  stream::RocksdbStores stores(options);
  QCDR_ASSIGN_OR_RETURN(const auto places, stores.list());
  std::map<Partition, Generation> newest;
  for (const auto& place : places) {
    newest[place.partition] = std::max(newest[place.partition], place.generation);
  }
  for (const auto& [partition, generation] : newest) {
    QCDR_RETURN_IF_ERROR(require_own_registry(generation));
    auto store = stores.open_read_only(partition, generation);
    if (store.status().code() == ErrorCode::kNotFound) continue;  // never finished, nothing in it
    QCDR_RETURN_IF_ERROR(store.status());
    QCDR_RETURN_IF_ERROR(add_store(partition, std::move(store).value()));
  }
  return Status::ok();
}

Status StateView::add_store(Partition partition, std::unique_ptr<RowReader> store) {
  PartitionView view;
  view.partition = partition;
  view.store = std::move(store);
  QCDR_ASSIGN_OR_RETURN(const auto state, stream::read_partition_state(*view.store));
  if (!state) return Status::ok();  // opened once, never written
  view.state = *state;
  // Instances that handed a partition over keep an older copy; the newer one counts.
  const auto same =
      std::find_if(partitions_.begin(), partitions_.end(),
                   [&](const PartitionView& other) { return other.partition == partition; });
  if (same != partitions_.end() && same->state.applied >= view.state.applied) return Status::ok();
  view.rows = std::make_unique<SealedRows>(*view.store, *keys_);
  view.ledger =
      std::make_unique<ledger::Ledger>(rules_, keys_->entity_key(), *view.rows, view.state.digest);
  if (same != partitions_.end()) {
    *same = std::move(view);
  } else {
    partitions_.push_back(std::move(view));
  }
  return Status::ok();
}

Instant StateView::as_of() const {
  Instant latest;
  for (const PartitionView& view : partitions_) {
    latest = std::max(latest, view.state.partition_time);
  }
  return latest;
}

StateDigest StateView::digest() const {
  StateDigest sum;
  for (const PartitionView& view : partitions_) sum.add(view.state.digest);
  return sum;
}

Result<std::vector<ScoreRow>> StateView::score_rows() {
  std::vector<ScoreRow> rows;
  for (PartitionView& view : partitions_) {
    QCDR_RETURN_IF_ERROR(add_score_rows(*view.ledger, as_of(), &rows));
  }
  finish_score_rows(&rows);
  return rows;
}

}  // namespace qcdr

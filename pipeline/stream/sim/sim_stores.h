// State stores of a simulated process over a simulated disk.
//
// A SimDisk belongs to a slot and outlives its processes. Batches that a store's thread has written
// survive the process; of those, the ones not yet synced are lost from the end when power fails.
// Batches in the queue are read, but die with the process. Writes happen only when the world lets
// them: SimStores::write_one(), called by the scheduler, or in wait(). Thread-safety: none.
// Ownership: disk, world and process outlive stores.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "stream/sim/sim_world.h"
#include "stream/state_store.h"

namespace qcdr::stream {

class SimDisk {
 public:
  using Rows = std::map<std::pair<Family, std::string>, std::string>;
  using Name = std::pair<Partition, Generation>;

  // The rows that a process started now would find.
  const Rows* find(const Name& name) const;
  std::vector<Name> names() const;
  // All writes so far survive a loss of power.
  void sync();
  // Forgets the last `batches` writes that were not synced, across all stores at once.
  void lose_power(std::size_t batches);
  std::size_t unsynced() const { return unsynced_.size(); }
  // Every write fails until there is space again.
  void set_full(bool full) { full_ = full; }
  bool full() const { return full_; }

 private:
  friend class SimStores;
  friend class SimStore;
  struct Database {
    Rows rows;
    Rows synced;
    bool locked = false;
  };
  void write(const Name& name, RowBatch batch);
  static void apply(const RowBatch& batch, Rows* rows);

  std::map<Name, Database> databases_;
  std::vector<std::pair<Name, RowBatch>> unsynced_;
  bool full_ = false;
};

class SimStore;

class SimStores : public StateStores {
 public:
  SimStores(SimWorld& world, SimProcess& process, SimDisk& disk)
      : world_(world), process_(process), disk_(disk) {}

  Result<std::unique_ptr<StateStore>> open(Partition partition, Generation generation) override;
  Status destroy(Partition partition, Generation generation) override;

  // The store's thread gets its turn: one batch of one store. False when nothing is queued.
  bool write_one();

 private:
  friend class SimStore;
  SimWorld& world_;
  SimProcess& process_;
  SimDisk& disk_;
  std::vector<SimStore*> open_;
};

class SimStore : public StateStore {
 public:
  SimStore(SimStores& stores, SimDisk::Name name);
  ~SimStore() override;

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override;
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override;
  Status submit(RowBatch batch) override;
  std::size_t in_flight() const override { return queue_.size(); }
  Status wait(std::size_t batches_max) override;

 private:
  friend class SimStores;
  void write_front();
  // What is written, with the queue on top.
  SimDisk::Rows visible() const;

  SimStores& stores_;
  const SimDisk::Name name_;
  std::deque<RowBatch> queue_;
  Status error_;
};

}  // namespace qcdr::stream

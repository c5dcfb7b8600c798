// A place where one process after another runs the production loop: its name, its disk, and the
// process that is alive now, if any.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stream/crash_points.h"
#include "stream/loop/loop.h"
#include "stream/sim/counting_fold.h"
#include "stream/sim/sim_blobs.h"
#include "stream/sim/sim_log.h"
#include "stream/sim/sim_stores.h"
#include "upload_stage.h"

namespace qcdr::simulation {

// Hands the loop's crash points to the world.
class SimCrashPoints : public stream::CrashPoints {
 public:
  SimCrashPoints(stream::SimWorld& world, stream::SimProcess& process)
      : world_(world), process_(process) {}
  void reached(stream::CrashPoint point) override {
    world_.at_call(process_, stream::SimCall::kCrashPoint, static_cast<std::int64_t>(point));
  }

 private:
  stream::SimWorld& world_;
  stream::SimProcess& process_;
};

class Observer : public stream::LoopObserver {
 public:
  void on_commit(const stream::CommitReport&) override { ++commits; }
  void on_replay(const stream::ReplayReport& report) override { replayed += report.records; }
  void on_shorter_batches(Partition, std::size_t) override { ++shorter_batches; }
  void on_recovery(const Status&) override { ++recoveries; }
  void on_incident(Partition partition, const std::string& message) override {
    incidents.push_back("partition " + std::to_string(partition.value()) + ": " + message);
  }
  std::size_t commits = 0;
  std::size_t replayed = 0;
  std::size_t recoveries = 0;
  std::size_t shorter_batches = 0;
  std::vector<std::string> incidents;
};

struct Instance {
  Instance(stream::SimWorld& world, stream::SimBroker& broker, stream::SimDisk& disk, int number,
           const stream::LoopOptions& options, const stream::CountingFoldOptions& fold_options);
  // As if the process were killed: nothing says good-bye.
  ~Instance() { process.alive = false; }

  stream::SimProcess process;
  stream::SimLog log;
  stream::SimStores stores;
  stream::CountingFoldFactory folds;
  SimCrashPoints crash_points;
  Observer observer;
  stream::Loop loop;
};

struct Slot {
  int number = 0;
  stream::LoopOptions options;
  stream::SimDisk disk;
  std::unique_ptr<Instance> instance;
  bool on_stack = false;  // its step is running, perhaps suspended below another
  bool doomed = false;    // dies at its next call
  bool retired = false;
  // Replaced by a slot of the same name elsewhere, and does not know it yet.
  bool replaced = false;
  std::int64_t paused_until_milliseconds = 0;
  std::int64_t wake_at_milliseconds = 0;
};

// A process of the stage before the loop. It has no disk of its own.
struct Validator {
  Validator(stream::SimWorld& world, stream::SimBroker& broker, stream::SimBlobDisk& blob_disk,
            int number, UploadStageOptions options);

  stream::SimProcess process;
  stream::SimLog log;
  stream::SimBlobs blobs;
  UploadStage stage;
};

struct ValidatorSlot {
  int number = 0;
  UploadStageOptions options;
  std::unique_ptr<Validator> validator;
  bool on_stack = false;
  std::int64_t paused_until_milliseconds = 0;
};

}  // namespace qcdr::simulation

// A loop with everything around it simulated and well-behaved, for unit tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "stream/loop/loop.h"
#include "stream/sim/counting_fold.h"
#include "stream/sim/sim_log.h"
#include "stream/sim/sim_stores.h"

namespace qcdr::stream {

// Fails one kind of call, the n-th time it is asked, once.
class OneFaultWorld : public SimWorld {
 public:
  bool happens(SimFault fault) override {
    if (fault == SimFault::kCommitTakesTime) return commits_take_time;
    return armed && fault == kind && countdown-- == 0;
  }
  // A commit that takes time is looked for four times, and is decided late in that.
  std::uint64_t random(std::uint64_t bound) override { return commits_take_time ? bound - 1 : 0; }
  void arm(SimFault fault, int after = 0) {
    kind = fault;
    countdown = after;
    armed = true;
  }
  SimFault kind = SimFault::kUnavailable;
  int countdown = 0;
  bool armed = false;
  bool commits_take_time = false;
};

class CountingObserver : public LoopObserver {
 public:
  void on_commit(const CommitReport& report) override { commits.push_back(report); }
  void on_freeze(const FreezeReport& report) override { freezes.push_back(report); }
  void on_replay(const ReplayReport& report) override {
    replayed += report.records;
    compared += report.compared;
  }
  void on_repeated_event(Partition, Offset) override { ++repeated_events; }
  void on_shorter_batches(Partition, std::size_t) override { ++shorter_batches; }
  void on_recovery(const Status& reason) override { recoveries.push_back(reason); }
  void on_stopped(Partition, std::optional<Offset>, const Status& reason) override {
    stops.push_back(reason);
  }
  void on_incident(Partition, const std::string& message) override { incidents.push_back(message); }
  void on_position(const PositionReport& report) override { positions.push_back(report); }
  void on_mismatch(Partition) override { ++mismatches; }

  std::vector<CommitReport> commits;
  std::vector<FreezeReport> freezes;
  std::size_t replayed = 0;
  std::size_t compared = 0;
  int repeated_events = 0;
  int shorter_batches = 0;
  std::vector<Status> recoveries;
  std::vector<Status> stops;
  std::vector<std::string> incidents;
  std::vector<PositionReport> positions;
  int mismatches = 0;
};

// What outlives a process: broker, disk, clock.
struct Rig {
  explicit Rig(std::int32_t partitions = 1) {
    std::vector<TopicDefinition> topics;
    for (const char* name : {"input", "outputs", "findings", "progress"}) {
      TopicDefinition topic;
      topic.name = name;
      topic.partitions = partitions;
      topics.push_back(topic);
    }
    EXPECT_TRUE(broker.ensure_topics(topics).is_ok());
    options.service = "scoring";
    options.slot = "0";
    options.group = "scoring";
    options.input_topic = "input";
    options.progress_topic = "progress";
    options.generation = Generation(1);
  }

  Appended append(const std::string& key, const std::string& value, std::int32_t partition = 0,
                  const std::string& event_id = "") {
    OutputRecord record;
    record.topic = "input";
    record.partition = Partition(partition);
    record.key = key;
    record.value = value;
    if (!event_id.empty()) record.headers.push_back({"event-id", event_id});
    return broker.append(std::move(record)).value();
  }

  std::vector<Record> read(const std::string& topic, std::int32_t partition = 0) {
    return broker.read(topic, Partition(partition), Offset(0), 100'000).value();
  }

  OneFaultWorld world;
  SimClock clock{Instant::from_milliseconds(1'660'000'000'000)};
  SimBroker broker{world, clock};
  SimDisk disk;
  LoopOptions options;
};

inline void append_some(Rig& rig, int count) {
  for (int i = 0; i < count; ++i) rig.append("key" + std::to_string(i % 3), std::to_string(i));
}

// Every output id once, and the last output of every entity as if nothing had happened.
inline void expect_undisturbed(Rig& rig, int count) {
  std::set<std::string> ids;
  std::map<std::string, std::string> last;
  for (const Record& record : rig.read("outputs")) {
    EXPECT_TRUE(ids.insert(std::string(record.header("ce_id"))).second) << record.header("ce_id");
    last[record.key] = record.value->substr(0, record.value->find(" chain"));
  }
  for (int key = 0; key < std::min(3, count); ++key) {
    int number_of = 0;
    int sum = 0;
    for (int i = key; i < count; i += 3) {
      ++number_of;
      sum += i;
    }
    EXPECT_EQ(last["key" + std::to_string(key)],
              "count=" + std::to_string(number_of) + " sum=" + std::to_string(sum));
  }
}

// One process. Destroying it without drain is a crash.
struct LoopProcess {
  explicit LoopProcess(Rig& rig_of, std::int64_t score_factor = 1, SimDisk* other_disk = nullptr)
      : rig(rig_of),
        stores(rig.world, process, other_disk != nullptr ? *other_disk : rig.disk),
        folds(CountingFoldOptions{score_factor, 0}),
        loop(rig.options, log, stores, rig.clock, folds, no_crash_points(), observer) {}
  ~LoopProcess() { process.alive = false; }

  StepOutcome step() {
    const Result<StepOutcome> outcome = loop.step();
    EXPECT_TRUE(outcome.is_ok()) << outcome.status().to_string();
    return outcome.is_ok() ? outcome.value() : StepOutcome();
  }
  // Steps until everything is processed.
  void catch_up() {
    for (int i = 0; i < 200; ++i) {
      const StepOutcome outcome = step();
      rig.clock.advance(outcome.wait_milliseconds);
      rig.broker.tick();
      const Result<bool> done = loop.caught_up();
      if (done.is_ok() && done.value()) return;
    }
    FAIL() << "never caught up";
  }

  Rig& rig;
  SimProcess process;
  SimLog log{rig.broker, process};
  SimStores stores;
  CountingFoldFactory folds;
  CountingObserver observer;
  Loop loop;
};

}  // namespace qcdr::stream

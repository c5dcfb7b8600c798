#include "simulation.h"

#include <iostream>

namespace qcdr::simulation {
namespace {

constexpr std::uint64_t kChaosActionsLeast = 250;
constexpr std::uint64_t kChaosActionsMost = 2'000;
constexpr std::uint64_t kQuietActions = 80;
constexpr std::size_t kSlotsMost = 12;
constexpr int kHealRoundsMax = 4'000;
constexpr std::int64_t kTransactionTimeoutMilliseconds = 20'000;
// Numbers of processes that are no slots begin here.
constexpr int kOtherProcesses = 1'000;
constexpr const char* kGroup = "sim";
constexpr const char* kGroupBeside = "sim-beside";

Plan plan_of(const RunOptions& options, Random& random) {
  return options.quiet ? make_quiet_plan() : make_plan(random);
}

stream::SimBrokerOptions broker_options_of(const Plan& plan) {
  stream::SimBrokerOptions options;
  options.stops_when_full = plan.log_stops_when_full;
  return options;
}

// The models of the stages before and inside the loop can do these wrong.
constexpr const char* kDuplicatesByTime = "duplicates-by-time";
constexpr const char* kReceivedWhenParsed = "received-when-parsed";
constexpr std::int64_t kForgetAfterMilliseconds = 5'000;

#ifdef QCDR_PLANTED_BUGS
stream::PlantedBug planted_bug_of(const std::string& name) {
  using stream::PlantedBug;
  static const std::map<std::string, PlantedBug> kBugs = {
      {kDuplicatesByTime, PlantedBug::kNone},
      {kReceivedWhenParsed, PlantedBug::kNone},
      {"offset-of-the-polled", PlantedBug::kOffsetOfThePolled},
      {"live-from-applied", PlantedBug::kLiveFromApplied},
      {"place-kept-after-rebalance", PlantedBug::kPlaceKeptAfterRebalance},
      {"time-steps-back", PlantedBug::kTimeStepsBack},
      {"", PlantedBug::kNone},
      {"state-before-commit", PlantedBug::kStateBeforeCommit},
      {"offset-outside-batch", PlantedBug::kOffsetOutsideBatch},
      {"commit-without-plus-one", PlantedBug::kCommitWithoutPlusOne},
      {"dirty-object-alone", PlantedBug::kDirtyObjectAlone},
      {"control-applied-twice", PlantedBug::kControlAppliedTwice},
      {"version-without-generation", PlantedBug::kVersionWithoutGeneration}};
  return kBugs.at(name);
}
#endif

}  // namespace

Simulation::Simulation(const RunOptions& options)
    : options_(options),
      random_(options.seed),
      plan_(plan_of(options, random_)),
      trace_(options.trace ? &std::cerr : nullptr),
      clock_(Instant::from_milliseconds(1'660'000'000'000)),
      scheduler_(plan_, random_, clock_, trace_, options.crash_at_calls),
      broker_(scheduler_, clock_, broker_options_of(plan_)) {
  scheduler_.interleave = [this] { act(); };
  scheduler_.doomed = [this](int number) {
    return number < kOtherProcesses && slots_[static_cast<std::size_t>(number)].doomed;
  };
  scheduler_.written = [this](int number) {
    check_applied(slots_[static_cast<std::size_t>(number)]);
  };
  std::vector<stream::TopicDefinition> topics;
  for (const char* name : {"uploads", "input", "outputs", "findings", "progress"}) {
    stream::TopicDefinition topic;
    topic.name = name;
    topic.partitions = plan_.partitions;
    topics.push_back(topic);
  }
  QCDR_ASSERT(broker_.ensure_topics(topics).is_ok());
  for (std::size_t slot = 0; slot < plan_.slots; ++slot) {
    add_slot(std::to_string(slot), kGroup, 1);
  }
  gateway_.number = kOtherProcesses;
  if (options.planted_bug == kDuplicatesByTime) {
    fold_options_.forget_uploads_after_milliseconds = kForgetAfterMilliseconds;
  }
  for (std::size_t index = 0; index < plan_.validators; ++index) {
    ValidatorSlot& slot = validators_.emplace_back();
    slot.number = kOtherProcesses + 1 + static_cast<int>(index);
    slot.options.slot = std::to_string(index);
    slot.options.rows_per_chunk = plan_.rows_per_chunk;
    slot.options.received_when_parsed = options.planted_bug == kReceivedWhenParsed;
  }
}

void Simulation::add_slot(const std::string& name, const std::string& group,
                          std::uint32_t generation) {
  Slot& slot = slots_.emplace_back();
  slot.number = static_cast<int>(slots_.size()) - 1;
  slot.options = plan_.loop;
  slot.options.service = group;
  slot.options.slot = name;
  slot.options.group = group;
  slot.options.input_topic = "input";
  slot.options.progress_topic = "progress";
  slot.options.generation = Generation(generation);
#ifdef QCDR_PLANTED_BUGS
  slot.options.planted_bug = planted_bug_of(options_.planted_bug);
#else
  QCDR_ASSERT(options_.planted_bug.empty());
#endif
}

RunReport Simulation::run() {
  chaos();
  if (failure_.empty()) heal();
  // A disk that failed during the chaos may show only now, and in exhaustive mode the crash may
  // come here: then that slot starts again.
  for (bool drained = false; failure_.empty() && !drained;) {
    catch_up();
    drained = drain();
  }
  if (failure_.empty()) check_end();
  for (Slot& slot : slots_) {
    if (slot.instance) kill(slot);
  }
  RunReport report;
  report.failure = failure_;
  report.trace_hash = trace_.hash();
  report.calls = scheduler_.calls();
  report.crashes = scheduler_.crashes();
  report.commits = commits_;
  report.replayed = replayed_;
  report.shorter_batches = shorter_batches_;
  report.full_disks = full_disks_;
  report.faults = scheduler_.faults();
  report.crashes_behind = crashes_behind_;
  return report;
}

void Simulation::chaos() {
  const std::uint64_t least = options_.quiet ? kQuietActions : kChaosActionsLeast;
  const std::uint64_t change_at = 50 + random_.below(150);
  const std::uint64_t swap_at = change_at + random_.below(300);
  while (failure_.empty() && actions_ < kChaosActionsMost) {
    if (actions_ >= least && appended_ == plan_.input.records.size()) break;
    act();
    if (actions_ >= change_at) change_generation();
    if (actions_ >= swap_at) swap_generation();
    replace_some_slot();
  }
}

void Simulation::act() {
  ++actions_;
  if (!failure_.empty() || draining_) return;
  Slot& slot = slots_[random_.below(slots_.size())];
  const std::uint64_t choice = random_.below(100);
  if (choice < 48) {
    act_on(slot);
  } else if (choice < 57) {
    act_on(validators_[random_.below(validators_.size())]);
  } else if (choice < 71) {
    write(slot);
  } else if (choice < 83) {
    append_next();
  } else if (choice < 91) {
    broker_.tick();
  } else {
    clock_.advance(random_.between(0, 50));
  }
  if (scheduler_.healed()) return;
  const std::int64_t now = clock_.monotonic_milliseconds();
  if (random_.once_in(plan_.rebalance_once_in_actions)) broker_.rebalance(slot.options.group);
  if (random_.once_in(plan_.pause_once_in_actions)) {
    slot.paused_until_milliseconds = now + random_.between(0, 25'000);
  }
  if (random_.once_in(plan_.time_jump_once_in_actions)) clock_.advance(random_.between(0, 12'000));
  if (random_.once_in(plan_.civil_step_once_in_actions)) {
    clock_.skew_civil_time(random_.between(-3'600'000, 3'600'000));
  }
  if (random_.once_in(plan_.sync_once_in_actions)) slot.disk.sync();
  fill_and_free_disks(slot);
  if (random_.once_in(plan_.clean_stop_once_in_actions) && is_free(slot)) stop_cleanly(slot);
}

bool Simulation::is_free(const Slot& slot) const {
  return slot.instance && !slot.on_stack;
}

void Simulation::act_on(Slot& slot) {
  if (slot.retired || slot.on_stack) return;
  const std::int64_t now = clock_.monotonic_milliseconds();
  if (!slot.instance) {
    if (random_.once_in(3)) start(slot);
  } else if (now < slot.wake_at_milliseconds && !random_.once_in(4)) {
    clock_.advance(random_.between(0, slot.wake_at_milliseconds - now));
  } else if (now >= slot.paused_until_milliseconds) {
    step(slot);
  }
}

void Simulation::start(Slot& slot) {
  QCDR_ASSERT(!slot.instance && !slot.retired);
  trace_.event("start", slot.number, slot.options.generation.value());
  slot.wake_at_milliseconds = 0;
  slot.instance = std::make_unique<Instance>(scheduler_, broker_, slot.disk, slot.number,
                                             slot.options, fold_options_);
}

void Simulation::step(Slot& slot) {
  slot.on_stack = true;
  try {
    const Result<stream::StepOutcome> outcome = slot.instance->loop.step();
    slot.on_stack = false;
    judge(slot, outcome);
  } catch (const stream::SimCrash& crash) {
    QCDR_ASSERT(crash.process == slot.number);
    slot.on_stack = false;
    kill(slot);
  }
  if (slot.doomed) kill(slot);
}

void Simulation::judge(Slot& slot, const Result<stream::StepOutcome>& outcome) {
  for (const std::string& incident : slot.instance->observer.incidents) fail(incident);
  if (!outcome.is_ok()) {
    // Fenced for good, or the log stopped: the process exits, and its supervisor starts another.
    const ErrorCode code = outcome.status().code();
    const bool log_stopped = code == ErrorCode::kIo && plan_.log_stops_when_full;
    if (code != ErrorCode::kFenced && !log_stopped) fail(outcome.status().to_string());
    trace_.event("exit", slot.number);
    kill(slot);
    return;
  }
  slot.wake_at_milliseconds = clock_.monotonic_milliseconds() + outcome.value().wait_milliseconds;
  bool disk_failed = false;
  for (const stream::StoppedPartition& stopped : outcome.value().stopped) {
    disk_failed = disk_failed || stopped.reason.code() == ErrorCode::kIo;
    if (stopped.reason.code() == ErrorCode::kIo) continue;
    fail("partition " + std::to_string(stopped.partition.value()) +
         " stopped: " + stopped.reason.to_string());
  }
  if (disk_failed) kill(slot);  // the operator frees space and starts it again
}

bool Simulation::stop_cleanly(Slot& slot) {
  bool stopped = false;
  trace_.event("stop", slot.number);
  slot.on_stack = true;
  try {
    const Status status = slot.instance->loop.drain_and_stop();
    slot.on_stack = false;
    stopped = status.is_ok();
    if (!stopped && status.code() != ErrorCode::kIo) fail("clean stop: " + status.to_string());
  } catch (const stream::SimCrash&) {
    slot.on_stack = false;
  }
  kill(slot);
  return stopped;
}

void Simulation::stop_somehow(Slot& slot) {
  if (!slot.instance) return;
  if (random_.once_in(2)) {
    stop_cleanly(slot);
  } else {
    kill(slot);
  }
}

void Simulation::kill(Slot& slot) {
  QCDR_ASSERT(slot.instance && !slot.on_stack);
  trace_.event("dead", slot.number);
  slot.doomed = false;
  commits_ += slot.instance->observer.commits;
  replayed_ += slot.instance->observer.replayed;
  shorter_batches_ += slot.instance->observer.shorter_batches;
  const bool crashed = !slot.instance->process.alive;
  slot.instance.reset();
  if (options_.power_loss && crashed) slot.disk.lose_power(slot.disk.unsynced());
  if (!scheduler_.healed() && random_.once_in(plan_.power_loss_once_in_crashes)) {
    const std::size_t lost = random_.below(slot.disk.unsynced() + 1);
    trace_.event("power-loss", slot.number, static_cast<std::int64_t>(lost));
    slot.disk.lose_power(lost);
  }
  bool behind = false;
  for (const stream::SimDisk::Name& name : slot.disk.names()) {
    const auto input = broker_.read("input", name.first, Offset(0), 1'000'000).value();
    const Complaint complaint = check_disk(*slot.disk.find(name), ExpectedState(input));
    if (complaint) {
      fail("disk of slot " + std::to_string(slot.number) + ", partition " +
           std::to_string(name.first.value()) + ": " + *complaint);
    }
    behind = behind || applied_offset(*slot.disk.find(name)).value_or(Offset(0)) <
                           broker_.decided_offset(slot.options.group, name.first);
  }
  if (behind) ++crashes_behind_;
  slot.retired = slot.retired || slot.replaced;
}

void Simulation::write(Slot& slot) {
  if (!slot.instance || scheduler_.in_store_thread) return;
  scheduler_.in_store_thread = true;
  bool crashed = false;
  try {
    slot.instance->stores.write_one();
  } catch (const stream::SimCrash&) {
    crashed = true;
  }
  scheduler_.in_store_thread = false;
  if (!crashed) return;
  // The main thread of the process may be suspended below: it dies when it is its turn.
  slot.doomed = slot.on_stack;
  slot.instance->process.alive = slot.on_stack;
  if (!slot.on_stack) kill(slot);
}

void Simulation::change_generation() {
  if (plan_.generations == GenerationPlan::kNone || generation_changed_) return;
  generation_changed_ = true;
  trace_.event("generation", 2);
  if (plan_.generations == GenerationPlan::kBeside) {
    final_generation_ = 2;
    const std::size_t slots = slots_.size();
    for (std::size_t slot = 0; slot < slots; ++slot) {
      add_slot(std::to_string(slot), kGroupBeside, 2);
    }
    return;
  }
  for (Slot& slot : slots_) {
    stop_somehow(slot);
    slot.options.generation = Generation(2);
  }
}

void Simulation::swap_generation() {
  if (plan_.generations != GenerationPlan::kBeside || generation_swapped_) return;
  generation_swapped_ = true;
  trace_.event("swap", 2);
  for (Slot& slot : slots_) {
    if (slot.options.group != kGroup) continue;
    stop_somehow(slot);
    slot.retired = true;
  }
}

void Simulation::replace_some_slot() {
  if (!random_.once_in(plan_.replace_once_in_actions) || slots_.size() >= kSlotsMost) return;
  Slot& slot = slots_[random_.below(slots_.size())];
  if (!slot.instance || slot.replaced) return;
  // Its supervisor takes it for dead and starts it on another machine, under the same name.
  slot.replaced = true;
  add_slot(slot.options.slot, slot.options.group, slot.options.generation.value());
  trace_.event("replace", slot.number, slots_.back().number);
}

void Simulation::heal() {
  trace_.event("heal");
  change_generation();
  swap_generation();
  for (Slot& slot : slots_) {
    if (slot.replaced && slot.instance) kill(slot);
  }
  scheduler_.heal();
  free_all_disks();
  while (appended_ < plan_.input.records.size()) append_next();
}

void Simulation::catch_up() {
  draining_ = false;
  for (int round = 0; round < kHealRoundsMax && failure_.empty(); ++round) {
    for (Slot& slot : slots_) {
      if (slot.retired || slot.on_stack) continue;
      slot.paused_until_milliseconds = 0;
      if (!slot.instance) start(slot);
      clock_.advance(
          std::max<std::int64_t>(0, slot.wake_at_milliseconds - clock_.monotonic_milliseconds()));
      step(slot);
      write(slot);
    }
    for (ValidatorSlot& slot : validators_) {
      slot.paused_until_milliseconds = 0;
      act_on(slot);
    }
    broker_.tick();
    clock_.advance(5);
    if (caught_up()) return;
  }
  if (failure_.empty()) fail("did not catch up after everything healed");
}

bool Simulation::caught_up() {
  if (!uploads_are_read()) return false;
  const char* const group = plan_.generations == GenerationPlan::kBeside ? kGroupBeside : kGroup;
  for (std::int32_t partition = 0; partition < plan_.partitions; ++partition) {
    const auto input = broker_.read("input", Partition(partition), Offset(0), 1'000'000).value();
    const Offset end = input.empty() ? Offset(0) : next(input.back().offset);
    if (broker_.decided_offset(group, Partition(partition)) != end) return false;
  }
  std::size_t owned = 0;
  for (Slot& slot : slots_) {
    if (slot.retired) continue;
    if (!slot.instance) return false;
    const std::optional<std::size_t> live = partitions_caught_up(slot);
    if (!live) return false;
    owned += *live;
  }
  return owned == static_cast<std::size_t>(plan_.partitions);
}

std::optional<std::size_t> Simulation::partitions_caught_up(Slot& slot) {
  slot.on_stack = true;
  try {
    const Result<bool> done = slot.instance->loop.caught_up();
    const Result<stream::StepOutcome> outcome = slot.instance->loop.step();
    slot.on_stack = false;
    judge(slot, outcome);
    if (!done.is_ok() || !done.value() || !outcome.is_ok()) return std::nullopt;
    if (outcome.value().partitions_live != outcome.value().partitions_owned) return std::nullopt;
    return outcome.value().partitions_live;
  } catch (const stream::SimCrash&) {
    slot.on_stack = false;
    kill(slot);
    return std::nullopt;
  }
}

bool Simulation::drain() {
  bool drained = true;
  broker_.settle();
  draining_ = true;
  for (ValidatorSlot& slot : validators_) slot.validator.reset();
  for (Slot& slot : slots_) {
    if (slot.instance && !stop_cleanly(slot)) drained = false;
  }
  return drained;
}

void Simulation::check_end() {
  // A transaction that a retired slot left open hides what follows it until it times out.
  clock_.advance(kTransactionTimeoutMilliseconds);
  broker_.settle();
  const std::set<std::uint32_t> both = {1, 2};
  for (std::int32_t number = 0; number < plan_.partitions; ++number) {
    const Partition partition(number);
    const auto read = [&](const char* topic) {
      return broker_.read(topic, partition, Offset(0), 1'000'000).value();
    };
    const ExpectedState expected(read("input"));
    PartitionView view;
    view.outputs = read("outputs");
    view.findings = read("findings");
    view.progress = read("progress");
    const bool same_group = plan_.generations == GenerationPlan::kSameGroup;
    view.groups.push_back({kGroup, same_group ? both : std::set<std::uint32_t>{1},
                           broker_.decided_offset(kGroup, partition)});
    if (plan_.generations == GenerationPlan::kBeside) {
      view.groups.push_back({kGroupBeside, {2}, broker_.decided_offset(kGroupBeside, partition)});
    }
    if (!same_group) view.final_generation = final_generation_;
    Complaint complaint = check_outputs(view, expected);
    if (!complaint) complaint = check_findings(view, expected);
    if (!complaint) complaint = check_progress(view, expected);
    if (!complaint) complaint = check_partition_uploads(partition, expected);
    if (complaint) fail("partition " + std::to_string(number) + ": " + *complaint);
    // After a clean stop A == C on the disk of whoever owned it.
    const GroupView& group = view.groups.back();
    bool drained = group.committed == Offset(0);
    for (const Slot& slot : slots_) {
      if (slot.options.group != group.group) continue;
      const auto* const rows = slot.disk.find({partition, slot.options.generation});
      drained = drained || (rows != nullptr && applied_offset(*rows) == group.committed);
    }
    if (!drained) fail("partition " + std::to_string(number) + ": no disk has A == C");
  }
}

void Simulation::check_applied(const Slot& slot) {
  for (const stream::SimDisk::Name& name : slot.disk.names()) {
    const std::optional<Offset> applied = applied_offset(*slot.disk.find(name));
    const Offset committed = broker_.decided_offset(slot.options.group, name.first);
    if (!applied || *applied <= committed) continue;
    fail("partition " + std::to_string(name.first.value()) + ": A " +
         std::to_string(applied->value()) + " is ahead of C " + std::to_string(committed.value()));
  }
}

void Simulation::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
  trace_.event("failure");
}

}  // namespace qcdr::simulation

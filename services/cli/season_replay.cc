#include "cli/season_replay.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/audit_trail.h"
#include "cli/entity_state.h"
#include "cli/local_pipeline.h"
#include "cli/partition_replay.h"
#include "cli/progress_ends.h"
#include "cli/received_at.h"
#include "cli/received_verdict.h"
#include "cli/released_records.h"
#include "cli/stage_loops.h"
#include "cli/stages.h"
#include "cli/state_view.h"
#include "cli/stop_signal.h"
#include "common/file_key_ring.h"
#include "common/topic_names.h"
#include "reference/npi_registries.h"
#include "rulebook/rulebook.h"
#include "scoring/ledger_fold.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::uint64_t kScratchBytesLeast = std::uint64_t{64} << 20;

constexpr const char* kSlot = "replay";
constexpr std::size_t kRecordsPerAppend = 256;
constexpr std::size_t kRecordsPerLook = 64;

constexpr const char* kState = "/state";

}  // namespace

struct SeasonReplay::Directories {
  std::string scratch;
  std::string keys;
  std::string reference;
};

namespace {

std::uint64_t bytes_below(const std::string& directory) {
  std::uint64_t sum = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const auto size = it->file_size(error);
    if (!error) sum += size;
  }
  return sum;
}

Status check_room(const ScratchDirectory& scratch, const std::string& log_directory) {
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t available, scratch.bytes_available());
  if (available >= bytes_below(log_directory) + kScratchBytesLeast) return Status::ok();
  return Status(ErrorCode::kLimitExceeded,
                "the directory for temporary files has less room than the log takes; name another "
                "in TMPDIR");
}

struct Counter {
  std::uint64_t all = 0;
  std::uint64_t read = 0;
  int told = -1;

  void count(const SeasonReplay::Progress& progress) {
    ++read;
    const int percent = static_cast<int>(read * 100 / std::max<std::uint64_t>(all, 1));
    if (percent == told || !progress) return;
    told = percent;
    progress(percent);
  }
};

Status read_all(LogView& log, const char* topic, const SeasonReplay::Progress& progress,
                const std::function<Status(const stream::Record&)>& take) {
  Counter counter;
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_ASSIGN_OR_RETURN(const Offset end, log.reader().end(topic, Partition(number)));
    counter.all += static_cast<std::uint64_t>(end.value());
  }
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_RETURN_IF_ERROR(log.for_each(topic, Partition(number), Offset(),
                                      [&](const stream::Record& record) -> Status {
                                        if (stop_requested()) {
                                          return Status(ErrorCode::kAborted, "stopped");
                                        }
                                        counter.count(progress);
                                        return take(record);
                                      }));
  }
  return Status::ok();
}

// Reads until `take` says that it has seen enough.
Status read_on(LogView& log, const std::string& topic, Partition partition, Offset from,
               const std::function<Result<bool>(const stream::Record&)>& take) {
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const auto records,
                          log.reader().read(topic, partition, from, kRecordsPerLook));
    if (records.empty()) return Status::ok();
    for (const stream::Record& record : records) {
      QCDR_ASSIGN_OR_RETURN(const bool more, take(record));
      if (!more) return Status::ok();
      from = next(record.offset);
    }
  }
}

// One stage: the prefix of each partition that was committed by then, folded as it stands.
struct KnownStage {
  stream::LoopOptions options;
  stream::RocksdbStores stores;
  std::vector<Offset> ends;
  std::vector<std::unique_ptr<PartitionReplay>> partitions;

  KnownStage(stream::LoopOptions options_of, const stream::RocksdbOptions& store_options)
      : options(std::move(options_of)), stores(store_options) {}

  Status open(LogView& log, Instant instant, stream::FoldFactory& folds) {
    for (std::int32_t number = 0; number < log.partitions(); ++number) {
      const Partition partition(number);
      QCDR_ASSIGN_OR_RETURN(const Offset end, end_of_progress(log, options.input_topic,
                                                              options.group, partition, instant));
      ends.push_back(end);
      partitions.push_back(std::make_unique<PartitionReplay>(options, partition));
      QCDR_RETURN_IF_ERROR(partitions.back()->open(stores, folds));
    }
    return Status::ok();
  }
  Status apply(const stream::Record& record) {
    const auto number = static_cast<std::size_t>(record.partition.value());
    return record.offset < ends[number] ? partitions[number]->apply(record) : Status::ok();
  }
  Status finish() {
    for (const auto& partition : partitions) QCDR_RETURN_IF_ERROR(partition->finish());
    return Status::ok();
  }
  std::uint64_t records() const {
    std::uint64_t sum = 0;
    for (const auto& partition : partitions) sum += partition->records();
    return sum;
  }
  // Of partitions that can be compared.
  std::vector<StateAtDeadline> states() const {
    std::vector<StateAtDeadline> all;
    for (const auto& partition : partitions) {
      if (!partition->reproducible()) continue;
      all.insert(all.end(), partition->states().begin(), partition->states().end());
    }
    return all;
  }
};

// Deadlines that had passed by then, and were folded a moment later: nothing but time lies before
// them, so the state that was known is what was written of.
Status look_on_for_deadlines(LogView& log, Instant instant, KnownStage* stage) {
  for (std::size_t number = 0; number < stage->partitions.size(); ++number) {
    PartitionReplay& partition = *stage->partitions[number];
    const auto look = [&partition, instant](const stream::Record& record) -> Result<bool> {
      const Receipt receipt = receipt_of(record);
      if (!receipt.is_time_alone || *receipt.at > instant) return false;
      QCDR_RETURN_IF_ERROR(partition.look_on(record));
      return true;
    };
    QCDR_RETURN_IF_ERROR(
        read_on(log, kRegistryRecordsTopic, partition.partition(), stage->ends[number], look));
    QCDR_RETURN_IF_ERROR(partition.end_look());
  }
  return Status::ok();
}

// The marks of the same deadlines in the second stage.
Status look_on_for_marks(LogView& log, const std::vector<StateAtDeadline>& deadlines,
                         KnownStage* stage) {
  using Mark = std::pair<Partition, std::string>;
  for (std::size_t number = 0; number < stage->partitions.size(); ++number) {
    PartitionReplay& partition = *stage->partitions[number];
    std::set<Mark> missing;
    for (const StateAtDeadline& each : deadlines) missing.emplace(each.source, each.event_id);
    for (const StateAtDeadline& each : partition.states()) {
      missing.erase({each.source, each.event_id});
    }
    const auto look = [&partition, &missing](const stream::Record& record) -> Result<bool> {
      if (missing.empty()) return false;
      QCDR_RETURN_IF_ERROR(partition.look_on(record));
      const auto passed = deadline_at(record, true);
      if (passed) missing.erase({passed->source, passed->event_id});
      return true;
    };
    QCDR_RETURN_IF_ERROR(
        read_on(log, kEntityContributionsTopic, partition.partition(), stage->ends[number], look));
    QCDR_RETURN_IF_ERROR(partition.end_look());
  }
  return Status::ok();
}

}  // namespace

// The answers of the fold by entity are among the first stage's records, and what it was told is on
// the log, too.
Status SeasonReplay::fold_known(LogView& log, const Directories& directories,
                                const Progress& progress) {
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open({directories.keys}));
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  reference::NpiRegistries npi_registries(directories.reference);
  LedgerFoldFactory folds(rules, *keys, log.partitions(), nullptr, &npi_registries);
  EntityFoldFactory entity_folds(log.partitions());
  stream::RocksdbOptions store_options;
  store_options.directory = state_directory_;
  KnownStage stage(ledger_loop_options(kSlot), store_options);
  KnownStage entities(entity_loop_options(kSlot),
                      entity_store_options(state_directory_, &stream::no_crash_points()));
  QCDR_RETURN_IF_ERROR(stage.open(log, instant_, folds));
  QCDR_RETURN_IF_ERROR(entities.open(log, instant_, entity_folds));
  QCDR_RETURN_IF_ERROR(read_all(log, kRegistryRecordsTopic, progress,
                                [&](const stream::Record& record) { return stage.apply(record); }));
  QCDR_RETURN_IF_ERROR(
      read_all(log, kEntityContributionsTopic, nullptr,
               [&](const stream::Record& record) { return entities.apply(record); }));
  QCDR_RETURN_IF_ERROR(stage.finish());
  QCDR_RETURN_IF_ERROR(entities.finish());
  records_folded_ = stage.records();
  QCDR_RETURN_IF_ERROR(look_on_for_deadlines(log, instant_, &stage));
  std::vector<StateAtDeadline> made = stage.states();
  const auto deleted = std::count_if(stage.partitions.begin(), stage.partitions.end(),
                                     [](const auto& each) { return !each->reproducible(); });
  if (deleted > 0) {
    not_compared_ = std::to_string(deleted) +
                    " partitions, of which data were deleted since, were not compared";
  }
  QCDR_RETURN_IF_ERROR(look_on_for_marks(log, made, &entities));
  const std::vector<StateAtDeadline> of_entities = entities.states();
  made.insert(made.end(), of_entities.begin(), of_entities.end());
  QCDR_ASSIGN_OR_RETURN(const AuditTrail trail, AuditTrail::read(log));
  deadlines_ = compare_states(trail.states(), made);
  return Status::ok();
}

namespace {

// A log of its own with what was received by then, without the answers of the fold by entity: those
// are worked out again.
Result<std::uint64_t> copy_received(LogView& log, Instant instant, const std::string& directory,
                                    const SeasonReplay::Progress& progress) {
  SeasonClock clock;
  clock.stand_at(instant);
  stream::EmbeddedLogOptions options;
  options.directory = directory;
  options.clock = &clock;
  // Nobody needs this log after a loss of power.
  options.sync = [](stream::File&) { return Status::ok(); };
  QCDR_ASSIGN_OR_RETURN(const auto copy, stream::EmbeddedLog::open(std::move(options)));
  stream::TopicUse use;
  use.replay = true;
  use.partitions = log.partitions();
  QCDR_ASSIGN_OR_RETURN(const auto topics,
                        stream::load_topics("topics.yaml", stream::built_in_topics(), use));
  QCDR_RETURN_IF_ERROR(copy->ensure_topics(topics));
  QCDR_ASSIGN_OR_RETURN(const auto appender, copy->appender());
  QCDR_ASSIGN_OR_RETURN(const ReleasedRecords released, ReleasedRecords::open(log));
  std::vector<stream::OutputRecord> waiting;
  std::uint64_t copied = 0;
  const auto copy_one = [&](const stream::Record& record) -> Status {
    const std::optional<Instant> received = receipt_of(record).at;
    if (!received || *received > instant) return Status::ok();
    std::optional<std::string> value = released.value_of(record);
    if (!value) return Status::ok();
    waiting.push_back({record.topic, record.partition, record.key, std::move(value), record.headers,
                       std::min(record.timestamp, instant)});
    ++copied;
    if (waiting.size() < kRecordsPerAppend) return Status::ok();
    return appender->append_all(std::exchange(waiting, {}));
  };
  QCDR_RETURN_IF_ERROR(read_all(log, kRegistryRecordsTopic, progress, copy_one));
  if (!waiting.empty()) QCDR_RETURN_IF_ERROR(appender->append_all(std::move(waiting)));
  return copied;
}

// Both stages by partition, as they lie in the temporary state.
Result<std::vector<StateAtDeadline>> states_in(const std::string& state_directory,
                                               const std::string& keys) {
  std::vector<StateAtDeadline> states;
  QCDR_ASSIGN_OR_RETURN(const auto view, StateView::open({state_directory}, keys));
  for (const StateView::PartitionView& each : view->partitions()) {
    StateAtDeadline& state = states.emplace_back();
    state.partition = state.source = each.partition;
    state.generation = each.state.generation;
    state.digest = each.state.digest;
  }
  QCDR_ASSIGN_OR_RETURN(const auto entities, read_entity_state({state_directory}, false));
  for (const EntityPartition& each : entities) {
    StateAtDeadline& state = states.emplace_back();
    state.of_entities = true;
    state.partition = each.partition;
    state.source = kEverySource;
    state.generation = each.generation;
    state.digest = each.digest;
  }
  return states;
}

}  // namespace

Status SeasonReplay::fold_received(LogView& log, const Directories& directories,
                                   const Progress& progress) {
  QCDR_ASSIGN_OR_RETURN(records_folded_,
                        copy_received(log, instant_, directories.scratch + "/log", progress));
  LocalPipelineOptions options;
  options.data_directory = directories.scratch;
  options.key_directory = directories.keys;
  options.reference_directory = directories.reference;
  options.partitions = log.partitions();
  options.start = instant_;
  QCDR_ASSIGN_OR_RETURN(const auto pipeline, LocalPipeline::open(options));
  QCDR_RETURN_IF_ERROR(pipeline->pump());
  QCDR_RETURN_IF_ERROR(pipeline->tell_time());
  QCDR_RETURN_IF_ERROR(pipeline->pump());
  QCDR_RETURN_IF_ERROR(pipeline->close());
  QCDR_ASSIGN_OR_RETURN(auto made, states_in(state_directory_, directories.keys));
  QCDR_ASSIGN_OR_RETURN(const AuditTrail trail, AuditTrail::read(log));
  QCDR_ASSIGN_OR_RETURN(auto received,
                        compare_received(log, instant_, trail.states(), std::move(made)));
  if (received.verdict) deadlines_.push_back(std::move(*received.verdict));
  not_compared_ = std::move(received.not_compared);
  return Status::ok();
}

Result<std::unique_ptr<SeasonReplay>> SeasonReplay::run(const PlaceOptions& place,
                                                        ReplayBasis basis, Instant instant,
                                                        const Progress& progress) {
  const std::string keys_place = key_directory(place);
  if (!std::filesystem::exists(keys_place + "/registry.keys")) {
    return Status(ErrorCode::kNotFound,
                  "there are no registry keys here; give --data-dir, or --keys");
  }
  std::unique_ptr<SeasonReplay> replay(new SeasonReplay());
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(place)));
  QCDR_ASSIGN_OR_RETURN(replay->scratch_, ScratchDirectory::make());
  QCDR_RETURN_IF_ERROR(check_room(*replay->scratch_, data_directory(place) + "/log"));
  const Directories directories{replay->scratch_->path(), keys_place,
                                data_directory(place) + "/reference"};
  replay->state_directory_ = directories.scratch + kState;
  replay->instant_ = instant;
  if (basis == ReplayBasis::kReceivedBy) {
    QCDR_ASSIGN_OR_RETURN(const Instant clock, log->clock());
    replay->instant_ = std::min(instant, clock);
    QCDR_RETURN_IF_ERROR(replay->fold_received(*log, directories, progress));
  } else {
    QCDR_RETURN_IF_ERROR(replay->fold_known(*log, directories, progress));
  }
  return replay;
}

}  // namespace qcdr

#include "cli/season_replay.h"

#include <filesystem>

#include "cli/local_pipeline.h"
#include "cli/released_records.h"
#include "cli/stage_loops.h"
#include "cli/stop_signal.h"
#include "common/file_key_ring.h"
#include "common/topic_names.h"
#include "qcdr/v1/progress.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "reference/npi_registries.h"
#include "rulebook/rulebook.h"
#include "scoring/ledger_fold.h"
#include "stream/loop/partition_fold.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::uint64_t kRecordsPerBatch = 512;
constexpr std::size_t kDirtyBytesMax = std::size_t{32} << 20;
constexpr std::size_t kCacheBytesMax = std::size_t{256} << 20;
constexpr std::uint64_t kScratchBytesLeast = std::uint64_t{64} << 20;

constexpr const char* kSlot = "replay";
constexpr std::size_t kRecordsPerAppend = 256;

// When what a record says came to the registry: of rows the receipt of their upload, of a date the
// moment that it passed. None for what follows from other records.
std::optional<Instant> received_at(const stream::Record& record) {
  v1::RegistryRecord message;
  // The fold lays it aside, and parks its practice, as it did then.
  if (!record.value || !message.ParseFromString(*record.value)) {
    return record.timestamp;
  }
  switch (message.body_case()) {
    case v1::RegistryRecord::kChunk:
      return Instant::from_milliseconds(message.chunk().received_at());
    case v1::RegistryRecord::kUploadCompleted:
      return Instant::from_milliseconds(message.upload_completed().received_at());
    case v1::RegistryRecord::kControl:
      return Instant::from_milliseconds(message.control().due_at());
    case v1::RegistryRecord::kStageTwoClaim:
      return std::nullopt;
    default:
      return record.timestamp;
  }
}

// Folds one partition into a store of its own.
class PartitionReplay {
 public:
  PartitionReplay(const stream::LoopOptions& options, Partition partition)
      : options_(options), partition_(partition) {}

  Status open(stream::RocksdbStores& stores, stream::FoldFactory& folds) {
    QCDR_ASSIGN_OR_RETURN(store_, stores.open(partition_, options_.generation));
    QCDR_ASSIGN_OR_RETURN(auto fold, folds.create(partition_, *store_, StateDigest()));
    stream::PartitionState state;
    state.generation = options_.generation;
    state.topic = options_.input_topic;
    state.group = options_.group;
    fold_ = std::make_unique<stream::PartitionFold>(options_, partition_, *store_, std::move(fold),
                                                    std::move(state));
    return Status::ok();
  }

  Status apply(const stream::Record& record) {
    const auto applied = fold_->apply(record);
    if (!applied.is_ok()) {
      return applied.status().with_context("record " + std::to_string(record.offset.value()));
    }
    ++records_;
    if (records_ % kRecordsPerBatch == 0 || fold_->dirty_bytes() > kDirtyBytesMax) {
      return close_batch();
    }
    return Status::ok();
  }

  Status finish() {
    QCDR_RETURN_IF_ERROR(close_batch());
    if (fold_->is_dirty()) {
      QCDR_ASSIGN_OR_RETURN(RowBatch rows, fold_->freeze());
      QCDR_RETURN_IF_ERROR(store_->submit(std::move(rows)));
    }
    return store_->wait(0);
  }

  std::uint64_t records() const { return records_; }

 private:
  // What users were told is not wanted here; the fold must let go of it all the same.
  Status close_batch() {
    if (fold_->at_boundary()) return Status::ok();
    stream::OutputBatch outputs(options_, partition_, fold_->boundary(), fold_->next(),
                                stream::OutputBatch::Purpose::kDigestOnly);
    QCDR_RETURN_IF_ERROR(fold_->emit(&outputs));
    fold_->close_batch(std::nullopt);
    if (fold_->dirty_bytes() <= kDirtyBytesMax) return Status::ok();
    QCDR_ASSIGN_OR_RETURN(RowBatch rows, fold_->freeze());
    QCDR_RETURN_IF_ERROR(store_->submit(std::move(rows)));
    fold_->shrink(kCacheBytesMax);
    return Status::ok();
  }

  const stream::LoopOptions& options_;
  const Partition partition_;
  std::unique_ptr<stream::StateStore> store_;
  std::unique_ptr<stream::PartitionFold> fold_;
  std::uint64_t records_ = 0;
};

constexpr const char* kState = "/state";

struct Directories {
  std::string scratch;
  std::string keys;
  std::string reference;
};

// One past the last record whose batch was committed by `instant`.
Result<Offset> end_of_known(LogView& log, Partition partition, Instant instant) {
  Offset end;
  QCDR_RETURN_IF_ERROR(log.for_each(
      kProgressTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
        v1::ProgressMarker marker;
        if (!record.value || !marker.ParseFromString(*record.value)) {
          return Status(ErrorCode::kCorruption, "a progress marker cannot be decoded");
        }
        if (marker.topic() == kRegistryRecordsTopic && marker.group() == kScoringGroup &&
            marker.partition() == partition.value() && record.timestamp <= instant) {
          end = std::max(end, Offset(marker.next_offset()));
        }
        return Status::ok();
      }));
  return end;
}

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

Status read_all(LogView& log, const SeasonReplay::Progress& progress,
                const std::function<Status(const stream::Record&)>& take) {
  Counter counter;
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_ASSIGN_OR_RETURN(const Offset end,
                          log.reader().end(kRegistryRecordsTopic, Partition(number)));
    counter.all += static_cast<std::uint64_t>(end.value());
  }
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_RETURN_IF_ERROR(log.for_each(kRegistryRecordsTopic, Partition(number), Offset(),
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

// The prefix of each partition that was committed by then, folded as it stands: the answers of the
// fold by entity are among its records.
Result<std::uint64_t> fold_known(LogView& log, Instant instant, FileKeyRing& keys,
                                 const Directories& directories,
                                 const SeasonReplay::Progress& progress) {
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  reference::NpiRegistries npi_registries(directories.reference);
  LedgerFoldFactory folds(rules, keys, log.partitions(), nullptr, &npi_registries);
  stream::RocksdbOptions store_options;
  store_options.directory = directories.scratch + kState;
  stream::RocksdbStores stores(store_options);
  const stream::LoopOptions options = ledger_loop_options(kSlot);
  std::vector<Offset> ends;
  std::vector<std::unique_ptr<PartitionReplay>> partitions;
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_ASSIGN_OR_RETURN(const Offset end, end_of_known(log, Partition(number), instant));
    ends.push_back(end);
    partitions.push_back(std::make_unique<PartitionReplay>(options, Partition(number)));
    QCDR_RETURN_IF_ERROR(partitions.back()->open(stores, folds));
  }
  QCDR_RETURN_IF_ERROR(read_all(log, progress, [&](const stream::Record& record) {
    const auto number = static_cast<std::size_t>(record.partition.value());
    return record.offset < ends[number] ? partitions[number]->apply(record) : Status::ok();
  }));
  std::uint64_t folded = 0;
  for (const auto& partition : partitions) {
    QCDR_RETURN_IF_ERROR(partition->finish());
    folded += partition->records();
  }
  return folded;
}

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
  QCDR_RETURN_IF_ERROR(read_all(log, progress, [&](const stream::Record& record) -> Status {
    const std::optional<Instant> received = received_at(record);
    if (!received || *received > instant) return Status::ok();
    std::optional<std::string> value = released.value_of(record);
    if (!value) return Status::ok();
    waiting.push_back({record.topic, record.partition, record.key, std::move(value), record.headers,
                       std::min(record.timestamp, instant)});
    ++copied;
    if (waiting.size() < kRecordsPerAppend) return Status::ok();
    return appender->append_all(std::exchange(waiting, {}));
  }));
  if (!waiting.empty()) QCDR_RETURN_IF_ERROR(appender->append_all(std::move(waiting)));
  return copied;
}

Result<std::uint64_t> fold_received(LogView& log, Instant instant, const Directories& directories,
                                    const SeasonReplay::Progress& progress) {
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t copied,
                        copy_received(log, instant, directories.scratch + "/log", progress));
  LocalPipelineOptions options;
  options.data_directory = directories.scratch;
  options.key_directory = directories.keys;
  options.reference_directory = directories.reference;
  options.partitions = log.partitions();
  options.start = instant;
  QCDR_ASSIGN_OR_RETURN(const auto pipeline, LocalPipeline::open(options));
  QCDR_RETURN_IF_ERROR(pipeline->pump());
  QCDR_RETURN_IF_ERROR(pipeline->tell_time());
  QCDR_RETURN_IF_ERROR(pipeline->pump());
  QCDR_RETURN_IF_ERROR(pipeline->close());
  return copied;
}

}  // namespace

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
    QCDR_ASSIGN_OR_RETURN(replay->records_folded_,
                          fold_received(*log, replay->instant_, directories, progress));
    return replay;
  }
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open({keys_place}));
  QCDR_ASSIGN_OR_RETURN(replay->records_folded_,
                        fold_known(*log, instant, *keys, directories, progress));
  return replay;
}

}  // namespace qcdr

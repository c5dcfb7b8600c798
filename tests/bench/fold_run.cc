#include "fold_run.h"

#include <algorithm>

#include "common/topic_names.h"
#include "rulebook/rulebook.h"
#include "stream/loop/partition_state.h"

namespace qcdr::bench {
namespace {

stream::RocksdbOptions store_options(const std::string& directory, const FoldCaches& caches) {
  stream::RocksdbOptions options;
  options.directory = directory;
  if (caches.store_bytes > 0) {
    options.cache_bytes_max = caches.store_bytes;
    options.write_buffer_bytes_max = caches.store_bytes / 2;
  }
  return options;
}

// What practices give to the second stage is part of the cost.
std::int32_t contribution_partitions(stream::Log& log) {
  const auto partitions = log.partition_count(kEntityContributionsTopic);
  return partitions.is_ok() ? partitions.value() : 0;
}

stream::LoopOptions with_caches(stream::LoopOptions options, const FoldCaches& caches) {
  if (caches.decoded_bytes > 0) {
    options.cache_bytes_max = caches.decoded_bytes;
    options.dirty_bytes_max = std::min(options.dirty_bytes_max, caches.decoded_bytes / 4);
  }
  return options;
}

}  // namespace

stream::LoopOptions loop_options() {
  stream::LoopOptions options;
  options.service = "qcdr-scoring";
  options.slot = "0";
  options.group = kScoringGroup;
  options.input_topic = kRegistryRecordsTopic;
  options.progress_topic = kProgressTopic;
  options.generation = ledger_generation(rulebook::Rulebook::built_in());
  options.rules = std::string(view(rulebook::Rulebook::built_in().digest()));
  return options;
}

FoldRun::FoldRun(stream::Log& log, const std::string& state_directory, KeyRing& keys,
                 stream::LoopObserver& observer, const FoldCaches& caches,
                 reference::NpiRegistries* npi_registries)
    : rules_(rulebook::Rulebook::built_in()),
      folds_(rules_, keys, contribution_partitions(log), nullptr, npi_registries),
      stores_(store_options(state_directory, caches)),
      loop_(with_caches(loop_options(), caches), log, stores_, clock_, folds_,
            stream::no_crash_points(), observer) {}

Result<bool> FoldRun::caught_up() {
  const Result<bool> caught_up = loop_.caught_up();
  if (caught_up.status().code() == ErrorCode::kUnavailable) return false;
  return caught_up;
}

Status FoldRun::fold_everything() {
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, loop_.step());
    if (!outcome.stopped.empty()) return outcome.stopped.front().reason;
    cache_bytes_most_ = std::max(cache_bytes_most_, stores_.cache_bytes());
    if (outcome.records > 0) continue;
    QCDR_ASSIGN_OR_RETURN(const bool done, caught_up());
    if (done) return Status::ok();
  }
}

Status FoldRun::close() {
  return loop_.drain_and_stop();
}

Result<StateDigest> FoldRun::digest() {
  StateDigest sum;
  QCDR_ASSIGN_OR_RETURN(const auto places, stores_.list());
  for (const stream::RocksdbStores::Place& place : places) {
    QCDR_ASSIGN_OR_RETURN(const auto rows,
                          stores_.open_read_only(place.partition, place.generation));
    QCDR_ASSIGN_OR_RETURN(const auto state, stream::read_partition_state(*rows));
    if (state) sum.add(state->digest);
  }
  return sum;
}

Status make_topics(std::int32_t partitions, stream::Log& log) {
  std::vector<stream::TopicDefinition> topics;
  for (const char* name :
       {kRegistryRecordsTopic, kProgressTopic, kFindingsTopic, kScoreProjectionsTopic,
        kReadinessTopic, kEntityContributionsTopic, kNoticesTopic, kAuditTopic}) {
    stream::TopicDefinition topic;
    topic.name = name;
    topic.partitions = partitions;
    topic.creation_time = name == kRegistryRecordsTopic;
    topics.push_back(topic);
  }
  return log.ensure_topics(topics);
}

Status append_input(const Input& input, stream::Appender& appender) {
  constexpr std::size_t kRecordsPerAppend = 256;
  for (std::size_t number = 0; number < input.partitions.size(); ++number) {
    std::vector<stream::OutputRecord> batch;
    for (const InputRecord& record : input.partitions[number]) {
      batch.push_back({kRegistryRecordsTopic,
                       Partition(static_cast<std::int32_t>(number)),
                       record.key,
                       record.value,
                       {},
                       record.timestamp});
      if (batch.size() < kRecordsPerAppend) continue;
      QCDR_RETURN_IF_ERROR(appender.append_all(std::exchange(batch, {})));
    }
    if (!batch.empty()) QCDR_RETURN_IF_ERROR(appender.append_all(std::move(batch)));
  }
  return Status::ok();
}

Status fill_log(const Input& input, stream::Log& log) {
  QCDR_RETURN_IF_ERROR(make_topics(static_cast<std::int32_t>(input.partitions.size()), log));
  QCDR_ASSIGN_OR_RETURN(const std::unique_ptr<stream::Appender> appender, log.appender());
  return append_input(input, *appender);
}

}  // namespace qcdr::bench

#include "fold_run.h"

#include "common/topic_names.h"
#include "rulebook/rulebook.h"

namespace qcdr::bench {
namespace {

stream::RocksdbOptions store_options(const std::string& directory) {
  stream::RocksdbOptions options;
  options.directory = directory;
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
  options.generation = kLedgerGeneration;
  return options;
}

FoldRun::FoldRun(stream::Log& log, const std::string& state_directory, KeyRing& keys,
                 stream::LoopObserver& observer)
    : rules_(rulebook::Rulebook::built_in()),
      folds_(rules_, keys),
      stores_(store_options(state_directory)),
      loop_(loop_options(), log, stores_, clock_, folds_, stream::no_crash_points(), observer) {}

Result<bool> FoldRun::caught_up() {
  const Result<bool> caught_up = loop_.caught_up();
  if (caught_up.status().code() == ErrorCode::kUnavailable) return false;
  return caught_up;
}

Status FoldRun::fold_everything() {
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const stream::StepOutcome outcome, loop_.step());
    if (!outcome.stopped.empty()) return outcome.stopped.front().reason;
    if (outcome.records > 0) continue;
    QCDR_ASSIGN_OR_RETURN(const bool done, caught_up());
    if (done) return Status::ok();
  }
}

Status FoldRun::close() {
  return loop_.drain_and_stop();
}

Status fill_log(const Input& input, stream::Log& log) {
  constexpr std::size_t kRecordsPerAppend = 256;
  const auto partitions = static_cast<std::int32_t>(input.partitions.size());
  std::vector<stream::TopicDefinition> topics;
  for (const char* name :
       {kRegistryRecordsTopic, kProgressTopic, kFindingsTopic, kScoreProjectionsTopic}) {
    stream::TopicDefinition topic;
    topic.name = name;
    topic.partitions = partitions;
    topic.creation_time = name == kRegistryRecordsTopic;
    topics.push_back(topic);
  }
  QCDR_RETURN_IF_ERROR(log.ensure_topics(topics));
  QCDR_ASSIGN_OR_RETURN(const std::unique_ptr<stream::Appender> appender, log.appender());
  for (std::int32_t number = 0; number < partitions; ++number) {
    std::vector<stream::OutputRecord> batch;
    for (const InputRecord& record : input.partitions[static_cast<std::size_t>(number)]) {
      batch.push_back({kRegistryRecordsTopic,
                       Partition(number),
                       record.key,
                       record.value,
                       {},
                       record.timestamp});
      if (batch.size() < kRecordsPerAppend) continue;
      QCDR_RETURN_IF_ERROR(appender->append_all(std::exchange(batch, {})));
    }
    if (!batch.empty()) QCDR_RETURN_IF_ERROR(appender->append_all(std::move(batch)));
  }
  return Status::ok();
}

}  // namespace qcdr::bench

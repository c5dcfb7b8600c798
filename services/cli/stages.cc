#include "cli/stages.h"

#include "common/topic_names.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold.h"
#ifdef QCDR_PLANTED_BUGS
#include "cli/planted_bug_choice.h"
#endif

namespace qcdr {
namespace {

// Its state is a row or two for each TIN: a small part of what the first stage takes.
constexpr std::size_t kEntityCacheBytes = std::size_t{16} << 20;
constexpr std::size_t kEntityWriteBufferBytes = std::size_t{8} << 20;
constexpr std::size_t kEntityObjectBytes = std::size_t{64} << 20;

}  // namespace

stream::LoopOptions ledger_loop_options(const std::string& slot) {
  stream::LoopOptions options;
  options.service = "qcdr-scoring";
  options.slot = slot;
  options.group = kScoringGroup;
  options.input_topic = kRegistryRecordsTopic;
  options.progress_topic = kProgressTopic;
  options.generation = kLedgerGeneration;
#ifdef QCDR_PLANTED_BUGS
  options.planted_bug = planted_bug_choice();
#endif
  return options;
}

stream::LoopOptions entity_loop_options(const std::string& slot) {
  stream::LoopOptions options;
  options.service = "qcdr-scoring-entities";
  options.slot = slot;
  options.group = kEntityGroup;
  options.input_topic = kEntityContributionsTopic;
  options.progress_topic = kProgressTopic;
  options.generation = kEntityGeneration;
  options.cache_bytes_max = kEntityObjectBytes;
  return options;
}

std::string entity_state_directory(const std::string& state_directory) {
  return state_directory + "/entities";
}

stream::RocksdbOptions entity_store_options(const std::string& state_directory,
                                            stream::CrashPoints* crash_points) {
  stream::RocksdbOptions options;
  options.directory = entity_state_directory(state_directory);
  options.crash_points = crash_points;
  options.cache_bytes_max = kEntityCacheBytes;
  options.write_buffer_bytes_max = kEntityWriteBufferBytes;
  options.background_jobs_max = 1;
  return options;
}

}  // namespace qcdr

// The two stages of scoring as loops: which topics and groups each has, the same in `qcdr dev` and
// `qcdr serve scoring`. Inline, because options of a loop with planted bugs have another layout.
// Thread-safety: free functions.
#pragma once

#include <string>

#include "common/topic_names.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold.h"
#include "scoring/output_rules.h"
#include "stream/loop/loop_options.h"
#ifdef QCDR_PLANTED_BUGS
#include "cli/planted_bug_choice.h"
#endif

namespace qcdr {

// registry-records -> findings, projections, contributions.
inline stream::LoopOptions ledger_loop_options(const std::string& slot) {
  stream::LoopOptions options;
  options.service = "qcdr-scoring";
  options.slot = slot;
  options.group = kScoringGroup;
  options.input_topic = kRegistryRecordsTopic;
  options.progress_topic = kProgressTopic;
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  options.generation = ledger_generation(rulebook);
  options.rules = ledger_output_rules(rulebook.digest());
#ifdef QCDR_PLANTED_BUGS
  options.planted_bug = planted_bug_choice();
  options.generation = planted_generation(options.generation);
#endif
  return options;
}

// entity-contributions -> claims in registry-records.
inline stream::LoopOptions entity_loop_options(const std::string& slot) {
  constexpr std::size_t kObjectBytes = std::size_t{64} << 20;
  stream::LoopOptions options;
  options.service = "qcdr-scoring-entities";
  options.slot = slot;
  options.group = kEntityGroup;
  options.input_topic = kEntityContributionsTopic;
  options.progress_topic = kProgressTopic;
  options.generation = kEntityGeneration;
  options.rules = entity_output_rules();
  options.cache_bytes_max = kObjectBytes;
  return options;
}

}  // namespace qcdr

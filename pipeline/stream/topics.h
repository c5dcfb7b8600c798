// The topics of the pipeline, from deploy/topics.yaml.
//
// The file is compiled in; an operator may point at another one of the same form. Unknown keys,
// repeated names and names with an underscore are errors, so a misspelt setting is never a default.
// Limits: 64 KiB, 100 topics, 1,000 partitions.
// Thread-safety: pure functions. Errors: kInvalidArgument and kLimitExceeded, with path and line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stream/log.h"

namespace qcdr::stream {

struct TopicUse {
  // A replayed season: topics of received-at keep the producer's time, and nothing is deleted.
  bool replay = false;
  // Instead of the file's number; the embedded log has fewer.
  std::optional<std::int32_t> partitions;
};

// deploy/topics.yaml as it was when the binary was built.
std::string_view built_in_topics();

// In the file's order, each followed by its dead-letter topic. `path` is for error texts.
Result<std::vector<TopicDefinition>> load_topics(std::string_view path, std::string_view text,
                                                 const TopicUse& use = {});

// The topic for records of `name` that could not be processed.
inline std::string dead_letter_topic(const std::string& name) {
  return name + ".dlq";
}

}  // namespace qcdr::stream

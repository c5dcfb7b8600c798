// The input of a run: records in the order in which they are appended.
#pragma once

#include <string>
#include <vector>

#include "core/strong.h"
#include "random.h"

namespace qcdr::simulation {

struct InputRecord {
  Partition partition;
  std::string key;
  std::string number;
  std::string event_id;  // a control record when not empty
  bool gap_before = false;
  // An upload of these rows when not empty; then `number` is its id.
  std::vector<std::string> rows;
};

struct InputScript {
  std::vector<InputRecord> records;
};

// Entities and numbers by chance, and control events: a copy for every partition, and some copies
// twice, as a controller that starts again appends them; and uploads, whose rows come as chunks.
InputScript make_input_script(Random& random, std::int32_t partitions, std::size_t records);
// A few records with everything in them, the same each time.
InputScript small_input_script();

}  // namespace qcdr::simulation

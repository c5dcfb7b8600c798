#include "input_script.h"

namespace qcdr::simulation {
namespace {

void add_uploads(Random& random, std::int32_t partitions, std::uint64_t keys, InputScript* script) {
  const std::uint64_t uploads = random.below(8);
  for (std::uint64_t upload = 0; upload < uploads; ++upload) {
    InputRecord record;
    record.partition =
        Partition(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(partitions))));
    record.key = "entity" + std::to_string(random.below(keys));
    record.number = std::to_string(upload);
    const std::int64_t rows = random.between(1, 8);
    for (std::int64_t row = 0; row < rows; ++row) {
      record.rows.push_back(std::to_string(random.between(-50, 50)));
    }
    const auto place = static_cast<std::ptrdiff_t>(random.below(script->records.size() + 1));
    script->records.insert(script->records.begin() + place, record);
  }
}

}  // namespace

InputScript make_input_script(Random& random, std::int32_t partitions, std::size_t records) {
  InputScript script;
  const std::uint64_t keys = 1 + random.below(6);
  const std::uint64_t gap_once_in = random.once_in(2) ? 5 + random.below(20) : 0;
  for (std::size_t index = 0; index < records; ++index) {
    InputRecord record;
    record.partition =
        Partition(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(partitions))));
    record.key = "entity" + std::to_string(random.below(keys));
    record.number = std::to_string(random.between(-50, 50));
    record.gap_before = random.once_in(gap_once_in);
    script.records.push_back(record);
  }
  add_uploads(random, partitions, keys, &script);
  const std::uint64_t events = random.below(5);
  for (std::uint64_t event = 0; event < events; ++event) {
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      const std::uint64_t copies = 1 + random.below(3);
      for (std::uint64_t copy = 0; copy < copies; ++copy) {
        InputRecord record;
        record.partition = Partition(partition);
        record.key = "control";
        record.number = std::to_string(event + 1);
        record.event_id = "event-" + std::to_string(event);
        const auto place = static_cast<std::ptrdiff_t>(random.below(script.records.size() + 1));
        script.records.insert(script.records.begin() + place, record);
      }
    }
  }
  return script;
}

InputScript small_input_script() {
  InputScript script;
  const auto add = [&](const char* key, const char* number, const char* event_id, bool gap) {
    script.records.push_back({Partition(0), key, number, event_id, gap, {}});
  };
  add("a", "3", "", false);
  add("b", "10", "", false);
  add("control", "1", "event-0", false);
  add("a", "4", "", true);
  add("control", "1", "event-0", false);
  add("c", "5", "", false);
  add("b", "-2", "", false);
  add("a", "1", "", true);
  return script;
}

}  // namespace qcdr::simulation

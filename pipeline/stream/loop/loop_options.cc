#include "stream/loop/loop_options.h"

namespace qcdr::stream {

Status LoopOptions::validate() const {
  const auto wrong = [](const char* what) {
    return Status(ErrorCode::kInvalidArgument, std::string("processing loop: ") + what);
  };
  if (service.empty() || slot.empty() || group.empty()) return wrong("service, slot or group");
  if (input_topic.empty() || progress_topic.empty()) return wrong("topic is missing");
  if (rules.size() > kRulesBytesMax) return wrong("the name of the rules is too long");
  if (input_topic == progress_topic) return wrong("input and progress are one topic");
  if (poll_records_max == 0 || replay_records_per_step_max == 0) return wrong("no records a step");
  if (poll_records_max > batch_records_max) return wrong("a poll brings more than a batch takes");
  if (poll_bytes_max == 0 || batch_input_bytes_max == 0 || batch_output_bytes_max == 0 ||
      batch_outputs_max == 0) {
    return wrong("a batch takes or makes nothing");
  }
  if (batch_output_bytes_max > record_output_bytes_max) {
    return wrong("a batch may make more than a record");
  }
  if (batch_milliseconds_least < 0 || batch_milliseconds_least > batch_milliseconds_idle_max ||
      batch_milliseconds_idle_max > batch_milliseconds_backlog_max) {
    return wrong("batch milliseconds do not ascend");
  }
  if (batch_milliseconds_backlog_max > freeze_milliseconds) {
    return wrong("a batch outlasts the freeze interval");
  }
  if (pause_milliseconds_least <= 0 || pause_milliseconds_least > pause_milliseconds_max) {
    return wrong("pause milliseconds do not ascend");
  }
  if (dirty_bytes_max > cache_bytes_max) return wrong("changed objects do not fit the cache");
  return Status::ok();
}

}  // namespace qcdr::stream

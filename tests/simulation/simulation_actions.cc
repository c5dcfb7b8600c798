// What goes on around the loop: records and uploads come in, uploads become chunks, disks fill.
#include "simulation.h"

namespace qcdr::simulation {

void Simulation::append_next() {
  if (gateway_busy_ || appended_ == plan_.input.records.size()) return;
  const InputRecord& next = plan_.input.records[appended_];
  if (next.rows.empty()) {
    append_record(next);
    ++appended_;
    return;
  }
  gateway_busy_ = true;
  try {
    if (upload(next).is_ok()) ++appended_;
  } catch (const stream::SimCrash&) {
    gateway_.alive = true;  // whoever uploaded gets no answer, and uploads again
  }
  gateway_busy_ = false;
}

void Simulation::append_record(const InputRecord& next) {
  if (next.gap_before) broker_.append_gap("input", next.partition);
  stream::OutputRecord record;
  record.topic = "input";
  record.partition = next.partition;
  record.key = next.key;
  record.value = next.number;
  if (!next.event_id.empty()) record.headers.push_back({"event-id", next.event_id});
  const auto appended = broker_.append(std::move(record));
  trace_.event("append", next.partition.value(), appended.value().offset.value());
}

Status Simulation::upload(const InputRecord& next) {
  const std::string blob = "upload-" + next.number;
  stream::SimBlobs blobs(scheduler_, gateway_, blob_disk_);
  stream::SimLog log(broker_, gateway_);
  QCDR_ASSIGN_OR_RETURN(const auto writer, blobs.create());
  for (const std::string& row : next.rows) QCDR_RETURN_IF_ERROR(writer->write(row + "\n"));
  QCDR_RETURN_IF_ERROR(writer->commit(blob));
  stream::OutputRecord record;
  record.topic = "uploads";
  record.partition = next.partition;
  record.key = next.key;
  record.value = blob;
  record.headers.push_back({"upload", next.number});
  QCDR_ASSIGN_OR_RETURN(const auto appender, log.appender());
  return appender->append(std::move(record)).status();
}

void Simulation::act_on(ValidatorSlot& slot) {
  if (slot.on_stack) return;
  const std::int64_t now = clock_.monotonic_milliseconds();
  if (!slot.validator) {
    trace_.event("start-validator", slot.number);
    slot.validator =
        std::make_unique<Validator>(scheduler_, broker_, blob_disk_, slot.number, slot.options);
  } else if (now >= slot.paused_until_milliseconds) {
    step(slot);
  }
  if (!scheduler_.healed() && random_.once_in(plan_.pause_once_in_actions)) {
    slot.paused_until_milliseconds = now + random_.between(0, 25'000);
  }
}

void Simulation::step(ValidatorSlot& slot) {
  slot.on_stack = true;
  bool ends = false;
  try {
    const Status status = slot.validator->stage.step();
    ends = !status.is_ok();
    const bool expected = status.code() == ErrorCode::kFenced ||
                          (status.code() == ErrorCode::kIo && plan_.log_stops_when_full);
    if (ends && !expected) fail("validator: " + status.to_string());
  } catch (const stream::SimCrash&) {
    ends = true;
  }
  slot.on_stack = false;
  if (!ends) return;
  slot.validator->process.alive = false;
  slot.validator.reset();
}

bool Simulation::uploads_are_read() {
  for (std::int32_t number = 0; number < plan_.partitions; ++number) {
    const Partition partition(number);
    const auto uploads = broker_.read("uploads", partition, Offset(0), 1'000'000).value();
    const Offset end = uploads.empty() ? Offset(0) : next(uploads.back().offset);
    if (broker_.decided_offset(kUploadGroup, partition) != end) return false;
  }
  return true;
}

void Simulation::fill_and_free_disks(Slot& slot) {
  constexpr std::uint64_t kFreedOnceInActions = 15;
  const bool fills = random_.once_in(plan_.disk_full_once_in_actions);
  const bool fills_log = random_.once_in(plan_.log_full_once_in_actions);
  const bool fills_blobs = random_.once_in(plan_.blobs_full_once_in_actions);
  full_disks_ += (fills ? 1U : 0U) + (fills_log ? 1U : 0U) + (fills_blobs ? 1U : 0U);
  if (fills) slot.disk.set_full(true);
  if (fills_log) broker_.set_full(true);
  if (fills_blobs) blob_disk_.set_full(true);
  if (slot.disk.full() && random_.once_in(kFreedOnceInActions)) slot.disk.set_full(false);
  if (broker_.full() && random_.once_in(kFreedOnceInActions)) broker_.set_full(false);
  if (blob_disk_.full() && random_.once_in(kFreedOnceInActions)) blob_disk_.set_full(false);
}

void Simulation::free_all_disks() {
  for (Slot& slot : slots_) slot.disk.set_full(false);
  broker_.set_full(false);
  blob_disk_.set_full(false);
}

Complaint Simulation::check_partition_uploads(Partition partition, const ExpectedState& expected) {
  std::map<std::string, std::vector<std::string>> rows;
  for (const InputRecord& record : plan_.input.records) {
    if (!record.rows.empty() && record.partition == partition) rows[record.number] = record.rows;
  }
  return check_uploads(broker_.read("uploads", partition, Offset(0), 1'000'000).value(), rows,
                       expected);
}

}  // namespace qcdr::simulation

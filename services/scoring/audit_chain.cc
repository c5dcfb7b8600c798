#include "scoring/audit_chain.h"

#include "common/topic_names.h"
#include "qcdr/v1/audit.pb.h"

namespace qcdr {
namespace {

constexpr const char* kSubject = "scoring";

}  // namespace

Status AuditChain::load() {
  if (loaded_) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const auto stored, rows_.get(place_.family, ledger::AuditChainRow::key()));
  if (stored) {
    QCDR_ASSIGN_OR_RETURN(row_, ledger::AuditChainRow::decode(*stored));
  }
  loaded_ = true;
  return Status::ok();
}

void AuditChain::begin(Offset offset) {
  QCDR_ASSERT(loaded_);
  row_ = {};
  row_.begins = offset;
  dirty_ = true;
}

void AuditChain::send(stream::OutputSink& sink) {
  QCDR_ASSERT(loaded_);
  for (const DeadlineState& state : noted_) {
    const Generation generation = sink.next_version(state.offset).generation;
    v1::AuditRecord record;
    record.set_writer(std::string(place_.stage) + "-" + std::to_string(place_.partition.value()) +
                      "." + std::to_string(generation.value()) + "." +
                      std::to_string(row_.begins.value()));
    record.set_sequence(++row_.sequence);
    record.set_previous_sha256(std::string(view(row_.previous)));
    record.set_recorded_at(state.partition_time.milliseconds());
    record.mutable_actor()->set_subject(kSubject);
    record.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
    record.set_performance_year(state.year.value());
    v1::AuditedStateDigest& out = *record.mutable_state_digest();
    out.set_generation(generation.value());
    out.set_topic(place_.input_topic);
    out.set_partition(place_.partition.value());
    out.set_offset(state.offset.value());
    out.set_event_id(state.event_id);
    out.set_deadline(state.deadline);
    out.set_digest(state.digest.bytes());
    out.set_partition_time(state.partition_time.milliseconds());
    out.set_rulebook_digest(rulebook_digest_);
    if (state.source) out.set_source_partition(state.source->value());
    std::string value = record.SerializeAsString();
    row_.previous = sha256(value);
    dirty_ = true;
    sink.send(state.offset,
              {kAuditTopic, place_.partition, record.writer(), std::move(value), {}, std::nullopt});
  }
  noted_.clear();
}

void AuditChain::freeze(RowBatch* batch) {
  if (!dirty_) return;
  batch->put(place_.family, ledger::AuditChainRow::key(), row_.encode());
  dirty_ = false;
}

}  // namespace qcdr

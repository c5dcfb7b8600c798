#include "scoring/entity_fold.h"

#include "common/dead_letter.h"
#include "common/known_values.h"
#include "common/topic_names.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {

// Claims are not said again: they are absolute, and a practice has the last one.
Status EntityFold::rules_changed(Offset cause, std::string_view, Instant) {
  audit_.begin(cause);
  return Status::ok();
}

Status EntityFold::apply(const stream::Record& record, const stream::RecordContext& context) {
  v1::EntityContribution message;
  if (!record.value || !message.ParseFromString(*record.value)) {
    dead_letters_.push_back(
        {record.offset, make_dead_letter(record, "scoring", "a contribution cannot be decoded")});
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(check_values_known(message));
  if (message.has_deadline_mark()) return pass_mark(message, record, context.partition_time);
  return ledger_.apply(message, record.offset);
}

Status EntityFold::pass_mark(const v1::EntityContribution& message, const stream::Record& record,
                             Instant partition_time) {
  const v1::DeadlineMark& mark = message.deadline_mark();
  const Partition source(mark.source_partition());
  QCDR_ASSIGN_OR_RETURN(const StateDigest digest, ledger_.digest_of([&](PracticeId practice) {
    return practice_partition(practice, partitions_) == source;
  }));
  audit_.note({record.offset, PerformanceYear(message.performance_year()), mark.event_id(),
               mark.deadline(), partition_time, digest, source});
  return Status::ok();
}

Status EntityFold::emit(stream::OutputSink& sink) {
  for (auto& [cause, letter] : dead_letters_) sink.send(cause, std::move(letter));
  dead_letters_.clear();
  QCDR_ASSIGN_OR_RETURN(const auto told, ledger_.take_claims());
  for (const ledger::EntityLedger::Told& each : told) {
    v1::RegistryRecord record;
    v1::StageTwoClaim& message = *record.mutable_stage_two_claim();
    const stream::OutputVersion version = sink.next_version(each.cause);
    message.mutable_version()->set_generation(version.generation.value());
    message.mutable_version()->set_offset(version.offset.value());
    message.mutable_version()->set_index(version.index);
    message.set_claim_id(each.entity.to_hex() + "/" + std::to_string(each.year.value()) + "/" +
                         std::to_string(version.generation.value()) + "." +
                         std::to_string(version.offset.value()) + "." +
                         std::to_string(version.index));
    message.set_practice_id(each.practice.value());
    message.set_performance_year(each.year.value());
    message.set_entity_id(each.entity.bytes().data(), EntityId::kBytes);
    each.claim.write(&message);
    message.mutable_actor()->set_subject("scoring");
    message.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
    message.set_received_at(each.received_at.milliseconds());
    sink.send(each.cause, {kRegistryRecordsTopic,
                           practice_partition(each.practice, partitions_),
                           practice_key(each.practice),
                           record.SerializeAsString(),
                           {},
                           each.received_at});
  }
  audit_.send(sink);
  return Status::ok();
}

Status EntityFold::freeze(RowBatch* batch) {
  ledger_.freeze(batch);
  audit_.freeze(batch);
  return Status::ok();
}

Result<std::unique_ptr<stream::Fold>> EntityFoldFactory::create(Partition partition,
                                                                const RowReader& rows,
                                                                const StateDigest& digest) {
  auto fold = std::make_unique<EntityFold>(rows, digest, partitions_, partition);
  QCDR_RETURN_IF_ERROR(fold->open());
  return std::unique_ptr<stream::Fold>(std::move(fold));
}

}  // namespace qcdr

#include "scoring/entity_fold.h"

#include "common/dead_letter.h"
#include "common/known_values.h"
#include "common/topic_names.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {

Status EntityFold::apply(const stream::Record& record, const stream::RecordContext&) {
  v1::EntityContribution message;
  if (!record.value || !message.ParseFromString(*record.value)) {
    dead_letters_.push_back(
        {record.offset, make_dead_letter(record, "scoring", "a contribution cannot be decoded")});
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(check_values_known(message));
  return ledger_.apply(message, record.offset);
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
  return Status::ok();
}

Status EntityFold::freeze(RowBatch* batch) {
  ledger_.freeze(batch);
  return Status::ok();
}

Result<std::unique_ptr<stream::Fold>> EntityFoldFactory::create(Partition, const RowReader& rows,
                                                                const StateDigest& digest) {
  return std::unique_ptr<stream::Fold>(std::make_unique<EntityFold>(rows, digest, partitions_));
}

}  // namespace qcdr

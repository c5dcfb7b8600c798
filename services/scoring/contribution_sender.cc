#include "scoring/contribution_sender.h"

#include "common/topic_names.h"
#include "qcdr/v1/contribution.pb.h"

namespace qcdr {

ContributionSender::ContributionSender(std::int32_t partitions, const Hash256& rulebook_digest)
    : partitions_(partitions), rulebook_digest_(view(rulebook_digest)) {}

void ContributionSender::send_one(ledger::PracticeYear id, const Noted& noted,
                                  const ledger::PracticeLedger::ChangedContribution& changed,
                                  stream::OutputSink& sink) const {
  v1::EntityContribution message;
  const Offset cause = changed.cause.value_or(noted.offset);
  const stream::OutputVersion version = sink.next_version(cause);
  message.mutable_version()->set_generation(version.generation.value());
  message.mutable_version()->set_offset(version.offset.value());
  message.mutable_version()->set_index(version.index);
  message.set_entity_id(changed.entity.bytes().data(), EntityId::kBytes);
  message.set_entity_kind(static_cast<v1::EntityKind>(changed.level));
  message.set_practice_id(id.practice.value());
  message.set_performance_year(id.year.value());
  message.set_withdrawn(!changed.contribution.has_value());
  if (changed.contribution) changed.contribution->write(&message);
  message.set_rulebook_digest(rulebook_digest_);
  message.mutable_actor()->set_subject("scoring");
  message.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  message.set_received_at(noted.received_at.milliseconds());
  sink.send(cause, {kEntityContributionsTopic,
                    entity_partition(changed.entity, partitions_),
                    entity_key(changed.entity),
                    message.SerializeAsString(),
                    {},
                    std::nullopt});
}

void ContributionSender::mark(Partition source, const std::vector<DeadlineState>& passed,
                              stream::OutputSink& sink) const {
  for (const DeadlineState& state : passed) {
    for (std::int32_t number = 0; number < partitions_; ++number) {
      const stream::OutputVersion version = sink.next_version(state.offset);
      v1::EntityContribution message;
      message.mutable_version()->set_generation(version.generation.value());
      message.mutable_version()->set_offset(version.offset.value());
      message.mutable_version()->set_index(version.index);
      message.set_performance_year(state.year.value());
      v1::DeadlineMark& mark = *message.mutable_deadline_mark();
      mark.set_source_partition(source.value());
      mark.set_event_id(state.event_id);
      mark.set_deadline(state.deadline);
      sink.send(state.offset, {kEntityContributionsTopic,
                               Partition(number),
                               state.event_id,
                               message.SerializeAsString(),
                               {},
                               std::nullopt});
    }
  }
}

Status ContributionSender::send(ledger::Ledger& ledger, const ledger::Effects& effects,
                                Instant as_of, stream::OutputSink& sink) {
  if (partitions_ == 0) return Status::ok();
  // A practice-year whose key was destroyed contributes no more; whether it ever did to each of
  // its entities can no longer be read, and a withdrawal of nothing is passed over.
  for (const ledger::VanishedEntity& vanished : effects.vanished) {
    send_one(vanished.practice_year, {vanished.cause, as_of, true},
             {vanished.entity, ledger::EntityLevel::kUnspecified, std::nullopt, std::nullopt},
             sink);
  }
  for (const ledger::PracticeYear id : effects.touched) {
    noted_.try_emplace(id, Noted{last_, as_of, false});
  }
  for (auto& [id, noted] : noted_) {
    noted.received_at = std::max(noted.received_at, noted.said_again ? as_of : Instant());
    const auto practice = ledger.find(id);
    if (practice.status().code() == ErrorCode::kNotFound) continue;  // forgotten since
    QCDR_RETURN_IF_ERROR(practice.status());
    QCDR_ASSIGN_OR_RETURN(const auto changed,
                          practice.value()->take_contributions(noted.everything));
    for (const auto& each : changed) send_one(id, noted, each, sink);
  }
  noted_.clear();
  return Status::ok();
}

}  // namespace qcdr

#include "cli/audit_trail.h"

#include <set>
#include <tuple>

#include "cli/progress_ends.h"
#include "common/topic_names.h"
#include "core/crypto.h"
#include "qcdr/v1/audit.pb.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {
namespace {

constexpr std::size_t kDigestBytes = 32;

Status corrupt() {
  return Status(ErrorCode::kCorruption, "an audit record cannot be decoded");
}

Result<std::optional<StateAtDeadline>> state_of(const v1::AuditRecord& audit) {
  if (!audit.has_state_digest()) return std::optional<StateAtDeadline>();
  const v1::AuditedStateDigest& stands = audit.state_digest();
  StateAtDeadline state;
  state.of_entities = stands.has_source_partition();
  state.partition = Partition(stands.partition());
  state.source = state.of_entities ? Partition(stands.source_partition()) : state.partition;
  state.event_id = stands.event_id();
  state.deadline = stands.deadline();
  state.year = PerformanceYear(audit.performance_year());
  state.generation = Generation(stands.generation());
  state.offset = Offset(stands.offset());
  state.time = Instant::from_milliseconds(stands.partition_time());
  QCDR_ASSIGN_OR_RETURN(state.digest, StateDigest::from_bytes(stands.digest()));
  return std::optional(std::move(state));
}

}  // namespace

std::optional<PassedDeadline> deadline_at(const stream::Record& record, bool of_entities) {
  if (!record.value) return std::nullopt;
  if (of_entities) {
    v1::EntityContribution message;
    if (!message.ParseFromString(*record.value) || !message.has_deadline_mark()) {
      return std::nullopt;
    }
    return PassedDeadline{message.deadline_mark().event_id(),
                          Partition(message.deadline_mark().source_partition())};
  }
  // A chunk is large, and has a key.
  v1::RegistryRecord message;
  if (!record.key.empty() || !message.ParseFromString(*record.value) || !message.has_control() ||
      !message.control().has_deadline_passed()) {
    return std::nullopt;
  }
  return PassedDeadline{message.control().event_id(), record.partition};
}

Result<std::optional<StateAtDeadline>> read_state_at_deadline(const std::string& audit_record) {
  v1::AuditRecord audit;
  if (!audit.ParseFromString(audit_record)) return corrupt();
  return state_of(audit);
}

void AuditTrail::add_break(const stream::Record& record, const std::string& what) {
  breaks_.push_back("partition " + std::to_string(record.partition.value()) + ", record " +
                    std::to_string(record.offset.value()) + ": " + what);
}

void AuditTrail::follow(const v1::AuditRecord& audit, const stream::Record& record) {
  const auto placed = chains_.try_emplace(audit.writer());
  Chain& chain = placed.first->second;
  if (placed.second) {
    chain.partition = record.partition;
    chain.previous = std::string(kDigestBytes, '\0');
  }
  const std::string who =
      "writer " + audit.writer() + ", number " + std::to_string(audit.sequence());
  if (record.key != audit.writer()) add_break(record, who + ": lies under another key");
  if (chain.partition != record.partition) {
    add_break(record,
              who + ": its chain is in partition " + std::to_string(chain.partition.value()));
  }
  if (audit.sequence() != chain.sequence + 1) {
    add_break(record, who + ": number " + std::to_string(chain.sequence + 1) + " is missing");
  } else if (audit.previous_sha256() != chain.previous) {
    add_break(record, who + ": the record before it is not the one that it follows");
  }
  chain.sequence = audit.sequence();
  chain.previous = std::string(view(sha256(*record.value)));
}

Status AuditTrail::take(const stream::Record& record) {
  v1::AuditRecord audit;
  ++records_;
  if (!record.value || !audit.ParseFromString(*record.value)) {
    add_break(record, "cannot be decoded");
    return Status::ok();
  }
  follow(audit, record);
  auto state = state_of(audit);
  if (!state.is_ok()) {
    add_break(record, "holds no digest");
  } else if (state.value()) {
    states_.push_back(std::move(*state.value()));
  }
  return Status::ok();
}

// Every deadline that was folded behind the first of which something was written. Before it nothing
// may have been there, or a release that wrote none folded it; copies of those come again behind
// it.
Status AuditTrail::look_for_missing(LogView& log, bool of_entities) {
  const char* topic = of_entities ? kEntityContributionsTopic : kRegistryRecordsTopic;
  std::set<std::tuple<Partition, Partition, std::string>> written;
  std::map<Partition, Offset> first;
  for (const StateAtDeadline& state : states_) {
    if (state.of_entities != of_entities) continue;
    written.emplace(state.partition, state.source, state.event_id);
    const auto placed = first.try_emplace(state.partition, state.offset);
    placed.first->second = std::min(placed.first->second, state.offset);
  }
  for (const auto& entry : first) {
    const Partition partition = entry.first;
    QCDR_ASSIGN_OR_RETURN(const Offset end,
                          end_of_progress(log, topic, of_entities ? kEntityGroup : kScoringGroup,
                                          partition, std::nullopt));
    QCDR_RETURN_IF_ERROR(
        log.for_each(topic, partition, Offset(), [&](const stream::Record& record) -> Status {
          if (record.offset >= end) return Status::ok();
          const auto passed = deadline_at(record, of_entities);
          if (!passed || !written.emplace(partition, passed->source, passed->event_id).second ||
              record.offset < first.at(partition)) {
            return Status::ok();
          }
          breaks_.push_back(std::string(topic) + ", partition " +
                            std::to_string(record.partition.value()) + ", record " +
                            std::to_string(record.offset.value()) + ": nothing was written at " +
                            passed->event_id);
          return Status::ok();
        }));
  }
  return Status::ok();
}

Result<AuditTrail> AuditTrail::read(LogView& log) {
  AuditTrail trail;
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_RETURN_IF_ERROR(
        log.for_each(kAuditTopic, Partition(number), Offset(),
                     [&trail](const stream::Record& record) { return trail.take(record); }));
  }
  QCDR_RETURN_IF_ERROR(trail.look_for_missing(log, false));
  QCDR_RETURN_IF_ERROR(trail.look_for_missing(log, true));
  return trail;
}

}  // namespace qcdr

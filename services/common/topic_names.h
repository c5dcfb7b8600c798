// Names of the topics and headers, and who may be in one partition with whom.
//
// All topics that a practice's records pass through have the same number of partitions and the same
// partitioner over the practice id, so one partition of input leads to one partition of output.
#pragma once

#include <string>

#include "core/identifiers.h"
#include "core/strong.h"
#include "stream/partitioner.h"

namespace qcdr {

inline constexpr const char* kUploadsTopic = "qcdr.internal.uploads.v1";
inline constexpr const char* kRegistryRecordsTopic = "qcdr.internal.registry-records.v1";
inline constexpr const char* kProgressTopic = "qcdr.internal.progress.v1";
inline constexpr const char* kCalendarTopic = "qcdr.internal.calendar.v1";
inline constexpr const char* kAuditTopic = "qcdr.internal.audit.v1";
inline constexpr const char* kEntityContributionsTopic = "qcdr.internal.entity-contributions.v1";
inline constexpr const char* kFindingsTopic = "qcdr.public.findings.v1";
inline constexpr const char* kScoreProjectionsTopic = "qcdr.public.score-projections.v1";
inline constexpr const char* kReadinessTopic = "qcdr.public.readiness.v1";
inline constexpr const char* kSubmissionDocumentsTopic = "qcdr.public.submission-documents.v1";
inline constexpr const char* kNoticesTopic = "qcdr.public.notices.v1";

// A control record carries its event id in this header; the loop applies each once.
inline constexpr const char* kEventIdHeader = "event-id";
// On a record that was laid aside because its practice was parked, also when it is laid back:
// PRACTICE/OFFSET/NUMBER, the practice, the offset at which it was parked, the record's place among
// those that were laid aside since.
inline constexpr const char* kParkedHeader = "qcdr-parked";

inline constexpr const char* kValidationGroup = "qcdr.validation";
inline constexpr const char* kScoringGroup = "qcdr.scoring";
inline constexpr const char* kEntityGroup = "qcdr.scoring-entities";
inline constexpr const char* kNoticesGroup = "qcdr.notices";

// Key of uploads and registry records.
inline std::string practice_key(PracticeId practice) {
  return std::to_string(practice.value());
}
inline Partition practice_partition(PracticeId practice, std::int32_t partitions) {
  return stream::partition_of(practice_key(practice), partitions);
}
// Key of entity contributions.
inline std::string entity_key(const EntityId& entity) {
  return entity.to_hex();
}
inline Partition entity_partition(const EntityId& entity, std::int32_t partitions) {
  return stream::partition_of(entity_key(entity), partitions);
}

}  // namespace qcdr

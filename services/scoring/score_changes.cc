#include "scoring/score_changes.h"

#include <algorithm>

#include "common/topic_names.h"
#include "notices/notice_maker.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {
namespace {

v1::ScoreChange::Cause cause_of(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT:
      return v1::ScoreChange::CAUSE_ELIGIBILITY_LIST;
    case v1::RECORD_KIND_REWEIGHTING_APPROVAL:
      return v1::ScoreChange::CAUSE_REWEIGHTING_APPROVAL;
    case v1::RECORD_KIND_OFFICER_DECISION:
      return v1::ScoreChange::CAUSE_OFFICER_DECISION;
    default:
      return v1::ScoreChange::CAUSE_UNSPECIFIED;
  }
}

std::int32_t date_of(const v1::Row& row) {
  if (row.has_eligibility_snapshot()) return row.eligibility_snapshot().list_date();
  if (row.has_reweighting_approval()) return row.reweighting_approval().approved_on();
  return 0;
}

}  // namespace

void ScoreChanges::note(const v1::Chunk& chunk, const v1::ChunkRows& rows, Offset offset) {
  const v1::ScoreChange::Cause cause = cause_of(chunk.kind());
  if (cause == v1::ScoreChange::CAUSE_UNSPECIFIED) return;
  const ledger::PracticeYear id{PracticeId(chunk.practice_id()),
                                PerformanceYear(chunk.performance_year())};
  Change& change = noted_[{id, cause}];
  change.offset = offset;
  for (const v1::Row& row : rows.rows()) change.dated = std::max(change.dated, date_of(row));
}

void ScoreChanges::note_rules(ledger::PracticeYear id, Offset offset) {
  Change& change = noted_[{id, v1::ScoreChange::CAUSE_REFERENCE_DATA}];
  change.offset = offset;
  change.name = "rulebook";
}

void ScoreChanges::send(Instant as_of, stream::OutputSink& sink, NoticeMaker* notices) {
  for (const auto& [key, change] : noted_) {
    const ledger::PracticeYear id = std::get<0>(key);
    const int cause = std::get<1>(key);
    notices->rescored(id, cause, change.dated, change.name, change.offset);
    v1::FindingRecord message;
    v1::ScoreChange& out = *message.mutable_score_change();
    out.set_practice_id(id.practice.value());
    out.set_performance_year(id.year.value());
    out.set_cause(static_cast<v1::ScoreChange::Cause>(cause));
    out.set_dated(change.dated);
    out.set_name(change.name);
    out.set_as_of(as_of.milliseconds());
    const stream::OutputVersion version = sink.next_version(change.offset);
    out.set_output_id(std::to_string(version.generation.value()) + "/" +
                      std::to_string(partition_.value()) + "/" +
                      std::to_string(version.offset.value()) + "/" + std::to_string(version.index));
    sink.send(change.offset, {kFindingsTopic,
                              partition_,
                              practice_key(id.practice),
                              message.SerializeAsString(),
                              {},
                              std::nullopt});
  }
  noted_.clear();
}

}  // namespace qcdr

#include "scoring/finding_sender.h"

#include "common/topic_names.h"
#include "core/finding_codes.h"
#include "qcdr/v1/finding.pb.h"
#include "scoring/finding_fingerprint.h"

namespace qcdr {

struct FindingSender::Message {
  v1::FindingRecord record;
};

FindingSender::FindingSender(Partition partition, const Key256& token_key)
    : partition_(partition), fingerprint_key_(token_key), message_(std::make_unique<Message>()) {}

FindingSender::~FindingSender() = default;

void FindingSender::send(const ledger::Effects& effects, stream::OutputSink& sink,
                         ScoringTally* tally) {
  send_findings(effects, sink, tally);
  send_outcomes(effects, sink, tally);
}

void FindingSender::send_findings(const ledger::Effects& effects, stream::OutputSink& sink,
                                  ScoringTally* tally) {
  for (const ledger::LedgerFinding& finding : effects.findings) {
    ++tally->findings[finding.code];
    v1::FindingRecord& message = message_->record;
    message.Clear();
    v1::Finding& out = *message.mutable_finding();
    out.set_code(finding.code);
    const FindingDescription* description = find_finding(finding.code);
    if (description != nullptr) {
      out.set_severity(static_cast<v1::Severity>(description->severity));
    }
    out.set_practice_id(finding.practice_year.practice.value());
    out.set_performance_year(finding.practice_year.year.value());
    out.set_upload_id(finding.upload_id);
    if (finding.has_row) out.set_ordinal(finding.row);
    out.mutable_location()->set_line(finding.line);
    out.mutable_location()->set_column(finding.column);
    out.mutable_location()->set_byte_offset(finding.byte_offset);
    out.mutable_location()->set_path(finding.path);
    for (const std::string& parameter : finding.parameters) out.add_parameters(parameter);
    out.set_fingerprint(finding_fingerprint(fingerprint_key_, finding));
    const stream::OutputVersion version = sink.next_version(finding.cause);
    out.set_output_id(std::to_string(version.generation.value()) + "/" +
                      std::to_string(partition_.value()) + "/" +
                      std::to_string(version.offset.value()) + "/" + std::to_string(version.index));
    sink.send(finding.cause, {kFindingsTopic,
                              partition_,
                              practice_key(finding.practice_year.practice),
                              message.SerializeAsString(),
                              {},
                              std::nullopt});
  }
}

void FindingSender::send_outcomes(const ledger::Effects& effects, stream::OutputSink& sink,
                                  ScoringTally* tally) {
  for (const ledger::UploadEnd& end : effects.uploads) {
    const ledger::UploadFact& fact = end.fact;
    tally->uploads.push_back({fact.kind, fact.refused, fact.rows_accepted, fact.rows_held,
                              fact.rows_rejected, fact.rows_duplicate});
    v1::FindingRecord& message = message_->record;
    message.Clear();
    v1::UploadOutcome& out = *message.mutable_outcome();
    out.set_upload_id(end.upload_id);
    out.set_practice_id(end.practice_year.practice.value());
    out.set_performance_year(end.practice_year.year.value());
    out.set_refused(fact.refused);
    out.set_rows_accepted(fact.rows_accepted);
    out.set_rows_held(fact.rows_held);
    out.set_rows_rejected(fact.rows_rejected);
    out.set_rows_duplicate(fact.rows_duplicate);
    out.set_received_at(fact.received_at.milliseconds());
    for (const auto& [code, count] : fact.findings) {
      v1::FindingCount* counted = out.add_findings();
      counted->set_code(code);
      counted->set_count(count);
    }
    sink.send(end.cause, {kFindingsTopic,
                          partition_,
                          practice_key(end.practice_year.practice),
                          message.SerializeAsString(),
                          {},
                          std::nullopt});
  }
}

}  // namespace qcdr

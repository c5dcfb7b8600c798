#include "ledger/audit_correction.h"

#include <algorithm>

#include "calendar/judge.h"
#include "ledger/encoding.h"

namespace qcdr::ledger {

bool AuditCorrection::names(const CaseToken& token) const {
  return std::binary_search(cases.begin(), cases.end(), token);
}

std::string AuditCorrection::encode() const {
  ByteWriter writer = begin_content();
  writer.signed_varint(opens_at.milliseconds());
  writer.signed_varint(closes_at.milliseconds());
  writer.text(reason);
  writer.varint(cases.size());
  for (const CaseToken& token : cases) writer.text(token.bytes());
  return writer.take();
}

Result<AuditCorrection> AuditCorrection::decode(std::string_view content) {
  ByteReader reader(content);
  AuditCorrection correction;
  const bool known = reader.u8() == kContentVersion;
  correction.opens_at = Instant::from_milliseconds(reader.signed_varint());
  correction.closes_at = Instant::from_milliseconds(reader.signed_varint());
  correction.reason = read_text(&reader);
  bool whole = true;
  read_list(&reader, [&] {
    const auto token = CaseToken::from_string(read_text(&reader));
    whole = whole && token.is_ok();
    if (token.is_ok()) correction.cases.push_back(token.value());
  });
  QCDR_RETURN_IF_ERROR(end_content(reader, known && whole, "audit correction"));
  return correction;
}

Result<bool> audit_accepts(const AuditCorrection& correction, Instant received_at,
                           const rulebook::YearRules& rules, const FactTable& facts) {
  if (!correction.is_open_at(received_at)) return false;
  const calendar::Judgement judgement = calendar::judge(rules, rulebook::kinds::kAuditCorrection,
                                                        received_at, std::nullopt, false, {});
  if (judgement.outcome == rulebook::CalendarOutcome::kRejectedLate) return false;
  bool certified = false;  // what was certified does not change any more
  QCDR_RETURN_IF_ERROR(facts.for_each(
      FactKind::kCertification, [&](std::string_view, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, VersionedFact::decode(value));
        certified = certified ||
                    (fact.in_force.present() && fact.in_force.origin.received_at <= received_at);
        return Status::ok();
      }));
  return !certified;
}

}  // namespace qcdr::ledger

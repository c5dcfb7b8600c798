#include "scoring/finding_fingerprint.h"

#include "core/bytes.h"

namespace qcdr {

std::string finding_fingerprint(const Key256& key, const ledger::LedgerFinding& finding) {
  ByteWriter writer;
  writer.text("finding");
  writer.u32(finding.practice_year.practice.value());
  writer.u32(static_cast<std::uint32_t>(finding.practice_year.year.value()));
  writer.u32(finding.code);
  writer.text(finding.path);
  writer.varint(finding.parameters.size());
  for (const std::string& parameter : finding.parameters) writer.text(parameter);
  writer.text(finding.subject);
  return std::string(view(hmac_sha256(key, writer.bytes())).substr(0, kFingerprintBytes));
}

}  // namespace qcdr

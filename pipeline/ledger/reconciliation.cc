#include "ledger/reconciliation.h"

#include <algorithm>

#include "ledger/encoding.h"

namespace qcdr::ledger {

std::string SignOff::encode() const {
  ByteWriter writer = begin_content();
  write_date(data_through, &writer);
  writer.varint(roster_version);
  writer.varint(waivers.size());
  for (const Waiver& waiver : waivers) {
    writer.u64(waiver.npi.value());
    writer.varint(waiver.code);
    writer.text(waiver.reason);
  }
  return writer.take();
}

Result<SignOff> SignOff::decode(std::string_view content) {
  ByteReader reader(content);
  SignOff sign_off;
  const bool known = reader.u8() == kContentVersion;
  sign_off.data_through = read_date(&reader);
  sign_off.roster_version = read_number(&reader);
  read_list(&reader, [&] {
    Waiver waiver;
    waiver.npi = Npi::from_trusted(reader.u64());
    waiver.code = read_number(&reader);
    waiver.reason = read_text(&reader);
    sign_off.waivers.push_back(std::move(waiver));
  });
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "sign-off"));
  return sign_off;
}

std::uint32_t Reconciliation::blocking_group() const {
  return static_cast<std::uint32_t>(std::count_if(
      open.begin(), open.end(), [](const OpenFinding& finding) { return finding.blocks_group; }));
}

std::uint32_t Reconciliation::blocking_individual(std::uint32_t pair) const {
  return static_cast<std::uint32_t>(
      std::count_if(open.begin(), open.end(), [pair](const OpenFinding& finding) {
        return finding.blocks_individual && (!finding.pair || *finding.pair == pair);
      }));
}

std::string_view reconciliation_state_name(Reconciliation::State state) {
  switch (state) {
    case Reconciliation::State::kUnsigned:
      return "not signed";
    case Reconciliation::State::kHeld:
      return "held";
    case Reconciliation::State::kRefused:
      return "refused";
    case Reconciliation::State::kSigned:
      return "signed";
    case Reconciliation::State::kReopened:
      return "reopened";
  }
  return "unknown";
}

OpenFinding make_finding(FindingCode code, std::optional<std::uint32_t> pair, std::uint32_t cases,
                         std::uint32_t month) {
  OpenFinding finding;
  finding.code = code;
  finding.pair = pair;
  finding.cases = cases;
  finding.month = month;
  const FindingDescription* description = find_finding(static_cast<std::uint32_t>(code));
  QCDR_ASSERT(description != nullptr);
  finding.blocks_group = description->severity == FindingSeverity::ERROR;
  finding.blocks_individual = finding.blocks_group && code != FindingCode::GROUP_PARTIAL_TIN;
  return finding;
}

}  // namespace qcdr::ledger

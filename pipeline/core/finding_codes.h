// Findings: what the pipeline tells about data, by permanent code.
//
// A finding is a code and parameters; its words come from here, so that a text can improve without
// touching what was stored. finding_codes.def is the registry, docs/findings.md its printed form.
// A code is family number times 10000 plus number and prints as "QCDR-ROS-0007".
// Privacy: neither texts nor parameters carry an identifier of a person.
// Thread-safety: free functions over constant tables, safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qcdr {

// Permanent: family numbers are part of every stored code.
enum class FindingFamily : std::uint8_t {
  FIL = 1,   // the upload as a whole
  SCH = 2,   // the form of one record
  REG = 3,   // registration, reporting options
  ROS = 4,   // roster
  REC = 5,   // reconciliation of TINs and NPIs
  CON = 6,   // consents
  IA = 7,    // improvement activities
  OPT = 8,   // opt-outs
  CAS = 9,   // anesthesia cases
  MEA = 10,  // quality codes and measures
  PI = 11,   // promoting interoperability
  DL = 12,   // deadlines
  XRF = 13,  // cross-checks between kinds of records
  SUB = 14,  // submission to CMS
  SYS = 15,  // the pipeline itself
};

// The values of qcdr.v1.Severity.
enum class FindingSeverity : std::uint8_t { INFORMATION = 1, WARNING = 2, ERROR = 3, FATAL = 4 };

// What a finding does to the data it is about.
enum class FindingEffect : std::uint8_t {
  NOTHING,
  VALUE_NOT_USED,
  STAFF_NOT_USED,
  ROW_NOT_USED,
  ROW_REPLACED,
  UPLOAD_REFUSED,
  HELD,
  PAIR_WITHHELD,
  BLOCKS_SENDING,
  COSTS_POINTS,
  PART_NOT_SCORED,  // of a submission that is previewed
  NOT_SCORED,
};

enum class FindingCode : std::uint32_t {
#define QCDR_FINDING(family, number, severity, effect, identifier, title, message, hint) \
  identifier = static_cast<std::uint32_t>(FindingFamily::family) * 10000U + (number),
#include "core/finding_codes.def"
#undef QCDR_FINDING
};

struct FindingDescription {
  FindingCode code;
  FindingFamily family;
  FindingSeverity severity;
  FindingEffect effect;
  std::string_view identifier;  // "NPI_NOT_ON_ROSTER"
  std::string_view title;
  std::string_view message;  // with {0} and {1}
  std::string_view hint;
};

constexpr std::uint32_t code_number(FindingCode code) {
  return static_cast<std::uint32_t>(code);
}

// All findings in the order of the registry, which is by code.
std::span<const FindingDescription> all_findings();
// Asserts that the code is in the registry.
const FindingDescription& describe(FindingCode code);
// Null when the number is unknown, as in a log written by a newer program.
const FindingDescription* find_finding(std::uint32_t code);

std::string_view family_name(FindingFamily family);
std::string_view severity_name(FindingSeverity severity);  // "warning"
std::string_view effect_text(FindingEffect effect);        // "The row is not used."
// "QCDR-ROS-0007"; an unknown number keeps its digits.
std::string print_code(std::uint32_t code);
inline std::string print_code(FindingCode code) {
  return print_code(code_number(code));
}
// The message with its parameters put in; a parameter that is not given leaves "?".
std::string finding_message(std::uint32_t code, std::span<const std::string> parameters);

}  // namespace qcdr

#include "core/finding_codes.h"

#include <algorithm>
#include <cstdio>

#include "core/assert.h"

namespace qcdr {
namespace {

constexpr std::uint32_t kFamilyFactor = 10000;

constexpr FindingDescription kFindings[] = {
#define QCDR_FINDING(family, number, severity, effect, identifier, title, message, hint) \
  {FindingCode::identifier,                                                              \
   FindingFamily::family,                                                                \
   FindingSeverity::severity,                                                            \
   FindingEffect::effect,                                                                \
   #identifier,                                                                          \
   title,                                                                                \
   message,                                                                              \
   hint},
#include "core/finding_codes.def"
#undef QCDR_FINDING
};

constexpr bool in_ascending_order() {
  for (std::size_t i = 1; i < std::size(kFindings); ++i) {
    if (kFindings[i - 1].code >= kFindings[i].code) return false;
  }
  return true;
}
static_assert(in_ascending_order(), "finding_codes.def is ordered by family and number");

#define QCDR_FINDING(family, number, severity, effect, identifier, title, message, hint) \
  static_assert((number) > 0 && (number) < kFamilyFactor, "number of " #identifier);
#include "core/finding_codes.def"
#undef QCDR_FINDING

}  // namespace

std::span<const FindingDescription> all_findings() {
  return kFindings;
}

const FindingDescription* find_finding(std::uint32_t code) {
  const auto* found = std::lower_bound(std::begin(kFindings), std::end(kFindings), code,
                                       [](const FindingDescription& entry, std::uint32_t key) {
                                         return code_number(entry.code) < key;
                                       });
  return found != std::end(kFindings) && code_number(found->code) == code ? found : nullptr;
}

const FindingDescription& describe(FindingCode code) {
  const FindingDescription* found = find_finding(code_number(code));
  QCDR_ASSERT(found != nullptr);
  return *found;
}

std::string_view family_name(FindingFamily family) {
  switch (family) {
    case FindingFamily::FIL:
      return "FIL";
    case FindingFamily::SCH:
      return "SCH";
    case FindingFamily::REG:
      return "REG";
    case FindingFamily::ROS:
      return "ROS";
    case FindingFamily::REC:
      return "REC";
    case FindingFamily::CON:
      return "CON";
    case FindingFamily::IA:
      return "IA";
    case FindingFamily::OPT:
      return "OPT";
    case FindingFamily::CAS:
      return "CAS";
    case FindingFamily::MEA:
      return "MEA";
    case FindingFamily::PI:
      return "PI";
    case FindingFamily::DL:
      return "DL";
    case FindingFamily::XRF:
      return "XRF";
    case FindingFamily::SUB:
      return "SUB";
    case FindingFamily::SYS:
      return "SYS";
  }
  return "XXX";
}

std::string_view severity_name(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::INFORMATION:
      return "information";
    case FindingSeverity::WARNING:
      return "warning";
    case FindingSeverity::ERROR:
      return "error";
    case FindingSeverity::FATAL:
      return "fatal";
  }
  return "unknown";
}

std::string_view effect_text(FindingEffect effect) {
  switch (effect) {
    case FindingEffect::NOTHING:
      return "Nothing changes.";
    case FindingEffect::VALUE_NOT_USED:
      return "The value is not used; the rest counts.";
    case FindingEffect::STAFF_NOT_USED:
      return "This person is not credited; the rest counts.";
    case FindingEffect::ROW_NOT_USED:
      return "The record is not used; the rest of the file counts.";
    case FindingEffect::ROW_REPLACED:
      return "The later record replaces the earlier one.";
    case FindingEffect::UPLOAD_REFUSED:
      return "The upload is refused; nothing of it counts.";
    case FindingEffect::HELD:
      return "Kept, but not counted until it is resolved.";
    case FindingEffect::PAIR_WITHHELD:
      return "Not counted for this TIN/NPI pair; the rest counts.";
    case FindingEffect::BLOCKS_SENDING:
      return "Blocks sending to CMS until it is resolved.";
    case FindingEffect::COSTS_POINTS:
      return "Can cost points; blocks nothing.";
    case FindingEffect::PART_NOT_SCORED:
      return "This part of the submission is not scored; the rest is.";
    case FindingEffect::NOT_SCORED:
      return "The submission is not scored.";
  }
  return "";
}

std::string print_code(std::uint32_t code) {
  const auto family =
      static_cast<FindingFamily>(std::min(code / kFamilyFactor, std::uint32_t{255}));
  char digits[16];
  std::snprintf(digits, sizeof digits, "-%04u", code % kFamilyFactor);
  return std::string("QCDR-").append(family_name(family)).append(digits);
}

std::string finding_message(std::uint32_t code, std::span<const std::string> parameters) {
  const FindingDescription* found = find_finding(code);
  if (found == nullptr) return "This finding is not known to this version of the program.";
  std::string text;
  std::string_view rest = found->message;
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    text.append(rest.substr(0, open));
    if (open == std::string_view::npos || open + 2 >= rest.size()) break;
    const auto index = static_cast<std::size_t>(rest[open + 1] - '0');
    text.append(index < parameters.size() ? std::string_view(parameters[index]) : "?");
    rest.remove_prefix(open + 3);
  }
  return text;
}

}  // namespace qcdr

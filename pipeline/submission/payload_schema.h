// Checks a payload against what CMS documents for its performance year.
//
// Takes any JSON that goes to CMS: a measurement set (POST, PUT), the part of one (PATCH), a
// measurement, or a whole submission (score preview). Fields, words and rules by year are data:
// payload_table.def; measures, strata, metric types, vendors, pathways and promoting
// interoperability are the rulebook's. A payload that passes as documented is one for whose refusal
// by CMS nothing was found; kAsWeSend is stricter and holds what this registry sends to its own
// rules: the placeholder for the TIN, periods inside the year, no empty set, no measure without
// cases, nothing that only an answer has.
// Limits: kPayloadBytesMax, kPayloadProblemsMax; what is beyond is one problem more.
// Thread-safety: pure functions. Ownership: the rulebook must outlive the call. Errors: problems,
// each with its place as CMS writes places, and without the value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rulebook/rulebook.h"

namespace qcdr::submission {

inline constexpr std::size_t kPayloadBytesMax = 1024U * 1024;
inline constexpr std::size_t kPayloadProblemsMax = 100;

enum class Strictness : std::uint8_t { kAsDocumented, kAsWeSend };

struct PayloadSchema {
  const rulebook::Rulebook* rulebook = nullptr;
  Strictness strictness = Strictness::kAsWeSend;
  // As CMS's lists name who sends; nothing: it is not looked at who may send a QCDR measure.
  std::optional<std::vector<std::string>> vendors;
  // Of a payload that does not say its year; else that of its period, and else no year is known.
  std::optional<PerformanceYear> year;
};

enum class ProblemKind : std::uint8_t {
  kNotJson,
  kTooLarge,
  kMissing,        // a field that is needed
  kUnknownField,   // a field that the year does not have
  kWrongType,      // another type than the field's
  kInvalidValue,   // the right type, and not allowed
  kDuplicate,      // stands twice
  kContradiction,  // not beside something else in the same set
  kTooMany,        // problems; the rest is not told
};
std::string_view problem_kind_name(ProblemKind kind);

struct PayloadProblem {
  std::string path;  // "measurements[0].value.performanceMet", "" for the payload itself
  ProblemKind kind = ProblemKind::kInvalidValue;
  std::string message;
  friend bool operator==(const PayloadProblem&, const PayloadProblem&) = default;
};

// Empty: it validates. In the order of the payload.
std::vector<PayloadProblem> validate_payload(std::string_view json, const PayloadSchema& schema);

}  // namespace qcdr::submission

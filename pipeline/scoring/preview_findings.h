// What is wrong with a submission whose score is previewed: findings with a JSON pointer (RFC 6901)
// into the document, by the codes of core/finding_codes.def.
//
// A finding takes away what it is about, a measurement or a set; the rest is scored. Privacy: no
// parameter repeats what a document contains, unless it is an id or a name that the rulebook has.
// Thread-safety: values. Limits: 100 findings of a document are kept, the others counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decimal.h"
#include "core/finding_codes.h"
#include "scoring/json_document.h"

namespace qcdr::scoring {

inline constexpr std::size_t kPreviewFindingsMax = 100;

struct PreviewFinding {
  FindingCode code{};
  std::vector<std::string> parameters;
  std::string pointer;
  std::string other_pointer = {};  // of the other one, where two values contradict each other
  // Where the text itself is at fault: from the document's first byte.
  std::optional<std::size_t> byte_offset = std::nullopt;
  bool in_profile = false;  // of a profile that came as a document of its own
};

// Where a document stands: a line of a batch.
struct PreviewPlace {
  std::uint64_t line = 0;  // from 1; 0: the document is not of a batch
  std::uint64_t byte_offset = 0;
};

class PreviewFindings {
 public:
  void add(FindingCode code, const JsonCursor& at, std::vector<std::string> parameters = {});
  void add(PreviewFinding finding);
  // Whether those that are told from now on are of a profile with a document of its own.
  void set_profile_document(bool in_profile) { in_profile_ = in_profile; }

  // The first ones, and then how many more there are.
  std::vector<PreviewFinding> all() const;
  // Any of severity error or fatal, listed or not.
  bool has_errors() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }

 private:
  std::vector<PreviewFinding> findings_;
  std::size_t left_out_ = 0;
  std::size_t errors_ = 0;
  bool in_profile_ = false;
};

// A JSON list of findings, each an object as everywhere: code, severity, title, message, hint,
// docUrl, location, effect, params.
std::string findings_json(const std::vector<PreviewFinding>& findings, const PreviewPlace& place);
// "QCDR-SUB-0010 error Give value. (/measurementSets/0)", for people.
std::string finding_line(const PreviewFinding& finding);
// Quoted and escaped.
std::string quoted_json(std::string_view text);

// Reads values; what cannot be read is told and nothing.
class ValueReader {
 public:
  enum class Document : std::uint8_t { kSubmission, kProfile };
  ValueReader(PreviewFindings* findings, Document document)
      : findings_(findings), document_(document) {}

  std::optional<bool> boolean(const JsonCursor& at) const;
  std::optional<std::string> word(const JsonCursor& at) const;
  std::optional<Decimal> number(const JsonCursor& at, Decimal low, Decimal high) const;
  std::optional<std::int64_t> whole(const JsonCursor& at, std::int64_t low,
                                    std::int64_t high) const;
  bool object(const JsonCursor& at) const;
  bool list(const JsonCursor& at) const;
  // A member that must be there.
  std::optional<JsonCursor> required(const JsonCursor& at, std::string_view key) const;
  // Tells that the value is not `form`.
  void refuse(const JsonCursor& at, std::string form) const;

 private:
  PreviewFindings* findings_;
  Document document_;
};

}  // namespace qcdr::scoring

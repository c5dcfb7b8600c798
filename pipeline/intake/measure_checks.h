// Judges the quality codes of cases by the rulebook: is the measure one of the year's, is the code
// one of the measure's. What is true of a measure as such is told once per upload.
// Thread-safety: none; one per upload. The rules outlive it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "intake/findings.h"
#include "rulebook/rulebook.h"

namespace qcdr::intake {

class MeasureChecks {
 public:
  // Null rules: nothing is judged.
  explicit MeasureChecks(const rulebook::YearRules* rules) : rules_(rules) {}

  // The name under which files of the year report a measure that they still call by an old one; and
  // *complaint, once, which tells it.
  std::optional<std::string> new_name(const std::string& measure,
                                      std::optional<Complaint>* complaint);

  // A code that has the right form, reported for a measure as the file names it.
  std::optional<Complaint> check(const std::string& measure, std::string_view code,
                                 std::string_view modifier);

 private:
  std::optional<Complaint> tell_once(FindingCode code, const std::string& measure);

  const rulebook::YearRules* rules_;
  std::set<std::string> told_;
};

}  // namespace qcdr::intake

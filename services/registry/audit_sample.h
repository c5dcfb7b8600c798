// Who and which patients a data validation audit looks at: how many, and which by a seed.
//
// Source: 42 CFR 414.1400(b)(3)(v)(E), in 2021 (b)(2)(iv)(E): a share of those submitted between a
// least and a largest number, and of each a share of patients between a least and a largest number.
// A percentage is rounded up, because the rule says "at least". Never more than there are.
// The draw orders subjects by a keyed hash under the seed and takes the first: the same seed over
// the same subjects gives the same sample, in whatever order they are given, and anybody who has
// the seed can draw it again. Thread-safety: pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rulebook/rulebook.h"

namespace qcdr::registry {

struct SampleSize {
  std::int64_t percent = 0;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;

  // Of `population` subjects; 0 of none.
  std::size_t of(std::size_t population) const;
};

struct AuditRule {
  SampleSize submitters;
  SampleSize patients;
  int excluded_years = 0;
  // Groups are sampled beside individuals; otherwise every TIN/NPI is one that is submitted.
  bool samples_entities = false;
  rulebook::Citation citation;
};
// None: the rule does not apply in that year.
std::optional<AuditRule> audit_rule(const rulebook::YearRules& rules);

// Places in `subjects` in the order of the draw, all of them. `what` keeps draws of different
// things apart, like "pairs". Subjects are different from each other.
std::vector<std::size_t> draw_order(std::uint64_t seed, std::string_view what,
                                    const std::vector<std::string>& subjects);

// A subject that earlier audits drew, and when last; year 0: never.
struct Candidate {
  std::string subject;
  int last_drawn = 0;
};
struct DrawnSample {
  std::vector<std::size_t> chosen;  // places, in the order of the draw
  std::size_t excluded = 0;         // left out because they were drawn in the last years
  // Drawn all the same: without them the sample would be smaller than the rule asks for.
  std::size_t taken_back = 0;
};
// Who was drawn within `excluded_years` before `year` comes last, the longest ago first.
DrawnSample draw_sample(std::uint64_t seed, std::string_view what, int year, int excluded_years,
                        std::size_t size, const std::vector<Candidate>& candidates);

}  // namespace qcdr::registry

// The course of a targeted review: drafted, filed, documents requested, approved, denied, score
// revised, by the records that the practice sent, each of which is the whole state.
//
// A decision is final (42 CFR 414.1385(a)(7)): what comes after a denial or a revised score counts
// no more; after an approval only the revised score does. Documents that CMS asks for are due when
// the record says, else so many days after the request as the year's rules say.
// Thread-safety: values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/after_cms.h"
#include "review/review_window.h"

namespace qcdr::review {

struct ReviewStep {
  ledger::ReviewState state = ledger::ReviewState::kUnspecified;
  Instant reached_at;
  Instant received_at;
  std::optional<Instant> documents_due_at;  // as the record says
  std::optional<Decimal> revised_score;
  std::string cms_number;
  std::uint8_t cause = 0;  // number of the proto ReviewCase.Cause
  bool counts = true;      // false: after a decision
};

struct ReviewCourse {
  std::string id;
  std::vector<ReviewStep> steps;  // in the order of receipt
  ledger::ReviewState standing = ledger::ReviewState::kUnspecified;
  std::uint8_t cause = 0;
  std::string cms_number;
  std::optional<Instant> documents_due_at;  // only while documents are asked for
  bool documents_late = false;              // `at` is past it
  std::optional<Decimal> revised_score;
  bool final = false;
  bool filed_late = false;  // filed after the window that was in force then
};

// `steps` are of one case, in the order of receipt.
ReviewCourse review_course(const rulebook::YearRules& rules, std::string id,
                           std::vector<ReviewStep> steps, Instant at);

// "calculation", "eligibility", "circumstances", "thirdParty", "other".
std::string_view review_cause_name(std::uint8_t cause);
// What comes next, for people.
std::string next_words(const ReviewCourse& course);

}  // namespace qcdr::review

#include "review/review_course.h"

#include <array>

namespace qcdr::review {
namespace {

using ledger::ReviewState;

bool may_follow(ReviewState standing, ReviewState next) {
  if (standing == ReviewState::kApproved) {
    return next == ReviewState::kScoreRevised || next == ReviewState::kApproved;
  }
  return !ledger::is_decision(standing) || standing == next;
}

bool is_late(const rulebook::YearRules& rules, Instant filed_at) {
  return review_window(rules, filed_at).state == WindowState::kClosed;
}

}  // namespace

ReviewCourse review_course(const rulebook::YearRules& rules, std::string id,
                           std::vector<ReviewStep> steps, Instant at) {
  ReviewCourse course;
  course.id = std::move(id);
  for (ReviewStep& step : steps) {
    step.counts = may_follow(course.standing, step.state);
    if (!step.counts) continue;
    course.standing = step.state;
    course.cause = step.cause;
    if (!step.cms_number.empty()) course.cms_number = step.cms_number;
    if (step.revised_score) course.revised_score = step.revised_score;
    if (step.state == ReviewState::kFiled) course.filed_late = is_late(rules, step.reached_at);
    course.documents_due_at.reset();
    if (step.state != ReviewState::kDocumentsRequested) continue;
    course.documents_due_at =
        step.documents_due_at ? step.documents_due_at : documents_due(rules, step.reached_at);
  }
  course.documents_late = course.documents_due_at && *course.documents_due_at < at;
  course.final = ledger::is_decision(course.standing);
  course.steps = std::move(steps);
  return course;
}

std::string_view review_cause_name(std::uint8_t cause) {
  constexpr std::array<std::string_view, 6> kNames = {"unspecified",   "calculation", "eligibility",
                                                      "circumstances", "thirdParty",  "other"};
  return cause < kNames.size() ? kNames[cause] : kNames[0];
}

std::string next_words(const ReviewCourse& course) {
  switch (course.standing) {
    case ReviewState::kDrafted:
      return "file it at CMS before the window closes";
    case ReviewState::kFiled:
      return "wait for CMS; answer when it asks for documents";
    case ReviewState::kDocumentsRequested:
      return course.documents_late
                 ? "the documents are overdue: ask CMS whether it still takes them"
                 : "send the documents";
    case ReviewState::kApproved:
      return "approved; CMS revises the score";
    case ReviewState::kDenied:
      return "denied; the decision is final";
    case ReviewState::kScoreRevised:
      return "the score was revised; the decision is final. Share the new feedback as a further "
             "version";
    case ReviewState::kUnspecified:
      break;
  }
  return "";
}

}  // namespace qcdr::review

// A targeted review of one row: CMS's feedback beside our projection, the likely causes, what it
// would change, until when it can be requested, and how the cases stand.
//
// Thread-safety: none. Errors: kFailedPrecondition when the practice shares no feedback.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/asked_row.h"
#include "cli/evidence_log.h"
#include "review/causes.h"
#include "review/pack.h"
#include "review/payment_effect.h"
#include "review/review_course.h"

namespace qcdr {

struct ReviewPage {
  review::ReviewWindow window;
  std::optional<ledger::ReviewAuthorisationFact> authorisation;
  std::vector<review::ReviewCourse> courses;
  // Without feedback the rest is empty.
  const ledger::SharedFeedback* feedback = nullptr;
  std::vector<review::Node> nodes;
  review::Diagnosis diagnosis;
  review::ReviewEffect effect;
};

// `evidence`: what the log has; null where only the state is at hand.
Result<ReviewPage> make_review_page(AskedRow& asked, const Evidence* evidence);
// The records of the practice that bear on a review.
Result<Evidence> read_review_evidence(LogView& log, AskedRow& asked);

std::string review_page_text(AskedRow& asked, const ReviewPage& page);
std::string review_page_json(AskedRow& asked, const ReviewPage& page);
std::string review_cases_text(AskedRow& asked, const ReviewPage& page);
std::string review_cases_json(AskedRow& asked, const ReviewPage& page);

Result<review::Pack> make_dossier(LogView& log, AskedRow& asked, const ReviewPage& page,
                                  const Evidence& evidence);

}  // namespace qcdr

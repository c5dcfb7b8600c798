// What was asked to be sent and what became of it: each document of each entity, and why requests
// were not granted. TINs are masked; no NPI. Thread-safety: free functions. Errors: those of the
// state.
#pragma once

#include <string>
#include <vector>

#include "cli/state_view.h"
#include "ledger/practice_submissions.h"

namespace qcdr {

struct SubmissionRow {
  PracticeId practice;
  PerformanceYear year;
  std::string tin;        // "*****6789"
  std::string clinician;  // empty: the TIN as a group
  ledger::SubmissionDocumentFact document;
};

struct SubmissionRequestRow {
  PracticeId practice;
  PerformanceYear year;
  std::string request_id;
  ledger::SubmissionRequestFact request;
};

struct SubmissionList {
  Instant as_of;
  std::vector<SubmissionRow> documents;        // by practice, year, entity
  std::vector<SubmissionRequestRow> requests;  // by practice, year, place on the log
};

Result<SubmissionList> read_submissions(StateView& view);
std::string submission_list_text(const SubmissionList& list);
std::string submission_list_json(const SubmissionList& list);

}  // namespace qcdr

// Values that the steps of the decision to send hand to each other. Internal to
// practice_submissions. Thread-safety: values. Lifetime: of one request.
#pragma once

#include "ledger/practice_submissions.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {

// What an entity is like, for the decision to send.
struct PracticeSubmissions::Standing {
  EntityStanding entity;
  std::vector<ClosedGate> gates;  // of the whole set
};

struct PracticeSubmissions::Asked {
  const v1::SubmissionRequest& request;
  const Moment& moment;
  Effects* effects = nullptr;
  Entity entity;
  SubmissionRequestFact outcome;
};

}  // namespace qcdr::ledger

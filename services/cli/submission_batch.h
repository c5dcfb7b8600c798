// The batch of a practice-year that can be certified now: the documents of every entity that
// nothing keeps here, under one root. Built from state; nothing is sent by it.
//
// What is certified is what stands now: a record that comes between the signature and the request
// makes another batch of it. Thread-safety: values. Errors: those of the state.
#pragma once

#include <string>
#include <vector>

#include "cli/state_view.h"
#include "submission/manifest.h"

namespace qcdr {

struct BatchEntity {
  EntityId entity;
  bool group = false;
  std::string tin;        // "*****6789"
  std::string clinician;  // empty for a group
  std::vector<submission::ManifestLeaf> leaves;
  std::vector<std::string> kept_here;  // names of what keeps it here; then there is no leaf
};

struct SubmissionBatch {
  PracticeId practice;
  PerformanceYear year;
  Partition partition;
  std::vector<BatchEntity> entities;  // those that report so: groups, then individuals
  submission::BatchTree tree;
  // "1234-2022-" and the first digits of the root.
  std::string batch_id() const;
};

// Of one practice, or of all; by practice and year.
Result<std::vector<SubmissionBatch>> build_batches(StateView& view,
                                                   std::optional<PracticeId> practice);
std::string submission_batch_text(const std::vector<SubmissionBatch>& batches);
std::string submission_batch_json(const std::vector<SubmissionBatch>& batches);
// A file of kind certification, a row for each batch, to be completed and signed.
std::string certification_csv(const std::vector<SubmissionBatch>& batches);

}  // namespace qcdr

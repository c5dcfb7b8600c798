// Requests to submit, made of a batch as it was signed: `qcdr submission build --json` kept in a
// file. Each request carries the way from its payloads to the signed root, so that an entity whose
// data changed since is refused alone. Thread-safety: values. Errors: kInvalidArgument for a file
// that is no batch, with its place.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "qcdr/v1/submission.pb.h"
#include "submission/manifest.h"

namespace qcdr {

struct SignedEntity {
  EntityId entity;
  bool group = false;
  std::vector<submission::ManifestLeaf> leaves;
};

struct SignedBatch {
  PracticeId practice;
  PerformanceYear year;
  std::string batch_id;
  std::vector<SignedEntity> entities;  // with documents
  submission::BatchTree tree;
};

// The batches of a file.
Result<std::vector<SignedBatch>> read_signed_batches(const std::string& json);

struct SendOrder {
  v1::SubmissionRequest::Action action = v1::SubmissionRequest::ACTION_SEND;
  std::string certification_id;  // empty: the batch's own id
  std::string reason;
  std::string actor;
  v1::Authority authority = v1::AUTHORITY_REGISTRY_OPERATOR;
  std::string key_id;
  Instant requested_at;
  std::string run;  // makes the ids of requests different from those of another run
};
// Of one entity. kNotFound: the batch has no document of it.
Result<v1::SubmissionRequest> make_request(const SignedBatch& batch, const SignedEntity& entity,
                                           const SendOrder& order);

}  // namespace qcdr

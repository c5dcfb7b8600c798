// What a batch consists of, bound by one hash: the certification of accuracy names its root, so a
// signature for one batch is none for another, and a changed byte of any payload is found.
//
// A leaf is (bytes and an example in docs/submission.md)
//   "QCDRSUB1" | entity id, 12 bytes | year u16 | category u8, number of the proto Category |
//   length of the program u8 | program | SHA-256 of the payload, 32 bytes
// with numbers big endian. The tree is merkle.h's, over the leaves in the order of their bytes, so
// the order in which sets were built is of no consequence.
// The manifest of one entity says what it was built from, in JSON, for people and for an audit. It
// holds no identifier but tokens.
// Thread-safety: values. Errors: kAlreadyExists for a leaf that stands twice, kInvalidArgument for
// a program that is no word.
#pragma once

#include <string>
#include <vector>

#include "core/crypto.h"
#include "core/time.h"
#include "submission/merkle.h"
#include "submission/set_builder.h"

namespace qcdr::submission {

struct ManifestLeaf {
  EntityId entity;
  PerformanceYear year;
  SetCategory category = SetCategory::kQuality;
  std::string program;
  Hash256 payload{};
  friend bool operator==(const ManifestLeaf&, const ManifestLeaf&) = default;
};
// The bytes of a leaf.
std::string leaf_bytes(const ManifestLeaf& leaf);
// Of a payload, its set and whose it is.
ManifestLeaf leaf_of(const EntityId& entity, const MeasurementSet& set, std::string_view payload);

// That a payload is part of a batch.
struct InclusionProof {
  std::size_t index = 0;
  std::size_t count = 0;  // leaves of the batch
  std::vector<Hash256> path;
};

class BatchTree {
 public:
  static Result<BatchTree> make(std::vector<ManifestLeaf> leaves);

  std::size_t size() const { return leaves_.size(); }
  const std::vector<ManifestLeaf>& leaves() const { return leaves_; }  // in order
  const Hash256& root() const { return root_; }
  std::string root_hex() const { return hex(view(root_)); }
  // kNotFound: it is no leaf of the batch.
  Result<InclusionProof> proof_of(const ManifestLeaf& leaf) const;

 private:
  std::vector<ManifestLeaf> leaves_;
  std::vector<Hash256> hashes_;
  Hash256 root_{};
};
bool is_included(const ManifestLeaf& leaf, const InclusionProof& proof, const Hash256& root);

// A check that the entity passed, and the record that satisfied it.
struct ManifestGate {
  std::string name;  // "individualConsent": ledger::block_reason_name()
  std::string record_id;
};

// A record that the sets were built from, where it stands in the log.
struct ManifestSource {
  std::string record_id;
  std::string topic;
  std::int32_t partition = 0;
  Offset offset;
};

struct ManifestSet {
  SetCategory category = SetCategory::kQuality;
  SubmissionMethod method = SubmissionMethod::kRegistry;
  std::string program;
  Hash256 payload{};
  std::size_t measurements = 0;
};
ManifestSet manifest_set(const MeasurementSet& set, std::string_view payload);

struct Manifest {
  EntityId entity;
  EntityKind kind = EntityKind::kGroup;
  PerformanceYear year;
  Instant cut_off;  // last receipt that counts
  Hash256 rulebook_digest{};
  std::vector<ManifestGate> gates;
  std::vector<ManifestSource> sources;
  std::vector<ManifestSet> included;
  std::vector<Excluded> excluded;
};
// One line of canonical JSON; lists as they were given.
std::string manifest_json(const Manifest& manifest);

}  // namespace qcdr::submission

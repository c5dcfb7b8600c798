#include "submission/manifest.h"

#include <algorithm>
#include <utility>

#include "ledger/readiness.h"
#include "submission/json_out.h"

namespace qcdr::submission {
namespace {

constexpr std::string_view kLeafName = "QCDRSUB1";
constexpr std::size_t kProgramBytesMax = 64;
constexpr unsigned kByteBits = 8;
constexpr unsigned kByteMask = 0xFF;

Status check_leaf(const ManifestLeaf& leaf) {
  const bool good = !leaf.program.empty() && leaf.program.size() <= kProgramBytesMax &&
                    leaf.year.value() > 0 && leaf.year.value() <= UINT16_MAX;
  if (good) return Status::ok();
  return Status(ErrorCode::kInvalidArgument, "a leaf needs a program and a year");
}

void add_sets(const Manifest& manifest, JsonOut* out) {
  out->key("included").begin_list();
  for (const ManifestSet& set : manifest.included) {
    out->begin_object();
    out->key("category").text(set_category_name(set.category, manifest.year));
    out->key("submissionMethod").text(submission_method_name(set.method));
    out->key("programName").text(set.program);
    out->key("measurements").whole(static_cast<std::int64_t>(set.measurements));
    out->key("payloadSha256").text(hex(view(set.payload)));
    out->end_object();
  }
  out->end_list();
}

void add_excluded(const Manifest& manifest, JsonOut* out) {
  out->key("excluded").begin_list();
  for (const Excluded& excluded : manifest.excluded) {
    out->begin_object();
    out->key("category").text(set_category_name(excluded.category, manifest.year));
    if (!excluded.measure_id.empty()) out->key("measureId").text(excluded.measure_id);
    out->key("reason").text(exclusion_name(excluded.reason));
    if (excluded.reason == Exclusion::kWithheld) {
      out->key("block").text(ledger::block_reason_name(excluded.block));
    }
    if (excluded.points) out->key("points").number(*excluded.points);
    out->end_object();
  }
  out->end_list();
}

void add_origins(const Manifest& manifest, JsonOut* out) {
  out->key("gates").begin_list();
  for (const ManifestGate& gate : manifest.gates) {
    out->begin_object();
    out->key("name").text(gate.name);
    out->key("recordId").text(gate.record_id);
    out->end_object();
  }
  out->end_list();
  out->key("sources").begin_list();
  for (const ManifestSource& source : manifest.sources) {
    out->begin_object();
    out->key("recordId").text(source.record_id);
    out->key("topic").text(source.topic);
    out->key("partition").whole(source.partition);
    out->key("offset").whole(source.offset.value());
    out->end_object();
  }
  out->end_list();
}

}  // namespace

std::string leaf_bytes(const ManifestLeaf& leaf) {
  std::string bytes(kLeafName);
  bytes += leaf.entity.bytes();
  const auto year = static_cast<unsigned>(leaf.year.value());
  bytes += static_cast<char>(year >> kByteBits & kByteMask);
  bytes += static_cast<char>(year & kByteMask);
  bytes += static_cast<char>(category_number(leaf.category));
  bytes += static_cast<char>(leaf.program.size());
  bytes += leaf.program;
  bytes += view(leaf.payload);
  return bytes;
}

ManifestLeaf leaf_of(const EntityId& entity, const MeasurementSet& set, std::string_view payload) {
  ManifestLeaf leaf;
  leaf.entity = entity;
  leaf.year = set.year;
  leaf.category = set.category;
  leaf.program = set.program;
  leaf.payload = sha256(payload);
  return leaf;
}

Result<BatchTree> BatchTree::make(std::vector<ManifestLeaf> leaves) {
  if (leaves.size() > kMerkleLeavesMax) return Status(ErrorCode::kLimitExceeded, "too many leaves");
  std::vector<std::pair<std::string, ManifestLeaf>> ordered;
  for (ManifestLeaf& leaf : leaves) {
    QCDR_RETURN_IF_ERROR(check_leaf(leaf));
    std::string bytes = leaf_bytes(leaf);
    ordered.emplace_back(std::move(bytes), std::move(leaf));
  }
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  BatchTree tree;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    if (i > 0 && ordered[i].first == ordered[i - 1].first) {
      return Status(ErrorCode::kAlreadyExists, "a leaf stands twice");
    }
    tree.hashes_.push_back(merkle_leaf(ordered[i].first));
    tree.leaves_.push_back(std::move(ordered[i].second));
  }
  tree.root_ = merkle_root(tree.hashes_);
  return tree;
}

Result<InclusionProof> BatchTree::proof_of(const ManifestLeaf& leaf) const {
  const auto found = std::find(leaves_.begin(), leaves_.end(), leaf);
  if (found == leaves_.end()) return Status(ErrorCode::kNotFound, "no leaf of the batch");
  InclusionProof proof;
  proof.index = static_cast<std::size_t>(found - leaves_.begin());
  proof.count = leaves_.size();
  proof.path = merkle_proof(hashes_, proof.index);
  return proof;
}

bool is_included(const ManifestLeaf& leaf, const InclusionProof& proof, const Hash256& root) {
  return check_leaf(leaf).is_ok() &&
         merkle_includes(merkle_leaf(leaf_bytes(leaf)), proof.index, proof.count, proof.path, root);
}

ManifestSet manifest_set(const MeasurementSet& set, std::string_view payload) {
  ManifestSet out;
  out.category = set.category;
  out.method = set.method;
  out.program = set.program;
  out.payload = sha256(payload);
  out.measurements = set.measurements.size();
  return out;
}

std::string manifest_json(const Manifest& manifest) {
  JsonOut out;
  out.begin_object();
  out.key("artefact").text("submissionManifest");
  out.key("performanceYear").whole(manifest.year.value());
  out.key("entityId").text(manifest.entity.to_hex());
  out.key("entityType").text(entity_kind_name(manifest.kind));
  out.key("cutOff").text(manifest.cut_off.to_string());
  out.key("rulebookDigest").text(hex(view(manifest.rulebook_digest)));
  add_origins(manifest, &out);
  add_sets(manifest, &out);
  add_excluded(manifest, &out);
  out.end_object();
  return out.take();
}

}  // namespace qcdr::submission

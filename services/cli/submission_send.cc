#include "cli/submission_send.h"

#include <nlohmann/json.hpp>

namespace qcdr {
namespace {

using Json = nlohmann::json;

Status no_batch(const std::string& what) {
  return Status(ErrorCode::kInvalidArgument,
                "it is not what `qcdr submission build --json` prints: " + what);
}

std::optional<std::string> bytes_of(const std::string& hex_digits) {
  std::string bytes;
  if (hex_digits.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hex_digits.size(); i += 2) {
    constexpr int kHexadecimal = 16;
    const std::string pair = hex_digits.substr(i, 2);
    if (pair.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
    bytes.push_back(static_cast<char>(std::stoi(pair, nullptr, kHexadecimal)));
  }
  return bytes;
}

std::optional<submission::SetCategory> category_of(const std::string& name, PerformanceYear year) {
  for (const submission::SetCategory category : submission::kSetCategories) {
    if (submission::set_category_name(category, year) == name) return category;
  }
  return std::nullopt;
}

Result<SignedEntity> read_entity(const Json& json, PerformanceYear year) {
  SignedEntity entity;
  const auto id = bytes_of(json.at("entityId").get<std::string>());
  if (!id || id->size() != EntityId::kBytes) return no_batch("entityId");
  QCDR_ASSIGN_OR_RETURN(entity.entity, EntityId::from_string(*id));
  entity.group = json.at("entityType").get<std::string>() == "group";
  for (const Json& document : json.at("documents")) {
    submission::ManifestLeaf leaf;
    leaf.entity = entity.entity;
    leaf.year = year;
    const auto category = category_of(document.at("category").get<std::string>(), year);
    const auto hash = bytes_of(document.at("payloadSha256").get<std::string>());
    if (!category || !hash || hash->size() != leaf.payload.size()) return no_batch("documents");
    leaf.category = *category;
    leaf.program = document.at("programName").get<std::string>();
    std::copy(hash->begin(), hash->end(), leaf.payload.begin());
    entity.leaves.push_back(std::move(leaf));
  }
  return entity;
}

Result<SignedBatch> read_batch(const Json& json) {
  SignedBatch batch;
  batch.practice = PracticeId(json.at("practiceId").get<std::uint32_t>());
  batch.year = PerformanceYear(json.at("performanceYear").get<std::int32_t>());
  batch.batch_id = json.at("batchId").get<std::string>();
  std::vector<submission::ManifestLeaf> leaves;
  for (const Json& each : json.at("entities")) {
    QCDR_ASSIGN_OR_RETURN(SignedEntity entity, read_entity(each, batch.year));
    leaves.insert(leaves.end(), entity.leaves.begin(), entity.leaves.end());
    if (!entity.leaves.empty()) batch.entities.push_back(std::move(entity));
  }
  QCDR_ASSIGN_OR_RETURN(batch.tree, submission::BatchTree::make(std::move(leaves)));
  if (batch.tree.root_hex() != json.at("payloadRoot").get<std::string>()) {
    return no_batch("its documents are not under its root");
  }
  return batch;
}

}  // namespace

Result<std::vector<SignedBatch>> read_signed_batches(const std::string& json) {
  try {
    std::vector<SignedBatch> batches;
    for (const Json& each : Json::parse(json)) {
      QCDR_ASSIGN_OR_RETURN(SignedBatch batch, read_batch(each));
      batches.push_back(std::move(batch));
    }
    return batches;
  } catch (const Json::exception&) {
    return no_batch("a member is missing or of another type");
  }
}

Result<v1::SubmissionRequest> make_request(const SignedBatch& batch, const SignedEntity& entity,
                                           const SendOrder& order) {
  v1::SubmissionRequest request;
  request.set_request_id(order.run + "/" + entity.entity.to_hex());
  request.set_practice_id(batch.practice.value());
  request.set_performance_year(batch.year.value());
  request.set_entity_id(std::string(entity.entity.bytes()));
  request.set_entity_kind(entity.group ? v1::ENTITY_KIND_GROUP : v1::ENTITY_KIND_INDIVIDUAL);
  request.set_action(order.action);
  request.set_requested_at(order.requested_at.milliseconds());
  request.set_reason(order.reason);
  request.set_key_id(order.key_id);
  request.set_certification_id(order.certification_id.empty() ? batch.batch_id
                                                              : order.certification_id);
  request.mutable_actor()->set_subject(order.actor);
  request.mutable_actor()->set_authority(order.authority);
  for (const submission::ManifestLeaf& leaf : entity.leaves) {
    QCDR_ASSIGN_OR_RETURN(const submission::InclusionProof proof, batch.tree.proof_of(leaf));
    v1::PayloadProof* out = request.add_proofs();
    out->set_category(static_cast<v1::Category>(submission::category_number(leaf.category)));
    out->set_leaf_index(static_cast<std::uint32_t>(proof.index));
    for (const Hash256& hash : proof.path) out->add_hashes(std::string(view(hash)));
    request.add_categories(out->category());
  }
  return request;
}

}  // namespace qcdr

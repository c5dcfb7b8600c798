// From what stands of an entity to documents, and back to the batch that was signed for.
#include "submission/set_documents.h"

#include <gtest/gtest.h>

#include "submission/manifest.h"
#include "submission/payload_schema.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

ledger::EntityStanding standing_of(const TestEntity& entity) {
  ledger::EntityStanding standing;
  standing.input = *entity.accepted;
  return standing;
}

ledger::MadeDocuments documents_of(std::uint64_t seed) {
  const TestEntity entity = random_entity(seed, 2022);
  const ledger::EntityStanding standing = standing_of(entity);
  ledger::DocumentInput input;
  input.standing = &standing;
  if (entity.input.entity.kind == EntityKind::kIndividual) input.npi = entity.input.entity.npi;
  input.program = kProgramMips;
  const auto made = SetDocuments().make(input);
  return made.is_ok() ? made.value() : ledger::MadeDocuments();
}

TEST(SetDocuments, TheSameDataGiveTheSameBytes) {
  std::size_t documents = 0;
  for (std::uint64_t seed = 1; seed < 60; ++seed) {
    const ledger::MadeDocuments made = documents_of(seed);
    const ledger::MadeDocuments again = documents_of(seed);
    ASSERT_EQ(made.documents.size(), again.documents.size());
    for (std::size_t i = 0; i < made.documents.size(); ++i) {
      EXPECT_EQ(made.documents[i].payload, again.documents[i].payload);
      EXPECT_EQ(made.documents[i].payload_sha256, sha256(made.documents[i].payload));
      EXPECT_NE(made.documents[i].payload.find(kTinPlaceholder), std::string::npos);
      ++documents;
    }
  }
  EXPECT_GT(documents, 20u);
}

TEST(SetDocuments, APlaceInTheBatchHoldsForItsDocumentAlone) {
  const EntityId entity = EntityId::from_bytes("entity-00001");
  const PerformanceYear year(2022);
  ledger::MadeDocuments made;
  for (std::uint64_t seed = 1; made.documents.size() < 3 && seed < 200; ++seed) {
    for (ledger::MadeDocument& each : documents_of(seed).documents) {
      made.documents.push_back(std::move(each));
    }
  }
  ASSERT_GE(made.documents.size(), 3u);
  std::vector<ManifestLeaf> leaves;
  for (const ledger::MadeDocument& each : made.documents) {
    ManifestLeaf leaf;
    leaf.entity = entity;
    leaf.year = year;
    for (const SetCategory category : kSetCategories) {
      if (category_number(category) == each.category) leaf.category = category;
    }
    leaf.program = each.program;
    leaf.payload = each.payload_sha256;
    leaves.push_back(leaf);
  }
  const auto tree = BatchTree::make(leaves);
  ASSERT_TRUE(tree.is_ok()) << tree.status().to_string();
  const SetDocuments maker;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const InclusionProof proof = tree.value().proof_of(leaves[i]).value();
    const ledger::CertifiedPlace place{static_cast<std::uint32_t>(proof.index),
                                       static_cast<std::uint32_t>(proof.count), proof.path};
    const Hash256& root = tree.value().root();
    EXPECT_TRUE(maker.is_certified(entity, year, made.documents[i], place, root));
    ledger::MadeDocument changed = made.documents[i];
    changed.payload_sha256[31] ^= 1;
    EXPECT_FALSE(maker.is_certified(entity, year, changed, place, root));
    EXPECT_FALSE(maker.is_certified(EntityId(), year, made.documents[i], place, root));
    Hash256 other = root;
    other[0] ^= 1;
    EXPECT_FALSE(maker.is_certified(entity, year, made.documents[i], place, other));
  }
}

}  // namespace
}  // namespace qcdr::submission

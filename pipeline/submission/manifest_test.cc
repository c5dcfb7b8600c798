#include "submission/manifest.h"

#include <gtest/gtest.h>

#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

std::string hex_of(const Hash256& hash) {
  return hex(view(hash));
}

EntityId entity(int number) {
  std::string bytes(EntityId::kBytes, '\0');
  bytes.back() = static_cast<char>(number);
  return EntityId::from_bytes(bytes.data());
}

ManifestLeaf leaf(int number, std::string_view payload = "{}") {
  ManifestLeaf out;
  out.entity = entity(number);
  out.year = PerformanceYear(2022);
  out.program = "mips";
  out.payload = sha256(payload);
  return out;
}

// The roots of RFC 6962's own test tree (leaves of the certificate-transparency implementations).
TEST(MerkleTest, RootsAreThoseOfTheStandard) {
  const std::vector<std::string> leaves = {"",
                                           std::string(1, '\0'),
                                           "\x10",
                                           "\x20\x21",
                                           "\x30\x31",
                                           "\x40\x41\x42\x43",
                                           "\x50\x51\x52\x53\x54\x55\x56\x57",
                                           "`abcdefghijklmno"};
  const std::vector<std::string> roots = {
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  std::vector<Hash256> hashes;
  EXPECT_EQ(hex_of(merkle_root(hashes)), roots[0]);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    hashes.push_back(merkle_leaf(leaves[i]));
    EXPECT_EQ(hex_of(merkle_root(hashes)), roots[i + 1]) << i;
  }
}

TEST(MerkleTest, EveryLeafIsProvenAndNothingElse) {
  std::vector<Hash256> hashes;
  for (std::size_t count = 1; count <= 33; ++count) {
    hashes.push_back(merkle_leaf(std::to_string(count)));
    const Hash256 root = merkle_root(hashes);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Hash256> proof = merkle_proof(hashes, i);
      EXPECT_TRUE(merkle_includes(hashes[i], i, count, proof, root)) << i << " of " << count;
      EXPECT_FALSE(merkle_includes(merkle_leaf("x"), i, count, proof, root));
      EXPECT_FALSE(merkle_includes(hashes[i], count, count, proof, root));
      if (count > 1) {
        EXPECT_FALSE(merkle_includes(hashes[i], (i + 1) % count, count, proof, root));
      }
      proof.push_back(root);
      EXPECT_FALSE(merkle_includes(hashes[i], i, count, proof, root));
    }
  }
}

// The bytes that docs/submission.md shows.
TEST(ManifestTest, ALeafHasTheDocumentedBytes) {
  EXPECT_EQ(hex(leaf_bytes(leaf(1))),
            "5143445253554231"
            "000000000000000000000001"
            "07e6"
            "01"
            "04"
            "6d697073"
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  EXPECT_EQ(hex_of(merkle_leaf(leaf_bytes(leaf(1)))),
            "52202dae083d09ef81d9f573ea0d76fa1cde748ccbb8312b13cf049db2b6e822");
  EXPECT_EQ(BatchTree::make({leaf(1), leaf(2)}).value().root_hex(),
            "8cbba83700a4cea73611efaec7f4b8077dbb7dac79dbea2c78c5f318f84597f7");
}

TEST(ManifestTest, TheRootDoesNotDependOnTheOrder) {
  const auto forward = BatchTree::make({leaf(1), leaf(2), leaf(3)});
  const auto backward = BatchTree::make({leaf(3), leaf(2), leaf(1)});
  ASSERT_TRUE(forward.is_ok() && backward.is_ok());
  EXPECT_EQ(forward.value().root(), backward.value().root());
  EXPECT_EQ(forward.value().root_hex(), hex_of(forward.value().root()));
}

TEST(ManifestTest, AnythingThatChangesChangesTheRoot) {
  const Hash256 root = BatchTree::make({leaf(1), leaf(2)}).value().root();
  const auto other = [&](ManifestLeaf changed) {
    return BatchTree::make({leaf(1), std::move(changed)}).value().root() != root;
  };
  EXPECT_FALSE(other(leaf(2)));
  EXPECT_TRUE(other(leaf(3)));
  EXPECT_TRUE(other(leaf(2, "{ }")));
  ManifestLeaf changed = leaf(2);
  changed.category = SetCategory::kActivities;
  EXPECT_TRUE(other(changed));
  changed = leaf(2);
  changed.program = "app1";
  EXPECT_TRUE(other(changed));
  changed = leaf(2);
  changed.year = PerformanceYear(2023);
  EXPECT_TRUE(other(changed));
  EXPECT_NE(BatchTree::make({leaf(1)}).value().root(), root);
}

TEST(ManifestTest, ALeafIsProven) {
  const BatchTree tree = BatchTree::make({leaf(1), leaf(2), leaf(3), leaf(4), leaf(5)}).value();
  const Result<InclusionProof> proof = tree.proof_of(leaf(4));
  ASSERT_TRUE(proof.is_ok());
  EXPECT_TRUE(is_included(leaf(4), proof.value(), tree.root()));
  EXPECT_FALSE(is_included(leaf(3), proof.value(), tree.root()));
  EXPECT_FALSE(is_included(leaf(4, "{ }"), proof.value(), tree.root()));
  EXPECT_FALSE(is_included(leaf(4), proof.value(), BatchTree::make({leaf(4)}).value().root()));
  EXPECT_FALSE(tree.proof_of(leaf(6)).is_ok());
}

TEST(ManifestTest, ALeafStandsOnce) {
  EXPECT_EQ(BatchTree::make({leaf(1), leaf(1)}).status().code(), ErrorCode::kAlreadyExists);
  ManifestLeaf nameless = leaf(1);
  nameless.program.clear();
  EXPECT_FALSE(BatchTree::make({nameless}).is_ok());
}

TEST(ManifestTest, IsOneLineOfJson) {
  MeasurementSet set;
  set.year = PerformanceYear(2022);
  set.measurements.push_back({"IA_BE_6", BooleanValue{true}});
  set.category = SetCategory::kActivities;
  Manifest manifest;
  manifest.entity = entity(1);
  manifest.year = set.year;
  manifest.cut_off = Instant::parse("2023-02-15T23:59:59-06:00").value();
  manifest.gates.push_back({"officerConsent", "cons-0042"});
  ManifestSource source;
  source.record_id = "rec-1";
  source.topic = "qcdr.internal.registry-records.v1";
  source.partition = 3;
  source.offset = Offset(1042);
  manifest.sources.push_back(source);
  manifest.included.push_back(manifest_set(set, "{}"));
  Excluded excluded;
  excluded.category = SetCategory::kInteroperability;
  excluded.reason = Exclusion::kCancelsReweighting;
  excluded.points = Decimal::parse("-3.25").value();
  manifest.excluded.push_back(excluded);
  excluded = Excluded();
  excluded.block = ledger::BlockReason::kOptOut;
  manifest.excluded.push_back(excluded);
  EXPECT_EQ(
      manifest_json(manifest),
      "{\"artefact\":\"submissionManifest\",\"performanceYear\":2022,"
      "\"entityId\":\"000000000000000000000001\",\"entityType\":\"group\","
      "\"cutOff\":\"2023-02-16T05:59:59.000Z\",\"rulebookDigest\":\"" +
          std::string(64, '0') +
          "\",\"gates\":[{\"name\":\"officerConsent\",\"recordId\":\"cons-0042\"}],"
          "\"sources\":[{\"recordId\":\"rec-1\",\"topic\":\"qcdr.internal.registry-records.v1\","
          "\"partition\":3,\"offset\":1042}],\"included\":[{\"category\":\"ia\","
          "\"submissionMethod\":\"registry\",\"programName\":\"mips\",\"measurements\":1,"
          "\"payloadSha256\":"
          "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"}],"
          "\"excluded\":[{\"category\":\"pi\",\"reason\":\"cancelsReweighting\","
          "\"points\":-3.25},{\"category\":\"quality\",\"reason\":\"withheld\","
          "\"block\":\"optOut\"}]}");
}

}  // namespace
}  // namespace qcdr::submission

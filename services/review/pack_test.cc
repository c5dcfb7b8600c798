// A folder proves itself: every changed byte, missing and added file is noticed. And facts as JSON
// for one person hold nothing of others.
#include "review/pack.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "qcdr/v1/attestations.pb.h"
#include "qcdr/v1/records.pb.h"
#include "review/record_json.h"
#include "stream/temporary_directory.h"

namespace qcdr::review {
namespace {

Pack a_pack() {
  Pack pack;
  pack.add("README.txt", "about\n");
  pack.add("2022/1234/records/roster.ndjson", "{}\n");
  pack.add("empty.json", "");
  return pack;
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Folder : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(pack_.write(place_).is_ok()); }
  std::vector<std::string> faults(const std::string& root = "") {
    return check_pack(place_, root).value().faults;
  }
  stream::TemporaryDirectory directory_;
  std::string place_ = directory_.path() + "/pack";
  Pack pack_ = a_pack();
};

TEST_F(Folder, IsWholeAsItWasWritten) {
  const PackCheck check = check_pack(place_, pack_.root()).value();
  EXPECT_TRUE(check.whole());
  EXPECT_EQ(check.files, 3u);
  EXPECT_EQ(check.root, pack_.root());
  EXPECT_EQ(std::filesystem::status(place_).permissions(), std::filesystem::perms::owner_all);
  EXPECT_EQ(pack_.write(place_).code(), ErrorCode::kAlreadyExists);
}

TEST_F(Folder, EveryChangedByteIsNoticed) {
  for (const char* name :
       {"README.txt", "2022/1234/records/roster.ndjson", kManifestName, kSumsName}) {
    const std::string path = place_ + "/" + name;
    const std::string before = read(path);
    for (std::size_t i = 0; i < before.size(); ++i) {
      std::string changed = before;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      write(path, changed);
      EXPECT_FALSE(faults(pack_.root()).empty()) << name << " " << i;
    }
    write(path, before);
    EXPECT_TRUE(faults(pack_.root()).empty());
  }
}

TEST_F(Folder, MissingAndAddedFilesAreNamed) {
  std::filesystem::remove(place_ + "/empty.json");
  write(place_ + "/more.txt", "x");
  EXPECT_EQ(faults(), (std::vector<std::string>{"empty.json: missing", "more.txt: not listed"}));
}

TEST_F(Folder, MadeAnewHasAnotherRoot) {
  std::filesystem::remove_all(place_);
  Pack other = a_pack();
  other.add("z.txt", "z");
  ASSERT_TRUE(other.write(place_).is_ok());
  EXPECT_TRUE(faults().empty());
  EXPECT_EQ(faults(pack_.root()), std::vector<std::string>{"the root is another one"});
}

TEST(Sums, StayBelowTheFolder) {
  const std::string sum(64, 'a');
  EXPECT_EQ(parse_sums(sum + "  a/b.txt\n").value().front().name, "a/b.txt");
  EXPECT_TRUE(parse_sums("").value().empty());
  for (const std::string& name :
       {std::string("/etc/passwd"), std::string("../x"), std::string("a/../b"), std::string("a//b"),
        std::string("a b"), std::string(201, 'x'), std::string()}) {
    EXPECT_FALSE(parse_sums(sum + "  " + name + "\n").is_ok()) << name;
  }
  EXPECT_FALSE(parse_sums(sum + "  a").is_ok());                     // no line end
  EXPECT_FALSE(parse_sums(sum + "  b\n" + sum + "  a\n").is_ok());   // order
  EXPECT_FALSE(parse_sums(std::string(64, 'A') + "  a\n").is_ok());  // not hex
  EXPECT_EQ(check_pack("/nonexistent-folder", "").status().code(), ErrorCode::kNotFound);
}

TEST(RecordJson, HasNothingOfOthers) {
  v1::AnesthesiaCase fact;
  fact.set_service_date(19'000);
  fact.set_case_token(std::string(12, '\x01'));
  for (const std::uint64_t npi : {2000010019ULL, 2000020000ULL, 2000030009ULL}) {
    v1::CaseStaff* staff = fact.add_staff();
    staff->set_tin(1);
    staff->set_npi(npi);
  }
  RecordReader reader;
  reader.npi = Npi::from_trusted(2000010019ULL);
  reader.tin_of = [](std::uint32_t) { return "*****6789"; };
  EXPECT_EQ(record_json(fact, reader),
            "{\"caseToken\": \"010101010101010101010101\", \"serviceDate\": \"2022-01-08\", "
            "\"staff\": [{\"tin\": \"*****6789\", \"npi\": \"2000010019\"}, {\"others\": 2}]}");
  EXPECT_TRUE(names_npi(fact, reader.npi));
  EXPECT_FALSE(names_npi(fact, Npi::from_trusted(2000040008ULL)));

  v1::ActivityAttestation activity;
  activity.add_performing_npis(2000020000ULL);
  activity.add_performing_npis(2000010019ULL);
  EXPECT_EQ(record_json(activity, reader),
            "{\"performingNpis\": [\"2000010019\", {\"others\": 1}]}");
}

TEST(RecordJson, InstantsDatesAndHashesAreReadable) {
  v1::IndividualConsent fact;
  fact.set_action(v1::CONSENT_ACTION_GRANT);
  fact.set_signer_name("Ann \"A\" Abbott");
  fact.set_signed_at(0);
  fact.set_document_sha256(std::string("\xab\xcd", 2));
  fact.set_expires_on(19'000);
  RecordReader reader;
  reader.tin_of = [](std::uint32_t) { return ""; };
  const std::string json = record_json(fact, reader);
  EXPECT_NE(json.find("\"signerName\": \"Ann \\\"A\\\" Abbott\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"documentSha256\": \"abcd\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"expiresOn\": \"2022-01-08\""), std::string::npos) << json;
}

}  // namespace
}  // namespace qcdr::review

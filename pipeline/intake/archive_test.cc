// Archives: the same rows as the files inside, whatever the cut, and limits.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/testing_collector.h"
#include "intake/unpacker.h"

namespace qcdr::intake {
namespace {

std::string sample(const std::string& name) {
  std::ifstream stream("tests/data/intake/" + name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

struct Outcome {
  bool accepted = false;
  std::string rows;
  std::string findings;
  bool operator==(const Outcome&) const = default;
};

Outcome parse(const std::string& bytes, std::size_t piece) {
  Outcome outcome;
  v1::Verdict why;
  const Result<Identified> identified = identify(bytes, &why);
  if (!identified.is_ok()) {
    outcome.findings = render(why);
    return outcome;
  }
  TestingCollector got;
  outcome.accepted = testing_parse(identified.value().kind, identified.value().format, bytes, piece,
                                   testing_options(), got)
                         .is_ok();
  for (const v1::Row& row : got.rows) outcome.rows += row.DebugString();
  for (const v1::Verdict& verdict : got.file) outcome.findings += render(verdict);
  return outcome;
}

TEST(Archives, GiveTheRowsOfTheFileInside) {
  const Outcome plain = parse(sample("good.xml"), 1 << 20);
  ASSERT_TRUE(plain.accepted);
  for (const std::size_t piece : {1U, 13U, 1U << 20}) {
    EXPECT_EQ(parse(sample("nacor.zip"), piece), plain);
  }
  const Outcome roster = parse(sample("roster.zip"), 1 << 20);
  ASSERT_TRUE(roster.accepted);
  for (const char* other :
       {"roster-stored.zip", "roster-folder.zip", "roster.csv.gz", "roster-two-members.csv.gz"}) {
    for (const std::size_t piece : {1U, 13U, 1U << 20}) {
      EXPECT_EQ(parse(sample(other), piece), roster) << other;
    }
  }
}

TEST(Archives, NumberTheRowsOfSeveralFilesThrough) {
  const Outcome outcome = parse(sample("roster-two-files.zip"), 1 << 20);
  ASSERT_TRUE(outcome.accepted) << outcome.findings;
  EXPECT_NE(outcome.rows.find("ordinal: 1"), std::string::npos);
  EXPECT_NE(outcome.rows.find("file 2: npi"), std::string::npos) << outcome.rows;
}

// Every beginning of an archive is refused, with words and without a crash.
TEST(Archives, HalfAnUploadIsRefused) {
  for (const char* name : {"roster.zip", "roster.csv.gz", "roster-two-files.zip"}) {
    const std::string whole = sample(name);
    for (std::size_t length = 4; length < whole.size(); ++length) {
      const Outcome outcome = parse(whole.substr(0, length), 1 << 20);
      EXPECT_FALSE(outcome.accepted) << name << " " << length;
      EXPECT_FALSE(outcome.findings.empty()) << name << " " << length;
    }
  }
}

// A changed byte is found, or it changes nothing that is read.
TEST(Archives, ChangedBytesAreFound) {
  const std::string whole = sample("roster.zip");
  const Outcome right = parse(whole, 1 << 20);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    const Outcome outcome = parse(changed, 1 << 20);
    EXPECT_TRUE(!outcome.accepted || outcome.rows == right.rows) << i;
  }
}

class Counting final : public UnpackHandler {
 public:
  Status file_begin(std::size_t) override { return Status::ok(); }
  Status file_data(std::string_view bytes) override {
    count += bytes.size();
    return Status::ok();
  }
  Status file_end() override { return Status::ok(); }
  std::uint64_t count = 0;
};

TEST(Archives, BombsStopEarly) {
  for (const char* name : {"bomb.zip", "bomb.csv.gz"}) {
    const std::string bytes = sample(name);
    Counting counting;
    const auto unpacker = make_unpacker(archive_type(bytes), counting, std::uint64_t{1} << 40);
    EXPECT_FALSE(unpacker->feed(bytes).is_ok());
    ASSERT_TRUE(unpacker->failure().has_value());
    EXPECT_EQ(unpacker->failure()->code(), code_number(FindingCode::ARCHIVE_TOO_DENSE));
    EXPECT_LE(counting.count, kRatioFreeBytes + kUnpackSliceBytes);

    Counting few;
    const auto limited = make_unpacker(archive_type(bytes), few, 100'000);
    EXPECT_FALSE(limited->feed(bytes).is_ok());
    EXPECT_EQ(limited->failure()->code(), code_number(FindingCode::FILE_TOO_LARGE));
    EXPECT_LE(few.count, 100'000U);
  }
}

}  // namespace
}  // namespace qcdr::intake

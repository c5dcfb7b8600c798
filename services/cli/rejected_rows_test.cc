// Rows that are handed back to be corrected and sent again.
#include "cli/rejected_rows.h"

#include <gtest/gtest.h>

#include "core/finding_codes.h"
#include "core/key_ring.h"

namespace qcdr {
namespace {

constexpr std::uint32_t kRowRefused = code_number(FindingCode::RECEIVED_LATE_REJECTED);

class Keys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override { return DataKey(); }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string&) override {
    return DataKey();
  }
  Nonce96 fresh_nonce() override { return {}; }

 private:
  Key256 key_{};
};

class RejectedRowsTest : public ::testing::Test {
 protected:
  // A row that could not be read, or one that could.
  void row(RejectedRows* rejected, const std::vector<std::string>& columns,
           std::vector<std::string> cells, bool readable = false) {
    rejected->source({columns, std::move(cells)});
    v1::Row row;
    row.set_ordinal(next_++);
    if (readable) {
      row.mutable_billed_cases();
    } else {
      row.add_verdicts()->set_code(kRowRefused);
    }
    ASSERT_TRUE(rejected->row(std::move(row), tins_).is_ok());
  }

  Keys keys_;
  intake::TinTable tins_{keys_};
  std::uint32_t next_ = 0;
};

std::vector<std::string> lines_of(const std::string& csv) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end = csv.find("\r\n"); end != std::string::npos;
       from = end + 2, end = csv.find("\r\n", from)) {
    lines.push_back(csv.substr(from, end - from));
  }
  return lines;
}

bool ends_with(const std::string& text, std::string_view end) {
  return std::string_view(text).ends_with(end);
}

TEST_F(RejectedRowsTest, OnlyThoseThatWereNotUsed) {
  RejectedRows rejected(v1::RECORD_KIND_BILLED_CASES);
  row(&rejected, {"tin", "month"}, {"A", "1"});
  row(&rejected, {"tin", "month"}, {"A", "2"}, true);
  const auto lines = lines_of(rejected.csv());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "qcdr_code,qcdr_message,qcdr_hint,tin,month");
  EXPECT_TRUE(ends_with(lines[1], ",A,1")) << lines[1];
}

// The second file of an archive has a column more, in another order, and a row with too many
// fields.
TEST_F(RejectedRowsTest, FurtherColumnsOfLaterFilesAreKept) {
  RejectedRows rejected(v1::RECORD_KIND_BILLED_CASES);
  row(&rejected, {"tin", "month"}, {"A", "1"});
  row(&rejected, {"tin", "month"}, {"A", "2", "too much"});
  row(&rejected, {"source", "month", "tin"}, {"billing", "3", "B"});
  const auto lines = lines_of(rejected.csv());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_TRUE(ends_with(lines[0], ",tin,month,source"));
  EXPECT_TRUE(ends_with(lines[1], ",A,1,"));
  EXPECT_TRUE(ends_with(lines[2], ",A,2,,too much"));
  EXPECT_TRUE(ends_with(lines[3], ",B,3,billing"));
}

TEST_F(RejectedRowsTest, PagesFollowEachOtherWithoutAGap) {
  constexpr std::size_t kRows = kRejectedRowsMax + 3;
  const auto page_from = [&](std::size_t first) {
    RejectedRows rejected(v1::RECORD_KIND_BILLED_CASES, first);
    next_ = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
      row(&rejected, {"n"}, {std::to_string(i)});
    }
    return rejected;
  };
  const RejectedRows whole = page_from(0);
  EXPECT_EQ(whole.rows(), kRejectedRowsMax);
  EXPECT_EQ(whole.left(), 3u);
  EXPECT_TRUE(ends_with(lines_of(whole.csv()).back(), "," + std::to_string(kRejectedRowsMax - 1)));
  const RejectedRows next = page_from(kRejectedRowsMax);
  EXPECT_EQ(next.rows(), 3u);
  EXPECT_EQ(next.left(), 0u);
  EXPECT_TRUE(ends_with(lines_of(next.csv())[1], "," + std::to_string(kRejectedRowsMax)));
  EXPECT_EQ(page_from(kRows + 5).rows(), 0u);
  EXPECT_EQ(rows_left_text({{}, 0, whole.rows(), whole.left()}),
            "3 more rows were not used: ask for them from row 100000 on");
  EXPECT_EQ(rows_left_text({{}, 100'000, 3, 0}), "");
}

// Refuses rows with an odd ordinal.
class OddJudge final : public RowJudge {
 public:
  Status judge(std::uint32_t first_ordinal, v1::ChunkRows rows, const Tell& tell) override {
    for (int i = 0; i < rows.rows_size(); ++i) {
      asked += 1;
      const std::uint32_t ordinal = first_ordinal + static_cast<std::uint32_t>(i);
      if (ordinal % 2 == 1) tell(ordinal, kRowRefused, {"a date"});
    }
    return Status::ok();
  }
  std::uint32_t asked = 0;
};

TEST_F(RejectedRowsTest, WhatIsNotPublishedIsJudgedAgain) {
  RejectedRows rejected(v1::RECORD_KIND_BILLED_CASES);
  v1::Finding published;
  published.set_ordinal(2);
  published.set_code(kRowRefused);
  rejected.add(published);
  OddJudge judge;
  // Rows before the last published one are known: row 1 was used, whatever the judge says now.
  rejected.judge_from(2, &judge);
  constexpr std::uint32_t kRows = 600;  // several chunks
  for (std::uint32_t i = 0; i < kRows; ++i) {
    row(&rejected, {"n"}, {std::to_string(i)}, true);
  }
  ASSERT_TRUE(rejected.finish().is_ok());
  EXPECT_EQ(judge.asked, kRows);
  const auto lines = lines_of(rejected.csv());
  ASSERT_EQ(lines.size(), 1 + 1 + (kRows - 2) / 2);
  EXPECT_TRUE(ends_with(lines[1], ",2"));
  EXPECT_TRUE(ends_with(lines[2], ",3"));
  EXPECT_TRUE(ends_with(lines.back(), ",599"));
}

}  // namespace
}  // namespace qcdr

#include "rulebook/table.h"

#include <gtest/gtest.h>

#include <array>

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::string_view, 3> kColumns = {"a", "b", "c"};

TEST(Table, ReadsWhatItWrites) {
  const std::array<std::string, 3> cells = {"plain", "with, comma and \"quote\"", ""};
  const std::string text = "# source\na,b,c\n" + table_line(std::span<const std::string>(cells));
  const auto rows = parse_table("t.csv", text, kColumns);
  ASSERT_TRUE(rows.is_ok()) << rows.status().to_string();
  ASSERT_EQ(rows.value().size(), 1u);
  EXPECT_EQ(rows.value()[0].line, 3);
  EXPECT_EQ(rows.value()[0].cells, std::vector<std::string>(cells.begin(), cells.end()));
}

TEST(Table, WritesControlCharactersAsSpaces) {
  const std::array<std::string, 3> cells = {"two\nlines", "\t", "a\r"};
  EXPECT_EQ(table_line(std::span<const std::string>(cells)), "two lines, ,a \n");
}

TEST(Table, ListsStandInOneCell) {
  const std::vector<std::string> items = {"one", "two words", "<=3"};
  EXPECT_EQ(join_list(items), "one; two words; <=3");
  EXPECT_EQ(split_list(join_list(items)), items);
  EXPECT_TRUE(split_list("").empty());
}

TEST(Table, RefusesWithTheLine) {
  const auto message = [](std::string_view text) {
    return parse_table("t.csv", text, kColumns).status().message();
  };
  EXPECT_EQ(message("a,b\n"), "t.csv:1: the column names are not those of this table");
  EXPECT_EQ(message("# x\na,b,c\n1,2\n"), "t.csv:3: 2 cells instead of 3");
  EXPECT_EQ(message("a,b,c\n1,2,3\n1,\"2,3\n"), "t.csv:3: misplaced quote");
  EXPECT_EQ(message("a,b,c\n1,2\"2,3\n"), "t.csv:2: misplaced quote");
  EXPECT_EQ(message("a,b,c\n1,\"2\"2,3\n"), "t.csv:2: misplaced quote");
  EXPECT_EQ(message("a,b,c\n\n"), "t.csv:2: 1 cells instead of 3");
  EXPECT_EQ(message("a,b,c\n1,2,3\r\n"), "t.csv:2: a control character");
  EXPECT_EQ(message("# only a comment\n"), "t.csv:1: no line of column names");
  EXPECT_EQ(message(""), "t.csv:1: no line of column names");
}

TEST(Table, HasLimits) {
  std::string many = "a,b,c\n";
  for (int i = 0; i < 20'001; ++i) many += "1,2,3\n";
  EXPECT_EQ(parse_table("t.csv", many, kColumns).status().code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(parse_table("t.csv", std::string(5'000'000, 'x'), kColumns).status().code(),
            ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace qcdr::rulebook

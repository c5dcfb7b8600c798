#include "registry/csv_text.h"

namespace qcdr::registry {
namespace {

TEST(CsvTextTest, QuotesWhatMustBeQuoted) {
  EXPECT_EQ(csv_line({"a", "b,c", "say \"so\"", "two\nlines"}),
            "a,\"b,c\",\"say \"\"so\"\"\",\"two\nlines\"\r\n");
}

// A name like =cmd would be computed by a spreadsheet.
TEST(CsvTextTest, NoCellIsAFormula) {
  EXPECT_EQ(csv_line({"=1+1", "+1", "-1", "@x", "a=1"}), "'=1+1,'+1,'-1,'@x,a=1\r\n");
}

TEST(CsvTextTest, ReadsBackByColumn) {
  const auto read = read_csv(csv_line({"a", "b"}) + csv_line({"1", "x, y"}), {"b"});
  ASSERT_TRUE(read.is_ok());
  ASSERT_EQ(read.value().size(), 1U);
  EXPECT_EQ(read.value()[0].at("b"), "x, y");
  EXPECT_EQ(read.value()[0].at("c"), "");
  EXPECT_EQ(read.value()[0].line, 2U);
}

TEST(CsvTextTest, SaysWhereAFileIsWrong) {
  const std::vector<std::pair<const char*, const char*>> faults = {
      {"", "no columns"},
      {"a\r\n1\r\n", "no column b"},
      {"a,b\r\n1\r\n", "line 2"},
      {"a,b\r\n1,\"2\r\n", "never closed"}};
  for (const auto& [text, words] : faults) {
    const auto read = read_csv(text, {"b"});
    ASSERT_FALSE(read.is_ok()) << text;
    EXPECT_NE(read.status().message().find(words), std::string::npos) << read.status().message();
  }
}

}  // namespace
}  // namespace qcdr::registry

#include "rulebook/document.h"

#include <gtest/gtest.h>

namespace qcdr::rulebook {
namespace {

TEST(Document, ReadsMapsListsAndWordsWithTheirLines) {
  const Result<DocumentNode> parsed = parse_document("a.yaml",
                                                     "# comment\n"
                                                     "name: \"424\"\n"
                                                     "list:\n"
                                                     "  - one\n"
                                                     "  - {deep: [1, 2]}\n"
                                                     "empty:\n");
  ASSERT_TRUE(parsed.is_ok()) << parsed.status().to_string();
  const DocumentNode& root = parsed.value();
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[0].key, "name");
  EXPECT_EQ(root.entries[0].line, 2);
  EXPECT_EQ(root.entries[0].value.scalar, "424");
  const DocumentNode& list = root.entries[1].value;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].scalar, "one");
  EXPECT_EQ(list.items[0].line, 4);
  EXPECT_EQ(list.items[1].entries[0].value.items[1].scalar, "2");
  EXPECT_EQ(root.entries[2].value.kind, DocumentNode::Kind::kScalar);
  EXPECT_EQ(root.entries[2].value.scalar, "");
}

void expect_refused(std::string_view text, std::string_view message) {
  const Result<DocumentNode> parsed = parse_document("a.yaml", text);
  ASSERT_FALSE(parsed.is_ok()) << text;
  EXPECT_NE(parsed.status().message().find(message), std::string::npos)
      << parsed.status().message();
}

TEST(Document, RefusesWhatTheRulebookDoesNotNeed) {
  expect_refused("a: 1\nb: 2\na: 3\n", "a.yaml:3: key \"a\" stands here a second time");
  expect_refused("a: &x 1\nb: 2\n", "a.yaml:1: an anchor is not allowed");
  expect_refused("a: 1\nb: *x\n", "a.yaml:2:");
  expect_refused("? [a]\n: 1\n", "a key must be one word");
  expect_refused("a: 1\n---\nb: 1\n", "more than one document");
  expect_refused("", "the file is empty");
  expect_refused("a: [1\n", "a.yaml:");
  expect_refused("a: b: c\n", "a.yaml:1:");
  expect_refused("a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}\n", "nested too deeply");
}

TEST(Document, HasLimits) {
  EXPECT_EQ(parse_document("a.yaml", std::string(300'000, ' ')).status().code(),
            ErrorCode::kLimitExceeded);
  std::string many = "a: [0";
  for (int i = 0; i < 25'000; ++i) many += ",1";
  EXPECT_EQ(parse_document("a.yaml", many + "]").status().code(), ErrorCode::kLimitExceeded);
  EXPECT_FALSE(parse_document("a.yaml", std::string(100'000, '[')).is_ok());
}

}  // namespace
}  // namespace qcdr::rulebook

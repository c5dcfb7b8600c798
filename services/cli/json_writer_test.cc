#include "cli/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace qcdr {
namespace {

TEST(JsonWriter, WritesWhatAReaderReads) {
  JsonWriter json;
  json.begin_object();
  json.field("text", "a \"quoted\" \\ line\nand a tab\t");
  json.field("number", std::int64_t{-12});
  json.flag("yes", true);
  json.key("nothing");
  json.null();
  json.key("list");
  json.begin_array();
  json.number(1);
  json.text("two");
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.end_array();
  json.end_object();
  const std::string text = json.take();
  EXPECT_EQ(text.back(), '\n');
  const auto read = nlohmann::json::parse(text, nullptr, false);
  ASSERT_FALSE(read.is_discarded()) << text;
  EXPECT_EQ(read["text"], "a \"quoted\" \\ line\nand a tab\t");
  EXPECT_EQ(read["number"], -12);
  EXPECT_EQ(read["yes"], true);
  EXPECT_TRUE(read["nothing"].is_null());
  EXPECT_EQ(read["list"].size(), 4U);
}

TEST(JsonWriter, KeepsTheOrderOfKeys) {
  JsonWriter json;
  json.begin_object();
  json.field("b", "1");
  json.field("a", "2");
  json.end_object();
  EXPECT_EQ(json.take(), "{\n  \"b\": \"1\",\n  \"a\": \"2\"\n}\n");
}

}  // namespace
}  // namespace qcdr

#include "scoring/json_document.h"

#include <gtest/gtest.h>

namespace qcdr::scoring {
namespace {

std::string number_of(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed.is_ok()) return parsed.status().message();
  const auto number = JsonCursor(parsed.value(), "")
                          .number(Decimal::from_integer(-1000), Decimal::from_integer(900'000));
  return number.is_ok() ? number.value().to_string() : number.status().message();
}

TEST(JsonDocument, NumbersStayExact) {
  EXPECT_EQ(number_of("76.92"), "76.92");
  EXPECT_EQ(number_of("0.1"), "0.1");
  EXPECT_EQ(number_of("120"), "120");
  EXPECT_EQ(number_of("-5"), "-5");
  EXPECT_EQ(number_of("1.5e2"), "150");
  EXPECT_EQ(number_of("15E-1"), "1.5");
  EXPECT_EQ(number_of("1e-3"), "0.001");
  EXPECT_EQ(number_of("0"), "0");
}

// Digits beyond the tenth come from other programs' floating point.
TEST(JsonDocument, RoundsWhatIsFinerThanADecimal) {
  EXPECT_EQ(number_of("18.945999999999998"), "18.946");
  EXPECT_EQ(number_of("0.00000000005"), "0.0000000001");
  EXPECT_EQ(number_of("0.00000000004"), "0");
  EXPECT_EQ(number_of("-0.00000000005"), "-0.0000000001");
  EXPECT_EQ(number_of("9.99999999999"), "10");
}

TEST(JsonDocument, RefusesWhatIsNoNumberOrOutOfRange) {
  for (const char* text : {"\"5\"", "true", "null", "1e31", "1000000", "[1]"}) {
    EXPECT_EQ(number_of(text), "/: a number from -1000 to 900000 is expected") << text;
  }
}

TEST(JsonDocument, RefusesBrokenText) {
  EXPECT_EQ(parse_json("{\"a\": }").status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_json("").status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_json("{} {}").status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_json("\"\xff\"").status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_json("{\"a\":1,\"a\":2}").status().message(),
            "/: a key stands twice in one object");
}

TEST(JsonDocument, AFaultSaysWhatAndWhere) {
  const auto fault_of = [](std::string_view text) {
    JsonFault fault;
    EXPECT_FALSE(parse_json(text, &fault).is_ok()) << text;
    return fault;
  };
  JsonFault fault = fault_of("{\"a\": }");
  EXPECT_EQ(fault.kind, JsonFaultKind::kNotJson);
  EXPECT_EQ(fault.byte_offset, 6U);
  EXPECT_EQ(fault_of("{\"a\": 1").byte_offset, 7U);  // it ends too early
  fault = fault_of(R"({"list":[1,{"a":{},"a":2}]})");
  EXPECT_EQ(fault.kind, JsonFaultKind::kKeyRepeated);
  EXPECT_EQ(fault.pointer, "/list/1");
  EXPECT_EQ(fault.byte_offset, 21U);
  // A key that is no word may be anything, an identifier as well.
  EXPECT_EQ(fault_of(R"({"000456789":{"b":{"a":1,"a":1}}})").pointer, "");
  EXPECT_EQ(fault_of(std::string(33, '[')).kind, JsonFaultKind::kTooDeep);
  EXPECT_EQ(fault_of(std::string(33, '[')).byte_offset, 32U);
  EXPECT_EQ(fault_of(std::string(kJsonBytesMax + 1, ' ')).kind, JsonFaultKind::kTooLarge);
}

TEST(JsonDocument, HasLimits) {
  EXPECT_EQ(parse_json(std::string(33, '[') + std::string(33, ']')).status().code(),
            ErrorCode::kLimitExceeded);
  EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')).is_ok());
  EXPECT_EQ(parse_json(std::string(kJsonBytesMax + 1, ' ')).status().code(),
            ErrorCode::kLimitExceeded);
  std::string many = "[0";
  for (int i = 0; i < 200'000; ++i) many += ",0";
  EXPECT_EQ(parse_json(many + "]").status().code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(number_of("1." + std::string(70, '1')), "/: a number from -1000 to 900000 is expected");
}

TEST(JsonDocument, PointersNameWhereAValueStands) {
  const auto parsed = parse_json("{\"a/b\":[{\"c~d\":true}]}");
  ASSERT_TRUE(parsed.is_ok());
  const auto list = JsonCursor(parsed.value(), "").member("a/b");
  ASSERT_TRUE(list.has_value());
  const auto inner = list->item(0).member("c~d");
  ASSERT_TRUE(inner.has_value());
  EXPECT_EQ(inner->pointer(), "/a~1b/0/c~0d");
  EXPECT_EQ(inner->whole(0, 5).status().message(),
            "/a~1b/0/c~0d: a whole number from 0 to 5 is expected");
  EXPECT_TRUE(inner->boolean().value());
}

}  // namespace
}  // namespace qcdr::scoring

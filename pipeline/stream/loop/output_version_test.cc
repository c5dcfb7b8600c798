#include "stream/loop/output_version.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

TEST(OutputVersionTest, TextAndBack) {
  const OutputVersion version{Generation(2), Offset(1234567890123), 7};
  EXPECT_EQ(to_string(version), "2.1234567890123.7");
  EXPECT_EQ(parse_output_version("2.1234567890123.7").value(), version);
  EXPECT_EQ(output_id("qcdr.internal.registry-records.v1", Partition(3), version),
            "2/qcdr.internal.registry-records.v1/3/1234567890123/7");
}

TEST(OutputVersionTest, RefusesAnythingElse) {
  for (const char* text : {"", "1", "1.2", "1.2.", "1.2.3.", "1.2.3.4", "1.-2.3", "a.2.3", "1,2,3",
                           "1.2.3 ", " 1.2.3", "+1.2.3", "1..3", "4294967296.0.0"}) {
    EXPECT_FALSE(parse_output_version(text).is_ok()) << text;
  }
}

TEST(OutputVersionTest, GenerationBeatsOffset) {
  EXPECT_GT(parse_output_version("2.0.0").value(), parse_output_version("1.99.5").value());
  EXPECT_GT(parse_output_version("1.10.0").value(), parse_output_version("1.9.9").value());
}

}  // namespace
}  // namespace qcdr::stream

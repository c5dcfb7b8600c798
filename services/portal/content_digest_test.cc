#include "portal/content_digest.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

// RFC 9530, appendix B.1: {"hello": "world"} and a line feed.
constexpr const char* kOfTheRfc = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

TEST(ContentDigestTest, ReadsTheExampleOfTheRfc) {
  const auto digest = read_content_digest(kOfTheRfc);
  ASSERT_TRUE(digest.is_ok()) << digest.status().to_string();
  ASSERT_TRUE(digest.value());
  EXPECT_EQ(*digest.value(), sha256("{\"hello\": \"world\"}\n"));
}

TEST(ContentDigestTest, PassesOverOtherAlgorithmsBesideIt) {
  const std::string both = std::string("sha-512=:AAAA:, ") + kOfTheRfc;
  ASSERT_TRUE(read_content_digest(both).is_ok());
  EXPECT_TRUE(read_content_digest(both).value());
  EXPECT_FALSE(read_content_digest("").value());
  EXPECT_FALSE(read_content_digest("sha-512=:AAAA:").is_ok());
}

TEST(ContentDigestTest, AnythingElseIsAnError) {
  const std::string good = kOfTheRfc;
  for (const std::string& bad :
       {std::string("sha-256"), std::string("sha-256=RK/0"), std::string("sha-256=:RK/0:"),
        good.substr(0, good.size() - 1), good + ",", good + " x", "SHA-256" + good.substr(7),
        good + ",sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        std::string("sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=:"),
        std::string("sha-256=: :"), std::string(kDigestFieldBytesMax + 1, 'a')}) {
    EXPECT_FALSE(read_content_digest(bad).is_ok()) << bad;
  }
}

}  // namespace
}  // namespace qcdr

#include "portal/access_tokens.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/bytes.h"

namespace qcdr {
namespace {

const std::string kToken(40, 't');

std::string line(const char* practice, const std::string& token) {
  return std::string(practice) + " " + hex(view(sha256(token))) + "\n";
}

TEST(AccessTokensTest, ATokenSpeaksForItsPractice) {
  const auto tokens = AccessTokens::parse("# practice 1234\n\n" + line("1234", kToken) +
                                          line("4321", std::string(40, 'u')));
  ASSERT_TRUE(tokens.is_ok()) << tokens.status().to_string();
  EXPECT_EQ(tokens.value().size(), 2U);
  EXPECT_EQ(tokens.value().practice_of("Bearer " + kToken), PracticeId(1234));
  EXPECT_EQ(tokens.value().practice_of("bearer  " + kToken), PracticeId(1234));
  for (const std::string& wrong :
       {std::string(), kToken, "Basic " + kToken, std::string("Bearer "), "Bearer " + kToken + "x",
        std::string("Bearer ") + std::string(kTokenBytesMax + 1, 't')}) {
    EXPECT_FALSE(tokens.value().practice_of(wrong)) << wrong;
  }
}

// Who could choose a short token could be found by trying.
TEST(AccessTokensTest, AShortTokenIsNone) {
  const std::string brief(kTokenBytesMin - 1, 't');
  const auto tokens = AccessTokens::parse(line("1234", brief));
  ASSERT_TRUE(tokens.is_ok());
  EXPECT_FALSE(tokens.value().practice_of("Bearer " + brief));
}

TEST(AccessTokensTest, AMistakeIsToldByItsLineAndNothingOfIt) {
  for (const std::string& bad :
       {std::string("1234\n"), std::string("1234 secret\n"), std::string("x ") + line("", kToken),
        line("0", kToken), "\n" + line("1234", kToken) + line("1235", kToken)}) {
    const auto tokens = AccessTokens::parse(bad);
    ASSERT_FALSE(tokens.is_ok()) << bad;
    EXPECT_NE(tokens.status().message().find("line "), std::string::npos);
    EXPECT_EQ(tokens.status().message().find("secret"), std::string::npos);
  }
}

TEST(AccessTokensTest, AFileThatOthersMayWriteIsNotRead) {
  const std::string path = testing::TempDir() + "/access_tokens_test";
  std::ofstream(path) << line("1234", kToken);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_TRUE(AccessTokens::read(path).is_ok());
  ASSERT_EQ(::chmod(path.c_str(), 0660), 0);
  EXPECT_EQ(AccessTokens::read(path).status().code(), ErrorCode::kPermissionDenied);
  std::filesystem::remove(path);
  EXPECT_EQ(AccessTokens::read(path).status().code(), ErrorCode::kNotFound);
}

TEST(AccessTokensTest, ThereIsALimit) {
  std::string text;
  for (std::size_t i = 0; i <= kAccessTokensMax; ++i) {
    text += line("1234", kToken + std::to_string(i));
  }
  EXPECT_EQ(AccessTokens::parse(text).status().code(), ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace qcdr

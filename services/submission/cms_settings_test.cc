#include "submission/cms_settings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

class CmsSettingsTest : public ::testing::Test {
 protected:
  Result<CmsSettings> read(const std::string& text) {
    std::ofstream(directory_.path() + "/cms.yaml") << text;
    return read_cms_settings(directory_.path() + "/cms.yaml");
  }
  std::string refusal(const std::string& text) {
    const auto settings = read(text);
    return settings.is_ok() ? "taken" : settings.status().message();
  }
  stream::TemporaryDirectory directory_;
};

TEST_F(CmsSettingsTest, WhatIsBuiltInIsWhatCmsAllows) {
  const CmsSettings settings = built_in_cms_settings().value();
  EXPECT_EQ(settings.production, "https://qpp.cms.gov/api/submissions");
  EXPECT_EQ(settings.preview, "https://preview.qpp.cms.gov/api/submissions");
  EXPECT_EQ(settings.rate_limits().calls_per_second, 25);
  EXPECT_EQ(settings.rate_limits().burst_calls, 40);
  EXPECT_GT(settings.delivery_limits().retry.forbidden_pause_milliseconds, 600'000);
  EXPECT_GT(settings.settle_seconds, settings.call_seconds);
}

TEST_F(CmsSettingsTest, AFileSaysWhichAddressAndWhereTheTokenIs) {
  const CmsSettings settings =
      read("use: preview\ntoken_file: t\ncalls_per_second: 5\nproxy: http://p:1\n").value();
  EXPECT_EQ(settings.base_address(), settings.preview);
  EXPECT_EQ(settings.calls_per_second, 5);
  EXPECT_EQ(settings.burst_calls, 40);
  EXPECT_EQ(settings.proxy, "http://p:1");
  EXPECT_NE(refusal("token_file: t\n").find("use is production or preview"), std::string::npos);
  EXPECT_NE(refusal("use: both\ntoken_file: t\n").find("use is"), std::string::npos);
  EXPECT_NE(refusal("use: preview\n").find("token_file is missing"), std::string::npos);
}

TEST_F(CmsSettingsTest, MistakesAreNamedWithTheirLine) {
  EXPECT_NE(refusal("use: preview\nburst: 1\n").find("2: unknown key burst"), std::string::npos);
  EXPECT_NE(refusal("use: preview\nuse: preview\n").find("2: repeated key use"), std::string::npos);
  EXPECT_NE(refusal("calls_per_second: 0\n").find("1: calls_per_second is a number"),
            std::string::npos);
  EXPECT_NE(refusal("calls_per_second: many\n").find("is a number"), std::string::npos);
  EXPECT_NE(refusal("use: [preview]\n").find("takes one value"), std::string::npos);
  EXPECT_NE(refusal("- use\n").find("a map of keys"), std::string::npos);
  EXPECT_NE(refusal("use: preview\ntoken_file: t\nsettle_seconds: 60\n").find("above call_seconds"),
            std::string::npos);
  EXPECT_NE(refusal("use: preview\ntoken_file: t\ncalls_per_second: 5000\n").find("more calls"),
            std::string::npos);
  EXPECT_EQ(read_cms_settings(directory_.path() + "/none").status().code(), ErrorCode::kNotFound);
}

TEST_F(CmsSettingsTest, ATokenIsReadAnewAndNeverTold) {
  const std::string path = directory_.path() + "/token";
  CmsSettings settings;
  settings.token_file = path;
  const auto write = [&](const std::string& text) {
    std::ofstream(path) << text;
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  };
  write("first.token-1\n");
  EXPECT_EQ(read_cms_token(settings).value(), "first.token-1");
  write("second\n");
  EXPECT_EQ(read_cms_token(settings).value(), "second");
  write("has a blank\n");
  const auto refused = read_cms_token(settings);
  ASSERT_FALSE(refused.is_ok());
  EXPECT_EQ(refused.status().message().find("blank"), std::string::npos);
}

}  // namespace
}  // namespace qcdr

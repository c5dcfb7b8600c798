#include "telemetry/log_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace qcdr {
namespace {

template <class Body>
std::string said(LogFormat format, const Body& body) {
  set_log_format(format);
  testing::internal::CaptureStderr();
  body();
  return testing::internal::GetCapturedStderr();
}

TEST(LogLine, IsOneLineOfJsonWithTypedFields) {
  const std::string line = said(LogFormat::kJson, [] {
    LogLine(LogLevel::kError, "partition stopped")
        .stage("qcdr-scoring")
        .partition(Partition(3))
        .offset(Offset(17))
        .error(Status(ErrorCode::kCorruption, "it says \"no\"\nand\xff more"));
  });
  ASSERT_EQ(line.find('\n'), line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json.at("level"), "error");
  EXPECT_EQ(json.at("msg"), "partition stopped");
  EXPECT_EQ(json.at("stage"), "qcdr-scoring");
  EXPECT_EQ(json.at("partition"), 3);
  EXPECT_EQ(json.at("offset"), 17);
  EXPECT_EQ(json.at("error"), "it says \"no\" and? more");
  EXPECT_EQ(json.at("ts").get<std::string>().size(), 24U);
}

TEST(LogLine, IsForPeopleAsText) {
  EXPECT_EQ(said(LogFormat::kText,
                 [] {
                   LogLine(LogLevel::kWarning, "starting again")
                       .records(5)
                       .error(Status(ErrorCode::kAborted, "why"));
                 }),
            "qcdr: starting again records=5: " + std::string(error_code_name(ErrorCode::kAborted)) +
                ": why\n");
}

TEST(LogLine, TextOfOthersIsScrubbed) {
  for (const LogFormat format : {LogFormat::kJson, LogFormat::kText}) {
    const std::string line = said(format, [] {
      LogLine(LogLevel::kInfo, "received")
          .file("/inbox/000456789/roster-000456789.csv")
          .client("FAC 000456789", "npi 1234567893")
          .upload("000456789")
          .error(Status(ErrorCode::kIo, "tin 00-0456789"));
    });
    EXPECT_EQ(line.find("0456789"), std::string::npos) << line;
    EXPECT_EQ(line.find("1234567893"), std::string::npos) << line;
    EXPECT_NE(line.find("roster-[removed].csv"), std::string::npos) << line;
  }
}

TEST(LogLine, AnUploadIdIsNotScrubbed) {
  const std::string id = "0004567891234567890123456789abcd";
  EXPECT_NE(said(LogFormat::kJson, [&] { LogLine(LogLevel::kInfo, "upload").upload(id); }).find(id),
            std::string::npos);
}

TEST(LogLine, LinesAreCountedByLevel) {
  const std::uint64_t before = log_line_count(LogLevel::kWarning);
  said(LogFormat::kJson, [] { LogLine(LogLevel::kWarning, "something"); });
  EXPECT_EQ(log_line_count(LogLevel::kWarning), before + 1);
}

}  // namespace
}  // namespace qcdr

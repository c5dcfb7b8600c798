// Files that are taken once: what is known again, and what is not.
#include "cli/file_intake.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/file_source.h"
#include "core/bytes.h"
#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

constexpr std::string_view kHead =
    "practice_id,performance_year,tin,npi,action,signer_name,signed_at\n";

std::string consent(const std::string& practice, const std::string& action) {
  return std::string(kHead) + practice + ",2022,000654321,2000010068," + action + ",F,2022-12-01\n";
}

class FileIntakeTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.path() + "/" + name, std::ios::trunc) << text;
  }

  // Names of what was received of the folder, as a process that starts now takes it.
  std::string run() {
    received_.clear();
    FileIntake intake(known_, 1 << 20, true, {{}, [this](const auto& request, const auto& source) {
                                                return accept(request, source);
                                              }});
    const auto files = list_inbox({directory_.path(), registry_}).value();
    for (const InboxFile& file : files) {
      const auto outcome = intake.take(file, std::nullopt);
      EXPECT_TRUE(outcome.is_ok()) << outcome.status().to_string();
    }
    return received_;
  }

  Result<AcceptedUpload> accept(const UploadRequest& request, const ByteSource& source) {
    if (on_accept_) on_accept_();
    QCDR_ASSIGN_OR_RETURN(const FileContent content, read_content(source));
    received_ += request.name + " ";
    AcceptedUpload accepted;
    accepted.upload_id = make_upload_id(token_key_, content.identified, content.sha256,
                                        request.channel, request.name);
    return accepted;
  }

  stream::TemporaryDirectory directory_;
  std::string registry_;
  Key256 token_key_{};
  KnownUploads known_{token_key_};
  std::string received_;
  std::function<void()> on_accept_;
};

TEST_F(FileIntakeTest, TakesAFileOnce) {
  write("a.csv", consent("1234", "GRANT"));
  write("b.csv", consent("1234", "REVOKE"));
  EXPECT_EQ(run(), "a.csv b.csv ");
  EXPECT_EQ(run(), "");
}

TEST_F(FileIntakeTest, TakesTheSameBytesUnderAnotherName) {
  write("a.csv", consent("1234", "REVOKE"));
  EXPECT_EQ(run(), "a.csv ");
  write("b.csv", consent("1234", "REVOKE"));
  EXPECT_EQ(run(), "b.csv ");
  EXPECT_EQ(run(), "");
}

TEST_F(FileIntakeTest, TakesOtherBytesUnderTheSameName) {
  write("a.csv", consent("1234", "GRANT"));
  EXPECT_EQ(run(), "a.csv ");
  write("a.csv", consent("1234", "REVOKE"));
  EXPECT_EQ(run(), "a.csv ");
  write("a.csv", consent("1235", "REVOKE"));
  EXPECT_EQ(run(), "a.csv ");
  write("a.csv", consent("1234", "GRANT"));  // as it was at first
  EXPECT_EQ(run(), "");
}

TEST_F(FileIntakeTest, WhatAPracticeSentDoesNotStandInTheRegistrysWay) {
  const stream::TemporaryDirectory registry;
  write("a.csv", consent("1234", "GRANT"));
  EXPECT_EQ(run(), "a.csv ");
  registry_ = registry.path();
  std::filesystem::copy(directory_.path() + "/a.csv", registry_ + "/a.csv");
  EXPECT_EQ(run(), "a.csv ");
  EXPECT_EQ(run(), "");
}

TEST_F(FileIntakeTest, RefusesWithoutEndingTheRun) {
  write("a.csv", "not,one\nof,ours\n");
  write("b.csv", std::string(2 << 20, ' '));
  write("c.csv", consent("1234", "GRANT"));
  EXPECT_EQ(run(), "c.csv ");
}

// Nothing of a file is kept that somebody writes to while it is read.
TEST_F(FileIntakeTest, LeavesAFileThatIsWrittenToMeanwhile) {
  write("a.csv", consent("1234", "GRANT"));
  on_accept_ = [this] {
    std::ofstream(directory_.path() + "/a.csv", std::ios::app) << "1234,2022,";
  };
  EXPECT_EQ(run(), "");
  on_accept_ = nullptr;
  EXPECT_EQ(run(), "a.csv ");
}

TEST_F(FileIntakeTest, LeavesAFileThatWentAway) {
  write("a.csv", consent("1234", "GRANT"));
  FileIntake intake(known_, 1 << 20, true, {{}, [this](const auto& request, const auto& source) {
                                              return accept(request, source);
                                            }});
  const auto files = list_inbox({directory_.path(), ""}).value();
  std::filesystem::remove(directory_.path() + "/a.csv");
  EXPECT_EQ(intake.take(files.front(), std::nullopt).value(), FileOutcome::kNotYet);
}

TEST_F(FileIntakeTest, AFileThatAnybodyMayWriteIsNotTheRegistrys) {
  const stream::TemporaryDirectory registry;
  registry_ = registry.path();
  std::ofstream(registry_ + "/a.csv") << consent("1234", "GRANT");
  std::filesystem::permissions(registry_ + "/a.csv", std::filesystem::perms::owner_all |
                                                         std::filesystem::perms::others_write);
  EXPECT_EQ(run(), "");
}

TEST_F(FileIntakeTest, AnErrorBeforeAFileEndsTheCommand) {
  write("a.csv", consent("1234", "GRANT"));
  FileIntake intake(
      known_, 1 << 20, true,
      {[](const InboxFile&) {
         return Status(ErrorCode::kInvalidArgument, "the clock does not go back");
       },
       [this](const auto& request, const auto& source) { return accept(request, source); }});
  const auto files = list_inbox({directory_.path(), ""}).value();
  const auto outcome = intake.take(files.front(), std::nullopt);
  EXPECT_EQ(outcome.status().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(received_, "");
}

TEST_F(FileIntakeTest, ANamedFileThatIsNotThereIsAnError) {
  FileIntake intake(known_, 1 << 20, true, {});
  EXPECT_EQ(intake.take_named(directory_.path() + "/none").code(), ErrorCode::kNotFound);
  EXPECT_EQ(intake.take_named(directory_.path()).code(), ErrorCode::kInvalidArgument);
}

TEST_F(FileIntakeTest, ASourceEndsOnlyWhereAFileStandsStill) {
  write("a.csv", "12345");
  const std::string path = directory_.path() + "/a.csv";
  auto source = open_source(path).value();
  EXPECT_EQ(source(100).value(), "12345");
  EXPECT_EQ(source(100).value(), "");
  source = open_source(path).value();
  EXPECT_EQ(source(100).value(), "12345");
  std::filesystem::resize_file(path, 3);
  EXPECT_EQ(source(100).status().code(), ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace qcdr

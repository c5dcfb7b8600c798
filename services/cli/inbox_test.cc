// The watched inbox: what stands still is given, once, and in order.
#include "cli/inbox.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

class InboxWatchTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text, bool old) {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path, std::ios::app) << text;
    // Long ago, or so lately that it may still grow.
    const auto now = std::filesystem::file_time_type::clock::now();
    std::filesystem::last_write_time(
        path, old ? now - std::chrono::hours(1) : now + std::chrono::hours(++writes_));
  }
  std::string ready() {
    const auto files = watch_.ready();
    std::string names;
    for (const InboxFile& file : files.value()) {
      names += file.name + " ";
      watch_.done(file);
    }
    return names;
  }
  static void wait() { std::this_thread::sleep_for(2 * kQuiet); }

  static constexpr std::chrono::milliseconds kQuiet{30};
  stream::TemporaryDirectory directory_;
  InboxWatch watch_{InboxFolders{directory_.path(), ""}, kQuiet};
  int writes_ = 0;
};

TEST_F(InboxWatchTest, GivesWhatStandsStillOnce) {
  write("old.csv", "a", true);
  write("new.csv", "a", false);
  EXPECT_EQ(ready(), "old.csv ");
  wait();
  EXPECT_EQ(ready(), "new.csv ");
  wait();
  EXPECT_EQ(ready(), "");
}

TEST_F(InboxWatchTest, WaitsWhileAFileGrows) {
  for (int look = 0; look < 3; ++look) {
    write("growing.csv", "more", false);
    EXPECT_EQ(ready(), "");
    wait();
  }
  EXPECT_EQ(ready(), "growing.csv ");
  write("growing.csv", "again", false);
  EXPECT_EQ(ready(), "");
  wait();
  EXPECT_EQ(ready(), "growing.csv ");
}

TEST_F(InboxWatchTest, DoesNotPassTheInstantOfAGrowingFile) {
  write("20230131T120000-0600_b.csv", "a", true);
  write("20230130T120000-0600_a.csv", "a", false);
  write("plain.csv", "a", true);
  EXPECT_EQ(ready(), "");
  wait();
  EXPECT_EQ(ready(), "20230130T120000-0600_a.csv 20230131T120000-0600_b.csv plain.csv ");
}

TEST_F(InboxWatchTest, TheFolderSaysWhoSends) {
  const stream::TemporaryDirectory registry;
  write("20230131T120000-0600_b.csv", "a", true);
  std::ofstream(registry.path() + "/20230130T120000-0600_a.csv") << "a";
  std::ofstream(registry.path() + "/20230131T120000-0600_b.csv") << "a";
  const auto files = list_inbox({directory_.path(), registry.path()}).value();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].channel, Channel::kRegistry);
  EXPECT_EQ(files[1].channel, Channel::kPractice);
  EXPECT_EQ(files[2].channel, Channel::kRegistry);
  EXPECT_EQ(list_inbox({directory_.path(), directory_.path() + "/."}).status().code(),
            ErrorCode::kInvalidArgument);
  // Who may write into the practices' folder could put another one in the place of one in it.
  std::filesystem::create_directory(directory_.path() + "/registry");
  EXPECT_EQ(list_inbox({directory_.path(), directory_.path() + "/registry"}).status().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(list_inbox({"", ""}).value().empty());
  std::filesystem::permissions(registry.path(), std::filesystem::perms::all);
  EXPECT_EQ(list_inbox({"", registry.path()}).status().code(), ErrorCode::kPermissionDenied);
}

TEST_F(InboxWatchTest, SaysThatTheFolderIsGone) {
  InboxWatch none(InboxFolders{directory_.path() + "/none", ""});
  EXPECT_EQ(none.ready().status().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace qcdr

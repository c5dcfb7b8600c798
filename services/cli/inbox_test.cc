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

TEST_F(InboxWatchTest, PassesOverWhatIsNoFileYet) {
  for (const char* name : {".hidden.csv", "~$sheet.csv", "cases.xml.part", "cases.xml.filepart",
                           "cases.TMP", "cases.csv~", "cases.crdownload", "README.md"}) {
    write(name, "a", true);
  }
  std::filesystem::create_directory(directory_.path() + "/folder.csv");
  std::filesystem::create_symlink(directory_.path() + "/none", directory_.path() + "/broken.csv");
  EXPECT_EQ(ready(), "");
  std::filesystem::rename(directory_.path() + "/cases.xml.part", directory_.path() + "/cases.xml");
  EXPECT_EQ(ready(), "cases.xml ");
}

// What is done is the file as it was given: what took its place meanwhile is another.
TEST_F(InboxWatchTest, SeesWhatTookThePlaceOfAFileThatWasBeingTaken) {
  write("a.csv", "first", true);
  const auto files = watch_.ready().value();
  ASSERT_EQ(files.size(), 1u);
  std::filesystem::remove(directory_.path() + "/a.csv");
  write("a.csv", "other", true);
  watch_.done(files.front());
  EXPECT_EQ(ready(), "");  // seen for the first time
  wait();
  EXPECT_EQ(ready(), "a.csv ");
}

TEST_F(InboxWatchTest, CountsWhatItHoldsBack) {
  write("20230130T120000-0600_a.csv", "a", false);
  write("20230131T120000-0600_b.csv", "a", true);
  EXPECT_EQ(ready(), "");
  EXPECT_EQ(watch_.waiting(), 2u);
  wait();
  EXPECT_NE(ready(), "");
  EXPECT_EQ(watch_.waiting(), 0u);
}

TEST_F(InboxWatchTest, KnowsNothingOfFilesThatAreGone) {
  write("a.csv", "a", true);
  write("b.csv", "a", true);
  EXPECT_EQ(ready(), "a.csv b.csv ");
  const std::string away = directory_.path() + "/.away";
  std::filesystem::rename(directory_.path() + "/a.csv", away);
  EXPECT_EQ(ready(), "");
  std::filesystem::rename(away, directory_.path() + "/a.csv");
  EXPECT_EQ(ready(), "a.csv ");
}

TEST_F(InboxWatchTest, SaysWhoElseMayWriteForTheRegistry) {
  using std::filesystem::perms;
  const stream::TemporaryDirectory registry;
  const InboxFolders folders{directory_.path(), registry.path()};
  std::filesystem::permissions(registry.path(), perms::owner_all);
  EXPECT_EQ(inbox_warning(folders), "");
  std::filesystem::permissions(registry.path(), perms::owner_all | perms::group_all);
  EXPECT_NE(inbox_warning(folders).find("may write into the registry's inbox"), std::string::npos);
  EXPECT_EQ(inbox_warning({registry.path(), ""}), "");
  for (const std::string& folder : {directory_.path(), registry.path()}) {
    std::ofstream(folder + "/open.csv") << "a";
    std::filesystem::permissions(folder + "/open.csv", perms::owner_all | perms::others_write);
  }
  const auto files = list_inbox(folders).value();
  ASSERT_EQ(files.size(), 2u);
  for (const InboxFile& file : files) {
    EXPECT_EQ(file.writable_by_everybody, file.channel == Channel::kRegistry);
  }
}

TEST_F(InboxWatchTest, SaysThatTheFolderIsGone) {
  InboxWatch none(InboxFolders{directory_.path() + "/none", ""});
  EXPECT_EQ(none.ready().status().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace qcdr

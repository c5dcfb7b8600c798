#include "cli/state_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "common/file_key_ring.h"
#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

constexpr std::chrono::milliseconds kNotLong{150};
const StateOwner kOwner{"0123456789abcdef", "q-cluster", 24};

class StateDirectoryTest : public testing::Test {
 protected:
  std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path() + "/belongs-to").rdbuf();
    return all.str();
  }
  std::string path() const { return directory_.path() + "/state"; }

  stream::TemporaryDirectory directory_;
};

TEST_F(StateDirectoryTest, IsHeldByOneAtATime) {
  {
    const auto held = StateDirectory::claim(path());
    ASSERT_TRUE(held.is_ok()) << held.status().to_string();
    const auto other = StateDirectory::claim(path(), kNotLong);
    EXPECT_EQ(other.status().code(), ErrorCode::kFailedPrecondition);
    EXPECT_NE(other.status().message().find(path()), std::string::npos);
  }
  EXPECT_TRUE(StateDirectory::claim(path(), kNotLong).is_ok());
}

TEST_F(StateDirectoryTest, RemembersWhoseItIs) {
  ASSERT_TRUE(StateDirectory::claim(path()).is_ok());
  ASSERT_TRUE(check_belongs_to("state_dir", path(), kOwner).is_ok());
  const std::string written = text();
  EXPECT_EQ(written, "qcdr-state 1\nkeys 0123456789abcdef\ncluster q-cluster\npartitions 24\n");
  EXPECT_TRUE(check_belongs_to("state_dir", path(), kOwner).is_ok());
  const std::pair<StateOwner, const char*> others[] = {
      {{"fedcba9876543210", "q-cluster", 24}, "other registry keys"},
      {{"0123456789abcdef", "another", 24}, "another cluster (q-cluster; "},
      {{"0123456789abcdef", "q-cluster", 4}, "made of 24 partitions, and the topics have 4"}};
  for (const auto& [other, words] : others) {
    const Status status = check_belongs_to("state_dir", path(), other);
    EXPECT_EQ(status.code(), ErrorCode::kFailedPrecondition);
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
    EXPECT_NE(status.message().find("state_dir " + path()), std::string::npos);
  }
  EXPECT_EQ(text(), written);
}

TEST_F(StateDirectoryTest, ADamagedNoteIsToldAndLeft) {
  ASSERT_TRUE(check_can_write("state_dir", path()).is_ok());
  for (const char* damaged : {"", "qcdr-state 2\nkeys a\ncluster b\npartitions 1\n",
                              "qcdr-state 1\nkeys a\ncluster b\npartitions 1\nmore\n"}) {
    std::ofstream(path() + "/belongs-to", std::ios::trunc) << damaged;
    EXPECT_EQ(check_belongs_to("state_dir", path(), kOwner).code(), ErrorCode::kCorruption);
    EXPECT_EQ(text(), damaged);
  }
}

TEST_F(StateDirectoryTest, IsCopiedWhereThereIsNone) {
  const std::string snapshots = directory_.path() + "/snapshots";
  ASSERT_TRUE(check_can_write("state_dir", path()).is_ok());
  ASSERT_TRUE(check_can_write("snapshot_dir", snapshots).is_ok());
  EXPECT_TRUE(copy_belongs_to(snapshots, path()).is_ok());  // of an earlier version
  EXPECT_EQ(text(), "");
  ASSERT_TRUE(check_belongs_to("snapshot_dir", snapshots, kOwner).is_ok());
  ASSERT_TRUE(copy_belongs_to(snapshots, path()).is_ok());
  EXPECT_TRUE(check_belongs_to("state_dir", path(), kOwner).is_ok());
}

TEST_F(StateDirectoryTest, ADirectoryThatCannotBeUsedIsNamedWithItsSetting) {
  std::ofstream(path()) << "a file";
  for (const std::string& directory : {path(), path() + "/below"}) {
    const Status status = check_can_write("blob_dir", directory);
    EXPECT_EQ(status.code(), ErrorCode::kPermissionDenied);
    EXPECT_NE(status.message().find("blob_dir " + directory), std::string::npos);
  }
  if (::getuid() == 0) return;  // root may write everywhere
  const std::string closed = directory_.path() + "/closed";
  ASSERT_EQ(::mkdir(closed.c_str(), 0500), 0);
  EXPECT_EQ(check_can_write("blob_dir", closed).code(), ErrorCode::kPermissionDenied);
}

TEST_F(StateDirectoryTest, TheFingerprintTellsKeysApart) {
  const auto first = FileKeyRing::open({directory_.path() + "/a"});
  const auto again = FileKeyRing::open({directory_.path() + "/a"});
  const auto other = FileKeyRing::open({directory_.path() + "/b"});
  ASSERT_TRUE(first.is_ok() && again.is_ok() && other.is_ok());
  EXPECT_EQ(fingerprint_of(*first.value()).size(), 16U);
  EXPECT_EQ(fingerprint_of(*first.value()), fingerprint_of(*again.value()));
  EXPECT_NE(fingerprint_of(*first.value()), fingerprint_of(*other.value()));
}

}  // namespace
}  // namespace qcdr

#include "cli/whole_file.h"

#include <sys/stat.h>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

TEST(WholeFileTest, IsReadAsItWasWritten) {
  const stream::TemporaryDirectory directory;
  const std::string path = directory.path() + "/plan.json";
  EXPECT_EQ(read_whole_file(path).status().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(create_whole_file(path, "bytes", FileFor::kEverybody).is_ok());
  EXPECT_EQ(read_whole_file(path).value(), "bytes");
}

TEST(WholeFileTest, IsNotWrittenOver) {
  const stream::TemporaryDirectory directory;
  const std::string path = directory.path() + "/plan.json";
  ASSERT_TRUE(create_whole_file(path, "first", FileFor::kEverybody).is_ok());
  EXPECT_EQ(create_whole_file(path, "second", FileFor::kEverybody).code(),
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(read_whole_file(path).value(), "first");
}

TEST(WholeFileTest, IdentifiersAreTheOwnersAlone) {
  const stream::TemporaryDirectory directory;
  const std::string path = directory.path() + "/list.csv";
  ASSERT_TRUE(create_whole_file(path, "bytes", FileFor::kOwner).is_ok());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace qcdr

#include "common/secret_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace qcdr {
namespace {

class SecretFileTest : public testing::Test {
 protected:
  SecretFileTest() {
    std::string name = testing::TempDir() + "/secret-file-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~SecretFileTest() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& text, mode_t mode = 0600) {
    const std::string path = directory_ + "/password";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  ErrorCode code_of(const std::string& text, mode_t mode = 0600) {
    return read_secret_file(file(text, mode)).status().code();
  }

  std::string directory_;
};

TEST_F(SecretFileTest, IsTheOnlyLineOfTheFile) {
  for (const char* text : {"swordfish 3", "swordfish 3\n", "swordfish 3\r\n"}) {
    const auto read = read_secret_file(file(text));
    ASSERT_TRUE(read.is_ok()) << read.status().to_string();
    EXPECT_EQ(read.value(), "swordfish 3");
  }
  for (const char* text : {"", "\n", "one\ntwo\n", "one\n\n"}) {
    EXPECT_EQ(code_of(text), ErrorCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(code_of(std::string("a\0b", 3)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of(std::string(kSecretBytesMax, 'x')), ErrorCode::kOk);
  EXPECT_EQ(code_of(std::string(kSecretBytesMax + 1, 'x')), ErrorCode::kLimitExceeded);
}

TEST_F(SecretFileTest, NobodyElseMayUseIt) {
  for (const mode_t mode : {0600U, 0400U}) EXPECT_EQ(code_of("s", mode), ErrorCode::kOk) << mode;
  for (const mode_t mode : {0604U, 0602U, 0601U, 0620U, 0610U, 0644U, 0777U}) {
    EXPECT_EQ(code_of("s", mode), ErrorCode::kPermissionDenied) << mode;
    EXPECT_EQ(check_is_secret(file("s", mode)).code(), ErrorCode::kPermissionDenied) << mode;
  }
  // The group may read what is root's, and only that.
  const ErrorCode of_root = ::getuid() == 0 ? ErrorCode::kOk : ErrorCode::kPermissionDenied;
  EXPECT_EQ(code_of("s", 0640), of_root);
}

TEST_F(SecretFileTest, MessagesHaveThePathAndNotTheSecret) {
  const std::string path = file("swordfish", 0644);
  const std::string message = read_secret_file(path).status().message();
  EXPECT_NE(message.find(path), std::string::npos);
  EXPECT_EQ(message.find("swordfish"), std::string::npos);
  EXPECT_EQ(read_secret_file(directory_ + "/none").status().code(), ErrorCode::kNotFound);
  EXPECT_EQ(read_secret_file(directory_).status().code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace qcdr

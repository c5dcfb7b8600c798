#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "stream/file_blob_store.h"
#include "stream/memory_blob_store.h"
#include "stream/temporary_directory.h"

namespace qcdr::stream {
namespace {

std::string read_all(BlobReader& reader, std::size_t bytes_max) {
  std::string all;
  for (;;) {
    const auto some = reader.read(bytes_max);
    EXPECT_TRUE(some.is_ok());
    if (!some.is_ok() || some.value().empty()) return all;
    EXPECT_LE(some.value().size(), bytes_max);
    all += some.value();
  }
}

struct StoreUnderTest {
  TemporaryDirectory directory;
  std::unique_ptr<BlobStore> store;
};

using Maker = std::unique_ptr<BlobStore> (*)(const std::string& directory);

std::unique_ptr<BlobStore> make_file_store(const std::string& directory) {
  auto opened = FileBlobStore::open_store(directory + "/store");
  EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
  return std::move(opened).value();
}
std::unique_ptr<BlobStore> make_memory_store(const std::string&) {
  return std::make_unique<MemoryBlobStore>();
}

class BlobStoreTest : public testing::TestWithParam<Maker> {
 protected:
  void put(const std::string& name, const std::string& bytes) {
    auto writer = store_->create();
    ASSERT_TRUE(writer.is_ok());
    ASSERT_TRUE(writer.value()->write(bytes).is_ok());
    ASSERT_TRUE(writer.value()->commit(name).is_ok());
  }
  std::string get(const std::string& name) {
    auto reader = store_->open(name);
    EXPECT_TRUE(reader.is_ok());
    return reader.is_ok() ? read_all(*reader.value(), 7) : "";
  }
  TemporaryDirectory directory_;
  std::unique_ptr<BlobStore> store_ = GetParam()(directory_.path());
};

TEST_P(BlobStoreTest, IsReadAsItWasWritten) {
  auto writer = store_->create();
  for (const char* part : {"one ", "", "two ", "three"}) {
    ASSERT_TRUE(writer.value()->write(part).is_ok());
  }
  EXPECT_FALSE(store_->exists("blob").value());
  ASSERT_TRUE(writer.value()->commit("blob").is_ok());
  EXPECT_TRUE(store_->exists("blob").value());
  EXPECT_EQ(get("blob"), "one two three");
  EXPECT_FALSE(writer.value()->write("more").is_ok());
}

TEST_P(BlobStoreTest, EmptyAndLargeBlobs) {
  put("empty", "");
  EXPECT_EQ(get("empty"), "");
  const std::string large(3 << 20, 'x');
  put("large", large);
  auto reader = store_->open("large");
  EXPECT_TRUE(read_all(*reader.value(), std::size_t{10} << 20) == large);
}

TEST_P(BlobStoreTest, WhatIsNotCommittedIsNotThere) {
  {
    auto writer = store_->create();
    ASSERT_TRUE(writer.value()->write("half").is_ok());
  }
  EXPECT_FALSE(store_->exists("half").value());
  EXPECT_EQ(store_->open("half").status().code(), ErrorCode::kNotFound);
}

TEST_P(BlobStoreTest, TheSameNameAgainChangesNothing) {
  put("name", "first");
  put("name", "first");
  EXPECT_EQ(get("name"), "first");
}

TEST_P(BlobStoreTest, RefusesNamesThatArePaths) {
  for (const char* name : {"", ".", "..", "../up", "a/b", ".hidden", "nul\n"}) {
    auto writer = store_->create();
    EXPECT_EQ(writer.value()->commit(name).code(), ErrorCode::kInvalidArgument) << name;
    EXPECT_EQ(store_->open(name).status().code(), ErrorCode::kInvalidArgument) << name;
    EXPECT_EQ(store_->exists(name).status().code(), ErrorCode::kInvalidArgument) << name;
  }
  auto writer = store_->create();
  EXPECT_FALSE(writer.value()->commit(std::string(129, 'a')).is_ok());
}

INSTANTIATE_TEST_SUITE_P(Files, BlobStoreTest, testing::Values(&make_file_store));
INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreTest, testing::Values(&make_memory_store));

TEST(FileBlobStore, OpeningRemovesWhatADeadProcessLeftAndNothingElse) {
  TemporaryDirectory directory;
  const auto store = make_file_store(directory.path());
  auto living = store->create();
  ASSERT_TRUE(living.value()->write("alive").is_ok());
  const std::filesystem::path unfinished = directory.path() + "/store/unfinished";
  std::ofstream(unfinished / "1-0") << "left by a dead process";
  const auto second = make_file_store(directory.path());
  EXPECT_FALSE(std::filesystem::exists(unfinished / "1-0"));
  ASSERT_TRUE(living.value()->commit("alive").is_ok());
  EXPECT_TRUE(second->exists("alive").value());
  EXPECT_TRUE(std::filesystem::is_empty(unfinished));
}

TEST(FileBlobStore, SurvivesARestart) {
  TemporaryDirectory directory;
  {
    const auto store = make_file_store(directory.path());
    auto writer = store->create();
    ASSERT_TRUE(writer.value()->write("kept").is_ok());
    ASSERT_TRUE(writer.value()->commit("blob").is_ok());
  }
  const auto store = make_file_store(directory.path());
  auto reader = store->open("blob");
  EXPECT_EQ(read_all(*reader.value(), 100), "kept");
}

}  // namespace
}  // namespace qcdr::stream

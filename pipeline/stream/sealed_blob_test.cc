#include "stream/sealed_blob.h"

#include <gtest/gtest.h>

#include "stream/memory_blob_store.h"

namespace qcdr::stream {
namespace {

constexpr std::size_t kFrame = kSealedFrameContentBytes;
constexpr std::size_t kTag = 16;

DataKey sample_key() {
  DataKey key;
  key.id = "key-7";
  key.key.fill(0x5a);
  return key;
}

constexpr std::size_t kHeader = 4 + 5 + 12;

std::string sealed_bytes(const std::string& content, std::size_t write_bytes = 1000,
                         std::uint8_t salt_byte = 1) {
  MemoryBlobStore store;
  Nonce96 salt{};
  salt.fill(salt_byte);
  auto inner = store.create();
  auto writer = seal_blob(std::move(inner).value(), sample_key(), salt);
  for (std::size_t at = 0; at < content.size(); at += write_bytes) {
    EXPECT_TRUE(writer.value()->write(std::string_view(content).substr(at, write_bytes)).is_ok());
  }
  EXPECT_TRUE(writer.value()->commit("blob").is_ok());
  return *store.bytes("blob");
}

Result<std::string> opened(const std::string& bytes, std::size_t read_bytes = 5000) {
  MemoryBlobStore store;
  store.add("blob", bytes);
  auto inner = store.open("blob");
  const DataKeyLookup lookup = [](const std::string& id) -> Result<DataKey> {
    if (id != sample_key().id) return Status(ErrorCode::kNotFound, "no such key");
    return sample_key();
  };
  QCDR_ASSIGN_OR_RETURN(const auto reader, open_sealed_blob(std::move(inner).value(), lookup));
  std::string content;
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string some, reader->read(read_bytes));
    if (some.empty()) return content;
    content += some;
  }
}

std::string content_of(std::size_t bytes) {
  std::string content(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) content[i] = static_cast<char>(i * 31 + i / 257);
  return content;
}

TEST(SealedBlob, RoundTripsAroundFrameBorders) {
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, kFrame - 1, kFrame, kFrame + 1, 3 * kFrame}) {
    const std::string content = content_of(bytes);
    const std::string sealed = sealed_bytes(content);
    const std::size_t frames = bytes == 0 ? 1 : (bytes + kFrame - 1) / kFrame;
    EXPECT_EQ(sealed.size(), kHeader + bytes + frames * kTag);
    const auto back = opened(sealed);
    ASSERT_TRUE(back.is_ok()) << bytes;
    EXPECT_TRUE(back.value() == content) << bytes;
  }
}

TEST(SealedBlob, DoesNotDependOnSizesOfWritesAndReads) {
  const std::string content = content_of(2 * kFrame + 77);
  const std::string sealed = sealed_bytes(content, 1);
  EXPECT_TRUE(sealed == sealed_bytes(content, 1 << 20));
  EXPECT_TRUE(opened(sealed, 1).value() == content);
  EXPECT_TRUE(opened(sealed, 1 << 20).value() == content);
}

TEST(SealedBlob, HidesContentAndDiffersBySalt) {
  const std::string content(200, 'A');
  const std::string first = sealed_bytes(content);
  EXPECT_EQ(first.find("AAAA"), std::string::npos);
  const std::string second = sealed_bytes(content, 1000, 2);
  EXPECT_NE(first.substr(kHeader), second.substr(kHeader));
}

TEST(SealedBlob, EveryTruncationIsKnown) {
  const std::string sealed = sealed_bytes(content_of(2 * kFrame + 5));
  const std::size_t second = kHeader + kFrame + kTag;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, std::size_t{4}, kHeader - 1, kHeader, kHeader + 1,
        second - 1, second, second + kTag, second + kFrame + kTag, sealed.size() - 1}) {
    const auto back = opened(sealed.substr(0, size));
    ASSERT_FALSE(back.is_ok()) << size;
    EXPECT_EQ(back.status().code(), ErrorCode::kCorruption) << size;
  }
}

TEST(SealedBlob, EveryChangedByteIsKnown) {
  const std::string sealed = sealed_bytes(content_of(100));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(opened(changed).is_ok()) << at;
  }
  EXPECT_FALSE(opened(sealed + "x").is_ok());
}

TEST(SealedBlob, FramesCannotBeMovedRepeatedOrMixed) {
  const std::string sealed = sealed_bytes(content_of(3 * kFrame));
  const std::size_t size = kFrame + kTag;
  const std::string header = sealed.substr(0, kHeader);
  const std::string a = sealed.substr(kHeader, size);
  const std::string b = sealed.substr(kHeader + size, size);
  const std::string c = sealed.substr(kHeader + 2 * size);
  ASSERT_TRUE(opened(header + a + b + c).is_ok());
  EXPECT_FALSE(opened(header + b + a + c).is_ok());
  EXPECT_FALSE(opened(header + a + c).is_ok());
  EXPECT_FALSE(opened(header + a + a + b + c).is_ok());
  EXPECT_FALSE(opened(header + a + b + c + c).is_ok());
  const std::string other = sealed_bytes(content_of(3 * kFrame), 1000, 2);
  EXPECT_FALSE(opened(header + a + other.substr(kHeader + size, size) + c).is_ok());
}

TEST(SealedBlob, ADestroyedKeyIsNotFound) {
  std::string sealed = sealed_bytes("content");
  sealed[4] = 'x';  // the key's id
  EXPECT_EQ(opened(sealed).status().code(), ErrorCode::kNotFound);
}

TEST(SealedBlob, AnErrorStays) {
  std::string sealed = sealed_bytes(content_of(2 * kFrame));
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  MemoryBlobStore store;
  store.add("blob", sealed);
  auto reader = open_sealed_blob(std::move(store.open("blob")).value(),
                                 [](const std::string&) { return sample_key(); });
  ASSERT_TRUE(reader.value()->read(kFrame).is_ok()) << "the first frame is good";
  EXPECT_FALSE(reader.value()->read(1).is_ok());
  EXPECT_FALSE(reader.value()->read(1).is_ok());
}

}  // namespace
}  // namespace qcdr::stream

#include "common/key_file.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

const PracticeId kPractice(1234);
const PerformanceYear kYear(2022);

DataKey sample_key() {
  DataKey key;
  key.id = "00112233445566aa";
  for (std::size_t i = 0; i < key.key.size(); ++i) key.key[i] = static_cast<std::uint8_t>(i);
  return key;
}

TEST(KeyFile, DataKeyHasTheDocumentedBytes) {
  const std::string text = encode_data_key(kPractice, kYear, sample_key());
  EXPECT_EQ(text,
            "qcdr-data-key 1\npractice 1234\nyear 2022\nid 00112233445566aa\n"
            "key 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
            "crc32c d60792f9\n");
  const auto read = decode_data_key(text, kPractice, kYear);
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_EQ(read.value().id, sample_key().id);
  EXPECT_EQ(read.value().key, sample_key().key);
}

TEST(KeyFile, RegistryKeysComeBack) {
  RegistryKeys keys;
  keys.token.fill(1);
  keys.entity.fill(2);
  keys.tin.fill(0xfe);
  const auto read = decode_registry_keys(encode_registry_keys(keys));
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_EQ(read.value().token, keys.token);
  EXPECT_EQ(read.value().entity, keys.entity);
  EXPECT_EQ(read.value().tin, keys.tin);
}

TEST(KeyFile, EveryChangedByteIsRefused) {
  const std::string text = encode_data_key(kPractice, kYear, sample_key());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(decode_data_key(changed, kPractice, kYear).is_ok()) << "byte " << i;
    EXPECT_FALSE(decode_data_key(text.substr(0, i), kPractice, kYear).is_ok()) << "cut at " << i;
  }
  EXPECT_FALSE(decode_data_key(text + "\n", kPractice, kYear).is_ok());
}

TEST(KeyFile, UnknownVersionIsNamedAsSuch) {
  const auto read = decode_registry_keys("qcdr-registry-keys 2\nsomething else\n");
  ASSERT_FALSE(read.is_ok());
  EXPECT_EQ(read.status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_NE(read.status().message().find("version"), std::string::npos);
}

TEST(KeyFile, AnotherPracticeYearsFileIsRefused) {
  const std::string text = encode_data_key(kPractice, kYear, sample_key());
  EXPECT_EQ(decode_data_key(text, PracticeId(1235), kYear).status().code(), ErrorCode::kCorruption);
  EXPECT_EQ(decode_data_key(text, kPractice, PerformanceYear(2023)).status().code(),
            ErrorCode::kCorruption);
}

TEST(KeyFile, IdsCannotLeaveTheDirectory) {
  EXPECT_TRUE(is_data_key_id("0123456789abcdef"));
  EXPECT_FALSE(is_data_key_id("../../etc/passwd"));
  EXPECT_FALSE(is_data_key_id("0123456789ABCDEF"));
  EXPECT_FALSE(is_data_key_id(""));
}

}  // namespace
}  // namespace qcdr

#include "common/key_file.h"

#include <fmt/core.h>

#include "core/crc32c.h"

namespace qcdr {
namespace {

constexpr std::string_view kRegistryMagic = "qcdr-registry-keys";
constexpr std::string_view kDataMagic = "qcdr-data-key";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kKeyIdDigits = 16;
constexpr std::size_t kFileBytesMax = 1024;

Status corrupt(std::string_view what) {
  return Status(ErrorCode::kCorruption, fmt::format("key file: {}", what));
}

std::string_view key_bytes(const Key256& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool parse_key(std::string_view text, Key256* key) {
  if (text.size() != key->size() * 2) return false;
  for (std::size_t i = 0; i < key->size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    (*key)[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

std::string with_checksum(std::string body) {
  const std::uint32_t checksum = crc32c(body);
  return std::move(body) + fmt::format("crc32c {:08x}\n", checksum);
}

// Reads "<name> <value>\n" lines in the order they were written.
class LineReader {
 public:
  explicit LineReader(std::string_view rest) : rest_(rest) {}
  // The value of the next line, which must carry `name`; empty when it does not.
  std::string_view value_of(std::string_view name) {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return {};
    const std::string_view line = rest_.substr(0, end);
    if (line.size() < name.size() + 2 || line.substr(0, name.size()) != name ||
        line[name.size()] != ' ') {
      return {};
    }
    rest_.remove_prefix(end + 1);
    return line.substr(name.size() + 1);
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Magic before version before check sum, so that a newer file is called newer and not damaged.
Result<LineReader> open_lines(std::string_view text, std::string_view magic) {
  if (text.size() > kFileBytesMax) return corrupt("too long");
  LineReader reader(text);
  const std::string_view version = reader.value_of(magic);
  if (version.empty()) return corrupt("does not begin as one");
  if (version != kVersion) {
    return Status(ErrorCode::kFailedPrecondition,
                  "key file has a version that this program does not know; it reads version 1");
  }
  const std::size_t tail = text.rfind("crc32c ");
  if (tail == std::string_view::npos || with_checksum(std::string(text.substr(0, tail))) != text) {
    return corrupt("its check sum does not fit");
  }
  return reader;
}

bool at_checksum(LineReader& reader) {
  return !reader.value_of("crc32c").empty() && reader.at_end();
}

}  // namespace

std::string encode_registry_keys(const RegistryKeys& keys) {
  return with_checksum(fmt::format("{} {}\ntoken {}\nentity {}\ntin {}\n", kRegistryMagic, kVersion,
                                   hex(key_bytes(keys.token)), hex(key_bytes(keys.entity)),
                                   hex(key_bytes(keys.tin))));
}

Result<RegistryKeys> decode_registry_keys(std::string_view text) {
  QCDR_ASSIGN_OR_RETURN(LineReader reader, open_lines(text, kRegistryMagic));
  RegistryKeys keys;
  if (!parse_key(reader.value_of("token"), &keys.token) ||
      !parse_key(reader.value_of("entity"), &keys.entity) ||
      !parse_key(reader.value_of("tin"), &keys.tin) || !at_checksum(reader)) {
    return corrupt("a registry key is missing or malformed");
  }
  return keys;
}

std::string encode_data_key(PracticeId practice, PerformanceYear year, const DataKey& key) {
  QCDR_ASSERT(is_data_key_id(key.id));
  return with_checksum(fmt::format("{} {}\npractice {}\nyear {}\nid {}\nkey {}\n", kDataMagic,
                                   kVersion, practice.value(), year.value(), key.id,
                                   hex(key_bytes(key.key))));
}

Result<DataKey> decode_data_key(std::string_view text, PracticeId practice, PerformanceYear year) {
  QCDR_ASSIGN_OR_RETURN(LineReader reader, open_lines(text, kDataMagic));
  if (reader.value_of("practice") != fmt::format("{}", practice.value()) ||
      reader.value_of("year") != fmt::format("{}", year.value())) {
    return corrupt("it belongs to another practice-year");
  }
  DataKey key;
  key.id = std::string(reader.value_of("id"));
  if (!is_data_key_id(key.id) || !parse_key(reader.value_of("key"), &key.key) ||
      !at_checksum(reader)) {
    return corrupt("id or key is missing or malformed");
  }
  return key;
}

bool is_data_key_id(std::string_view id) {
  if (id.size() != kKeyIdDigits) return false;
  for (const char c : id) {
    if (hex_value(c) < 0) return false;
  }
  return true;
}

}  // namespace qcdr

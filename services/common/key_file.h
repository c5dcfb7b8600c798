// The text form of key files: a line "<magic> <version>", lines "<name> <value>", and a check sum.
//
// A flipped bit in a token key would rename every TIN without a sound, so the last line is the
// CRC-32C of all bytes before it. Values are decimal numbers or lower-case hexadecimal.
// Errors: kCorruption when bytes are not those of encode_*(); kFailedPrecondition for a version
// that this program does not know. Messages never show a value. Thread-safety: free functions, safe
// from any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/key_ring.h"
#include "core/strong.h"

namespace qcdr {

struct RegistryKeys {
  Key256 token{};
  Key256 entity{};
  Key256 tin{};
};

std::string encode_registry_keys(const RegistryKeys& keys);
Result<RegistryKeys> decode_registry_keys(std::string_view text);

std::string encode_data_key(PracticeId practice, PerformanceYear year, const DataKey& key);
// kCorruption also when the file is another practice-year's.
Result<DataKey> decode_data_key(std::string_view text, PracticeId practice, PerformanceYear year);

// Sixteen lower-case hexadecimal digits; anything else must not become part of a path.
bool is_data_key_id(std::string_view id);

}  // namespace qcdr

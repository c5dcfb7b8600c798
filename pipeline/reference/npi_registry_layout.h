// Places within the file of a snapshot, for its writer and its reader; see npi_registry.h.
#pragma once

#include <cstring>
#include <optional>
#include <string_view>

#include "core/bytes.h"
#include "core/time.h"

namespace qcdr::reference::layout {

inline constexpr std::string_view kMagic = "QCDRNPI1";
inline constexpr std::size_t kHeadBytes = 32;
inline constexpr std::size_t kEntryBytes = 24;
inline constexpr std::size_t kDigestBytes = 32;
inline constexpr int kNames = 3;
inline constexpr std::uint64_t kOrganization = std::uint64_t{1} << 56;
inline constexpr std::uint64_t kNpiMask = kOrganization - 1;
// Ten times what the register has.
inline constexpr std::uint64_t kEntriesMax = 100'000'000;
inline constexpr std::uint64_t kNamesBytesMax = std::uint64_t{1} << 36;

struct Head {
  LocalDate list_date;
  std::uint64_t entries = 0;
  std::uint64_t names_bytes = 0;
  std::uint64_t file_bytes() const {
    return kHeadBytes + entries * kEntryBytes + names_bytes + kDigestBytes;
  }
};

inline std::optional<Head> read_head(std::string_view file) {
  if (file.size() < kHeadBytes || file.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  ByteReader reader(file.substr(kMagic.size(), kHeadBytes - kMagic.size()));
  Head head;
  head.list_date = LocalDate::from_days(static_cast<std::int32_t>(reader.u32()));
  const std::uint32_t reserved = reader.u32();
  head.entries = reader.u64();
  head.names_bytes = reader.u64();
  if (!reader.ok() || reserved != 0 || head.entries > kEntriesMax ||
      head.names_bytes > kNamesBytesMax) {
    return std::nullopt;
  }
  return head;
}

inline std::uint64_t word(std::string_view entries, std::size_t place, std::size_t at) {
  ByteReader reader(entries.substr(place * kEntryBytes + at, sizeof(std::uint64_t)));
  return reader.u64();
}
inline std::uint64_t key(std::string_view entries, std::size_t place) {
  return word(entries, place, 0) & kNpiMask;
}
inline std::uint64_t names_place(std::string_view entries, std::size_t place) {
  return word(entries, place, kEntryBytes - sizeof(std::uint64_t));
}

}  // namespace qcdr::reference::layout

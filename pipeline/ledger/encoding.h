// Shared pieces of the small encodings of facts. Thread-safety: free functions.
#pragma once

#include "core/bytes.h"
#include "core/identifiers.h"
#include "core/status.h"
#include "core/time.h"

namespace qcdr::ledger {

// Every content begins with it.
inline constexpr std::uint8_t kContentVersion = 1;

inline ByteWriter begin_content() {
  ByteWriter writer;
  writer.u8(kContentVersion);
  return writer;
}

// The bit of an enumerator in a set; none for a number that no bit stands for.
inline std::uint16_t bit_of(int number) {
  constexpr int kBits = 16;
  return number < 0 || number >= kBits ? std::uint16_t{0}
                                       : static_cast<std::uint16_t>(1U << number);
}

// A set of categories, as the proto numbers them.
template <class Categories>
std::uint8_t category_bits(const Categories& categories) {
  std::uint8_t bits = 0;
  for (const int category : categories) bits = static_cast<std::uint8_t>(bits | bit_of(category));
  return bits;
}

inline void write_date(LocalDate date, ByteWriter* writer) {
  writer->signed_varint(date.days());
}

inline LocalDate read_date(ByteReader* reader) {
  return LocalDate::from_days(static_cast<std::int32_t>(reader->signed_varint()));
}

inline std::uint32_t read_number(ByteReader* reader) {
  return static_cast<std::uint32_t>(reader->varint());
}

inline std::string read_text(ByteReader* reader) {
  return std::string(reader->text());
}

// Reads a list whose length stands before it. Every item takes bytes, so that a wrong length ends
// with the bytes.
template <class ReadItem>
void read_list(ByteReader* reader, ReadItem read_item) {
  const std::uint64_t count = reader->varint();
  for (std::uint64_t i = 0; i < count && reader->ok(); ++i) read_item();
}

// Ends the reading of a content: whole, and nothing behind it.
inline Status end_content(const ByteReader& reader, bool version_known, const char* what) {
  if (version_known && reader.ok() && reader.at_end()) return Status::ok();
  return Status(ErrorCode::kCorruption, std::string(what) + " cannot be decoded");
}

}  // namespace qcdr::ledger

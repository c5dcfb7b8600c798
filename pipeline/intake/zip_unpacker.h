// Zip archives, read from the front. See PKWARE's application note for the structures.
// Thread-safety, ownership, errors: see Unpacker.
#pragma once

#include <vector>

#include "intake/inflater.h"
#include "intake/unpacker.h"

namespace qcdr::intake {

class ZipUnpacker final : public Unpacker {
 public:
  ZipUnpacker(UnpackHandler& handler, std::uint64_t bytes_max)
      : Unpacker(handler, bytes_max), inflater_(Inflater::Form::kRaw) {}
  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  enum class State : std::uint8_t {
    kSignature,
    kLocalHeader,
    kLocalNames,
    kStored,
    kDeflated,
    kDescriptor,
    kDescriptorRest,
    kDirectoryEntry,
    kDirectorySkip,
    kEnd64,
    kSkip,  // sizes that zip64 repeats
    kEnd,
    kComment,
    kDone,
  };
  // What an entry said of itself, for the comparison with the directory.
  struct Entry {
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
  };

  void expect(State state, std::size_t bytes);
  Status take_part();
  Status take_signature();
  Status take_local_header();
  Status take_local_names();
  Status begin_data(std::string_view extra);
  Status take_data(std::string_view* bytes);
  Status take_stored(std::string_view* bytes);
  Status take_deflated(std::string_view* bytes);
  Status put(std::string_view bytes);
  Status data_is_over();
  Status entry_is_over(std::uint32_t crc, std::uint64_t size);
  Status take_directory_entry();
  Status take_end();
  std::uint32_t number(std::size_t offset, std::size_t bytes) const;
  std::uint64_t long_number(std::size_t offset) const;

  Inflater inflater_;
  State state_ = State::kSignature;
  std::string part_;  // of a structure, until it has wanted_ bytes
  std::size_t wanted_ = 4;
  std::string slice_;

  // Of the entry at hand.
  std::uint32_t flags_ = 0;
  std::uint32_t method_ = 0;
  std::uint32_t said_crc_ = 0;
  std::uint64_t said_packed_ = 0;
  std::uint64_t said_size_ = 0;
  std::size_t name_bytes_ = 0;
  bool zip64_ = false;
  bool passed_over_ = false;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t stored_left_ = 0;

  std::vector<Entry> entries_;
  std::size_t directory_entries_ = 0;
  std::uint64_t passed_over_bytes_ = 0;
};

}  // namespace qcdr::intake

// Who may state a record of each kind: the one table of it.
//
// Nobody is authenticated yet, so the right comes with the channel of an upload: who may write into
// a practice's inbox speaks for the practice, who may write into the registry's own inbox is an
// officer of the registry. What a file says of its signer decides nothing. The registry may also
// record what a practice could (it came on paper); a practice never what is the registry's: its
// officers' decisions, extensions, audit corrections, and the lists that it gets from CMS.
// An approval of circumstances is different: CMS gives it to the practice, and the practice tells.
// Thread-safety: free functions over constant tables. Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace qcdr::rulebook {

// Through which channel a record counts.
enum class StatedBy : std::uint8_t {
  kPracticeOrRegistry,
  kRegistry,
};

struct RecordAuthority {
  std::uint32_t record_kind;  // number of the proto RecordKind
  std::string_view name;      // as files and documents name the kind
  StatedBy stated_by;
};

// Every kind, by number.
std::span<const RecordAuthority> record_authorities();
// Null for a number that is no kind.
const RecordAuthority* find_record_authority(std::uint32_t record_kind);
// A kind that nobody knows is the registry's.
bool is_for_registry_only(std::uint32_t record_kind);

}  // namespace qcdr::rulebook

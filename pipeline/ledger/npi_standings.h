// What the national register of NPIs says of this practice-year's clinicians, as it was looked up
// last: kept with the state, so that readers and replays need no register. Content of a fact
// (version 1), subject NPI as big-endian u64: u8 1 | u8 flags (1 issued, 2 organization) |
//   varint days deactivated, reactivated | text(last name) | text(other last name) | text(first
//   name).
// The list's date is not content: a newer list that says the same changes nothing.
// Thread-safety: none. Lifetime: facts and the lookup in use outlive it.
// Errors: kCorruption for facts that no correct writer makes.
#pragma once

#include <optional>

#include "core/npi_entry.h"
#include "ledger/fact_table.h"

namespace qcdr::ledger {

struct NpiStanding {
  bool issued = false;
  NpiEntry entry;  // when issued

  bool is_deactivated() const {
    return issued && entry.deactivated.days() != 0 && entry.reactivated < entry.deactivated;
  }
  // Whether the roster's family name is one that the register has. Case, accents left out, and
  // signs between letters do not matter; nothing is told of a name that one side does not have.
  bool has_last_name(std::string_view name) const;

  std::string encode() const;
  static Result<NpiStanding> decode(std::string_view content, Npi npi);
  friend bool operator==(const NpiStanding&, const NpiStanding&) = default;
};

class NpiStandings {
 public:
  explicit NpiStandings(FactTable* facts) : facts_(facts) {}

  void use(const NpiLookup* lookup) { lookup_ = lookup; }
  bool has_lookup() const { return lookup_ != nullptr; }
  // Looks the NPI up and keeps the answer; true when it is another one than before.
  Result<bool> look_up(Npi npi);
  // None: nobody has looked yet.
  Result<std::optional<NpiStanding>> find(Npi npi) const;

 private:
  FactTable* facts_;
  const NpiLookup* lookup_ = nullptr;
};

}  // namespace qcdr::ledger

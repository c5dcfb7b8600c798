// What the national register of providers says of one NPI, and how it is asked.
// Thread-safety: values; a lookup is immutable.
#pragma once

#include <optional>
#include <string>

#include "core/identifiers.h"
#include "core/time.h"

namespace qcdr {

// A date of zero: never.
struct NpiEntry {
  Npi npi;
  bool organization = false;  // entity type 2
  LocalDate deactivated;
  LocalDate reactivated;
  std::string last_name;
  std::string other_last_name;  // a former or professional one
  std::string first_name;
  friend bool operator==(const NpiEntry&, const NpiEntry&) = default;
};

// The register as of one day.
class NpiLookup {
 public:
  virtual ~NpiLookup() = default;
  // The day of the list; zero: of no day.
  virtual LocalDate list_date() const { return LocalDate(); }
  // None: never issued.
  virtual std::optional<NpiEntry> find(Npi npi) const = 0;
};

}  // namespace qcdr

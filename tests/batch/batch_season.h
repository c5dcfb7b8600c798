// One practice-year as it stands at the end of its history: plain maps, filled row by row, and sums
// that are counted once from what is left at the end.
//
// Written from docs/state.md, the design and the rulebook's data, not from the pipeline's fold; of
// the pipeline it shares core, rulebook data and messages only.
// Thread-safety: values. Lifetime: rules and entity key outlive a season.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "batch_history.h"
#include "core/crypto.h"
#include "core/finding_codes.h"
#include "core/time.h"
#include "rulebook/rulebook.h"

namespace qcdr::batch {

// A clinician under a TIN.
struct PairName {
  TinToken tin;
  std::uint64_t npi = 0;
  friend auto operator<=>(const PairName&, const PairName&) = default;
};

// One line of a roster.
struct RosterLine {
  PairName pair;
  std::uint32_t type = 0;  // number of the proto ClinicianType
  std::int32_t start = 0;  // days since 1970-01-01; 0: open
  std::int32_t end = 0;
  std::vector<std::pair<std::int32_t, std::int32_t>> later;  // more periods: start, end
  std::string last_name;
  std::string first_name;
};

// A pair that was ever on a roster in force or on a case.
struct Pair {
  bool listed = false;     // on the roster in force
  RosterLine line;         // what the last roster that listed it said
  std::uint32_t type = 0;  // what the first case that says it says
};

struct Upload {
  std::uint32_t ordinal = 0;
  std::uint32_t kind = 0;
  std::int64_t received_at = 0;
  std::uint32_t next_row = 0;
  bool parked = false;
  bool completed = false;
  bool refused = false;
  std::uint32_t accepted = 0;
  std::uint32_t held = 0;
  std::uint32_t rejected = 0;
  std::uint32_t duplicate = 0;
  std::map<std::uint32_t, std::uint32_t> codes;
  std::map<std::uint32_t, RosterLine> staged;  // by row, of a roster that is not in force

  void tell(FindingCode code) { ++codes[code_number(code)]; }
};

struct Origin {
  std::int64_t received_at = 0;
  std::uint32_t upload = 0;
  std::uint32_t row = 0;
};

enum class Standing : std::uint8_t { kNone = 0, kOnTime = 1, kHeld = 2, kRevoked = 3 };

struct Permission {
  Standing standing = Standing::kNone;
  Origin origin;
};

struct Election {
  std::uint32_t level = 0;
  std::uint32_t pathway = 0;
  Origin origin;
};

struct Elections {
  Election in_force;
  Election held;
};

// Timeliness classes as docs/state.md numbers them.
enum class Class : std::uint8_t { kOnTime = 0, kMissed = 1, kLate = 2, kWithheld = 3 };

// What one upload said about one case.
struct Version {
  std::uint32_t upload = 0;
  std::uint32_t row = 0;
  std::int32_t service_date = 0;
  Class timeliness = Class::kOnTime;
  std::vector<PairName> pairs;
  std::map<std::size_t, std::uint8_t> outcomes;  // by measure slot; numbers of docs/state.md

  bool says_the_same(const Version& other) const {
    return service_date == other.service_date && pairs == other.pairs && outcomes == other.outcomes;
  }
};

struct Case {
  std::optional<Version> counting;
  std::optional<Version> held;
};

struct Season {
  PracticeYear id;
  const rulebook::YearRules* rules = nullptr;
  const Key256* entity_key = nullptr;

  std::map<std::string, Upload> uploads;
  std::map<TinToken, std::string> tins;  // last four digits
  std::map<PairName, Pair> pairs;
  std::string roster_upload;  // of the roster in force; empty: there was none yet
  std::uint32_t roster_rows = 0;
  std::map<PairName, Permission> consents;
  std::map<TinToken, Permission> officer_consents;
  std::map<TinToken, Elections> elections;
  std::map<CaseToken, Case> cases;

  EntityId entity(const PairName& pair) const;
  EntityId entity(const TinToken& tin) const;
  bool effective(const PairName& pair, std::int32_t date) const;
  // As the last roster that lists it says, or else as a case says.
  std::uint32_t type_of(const PairName& pair) const;
  bool listed(const PairName& pair) const;
};

// Folds a history from nothing.
Result<Season> fold(PracticeYear id, const std::vector<Event>& events,
                    const rulebook::YearRules& rules, const Key256& entity_key);

}  // namespace qcdr::batch

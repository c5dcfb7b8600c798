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
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/submission.pb.h"
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
  std::size_t seen = 0;       // place in the order in which pairs were seen
  bool listed = false;        // on the roster in force
  bool told_unlisted = true;  // since it was last on a roster: told when a case names it
  RosterLine line;            // what the last roster that listed it said
  std::uint32_t type = 0;     // what the last case that says it says
};

// Why a complete roster is not in force.
enum class Waiting : std::uint8_t { kNo, kLate, kDropsMany };

struct Upload {
  std::uint32_t ordinal = 0;
  std::uint32_t kind = 0;
  std::int64_t received_at = 0;
  std::int64_t file_written = 0;  // the oldest that a row says; 0: none does
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
  Waiting waiting = Waiting::kNo;

  void tell(FindingCode code) { ++codes[code_number(code)]; }
};

struct Origin {
  std::int64_t received_at = 0;
  std::uint32_t upload = 0;
  std::uint32_t row = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

enum class Standing : std::uint8_t {
  kNone = 0,
  kOnTime = 1,
  kHeld = 2,
  kRevoked = 3,
  kRefused = 4,  // late, and an officer said no
};

// What a consent covers; zero is everything.
struct Scope {
  std::uint8_t categories = 0;  // bits 1 << category
  std::int32_t from = 0;
  std::int32_t to = 0;
  friend bool operator==(const Scope&, const Scope&) = default;
};

struct Permission {
  Standing standing = Standing::kNone;
  Scope scope;
  Origin origin;
  // A late one that says more than what stands.
  std::optional<std::pair<Scope, Origin>> more;
};

// Kinds of facts, numbered as in docs/state.md.
enum Kind : std::uint8_t {
  kMeasures = 1,
  kTin = 2,
  kPair = 3,
  kConsent = 4,
  kOfficerConsent = 5,
  kElection = 6,
  kUpload = 7,
  kStagedRow = 8,
  kRoster = 9,
  kRegistration = 11,
  kOptOut = 12,
  kUnreadableOptOut = 13,
  kActivity = 14,
  kSignOff = 15,
  kEligibility = 16,
  kBilledCases = 17,
  kInteroperability = 18,
  kMeasureResult = 19,
  kReweighting = 20,
  kMembership = 21,
  kCertification = 22,
  kDecision = 23,
  kConfirmation = 24,
  kOptIn = 25,
  kPartialTin = 26,
  kRoleGrant = 27,
  kFeedback = 28,
  kReviewAuthorisation = 29,
  kReviewCase = 30,
  kExtension = 31,
  kAuditCorrection = 32,
  kNpi = 37,
  kClaim = 100,
};

struct FactName {
  Kind kind = kMeasures;
  std::string subject;
  friend auto operator<=>(const FactName&, const FactName&) = default;
};

// One version of a record, as it came.
struct FactVersion {
  Origin origin;
  std::string content;  // canonical
  v1::Row row;
  std::vector<TinToken> tins;  // of a registration
};

struct Versions {
  std::optional<FactVersion> in_force;
  std::optional<FactVersion> held;
  bool held_refused = false;  // an officer said no to the held one
};

struct OptOutState {
  bool filed = false;
  std::uint8_t categories = 0;
  std::uint8_t reason = 0;
  Origin origin;
  std::optional<Origin> held_revocation;
  std::uint8_t held_categories = 0;
  Origin since;
  bool revocation_refused = false;
};

// A row of an opt-out file that could not be read, or as the last number a file of which nothing
// could. The TIN is zero when that could not be, either.
struct UnreadableRow {
  TinToken tin;
  std::uint32_t upload = 0;
  std::uint32_t row = 0;
  friend auto operator<=>(const UnreadableRow&, const UnreadableRow&) = default;
};

struct Election {
  std::uint32_t level = 0;
  std::uint32_t pathway = 0;
  Origin origin;
};

struct Elections {
  Election in_force;
  Election held;
  bool held_refused = false;
  std::uint32_t let_in_at_upload = 0;  // uploads known when the one in force was let in late
};

// Timeliness classes as docs/state.md numbers them.
enum class Class : std::uint8_t { kOnTime = 0, kMissed = 1, kLate = 2, kWithheld = 3 };

// What one upload said about one case.
struct Version {
  std::uint32_t upload = 0;
  std::uint32_t row = 0;
  std::int32_t service_date = 0;
  Class timeliness = Class::kOnTime;
  bool refused = false;                          // held, and an officer said no: it is in no sum
  std::vector<PairName> pairs;                   // none: the case is taken back, too late
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
  std::map<FactName, Permission> permissions;   // kinds 4 and 5
  std::map<std::string, Elections> elections;   // by TIN
  std::map<std::string, OptOutState> opt_outs;  // by entity
  std::map<UnreadableRow, Origin> unreadable;
  std::map<FactName, Versions> facts;
  // Upload and row of the last records that bore an id of the source's own, oldest first.
  std::map<std::string, std::vector<std::pair<std::uint32_t, std::uint32_t>>> records;
  std::map<std::string, Instant> extensions;  // first moment that is too late, by deadline
  std::map<CaseToken, Case> cases;
  std::map<std::string, v1::StageTwoClaim> claims;  // the latest, by entity
  std::shared_ptr<const NpiLookup> npi_registry;    // null: none is in force

  EntityId entity(const PairName& pair) const;
  EntityId entity(const TinToken& tin) const;
  bool effective(const PairName& pair, std::int32_t date) const;
  // As the last roster that lists it says, or else as a case says.
  std::uint32_t type_of(const PairName& pair) const;
  bool listed(const PairName& pair) const;
  Pair& see(const PairName& pair);
  // Null when there is none.
  const FactVersion* in_force(Kind kind, const std::string& subject) const;
  // What the registry itself stated of the practice's registration last.
  const FactVersion* word_of_registry() const { return in_force(kRegistration, "registry"); }
  // The same, for every subject that begins so.
  std::vector<std::pair<std::string, const FactVersion*>> all_in_force(
      Kind kind, std::string_view prefix) const;
  const Upload* upload_of(std::uint32_t ordinal) const;
};

// Folds a history from nothing.
Result<Season> fold(PracticeYear id, const std::vector<Event>& events,
                    const rulebook::YearRules& rules, const Key256& entity_key);

}  // namespace qcdr::batch

// TINs and TIN/NPI pairs of one practice-year, in the order in which they were first seen.
//
// A pair comes from a roster or from a case; one that only cases name is provisional: it is
// credited, and reconciliation must settle it later. Ordinals are permanent within the
// practice-year, because contributions refer to them.
//
// Invariants
// - A pair's ordinal is its place in pairs(); a TIN's its place in tins().
// - A pair that the roster lists is effective from its start to its end date; any other always.
// Thread-safety: none.
#pragma once

#include <unordered_map>

#include "core/crypto.h"
#include "core/time.h"
#include "ledger/fact_table.h"
#include "ledger/flat_index.h"

namespace qcdr::ledger {

// Numbers as in the proto ClinicianType.
enum class Clinician : std::uint8_t {
  kUnspecified = 0,
  kPhysician = 1,
  kCrna = 2,
  kCaa = 3,
  kPhysicianAssistant = 4,
  kNursePractitioner = 5,
  kOther = 6,
};

struct TinRow {
  TinToken token;
  std::uint32_t ordinal = 0;
  std::uint32_t members = 0;
  EntityId group_entity;
  std::string last_four;
  std::string encrypted;
};

// Days on which a pair belongs together; a zero date is open.
struct Period {
  LocalDate start;
  LocalDate end;
  bool contains(LocalDate date) const {
    return (start.days() == 0 || start <= date) && (end.days() == 0 || date <= end);
  }
  bool overlaps(const Period& other) const {
    return (start.days() == 0 || other.end.days() == 0 || start <= other.end) &&
           (other.start.days() == 0 || end.days() == 0 || other.start <= end);
  }
  friend bool operator==(const Period&, const Period&) = default;
};
inline constexpr std::size_t kPeriodsPerPairMax = 16;

struct PairRow {
  std::uint32_t ordinal = 0;
  std::uint32_t tin = 0;     // ordinal
  std::uint32_t member = 0;  // place within the TIN
  EntityId entity;
  Npi npi;
  bool listed = false;                            // on the roster in force
  Clinician type = Clinician::kUnspecified;       // as the roster says
  Clinician case_type = Clinician::kUnspecified;  // as the last case that says one says
  bool noted = true;                 // told that cases name it although the roster does not list it
  LocalDate start;                   // zero: open
  LocalDate end;                     // zero: open
  std::vector<Period> more_periods;  // beside start and end: somebody who left and came back
  std::string last_name;
  std::string first_name;
  // As the national register says (npi_standings.h keeps it); zero: never.
  LocalDate npi_deactivated;
  LocalDate npi_reactivated;

  Clinician known_type() const { return type != Clinician::kUnspecified ? type : case_type; }
  // Anesthesiologist assistants are not MIPS eligible clinicians: their cases count in the group.
  bool reports_individually() const { return known_type() != Clinician::kCaa; }
  bool npi_deactivated_on(LocalDate date) const {
    return npi_deactivated.days() != 0 && npi_deactivated < date &&
           (npi_reactivated < npi_deactivated || date < npi_reactivated);
  }
  bool effective_on(LocalDate date) const {
    if (!listed || Period{start, end}.contains(date)) return true;
    for (const Period& period : more_periods) {
      if (period.contains(date)) return true;
    }
    return false;
  }
};

class PairTable {
 public:
  PairTable(PracticeYear id, const Key256& entity_key, FactTable* facts)
      : id_(id), entity_key_(entity_key), facts_(facts) {}

  // Rebuilds both lists from the facts.
  Status load();

  const std::vector<TinRow>& tins() const { return tins_; }
  const std::vector<PairRow>& pairs() const { return pairs_; }
  const PairRow& pair(std::uint32_t ordinal) const {
    QCDR_ASSERT(ordinal < pairs_.size());
    return pairs_[ordinal];
  }
  std::optional<std::uint32_t> find_tin(const TinToken& token) const;
  std::optional<std::uint32_t> find_pair(std::uint32_t tin, Npi npi) const;
  std::uint32_t find_or_add_tin(const TinToken& token, std::string_view last_four,
                                std::string_view encrypted);
  // *added tells whether the pair is new, and thereby provisional until a roster lists it.
  std::uint32_t find_or_add_pair(std::uint32_t tin, Npi npi, bool* added);
  // A case says what the pair is; the last one that does counts. True when that changed it.
  bool note_case_type(std::uint32_t ordinal, Clinician case_type);
  // Replaces what the roster says of a pair.
  void set_roster(std::uint32_t ordinal, const PairRow& from_roster);
  // The pair leaves the roster in force; what the last roster said of it stays, for readers.
  void clear_roster(std::uint32_t ordinal);
  // True when that changed something. Not stored here.
  bool set_npi_dates(std::uint32_t ordinal, LocalDate deactivated, LocalDate reactivated);
  // A pair that a roster dropped stands on a case again.
  void note_seen_again(std::uint32_t ordinal);

 private:
  void store(const PairRow& pair);
  void store(const TinRow& tin);
  static std::uint64_t pair_key(std::uint32_t tin, Npi npi) {
    return std::uint64_t{tin} << 40 | npi.value();
  }

  PracticeYear id_;
  const Key256& entity_key_;
  FactTable* facts_;
  std::vector<TinRow> tins_;
  std::vector<PairRow> pairs_;
  std::unordered_map<TinToken, std::uint32_t> tin_ordinals_;
  FlatIndex pair_ordinals_;
};

}  // namespace qcdr::ledger

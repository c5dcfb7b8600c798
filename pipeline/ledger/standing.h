// What stands for a permission or an election after everything that was said about it.
//
// A deadline may cost a late yes; it never overrules a no: a revocation takes effect at once. A
// late yes is held and changes nothing until an officer lifts the hold; one that an officer refused
// waits for nobody. Source of the duty: 42 CFR
// 414.1400(b)(3)(xiii) (authorization per NPI or group). Thread-safety: values.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/time.h"
#include "ledger/fact_table.h"

namespace qcdr::ledger {

// Sets of categories: bits 1 << number of the proto Category. In a record 0 stands for all.
using CategoryBits = std::uint8_t;
// Those that a registry sends: quality, improvement activities, promoting interoperability. Cost
// comes from CMS's own claims.
inline constexpr std::array<std::uint8_t, 3> kSentCategories = {1, 3, 4};
inline constexpr CategoryBits kQualityBit = 1U << 1U;
inline constexpr CategoryBits kActivitiesBit = 1U << 3U;
inline constexpr CategoryBits kInteroperabilityBit = 1U << 4U;
inline constexpr CategoryBits kAllSent = kQualityBit | kActivitiesBit | kInteroperabilityBit;
// Of a record's categories, those that a registry sends.
constexpr CategoryBits sent_categories(CategoryBits of_record) {
  return of_record == 0 ? kAllSent : static_cast<CategoryBits>(of_record & kAllSent);
}

enum class ConsentState : std::uint8_t {
  kMissing = 0,
  kOnTime = 1,   // granted by its date
  kHeld = 2,     // granted after its date
  kRevoked = 3,  // taken back
  kRefused = 4,  // granted after its date, and an officer said no
};

std::string_view consent_state_name(ConsentState state);

// Where a fact came from: for history, for readers, and for what came before what.
struct Origin {
  Instant received_at;
  std::uint32_t upload = 0;  // ordinal within the practice-year
  std::uint32_t row = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

void encode_origin(const Origin& origin, ByteWriter* writer);
Origin decode_origin(ByteReader* reader);

// What a consent covers. Encoded behind the rest, and only when it says something.
struct ConsentScope {
  std::uint8_t categories = 0;  // bits 1 << number of the proto Category; 0: all
  LocalDate from;               // zero: open
  LocalDate to;                 // zero: open

  bool covers(std::uint8_t category) const {
    return categories == 0 || (categories >> category & 1U) != 0;
  }
  bool holds_on(LocalDate date) const {
    return (from.days() == 0 || from <= date) && (to.days() == 0 || date <= to);
  }
  friend bool operator==(const ConsentScope&, const ConsentScope&) = default;
};

// A late grant beside one that was given in time: a renewal, or a wider one.
struct HeldGrant {
  ConsentScope scope;
  Origin origin;
};

struct Consent {
  ConsentState state = ConsentState::kMissing;
  Origin origin;
  ConsentScope scope;
  std::optional<HeldGrant> held;  // only beside kOnTime

  // Given in time, for this category, on this day.
  bool live(std::uint8_t category, LocalDate date) const {
    return state == ConsentState::kOnTime && scope.covers(category) && scope.holds_on(date);
  }
  FactValue encode() const;
  static Result<Consent> decode(const FactValue& value);
};

// A grant that came by its date (`on_time`) or after it. Returns whether anything changed. A late
// grant never widens one that was given in time: where it covers less, that takes effect at once;
// where it covers more or longer, it is held.
bool grant(Consent* consent, bool on_time, const ConsentScope& scope, const Origin& origin);
bool revoke(Consent* consent, const Origin& origin);
// An officer lets a late grant in, or refuses it. False: there is none, or it is refused already.
// One beside a grant in time is dropped when it is refused.
bool promote(Consent* consent);
bool refuse(Consent* consent);

// Numbers as in the proto ReportingLevel and Pathway; 0: nothing was elected.
struct Election {
  std::uint8_t level = 0;
  std::uint8_t pathway = 0;
  Origin origin;
};

// How a TIN reports: the election in force, and one that came too late and waits for an officer, or
// was refused by one. Canonical: both elections, and u8 1 behind them when refused.
struct ReportingOptionFact {
  Election in_force;
  Election held;
  bool held_refused = false;
  // How many uploads of the practice-year were known when the election in force was let in after
  // it had been held; 0: it was in time.
  std::uint32_t let_in_at_upload = 0;

  // Level of what an officer has yet to decide about; 0: nothing.
  std::uint8_t waiting_level() const { return held_refused ? std::uint8_t{0} : held.level; }

  FactValue encode() const;
  static Result<ReportingOptionFact> decode(const FactValue& value);
};
// Returns whether anything changed. One in time takes away what was held before it; a late one that
// says what is in force, or what is held already, says nothing new.
bool take_election(ReportingOptionFact* option, const Election& election, bool on_time);
bool promote(ReportingOptionFact* option);
bool refuse(ReportingOptionFact* option);

}  // namespace qcdr::ledger

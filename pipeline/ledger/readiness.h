// What keeps an entity's data from CMS, and apart from it what costs points only: two lists, never
// one. Rules over facts that were read before (readiness_reader.h); pure.
//
// Blocks: registration, agreements, payment, consent (a pair) or officer's consent (a TIN),
// opt-out, reconciliation, an open audit, reporting option, partial TIN, unreadable opt-out,
// confirmation, circumstances, virtual group. What the registry certifies is asked for when
// documents are frozen, so its absence blocks nothing before that. Costs: completeness, missing
// months, activities, promoting interoperability, missing measures, case minimum, held cases.
// Sources: 42 CFR 414.1400(b)(3) (consent), 414.1380(b)(1) (completeness, case minimum); the
// registry's calendar for dates.
//
// A no or a missing yes can be about some categories only: their data are withheld, and the rest of
// the set goes. Only where nothing is left of what is there does it block the set
// (readiness_categories.cc).
//
// Three kinds of blocks matter to "if all open items are done": one that came late and is held, one
// that can still be cured, and a no (`refused`): an opt-out, a consent taken back, the other way of
// reporting. A no is nobody's open item.
// Thread-safety: values and pure functions. Errors: none.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "calendar/judge.h"
#include "ledger/audit_correction.h"
#include "ledger/eligibility.h"
#include "ledger/forecast.h"
#include "ledger/measure_results.h"
#include "ledger/opt_out.h"
#include "ledger/reconciliation.h"
#include "ledger/registration.h"
#include "ledger/reweighting.h"
#include "ledger/standing.h"
#include "scoring/score.h"

namespace qcdr::ledger {

// Numbers as in the proto Blocker.Reason.
enum class BlockReason : std::uint8_t {
  kUnspecified = 0,
  kRegistration = 1,
  kAgreement = 2,
  kPayment = 3,
  kIndividualConsent = 4,
  kOfficerConsent = 5,
  kOptOut = 6,
  kReconciliation = 7,
  kAudit = 8,
  kCertification = 9,
  kReportingOption = 10,
  kPartialTin = 11,
  kUnreadableOptOut = 12,
  kOfficerDecision = 13,
  kClinicianType = 14,
  kConfirmation = 15,
  kNoData = 16,
  kCircumstances = 17,
  kVirtualGroup = 18,
};
inline constexpr std::size_t kBlockReasons = 19;

// Numbers as in the proto PointCost.Reason.
enum class CostReason : std::uint8_t {
  kUnspecified = 0,
  kCompleteness = 1,
  kMissingMonth = 2,
  kImprovementActivities = 3,
  kPromotingInteroperability = 4,
  kMissingMeasure = 5,
  kCaseMinimum = 6,
  kHeldCases = 7,
};

// Numbers as in the proto Advice.Kind.
enum class AdviceKind : std::uint8_t {
  kUnspecified = 0,
  kSecurityOfficial = 1,
  kEligibilityList = 2,
  kBilledCases = 3,
  kNotRequired = 4,
};

// "individualConsent", "completeness", "securityOfficial": as the command line's JSON writes them.
std::string_view block_reason_name(BlockReason reason);
std::string_view cost_reason_name(CostReason reason);
std::string_view advice_kind_name(AdviceKind kind);

// No date ends it.
inline constexpr Instant kNoEnd = Instant::from_milliseconds(INT64_MAX);

// When something should be done, and the first moment at which it is too late.
struct Limit {
  Instant due = kNoEnd;
  Instant ends = kNoEnd;
};
// Limit of facts of a kind that are not about a month; kNoEnd when the calendar sets none.
Limit limit_of(const rulebook::YearRules& rules, std::string_view kind, bool correction,
               std::span<const calendar::Extension> extensions);
// The last whole second before a limit ends: what people are told. kNoEnd stays.
Instant last_second(Instant ends);

inline constexpr std::size_t kCodesPerBlockMax = 8;

// What is the matter with a consent that was given in time.
enum class BlockDetail : std::uint8_t { kNone = 0, kExpired = 1, kNotYet = 2, kScope = 3 };

struct Block {
  BlockReason reason = BlockReason::kUnspecified;
  BlockDetail detail = BlockDetail::kNone;
  CategoryBits categories = 0;  // whose data it withholds; 0: it blocks the whole set
  bool held_late = false;       // something came, too late; an officer may let it in
  bool refused = false;  // somebody said no; of what came too late an officer of the registry
  bool closed = false;   // cannot be cured any more without an officer
  Limit limit;
  std::uint32_t practice = 0;  // that causes it, where several report under one TIN
  std::array<std::uint32_t, kCodesPerBlockMax> codes{};  // of findings; the first ones
  std::uint32_t code_count = 0;

  // Counts as done in "if all open items are done".
  bool open_item() const { return !refused && (held_late || !closed); }
  bool waits_for_officer() const { return held_late && !refused; }
  friend bool operator==(const Block&, const Block&);
};

struct PointCost {
  CostReason reason = CostReason::kUnspecified;
  const rulebook::Measure* measure = nullptr;
  std::uint32_t month = 0;
  Decimal points_at_most;
  Limit limit;
  std::uint32_t cases = 0;
};

struct Advice {
  AdviceKind kind = AdviceKind::kUnspecified;
  Instant due = kNoEnd;
};

struct Readiness {
  std::vector<Block> blocks;  // those that are closed first, then by reason
  // What keeps data of some categories here although the rest may go, in order of reason. It says
  // so too where nothing is left and the set is blocked.
  std::vector<Block> withheld;
  std::vector<PointCost> costs;
  std::vector<Advice> advice;
  std::vector<MeasureForecast> forecasts;  // of the measures that are reported

  bool will_be_sent() const { return blocks.empty(); }
  // Nothing that blocks is final.
  bool can_be_sent() const;
  const Block* find(BlockReason reason) const;
  bool blocked_by(BlockReason reason) const { return find(reason) != nullptr; }
  // Categories whose data stay here as things stand, and when all open items are done.
  CategoryBits withheld_now() const;
  CategoryBits withheld_when_done() const;
};
// Same blocks, the same of them closed; the same is withheld.
bool same_blocks(const Readiness& a, const Readiness& b);

// Facts of a practice, a TIN and a pair that readiness rests on, as they were read.
struct PracticeFacts {
  const rulebook::YearRules* rules = nullptr;
  std::span<const calendar::Extension> extensions;
  Instant as_of;
  // False: whatever the day is. Days for which a consent holds are then not looked at.
  bool dated = true;
  RegistrationStanding registration;
};

// What blocks on the side of another practice that reports for the same entity.
struct OtherBlock {
  std::uint32_t practice = 0;
  BlockReason reason = BlockReason::kUnspecified;
  bool held_late = false;
  CategoryBits categories = 0;  // 0: the whole set
};

struct TinFacts {
  ReportingOptionFact option;
  Consent officer_consent;
  Reconciliation reconciliation;
  bool opt_out_unreadable = false;
  std::vector<AuditWindow> audits;  // with cases of the TIN that are not corrected
  // Somebody had opted out as an individual when the group was elected, and nobody confirmed that
  // the group covers him.
  bool opted_out_unconfirmed = false;
  bool in_virtual_group = false;
  bool voluntary_set_confirmed = false;
  Eligibility eligibility;
  std::vector<Reweighting> reweighting;
  BilledCases billed;
  std::array<std::uint32_t, 12> cases_by_month{};  // distinct cases that count
  std::vector<OtherBlock> others;                  // of the TIN as a group
};

struct PairFacts {
  std::uint32_t ordinal = 0;
  Consent consent;
  OptOutFact opt_out;
  Eligibility eligibility;
  std::vector<Reweighting> reweighting;
  std::vector<OtherBlock> others;
};

// What there is to send.
struct DataFacts {
  std::uint32_t cases_counted = 0;
  std::uint32_t cases_held = 0;
  CategoryBits elsewhere = 0;  // of activities, interoperability or measure results in force
  bool anything_held = false;  // the same, come too late, waiting for an officer

  CategoryBits there() const {
    return static_cast<CategoryBits>(elsewhere | (cases_counted > 0 ? kQualityBit : 0));
  }
};

// Levels as in the proto ReportingLevel; nothing elected covers neither.
bool covers_group(std::uint8_t level);
bool covers_individuals(std::uint8_t level);

// readiness_categories.cc. Each of `candidates` keeps data of its categories here: as withheld, or
// as blocks of the set where nothing is left of what is there. An open item among them is then all
// that is told: done, it leaves something to send.
void settle_categories(std::vector<Block> candidates, CategoryBits there,
                       std::vector<Block>* blocks, std::vector<Block>* withheld);

Readiness group_readiness(const PracticeFacts& practice, const TinFacts& tin,
                          const DataFacts& data);
Readiness individual_readiness(const PracticeFacts& practice, const TinFacts& tin,
                               const PairFacts& pair, const DataFacts& data);

// Adds what is worth doing besides.
void add_group_advice(const TinFacts& tin, Readiness* readiness);
void add_individual_advice(const PairFacts& pair, Readiness* readiness);

// Adds what costs points, from the score of everything that was accepted.
void add_costs(const PracticeFacts& practice, const TinFacts& tin, const DataFacts& data,
               const scoring::ScoreInput& input, const scoring::ScoreSummary& summary,
               Readiness* readiness);

}  // namespace qcdr::ledger

#include "ledger/readiness.h"

#include <algorithm>

#include "core/assert.h"
#include "core/finding_codes.h"
#include "core/zone.h"
#include "rulebook/calendar_kinds.h"
#include "rulebook/deadline_names.h"

namespace qcdr::ledger {
namespace {

namespace kinds = rulebook::kinds;

constexpr std::uint8_t kLevelIndividual = 1;
constexpr std::uint8_t kLevelGroup = 2;
constexpr std::uint8_t kLevelBoth = 3;
// Tiers of a registration: the first two keep or compare data and send nothing.
constexpr std::uint8_t kTierBasic = 1;
constexpr std::uint8_t kTierBenchmarking = 2;

// After it nothing can be sent at all.
Instant window_ends(const rulebook::YearRules& rules) {
  for (const rulebook::Deadline& deadline : rules.deadlines()) {
    if (deadline.name == rulebook::kWindowDeadline) return deadline.passes_at;
  }
  return kNoEnd;
}

class Blocks {
 public:
  explicit Blocks(const PracticeFacts& practice) : practice_(practice) {}

  Limit limit(std::string_view kind, bool correction = false) const {
    return limit_of(*practice_.rules, kind, correction, practice_.extensions);
  }
  Limit window() const {
    const Instant ends = window_ends(*practice_.rules);
    return {ends, ends};
  }
  // Missing: can be cured until its limit.
  Block& missing(BlockReason reason, Limit limit) {
    Block& block = add(reason, limit);
    block.closed = practice_.as_of >= limit.ends;
    return block;
  }
  Block& held(BlockReason reason, Limit limit) { return blocks_.emplace_back(hold(reason, limit)); }
  // Somebody said no. A yes may follow until its limit, but nobody is asked for it.
  Block& refused(BlockReason reason, Limit limit) {
    return blocks_.emplace_back(refusal(reason, limit));
  }
  // The same, of some categories only; none of them: of nothing.
  void withhold(Block block, CategoryBits categories) {
    block.categories = static_cast<CategoryBits>(categories & kAllSent);
    if (block.categories != 0) candidates_.push_back(block);
  }
  // As add() would make them, without blocking the set.
  Block refusal(BlockReason reason, Limit limit) const {
    Block block = block_of(reason, limit);
    block.refused = true;
    block.closed = practice_.as_of >= limit.ends;
    return block;
  }
  Block hold(BlockReason reason, Limit limit) const {
    Block block = block_of(reason, limit);
    block.held_late = true;
    block.closed = true;
    return block;
  }
  // It came too late, and an officer said no: nobody waits for it.
  Block& held_refused(BlockReason reason, Limit limit) {
    Block& block = held(reason, limit);
    block.refused = true;
    return block;
  }
  // The day on which consents must hold; none: whatever the day is.
  std::optional<LocalDate> day() const {
    if (!practice_.dated) return std::nullopt;
    return local_date(practice_.rules->registry().zone, practice_.as_of);
  }
  Readiness take(CategoryBits there) {
    Readiness readiness;
    settle_categories(std::move(candidates_), there, &blocks_, &readiness.withheld);
    readiness.blocks = sorted();
    return readiness;
  }

 private:
  std::vector<Block> sorted() {
    std::stable_sort(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) {
      const auto key = [](const Block& block) {
        return std::pair(!(block.closed || block.refused), block.reason);
      };
      return key(a) < key(b);
    });
    return std::move(blocks_);
  }
  static Block block_of(BlockReason reason, Limit limit) {
    Block block;
    block.reason = reason;
    block.limit = limit;
    return block;
  }
  Block& add(BlockReason reason, Limit limit) {
    return blocks_.emplace_back(block_of(reason, limit));
  }

  const PracticeFacts& practice_;
  std::vector<Block> blocks_;
  std::vector<Block> candidates_;
};

void add_code(Block* block, std::uint32_t code) {
  const auto end = block->codes.begin() + block->code_count;
  if (std::find(block->codes.begin(), end, code) != end) return;
  if (block->code_count == kCodesPerBlockMax) return;
  block->codes[block->code_count++] = code;
}

void registration_blocks(const PracticeFacts& practice, Blocks* blocks) {
  const RegistrationStanding& standing = practice.registration;
  const Limit limit = blocks->limit(kinds::kRegistration);
  if (!standing.in_force) {
    if (standing.held && standing.held_refused) {
      blocks->held_refused(BlockReason::kRegistration, limit);
    } else if (standing.held) {
      blocks->held(BlockReason::kRegistration, limit);
    } else {
      blocks->missing(BlockReason::kRegistration, limit);
    }
    return;
  }
  const Registration& registration = *standing.in_force;
  if (registration.closed() || registration.tier == kTierBasic ||
      registration.tier == kTierBenchmarking) {
    blocks->refused(BlockReason::kRegistration, blocks->window());
    return;
  }
  if (!registration.agreements_signed()) {
    blocks->missing(BlockReason::kAgreement, blocks->window());
  }
  if (!registration.paid()) blocks->missing(BlockReason::kPayment, blocks->window());
}

CategoryBits covered_by(const ConsentScope& scope) {
  CategoryBits bits = 0;
  for (const std::uint8_t category : kSentCategories) {
    if (scope.covers(category)) bits = static_cast<CategoryBits>(bits | 1U << category);
  }
  return bits;
}

// A consent limited to categories is what its signer decided: a no for the others. One that no
// longer holds is missing, and one that does not hold yet begins by itself.
void scope_blocks(const Consent& consent, BlockReason reason, Limit limit, Blocks* blocks) {
  const std::optional<LocalDate> day = blocks->day();
  const auto holds = [&](const ConsentScope& scope) { return !day || scope.holds_on(*day); };
  const CategoryBits held = consent.held && holds(consent.held->scope)
                                ? covered_by(consent.held->scope)
                                : CategoryBits{0};
  if (!holds(consent.scope)) {
    const bool early = *day < consent.scope.from;
    Block& block = held != 0 ? blocks->held(reason, limit)
                             : blocks->missing(reason, early ? blocks->window() : limit);
    block.detail = early ? BlockDetail::kNotYet : BlockDetail::kExpired;
    return;
  }
  const auto uncovered = static_cast<CategoryBits>(kAllSent & ~covered_by(consent.scope));
  blocks->withhold(blocks->hold(reason, limit), static_cast<CategoryBits>(uncovered & held));
  Block refusal = blocks->refusal(reason, limit);
  refusal.detail = BlockDetail::kScope;
  blocks->withhold(refusal, static_cast<CategoryBits>(uncovered & ~held));
}

void consent_block(const Consent& consent, BlockReason reason, std::string_view kind,
                   Blocks* blocks) {
  switch (consent.state) {
    case ConsentState::kOnTime:
      scope_blocks(consent, reason, blocks->limit(kind), blocks);
      return;
    case ConsentState::kMissing:
      blocks->missing(reason, blocks->limit(kind));
      return;
    case ConsentState::kHeld:
      blocks->held(reason, blocks->limit(kind));
      return;
    case ConsentState::kRevoked:
      blocks->refused(reason, blocks->limit(kind));
      return;
    case ConsentState::kRefused:
      blocks->held_refused(reason, blocks->limit(kind));
      return;
  }
  QCDR_ASSERT(false);
}

// `pair`: for one pair; none: for the group.
void reconciliation_block(const Reconciliation& reconciliation, std::optional<std::uint32_t> pair,
                          Blocks* blocks) {
  const bool clear =
      pair ? reconciliation.clear_for_individual(*pair) : reconciliation.clear_for_group();
  if (clear) return;
  Block* block = nullptr;
  if (reconciliation.state == Reconciliation::State::kHeld) {
    block =
        &blocks->held(BlockReason::kReconciliation, blocks->limit(kinds::kReconciliationSignOff));
  } else if (reconciliation.state == Reconciliation::State::kRefused) {
    block = &blocks->held_refused(BlockReason::kReconciliation,
                                  blocks->limit(kinds::kReconciliationSignOff));
  } else {
    const bool reopened = reconciliation.is_signed();
    block = &blocks->missing(BlockReason::kReconciliation,
                             blocks->limit(kinds::kReconciliationSignOff, reopened));
  }
  bool only_partial = reconciliation.is_signed();
  bool partial = false;
  for (const OpenFinding& finding : reconciliation.open) {
    const bool blocking = pair
                              ? finding.blocks_individual && (!finding.pair || finding.pair == pair)
                              : finding.blocks_group;
    if (!blocking) continue;
    if (finding.code == FindingCode::GROUP_PARTIAL_TIN) {
      partial = true;
    } else {
      only_partial = false;
    }
    add_code(block, code_number(finding.code));
  }
  if (partial && only_partial) block->reason = BlockReason::kPartialTin;
}

// An approval of circumstances reweights its categories, and data sent for them would cancel that
// (42 CFR 414.1380(c)(2)(i)): they stay here. One that was told late is for an officer first.
void circumstances_block(std::span<const Reweighting> approvals, Blocks* blocks) {
  CategoryBits approved = 0;
  bool late = false;
  for (const Reweighting& approval : approvals) {
    if (approval.reason != ReweightingReason::kExtremeAndUncontrollable) continue;
    if (approval.held) {
      late = true;
    } else {
      approved = static_cast<CategoryBits>(approved | approval.categories);
    }
  }
  blocks->withhold(blocks->refusal(BlockReason::kCircumstances, blocks->window()), approved);
  if (late) blocks->held(BlockReason::kOfficerDecision, blocks->window());
}

void opt_out_block(const OptOutFact& opt_out, Blocks* blocks) {
  if (!opt_out.filed()) return;
  const Limit limit = blocks->limit(kinds::kOptOutRevocation);
  const CategoryBits filed = sent_categories(opt_out.categories);
  const bool revoked_late = opt_out.revocation_held || opt_out.revocation_refused;
  const auto late = static_cast<CategoryBits>(
      revoked_late ? filed & sent_categories(opt_out.held_categories) : 0);
  Block held = blocks->hold(BlockReason::kOptOut, limit);
  held.refused = opt_out.revocation_refused;
  blocks->withhold(held, late);
  blocks->withhold(blocks->refusal(BlockReason::kOptOut, limit),
                   static_cast<CategoryBits>(filed & ~late));
}

void data_block(const DataFacts& data, Blocks* blocks) {
  if (data.there() != 0) return;
  if (data.anything_held) {
    blocks->held(BlockReason::kNoData, blocks->limit(kinds::kMeasureResult));
    return;
  }
  blocks->missing(BlockReason::kNoData, blocks->limit(kinds::kAnesthesiaCase));
}

// Cases that an audit names are corrected first, as long as its window is open. Whatever the time
// is: nothing, since a window is of its days.
void audit_block(const PracticeFacts& practice, const TinFacts& tin, Blocks* blocks) {
  Instant ends;
  for (const AuditWindow& audit : tin.audits) {
    if (audit.is_open_at(practice.as_of)) ends = std::max(ends, audit.closes_at);
  }
  if (!practice.dated || ends == Instant()) return;
  constexpr std::int64_t kSecond = 1000;  // the last one is in time
  const Instant first_too_late = Instant::from_milliseconds(ends.milliseconds() + kSecond);
  blocks->missing(BlockReason::kAudit, {first_too_late, first_too_late});
}

// What is asked of every set of a TIN, whoever it is for.
void common_blocks(const PracticeFacts& practice, const TinFacts& tin, Blocks* blocks) {
  registration_blocks(practice, blocks);
  audit_block(practice, tin, blocks);
  if (tin.in_virtual_group && !tin.voluntary_set_confirmed) {
    blocks->refused(BlockReason::kVirtualGroup, blocks->window());
  }
}

// Several practices report for the entity: each of them must be ready.
void other_practices_blocks(std::span<const OtherBlock> others, Blocks* blocks) {
  for (const OtherBlock& other : others) {
    if (other.categories != 0) {
      Block block = other.held_late ? blocks->hold(other.reason, blocks->window())
                                    : blocks->refusal(other.reason, blocks->window());
      block.practice = other.practice;
      blocks->withhold(block, other.categories);
      continue;
    }
    Block& block = other.held_late ? blocks->held(other.reason, blocks->window())
                                   : blocks->missing(other.reason, blocks->window());
    block.practice = other.practice;
  }
}

// True: the TIN reports in this way, or will when an officer says so.
bool option_block(const ReportingOptionFact& option, bool (*covers)(std::uint8_t level),
                  Blocks* blocks) {
  if (covers(option.in_force.level)) return true;
  const Limit limit = blocks->limit(kinds::kReportingOption);
  if (covers(option.waiting_level())) {
    blocks->held(BlockReason::kReportingOption, limit);
    return true;
  }
  if (covers(option.held.level)) {
    blocks->held_refused(BlockReason::kReportingOption, limit);
    return option.in_force.level == 0;
  }
  if (option.in_force.level == 0) {
    blocks->missing(BlockReason::kReportingOption, limit);
    return true;
  }
  blocks->refused(BlockReason::kReportingOption, limit);
  return false;
}

}  // namespace

Limit limit_of(const rulebook::YearRules& rules, std::string_view kind, bool correction,
               std::span<const calendar::Extension> extensions) {
  for (const rulebook::CalendarRule& rule : rules.calendar()) {
    if (rule.kind != kind || rule.service_month_first != 0) continue;
    if (rule.corrections_only && !correction) continue;
    const auto extended = [&](Instant limit, std::string_view deadline) {
      for (const calendar::Extension& extension : extensions) {
        if (extension.name == rule.name || (!deadline.empty() && extension.name == deadline)) {
          limit = std::max(limit, extension.new_limit);
        }
      }
      return limit;
    };
    Limit limit;
    limit.ends = std::min(extended(rule.late_held_from, rule.late_held_after), rule.rejected_from);
    limit.due =
        std::min(extended(rule.milestone_missed_from, rule.milestone_missed_after), limit.ends);
    return limit;
  }
  return {};
}

Instant last_second(Instant ends) {
  constexpr std::int64_t kSecondMilliseconds = 1000;
  if (ends == kNoEnd) return ends;
  return Instant::from_milliseconds(ends.milliseconds() - kSecondMilliseconds);
}

bool operator==(const Block& a, const Block& b) {
  return a.reason == b.reason && a.detail == b.detail && a.categories == b.categories &&
         a.held_late == b.held_late && a.refused == b.refused && a.closed == b.closed &&
         a.limit.ends == b.limit.ends && a.practice == b.practice && a.code_count == b.code_count &&
         a.codes == b.codes;
}

bool Readiness::can_be_sent() const {
  return std::all_of(blocks.begin(), blocks.end(),
                     [](const Block& block) { return block.open_item(); });
}

const Block* Readiness::find(BlockReason reason) const {
  for (const Block& block : blocks) {
    if (block.reason == reason) return &block;
  }
  return nullptr;
}

bool same_blocks(const Readiness& a, const Readiness& b) {
  return a.blocks == b.blocks && a.withheld == b.withheld;
}

bool covers_group(std::uint8_t level) {
  return level == kLevelGroup || level == kLevelBoth;
}

bool covers_individuals(std::uint8_t level) {
  return level == kLevelIndividual || level == kLevelBoth;
}

Readiness group_readiness(const PracticeFacts& practice, const TinFacts& tin,
                          const DataFacts& data) {
  Blocks blocks(practice);
  if (option_block(tin.option, covers_group, &blocks)) {
    common_blocks(practice, tin, &blocks);
    consent_block(tin.officer_consent, BlockReason::kOfficerConsent, kinds::kOfficerConsent,
                  &blocks);
    reconciliation_block(tin.reconciliation, std::nullopt, &blocks);
    if (tin.opted_out_unconfirmed) {
      blocks.missing(BlockReason::kConfirmation, blocks.limit(kinds::kReportingOption));
    }
    circumstances_block(tin.reweighting, &blocks);
    data_block(data, &blocks);
    other_practices_blocks(tin.others, &blocks);
  }
  return blocks.take(data.there());
}

Readiness individual_readiness(const PracticeFacts& practice, const TinFacts& tin,
                               const PairFacts& pair, const DataFacts& data) {
  Blocks blocks(practice);
  if (option_block(tin.option, covers_individuals, &blocks)) {
    common_blocks(practice, tin, &blocks);
    consent_block(pair.consent, BlockReason::kIndividualConsent, kinds::kIndividualConsent,
                  &blocks);
    opt_out_block(pair.opt_out, &blocks);
    if (tin.opt_out_unreadable) {
      blocks.missing(BlockReason::kUnreadableOptOut, blocks.window());
    }
    reconciliation_block(tin.reconciliation, pair.ordinal, &blocks);
    circumstances_block(pair.reweighting, &blocks);
    data_block(data, &blocks);
    other_practices_blocks(pair.others, &blocks);
  }
  return blocks.take(data.there());
}

}  // namespace qcdr::ledger

#include "ledger/readiness.h"

#include <algorithm>

#include "core/assert.h"
#include "core/finding_codes.h"
#include "rulebook/calendar_kinds.h"

namespace qcdr::ledger {
namespace {

namespace kinds = rulebook::kinds;

constexpr std::uint8_t kLevelIndividual = 1;
constexpr std::uint8_t kLevelGroup = 2;
constexpr std::uint8_t kLevelBoth = 3;
// Tiers of a registration: the first two keep or compare data and send nothing.
constexpr std::uint8_t kTierBasic = 1;
constexpr std::uint8_t kTierBenchmarking = 2;
constexpr std::string_view kLastDeadline = "cms-window";

// After it nothing can be sent at all.
Instant window_ends(const rulebook::YearRules& rules) {
  for (const rulebook::Deadline& deadline : rules.deadlines()) {
    if (deadline.name == kLastDeadline) return deadline.passes_at;
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
  Block& held(BlockReason reason, Limit limit) {
    Block& block = add(reason, limit);
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
  // Somebody said no. A yes may follow until its limit, but nobody is asked for it.
  Block& refused(BlockReason reason, Limit limit) {
    Block& block = missing(reason, limit);
    block.refused = true;
    return block;
  }
  std::vector<Block> take() {
    std::stable_sort(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) {
      const auto key = [](const Block& block) {
        return std::pair(!(block.closed || block.refused), block.reason);
      };
      return key(a) < key(b);
    });
    return std::move(blocks_);
  }

 private:
  Block& add(BlockReason reason, Limit limit) {
    Block block;
    block.reason = reason;
    block.limit = limit;
    blocks_.push_back(block);
    return blocks_.back();
  }

  const PracticeFacts& practice_;
  std::vector<Block> blocks_;
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

void consent_block(const Consent& consent, BlockReason reason, std::string_view kind,
                   Blocks* blocks) {
  switch (consent.state) {
    case ConsentState::kOnTime:
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

// An approval of circumstances holds the set; one that was told late is for an officer.
void circumstances_block(std::span<const Reweighting> approvals, Blocks* blocks) {
  bool held = false;
  bool late = false;
  for (const Reweighting& approval : approvals) {
    if (approval.reason != ReweightingReason::kExtremeAndUncontrollable) continue;
    (approval.held ? late : held) = true;
  }
  if (held) blocks->refused(BlockReason::kCircumstances, blocks->window());
  if (late) blocks->held(BlockReason::kOfficerDecision, blocks->window());
}

void data_block(const DataFacts& data, Blocks* blocks) {
  if (data.cases_counted > 0 || data.anything_else) return;
  if (data.anything_held) {
    blocks->held(BlockReason::kNoData, blocks->limit(kinds::kMeasureResult));
    return;
  }
  blocks->missing(BlockReason::kNoData, blocks->limit(kinds::kAnesthesiaCase));
}

// What is asked of every set of a TIN, whoever it is for.
void common_blocks(const PracticeFacts& practice, const TinFacts& tin, Blocks* blocks) {
  registration_blocks(practice, blocks);
  if (tin.in_virtual_group && !tin.voluntary_set_confirmed) {
    blocks->refused(BlockReason::kVirtualGroup, blocks->window());
  }
}

// Several practices report for the entity: each of them must be ready.
void other_practices_blocks(std::span<const OtherBlock> others, Blocks* blocks) {
  for (const OtherBlock& other : others) {
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
  return a.reason == b.reason && a.held_late == b.held_late && a.refused == b.refused &&
         a.closed == b.closed && a.limit.ends == b.limit.ends && a.practice == b.practice &&
         a.code_count == b.code_count && a.codes == b.codes;
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
  return a.blocks == b.blocks;
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
  Readiness readiness;
  readiness.blocks = blocks.take();
  return readiness;
}

Readiness individual_readiness(const PracticeFacts& practice, const TinFacts& tin,
                               const PairFacts& pair, const DataFacts& data) {
  Blocks blocks(practice);
  if (option_block(tin.option, covers_individuals, &blocks)) {
    common_blocks(practice, tin, &blocks);
    consent_block(pair.consent, BlockReason::kIndividualConsent, kinds::kIndividualConsent,
                  &blocks);
    if (pair.opt_out.filed()) {
      const Limit limit = blocks.limit(kinds::kOptOutRevocation);
      if (pair.opt_out.revocation_held) {
        blocks.held(BlockReason::kOptOut, limit);
      } else if (pair.opt_out.revocation_refused) {
        blocks.held_refused(BlockReason::kOptOut, limit);
      } else {
        blocks.refused(BlockReason::kOptOut, limit);
      }
    }
    if (tin.opt_out_unreadable) {
      blocks.missing(BlockReason::kUnreadableOptOut, blocks.window());
    }
    reconciliation_block(tin.reconciliation, pair.ordinal, &blocks);
    circumstances_block(pair.reweighting, &blocks);
    data_block(data, &blocks);
    other_practices_blocks(pair.others, &blocks);
  }
  Readiness readiness;
  readiness.blocks = blocks.take();
  return readiness;
}

}  // namespace qcdr::ledger

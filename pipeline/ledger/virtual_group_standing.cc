// What stands of a virtual group, as one of its practices sees it: no clinician, and of the other
// practices what their claim says.
#include <algorithm>

#include "ledger/standing_reader.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kLevelGroup = 2;

// The same reason at several TINs is one reason, until the first date, with the findings of all.
void merge_block(const Block& block, std::vector<Block>* blocks) {
  const auto same = std::find_if(blocks->begin(), blocks->end(), [&](const Block& other) {
    return other.reason == block.reason && other.held_late == block.held_late &&
           other.refused == block.refused && other.practice == block.practice &&
           other.detail == block.detail && other.categories == block.categories;
  });
  if (same == blocks->end()) {
    blocks->push_back(block);
    return;
  }
  same->closed = same->closed || block.closed;
  same->limit.due = std::min(same->limit.due, block.limit.due);
  same->limit.ends = std::min(same->limit.ends, block.limit.ends);
  for (std::uint32_t i = 0; i < block.code_count; ++i) {
    const auto end = same->codes.begin() + same->code_count;
    if (same->code_count == kCodesPerBlockMax) break;
    if (std::find(same->codes.begin(), end, block.codes[i]) != end) continue;
    same->codes[same->code_count++] = block.codes[i];
  }
}

}  // namespace

Result<Readiness> ReadinessReader::virtual_group_blocks(const PracticeLedger::VirtualGroup& group,
                                                        const DataFacts& data,
                                                        std::vector<OtherBlock> others,
                                                        std::optional<Instant> at) {
  Readiness readiness;
  for (const std::uint32_t ordinal : group.tins) {
    const TinRow& tin = ledger_.pairs().tins()[ordinal];
    QCDR_ASSIGN_OR_RETURN(const TinFacts* alone, tin_facts(tin));
    TinFacts facts = *alone;
    facts.option.in_force.level = kLevelGroup;
    facts.in_virtual_group = false;
    facts.others = std::move(others);
    others.clear();  // once, not for each TIN
    QCDR_ASSIGN_OR_RETURN(facts.opted_out_unconfirmed, opted_out_unconfirmed(tin, facts));
    PracticeFacts practice = practice_;
    practice.as_of = at.value_or(Instant());
    practice.dated = at.has_value();
    const Readiness of_tin = group_readiness(practice, facts, data);
    for (const Block& block : of_tin.blocks) merge_block(block, &readiness.blocks);
    for (const Block& block : of_tin.withheld) merge_block(block, &readiness.withheld);
  }
  std::stable_sort(readiness.blocks.begin(), readiness.blocks.end(),
                   [](const Block& a, const Block& b) {
                     const auto key = [](const Block& block) {
                       return std::pair(!(block.closed || block.refused), block.reason);
                     };
                     return key(a) < key(b);
                   });
  return readiness;
}

Result<EntityStanding> StandingReader::virtual_group(const PracticeLedger::VirtualGroup& group) {
  EntityStanding standing;
  const Instant as_of = facts_.practice().as_of;
  QCDR_ASSIGN_OR_RETURN(standing.input, ledger_.virtual_group_input(group, as_of));
  QCDR_ASSIGN_OR_RETURN(const EntityCounts counts, ledger_.shared_counts(group));
  DataFacts& data = standing.data.facts;
  data.cases_counted = counts.counted();
  data.cases_held = counts.held();
  const auto is_there = [&data](CategoryBits bit) {
    data.elsewhere = static_cast<CategoryBits>(data.elsewhere | bit);
  };
  if (!standing.input.activities.empty()) is_there(kActivitiesBit);
  if (standing.input.interoperability.reported) is_there(kInteroperabilityBit);
  QCDR_ASSIGN_OR_RETURN(const VirtualGroupShare share, ledger_.shared_share(group));
  if (!share.reports.results.empty()) is_there(kQualityBit);
  QCDR_ASSIGN_OR_RETURN(const auto others, ledger_.claim(group));
  QCDR_ASSIGN_OR_RETURN(standing.readiness,
                        facts_.virtual_group_blocks(group, data, other_blocks(others), as_of));
  TinFacts all;
  all.option.in_force.level = kLevelGroup;
  // Which months the others' cases are of is not told, so that none can be called missing.
  if (!others) {
    for (const std::uint32_t ordinal : group.tins) {
      const auto& months = ledger_.group_months(ledger_.pairs().tins()[ordinal]);
      for (std::size_t i = 0; i < months.size(); ++i) all.cases_by_month[i] += months[i];
    }
  }
  finish(all, &standing);
  return standing;
}

}  // namespace qcdr::ledger

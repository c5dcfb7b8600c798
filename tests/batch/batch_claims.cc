#include "batch_claims.h"

#include <algorithm>

#include "core/bytes.h"

namespace qcdr::batch {
namespace {

std::size_t class_of(v1::Timeliness timeliness) {
  switch (timeliness) {
    case v1::TIMELINESS_ON_TIME:
      return static_cast<std::size_t>(Class::kOnTime);
    case v1::TIMELINESS_MILESTONE_MISSED:
      return static_cast<std::size_t>(Class::kMissed);
    case v1::TIMELINESS_LATE_HELD:
      return static_cast<std::size_t>(Class::kLate);
    default:
      return static_cast<std::size_t>(Class::kWithheld);
  }
}

auto version_of(const v1::StageTwoClaim& claim) {
  return std::tuple(claim.version().generation(), claim.version().offset(),
                    claim.version().index());
}

void write_other(const v1::StageTwoClaim& claim, const v1::ClaimingPractice& other,
                 ByteWriter* writer) {
  // Reason, and the categories it is about beside whether it is held: bit 0.
  std::set<std::tuple<std::uint32_t, bool, std::uint8_t>> blocks;
  for (const v1::Blocker& block : claim.blocks()) {
    if (block.practice_id() != other.practice_id()) continue;
    std::uint32_t categories = 0;
    for (const auto category : block.categories()) {
      if (category != v1::CATEGORY_COST) categories |= 1U << static_cast<unsigned>(category);
    }
    blocks.emplace(static_cast<std::uint32_t>(block.reason()), block.held_late(),
                   static_cast<std::uint8_t>(categories));
  }
  writer->varint(other.practice_id());
  writer->u8(other.elected() ? 1 : 0);
  writer->u8(static_cast<std::uint8_t>(other.reporting_level()));
  writer->varint(blocks.size());
  for (const auto& [reason, held_late, categories] : blocks) {
    writer->varint(reason);
    writer->u8(
        static_cast<std::uint8_t>(static_cast<unsigned>(categories) << 1U | (held_late ? 1U : 0U)));
  }
}

void write_counts(const v1::StageTwoClaim& claim, ByteWriter* writer) {
  std::array<std::uint32_t, 4> cases{};
  for (const v1::ContributedCases& each : claim.other_cases()) {
    cases[class_of(each.timeliness())] += each.cases();
  }
  for (const std::uint32_t count : cases) writer->varint(count);
  std::map<std::tuple<std::string, std::string, std::size_t>, const v1::ContributedCount*> tallies;
  for (const v1::ContributedCount& each : claim.other_counts()) {
    tallies[{each.measure_id(), each.stratum(), class_of(each.timeliness())}] = &each;
  }
  writer->varint(tallies.size());
  for (const auto& [name, tally] : tallies) {
    writer->text(std::get<0>(name));
    writer->text(std::get<1>(name));
    writer->u8(static_cast<std::uint8_t>(std::get<2>(name)));
    for (const std::uint32_t count : {tally->eligible_population(), tally->performance_met(),
                                      tally->performance_not_met(), tally->exceptions()}) {
      writer->varint(count);
    }
  }
}

void write_reports(const v1::VirtualGroupReports& reports, ByteWriter* writer) {
  writer->varint(reports.tins_reporting());
  writer->varint(reports.tins_with_cehrt_id());
  writer->varint(reports.tins_with_period());
  writer->varint(reports.period_days_least());
  writer->varint(static_cast<std::uint64_t>(reports.interoperability_size()));
  for (const v1::ContributedInteroperability& each : reports.interoperability()) {
    writer->text(each.measure_id());
    writer->varint(each.tins_attesting());
    writer->varint(each.numerator());
    writer->varint(each.denominator());
  }
  writer->varint(static_cast<std::uint64_t>(reports.results_size()));
  for (const v1::ContributedResult& each : reports.results()) {
    writer->text(each.measure_id());
    writer->text(each.collection_type());
    writer->text(each.stratum());
    writer->varint(each.eligible());
    writer->varint(each.met());
    writer->varint(each.not_met());
    writer->varint(each.exceptions());
  }
  writer->varint(static_cast<std::uint64_t>(reports.approvals_size()));
  for (const v1::ContributedApproval& each : reports.approvals()) {
    writer->u8(static_cast<std::uint8_t>(each.reason()));
    writer->u8(static_cast<std::uint8_t>(each.category()));
    writer->varint(each.tins());
  }
}

// Of a virtual group: what its other TINs bring beside their cases.
void write_share(const v1::VirtualGroupShare& share, ByteWriter* writer) {
  constexpr int kStatuses = 7;
  writer->varint(share.tins());
  writer->varint(share.tins_sized());
  writer->varint(share.listed_clinicians());
  for (const auto* counts : {&share.tins_with_status(), &share.tins_without_status()}) {
    for (int i = 0; i < kStatuses; ++i) writer->varint(i < counts->size() ? counts->Get(i) : 0);
  }
  writer->varint(share.tins_adjusted());
  writer->varint(share.tins_not_adjusted());
  writer->varint(share.billing_clinicians());
  writer->varint(static_cast<std::uint64_t>(share.activities_size()));
  for (const v1::PerformedActivity& each : share.activities()) {
    writer->text(each.activity_id());
    writer->varint(each.clinicians());
  }
  write_reports(share.reports(), writer);
}

}  // namespace

void take_claim(Season* season, const v1::StageTwoClaim& claim) {
  v1::StageTwoClaim& known = season->claims[claim.entity_id()];
  if (known.has_version() && version_of(claim) <= version_of(known)) return;
  known = claim;
}

const v1::StageTwoClaim* claim_of(const Season& season, const EntityId& entity) {
  const auto found = season.claims.find(std::string(entity.bytes()));
  return found != season.claims.end() && found->second.others_size() > 0 ? &found->second : nullptr;
}

std::string content_of(const v1::StageTwoClaim& claim) {
  ByteWriter writer;
  writer.u8(1);
  writer.u8(static_cast<std::uint8_t>(claim.entity_kind()));
  writer.varint(static_cast<std::uint64_t>(claim.others_size()));
  for (const v1::ClaimingPractice& other : claim.others()) write_other(claim, other, &writer);
  write_counts(claim, &writer);
  writer.varint(static_cast<std::uint64_t>(claim.other_activities_size()));
  for (const std::string& activity : claim.other_activities()) writer.text(activity);
  writer.varint(claim.other_clinicians());
  writer.varint(static_cast<std::uint64_t>(claim.other_clinician_types_size()));
  for (const std::uint32_t type : claim.other_clinician_types()) {
    writer.u8(static_cast<std::uint8_t>(type));
  }
  writer.varint(static_cast<std::uint64_t>(claim.shared_pairs_size()));
  for (const std::string& pair : claim.shared_pairs()) writer.raw(pair);
  if (claim.entity_kind() == v1::ENTITY_KIND_VIRTUAL_GROUP)
    write_share(claim.other_share(), &writer);
  return writer.take();
}

Sums with_others(const Season& season, const EntityId& entity, const Sums& own) {
  const v1::StageTwoClaim* claim = claim_of(season, entity);
  if (claim == nullptr) return own;
  Sums sum = own;
  for (const v1::ContributedCases& each : claim->other_cases()) {
    sum.cases[class_of(each.timeliness())] += each.cases();
  }
  const auto& specifications = season.rules->specifications();
  for (const v1::ContributedCount& each : claim->other_counts()) {
    for (std::size_t slot = 0; slot < specifications.size(); ++slot) {
      if (specifications[slot].measure_id != each.measure_id() ||
          specifications[slot].stratum != each.stratum()) {
        continue;
      }
      Tally& tally = sum.measures[slot][class_of(each.timeliness())];
      tally.eligible += each.eligible_population();
      tally.met += each.performance_met();
      tally.not_met += each.performance_not_met();
      tally.exception += each.exceptions();
    }
  }
  return sum;
}

}  // namespace qcdr::batch

#include "ledger/readiness_reader.h"

#include <algorithm>
#include <tuple>

namespace qcdr::ledger {
namespace {

void add_category(CategoryBits bit, DataFacts* facts) {
  facts->elsewhere = static_cast<CategoryBits>(facts->elsewhere | bit);
}

template <class Entity>
Status read_data(const PracticeLedger& ledger, const Entity& entity, EntityData* data) {
  QCDR_ASSIGN_OR_RETURN(std::vector<Activity> activities, ledger.activities(entity));
  for (Activity& activity : activities) {
    if (activity.held) {
      data->held.activities.push_back(std::move(activity));
    } else {
      add_category(kActivitiesBit, &data->facts);
    }
  }
  QCDR_ASSIGN_OR_RETURN(const auto claim, ledger.claim(entity));
  if (claim && !claim->activities.empty()) add_category(kActivitiesBit, &data->facts);
  QCDR_ASSIGN_OR_RETURN(InteroperabilityStanding report, ledger.interoperability(entity));
  if (report.in_force) add_category(kInteroperabilityBit, &data->facts);
  data->held.interoperability = std::move(report.held);
  QCDR_ASSIGN_OR_RETURN(std::vector<MeasureResult> results, ledger.measure_results(entity));
  for (MeasureResult& result : results) {
    if (result.held) {
      data->held.results.push_back(std::move(result));
    } else {
      add_category(kQualityBit, &data->facts);
    }
  }
  data->facts.anything_held = !data->held.empty();
  return Status::ok();
}

bool belongs_to_virtual_group(const std::vector<Membership>& memberships) {
  return std::any_of(memberships.begin(), memberships.end(), [](const Membership& membership) {
    return membership.kind == MembershipKind::kVirtualGroup && membership.belongs;
  });
}

bool is_later(const Origin& one, const Origin& other) {
  return std::tie(one.upload, one.row) > std::tie(other.upload, other.row);
}

// An officer decided against approvals that were told before, and nothing else since. One that was
// told late then changes nothing, and nobody waits for it; one that is in force keeps no data here:
// they are sent, and CMS scores them.
void drop_refused(const std::vector<OfficerDecision>& decisions, const TinToken& tin,
                  std::optional<Npi> npi, std::vector<Reweighting>* approvals) {
  std::erase_if(*approvals, [&](const Reweighting& approval) {
    const OfficerDecision* last = nullptr;
    for (const OfficerDecision& decision : decisions) {
      const bool of_anyone = decision.tin == TinToken() && !decision.record_id.empty();
      const bool of_whom =
          of_anyone || (decision.tin == tin && (decision.npi == Npi() || decision.npi == npi));
      if (!of_whom || !decision.speaks_of(approval.origin) ||
          !is_later(decision.origin, approval.origin)) {
        continue;
      }
      if (last == nullptr || is_later(decision.origin, last->origin)) last = &decision;
    }
    return last != nullptr && !last->approved;
  });
}

// What others contribute, or the data that are there, must not come back in a contribution.
DataFacts anything() {
  DataFacts data;
  data.elsewhere = kAllSent;
  return data;
}

PracticeFacts whatever_the_time(PracticeFacts practice) {
  practice.as_of = Instant();
  practice.dated = false;
  return practice;
}

}  // namespace

std::vector<OtherBlock> other_blocks(const std::optional<StageTwoClaim>& claim) {
  std::vector<OtherBlock> blocks;
  if (!claim) return blocks;
  for (const ClaimingPractice& other : claim->others) {
    for (const ContributedBlock& block : other.blocks) {
      blocks.push_back({other.practice.value(), static_cast<BlockReason>(block.reason),
                        block.held_late, block.categories});
    }
  }
  return blocks;
}

ReadinessReader::ReadinessReader(PracticeLedger& practice, Instant as_of) : ledger_(practice) {
  practice_.rules = practice.rules().year;
  practice_.extensions = practice.extensions();
  practice_.as_of = as_of;
}

// An opt-out is of the individual; a group covers everybody. Who had opted out when the group was
// elected is confirmed by name. Who opts out of a TIN that reports as a group is told that the
// group goes on, and holds nobody's set but the own.
Result<bool> ReadinessReader::opted_out_unconfirmed(const TinRow& tin,
                                                    const TinFacts& facts) const {
  if (!covers_group(facts.option.in_force.level)) return false;
  QCDR_ASSIGN_OR_RETURN(const ConfirmationFact confirmation,
                        ledger_.confirmation(ConfirmationSubject::kGroupCoversOptedOut, &tin, ""));
  const bool confirmed = confirmation.given && confirmation.confirmed;
  for (const PairRow& pair : ledger_.pairs().pairs()) {
    if (pair.tin != tin.ordinal) continue;
    QCDR_ASSIGN_OR_RETURN(const OptOutFact opt_out, ledger_.opt_out(pair));
    if (!stood_when_elected(opt_out, facts.option)) continue;
    const auto& npis = confirmation.npis;
    const bool named = std::find(npis.begin(), npis.end(), pair.npi) != npis.end();
    if (!confirmed || !named) return true;
  }
  return false;
}

Result<const TinFacts*> ReadinessReader::tin_facts(const TinRow& tin) {
  if (!practice_read_) {
    QCDR_ASSIGN_OR_RETURN(practice_.registration, ledger_.registration());
    practice_read_ = true;
  }
  const auto found = tins_.find(tin.ordinal);
  if (found != tins_.end()) return &found->second;
  TinFacts facts;
  QCDR_ASSIGN_OR_RETURN(facts.option, ledger_.reporting_option(tin));
  QCDR_ASSIGN_OR_RETURN(facts.officer_consent, ledger_.officer_consent(tin));
  QCDR_ASSIGN_OR_RETURN(facts.reconciliation, ledger_.reconciliation(tin));
  QCDR_ASSIGN_OR_RETURN(facts.opt_out_unreadable, ledger_.opt_out_unreadable(tin));
  QCDR_ASSIGN_OR_RETURN(facts.audits, ledger_.open_audits(tin));
  QCDR_ASSIGN_OR_RETURN(facts.opted_out_unconfirmed, opted_out_unconfirmed(tin, facts));
  QCDR_ASSIGN_OR_RETURN(const auto memberships, ledger_.memberships(tin));
  facts.in_virtual_group = belongs_to_virtual_group(memberships);
  if (facts.in_virtual_group) {
    QCDR_ASSIGN_OR_RETURN(const ConfirmationFact voluntary,
                          ledger_.confirmation(ConfirmationSubject::kVoluntaryTinSet, &tin, ""));
    facts.voluntary_set_confirmed = voluntary.given && voluntary.confirmed;
  }
  QCDR_ASSIGN_OR_RETURN(facts.eligibility, ledger_.eligibility(tin));
  QCDR_ASSIGN_OR_RETURN(facts.reweighting, ledger_.reweighting(tin));
  if (!facts.reweighting.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto decided,
                          ledger_.decisions(DecisionSubject::kLateCircumstances));
    drop_refused(decided, tin.token, std::nullopt, &facts.reweighting);
  }
  QCDR_ASSIGN_OR_RETURN(facts.billed, ledger_.billed_cases(tin));
  facts.cases_by_month = ledger_.group_months(tin);
  QCDR_ASSIGN_OR_RETURN(const auto claim, ledger_.claim(tin));
  facts.others = other_blocks(claim);
  return &tins_.emplace(tin.ordinal, std::move(facts)).first->second;
}

Result<PairFacts> ReadinessReader::pair_facts(const PairRow& pair) const {
  PairFacts facts;
  facts.ordinal = pair.ordinal;
  QCDR_ASSIGN_OR_RETURN(facts.consent, ledger_.individual_consent(pair));
  QCDR_ASSIGN_OR_RETURN(facts.opt_out, ledger_.opt_out(pair));
  QCDR_ASSIGN_OR_RETURN(facts.eligibility, ledger_.eligibility(pair));
  QCDR_ASSIGN_OR_RETURN(facts.reweighting, ledger_.reweighting(pair));
  if (!facts.reweighting.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto decided,
                          ledger_.decisions(DecisionSubject::kLateCircumstances));
    drop_refused(decided, ledger_.pairs().tins()[pair.tin].token, pair.npi, &facts.reweighting);
  }
  QCDR_ASSIGN_OR_RETURN(const auto claim, ledger_.claim(pair));
  facts.others = other_blocks(claim);
  return facts;
}

Result<EntityData> ReadinessReader::data(const TinRow& tin) {
  EntityData data;
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, ledger_.shared_counts(tin));
  data.facts.cases_counted = counts->counted();
  data.facts.cases_held = counts->held();
  QCDR_RETURN_IF_ERROR(read_data(ledger_, tin, &data));
  return data;
}

Result<EntityData> ReadinessReader::data(const PairRow& pair) {
  EntityData data;
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, ledger_.shared_counts(pair));
  data.facts.cases_counted = counts->counted();
  data.facts.cases_held = counts->held();
  QCDR_RETURN_IF_ERROR(read_data(ledger_, pair, &data));
  return data;
}

Result<Readiness> ReadinessReader::group_blocks(const TinRow& tin, Instant at) {
  QCDR_ASSIGN_OR_RETURN(const TinFacts* facts, tin_facts(tin));
  QCDR_ASSIGN_OR_RETURN(const EntityData own, data(tin));
  PracticeFacts practice = practice_;
  practice.as_of = at;
  return group_readiness(practice, *facts, own.facts);
}

Result<Readiness> ReadinessReader::individual_blocks(const PairRow& pair, Instant at) {
  QCDR_ASSIGN_OR_RETURN(const TinFacts* facts, tin_facts(ledger_.pairs().tins()[pair.tin]));
  QCDR_ASSIGN_OR_RETURN(const PairFacts own, pair_facts(pair));
  QCDR_ASSIGN_OR_RETURN(const EntityData there, data(pair));
  PracticeFacts practice = practice_;
  practice.as_of = at;
  return individual_readiness(practice, *facts, own, there.facts);
}

Result<Readiness> own_group_readiness(PracticeLedger& practice, const TinRow& tin) {
  ReadinessReader reader(practice, Instant());
  QCDR_ASSIGN_OR_RETURN(const TinFacts* facts, reader.tin_facts(tin));
  TinFacts own = *facts;
  own.others.clear();
  return group_readiness(whatever_the_time(reader.practice()), own, anything());
}

Result<Readiness> own_individual_readiness(PracticeLedger& practice, const PairRow& pair) {
  ReadinessReader reader(practice, Instant());
  QCDR_ASSIGN_OR_RETURN(const TinFacts* facts, reader.tin_facts(practice.pairs().tins()[pair.tin]));
  QCDR_ASSIGN_OR_RETURN(PairFacts own, reader.pair_facts(pair));
  own.others.clear();
  return individual_readiness(whatever_the_time(reader.practice()), *facts, own, anything());
}

}  // namespace qcdr::ledger

#include "ledger/standing_reader.h"

namespace qcdr::ledger {

void StandingReader::finish(const TinFacts& tin, EntityStanding* standing) {
  StandingScore accepted;
  accepted.sent = DataSent::kAccepted;
  accepted.summary = scoring::compute_with_causes(standing->input, &accepted.causes);
  standing->accepted = accepted.summary;
  add_costs(facts_.practice(), tin, standing->data.facts, standing->input, standing->accepted,
            &standing->readiness);
  standing->scores =
      two_scores(standing->input, accepted, standing->readiness, standing->data.held, &nothing_);
  standing->reports_as = tin.option.in_force.level;
  if (tin.reconciliation.is_signed()) standing->data_through = tin.reconciliation.data_through;
}

Result<EntityStanding> StandingReader::group(const TinRow& tin) {
  QCDR_ASSIGN_OR_RETURN(const TinFacts* facts, facts_.tin_facts(tin));
  EntityStanding standing;
  QCDR_ASSIGN_OR_RETURN(standing.input, ledger_.group_input(tin, facts_.practice().as_of));
  QCDR_ASSIGN_OR_RETURN(standing.data, facts_.data(tin));
  standing.readiness = group_readiness(facts_.practice(), *facts, standing.data.facts);
  add_group_advice(*facts, &standing.readiness);
  standing.list_date = facts->eligibility.list_date;
  finish(*facts, &standing);
  return standing;
}

Result<EntityStanding> StandingReader::individual(const PairRow& pair) {
  QCDR_ASSIGN_OR_RETURN(const TinFacts* facts, facts_.tin_facts(ledger_.pairs().tins()[pair.tin]));
  QCDR_ASSIGN_OR_RETURN(const PairFacts own, facts_.pair_facts(pair));
  EntityStanding standing;
  QCDR_ASSIGN_OR_RETURN(standing.input, ledger_.individual_input(pair, facts_.practice().as_of));
  QCDR_ASSIGN_OR_RETURN(standing.data, facts_.data(pair));
  standing.readiness = individual_readiness(facts_.practice(), *facts, own, standing.data.facts);
  add_individual_advice(own, &standing.readiness);
  standing.list_date = own.eligibility.list_date;
  finish(*facts, &standing);
  return standing;
}

}  // namespace qcdr::ledger

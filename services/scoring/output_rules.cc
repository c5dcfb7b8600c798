#include "scoring/output_rules.h"

#include "common/contract_digest.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/score_projection.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr {

std::string ledger_output_rules(const Hash256& rulebook_digest) {
  static const Hash256 contract =
      contract_digest({v1::FindingRecord::descriptor(), v1::ScoreProjection::descriptor(),
                       v1::Readiness::descriptor(), v1::EntityContribution::descriptor()});
  return std::string(view(rulebook_digest)) + std::string(view(contract));
}

std::string entity_output_rules() {
  static const Hash256 contract = contract_digest({v1::StageTwoClaim::descriptor()});
  return std::string(view(contract));
}

bool is_same_rulebook(std::string_view before, const Hash256& rulebook_digest) {
  return before.starts_with(view(rulebook_digest));
}

}  // namespace qcdr

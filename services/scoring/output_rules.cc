#include "scoring/output_rules.h"

#include "common/contract_digest.h"
#include "qcdr/v1/audit.pb.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/notice.pb.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/score_projection.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr {
namespace {

// How scores follow from the rulebook. To be raised with every change of code that gives another
// score, adjustment or cost of a finding for the same counts, profile and rulebook.
constexpr std::string_view kComputation = "scoring-3";

// One digest of both.
std::string scoring_rules(const Hash256& rulebook_digest) {
  Sha256 hash;
  hash.update(view(rulebook_digest));
  hash.update(kComputation);
  const Hash256 both = hash.finish();
  return std::string(view(both));
}

}  // namespace

std::string ledger_output_rules(const Hash256& rulebook_digest) {
  static const Hash256 contract =
      contract_digest({v1::FindingRecord::descriptor(), v1::ScoreProjection::descriptor(),
                       v1::Readiness::descriptor(), v1::EntityContribution::descriptor(),
                       v1::Notice::descriptor(), v1::AuditRecord::descriptor()});
  return scoring_rules(rulebook_digest) + std::string(view(contract));
}

std::string entity_output_rules() {
  static const Hash256 contract =
      contract_digest({v1::StageTwoClaim::descriptor(), v1::AuditRecord::descriptor()});
  return std::string(view(contract));
}

bool is_same_scoring(std::string_view before, const Hash256& rulebook_digest) {
  return before.starts_with(scoring_rules(rulebook_digest));
}

}  // namespace qcdr

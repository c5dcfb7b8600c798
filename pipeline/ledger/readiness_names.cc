#include "core/assert.h"
#include "ledger/readiness.h"

namespace qcdr::ledger {

std::string_view block_reason_name(BlockReason reason) {
  constexpr std::array<std::string_view, kBlockReasons> kNames = {
      "unspecified",     "registration", "agreement",        "payment",         "individualConsent",
      "officerConsent",  "optOut",       "reconciliation",   "audit",           "certification",
      "reportingOption", "partialTin",   "unreadableOptOut", "officerDecision", "clinicianType",
      "confirmation",    "noData",       "circumstances",    "virtualGroup"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view cost_reason_name(CostReason reason) {
  constexpr std::array<std::string_view, 8> kNames = {"unspecified",
                                                      "completeness",
                                                      "missingMonth",
                                                      "improvementActivities",
                                                      "promotingInteroperability",
                                                      "missingMeasure",
                                                      "caseMinimum",
                                                      "heldCases"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view advice_kind_name(AdviceKind kind) {
  constexpr std::array<std::string_view, 5> kNames = {
      "unspecified", "securityOfficial", "eligibilityList", "billedCases", "notRequired"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace qcdr::ledger

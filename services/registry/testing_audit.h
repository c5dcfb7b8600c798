// A season with clinicians and cases to audit. For tests.
#pragma once

#include <string>
#include <vector>

#include "ledger/testing_season.h"
#include "registry/audit_plan.h"

namespace qcdr::registry {

// Clinicians 1 to `clinicians` under TIN 1, the number n with n cases in time.
class AuditSeason {
 public:
  explicit AuditSeason(int clinicians) {
    entity_key_.fill(7);
    std::vector<ledger::Season::CaseSpec> cases;
    for (int number = 1; number <= clinicians; ++number) {
      for (int i = 0; i < number; ++i) {
        ledger::Season::CaseSpec spec;
        spec.id = std::to_string(number) + "-" + std::to_string(i);
        spec.service_date = ledger::Season::day(3, 1 + i % 28);
        spec.staff = {{1, number}};
        spec.codes = ledger::Season::temperature(i % 2 == 0);
        cases.push_back(std::move(spec));
      }
    }
    season_.cases("upload-1", ledger::Season::at("2022-04-01T12:00:00Z"), cases);
    season_.restart();
    for (int number = 1; number <= clinicians; ++number) {
      clinicians_[season_.pair_row(1, number).entity] = number % 2 == 0;
    }
  }

  PlanRequest request(std::uint64_t seed) {
    PlanRequest request;
    request.seed = seed;
    request.as_of = ledger::Season::at("2023-02-16T06:00:00Z");
    request.state_digest = "00";
    request.clinicians = clinicians_;
    request.groups = {season_.tin_row(1).group_entity};
    return request;
  }
  Result<AuditPlan> plan(PlanRequest request) {
    return make_audit_plan({&season_.ledger()}, *season_.practice().rules().year, entity_key_,
                           std::move(request));
  }
  ledger::Season& season() { return season_; }
  const Key256& entity_key() const { return entity_key_; }

 private:
  ledger::Season season_;
  Key256 entity_key_{};  // as the season's
  std::map<EntityId, bool> clinicians_;
};

}  // namespace qcdr::registry

// Whose data a registry will submit, and which cases make them: what audits and feedback are drawn
// from, out of the state of any number of partitions.
//
// A pair or TIN that several practices report is one. Cases are those that count for it: in time,
// with the pair effective on the service date. The registry keeps no patients, so a case stands
// for a patient. Identities (TIN, NPI, name) are read apart, for the work list of an operator who
// has the keys. Thread-safety: none. Errors: as those of PracticeLedger.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace qcdr::registry {

// One for each partition; they outlive what is read from them.
using Ledgers = std::vector<ledger::Ledger*>;

struct SubmittedEntity {
  EntityId entity;
  bool group = false;
  std::vector<PracticeId> practices;  // ascending
  int last_drawn = 0;                 // year of the newest earlier audit that drew it; 0: none
};

// Entity ids in hex that audits drew, by performance year.
using DrawnBefore = std::map<int, std::set<std::string>>;

// Those of `wanted` that the ledgers have, in order of entity id. An entity id is made over its
// year: `entity_key` makes those of the years in `drawn`.
Result<std::vector<SubmittedEntity>> read_submitted(const Ledgers& ledgers, PerformanceYear year,
                                                    const std::set<EntityId>& wanted,
                                                    const Key256& entity_key,
                                                    const DrawnBefore& drawn);

struct SubmittedCase {
  CaseToken token;
  PracticeId practice;
  std::string upload_id;
  std::uint32_t row = 0;  // of the upload, from 0
  LocalDate service_date;
  std::string outcomes;  // "424 met; 430 exception"
};
using CasesByEntity = std::map<EntityId, std::vector<SubmittedCase>>;
// Of each entity in order of practice and arrival.
Result<CasesByEntity> read_cases(const Ledgers& ledgers, PerformanceYear year,
                                 const std::set<EntityId>& entities);

struct Identity {
  std::string tin;   // nine digits
  std::string npi;   // ten digits; empty for a group
  std::string name;  // of a virtual group, which has no TIN, CMS's number
};
Result<std::map<EntityId, Identity>> read_identities(const Ledgers& ledgers, PerformanceYear year,
                                                     const std::set<EntityId>& entities,
                                                     const Key256& tin_key);

// Visits every practice-year of the year, in order of practice.
Status for_each_practice(const Ledgers& ledgers, PerformanceYear year,
                         const std::function<Status(ledger::PracticeLedger&)>& visit);
// For whom the contribution of a case counts: ordinals of pairs, and of TINs as groups.
struct Credited {
  std::vector<std::uint32_t> pairs;
  std::vector<std::uint32_t> tins;
};
Credited credited(const ledger::PracticeLedger& practice, const ledger::Contribution& contribution);

}  // namespace qcdr::registry

// Who may see what of a score.
//
// Roles attach to an organisation: a practice by its TIN, a virtual group by CMS's number, a
// clinician by TIN and NPI. Membership of a TIN gives no right to the score of a virtual group that
// it belongs to. A clinician sees the own rows, and of a group whose score pays them its total, its
// categories and the rates of its measures; of colleagues nothing. Who has no role sees nothing.
// APM entities are not shown here. Thread-safety: values and pure functions.
#pragma once

#include <string>
#include <vector>

#include "ledger/after_cms.h"

namespace qcdr::review {

enum class Sight {
  kNothing,
  kOwn,            // a clinician
  kAdministrator,  // security official or staff user of the organisation
  kRegistry,       // who has the keys, for nobody in particular
};
// "nothing", "own", "administrator", "registry".
std::string_view sight_name(Sight sight);

// A row that somebody asks for.
struct AskedRow {
  EntityId entity;
  EntityId group_entity;      // of its TIN; of a virtual group its own
  std::string virtual_group;  // CMS's number; empty: none
  bool individual = false;
};

// Empty user: the registry itself.
Sight sight_of(const std::string& user, const std::vector<ledger::RoleGrantFact>& grants,
               const AskedRow& row);
// Payment adjustments, feedback and reviews are for administrators and the registry.
constexpr bool may_see_payment(Sight sight) {
  return sight == Sight::kAdministrator || sight == Sight::kRegistry;
}

}  // namespace qcdr::review

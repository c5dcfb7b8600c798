#include "review/sight.h"

#include <algorithm>

namespace qcdr::review {
namespace {

using ledger::Organisation;
using ledger::RoleGrantFact;
using ledger::UserRole;

Sight of_grant(const RoleGrantFact& grant, const AskedRow& row) {
  const bool administers =
      grant.role == UserRole::kSecurityOfficial || grant.role == UserRole::kStaffUser;
  switch (grant.organisation) {
    case Organisation::kVirtualGroup:
      return administers && !row.virtual_group.empty() && grant.organisation_id == row.virtual_group
                 ? Sight::kAdministrator
                 : Sight::kNothing;
    case Organisation::kPractice:
      if (!grant.entity || !row.virtual_group.empty()) return Sight::kNothing;
      if (administers && *grant.entity == row.group_entity) return Sight::kAdministrator;
      break;
    case Organisation::kIndividual:
      break;
    case Organisation::kApmEntity:
    case Organisation::kUnspecified:
      return Sight::kNothing;
  }
  const bool own = row.individual && grant.entity && *grant.entity == row.entity;
  return own ? Sight::kOwn : Sight::kNothing;
}

}  // namespace

std::string_view sight_name(Sight sight) {
  switch (sight) {
    case Sight::kOwn:
      return "own";
    case Sight::kAdministrator:
      return "administrator";
    case Sight::kRegistry:
      return "registry";
    case Sight::kNothing:
      break;
  }
  return "nothing";
}

Sight sight_of(const std::string& user, const std::vector<RoleGrantFact>& grants,
               const AskedRow& row) {
  if (user.empty()) return Sight::kRegistry;
  Sight best = Sight::kNothing;
  for (const RoleGrantFact& grant : grants) {
    if (grant.user == user && grant.given) best = std::max(best, of_grant(grant, row));
  }
  return best;
}

}  // namespace qcdr::review

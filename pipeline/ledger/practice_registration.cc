// Registration of the practice.
#include <algorithm>

#include "ledger/actor_authority.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::string_view kSingleton;
// What the registry itself stated last. It keeps what belongs to the registry when the practice
// sends its registration again.
constexpr std::string_view kWordOfRegistry = "registry";

Registration read_registration(const v1::PracticeRegistration& fact) {
  Registration registration;
  registration.enrollment = static_cast<std::uint8_t>(fact.enrollment());
  registration.tier = static_cast<std::uint8_t>(fact.tier());
  registration.mechanism = static_cast<std::uint8_t>(fact.mechanism());
  registration.ordered_on = LocalDate::from_days(fact.ordered_on());
  registration.paid_on = LocalDate::from_days(fact.paid_on());
  registration.closed_on = LocalDate::from_days(fact.closed_on());
  registration.invoice = fact.invoice();
  registration.practice_name = fact.practice_name();
  for (const v1::Headcount& headcount : fact.headcounts()) {
    registration.headcounts.push_back({headcount.provider(), headcount.count()});
  }
  for (const v1::Agreement& agreement : fact.agreements()) {
    registration.agreements.push_back(
        {agreement.name(), LocalDate::from_days(agreement.signed_on())});
  }
  std::sort(registration.headcounts.begin(), registration.headcounts.end());
  std::sort(registration.agreements.begin(), registration.agreements.end());
  return registration;
}

}  // namespace

Status PracticeLedger::apply_registration(RowContext& context,
                                          const v1::PracticeRegistration& fact) {
  Registration registration = read_registration(fact);
  for (const std::uint32_t index : fact.tins()) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, index));
    registration.tins.push_back(pairs_.tins()[tin].token);
  }
  std::sort(registration.tins.begin(), registration.tins.end(),
            [](const TinToken& a, const TinToken& b) { return a.bytes() < b.bytes(); });
  registration.tins.erase(std::unique(registration.tins.begin(), registration.tins.end()),
                          registration.tins.end());
  const bool by_registry = is_of_registry(context.chunk->actor());
  if (takes_back(context)) {
    QCDR_ASSIGN_OR_RETURN(const bool of_registry, registration_is_the_registrys());
    if (of_registry && !by_registry) {
      reject(context, FindingCode::AUTHORITY_MISSING, {"what the registry stated"});
      return Status::ok();
    }
    if (by_registry) facts_.erase(FactKind::kRegistration, kWordOfRegistry);
  } else if (by_registry) {
    VersionedFact word;
    word.in_force = {origin_of(context), registration.encode()};
    facts_.put(FactKind::kRegistration, std::string(kWordOfRegistry), word.encode());
  }
  // The date is that of the order. What is added to a registration that is there (payment, an
  // agreement, a TIN) is never late.
  QCDR_ASSIGN_OR_RETURN(const VersionedFact before, versions(FactKind::kRegistration, kSingleton));
  QCDR_ASSIGN_OR_RETURN(
      const bool accepted,
      take_record(context, FactKind::kRegistration, std::string(kSingleton), registration.encode(),
                  rulebook::kinds::kRegistration, before.in_force.present()));
  if (accepted) {
    QCDR_ASSIGN_OR_RETURN(const auto word, word_of_registry());
    if (word) registration.take_word_of(*word);
    for (const std::string_view name : registration.missing_agreements()) {
      tell(context, FindingCode::AGREEMENT_NOT_SIGNED, {std::string(name)});
    }
    if (!registration.paid()) tell(context, FindingCode::REGISTRATION_UNPAID);
  }
  touch_all(context.offset, context.effects);
  return Status::ok();
}

Result<std::optional<Registration>> PracticeLedger::word_of_registry() const {
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact,
                        versions(FactKind::kRegistration, kWordOfRegistry));
  if (!fact.in_force.present()) return std::optional<Registration>();
  QCDR_ASSIGN_OR_RETURN(Registration word, Registration::decode(fact.in_force.content));
  return std::optional<Registration>(std::move(word));
}

// What is in force is what the registry said.
Result<bool> PracticeLedger::registration_is_the_registrys() const {
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, versions(FactKind::kRegistration, kSingleton));
  QCDR_ASSIGN_OR_RETURN(const VersionedFact word,
                        versions(FactKind::kRegistration, kWordOfRegistry));
  return word.in_force.present() && word.in_force.content == fact.in_force.content;
}

Result<RegistrationStanding> PracticeLedger::registration() const {
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, versions(FactKind::kRegistration, kSingleton));
  RegistrationStanding standing;
  if (fact.in_force.present()) {
    QCDR_ASSIGN_OR_RETURN(standing.in_force, Registration::decode(fact.in_force.content));
    standing.origin = fact.in_force.origin;
  }
  if (fact.held.present()) {
    QCDR_ASSIGN_OR_RETURN(standing.held, Registration::decode(fact.held.content));
    standing.held_origin = fact.held.origin;
    standing.held_refused = fact.held_refused;
  }
  QCDR_ASSIGN_OR_RETURN(const auto word, word_of_registry());
  if (word && standing.in_force) standing.in_force->take_word_of(*word);
  if (word && standing.held) standing.held->take_word_of(*word);
  return standing;
}

}  // namespace qcdr::ledger

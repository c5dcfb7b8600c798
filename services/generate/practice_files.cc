#include "generate/practice_files.h"

#include <fmt/core.h>

#include "core/crypto.h"

namespace qcdr::generate {

const char* const kRosterColumns =
    "practice_id,performance_year,tin,npi,last_name,first_name,credential,asa_member_id,start_date,"
    "end_date,reporting_role,status";

namespace {

constexpr const char* kOptionColumns = "practice_id,performance_year,tin,level,pathway,elected_by";
constexpr const char* kConsentColumns =
    "practice_id,performance_year,tin,npi,action,signer_name,signed_at,document_sha256";
constexpr const char* kOfficerColumns =
    "practice_id,performance_year,tin,action,signer_name,signed_at,document_sha256";

Status write_roster(const Practice& practice) {
  Upload roster = practice.upload(practice.in_year(2, 1), "roster.csv", kRosterColumns);
  QCDR_RETURN_IF_ERROR(practice.each_pair(
      [&](const Pair& pair) { return roster.row(roster_line(practice, pair)); }));
  return roster.finish();
}

Status write_reporting_options(const Practice& practice) {
  Upload options =
      practice.upload(practice.in_year(10, 17), "reporting-options.csv", kOptionColumns);
  QCDR_RETURN_IF_ERROR(practice.each_tin([&](std::uint32_t tin) {
    return options.row(fmt::format("{},{},TRADITIONAL,Olga Officer", practice.key(tin),
                                   level_name(practice.level(tin))));
  }));
  return options.finish();
}

Status write_officer_consents(const Practice& practice, const LocalInstant& instant, bool late) {
  Upload consents = practice.upload(
      instant, late ? "late-officer-consents.csv" : "officer-consents.csv", kOfficerColumns);
  const std::string signed_at = at(practice.year(), 9, 30, 36'000).with_offset();
  QCDR_RETURN_IF_ERROR(practice.each_tin([&](std::uint32_t tin) {
    if (practice.level(tin) == Level::kIndividual) return Status::ok();
    if (practice.population().officer_is_late(practice.index, tin) != late) return Status::ok();
    const std::string document = fmt::format("officer {}", practice.key(tin));
    return consents.row(fmt::format("{},GRANT,Olga Officer,{},{}", practice.key(tin), signed_at,
                                    hex(view(sha256(document)))));
  }));
  return consents.finish();
}

// One file of individual consents: the pairs that `wanted` chooses.
template <class Wanted>
Status write_consents(const Practice& practice, const LocalInstant& instant, std::string_view what,
                      std::string_view action, const Wanted& wanted) {
  Upload consents = practice.upload(instant, what, kConsentColumns);
  QCDR_RETURN_IF_ERROR(practice.each_pair([&](const Pair& pair) {
    if (!practice.reports_individually(pair)) return Status::ok();
    const Consent consent = practice.population().consent(practice.index, pair.clinician, pair.tin);
    if (!wanted(consent, pair.clinician)) return Status::ok();
    const std::string document =
        fmt::format("{} {} {}", action, practice.key(pair.tin), pair.who.npi);
    return consents.row(fmt::format("{},{},{},{},{},{}", practice.key(pair.tin), pair.who.npi,
                                    action, quoted(practice.name(pair.clinician)),
                                    signed_before(instant, 2), hex(view(sha256(document)))));
  }));
  return consents.finish();
}

}  // namespace

std::string roster_line(const Practice& practice, const Pair& pair) {
  const Membership& membership = *pair.membership;
  const Role role = pair.who.role;
  return fmt::format(
      "{},{},{},{},{},{},{},{},{},ACTIVE", practice.key(pair.tin), pair.who.npi,
      quoted(practice.population().last_name(practice.index, pair.clinician)),
      practice.population().first_name(practice.index, pair.clinician), credential(role),
      role == Role::kNurseAnesthetist ? "" : fmt::format("{}", 900'000 + pair.clinician),
      membership.first_day.to_string(), membership.ends ? membership.last_day.to_string() : "",
      role == Role::kAssistant ? "NOT_ELIGIBLE_TYPE" : "ELIGIBLE");
}

Status write_practice_files(const Practice& practice) {
  QCDR_RETURN_IF_ERROR(write_roster(practice));
  QCDR_RETURN_IF_ERROR(write_reporting_options(practice));
  QCDR_RETURN_IF_ERROR(write_officer_consents(practice, practice.in_year(10, 20), false));
  // Three waves in time, then what was taken back, then what came after January 31.
  const auto in_time = [](Consent consent) {
    return consent == Consent::kOnTime || consent == Consent::kRevoked;
  };
  const LocalInstant waves[] = {practice.in_year(11, 15), practice.in_year(12, 15),
                                practice.next_year(1, 20)};
  for (std::uint32_t wave = 0; wave < 3; ++wave) {
    QCDR_RETURN_IF_ERROR(write_consents(
        practice, waves[wave], fmt::format("consents-{}.csv", wave + 1), "GRANT",
        [&](Consent consent, std::uint32_t i) { return in_time(consent) && i % 3 == wave; }));
  }
  QCDR_RETURN_IF_ERROR(
      write_consents(practice, practice.next_year(1, 25), "revocations.csv", "REVOKE",
                     [](Consent consent, std::uint32_t) { return consent == Consent::kRevoked; }));
  QCDR_RETURN_IF_ERROR(write_officer_consents(practice, practice.next_year(2, 2), true));
  return write_consents(practice, practice.next_year(2, 3), "late-consents.csv", "GRANT",
                        [](Consent consent, std::uint32_t) { return consent == Consent::kLate; });
}

}  // namespace qcdr::generate

// Rows of a season's facts and the instants at which they count, for the ledger's tests.
#pragma once

#include <gtest/gtest.h>

#include "ledger/testing_season.h"

namespace qcdr::ledger {

inline const Instant kJune = Season::at("2022-06-20T12:00:00-05:00");
inline const Instant kLastOfJanuary = Season::at("2023-01-31T23:59:59-06:00");
inline const Instant kFirstOfFebruary = Season::at("2023-02-01T00:00:00-06:00");
inline const Instant kFinalDate = Season::at("2023-02-15T23:59:59-06:00");
inline const Instant kAfterFinalDate = Season::at("2023-02-16T00:00:00-06:00");

inline v1::Row opt_out(int tin, int npi, bool files) {
  v1::Row row;
  v1::OptOut& fact = *row.mutable_opt_out();
  fact.set_tin(static_cast<std::uint32_t>(tin));
  if (npi != 0) fact.set_npi(Season::npi(npi).value());
  fact.set_action(files ? v1::CONSENT_ACTION_GRANT : v1::CONSENT_ACTION_REVOKE);
  return row;
}

inline OptOutFact standing(Season& season, int tin, int npi) {
  return season.practice().opt_out(season.pair_row(tin, npi)).value();
}

inline std::uint32_t told(Season& season, const char* upload, FindingCode code) {
  return season.upload(upload).findings[code_number(code)];
}

inline constexpr auto kOptOutKind = v1::RECORD_KIND_OPT_OUT;

inline v1::Row activity(int npi, std::int32_t from, std::int32_t to,
                        const char* signed_at = nullptr) {
  v1::Row row;
  v1::ActivityAttestation& fact = *row.mutable_activity_attestation();
  fact.set_tin(1);
  if (npi != 0) fact.set_npi(Season::npi(npi).value());
  fact.set_activity_id("IA_PSPA_7");
  fact.set_performed_from(from);
  fact.set_performed_to(to);
  if (signed_at != nullptr) {
    fact.mutable_attester()->set_signed_at(Season::at(signed_at).milliseconds());
  }
  return row;
}

inline constexpr auto kActivityKind = v1::RECORD_KIND_ACTIVITY_ATTESTATION;

inline v1::Row registration(std::initializer_list<std::uint32_t> tins, bool paid,
                            std::uint32_t heads) {
  v1::Row row;
  v1::PracticeRegistration& fact = *row.mutable_practice_registration();
  for (const std::uint32_t tin : tins) fact.add_tins(tin);
  for (const char* name : {"participation", "quality-addendum", "business-associate"}) {
    v1::Agreement* agreement = fact.add_agreements();
    agreement->set_name(name);
    agreement->set_signed_on(Season::day(8, 30));
  }
  fact.set_ordered_on(Season::day(8, 30));
  fact.set_invoice("INV-1");
  if (paid) fact.set_paid_on(Season::day(9, 14));
  if (heads > 0) {
    fact.add_headcounts()->set_provider("physician");
    fact.mutable_headcounts(0)->set_count(heads);
  }
  return row;
}

inline constexpr auto kRegistrationKind = v1::RECORD_KIND_PRACTICE_REGISTRATION;

inline v1::Row sign_off(std::int32_t through) {
  v1::Row row;
  row.mutable_reconciliation_sign_off()->set_tin(1);
  row.mutable_reconciliation_sign_off()->set_data_through(through);
  return row;
}

inline constexpr auto kSignOffKind = v1::RECORD_KIND_RECONCILIATION_SIGN_OFF;

using State = Reconciliation::State;

inline Reconciliation reconciliation(Season& season) {
  return season.practice().reconciliation(season.tin_row(1)).value();
}

inline v1::Row extension(const char* deadline, const char* until) {
  v1::Row row;
  row.mutable_deadline_extension()->set_deadline(deadline);
  row.mutable_deadline_extension()->set_until(Season::at(until).milliseconds());
  row.mutable_deadline_extension()->set_reason("flood");
  return row;
}

inline v1::Row decision(const char* record_id) {
  v1::Row row;
  v1::OfficerDecision& fact = *row.mutable_officer_decision();
  fact.set_subject(v1::OfficerDecision::SUBJECT_LATE_RECORD);
  fact.set_verdict(v1::OfficerDecision::VERDICT_APPROVE);
  fact.set_record_id(record_id);
  fact.set_reason("mail server was down");
  return row;
}

inline v1::Row eligibility(
    const char* list_date, std::uint32_t segment, v1::EligibilitySnapshot::Status status,
    std::initializer_list<std::pair<v1::SpecialStatus::Kind, bool>> statuses) {
  v1::Row row;
  v1::EligibilitySnapshot& fact = *row.mutable_eligibility_snapshot();
  fact.set_tin(1);
  fact.set_list_date(LocalDate::parse(list_date).value().days());
  fact.set_segment(segment);
  fact.set_status(status);
  for (const auto& [kind, value] : statuses) {
    v1::SpecialStatus* special = fact.add_special_statuses();
    special->set_kind(kind);
    special->set_value(value);
  }
  return row;
}

}  // namespace qcdr::ledger

#include "random_rows.h"

#include <array>

#include "core/crypto.h"
#include "core/finding_codes.h"
#include "core/identifiers.h"
#include "core/time.h"
#include "rulebook/rulebook.h"

namespace qcdr::batch {
namespace {

constexpr std::uint32_t kNpis = 6;
constexpr std::uint32_t kCases = 14;

// `instant` is of the season of 2022; the same of another year's, on the wall of the same offset.
std::int64_t at_in(std::int32_t year, const char* instant) {
  const std::string text = std::to_string(std::stoi(instant) + year - 2022) + (instant + 4);
  return Instant::parse(text).value().milliseconds();
}

class RowMaker {
 public:
  RowMaker(const rulebook::YearRules& rules, v1::RecordKind kind, std::uint32_t practice,
           int uploads, generate::Random* random)
      : rules_(rules),
        year_(rules.year().value()),
        kind_(kind),
        practice_(practice),
        uploads_(uploads),
        random_(*random) {}

  v1::Row make() {
    v1::Row made;
    if (one_in(6)) made.set_record_id(own_id());
    if (one_in(14)) {
      made.set_action(one_in(2) ? v1::ROW_ACTION_WITHDRAW : v1::ROW_ACTION_EXPIRE);
      made.set_supersedes(some_record());
      if (one_in(2)) return made;
    } else if (one_in(8)) {
      made.set_supersedes(some_record());
    }
    fill(&made);
    return made;
  }

 private:
  const rulebook::YearRules& rules() const { return rules_; }
  std::int64_t at(const char* instant) const { return at_in(year_, instant); }
  bool one_in(std::uint32_t count) { return random_.below(count) == 0; }
  std::uint32_t tin() { return 1 + random_.below(kRandomTins); }
  std::uint64_t npi() {
    const std::uint64_t stem = 210'000'000 + random_.below(kNpis);
    return stem * 10 + static_cast<std::uint64_t>(npi_check_digit(stem));
  }
  std::uint64_t npi_or_group() { return one_in(2) ? 0 : npi(); }
  v1::ClinicianType type() { return static_cast<v1::ClinicianType>(random_.below(7)); }
  v1::ConsentAction action() {
    return one_in(3) ? v1::CONSENT_ACTION_REVOKE : v1::CONSENT_ACTION_GRANT;
  }
  v1::Category category() { return static_cast<v1::Category>(1 + random_.below(4)); }
  // February 29 is a day of its month as any other.
  std::int32_t service_date() {
    const auto leap_day = LocalDate::from_civil(year_, 2, 29);
    if (leap_day.is_ok() && one_in(12)) return leap_day.value().days();
    const int month = one_in(3) ? 12 : 1 + static_cast<int>(random_.below(11));
    return LocalDate::from_civil(year_, month, 1 + static_cast<int>(random_.below(2)) * 14)
        .value()
        .days();
  }
  std::int32_t date_or_open() { return one_in(2) ? 0 : service_date(); }
  std::string own_id() { return "record-" + std::to_string(random_.below(12)); }
  std::string some_upload() {
    return "upload-" + std::to_string(1 + random_.below(static_cast<std::uint32_t>(uploads_)));
  }
  std::string some_record() {
    return one_in(3) ? own_id() : some_upload() + "/" + std::to_string(random_.below(4));
  }

  template <class Fact>
  Fact* about_pair(Fact* fact) {
    fact->set_tin(tin());
    fact->set_npi(npi());
    return fact;
  }
  template <class Fact>
  Fact* about_anybody(Fact* fact) {
    fact->set_tin(tin());
    fact->set_npi(npi_or_group());
    return fact;
  }
  template <class Fact>
  void add_categories(Fact* fact) {
    while (one_in(2)) fact->add_categories(category());
  }

  void fill(v1::Row* made) {
    switch (kind_) {
      case v1::RECORD_KIND_ANESTHESIA_CASE:
        return fill_case(made->mutable_anesthesia_case());
      case v1::RECORD_KIND_ROSTER_ENTRY:
        made->set_action(one_in(20) ? made->action() : v1::ROW_ACTION_UNSPECIFIED);
        return fill_roster(about_pair(made->mutable_roster_entry()));
      case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
        return fill_consent(about_pair(made->mutable_individual_consent()));
      case v1::RECORD_KIND_OFFICER_CONSENT:
        made->mutable_officer_consent()->set_tin(tin());
        made->mutable_officer_consent()->set_action(action());
        if (one_in(4)) add_categories(made->mutable_officer_consent());
        return;
      case v1::RECORD_KIND_REPORTING_OPTION:
        return fill_option(made->mutable_reporting_option());
      case v1::RECORD_KIND_PRACTICE_REGISTRATION:
        return fill_registration(made->mutable_practice_registration());
      case v1::RECORD_KIND_RECONCILIATION_SIGN_OFF:
        return fill_sign_off(made->mutable_reconciliation_sign_off());
      case v1::RECORD_KIND_ACTIVITY_ATTESTATION:
        return fill_activity(about_anybody(made->mutable_activity_attestation()));
      case v1::RECORD_KIND_OPT_OUT:
        return fill_opt_out(made->mutable_opt_out());
      default:
        return fill_external(made);
    }
  }

  void fill_external(v1::Row* made) {
    switch (kind_) {
      case v1::RECORD_KIND_MEASURE_RESULT:
        return fill_result(about_anybody(made->mutable_measure_result()));
      case v1::RECORD_KIND_BILLED_CASES:
        made->mutable_billed_cases()->set_tin(tin());
        made->mutable_billed_cases()->set_month(1 + random_.below(3));
        made->mutable_billed_cases()->set_cases(random_.below(3) * 100);
        return made->mutable_billed_cases()->set_source("billing-system");
      case v1::RECORD_KIND_PROMOTING_INTEROPERABILITY:
        return fill_report(about_anybody(made->mutable_promoting_interoperability()));
      case v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT:
        return fill_list(about_anybody(made->mutable_eligibility_snapshot()));
      case v1::RECORD_KIND_REWEIGHTING_APPROVAL:
        add_categories(about_anybody(made->mutable_reweighting_approval()));
        made->mutable_reweighting_approval()->set_reason(
            static_cast<v1::ReweightingApproval::Reason>(1 + random_.below(5)));
        return made->mutable_reweighting_approval()->set_approved_on(service_date());
      case v1::RECORD_KIND_ENTITY_MEMBERSHIP:
        about_anybody(made->mutable_entity_membership())
            ->set_kind(static_cast<v1::EntityKind>(3 + random_.below(2)));
        made->mutable_entity_membership()->set_entity_number("VG-1");
        made->mutable_entity_membership()->set_from_date(date_or_open());
        return made->mutable_entity_membership()->set_action(action());
      default:
        return fill_decision(made);
    }
  }

  void fill_decision(v1::Row* made) {
    switch (kind_) {
      case v1::RECORD_KIND_CERTIFICATION:
        made->mutable_certification()->set_batch_id("batch-" + std::to_string(random_.below(2)));
        made->mutable_certification()->set_documents(random_.below(3));
        return made->mutable_certification()->set_payload_root(std::string(32, 'r'));
      case v1::RECORD_KIND_OFFICER_DECISION:
        return fill_officer(made->mutable_officer_decision());
      case v1::RECORD_KIND_CONFIRMATION:
        return fill_confirmation(made->mutable_confirmation());
      case v1::RECORD_KIND_OPT_IN_ELECTION:
        return about_anybody(made->mutable_opt_in_election())
            ->set_election(static_cast<v1::OptInElection::Election>(1 + random_.below(2)));
      case v1::RECORD_KIND_PARTIAL_TIN_ATTESTATION:
        made->mutable_partial_tin_attestation()->set_tin(tin());
        made->mutable_partial_tin_attestation()->set_all_covered(!one_in(3));
        return made->mutable_partial_tin_attestation()->set_billing_clinicians(random_.below(9));
      case v1::RECORD_KIND_ROLE_GRANT:
        made->mutable_role_grant()->set_subject("user-" + std::to_string(random_.below(2)));
        made->mutable_role_grant()->set_role(v1::RoleGrant::ROLE_STAFF_USER);
        made->mutable_role_grant()->set_organisation(v1::RoleGrant::ORGANISATION_PRACTICE);
        if (one_in(2)) made->mutable_role_grant()->set_tin(tin());
        return made->mutable_role_grant()->set_action(action());
      default:
        return fill_after_the_season(made);
    }
  }

  void fill_after_the_season(v1::Row* made) {
    switch (kind_) {
      case v1::RECORD_KIND_CMS_FEEDBACK:
        return fill_feedback(about_anybody(made->mutable_cms_feedback()));
      case v1::RECORD_KIND_REVIEW_AUTHORISATION:
        return about_anybody(made->mutable_review_authorisation())->set_action(action());
      case v1::RECORD_KIND_REVIEW_CASE:
        about_anybody(made->mutable_review_case())->set_case_id("review-1");
        made->mutable_review_case()->set_reached_at(at("2023-09-01T12:00:00-05:00"));
        if (one_in(2)) made->mutable_review_case()->set_revised_score(750'000);
        return made->mutable_review_case()->set_state(
            static_cast<v1::ReviewCase::State>(1 + random_.below(6)));
      case v1::RECORD_KIND_DEADLINE_EXTENSION:
        return fill_extension(made->mutable_deadline_extension());
      default:
        return fill_audit(made->mutable_audit_correction());
    }
  }

  std::string some_case() {
    const std::string id = std::to_string(random_.below(kCases));
    return std::string(
        make_case_token(Key256{}, PracticeId(practice_), PerformanceYear(year_), id).bytes());
  }

  void fill_audit(v1::AuditCorrection* fact) {
    fact->set_audit_finding("AUD-" + std::to_string(random_.below(2)));
    fact->set_reason("audit");
    do {
      fact->add_case_tokens(some_case());
    } while (!one_in(4));
    fact->set_opens_at(at(one_in(4) ? "2023-02-16T00:00:01-06:00" : "2023-02-16T00:00:00-06:00"));
    fact->set_closes_at(at(one_in(4) ? "2023-02-15T00:00:00-06:00" : "2023-06-30T00:00:00-05:00"));
  }

  void fill_case(v1::AnesthesiaCase* fact) {
    fact->set_case_token(some_case());
    fact->set_service_date(service_date());
    const std::uint32_t staff = 1 + random_.below(3);
    for (std::uint32_t i = 0; i < staff; ++i) {
      v1::CaseStaff& person = *fact->add_staff();
      person.set_tin(tin());
      person.set_npi(one_in(20) ? 0 : npi());
      person.set_clinician_type(type());
    }
    fact->set_age_years(one_in(3) ? 10 : 50);
    fact->set_anesthesia_minutes(one_in(4) ? 30 : 90);
    fact->set_anesthesia_categories(random_.below(8));
    // One of five files that does not say its time. Not drawn, so that seeds stay what they were.
    const std::int64_t file = (fact->service_date() + fact->staff_size()) % 5;
    if (file > 0) fact->set_file_created(1'660'000'000 + 86'400 * file);
    add_codes(fact);
  }

  // Any of the codes of any specification, reported for any measure.
  void add_codes(v1::AnesthesiaCase* fact) {
    const auto& all = rules().specifications();
    for (const rulebook::MeasureSpecification& specification : all) {
      for (const rulebook::SpecificationCode& code : specification.codes) {
        const bool denominator = code.bucket == rulebook::CodeBucket::kDenominator;
        if (random_.below(10) >= (denominator ? 9U : 3U)) continue;
        fact->add_quality_codes(code.packed);
        fact->add_quality_measures(one_in(20) ? all.front().packed_source_id
                                              : specification.packed_source_id);
      }
    }
  }

  void fill_roster(v1::RosterEntry* entry) {
    entry->set_last_name(one_in(2) ? "Weber" : "Rossi");
    entry->set_first_name("Ada");
    entry->set_clinician_type(type());
    if (one_in(3)) entry->set_start_date(service_date());
    if (one_in(3)) entry->set_end_date(service_date());
  }

  void fill_consent(v1::IndividualConsent* fact) {
    fact->set_action(action());
    if (one_in(3)) add_categories(fact);
    if (one_in(4)) fact->set_effective_from(service_date());
    if (one_in(4)) fact->set_expires_on(service_date());
  }

  void fill_option(v1::ReportingOption* fact) {
    fact->set_tin(tin());
    fact->set_level(static_cast<v1::ReportingLevel>(1 + random_.below(3)));
    fact->set_pathway(one_in(4) ? v1::PATHWAY_APP : v1::PATHWAY_TRADITIONAL);
  }

  void fill_registration(v1::PracticeRegistration* fact) {
    fact->set_enrollment(v1::PracticeRegistration::ENROLLMENT_NEW);
    fact->set_tier(static_cast<v1::PracticeRegistration::Tier>(1 + random_.below(2)));
    fact->set_practice_name("Practice");
    while (one_in(2)) fact->add_tins(tin());
    for (const char* name : {"participation", "qualityAddendum", "baa"}) {
      if (one_in(3)) continue;
      fact->add_agreements()->set_name(name);
      fact->mutable_agreements()->rbegin()->set_signed_on(date_or_open());
    }
    if (one_in(2)) fact->set_paid_on(service_date());
    if (one_in(2)) {
      fact->add_headcounts()->set_provider("physician");
      fact->mutable_headcounts(0)->set_count(1 + random_.below(4));
    }
  }

  void fill_sign_off(v1::ReconciliationSignOff* fact) {
    if (!one_in(3)) fact->set_tin(tin());
    fact->set_data_through(service_date());
    fact->set_roster_version(random_.below(2));
    constexpr std::array kCodes = {FindingCode::NPI_NOT_ON_ROSTER, FindingCode::CASE_BEFORE_START,
                                   FindingCode::CASE_AFTER_TERMINATION,
                                   FindingCode::TIN_NOT_EFFECTIVE_ON_SERVICE_DATE,
                                   FindingCode::HEADCOUNT_OVER_PAID};
    while (!one_in(4)) {
      v1::ReconciliationWaiver& waiver = *fact->add_waivers();
      waiver.set_npi(npi());
      if (one_in(2)) waiver.set_tin(tin());
      waiver.set_code(one_in(12) ? 1 : code_number(kCodes[random_.below(kCodes.size())]));
      if (!one_in(6)) waiver.set_reason("LOCUM");
    }
  }

  void fill_activity(v1::ActivityAttestation* fact) {
    constexpr std::array kIds = {"IA_PSPA_7", "IA_AHE_1", "IA_AHE_5", "IA_NONE_1"};  // of 2022
    constexpr std::array kPeriods = {std::pair(101, 831), std::pair(1003, 1231),
                                     std::pair(1004, 1231), std::pair(901, 1215)};
    fact->set_activity_id(kIds[random_.below(one_in(6) ? 4 : 3)]);
    const auto& [from, to] = kPeriods[random_.below(kPeriods.size())];
    const auto day = [this](int number) {
      return LocalDate::from_civil(year_, number / 100, number % 100).value().days();
    };
    fact->set_performed_from(day(from) - (one_in(12) ? 200 : 0));
    fact->set_performed_to(day(to));
    if (one_in(2)) fact->mutable_attester()->set_signed_at(at("2022-12-16T00:00:00-06:00"));
    if (fact->npi() != 0) return;
    if (one_in(2)) {
      fact->set_performing_count(random_.below(8));
      fact->set_billing_count(random_.below(8));
      return;
    }
    for (std::uint32_t i = 0; i < 5; ++i) fact->add_performing_npis(npi());
    for (std::uint32_t i = 0; i < 5; ++i) fact->add_billing_npis(npi());
  }

  void fill_opt_out(v1::OptOut* fact) {
    if (!one_in(12)) fact->set_tin(tin());
    if (!one_in(12)) fact->set_npi(npi());
    fact->set_action(action());
    fact->set_reason(static_cast<v1::OptOut::Reason>(random_.below(3)));
    if (one_in(4)) add_categories(fact);
  }

  void fill_result(v1::MeasureResult* fact) {
    constexpr std::array kIds = {"404", "424",  "463", "AQI18", "AQI48", "AQI73", "ABG43",
                                 "001", "PP10", "238", "112",   "326",   "none",  "AQI56"};
    constexpr std::array kCollections = {"", "registry", "ehr", "claims", "telephone"};
    fact->set_measure_id(kIds[random_.below(kIds.size())]);
    fact->set_collection_type(kCollections[random_.below(kCollections.size())]);
    const rulebook::Measure* measure = rules().find_measure(fact->measure_id());
    if (measure != nullptr && !one_in(4)) {
      for (const std::string& stratum : measure->strata) {
        if (!one_in(5)) add_stratum(stratum, fact);
      }
    }
    if (fact->strata_size() == 0) add_stratum("", fact);
  }

  void add_stratum(const std::string& name, v1::MeasureResult* fact) {
    v1::StratumCount& counts = *fact->add_strata();
    counts.set_stratum(name);
    const std::uint32_t eligible = 1 + random_.below(one_in(2) ? 100 : 19);
    const std::uint32_t reported = one_in(3) ? random_.below(eligible + 1) : eligible;
    const std::uint32_t met = random_.below(reported + 1);
    counts.set_eligible_population(eligible);
    counts.set_performance_met(met);
    counts.set_exceptions(one_in(5) ? reported - met : 0);
    counts.set_performance_not_met(reported - met - counts.exceptions());
  }

  // Nearly whole, so that most reports are scored.
  void fill_report(v1::PromotingInteroperability* fact) {
    fact->set_performed_from(service_date());
    fact->set_performed_to(fact->performed_from() + (one_in(8) ? 60 : 95));
    if (!one_in(12)) fact->set_cehrt_id("0015E");
    using rulebook::InteroperabilityRole;
    for (const rulebook::InteroperabilityMeasure& measure : rules().interoperability_measures()) {
      const bool needed = measure.role == InteroperabilityRole::kAttestation ||
                          measure.role == InteroperabilityRole::kRequired;
      if (random_.below(100) < (needed ? 6U : 60U)) continue;
      v1::InteroperabilityMeasure& row = *fact->add_measures();
      row.set_measure_id(measure.id);
      if (measure.ratio) {
        row.mutable_ratio()->set_denominator(1 + random_.below(300));
        row.mutable_ratio()->set_numerator(
            one_in(40) ? 0 : 1 + random_.below(row.ratio().denominator()));
      } else {
        row.set_attested(!one_in(needed ? 40 : 4));
      }
    }
  }

  void fill_list(v1::EligibilitySnapshot* fact) {
    fact->set_list_date(service_date());
    fact->set_segment(1 + random_.below(2));
    fact->set_status(static_cast<v1::EligibilitySnapshot::Status>(random_.below(12)));
    fact->set_group_size(random_.below(3) * 8);
    if (one_in(3)) fact->set_complex_patient_bonus(random_.below(9) * 12'345);
    for (int kind = v1::SpecialStatus::KIND_SMALL_PRACTICE;
         kind <= v1::SpecialStatus::KIND_FACILITY_BASED; ++kind) {
      if (!one_in(3)) continue;
      v1::SpecialStatus& status = *fact->add_special_statuses();
      status.set_kind(static_cast<v1::SpecialStatus::Kind>(kind));
      status.set_value(one_in(3));
    }
  }

  void fill_officer(v1::OfficerDecision* fact) {
    fact->set_subject(one_in(2) ? v1::OfficerDecision::SUBJECT_LATE_RECORD
                                : static_cast<v1::OfficerDecision::Subject>(1 + random_.below(7)));
    fact->set_verdict(one_in(2) ? v1::OfficerDecision::VERDICT_REFUSE
                                : v1::OfficerDecision::VERDICT_APPROVE);
    fact->set_reason(one_in(2) ? "flood" : "fire");
    const std::uint32_t about = random_.below(4);
    if (about == 0) fact->set_record_id(some_upload());
    if (about == 1) fact->set_record_id(some_record());
    if (about > 1) fact->set_tin(tin());
    if (about > 2) fact->set_npi(npi());
    if (one_in(3)) fact->set_code(code_number(FindingCode::NPI_NOT_ON_ROSTER));
  }

  void fill_confirmation(v1::Confirmation* fact) {
    fact->set_subject(static_cast<v1::Confirmation::Subject>(1 + random_.below(5)));
    if (one_in(2)) fact->set_subject(v1::Confirmation::SUBJECT_ROSTER_DROP);
    if (fact->subject() == v1::Confirmation::SUBJECT_ROSTER_DROP) {
      if (!one_in(3)) fact->set_upload_id(some_upload());  // else the newest that waits
    } else {
      fact->set_tin(tin());
      while (one_in(2)) fact->add_npis(npi());
    }
    fact->set_confirmed(!one_in(4));
  }

  void fill_feedback(v1::CmsFeedback* fact) {
    fact->set_stage(static_cast<v1::CmsFeedback::Stage>(1 + random_.below(3)));
    fact->set_version(1 + random_.below(2));
    fact->set_action(action());
    fact->set_purpose("comparison");
    fact->set_final_score(random_.below(3) * 250'000);
    if (one_in(2)) fact->set_adjustment(-90'000);
    fact->add_categories()->set_category(category());
    fact->mutable_categories(0)->set_percent(500'000);
    fact->add_measures()->set_measure_id("424");
    if (one_in(2)) fact->mutable_measures(0)->set_performance_rate(990'000);
  }

  void fill_extension(v1::DeadlineExtension* fact) {
    constexpr std::array kNames = {"individual-consent",
                                   "final-data",
                                   "january-to-november-data",
                                   "roster",
                                   "reconciliation",
                                   "opt-out",
                                   "activity-attestation",
                                   "registration",
                                   "reporting-option",
                                   "december-cases",
                                   "consents"};
    constexpr std::array kInstants = {"2023-02-01T00:00:00-06:00", "2023-02-10T12:00:00-06:00",
                                      "2023-02-20T23:59:59-06:00", "2023-04-10T12:00:00-05:00"};
    fact->set_deadline(kNames[random_.below(kNames.size())]);
    fact->set_until(at(kInstants[random_.below(kInstants.size())]));
    fact->set_reason("flood");
  }

  const rulebook::YearRules& rules_;
  const std::int32_t year_;
  const v1::RecordKind kind_;
  const std::uint32_t practice_;
  const int uploads_;
  generate::Random& random_;
};

}  // namespace

v1::Row random_row(const rulebook::YearRules& rules, v1::RecordKind kind, std::uint32_t practice,
                   int uploads, generate::Random* random) {
  return RowMaker(rules, kind, practice, uploads, random).make();
}

}  // namespace qcdr::batch

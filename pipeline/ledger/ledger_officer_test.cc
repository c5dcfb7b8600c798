// Who may decide what: the authority of an upload, an officer's no, late withdrawals of cases and
// audit corrections.
#include <gtest/gtest.h>

#include "ledger/readiness_reader.h"
#include "ledger/testing_rows.h"
#include "rulebook/record_authority.h"

namespace qcdr::ledger {
namespace {

const Instant kMarch = Season::at("2023-03-06T10:00:00-06:00");
constexpr auto kDecisionKind = v1::RECORD_KIND_OFFICER_DECISION;
constexpr auto kCaseKind = v1::RECORD_KIND_ANESTHESIA_CASE;

v1::Row refusal(const char* record_id) {
  v1::Row row = decision(record_id);
  row.mutable_officer_decision()->set_verdict(v1::OfficerDecision::VERDICT_REFUSE);
  return row;
}

Season::CaseSpec december(const char* id, bool met = true) {
  Season::CaseSpec spec;
  spec.id = id;
  spec.service_date = Season::day(12, 1);
  spec.staff = {{1, 1}};
  spec.codes = Season::temperature(met);
  return spec;
}

v1::Row withdrawal(Season& season, const char* id) {
  v1::Row row = season.case_row(december(id));
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  return row;
}

v1::Row audit(Season& season, std::initializer_list<const char*> ids,
              const char* closes_at = "2023-03-10T23:59:59-06:00") {
  v1::Row row;
  v1::AuditCorrection& fact = *row.mutable_audit_correction();
  fact.set_audit_finding("AUD-7");
  for (const char* id : ids) {
    fact.add_case_tokens(season.case_row(december(id)).anesthesia_case().case_token());
  }
  fact.set_opens_at(kAfterFinalDate.milliseconds());
  fact.set_closes_at(Season::at(closes_at).milliseconds());
  fact.set_reason("audit");
  return row;
}

constexpr auto kAuditKind = v1::RECORD_KIND_AUDIT_CORRECTION;

void verify(Season& season) {
  season.freeze();
  const auto proof = season.practice().verify();
  ASSERT_TRUE(proof.is_ok()) << proof.status().to_string();
  EXPECT_EQ(proof.value(), season.practice().digest());
}

TEST(Authority, IsSaidOfEveryKind) {
  const auto* kinds = v1::RecordKind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    const auto number = static_cast<std::uint32_t>(kinds->value(i)->number());
    EXPECT_NE(rulebook::find_record_authority(number), nullptr) << kinds->value(i)->name();
  }
  EXPECT_EQ(rulebook::record_authorities().size(),
            static_cast<std::size_t>(kinds->value_count() - 1));
  EXPECT_TRUE(rulebook::is_for_registry_only(0));
  EXPECT_TRUE(rulebook::is_for_registry_only(999));
}

TEST(Authority, OfTheRegistryIsNotThePractices) {
  for (const auto authority :
       {v1::AUTHORITY_PRACTICE_ADMINISTRATOR, v1::AUTHORITY_PRACTICE_OFFICER, v1::AUTHORITY_VENDOR,
        v1::AUTHORITY_CLINICIAN_SELF, v1::AUTHORITY_SYSTEM, v1::AUTHORITY_UNSPECIFIED}) {
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}});
    season.consent("c", kFirstOfFebruary, 1, 1, true);
    season.cases("u", kAfterFinalDate, {december("d")});
    season.authority = authority;
    season.record("x1", kMarch, kDecisionKind, decision("c/0"));
    season.record("x2", kMarch, v1::RECORD_KIND_DEADLINE_EXTENSION,
                  extension("individual-consent", "2023-03-10T23:59:59-06:00"));
    season.record("x3", kMarch, kAuditKind, audit(season, {"d"}));
    season.record("x4", kMarch, v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT,
                  eligibility("2022-12-20", 2, v1::EligibilitySnapshot::STATUS_REQUIRED, {}));
    for (const char* upload : {"x1", "x2", "x3", "x4"}) {
      EXPECT_EQ(told(season, upload, FindingCode::AUTHORITY_MISSING), 1u) << upload;
      EXPECT_EQ(season.upload(upload).rows_rejected, 1u) << upload;
    }
    EXPECT_EQ(season.consent_state(1, 1), ConsentState::kHeld);
    EXPECT_EQ(season.group(1).counted(), 0u);
    EXPECT_FALSE(season.practice().eligibility(season.tin_row(1)).value().loaded());
    season.authority = v1::AUTHORITY_REGISTRY_OPERATOR;
    season.record("y1", kMarch, kDecisionKind, decision("c/0"));
    EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
  }
}

// It names the record alone, in a file of a kind that a practice may send.
TEST(Authority, OfThePracticeTakesNothingOfTheRegistrysBack) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("l", kJune, v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT,
                eligibility("2022-12-20", 2, v1::EligibilitySnapshot::STATUS_REQUIRED, {}));
  v1::Row row;
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  row.set_supersedes("l/0");
  season.record("w1", kJune, kActivityKind, row);
  EXPECT_EQ(told(season, "w1", FindingCode::AUTHORITY_MISSING), 1u);
  EXPECT_TRUE(season.practice().eligibility(season.tin_row(1)).value().loaded());
  season.record("w2", kJune, v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT, row);
  EXPECT_FALSE(season.practice().eligibility(season.tin_row(1)).value().loaded());
}

struct HeldRecord {
  v1::RecordKind kind;
  v1::Row row;
};

// A record of every kind that the calendar can hold.
std::vector<HeldRecord> held_records(Season& season) {
  std::vector<HeldRecord> records;
  const auto add = [&](v1::RecordKind kind) -> v1::Row& {
    records.push_back({kind, v1::Row()});
    return records.back().row;
  };
  add(kRegistrationKind) = registration({1}, true, 0);
  add(kActivityKind) = activity(1, Season::day(1, 1), Season::day(5, 31));
  add(kSignOffKind) = sign_off(Season::day(11, 30));
  add(kOptOutKind) = opt_out(1, 2, false);
  add(kCaseKind) = season.case_row(december("d"));
  v1::IndividualConsent& consent =
      *add(v1::RECORD_KIND_INDIVIDUAL_CONSENT).mutable_individual_consent();
  consent.set_tin(1);
  consent.set_npi(Season::npi(1).value());
  consent.set_action(v1::CONSENT_ACTION_GRANT);
  v1::OfficerConsent& officer = *add(v1::RECORD_KIND_OFFICER_CONSENT).mutable_officer_consent();
  officer.set_tin(1);
  officer.set_action(v1::CONSENT_ACTION_GRANT);
  v1::ReportingOption& option = *add(v1::RECORD_KIND_REPORTING_OPTION).mutable_reporting_option();
  option.set_tin(1);
  option.set_level(v1::REPORTING_LEVEL_GROUP);
  v1::RosterEntry& entry = *add(v1::RECORD_KIND_ROSTER_ENTRY).mutable_roster_entry();
  entry.set_tin(1);
  entry.set_npi(Season::npi(1).value());
  v1::MeasureResult& result = *add(v1::RECORD_KIND_MEASURE_RESULT).mutable_measure_result();
  result.set_tin(1);
  result.set_measure_id("424");
  v1::BilledCases& billed = *add(v1::RECORD_KIND_BILLED_CASES).mutable_billed_cases();
  billed.set_tin(1);
  billed.set_month(1);
  add(v1::RECORD_KIND_PROMOTING_INTEROPERABILITY).mutable_promoting_interoperability()->set_tin(1);
  v1::ReweightingApproval& approval =
      *add(v1::RECORD_KIND_REWEIGHTING_APPROVAL).mutable_reweighting_approval();
  approval.set_tin(1);
  approval.set_reason(v1::ReweightingApproval::REASON_EXTREME_AND_UNCONTROLLABLE);
  v1::PartialTinAttestation& covered =
      *add(v1::RECORD_KIND_PARTIAL_TIN_ATTESTATION).mutable_partial_tin_attestation();
  covered.set_tin(1);
  covered.set_all_covered(true);
  return records;
}

TEST(Decision, RefusesAndApprovesEveryKindThatIsHeld) {
  Season some;
  for (const HeldRecord& each : held_records(some)) {
    SCOPED_TRACE(v1::RecordKind_Name(each.kind));
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
    season.record("o", kJune, kOptOutKind, opt_out(1, 2, true));
    season.record("h", kMarch, each.kind, each.row);
    ASSERT_EQ(season.upload("h").rows_held, 1u);
    const StateDigest waiting = season.digest();
    season.record("n1", kMarch, kDecisionKind, refusal("h"));
    EXPECT_EQ(told(season, "n1", FindingCode::HOLD_REFUSED), 1u);
    EXPECT_NE(season.digest(), waiting);
    season.restart();
    season.record("n2", kMarch, kDecisionKind, refusal("h/0"));  // there is nothing left to refuse
    EXPECT_EQ(told(season, "n2", FindingCode::NOTHING_HELD), 1u);
    // Whoever was refused is let in by an officer, and not because everybody is.
    ASSERT_TRUE(season.lift_hold(each.kind).is_ok());
    season.record("y1", kMarch, kDecisionKind, decision("h"));
    EXPECT_EQ(told(season, "y1", FindingCode::HOLD_LIFTED), 1u);
    season.restart();
    season.record("y2", kMarch, kDecisionKind, decision("h/0"));
    EXPECT_EQ(told(season, "y2", FindingCode::NOTHING_HELD), 1u);
    verify(season);
  }
}

TEST(Decision, OfWhatCameLateIsHeardAgain) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row = decision("");
  row.mutable_officer_decision()->set_tin(1);
  row.mutable_officer_decision()->set_npi(Season::npi(1).value());
  season.record("d1", kFirstOfFebruary, kDecisionKind, row);
  EXPECT_EQ(told(season, "d1", FindingCode::NOTHING_HELD), 1u);
  season.consent("c", kFirstOfFebruary, 1, 1, true);
  season.record("d2", kMarch, kDecisionKind, row);
  EXPECT_EQ(season.upload("d2").rows_duplicate, 1u);
  EXPECT_EQ(season.consent_state(1, 1), ConsentState::kOnTime);
}

TEST(Decision, OfTheTinSettlesTheCircumstancesOfEverybodyUnderIt) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row;
  v1::ReweightingApproval& fact = *row.mutable_reweighting_approval();
  fact.set_tin(1);
  fact.set_npi(Season::npi(1).value());
  fact.add_categories(v1::CATEGORY_QUALITY);
  fact.set_reason(v1::ReweightingApproval::REASON_EXTREME_AND_UNCONTROLLABLE);
  season.record("w", kMarch, v1::RECORD_KIND_REWEIGHTING_APPROVAL, row);
  ASSERT_EQ(season.practice().reweighting(season.pair_row(1, 1)).value().size(), 1u);
  v1::Row refused = refusal("");
  refused.mutable_officer_decision()->set_subject(v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES);
  refused.mutable_officer_decision()->set_tin(1);
  season.record("d", kMarch, kDecisionKind, refused);
  EXPECT_TRUE(season.practice().reweighting(season.pair_row(1, 1)).value().empty());
}

TEST(Refusal, IsSaidOfTheBlockAndIsNobodysOpenItem) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.option("o", kJune, 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  season.consent("c", kFirstOfFebruary, 1, 1, true);
  const auto block = [&] {
    const Readiness readiness =
        own_individual_readiness(season.practice(), season.pair_row(1, 1)).value();
    const Block* found = readiness.find(BlockReason::kIndividualConsent);
    return found == nullptr ? Block() : *found;
  };
  EXPECT_TRUE(block().waits_for_officer());
  EXPECT_TRUE(block().open_item());
  season.record("d", kMarch, kDecisionKind, refusal("c"));
  EXPECT_TRUE(block().refused && block().held_late && block().closed);
  EXPECT_FALSE(block().waits_for_officer());
  EXPECT_FALSE(block().open_item());
  season.consent("c2", kMarch, 1, 1, true);  // said again, it is not asked again
  EXPECT_EQ(season.upload("c2").rows_duplicate, 1u);
  EXPECT_TRUE(block().refused);
}

TEST(Refusal, OfCasesTakesThemOutOfWhatIsHeld) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.cases("u", kAfterFinalDate, {december("d1"), december("d2")});
  season.record("n", kMarch, kDecisionKind, refusal("u/1"));
  EXPECT_EQ(season.group(1).held(), 1u);
  season.record("e", kMarch, v1::RECORD_KIND_DEADLINE_EXTENSION,
                extension("final-data", "2023-02-20T23:59:59-06:00"));
  EXPECT_EQ(season.group(1).counted(), 1u);
  season.cases("again", kMarch, {december("d2")});
  EXPECT_EQ(season.upload("again").rows_duplicate, 1u);
  season.cases("other", kMarch, {december("d2", false)});  // another content: it waits again
  EXPECT_EQ(season.group(1).held(), 1u);
  verify(season);
}

TEST(LateWithdrawal, OfACaseWaitsAndTakesItWhenItIsLetIn) {
  enum class By { kExtension, kLiftedHold, kOfficer, kAudit };
  for (const By by : {By::kExtension, By::kLiftedHold, By::kOfficer, By::kAudit}) {
    SCOPED_TRACE(static_cast<int>(by));
    Season season;
    season.roster("r", kJune, {{1, 1, "A"}});
    season.cases("u", kFinalDate, {december("d1"), december("d2")});
    season.record("w", kAfterFinalDate, kCaseKind, withdrawal(season, "d1"));
    EXPECT_EQ(season.upload("w").rows_held, 1u);
    EXPECT_EQ(season.group(1).counted(), 2u);
    season.record("again", kAfterFinalDate, kCaseKind, withdrawal(season, "d1"));
    EXPECT_EQ(season.upload("again").rows_duplicate, 1u);
    season.restart();
    switch (by) {
      case By::kExtension:
        season.record("x", kMarch, v1::RECORD_KIND_DEADLINE_EXTENSION,
                      extension("final-data", "2023-02-20T23:59:59-06:00"));
        break;
      case By::kLiftedHold:
        ASSERT_TRUE(season.lift_hold(kCaseKind).is_ok());
        break;
      case By::kOfficer:
        season.record("n", kMarch, kDecisionKind, refusal("w"));
        EXPECT_EQ(season.group(1).counted(), 2u);
        season.record("x", kMarch, kDecisionKind, decision("w/0"));
        break;
      case By::kAudit:
        season.record("x", kMarch, kAuditKind, audit(season, {"d1"}));
        break;
    }
    EXPECT_EQ(season.group(1).counted(), 1u);
    EXPECT_EQ(season.group(1).held(), 0u);
    verify(season);
    season.cases("back", kAfterFinalDate, {december("d1")});  // its place is there, and empty
    EXPECT_EQ(season.group(1).held(), by == By::kExtension || by == By::kAudit ? 0u : 1u);
    verify(season);
  }
}

TEST(LateWithdrawal, GivesWayToAVersionThatCameInTime) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.cases("u", kJune, {december("d")});
  season.record("w", kAfterFinalDate, kCaseKind, withdrawal(season, "d"));
  season.cases("u2", kFinalDate, {december("d", false)});  // parsed later, received before
  ASSERT_TRUE(season.lift_hold(kCaseKind).is_ok());
  EXPECT_EQ(season.group(1).counted(), 1u);
  verify(season);
}

TEST(AuditCorrection, CountsTheNamedCasesOfItsWindow) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.cases("u1", kAfterFinalDate, {december("d1"), december("other")});
  season.record("a", Season::at("2023-02-20T10:00:00-06:00"), kAuditKind,
                audit(season, {"d1", "d2", "d3"}));
  EXPECT_EQ(told(season, "a", FindingCode::HOLD_LIFTED), 1u);  // d1 waited
  EXPECT_EQ(season.group(1).cases(CountClass::kMilestoneMissed), 1u);
  season.restart();
  season.cases("u2", Season::at("2023-02-27T10:00:00-06:00"), {december("d2"), december("d4")});
  EXPECT_EQ(season.group(1).counted(), 2u);
  season.cases("u3", Season::at("2023-02-27T11:00:00-06:00"), {december("d2", false)});
  EXPECT_EQ(told(season, "u3", FindingCode::CASE_REPLACED), 1u);
  season.cases("u4", Season::at("2023-03-10T23:59:59-06:00"), {december("d3")});
  EXPECT_EQ(season.group(1).counted(), 3u);
  season.record("w", Season::at("2023-03-10T23:59:59-06:00"), kCaseKind, withdrawal(season, "d3"));
  EXPECT_EQ(season.group(1).counted(), 2u);
  season.cases("u5", Season::at("2023-03-11T00:00:00-06:00"), {december("d3")});
  EXPECT_EQ(season.group(1).counted(), 2u);
  EXPECT_EQ(season.group(1).held(), 3u);  // other, d4, d3
  verify(season);
}

TEST(AuditCorrection, EndsWithTheCertification) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("a", kAfterFinalDate, kAuditKind, audit(season, {"d1", "d2"}));
  v1::Row row;
  row.mutable_certification()->set_batch_id("b");
  row.mutable_certification()->set_payload_root(std::string(32, 'r'));
  season.record("c", kMarch, v1::RECORD_KIND_CERTIFICATION, row);
  season.cases("u1", Season::at("2023-03-06T09:59:59-06:00"), {december("d1")});
  season.cases("u2", kMarch, {december("d2")});
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.group(1).held(), 1u);
}

TEST(AuditCorrection, EndsWithTheWindowOfCms) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("a", kMarch, kAuditKind, audit(season, {"d1", "d2"}, "2023-12-31T23:59:59-06:00"));
  season.cases("u1", Season::at("2023-03-31T20:00:00-04:00"), {december("d1")});
  season.cases("u2", Season::at("2023-03-31T20:00:01-04:00"), {december("d2")});
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.group(1).held(), 1u);
}

// Of the TIN whose case it names, until that was received again or the data are certified.
TEST(AuditCorrection, IsOpenUntilItsCasesComeAgain) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {2, 2, "B"}});
  season.cases("u1", kFinalDate, {december("d1"), december("other")});
  const auto open = [&](int tin) {
    return season.practice().open_audits(season.tin_row(tin)).value().size();
  };
  EXPECT_EQ(open(1), 0u);
  season.record("a", kAfterFinalDate, kAuditKind, audit(season, {"d1", "unknown"}));
  EXPECT_EQ(open(1), 1u);
  EXPECT_EQ(open(2), 0u);
  season.restart();
  EXPECT_EQ(open(1), 1u);
  const AuditWindow window = season.practice().open_audits(season.tin_row(1)).value().front();
  EXPECT_TRUE(window.is_open_at(window.opens_at));
  EXPECT_TRUE(window.is_open_at(window.closes_at));
  EXPECT_FALSE(window.is_open_at(Instant::from_milliseconds(window.closes_at.milliseconds() + 1)));
  ReadinessReader reader(season.practice(), kMarch);
  EXPECT_EQ(reader.tin_facts(season.tin_row(1)).value()->audits.size(), 1u);
  season.cases("u2", Season::at("2023-02-27T10:00:00-06:00"), {december("d1", false)});
  EXPECT_EQ(open(1), 0u);
  season.record("b", kAfterFinalDate, kAuditKind, audit(season, {"other"}));
  verify(season);
}

TEST(AuditCorrection, ThatIsTakenBackLetsNothingMoreIn) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("a", kAfterFinalDate, kAuditKind, audit(season, {"d1", "d2"}));
  season.cases("u1", kAfterFinalDate, {december("d1")});
  v1::Row row;
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  row.set_supersedes("a/0");
  season.record("w", kMarch, kAuditKind, row);
  season.cases("u2", kMarch, {december("d2")});
  EXPECT_EQ(season.group(1).counted(), 1u);
  EXPECT_EQ(season.group(1).held(), 1u);
}

TEST(Extension, OfADateThatIsNotThereNamesThoseThatAre) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.take();
  season.record("e", kMarch, v1::RECORD_KIND_DEADLINE_EXTENSION,
                extension("consent", "2023-03-10T23:59:59-06:00"));
  EXPECT_EQ(season.upload("e").rows_rejected, 1u);
  const Effects effects = season.take();
  ASSERT_EQ(effects.findings.size(), 1u);
  EXPECT_EQ(effects.findings[0].code, code_number(FindingCode::DEADLINE_UNKNOWN));
  const std::string text =
      finding_message(effects.findings[0].code, effects.findings[0].parameters);
  EXPECT_NE(text.find("individual-consent, january-to-november-data"), std::string::npos) << text;
}

}  // namespace
}  // namespace qcdr::ledger

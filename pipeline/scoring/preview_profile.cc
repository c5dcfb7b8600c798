// The profile of a score preview; see qpp_submission.h.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "rulebook/parameter_names.h"
#include "scoring/qpp_submission.h"
#include "scoring/situation.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);
constexpr Decimal kAmountMax = Decimal::from_raw(10'000'000 * Decimal::kOne);
constexpr std::int64_t kCountMax = 1'000'000'000;
constexpr std::int64_t kGroupSizeMax = 1'000'000;

constexpr std::array<std::string_view, 21> kFields = {"smallPractice",
                                                      "rural",
                                                      "hpsa",
                                                      "nonPatientFacing",
                                                      "hospitalBased",
                                                      "ascBased",
                                                      "facilityBased",
                                                      "clinicianType",
                                                      "participation",
                                                      "eligibility",
                                                      "reweight",
                                                      "groupSize",
                                                      "complexPatientBonus",
                                                      "priorYear",
                                                      "costMeasures",
                                                      "given",
                                                      "pcmh",
                                                      "apmParticipant",
                                                      "measureApplicability",
                                                      "surveyMinimumMissed",
                                                      "asOf"};

template <class T>
struct Word {
  std::string_view word;
  T value;
};

template <class T, std::size_t kSize>
Result<T> read_choice(const JsonCursor& at, const std::array<Word<T>, kSize>& words) {
  QCDR_ASSIGN_OR_RETURN(const std::string text, at.word());
  std::string known;
  for (const Word<T>& each : words) {
    if (each.word == text) return each.value;
    known += (known.empty() ? "" : ", ") + std::string(each.word);
  }
  return at.error("one of these is expected: " + known);
}

constexpr std::array<Word<ClinicianKind>, 17> kKinds = {{
    {"physician", ClinicianKind::kPhysician},
    {"crna", ClinicianKind::kCrna},
    {"certifiedRegisteredNurseAnesthetist", ClinicianKind::kCrna},
    {"caa", ClinicianKind::kCaa},
    {"anesthesiologistAssistant", ClinicianKind::kCaa},
    {"physicianAssistant", ClinicianKind::kPhysicianAssistant},
    {"nursePractitioner", ClinicianKind::kNursePractitioner},
    {"clinicalNurseSpecialist", ClinicianKind::kClinicalNurseSpecialist},
    {"physicalTherapist", ClinicianKind::kPhysicalTherapist},
    {"occupationalTherapist", ClinicianKind::kOccupationalTherapist},
    {"clinicalPsychologist", ClinicianKind::kClinicalPsychologist},
    {"audiologist", ClinicianKind::kAudiologist},
    {"speechLanguagePathologist", ClinicianKind::kSpeechLanguagePathologist},
    {"registeredDietitian", ClinicianKind::kRegisteredDietitian},
    {"clinicalSocialWorker", ClinicianKind::kClinicalSocialWorker},
    {"certifiedNurseMidwife", ClinicianKind::kCertifiedNurseMidwife},
    {"other", ClinicianKind::kOther},
}};

constexpr std::array<Word<Participation>, 4> kParticipations = {{
    {"traditional", Participation::kTraditional},
    {"app", Participation::kApp},
    {"mvp", Participation::kMvp},
    {"apmScoringStandard", Participation::kApmScoringStandard},
}};

constexpr std::array<Word<ReweightReason>, 5> kReasons = {{
    {"extremeAndUncontrollable", ReweightReason::kExtremeAndUncontrollable},
    {"automaticExtremeAndUncontrollable", ReweightReason::kAutomaticExtremeAndUncontrollable},
    {"hardship", ReweightReason::kHardship},
    {"noApplicableMeasure", ReweightReason::kNoApplicableMeasure},
    {"notScorable", ReweightReason::kNotScorable},
}};

// Whether an adjustment applies to an individual, and to a group's clinicians.
struct Applies {
  Known individual;
  Known group;
};
constexpr std::array<Word<Applies>, 11> kEligibilities = {{
    {"required", {Known::kYes, Known::kYes}},
    {"optInEligible", {Known::kNo, Known::kNo}},
    {"optedIn", {Known::kYes, Known::kYes}},
    {"voluntary", {Known::kNo, Known::kNo}},
    {"groupOnly", {Known::kNo, Known::kYes}},
    {"qp", {Known::kNo, Known::kNo}},
    {"partialQp", {Known::kNo, Known::kNo}},
    {"newMedicare", {Known::kNo, Known::kNo}},
    {"notEligibleType", {Known::kNo, Known::kNo}},
    {"joinedAfterSep30", {Known::kNo, Known::kYes}},
    {"unknown", {Known::kUnknown, Known::kUnknown}},
}};

Status read_known(const JsonCursor& profile, std::string_view key, Known* known) {
  *known = Known::kNo;
  const auto member = profile.member(key);
  if (!member) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const bool value, member->boolean());
  *known = value ? Known::kYes : Known::kNo;
  return Status::ok();
}

Status read_statuses(const JsonCursor& json, Profile* profile) {
  QCDR_RETURN_IF_ERROR(read_known(json, "smallPractice", &profile->small_practice));
  QCDR_RETURN_IF_ERROR(read_known(json, "rural", &profile->rural));
  QCDR_RETURN_IF_ERROR(read_known(json, "hpsa", &profile->hpsa));
  QCDR_RETURN_IF_ERROR(read_known(json, "nonPatientFacing", &profile->non_patient_facing));
  QCDR_RETURN_IF_ERROR(read_known(json, "hospitalBased", &profile->hospital_based));
  QCDR_RETURN_IF_ERROR(read_known(json, "ascBased", &profile->asc_based));
  QCDR_RETURN_IF_ERROR(read_known(json, "facilityBased", &profile->facility_based));
  Known flag = Known::kNo;
  QCDR_RETURN_IF_ERROR(read_known(json, "pcmh", &flag));
  profile->medical_home = flag == Known::kYes;
  QCDR_RETURN_IF_ERROR(read_known(json, "apmParticipant", &flag));
  profile->apm_participant = flag == Known::kYes;
  QCDR_RETURN_IF_ERROR(read_known(json, "surveyMinimumMissed", &flag));
  profile->survey_minimum_missed = flag == Known::kYes;
  if (json.member("measureApplicability")) {
    QCDR_RETURN_IF_ERROR(read_known(json, "measureApplicability", &profile->measure_applicability));
  }
  const auto size = json.member("groupSize");
  if (!size) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const std::int64_t clinicians, size->whole(0, kGroupSizeMax));
  profile->group_size = static_cast<std::int32_t>(clinicians);
  return Status::ok();
}

Status read_choices(const JsonCursor& json, const ResolvedRules& rules, PreviewInput* input) {
  Profile& profile = input->score.profile;
  // Nobody's type is said: nobody is reweighted for it. A group's own would be nobody's.
  profile.kind = profile.group ? ClinicianKind::kUnspecified : ClinicianKind::kPhysician;
  if (const auto type = json.member("clinicianType")) {
    QCDR_ASSIGN_OR_RETURN(profile.kind, read_choice(*type, kKinds));
  }
  if (const auto eligibility = json.member("eligibility")) {
    QCDR_ASSIGN_OR_RETURN(const Applies applies, read_choice(*eligibility, kEligibilities));
    profile.eligible = profile.group ? applies.group : applies.individual;
  }
  const auto participation = json.member("participation");
  if (!participation) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(profile.participation, read_choice(*participation, kParticipations));
  const auto table = static_cast<std::size_t>(weight_table(rules, profile, false));
  const bool mvp = profile.participation == Participation::kMvp;
  const bool offered = mvp ? rules.year_rules->parameter(names::kMvpOffered).value > Decimal()
                           : rules.has_weights[table];
  if (offered) return Status::ok();
  return participation->error(fmt::format("not offered in {}", rules.year_rules->year().value()));
}

Result<std::optional<Decimal>> percent(const JsonCursor& json, std::string_view key) {
  const auto member = json.member(key);
  if (!member) return std::optional<Decimal>();
  QCDR_ASSIGN_OR_RETURN(const Decimal value, member->number(Decimal(), kHundred));
  return std::optional<Decimal>(value);
}

Result<Category> category_of(const std::string& name, const JsonCursor& at) {
  for (std::size_t i = 0; i < kCategories; ++i) {
    const auto category = static_cast<Category>(i);
    if (category_name(category) == name) return category;
  }
  if (name == "aci") return Category::kPromotingInteroperability;
  return at.error("quality, cost, ia or pi is expected");
}

// Every member of an object that is keyed by category.
template <class Read>
Status for_each_category(const JsonCursor& json, Read read) {
  QCDR_RETURN_IF_ERROR(json.expect_object());
  for (const JsonMember& entry : json.value().members) {
    const auto member = json.member(entry.key);
    if (!member) continue;
    QCDR_ASSIGN_OR_RETURN(const Category category, category_of(entry.key, *member));
    QCDR_RETURN_IF_ERROR(read(category, *member));
  }
  return Status::ok();
}

Status read_given(const JsonCursor& json, Profile* profile) {
  return for_each_category(json, [&](Category category, const JsonCursor& at) -> Status {
    QCDR_RETURN_IF_ERROR(at.expect_object());
    QCDR_ASSIGN_OR_RETURN(const std::optional<Decimal> value, percent(at, "percent"));
    if (!value) return at.error("\"percent\" is missing");
    switch (category) {
      case Category::kQuality:
        profile->quality_percent = value;
        break;
      case Category::kCost:
        profile->cost_percent = value;
        break;
      case Category::kActivities:
        profile->activities_percent = value;
        break;
      case Category::kPromotingInteroperability:
        profile->promoting_interoperability_percent = value;
        break;
    }
    return Status::ok();
  });
}

Status read_cost_measures(const JsonCursor& json, PreviewInput* input) {
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  QCDR_RETURN_IF_ERROR(json.expect_list(kCostMeasuresMax));
  for (std::size_t i = 0; i < json.value().items.size(); ++i) {
    const JsonCursor item = json.item(i);
    QCDR_RETURN_IF_ERROR(item.expect_object());
    const auto id = item.member("measureId");
    const auto value = item.member("value");
    const auto cases = item.member("caseCount");
    if (!id || !value || !cases) {
      return item.error("\"measureId\", \"value\" and \"caseCount\" are expected");
    }
    QCDR_ASSIGN_OR_RETURN(const std::string word, id->word());
    CostInput cost;
    cost.measure = year.find_cost_measure(word);
    if (cost.measure == nullptr) {
      return id->error(fmt::format("no cost measure of {}", year.year().value()));
    }
    QCDR_ASSIGN_OR_RETURN(cost.value, value->number(Decimal(), kAmountMax));
    QCDR_ASSIGN_OR_RETURN(cost.case_count, cases->whole(0, kCountMax));
    for (const CostInput& other : input->score.cost_measures) {
      if (other.measure == cost.measure) return id->error("this cost measure stands twice");
    }
    input->score.cost_measures.push_back(cost);
  }
  return Status::ok();
}

Status read_figures(const JsonCursor& json, const ResolvedRules& rules, PreviewInput* input) {
  Profile& profile = input->score.profile;
  // What is not said is none here.
  profile.complex_patient_bonus = Decimal();
  if (const auto bonus = json.member("complexPatientBonus")) {
    QCDR_ASSIGN_OR_RETURN(profile.complex_patient_bonus,
                          bonus->number(Decimal(), rules.complex_patient_bonus_maximum));
  }
  if (const auto prior = json.member("priorYear")) {
    QCDR_RETURN_IF_ERROR(prior->expect_object());
    QCDR_ASSIGN_OR_RETURN(profile.prior_quality_percent,
                          percent(*prior, "qualityAchievementPercent"));
    QCDR_ASSIGN_OR_RETURN(profile.prior_cost_percent, percent(*prior, "costPercent"));
  }
  if (const auto given = json.member("given")) {
    QCDR_RETURN_IF_ERROR(read_given(*given, &profile));
  }
  if (const auto reweight = json.member("reweight")) {
    QCDR_RETURN_IF_ERROR(
        for_each_category(*reweight, [&](Category category, const JsonCursor& at) -> Status {
          QCDR_ASSIGN_OR_RETURN(const ReweightReason reason, read_choice(at, kReasons));
          profile.reweight(category, reason);
          return Status::ok();
        }));
  }
  if (const auto cost = json.member("costMeasures")) return read_cost_measures(*cost, input);
  return Status::ok();
}

void note_unknown_fields(const JsonCursor& json, PreviewInput* input) {
  for (const JsonMember& entry : json.value().members) {
    if (std::find(kFields.begin(), kFields.end(), entry.key) != kFields.end()) continue;
    input->notes.push_back({"UNKNOWN_PROFILE_FIELD",
                            "The profile has a field that is not known here; it changes nothing."});
  }
}

}  // namespace

Status read_profile(const JsonCursor& json, PreviewInput* input) {
  QCDR_RETURN_IF_ERROR(json.expect_object());
  const ResolvedRules& rules = *input->score.rules;
  QCDR_RETURN_IF_ERROR(read_statuses(json, &input->score.profile));
  QCDR_RETURN_IF_ERROR(read_choices(json, rules, input));
  QCDR_RETURN_IF_ERROR(read_figures(json, rules, input));
  note_unknown_fields(json, input);
  if (input->score.profile.facility_based == Known::kYes &&
      rules.year_rules->parameter(names::kFacilityBasedOffered).value == Decimal()) {
    input->notes.push_back(
        {"FACILITY_BASED_NOT_OFFERED", "CMS calculated no facility-based scores for this year."});
  }
  return Status::ok();
}

}  // namespace qcdr::scoring

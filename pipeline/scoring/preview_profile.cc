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
constexpr std::int64_t kGroupSizeMax = 1'000'000;

constexpr std::array<std::string_view, 24> kFields = {"smallPractice",
                                                      "rural",
                                                      "hpsa",
                                                      "nonPatientFacing",
                                                      "hospitalBased",
                                                      "ascBased",
                                                      "facilityBased",
                                                      "facility",
                                                      "clinicianType",
                                                      "participation",
                                                      "eligibility",
                                                      "reweight",
                                                      "groupReweight",
                                                      "populationHealthMeasure",
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

ValueReader reader(PreviewInput* input) {
  return ValueReader(&input->findings, ValueReader::Document::kProfile);
}

template <class T, std::size_t kSize>
std::optional<T> read_choice(const JsonCursor& at, const std::array<Word<T>, kSize>& words,
                             PreviewInput* input) {
  const Result<std::string> text = at.word();
  std::string known;
  for (const Word<T>& each : words) {
    if (text.is_ok() && each.word == text.value()) return each.value;
    known += (known.empty() ? "one of " : ", ") + std::string(each.word);
  }
  reader(input).refuse(at, known);
  return std::nullopt;
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

constexpr std::array<Word<ReweightReason>, 6> kReasons = {{
    {"extremeAndUncontrollable", ReweightReason::kExtremeAndUncontrollable},
    {"automaticExtremeAndUncontrollable", ReweightReason::kAutomaticExtremeAndUncontrollable},
    {"hardship", ReweightReason::kHardship},
    {"noApplicableMeasure", ReweightReason::kNoApplicableMeasure},
    {"notScorable", ReweightReason::kNotScorable},
    {"thirdPartyFailure", ReweightReason::kThirdPartyFailure},
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

// What CMS names programs: an MVP by its id, like G0059, the APM performance pathway, else MIPS.
Participation participation_of(std::string_view program) {
  constexpr std::size_t kMvpIdCharacters = 5;
  if (program.starts_with("app")) return Participation::kApp;
  const bool mvp = program.size() == kMvpIdCharacters && (program[0] == 'G' || program[0] == 'M');
  return mvp && std::all_of(program.begin() + 1, program.end(),
                            [](char c) { return c >= '0' && c <= '9'; })
             ? Participation::kMvp
             : Participation::kTraditional;
}

// True, false, or "unknown" as the pipeline has it of whom CMS's list says nothing.
void read_known(const JsonCursor& profile, std::string_view key, PreviewInput* input,
                Known* known) {
  const auto member = profile.member(key);
  if (!member) return;
  if (member->value().kind == JsonValue::Kind::kText && member->value().text == "unknown") {
    *known = Known::kUnknown;
    return;
  }
  const Result<bool> read = member->boolean();
  if (read.is_ok()) {
    *known = read.value() ? Known::kYes : Known::kNo;
  } else {
    reader(input).refuse(*member, "true, false or \"unknown\"");
  }
}

void read_flag(const JsonCursor& profile, std::string_view key, PreviewInput* input, bool* flag) {
  const auto member = profile.member(key);
  if (!member) return;
  *flag = reader(input).boolean(*member).value_or(*flag);
}

void read_statuses(const JsonCursor& json, PreviewInput* input) {
  Profile& profile = input->score.profile;
  read_known(json, "smallPractice", input, &profile.small_practice);
  read_known(json, "rural", input, &profile.rural);
  read_known(json, "hpsa", input, &profile.hpsa);
  read_known(json, "nonPatientFacing", input, &profile.non_patient_facing);
  read_known(json, "hospitalBased", input, &profile.hospital_based);
  read_known(json, "ascBased", input, &profile.asc_based);
  read_known(json, "facilityBased", input, &profile.facility_based);
  read_known(json, "measureApplicability", input, &profile.measure_applicability);
  read_flag(json, "pcmh", input, &profile.medical_home);
  read_flag(json, "apmParticipant", input, &profile.apm_participant);
  read_flag(json, "surveyMinimumMissed", input, &profile.survey_minimum_missed);
  const auto size = json.member("groupSize");
  if (!size) return;
  const auto clinicians = reader(input).whole(*size, 0, kGroupSizeMax);
  if (clinicians) profile.group_size = static_cast<std::int32_t>(*clinicians);
}

bool is_offered(Participation participation, const PreviewInput& input) {
  const ResolvedRules& rules = *input.score.rules;
  if (participation == Participation::kMvp) {
    return rules.year_rules->parameter(names::kMvpOffered).value > Decimal();
  }
  Profile asked = input.score.profile;
  asked.participation = participation;
  return rules.has_weights[static_cast<std::size_t>(weight_table(rules, asked, false))];
}

void read_choices(const JsonCursor& json, PreviewInput* input) {
  Profile& profile = input->score.profile;
  if (const auto type = json.member("clinicianType")) {
    profile.kind = read_choice(*type, kKinds, input).value_or(profile.kind);
  }
  if (const auto eligibility = json.member("eligibility")) {
    const auto applies = read_choice(*eligibility, kEligibilities, input);
    if (applies) profile.eligible = profile.group ? applies->group : applies->individual;
  }
  const auto participation = json.member("participation");
  if (!participation) return;
  const auto chosen = read_choice(*participation, kParticipations, input);
  if (!chosen) return;
  if (is_offered(*chosen, *input)) {
    profile.participation = *chosen;
    return;
  }
  input->findings.add(FindingCode::PATHWAY_NOT_OFFERED, *participation,
                      {std::to_string(input->score.rules->year_rules->year().value())});
}

void read_percent(const JsonCursor& json, std::string_view key, PreviewInput* input,
                  std::optional<Decimal>* percent) {
  const auto member = json.member(key);
  if (!member) return;
  const auto read = reader(input).number(*member, Decimal(), kHundred);
  if (read) *percent = read;
}

std::optional<Category> category_of(const std::string& name) {
  for (std::size_t i = 0; i < kCategories; ++i) {
    const auto category = static_cast<Category>(i);
    if (category_name(category) == name) return category;
  }
  if (name == "aci") return Category::kPromotingInteroperability;
  return std::nullopt;
}

// Every member of an object that is keyed by category, nothing for null. An unknown key may be
// anything, so the object is pointed at.
template <class Read>
void for_each_category(const JsonCursor& json, PreviewInput* input, Read read) {
  if (!reader(input).object(json)) return;
  for (const JsonMember& entry : json.value().members) {
    const auto category = category_of(entry.key);
    if (category) {
      read(*category, json.member(entry.key));
    } else {
      reader(input).refuse(json, "an object with the keys quality, cost, ia and pi");
    }
  }
}

void take_back_reweighting(Category category, Profile* profile) {
  const int kept = profile->reweighted_by_approval & ~category_bit(category);
  profile->reweighted_by_approval = static_cast<CategorySet>(kept);
  profile->reweight_reasons[static_cast<std::size_t>(category)] = ReweightReason::kNone;
}

std::optional<Decimal>& given_percent(Profile& profile, Category category) {
  switch (category) {
    case Category::kQuality:
      return profile.quality_percent;
    case Category::kCost:
      return profile.cost_percent;
    case Category::kActivities:
      return profile.activities_percent;
    case Category::kPromotingInteroperability:
      break;
  }
  return profile.promoting_interoperability_percent;
}

// Cost is computed from claims: nobody fails to submit it.
bool is_reason(const ResolvedRules& rules, Category category, ReweightReason reason) {
  return reason != ReweightReason::kThirdPartyFailure ||
         (rules.third_party_failure_reweights && category != Category::kCost);
}

// 414.1365(e)(2): a subgroup has what its group was granted, and circumstances of its own only in
// the years that say so.
bool is_void_of_subgroup(const PreviewInput& input, ReweightReason reason) {
  const bool circumstances = reason == ReweightReason::kExtremeAndUncontrollable ||
                             reason == ReweightReason::kAutomaticExtremeAndUncontrollable;
  return input.score.profile.subgroup && circumstances &&
         !input.score.rules->subgroup_circumstances;
}

void read_reasons(const JsonCursor& json, bool of_group, PreviewInput* input) {
  const ResolvedRules& rules = *input->score.rules;
  const std::string year = std::to_string(rules.year_rules->year().value());
  Profile& profile = input->score.profile;
  for_each_category(json, input, [&](Category category, const std::optional<JsonCursor>& at) {
    if (!at) return take_back_reweighting(category, &profile);
    const auto reason = read_choice(*at, kReasons, input);
    if (!reason) return;
    if (!is_reason(rules, category, *reason)) {
      input->findings.add(FindingCode::REASON_NOT_OFFERED, *at,
                          {year, "thirdPartyFailure", std::string(category_name(category))});
    } else if (!of_group && is_void_of_subgroup(*input, *reason)) {
      input->findings.add(FindingCode::SUBGROUP_CIRCUMSTANCES, *at, {year});
    } else {
      profile.reweight(category, *reason);
    }
  });
}

void read_reweighting(const JsonCursor& json, PreviewInput* input) {
  if (const auto own = json.member("reweight")) read_reasons(*own, false, input);
  const auto of_group = json.member("groupReweight");
  if (!of_group) return;
  if (!input->score.profile.subgroup) {
    return reader(input).refuse(*of_group, "nothing, unless entityType is subgroup");
  }
  read_reasons(*of_group, true, input);
}

// One from administrative claims that the pathway has, where the year lets somebody choose.
void read_population_health(const JsonCursor& json, PreviewInput* input) {
  const auto id = json.member("populationHealthMeasure");
  if (!id) return;
  const ResolvedRules& rules = *input->score.rules;
  const rulebook::YearRules& year = *rules.year_rules;
  if (!rules.mvp_population_health_chosen) {
    return input->findings.add(FindingCode::POPULATION_HEALTH_NOT_CHOSEN, *id,
                               {std::to_string(year.year().value())});
  }
  const auto word = reader(input).word(*id);
  if (!word) return;
  const rulebook::Measure* measure = year.find_measure(*word);
  const bool listed =
      input->pathway == nullptr || is_in_pathway(input->pathway->population_health, *word);
  if (measure == nullptr || !listed) {
    return reader(input).refuse(*id, "a population health measure of the pathway");
  }
  input->score.profile.population_health = measure;
}

void read_given(const JsonCursor& json, PreviewInput* input) {
  for_each_category(json, input, [&](Category category, const std::optional<JsonCursor>& at) {
    std::optional<Decimal>& percent = given_percent(input->score.profile, category);
    if (!at) {
      percent.reset();
    } else if (reader(input).object(*at) && reader(input).required(*at, "percent")) {
      read_percent(*at, "percent", input, &percent);
    }
  });
}

void read_cost_measure(const JsonCursor& item, PreviewInput* input) {
  const ValueReader read = reader(input);
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  if (!read.object(item)) return;
  const auto id = read.required(item, "measureId");
  const auto value = read.required(item, "value");
  const auto cases = read.required(item, "caseCount");
  if (!id || !value || !cases) return;
  const auto word = read.word(*id);
  if (!word) return;
  CostInput cost;
  cost.measure = year.find_cost_measure(*word);
  if (cost.measure == nullptr) {
    return read.refuse(*id, "a cost measure of " + std::to_string(year.year().value()));
  }
  if (input->score.profile.participation == Participation::kMvp && input->pathway != nullptr &&
      !is_in_pathway(input->pathway->cost, cost.measure->id)) {
    return input->findings.add(FindingCode::MEASURE_NOT_OF_PATHWAY, *id,
                               {cost.measure->id, input->pathway->id});
  }
  const auto amount = read.number(*value, Decimal(), kAmountMax);
  const auto count = read.whole(*cases, 0, kPreviewCountMax);
  if (!amount || !count) return;
  cost.value = *amount;
  cost.case_count = *count;
  for (const CostInput& other : input->score.cost_measures) {
    if (other.measure == cost.measure) {
      return read.refuse(*id, "a cost measure that does not stand there before");
    }
  }
  input->score.cost_measures.push_back(cost);
}

void read_cost_measures(const JsonCursor& json, PreviewInput* input) {
  if (!reader(input).list(json)) return;
  const std::size_t size = json.value().items.size();
  if (size > kCostMeasuresMax) {
    return reader(input).refuse(json, fmt::format("a list of at most {}", kCostMeasuresMax));
  }
  for (std::size_t i = 0; i < size; ++i) read_cost_measure(json.item(i), input);
}

// Both percents or neither: CMS has them of one hospital.
void read_facility(const JsonCursor& json, PreviewInput* input) {
  const ValueReader read = reader(input);
  Profile& profile = input->score.profile;
  if (!read.object(json) || !read.required(json, "qualityPercent") ||
      !read.required(json, "costPercent")) {
    return;
  }
  std::optional<Decimal> quality;
  std::optional<Decimal> cost;
  read_percent(json, "qualityPercent", input, &quality);
  read_percent(json, "costPercent", input, &cost);
  if (!quality || !cost) return;
  profile.facility_quality_percent = quality;
  profile.facility_cost_percent = cost;
}

void read_figures(const JsonCursor& json, PreviewInput* input) {
  Profile& profile = input->score.profile;
  if (const auto facility = json.member("facility")) read_facility(*facility, input);
  if (const auto bonus = json.member("complexPatientBonus")) {
    const auto points =
        reader(input).number(*bonus, Decimal(), input->score.rules->complex_patient_bonus_maximum);
    if (points) profile.complex_patient_bonus = points;
  }
  if (const auto prior = json.member("priorYear"); prior && reader(input).object(*prior)) {
    read_percent(*prior, "qualityAchievementPercent", input, &profile.prior_quality_percent);
    read_percent(*prior, "costPercent", input, &profile.prior_cost_percent);
  }
  if (const auto given = json.member("given")) read_given(*given, input);
  read_reweighting(json, input);
  if (const auto cost = json.member("costMeasures")) read_cost_measures(*cost, input);
}

void note_unknown_fields(const JsonCursor& json, PreviewInput* input) {
  for (const JsonMember& entry : json.value().members) {
    if (std::find(kFields.begin(), kFields.end(), entry.key) != kFields.end()) continue;
    input->findings.add(FindingCode::PROFILE_FIELD_UNKNOWN, json);
    input->notes.push_back({"UNKNOWN_PROFILE_FIELD",
                            "The profile has a field that is not known here; it changes nothing."});
  }
}

// What is not said is false or none here.
void set_absent(PreviewInput* input) {
  Profile& profile = input->score.profile;
  for (Known* status :
       {&profile.small_practice, &profile.rural, &profile.hpsa, &profile.non_patient_facing,
        &profile.hospital_based, &profile.asc_based, &profile.facility_based}) {
    *status = Known::kNo;
  }
  // Nobody's type is said: nobody is reweighted for it. A group's own would be nobody's.
  profile.kind = profile.group ? ClinicianKind::kUnspecified : ClinicianKind::kPhysician;
  profile.complex_patient_bonus = Decimal();
}

}  // namespace

void read_profile_fields(const JsonCursor& json, PreviewInput* input) {
  if (!reader(input).object(json)) return;
  read_statuses(json, input);
  read_choices(json, input);
  read_population_health(json, input);
  read_figures(json, input);
  note_unknown_fields(json, input);
  if (input->score.profile.facility_based == Known::kYes &&
      input->score.rules->year_rules->parameter(names::kFacilityBasedOffered).value == Decimal()) {
    input->notes.push_back(
        {"FACILITY_BASED_NOT_OFFERED", "CMS calculated no facility-based scores for this year."});
  }
  if (input->score.profile.facility_quality_percent &&
      input->score.profile.facility_based != Known::kYes) {
    input->notes.push_back(
        {"FACILITY_NOT_BASED", "The hospital's figures count only where facilityBased is true."});
  }
}

void read_profile(const JsonCursor& json, PreviewInput* input) {
  set_absent(input);
  read_profile_fields(json, input);
}

void read_programs(const QppDocument& document, PreviewInput* input) {
  const ResolvedRules& rules = *input->score.rules;
  std::optional<Participation> said;
  std::optional<JsonCursor> other;
  for (const JsonCursor& set : document.sets) {
    const auto program = set.member("programName");
    const Result<std::string> word =
        program ? program->word() : Result<std::string>(std::string("mips"));
    if (!word.is_ok()) continue;
    const Participation asked = participation_of(word.value());
    if (asked != Participation::kTraditional && !is_offered(asked, *input)) {
      input->findings.add(FindingCode::PROGRAM_NOT_OFFERED, *program,
                          {std::to_string(rules.year_rules->year().value())});
    } else if (said && *said != asked) {
      other = program ? *program : set;
    } else {
      said = asked;
    }
  }
  if (other) {
    input->findings.add(FindingCode::PROGRAMS_MIXED, *other);
  } else if (said) {
    input->score.profile.participation = *said;
  }
}

}  // namespace qcdr::scoring

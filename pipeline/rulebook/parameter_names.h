// Names of the parameters that code asks the rulebook for: the only place where they are spelled.
//
// A name is the path of its file under data/parameters/ without the suffix; a file in matrix form
// adds "/row/column". A file says which years it applies to; the lists below say what a year cannot
// do without, and `qcdr rulebook check` proves it. Who needs a new parameter adds it here, to one
// of the lists and to data/. Thread-safety: constants.
#pragma once

#include <array>
#include <string_view>

namespace qcdr::rulebook::names {

// Quality.
inline constexpr std::string_view kRequiredMeasures = "quality/required-measures";
inline constexpr std::string_view kMaximumPoints = "quality/points/maximum";
inline constexpr std::string_view kFloorPoints = "quality/points/floor";
inline constexpr std::string_view kPointsWithoutBenchmark = "quality/points/without-benchmark";
inline constexpr std::string_view kPointsBelowCaseMinimum = "quality/points/below-case-minimum";
// From 2023 on these differ for small practices.
inline constexpr std::string_view kPointsWithoutBenchmarkSmallPractice =
    "quality/points/without-benchmark-small-practice";
inline constexpr std::string_view kPointsBelowCaseMinimumSmallPractice =
    "quality/points/below-case-minimum-small-practice";
inline constexpr std::string_view kPointsIncomplete = "quality/points/incomplete";
inline constexpr std::string_view kPointsIncompleteSmallPractice =
    "quality/points/incomplete-small-practice";
inline constexpr std::string_view kToppedOutCap = "quality/points/topped-out-cap";
inline constexpr std::string_view kNewMeasureFirstYear = "quality/points/new-measure-first-year";
inline constexpr std::string_view kNewMeasureSecondYear = "quality/points/new-measure-second-year";
inline constexpr std::string_view kCaseMinimum = "quality/case-minimum";
inline constexpr std::string_view kDataCompleteness = "quality/data-completeness";
inline constexpr std::string_view kSmallPracticeBonus = "quality/small-practice-bonus";
inline constexpr std::string_view kRateDecimals = "quality/rate-decimals";
inline constexpr std::string_view kPointsDecimals = "quality/points-decimals";
// Bonus points, to 2021 and from 2025 on, each kind cut at a share of the available points.
inline constexpr std::string_view kHighPriorityBonusOutcome = "quality/bonus/high-priority-outcome";
inline constexpr std::string_view kHighPriorityBonusOther = "quality/bonus/high-priority-other";
inline constexpr std::string_view kHighPriorityBonusMaximumPercent =
    "quality/bonus/high-priority-maximum-percent";
inline constexpr std::string_view kEndToEndBonus = "quality/bonus/end-to-end";
inline constexpr std::string_view kEndToEndBonusMaximumPercent =
    "quality/bonus/end-to-end-maximum-percent";
inline constexpr std::string_view kComplexOrganizationPoints = "quality/bonus/complex-organization";
inline constexpr std::string_view kComplexOrganizationMaximumPercent =
    "quality/bonus/complex-organization-maximum-percent";
// 1 when a suppressed measure leaves the available points also beyond the required number.
inline constexpr std::string_view kSuppressedAlwaysReduces = "quality/suppressed-always-reduces";
inline constexpr std::string_view kTruncatedMonths = "quality/truncated-months";
// Of a group that registered for the CAHPS survey and misses its sampling minimum.
inline constexpr std::string_view kSurveyReduction = "quality/survey/denominator-reduction";
inline constexpr std::string_view kSurveyMeasuresMaximum = "quality/survey/measures-maximum";
// MIPS value pathways, and the APM performance pathway.
inline constexpr std::string_view kMvpRequiredMeasures = "quality/mvp/required-measures";
inline constexpr std::string_view kMvpPopulationHealthChosen =
    "quality/mvp/population-health-chosen";
inline constexpr std::string_view kAppWithoutBenchmarkExcluded =
    "quality/app/without-benchmark-excluded";

// Percentage points that improvement over the year before can add, and the least it is compared
// with.
inline constexpr std::string_view kQualityImprovementMaximum = "quality/improvement/maximum";
inline constexpr std::string_view kQualityImprovementPriorFloor = "quality/improvement/prior-floor";
// Administrative-claims quality measures, one row for each:
// "quality/administrative-claims/479/cases" and ".../clinicians".
inline constexpr std::string_view kAdministrativeClaims = "quality/administrative-claims";
inline constexpr std::string_view kAdministrativeClaimsCases = "cases";
inline constexpr std::string_view kAdministrativeClaimsClinicians = "clinicians";

// Final score.
inline constexpr std::string_view kThreshold = "final/threshold";
inline constexpr std::string_view kFewerCategoriesMinimum = "final/fewer-categories-minimum";
inline constexpr std::string_view kComplexPatientBonusMaximum =
    "final/complex-patient-bonus-maximum";
// To 2021: multiplier x (average risk score + dual factor x dual-eligible ratio). From 2022 on two
// components of base + slope x z-score.
inline constexpr std::string_view kComplexPatientMultiplier =
    "final/complex-patient-bonus/multiplier";
inline constexpr std::string_view kComplexPatientDualFactor =
    "final/complex-patient-bonus/dual-factor";
inline constexpr std::string_view kComplexPatientComponentBase =
    "final/complex-patient-bonus/component-base";
inline constexpr std::string_view kComplexPatientComponentSlope =
    "final/complex-patient-bonus/component-slope";
inline constexpr std::string_view kComplexPatientBelowMedianCounts =
    "final/complex-patient-bonus/below-median-counts";
inline constexpr std::string_view kComplexPatientFacilityBased =
    "final/complex-patient-bonus/facility-based-without-data";
// On the final score, 2018 only; later small practices have their bonus in quality.
inline constexpr std::string_view kFinalSmallPracticeBonus = "final/small-practice-bonus";
// Which of several final scores counts: 1 or 0.
inline constexpr std::string_view kFacilityBasedByFinalScore =
    "final/facility-based-by-final-score";
inline constexpr std::string_view kApmEntityScoreAlone = "final/apm-entity-score-alone";

// Payment adjustment.
inline constexpr std::string_view kMaximumNegativePercent = "adjustment/maximum-negative-percent";
inline constexpr std::string_view kMaximumPositivePercent = "adjustment/maximum-positive-percent";
inline constexpr std::string_view kAdditionalThreshold = "adjustment/additional-threshold";
inline constexpr std::string_view kAdditionalMinimumFactor = "adjustment/additional-minimum-factor";
inline constexpr std::string_view kAdditionalMaximumFactor = "adjustment/additional-maximum-factor";
inline constexpr std::string_view kQuarterOfThresholdDivisor =
    "adjustment/quarter-of-threshold-divisor";
inline constexpr std::string_view kPaymentYearAfter = "adjustment/payment-year-after";
// Usable from Parameter::usable_from on; earlier years through YearRules::find_parameter_in.
inline constexpr std::string_view kScalingFactor = "adjustment/scaling-factor";
inline constexpr std::string_view kExceptionalFactor = "adjustment/exceptional-factor";

// Improvement activities.
inline constexpr std::string_view kActivitiesFullCredit = "activities/full-credit";
// Continuous days that an activity takes, and the share of a group's clinicians that perform it.
inline constexpr std::string_view kActivityPeriodDays = "activities/period-days";
inline constexpr std::string_view kActivityGroupSharePercent = "activities/group-share-percent";
inline constexpr std::string_view kActivityPointsMedium = "activities/points-medium";
inline constexpr std::string_view kActivityPointsHigh = "activities/points-high";
// From 2025 on activities have no weights.
inline constexpr std::string_view kActivityPointsEach = "activities/points-each";
inline constexpr std::string_view kMvpActivityPointsMedium = "activities/mvp/points-medium";
inline constexpr std::string_view kMvpActivityPointsHigh = "activities/mvp/points-high";
inline constexpr std::string_view kMvpActivityPointsEach = "activities/mvp/points-each";
inline constexpr std::string_view kActivitySpecialStatusFactor = "activities/special-status-factor";
inline constexpr std::string_view kMedicalHomePercent = "activities/medical-home-percent";
inline constexpr std::string_view kApmActivitiesPercent = "activities/apm-percent";
// 1 when that percent needs an activity, or data of quality and promoting interoperability.
inline constexpr std::string_view kApmActivitiesCondition = "activities/apm-condition";
inline constexpr std::string_view kAppActivitiesPercent = "activities/app-percent";
inline constexpr std::string_view kApmStandardActivitiesPercent = "activities/apm-standard-percent";

// Cost. 0 where CMS scored nobody's cost although the year's tables weigh it.
inline constexpr std::string_view kCostScored = "cost/scored";
inline constexpr std::string_view kCostMaximumPoints = "cost/points/maximum";
inline constexpr std::string_view kCostFloorPoints = "cost/points/floor";
inline constexpr std::string_view kCostImprovementMaximum = "cost/improvement-maximum";

// Promoting interoperability; the rows and their points are a table of their own.
inline constexpr std::string_view kInteroperabilityMaximumPoints = "pi/maximum-points";
inline constexpr std::string_view kInteroperabilityPeriodDays = "pi/period-days";
inline constexpr std::string_view kInteroperabilityMeasureMinimum = "pi/measure-minimum-points";
// Of a choice among registries so many are needed.
inline constexpr std::string_view kInteroperabilityRegistries = "pi/registries-of-choice";

// Promoting interoperability: 1 when reweighted without an application, else 0.
inline constexpr std::string_view kReweightedPhysician = "pi/reweighted/physician";
inline constexpr std::string_view kReweightedCrna = "pi/reweighted/crna";
inline constexpr std::string_view kReweightedNursePractitioner = "pi/reweighted/nurse-practitioner";
inline constexpr std::string_view kReweightedPhysicianAssistant =
    "pi/reweighted/physician-assistant";
inline constexpr std::string_view kReweightedClinicalNurseSpecialist =
    "pi/reweighted/clinical-nurse-specialist";
inline constexpr std::string_view kReweightedPhysicalTherapist = "pi/reweighted/physical-therapist";
inline constexpr std::string_view kReweightedOccupationalTherapist =
    "pi/reweighted/occupational-therapist";
inline constexpr std::string_view kReweightedClinicalPsychologist =
    "pi/reweighted/clinical-psychologist";
inline constexpr std::string_view kReweightedAudiologist = "pi/reweighted/audiologist";
inline constexpr std::string_view kReweightedSpeechLanguagePathologist =
    "pi/reweighted/speech-language-pathologist";
inline constexpr std::string_view kReweightedRegisteredDietitian =
    "pi/reweighted/registered-dietitian";
inline constexpr std::string_view kReweightedClinicalSocialWorker =
    "pi/reweighted/clinical-social-worker";
inline constexpr std::string_view kReweightedCertifiedNurseMidwife =
    "pi/reweighted/certified-nurse-midwife";
inline constexpr std::string_view kReweightedSmallPractice = "pi/reweighted/small-practice";
inline constexpr std::string_view kReweightedNonPatientFacing = "pi/reweighted/non-patient-facing";
inline constexpr std::string_view kReweightedHospitalBased = "pi/reweighted/hospital-based";
inline constexpr std::string_view kReweightedAscBased = "pi/reweighted/asc-based";

// Ways of participation that a year offers: 1 or 0.
inline constexpr std::string_view kMvpOffered = "participation/mvp-offered";
inline constexpr std::string_view kFacilityBasedOffered = "participation/facility-based-offered";
inline constexpr std::string_view kFacilityBasedVirtualGroups =
    "participation/facility-based-virtual-groups";
inline constexpr std::string_view kVirtualGroupsOffered = "participation/virtual-groups-offered";
inline constexpr std::string_view kSubgroupsOffered = "participation/subgroups-offered";

// What reweights categories, and what does not: 1 or 0.
inline constexpr std::string_view kAutomaticCircumstances =
    "reweighting/automatic-circumstances/individuals";
inline constexpr std::string_view kAutomaticCircumstancesCategories =
    "reweighting/automatic-circumstances/categories-minimum";
inline constexpr std::string_view kIncompleteDataCancel = "reweighting/incomplete-data-cancels";
inline constexpr std::string_view kThirdPartyFailureReweights = "reweighting/third-party-failure";
inline constexpr std::string_view kMvpWithoutApplicableMeasure =
    "reweighting/mvp-without-applicable-measure";
inline constexpr std::string_view kSubgroupCircumstances = "reweighting/subgroup-circumstances";

// Registry policy, not a regulation.
inline constexpr std::string_view kRosterDropConfirmationPercent =
    "registry/roster-drop-confirmation-percent";
// Up to here a practice is small.
inline constexpr std::string_view kSmallPracticeClinicians =
    "participation/small-practice-clinicians";
// A month with fewer cases than this share of the mean of the months before it is questioned.
inline constexpr std::string_view kCaseCountDropPercent = "registry/case-count-drop-percent";
// Of records and of what backs them, beginning with the end of the performance year.
inline constexpr std::string_view kRetentionYears = "registry/retention-years";

// The registry's data validation audit and its execution report (42 CFR 414.1400(b)(3)(v)).
inline constexpr std::string_view kAuditSubmittersPercent = "registry/audit/submitters-percent";
inline constexpr std::string_view kAuditSubmittersMinimum = "registry/audit/submitters-minimum";
inline constexpr std::string_view kAuditSubmittersMaximum = "registry/audit/submitters-maximum";
inline constexpr std::string_view kAuditSamplesEntities = "registry/audit/samples-entities";
inline constexpr std::string_view kAuditPatientsPercent = "registry/audit/patients-percent";
inline constexpr std::string_view kAuditPatientsMinimum = "registry/audit/patients-minimum";
inline constexpr std::string_view kAuditPatientsMaximum = "registry/audit/patients-maximum";
inline constexpr std::string_view kAuditExcludedYears = "registry/audit/excluded-years";
inline constexpr std::string_view kAuditErrorLinePercent = "registry/audit/error-line-percent";
inline constexpr std::string_view kAuditUpperLinePercent = "registry/audit/upper-line-percent";
inline constexpr std::string_view kAuditReportDueMonth = "registry/audit/report-due-month";
inline constexpr std::string_view kAuditReportDueDay = "registry/audit/report-due-day";
// CMS's own audit of a clinician, and targeted reviews (42 CFR 414.1385, 414.1390).
inline constexpr std::string_view kAuditClinicianDocumentsDays =
    "registry/audit/clinician-documents-days";
inline constexpr std::string_view kReviewDocumentsDays = "registry/review/documents-days";
inline constexpr std::string_view kReviewKeepYears = "registry/review/keep-years";
// Feedback to clinicians and groups (42 CFR 414.1400(b)(3)(iii)).
inline constexpr std::string_view kFeedbackCellMinimum = "registry/feedback/cell-minimum";
inline constexpr std::string_view kFeedbackParticipantsMinimum =
    "registry/feedback/participants-minimum";
// So many days before a deadline practices are reminded of it.
inline constexpr std::array<std::string_view, 3> kReminderDays = {
    "registry/notices/reminder-days-first", "registry/notices/reminder-days-second",
    "registry/notices/reminder-days-last"};

// What every year of the rulebook has: a final score is composed of these.
inline constexpr std::array kParametersOfEveryYear = {
    kThreshold,
    kFewerCategoriesMinimum,
    kMaximumNegativePercent,
    kMaximumPositivePercent,
    kQuarterOfThresholdDivisor,
    kSmallPracticeClinicians,
};

// What a year needs as well to score measures, activities and the like by what was reported.
inline constexpr std::array kParametersOfScoredYears = {
    kRequiredMeasures,
    kMaximumPoints,
    kFloorPoints,
    kPointsWithoutBenchmark,
    kPointsBelowCaseMinimum,
    kPointsWithoutBenchmarkSmallPractice,
    kPointsBelowCaseMinimumSmallPractice,
    kPointsIncomplete,
    kPointsIncompleteSmallPractice,
    kCaseMinimum,
    kDataCompleteness,
    kRateDecimals,
    kPointsDecimals,
    kActivitiesFullCredit,
    kActivitySpecialStatusFactor,
};

// What a year needs as well to take a registry's records.
inline constexpr std::array kParametersOfRegistryYears = {
    kActivityPeriodDays,
    kActivityGroupSharePercent,
    kRosterDropConfirmationPercent,
    kCaseCountDropPercent,
};

// What folds of records count by: see folding_digest.h.
inline constexpr std::array kFoldedParameters = kParametersOfRegistryYears;

// What does not apply in every year. A year without one has no such rule; each has a value in some
// year.
inline constexpr std::array kParametersOfSomeYears = {
    kToppedOutCap,
    kNewMeasureFirstYear,
    kNewMeasureSecondYear,
    kSmallPracticeBonus,
    kHighPriorityBonusOutcome,
    kHighPriorityBonusOther,
    kHighPriorityBonusMaximumPercent,
    kEndToEndBonus,
    kEndToEndBonusMaximumPercent,
    kComplexOrganizationPoints,
    kComplexOrganizationMaximumPercent,
    kSuppressedAlwaysReduces,
    kTruncatedMonths,
    kSurveyReduction,
    kSurveyMeasuresMaximum,
    kMvpRequiredMeasures,
    kMvpPopulationHealthChosen,
    kAppWithoutBenchmarkExcluded,
    kQualityImprovementMaximum,
    kQualityImprovementPriorFloor,
    kComplexPatientBonusMaximum,
    kComplexPatientMultiplier,
    kComplexPatientDualFactor,
    kComplexPatientComponentBase,
    kComplexPatientComponentSlope,
    kComplexPatientBelowMedianCounts,
    kComplexPatientFacilityBased,
    kFinalSmallPracticeBonus,
    kFacilityBasedByFinalScore,
    kApmEntityScoreAlone,
    kAdditionalThreshold,
    kAdditionalMinimumFactor,
    kAdditionalMaximumFactor,
    kScalingFactor,
    kExceptionalFactor,
    kActivityPointsMedium,
    kActivityPointsHigh,
    kActivityPointsEach,
    kMvpActivityPointsMedium,
    kMvpActivityPointsHigh,
    kMvpActivityPointsEach,
    kMedicalHomePercent,
    kApmActivitiesPercent,
    kApmActivitiesCondition,
    kAppActivitiesPercent,
    kApmStandardActivitiesPercent,
    kCostScored,
    kCostMaximumPoints,
    kCostFloorPoints,
    kCostImprovementMaximum,
    kInteroperabilityMaximumPoints,
    kInteroperabilityPeriodDays,
    kInteroperabilityMeasureMinimum,
    kInteroperabilityRegistries,
    kReweightedPhysician,
    kReweightedCrna,
    kReweightedNursePractitioner,
    kReweightedPhysicianAssistant,
    kReweightedClinicalNurseSpecialist,
    kReweightedPhysicalTherapist,
    kReweightedOccupationalTherapist,
    kReweightedClinicalPsychologist,
    kReweightedAudiologist,
    kReweightedSpeechLanguagePathologist,
    kReweightedRegisteredDietitian,
    kReweightedClinicalSocialWorker,
    kReweightedCertifiedNurseMidwife,
    kReweightedSmallPractice,
    kReweightedNonPatientFacing,
    kReweightedHospitalBased,
    kReweightedAscBased,
    kMvpOffered,
    kFacilityBasedOffered,
    kFacilityBasedVirtualGroups,
    kVirtualGroupsOffered,
    kSubgroupsOffered,
    kAutomaticCircumstances,
    kAutomaticCircumstancesCategories,
    kIncompleteDataCancel,
    kThirdPartyFailureReweights,
    kMvpWithoutApplicableMeasure,
    kSubgroupCircumstances,
    kRetentionYears,
    kAuditSubmittersPercent,
    kAuditSubmittersMinimum,
    kAuditSubmittersMaximum,
    kAuditSamplesEntities,
    kAuditPatientsPercent,
    kAuditPatientsMinimum,
    kAuditPatientsMaximum,
    kAuditExcludedYears,
    kAuditErrorLinePercent,
    kAuditUpperLinePercent,
    kAuditReportDueMonth,
    kAuditReportDueDay,
    kAuditClinicianDocumentsDays,
    kReviewDocumentsDays,
    kReviewKeepYears,
    kPaymentYearAfter,
    kFeedbackCellMinimum,
    kFeedbackParticipantsMinimum,
    kReminderDays[0],
    kReminderDays[1],
    kReminderDays[2],
};

// Category weights: "weights/<table>/<reweighted>/<category>", for example
// "weights/small-practice/cost+pi/quality". A table that does not weigh cost holds the rows without
// it only. A year without a table for small practices has the general one for them, too.
inline constexpr std::array<std::string_view, 2> kWeightTables = {"general", "small-practice"};
inline constexpr std::array<std::string_view, 11> kWeightRows = {
    "none",         "cost",    "pi",         "quality", "ia",        "cost+pi",
    "cost+quality", "cost+ia", "pi+quality", "pi+ia",   "quality+ia"};
inline constexpr std::array<std::string_view, 4> kWeightRowsWithoutCost = {"none", "pi", "quality",
                                                                           "ia"};
// The APM performance pathway has a table of its own, without the rows that cannot be in it: cost
// is never scored there, activities always are.
inline constexpr std::string_view kAppWeightTable = "app";
inline constexpr std::array<std::string_view, 3> kAppWeightRows = {"none", "pi", "quality"};
// Of MIPS APMs to 2020; years without it do not offer that pathway.
inline constexpr std::string_view kApmStandardWeightTable = "apm-scoring-standard";
inline constexpr std::array<std::string_view, 4> kWeightCategories = {"quality", "cost", "ia",
                                                                      "pi"};

}  // namespace qcdr::rulebook::names

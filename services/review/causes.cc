#include "review/causes.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "ledger/standing_score.h"

namespace qcdr::review {
namespace {

using scoring::Known;
using scoring::Profile;

struct Hypothesis {
  Cause cause = Cause::kOther;
  std::string words;  // "as if ..."
  std::function<void(scoring::ScoreInput*)> change;
};

struct NamedStatus {
  const char* words;
  Known Profile::*field;
};
constexpr NamedStatus kStatuses[] = {
    {"small practice", &Profile::small_practice},
    {"non-patient facing", &Profile::non_patient_facing},
    {"hospital-based", &Profile::hospital_based},
    {"ambulatory-surgery-center-based", &Profile::asc_based},
    {"rural", &Profile::rural},
    {"health professional shortage area", &Profile::hpsa},
    {"facility-based", &Profile::facility_based},
};

void add_statuses(const scoring::ScoreInput& input, std::vector<Hypothesis>* all) {
  for (const NamedStatus& status : kStatuses) {
    const Known known = input.profile.*status.field;
    const auto field = status.field;
    if (known == Known::kYes) {
      all->push_back(
          {Cause::kStatusNotRecognised,
           fmt::format("the special status \"{}\" had not been recognised", status.words),
           [field](scoring::ScoreInput* each) { each->profile.*field = Known::kNo; }});
    } else if (known == Known::kUnknown) {
      all->push_back(
          {Cause::kOther,
           fmt::format("the special status \"{}\" applied, of which no list was loaded here",
                       status.words),
           [field](scoring::ScoreInput* each) { each->profile.*field = Known::kYes; }});
    }
  }
}

void add_reweightings(const scoring::ScoreInput& input, std::vector<Hypothesis>* all) {
  const scoring::CategorySet approved = input.profile.reweighted_by_approval;
  if (approved == 0) return;
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const auto category = static_cast<scoring::Category>(i);
    const scoring::CategorySet bit = scoring::category_bit(category);
    if ((approved & bit) == 0 || approved == bit) continue;
    all->push_back({Cause::kReweightingNotApplied,
                    fmt::format("the approved reweighting of {} had not been applied",
                                scoring::category_name(category)),
                    [bit, i](scoring::ScoreInput* each) {
                      each->profile.reweighted_by_approval = static_cast<scoring::CategorySet>(
                          each->profile.reweighted_by_approval & ~bit);
                      each->profile.reweight_reasons[i] = scoring::ReweightReason::kNone;
                    }});
  }
  all->push_back({Cause::kReweightingNotApplied, "no approved reweighting had been applied",
                  [](scoring::ScoreInput* each) {
                    each->profile.reweighted_by_approval = 0;
                    each->profile.reweight_reasons = {};
                  }});
}

void add_missing_data(std::vector<Hypothesis>* all) {
  all->push_back({Cause::kWrongTinOrNpi, "none of the data had reached CMS under this TIN and NPI",
                  [](scoring::ScoreInput* each) { *each = ledger::nothing_submitted(*each); }});
  struct Set {
    const char* words;
    ledger::CategoryBits bit;
  };
  constexpr Set kSets[] = {{"quality", ledger::kQualityBit},
                           {"improvement activities", ledger::kActivitiesBit},
                           {"promoting interoperability", ledger::kInteroperabilityBit}};
  for (const Set& set : kSets) {
    const ledger::CategoryBits bit = set.bit;
    all->push_back({Cause::kOther, fmt::format("the data of {} had not reached CMS", set.words),
                    [bit](scoring::ScoreInput* each) { *each = ledger::without(bit, *each); }});
  }
}

void add_denominators(const scoring::ScoreInput& input, std::vector<Hypothesis>* all) {
  if (input.profile.measure_applicability == Known::kYes) {
    all->push_back(
        {Cause::kDenominatorNotLowered,
         "the quality denominator had not been lowered to the measures that apply",
         [](scoring::ScoreInput* each) { each->profile.measure_applicability = Known::kNo; }});
  }
  if (input.profile.survey_minimum_missed) {
    all->push_back(
        {Cause::kDenominatorNotLowered,
         "the quality denominator had not been lowered for the survey",
         [](scoring::ScoreInput* each) { each->profile.survey_minimum_missed = false; }});
  }
}

// Cost of an automatic approval, or of a year that scores nobody's, stays out whatever is known.
bool takes_cost(const scoring::ScoreInput& input) {
  constexpr auto kCost = static_cast<std::size_t>(scoring::Category::kCost);
  return input.rules->cost_scored &&
         input.profile.participation == scoring::Participation::kTraditional &&
         !input.profile.apm_entity &&
         input.profile.reweight_reasons[kCost] !=
             scoring::ReweightReason::kAutomaticExtremeAndUncontrollable;
}

void take_from_cms(const ledger::SharedFeedback& cms, Diagnosis* diagnosis) {
  Profile& profile = diagnosis->input.profile;
  const auto* cost = cms.find_category(proto_category(scoring::Category::kCost));
  if (cost != nullptr && cost->weight > 0 && takes_cost(diagnosis->input)) {
    profile.cost_percent = cost->percent;
    diagnosis->input.cost_measures = {};
    diagnosis->taken_from_cms.emplace_back("cost");
  }
  if (cms.complex_patient_bonus &&
      *cms.complex_patient_bonus <= diagnosis->input.rules->complex_patient_bonus_maximum) {
    profile.complex_patient_bonus = cms.complex_patient_bonus;
    diagnosis->taken_from_cms.emplace_back("complex patient bonus");
  }
}

std::string what_it_explains(const std::vector<Node>& before, const std::vector<Node>& after) {
  std::string text;
  std::size_t count = 0;
  constexpr std::size_t kNamedMax = 6;
  for (const Node& node : after) {
    if (!node.same() || node.kind == NodeKind::kMeasure || node.kind == NodeKind::kActivity)
      continue;
    const auto was = std::find_if(before.begin(), before.end(),
                                  [&](const Node& each) { return each.path == node.path; });
    if (was == before.end() || was->same() || ++count > kNamedMax) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", node.path,
                        node.cms ? node.cms->to_fixed(2) : "none");
  }
  return text;
}

void add_facts(const KnownFacts& facts, LikelyCause* cause) {
  auto& evidence = cause->evidence;
  if (cause->cause == Cause::kWrongTinOrNpi) {
    evidence.push_back(fmt::format("this registry holds {} cases that count", facts.cases));
    for (const std::string& tin : facts.other_tins) {
      evidence.push_back("the clinician stands under " + tin + ", too");
    }
  }
  if (cause->cause == Cause::kStatusNotRecognised && !facts.list_date.empty()) {
    evidence.push_back("the Quality Payment Program's list of " + facts.list_date + " says so");
  }
  if (cause->cause == Cause::kReweightingNotApplied) {
    evidence.insert(evidence.end(), facts.approvals.begin(), facts.approvals.end());
  }
  const bool of_sending = cause->cause == Cause::kWrongTinOrNpi ||
                          cause->cause == Cause::kMeasureData || cause->cause == Cause::kOther;
  if (!of_sending) return;
  if (facts.receipts.empty()) evidence.emplace_back("this registry has no receipt of CMS for it");
  evidence.insert(evidence.end(), facts.receipts.begin(), facts.receipts.end());
}

void try_hypotheses(const ledger::SharedFeedback& cms, const std::vector<Node>& before,
                    const KnownFacts& facts, Diagnosis* diagnosis) {
  std::vector<Hypothesis> all;
  add_statuses(diagnosis->input, &all);
  add_reweightings(diagnosis->input, &all);
  add_denominators(diagnosis->input, &all);
  add_missing_data(&all);
  for (const Hypothesis& each : all) {
    scoring::ScoreInput input = diagnosis->input;
    each.change(&input);
    const scoring::ScoreSummary summary = scoring::compute(input);
    const std::vector<Node> after = compare(input, summary, cms);
    const std::size_t left = differing(after);
    if (left >= diagnosis->differences) continue;
    LikelyCause cause;
    cause.cause = each.cause;
    cause.differences_left = left;
    cause.evidence.push_back(fmt::format("computed again as if {}, ours comes to CMS's: {}",
                                         each.words, what_it_explains(before, after)));
    add_facts(facts, &cause);
    diagnosis->causes.push_back(std::move(cause));
  }
}

std::string measure_words(const Node& node) {
  return fmt::format("{}: ours {}, CMS's {}", node.path,
                     node.ours ? node.ours->to_fixed(2) : "none",
                     node.cms ? node.cms->to_fixed(2) : "none");
}

void look_at_measures(const std::vector<Node>& nodes, const KnownFacts& facts,
                      Diagnosis* diagnosis) {
  LikelyCause cause;
  cause.cause = Cause::kMeasureData;
  cause.differences_left = diagnosis->differences;
  for (const Node& node : nodes) {
    if (node.same() || node.kind != NodeKind::kMeasure) continue;
    cause.evidence.push_back(measure_words(node));
  }
  if (cause.evidence.empty()) return;
  // A measure that CMS holds otherwise explains quality and the final score, and no weight.
  for (const Node& node : nodes) {
    const bool follows = node.path == "final" || node.path == "category/quality/percent";
    if (!node.same() && follows && cause.differences_left > 0) --cause.differences_left;
  }
  add_facts(facts, &cause);
  diagnosis->causes.push_back(std::move(cause));
}

// CMS adjusts payments of somebody to whom MIPS does not apply by the list that is loaded here.
void look_at_eligibility(const ledger::SharedFeedback& cms, const KnownFacts& facts,
                         Diagnosis* diagnosis) {
  if (facts.applies != Known::kNo || !cms.adjustment || *cms.adjustment == Decimal()) return;
  LikelyCause cause;
  cause.cause = Cause::kStatusNotRecognised;
  cause.evidence.push_back("CMS adjusts payments by " + cms.adjustment->to_fixed(2) +
                           " %, and by the list of " + facts.list_date +
                           " MIPS does not apply at this TIN");
  diagnosis->causes.push_back(std::move(cause));
}

}  // namespace

std::string_view cause_name(Cause cause) {
  switch (cause) {
    case Cause::kWrongTinOrNpi:
      return "wrongTinOrNpi";
    case Cause::kStatusNotRecognised:
      return "statusNotRecognised";
    case Cause::kReweightingNotApplied:
      return "reweightingNotApplied";
    case Cause::kMeasureData:
      return "measureData";
    case Cause::kDenominatorNotLowered:
      return "denominatorNotLowered";
    case Cause::kOther:
      break;
  }
  return "other";
}

std::string_view cause_words(Cause cause) {
  switch (cause) {
    case Cause::kWrongTinOrNpi:
      return "data submitted under the wrong TIN or NPI";
    case Cause::kStatusNotRecognised:
      return "eligibility or special status not recognised";
    case Cause::kReweightingNotApplied:
      return "approved reweighting not applied";
    case Cause::kMeasureData:
      return "measure data wrong";
    case Cause::kDenominatorNotLowered:
      return "quality denominator not lowered";
    case Cause::kOther:
      break;
  }
  return "other";
}

std::string_view record_cause(Cause cause) {
  switch (cause) {
    case Cause::kWrongTinOrNpi:
      return "THIRD_PARTY";
    case Cause::kStatusNotRecognised:
      return "ELIGIBILITY";
    case Cause::kReweightingNotApplied:
      return "CIRCUMSTANCES";
    case Cause::kMeasureData:
    case Cause::kDenominatorNotLowered:
      return "CALCULATION";
    case Cause::kOther:
      break;
  }
  return "OTHER";
}

Diagnosis diagnose(const scoring::ScoreInput& input, const scoring::ScoreSummary& ours,
                   const ledger::SharedFeedback& cms, const KnownFacts& facts) {
  Diagnosis diagnosis;
  diagnosis.input = input;
  take_from_cms(cms, &diagnosis);
  diagnosis.expected = diagnosis.taken_from_cms.empty() ? ours : scoring::compute(diagnosis.input);
  const std::vector<Node> expected = compare(diagnosis.input, diagnosis.expected, cms);
  diagnosis.differences = differing(expected);
  if (diagnosis.differences > 0) try_hypotheses(cms, expected, facts, &diagnosis);
  look_at_measures(expected, facts, &diagnosis);
  look_at_eligibility(cms, facts, &diagnosis);
  std::stable_sort(diagnosis.causes.begin(), diagnosis.causes.end(),
                   [](const LikelyCause& a, const LikelyCause& b) {
                     return a.differences_left < b.differences_left;
                   });
  if (diagnosis.causes.empty() && diagnosis.differences > 0) {
    LikelyCause other;
    other.differences_left = diagnosis.differences;
    other.evidence.emplace_back(
        "none of the causes that were tried brings our numbers to CMS's; compare the nodes above");
    add_facts(facts, &other);
    diagnosis.causes.push_back(std::move(other));
  }
  return diagnosis;
}

}  // namespace qcdr::review

#include "cli/block_words.h"

#include <fmt/core.h>

#include <array>

#include "core/assert.h"
#include "core/finding_codes.h"

namespace qcdr {
namespace {

using ledger::Block;
using ledger::BlockDetail;
using ledger::BlockReason;
using ledger::CostReason;

struct Words {
  const char* missing;  // why it is not sent
  const char* held;
  const char* refused;
  const char* action;  // while it can be cured
};

Words words_of(BlockReason reason) {
  switch (reason) {
    case BlockReason::kRegistration:
      return {"practice not registered", "registration came late, held",
              "registration does not include sending", "Register the practice"};
    case BlockReason::kAgreement:
      return {"an agreement is not signed", "agreement held", "agreement refused",
              "Sign the agreements"};
    case BlockReason::kPayment:
      return {"not paid", "payment held", "not paid", "Pay the registry's invoice"};
    case BlockReason::kIndividualConsent:
      return {"no consent", "consent came late, held", "consent taken back",
              "Get the signed consent"};
    case BlockReason::kOfficerConsent:
      return {"no consent of an officer", "officer's consent came late, held",
              "officer's consent taken back", "Get the officer's signed consent"};
    case BlockReason::kOptOut:
      return {"opted out", "opt-out revoked late, held",
              "do not send individual data to CMS (opt-out)", "Decide on the opt-out"};
    case BlockReason::kReconciliation:
      return {"TIN/NPI reconciliation not signed or reopened", "reconciliation signed late, held",
              "reconciliation refused", "Settle and sign the TIN/NPI reconciliation"};
    case BlockReason::kAudit:
      return {"cases that an audit names are not corrected", "an audit is open", "an audit is open",
              "Correct the cases that the audit names"};
    case BlockReason::kCertification:
      return {"data not certified", "certification held", "not certified", "Certify the data"};
    case BlockReason::kReportingOption:
      return {"no reporting option elected", "reporting option elected late, held",
              "the TIN reports in the other way", "Elect how the TIN reports"};
    case BlockReason::kPartialTin:
      return {"not known whether all clinicians of the TIN are covered", "attestation held",
              "not all clinicians of the TIN are covered",
              "Have an officer attest that all clinicians of the TIN are covered"};
    case BlockReason::kUnreadableOptOut:
      return {"an opt-out file, or a row of one, could not be read", "opt-out row held",
              "an opt-out file, or a row of one, could not be read",
              "Send the opt-out file again, or ask the registry to clear it"};
    case BlockReason::kOfficerDecision:
      return {"the registry decides", "circumstances told late: the registry decides",
              "the registry decided against it", "Wait for the registry's decision"};
    case BlockReason::kClinicianType:
      return {"type of clinician without a row of its own", "type of clinician",
              "type of clinician without a row of its own", "Correct the roster"};
    case BlockReason::kConfirmation:
      return {"group covers clinicians who opted out: not confirmed", "confirmation held",
              "not confirmed", "Confirm that the group covers those who opted out"};
    case BlockReason::kNoData:
      return {"nothing to send", "all there is to send came late, held", "nothing to send",
              "Upload the cases"};
    case BlockReason::kCircumstances:
      return {"extreme circumstances approved", "circumstances held",
              "extreme circumstances approved, so nothing is to be sent: data would cancel the "
              "reweighting",
              "Ask the registry"};
    case BlockReason::kVirtualGroup:
      return {"a virtual group reports", "a virtual group reports",
              "a virtual group's score counts instead", "Confirm a voluntary set"};
    case BlockReason::kUnspecified:
      break;
  }
  QCDR_ASSERT(false);
  return {};
}

// Of a consent that was given in time.
const char* detail_words(BlockDetail detail) {
  switch (detail) {
    case BlockDetail::kExpired:
      return "the consent has expired";
    case BlockDetail::kNotYet:
      return "the consent does not hold yet";
    case BlockDetail::kScope:
      return "the consent does not cover what is here";
    case BlockDetail::kNone:
      break;
  }
  QCDR_ASSERT(false);
  return "";
}

constexpr std::string_view kCategoryWords[] = {"quality", "cost", "improvement activities",
                                               "promoting interoperability"};

std::vector<std::size_t> places_of(ledger::CategoryBits categories) {
  std::vector<std::size_t> places;
  for (const std::uint8_t number : ledger::kSentCategories) {
    if ((categories >> number & 1U) != 0) places.push_back(number - std::size_t{1});
  }
  return places;
}

const char* why_withheld(const Block& block) {
  if (block.held_late) return words_of(block.reason).held;
  switch (block.reason) {
    case BlockReason::kIndividualConsent:
      return "the consent does not cover it";
    case BlockReason::kOfficerConsent:
      return "the officer's consent does not cover it";
    case BlockReason::kCircumstances:
      return "extreme circumstances approved: data would cancel the reweighting";
    default:
      return words_of(block.reason).refused;
  }
}

// "consent came late, refused by the registry".
std::string late_refused_words(const Words& words) {
  constexpr std::string_view kHeld = ", held";
  std::string text = words.held;
  if (text.ends_with(kHeld)) text.resize(text.size() - kHeld.size());
  return text + ", refused by the registry";
}

std::string codes_text(const Block& block) {
  std::string text;
  for (std::uint32_t i = 0; i < block.code_count; ++i) {
    const FindingDescription* description = find_finding(block.codes[i]);
    if (description == nullptr) continue;
    text += (text.empty() ? ": " : "; ") + std::string(description->title);
  }
  return text;
}

std::string for_measure(const ledger::PointCost& cost) {
  return cost.measure == nullptr ? std::string() : "measure " + cost.measure->id + ": ";
}

std::string month_name(std::uint32_t month) {
  constexpr std::array<const char*, 12> kNames = {"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
  QCDR_ASSERT(month >= 1 && month <= kNames.size());
  return kNames[month - 1];
}

}  // namespace

std::string block_words(const Block& block) {
  const Words words = words_of(block.reason);
  std::string text = block.refused ? words.refused : block.held_late ? words.held : words.missing;
  if (block.refused && block.held_late) text = late_refused_words(words);
  if (block.detail != BlockDetail::kNone && !block.held_late) text = detail_words(block.detail);
  text += codes_text(block);
  if (block.practice != 0) text += fmt::format(" (practice {})", block.practice);
  return text;
}

std::string withheld_words(const Block& block) {
  std::string text;
  for (const std::size_t place : places_of(block.categories)) {
    text += (text.empty() ? "" : ", ") + std::string(kCategoryWords[place]);
  }
  text += std::string(": ") + why_withheld(block);
  if (block.practice != 0) text += fmt::format(" (practice {})", block.practice);
  return text;
}

std::vector<std::string> category_names(ledger::CategoryBits categories) {
  std::vector<std::string> names;
  for (const std::size_t place : places_of(categories)) {
    names.emplace_back(scoring::category_name(static_cast<scoring::Category>(place)));
  }
  return names;
}

std::string block_action(const Block& block) {
  if (block.detail == BlockDetail::kNotYet && !block.held_late) {
    return "Wait for the first day of the consent, or get one that holds now";
  }
  if (block.waits_for_officer()) return "Ask the registry to decide: " + block_words(block);
  const std::string action = std::string(words_of(block.reason).action) + codes_text(block);
  if (block.closed) return action + " (the date has passed: ask the registry first)";
  return action;
}

std::string cost_words(const ledger::PointCost& cost) {
  switch (cost.reason) {
    case CostReason::kCompleteness:
      return for_measure(cost) +
             fmt::format("too few of its cases have an outcome; {} have none", cost.cases);
    case CostReason::kMissingMonth:
      return "no cases of " + month_name(cost.month);
    case CostReason::kImprovementActivities:
      return "improvement activities below full credit";
    case CostReason::kPromotingInteroperability:
      return "promoting interoperability not reported in full";
    case CostReason::kMissingMeasure:
      return "fewer measures than required";
    case CostReason::kCaseMinimum:
      return for_measure(cost) + fmt::format("{} cases short of the minimum", cost.cases);
    case CostReason::kHeldCases:
      return fmt::format("{} cases are held", cost.cases);
    case CostReason::kUnspecified:
      break;
  }
  QCDR_ASSERT(false);
  return {};
}

std::string forecast_words(const ledger::MeasureForecast& forecast) {
  if (forecast.enough() && forecast.complete()) return {};
  std::string text = "measure " + forecast.measure->id + ": ";
  if (!forecast.enough()) {
    text += fmt::format("{} of {} cases", forecast.cases, forecast.case_minimum);
    if (forecast.reaches_minimum_on) {
      text += ", at this pace all of them on " + forecast.reaches_minimum_on->to_string();
    } else if (forecast.out_of_reach) {
      text += ", at this pace not within the year";
    }
  }
  if (!forecast.complete()) {
    text += fmt::format(
        "{}{} of {} eligible cases of those received have an outcome, {} % are needed: {} "
        "outcomes, "
        "or {} further cases that all have one",
        forecast.enough() ? "" : "; ", forecast.reported, forecast.eligible,
        forecast.completeness.to_string(), forecast.outcomes_to_completeness,
        forecast.cases_to_completeness);
  }
  if (forecast.last_day_to_begin) {
    text += "; begin by " + forecast.last_day_to_begin->to_string();
  }
  return text;
}

std::string cost_action(const ledger::PointCost& cost) {
  switch (cost.reason) {
    case CostReason::kCompleteness:
      return for_measure(cost) + fmt::format("report the outcome of {} cases", cost.cases);
    case CostReason::kMissingMonth:
      return "Upload the cases of " + month_name(cost.month) + ", or state that none were billed";
    case CostReason::kImprovementActivities:
      return "Attest improvement activities";
    case CostReason::kPromotingInteroperability:
      return "Report promoting interoperability, or load the list that says it is not needed";
    case CostReason::kMissingMeasure:
      return "Report more measures";
    case CostReason::kCaseMinimum:
      return for_measure(cost) + fmt::format("{} more cases reach the minimum", cost.cases);
    case CostReason::kHeldCases:
      return fmt::format("Look at {} held cases: correct those that name a wrong TIN", cost.cases);
    case CostReason::kUnspecified:
      break;
  }
  QCDR_ASSERT(false);
  return {};
}

std::string advice_words(ledger::AdviceKind kind) {
  switch (kind) {
    case ledger::AdviceKind::kSecurityOfficial:
      return "Find out who holds the QPP security-official role of the TIN (not known here)";
    case ledger::AdviceKind::kEligibilityList:
      return "Load CMS's eligibility list: statuses are unknown until then";
    case ledger::AdviceKind::kBilledCases:
      return "State the billed cases by month: completeness is of cases received until then";
    case ledger::AdviceKind::kNotRequired:
      return "No MIPS adjustment is expected: CMS's list says that it does not apply";
    case ledger::AdviceKind::kUnspecified:
      break;
  }
  QCDR_ASSERT(false);
  return {};
}

BlockScope scope_of(BlockReason reason) {
  switch (reason) {
    case BlockReason::kRegistration:
    case BlockReason::kAgreement:
    case BlockReason::kPayment:
      return BlockScope::kPractice;
    case BlockReason::kIndividualConsent:
    case BlockReason::kOptOut:
    case BlockReason::kNoData:
    case BlockReason::kCircumstances:
    case BlockReason::kOfficerDecision:
    case BlockReason::kClinicianType:
      return BlockScope::kClinician;
    default:
      return BlockScope::kTin;
  }
}

}  // namespace qcdr

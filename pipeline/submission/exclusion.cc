#include "submission/exclusion.h"

namespace qcdr::submission {
namespace {

struct Words {
  std::string_view name;
  std::string_view sentence;
};

// In the order of the enum.
constexpr std::array<Words, kExclusions> kWords = {{
    {"withheld", "Something blocks the category."},
    {"cancelsReweighting",
     "CMS does not score the category as long as nothing is sent for it; sending it would cancel "
     "that."},
    {"entityMayNotSend", "CMS takes no data of the category from this kind of entity."},
    {"creditedAnyway", "CMS credits the category in full without data."},
    {"periodNotSaid", "The performance period is not said."},
    {"periodNotOfYear", "The performance period is not inside the performance year."},
    {"certificationNotSaid", "The certification identifier of the record system is not said."},
    {"nothingLeft", "Each of its measures stays here."},
    {"notOfProgram", "The program does not take the measure."},
    {"otherCollection", "It was collected in a way that a registry does not send."},
    {"otherRegistry", "CMS lets other registries send the measure, and not this one."},
    {"noEligibleCases", "There is no eligible case."},
    {"nothingReported", "No outcome was reported of any eligible case."},
    {"strataMissing", "Not all rates of the measure are there."},
    {"noRate", "The measure goes with its performance rate, and there is none from 0 to 100."},
    {"amountNotSaid", "The measure's result is an amount, which is not there."},
    {"excludedOrSubstituted", "Another answer of the same report excludes or replaces it."},
}};

}  // namespace

std::string_view exclusion_name(Exclusion exclusion) {
  return kWords[static_cast<std::size_t>(exclusion)].name;
}

std::string_view exclusion_words(Exclusion exclusion) {
  return kWords[static_cast<std::size_t>(exclusion)].sentence;
}

}  // namespace qcdr::submission

// Why something stays here although it was reported. Names are permanent: manifests carry them.
// Thread-safety: free functions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace qcdr::submission {

enum class Exclusion : std::uint8_t {
  // Of a category.
  kWithheld,            // something blocks it: consent, opt-out, an open finding
  kCancelsReweighting,  // CMS would not score the category otherwise, and nobody chose to be scored
  kEntityMayNotSend,    // promoting interoperability of an APM entity
  kCreditedAnyway,      // activities in the APM performance pathway and of APM entities
  kPeriodNotSaid,
  kPeriodNotOfYear,
  kCertificationNotSaid,  // the identifier of the certified record system
  kNothingLeft,           // each of its measures stays here
  // Of a measure.
  kNotOfProgram,           // the program or pathway does not take it
  kOtherCollection,        // collected in a way that a registry does not send
  kOtherRegistry,          // CMS lets other registries send it
  kNoEligibleCases,        // nothing to report on
  kNothingReported,        // eligible cases, but no outcome of any
  kStrataMissing,          // not all of its rates are there
  kNoRate,                 // the registry has to say its rate, and there is none
  kAmountNotSaid,          // its result is an amount that nobody gave
  kExcludedOrSubstituted,  // another answer in the same report excludes or replaces it
};
inline constexpr std::size_t kExclusions = 17;

// "cancelsReweighting".
std::string_view exclusion_name(Exclusion exclusion);
// A sentence for people.
std::string_view exclusion_words(Exclusion exclusion);

}  // namespace qcdr::submission

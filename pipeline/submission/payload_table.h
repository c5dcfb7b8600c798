// What CMS's documentation says of payloads, by performance year; the data are payload_table.def.
// Thread-safety: free functions over constant tables. Errors: none.
#pragma once

#include <string_view>
#include <vector>

#include "core/strong.h"
#include "rulebook/rulebook.h"

namespace qcdr::submission {

enum class PayloadObject : std::uint8_t {
  kSet,
  kSubmission,
  kMeasurement,
  kProportion,
  kSingle,
  kMulti,
  kStratum,
  kNonProportion,
};

enum class FieldType : std::uint8_t {
  kWord,    // a text
  kDate,    // "2022-01-01"
  kWhole,   // a whole number from zero
  kRate,    // a number; where kRateIsPercent holds, one from 0 to 100
  kAmount,  // a number
  kTruth,
  kList,
  kObject,
  kAny,
};

enum class FieldNeed : std::uint8_t { kRequired, kOptional, kReadOnly };

struct PayloadField {
  PayloadObject object = PayloadObject::kSet;
  std::string_view name;
  FieldType type = FieldType::kAny;
  FieldNeed need = FieldNeed::kOptional;
  rulebook::Confidence confidence = rulebook::Confidence::kUnverified;
};

enum class WordList : std::uint8_t {
  kCategory,
  kEntityType,
  kMethod,
  kProgram,
  kPathway,
  kInteroperabilityEntity,
  kAppEntity,
  kPathwayEntity,
  kAppMeasure,
  kCehrtForm,
};

enum class PayloadRule : std::uint8_t {
  kCehrtNeeded,
  kNoExclusionsOfCqm,
  kExclusionAlone,
  kSubstituteAlone,
  kVendorListed,
  kRateNeeded,
  kRateIsPercent,
  kStrataNamed,
  kStrataComplete,
  kProportionBelowOne,
  kProgramTakesMeasure,
};

// In the table's order.
std::vector<PayloadField> payload_fields(PerformanceYear year, PayloadObject object);
std::vector<std::string_view> payload_words(PerformanceYear year, WordList list);
bool has_word(PerformanceYear year, WordList list, std::string_view word);
bool rule_holds(PerformanceYear year, PayloadRule rule);
// How sure it is that a rule holds from its first year on, or a word is of a list in a year.
rulebook::Confidence rule_confidence(PayloadRule rule);
rulebook::Confidence word_confidence(PerformanceYear year, WordList list, std::string_view word);
// A certification identifier in a form of the year.
bool is_cehrt_id(PerformanceYear year, std::string_view id);

}  // namespace qcdr::submission

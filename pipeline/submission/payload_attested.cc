// The measurements of activities and promoting interoperability; see payload_schema.h.
#include <algorithm>

#include "submission/payload_walk.h"

namespace qcdr::submission {
namespace {

using rulebook::InteroperabilityMeasure;

bool names(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void check_proportion(const PayloadNode& value, PayloadWalk* walk) {
  if (!walk->check_fields(value, PayloadObject::kProportion)) return;
  const std::int64_t numerator = PayloadWalk::whole(value, "numerator");
  const std::int64_t denominator = PayloadWalk::whole(value, "denominator");
  if (walk->holds(PayloadRule::kProportionBelowOne) && numerator > denominator) {
    walk->add(value.within("numerator"), ProblemKind::kInvalidValue,
              "a numerator is at most its denominator");
  }
  if (walk->as_we_send() && denominator == 0) {
    walk->add(value.within("denominator"), ProblemKind::kInvalidValue,
              "a measure without cases is not sent");
  }
}

void check_truth(const PayloadNode& value, PayloadWalk* walk) {
  if (value.is(JsonValue::Kind::kBool)) return;
  walk->add(value.path, ProblemKind::kWrongType, "true or false is expected");
}

// Of a year whose table the rulebook lacks a value shows its form itself.
void check_by_form(const PayloadNode& id, const PayloadNode& value, PayloadWalk* walk) {
  if (!id.word().starts_with("PI_") && !id.word().starts_with("ACI_")) {
    walk->add(id.path, ProblemKind::kInvalidValue,
              "the year has no such measure of promoting interoperability");
  } else if (value.is(JsonValue::Kind::kObject)) {
    check_proportion(value, walk);
  } else {
    check_truth(value, walk);
  }
}

}  // namespace

void check_activity(const PayloadNode& measurement, const SetContext& set, PayloadWalk* walk) {
  const PayloadNode id = *measurement.member("measureId");
  if (walk->rules().find_activity(std::string(id.word())) == nullptr) {
    walk->add(id.path, ProblemKind::kInvalidValue, "the year has no such activity");
  }
  for (const rulebook::Pathway& pathway : walk->rules().pathways()) {
    if (pathway.id != set.program || names(pathway.activities, id.word())) continue;
    walk->add(id.path, ProblemKind::kInvalidValue, "the pathway does not list the activity");
  }
  const PayloadNode value = *measurement.member("value");
  check_truth(value, walk);
  if (walk->as_we_send() && value.is(JsonValue::Kind::kBool) && !value.value->truth) {
    walk->add(value.path, ProblemKind::kInvalidValue, "only activities that were done are sent");
  }
}

void check_interoperability(const PayloadNode& measurement, PayloadWalk* walk) {
  const PayloadNode id = *measurement.member("measureId");
  const PayloadNode value = *measurement.member("value");
  if (walk->rules().interoperability_measures().empty()) return check_by_form(id, value, walk);
  const InteroperabilityMeasure* measure =
      walk->rules().find_interoperability_measure(std::string(id.word()));
  if (measure == nullptr) {
    walk->add(id.path, ProblemKind::kInvalidValue,
              "the year has no such measure of promoting interoperability");
  } else if (measure->ratio) {
    check_proportion(value, walk);
  } else {
    check_truth(value, walk);
  }
}

void check_contradictions(const PayloadNode& measurements, PayloadWalk* walk) {
  const rulebook::YearRules& rules = walk->rules();
  for (std::size_t i = 0; i < measurements.value->items.size(); ++i) {
    const auto id = measurements.item(i).member("measureId");
    const auto* measure =
        id ? rules.find_interoperability_measure(std::string(id->word())) : nullptr;
    if (measure == nullptr) continue;
    for (std::size_t k = 0; k < measurements.value->items.size(); ++k) {
      const auto other = measurements.item(k).member("measureId");
      if (!other || k == i) continue;
      if (walk->holds(PayloadRule::kExclusionAlone) && names(measure->excludes, other->word())) {
        walk->add(id->path, ProblemKind::kContradiction,
                  "an exclusion stands beside the measure that it excludes");
      }
      if (walk->holds(PayloadRule::kSubstituteAlone) &&
          names(measure->substitutes, other->word())) {
        walk->add(id->path, ProblemKind::kContradiction,
                  "a measure stands beside one that replaces it");
      }
    }
  }
}

}  // namespace qcdr::submission

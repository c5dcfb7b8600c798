// The measurements of a quality set; see payload_schema.h.
#include <algorithm>

#include "submission/measurement_set.h"
#include "submission/payload_walk.h"

namespace qcdr::submission {
namespace {

using rulebook::Measure;

bool names(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// What a value's form is, by the measure's metric.
struct MetricForm {
  PayloadObject object = PayloadObject::kSingle;
  bool rate_needed = false;
};

std::optional<MetricForm> form_of(const Measure& measure) {
  const std::string& metric = measure.metric_type;
  if (metric == "singlePerformanceRate") return MetricForm{PayloadObject::kSingle, false};
  if (metric == "registrySinglePerformanceRate") return MetricForm{PayloadObject::kSingle, true};
  if (metric == "multiPerformanceRate") return MetricForm{PayloadObject::kMulti, false};
  if (metric == "registryMultiPerformanceRate") return MetricForm{PayloadObject::kMulti, true};
  if (metric == "nonProportion") return MetricForm{PayloadObject::kNonProportion, false};
  return std::nullopt;
}

// Whether the program takes the measure. Other programs than ours are not known so well.
bool is_taken(const Measure& measure, const SetContext& set, const PayloadWalk& walk) {
  if (set.program == kProgramMips) return !measure.pathways_only;
  if (set.program == kProgramApp) {
    return has_word(walk.year(), WordList::kAppMeasure, measure.id);
  }
  for (const rulebook::Pathway& pathway : walk.rules().pathways()) {
    if (pathway.id == set.program) return names(pathway.quality, measure.id);
  }
  return true;
}

bool may_be_sent(const Measure& measure, const PayloadWalk& walk) {
  const auto& vendors = walk.schema().vendors;
  if (!vendors || measure.allowed_vendors.empty()) return true;
  return std::any_of(vendors->begin(), vendors->end(), [&](const std::string& vendor) {
    return names(measure.allowed_vendors, vendor);
  });
}

void check_measure(const Measure& measure, const PayloadNode& id, const SetContext& set,
                   PayloadWalk* walk) {
  const auto refuse = [&](std::string_view why) {
    walk->add(id.path, ProblemKind::kInvalidValue, std::string(why));
  };
  // CMS's list says it of each measure; its documentation shows one sent by another.
  if (walk->as_we_send() && !set.method.empty() && !measure.collection_types.empty() &&
      !names(measure.collection_types, set.method)) {
    refuse("the measure is not submitted by this method");
  }
  if (walk->holds(PayloadRule::kProgramTakesMeasure) && !is_taken(measure, set, *walk)) {
    refuse("the program does not take the measure");
  }
  if (walk->holds(PayloadRule::kVendorListed) && !may_be_sent(measure, *walk)) {
    refuse("the measure is another registry's");
  }
}

// Counts of a value or a stratum whose fields are good.
void check_counts(const PayloadNode& value, const Measure& measure, const SetContext& set,
                  PayloadWalk* walk) {
  const std::int64_t met = PayloadWalk::whole(value, "performanceMet");
  const std::int64_t exclusion = PayloadWalk::whole(value, "eligiblePopulationExclusion");
  const std::int64_t eligible = PayloadWalk::whole(value, "eligiblePopulation");
  const std::int64_t reported = met + exclusion + PayloadWalk::whole(value, "performanceNotMet") +
                                PayloadWalk::whole(value, "eligiblePopulationException");
  if (met > eligible) {
    walk->add(value.within("performanceMet"), ProblemKind::kInvalidValue,
              "more cases than are eligible");
  } else if (reported > eligible) {
    walk->add(value.within("eligiblePopulation"), ProblemKind::kInvalidValue,
              "more cases are reported than are eligible");
  }
  const bool cqm = !measure.registry_measure && set.method == "registry";
  const bool none_left = walk->as_we_send() || walk->holds(PayloadRule::kNoExclusionsOfCqm);
  if (exclusion > 0 && cqm && none_left) {
    walk->add(value.within("eligiblePopulationExclusion"), ProblemKind::kInvalidValue,
              "of a CQM the excluded cases have left the eligible population");
  }
}

bool same_letters(std::string_view one, std::string_view other) {
  const auto small = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return small(a) == small(b); });
}

// Capitals are ours to keep; CMS's own example does not.
bool is_stratum(const Measure& measure, std::string_view name, const PayloadWalk& walk) {
  return std::any_of(measure.strata.begin(), measure.strata.end(), [&](const std::string& each) {
    return walk.as_we_send() ? each == name : same_letters(each, name);
  });
}

void check_has_cases(const PayloadNode& value, std::int64_t eligible, PayloadWalk* walk) {
  if (eligible > 0 || !walk->as_we_send()) return;
  walk->add(value.path, ProblemKind::kInvalidValue, "a measure without cases is not sent");
}

void check_strata(const PayloadNode& value, const Measure& measure, const SetContext& set,
                  PayloadWalk* walk) {
  const PayloadNode strata = *value.member("strata");
  std::set<std::string_view> seen;
  std::int64_t eligible = 0;
  for (std::size_t i = 0; i < strata.value->items.size(); ++i) {
    const PayloadNode stratum = strata.item(i);
    if (!walk->check_fields(stratum, PayloadObject::kStratum)) continue;
    const PayloadNode name = *stratum.member("stratum");
    if (!seen.insert(name.word()).second) {
      walk->add(name.path, ProblemKind::kDuplicate, "the stratum stands twice");
    }
    if (walk->holds(PayloadRule::kStrataNamed) && !is_stratum(measure, name.word(), *walk)) {
      walk->add(name.path, ProblemKind::kInvalidValue, "the measure has no such stratum");
    }
    check_counts(stratum, measure, set, walk);
    eligible += PayloadWalk::whole(stratum, "eligiblePopulation");
  }
  const bool all_needed =
      walk->as_we_send() || (measure.registry_measure && walk->holds(PayloadRule::kStrataComplete));
  if (all_needed && seen.size() < measure.strata.size()) {
    walk->add(strata.path, ProblemKind::kMissing, "not all strata of the measure are there");
  }
  check_has_cases(value, eligible, walk);
}

void check_value(const PayloadNode& value, const Measure& measure, const SetContext& set,
                 PayloadWalk* walk) {
  const std::optional<MetricForm> form = form_of(measure);
  if (!form) {
    walk->add(value.path, ProblemKind::kInvalidValue, "no registry sends such a measure");
    return;
  }
  if (!walk->check_fields(value, form->object)) return;
  const bool rate_needed = form->rate_needed && walk->holds(PayloadRule::kRateNeeded);
  if (rate_needed && !value.member("performanceRate")) {
    walk->add(value.within("performanceRate"), ProblemKind::kMissing,
              "a QCDR measure needs its rate");
  }
  if (form->object == PayloadObject::kMulti) return check_strata(value, measure, set, walk);
  if (form->object == PayloadObject::kNonProportion) {
    return check_has_cases(value, PayloadWalk::whole(value, "observationInstances"), walk);
  }
  check_counts(value, measure, set, walk);
  check_has_cases(value, PayloadWalk::whole(value, "eligiblePopulation"), walk);
}

}  // namespace

void check_quality_measurement(const PayloadNode& measurement, const SetContext& set,
                               PayloadWalk* walk) {
  const PayloadNode id = *measurement.member("measureId");
  const Measure* measure = walk->rules().find_measure(id.word());
  if (measure == nullptr) {
    walk->add(id.path, ProblemKind::kInvalidValue, "the year has no such quality measure");
    return;
  }
  check_measure(*measure, id, set, walk);
  check_value(*measurement.member("value"), *measure, set, walk);
}

}  // namespace qcdr::submission

#include "submission/payload.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "core/assert.h"
#include "submission/json_out.h"
#include "submission/payload_table.h"

namespace qcdr::submission {
namespace {

bool has_field(PerformanceYear year, PayloadObject object, std::string_view name) {
  const std::vector<PayloadField> fields = payload_fields(year, object);
  return std::any_of(fields.begin(), fields.end(),
                     [&](const PayloadField& field) { return field.name == name; });
}

void add_counts(const RateCounts& counts, JsonOut* out) {
  out->key("performanceMet").whole(counts.met);
  out->key("performanceNotMet").whole(counts.not_met);
  out->key("eligiblePopulationExclusion").whole(counts.exclusion);
  out->key("eligiblePopulationException").whole(counts.exception);
  out->key("eligiblePopulation").whole(counts.eligible);
}

void add_strata(const std::vector<StratumValue>& strata, JsonOut* out) {
  out->key("strata").begin_list();
  for (const StratumValue& stratum : strata) {
    out->begin_object();
    out->key("stratum").text(stratum.stratum);
    add_counts(stratum.counts, out);
    out->end_object();
  }
  out->end_list();
}

// Writes a value by its form.
struct ValueWriter {
  JsonOut* out;

  void operator()(const BooleanValue& value) const { out->truth(value.attested); }
  void operator()(const ProportionValue& value) const {
    out->begin_object();
    out->key("numerator").whole(value.numerator);
    out->key("denominator").whole(value.denominator);
    out->end_object();
  }
  void operator()(const SingleValue& value) const {
    out->begin_object();
    out->key("isEndToEndReported").truth(value.end_to_end);
    add_counts(value.counts, out);
    out->end_object();
  }
  void operator()(const RegistrySingleValue& value) const {
    out->begin_object();
    out->key("isEndToEndReported").truth(value.end_to_end);
    add_counts(value.counts, out);
    out->key("performanceRate").number(value.performance_rate);
    out->end_object();
  }
  void operator()(const MultiValue& value) const {
    out->begin_object();
    out->key("isEndToEndReported").truth(value.end_to_end);
    add_strata(value.strata, out);
    out->end_object();
  }
  void operator()(const RegistryMultiValue& value) const {
    out->begin_object();
    out->key("isEndToEndReported").truth(value.end_to_end);
    out->key("performanceRate").number(value.performance_rate);
    add_strata(value.strata, out);
    out->end_object();
  }
  void operator()(const NonProportionValue& value) const {
    out->begin_object();
    out->key("isEndToEndReported").truth(value.end_to_end);
    out->key("numerator").number(value.numerator);
    out->key("denominator").number(value.denominator);
    if (value.numerator_exclusion) {
      out->key("numeratorExclusion").number(*value.numerator_exclusion);
    }
    if (value.denominator_exception) {
      out->key("denominatorException").number(*value.denominator_exception);
    }
    out->key("observationInstances").whole(value.observation_instances);
    out->end_object();
  }
};

void add_measurements(std::span<const Measurement> measurements, JsonOut* out) {
  out->key("measurements").begin_list();
  for (const Measurement& measurement : measurements) {
    out->begin_object();
    out->key("measureId").text(measurement.measure_id);
    out->key("value");
    std::visit(ValueWriter{out}, measurement.value);
    out->end_object();
  }
  out->end_list();
}

void add_entity(const MeasurementSet& set, JsonOut* out) {
  out->key("entityType").text(entity_kind_name(set.entity.kind));
  if (has_tin(set.entity.kind)) {
    out->key("taxpayerIdentificationNumber").text(kTinPlaceholder);
  } else {
    out->key("entityId").text(set.entity.number);
  }
  if (set.entity.kind == EntityKind::kIndividual) {
    out->key("nationalProviderIdentifier").text(fmt::format("{:010}", set.entity.npi.value()));
  }
  out->key("performanceYear").whole(set.year.value());
}

void add_period(const MeasurementSet& set, JsonOut* out) {
  out->key("performanceStart").text(set.start.to_string());
  out->key("performanceEnd").text(set.end.to_string());
}

void add_set(const MeasurementSet& set, bool whose, JsonOut* out) {
  out->begin_object();
  out->key("category").text(set_category_name(set.category, set.year));
  out->key("submissionMethod").text(submission_method_name(set.method));
  if (has_field(set.year, PayloadObject::kSet, "programName")) {
    out->key("programName").text(set.program);
  }
  add_period(set, out);
  if (whose) {
    out->key("submission").begin_object();
    add_entity(set, out);
    out->end_object();
  }
  if (!set.cehrt_id.empty() && has_field(set.year, PayloadObject::kSet, "cehrtId")) {
    out->key("cehrtId").text(set.cehrt_id);
  }
  add_measurements(set.measurements, out);
  out->end_object();
}

}  // namespace

std::string payload_json(const MeasurementSet& set) {
  JsonOut out;
  add_set(set, true, &out);
  return out.take();
}

std::string put_json(const MeasurementSet& set) {
  return payload_json(set);
}

std::string set_json(const MeasurementSet& set) {
  JsonOut out;
  add_set(set, false, &out);
  return out.take();
}

Result<std::string> patch_json(const MeasurementSet& before, const MeasurementSet& now) {
  const bool same_set = before.entity == now.entity && before.year == now.year &&
                        before.category == now.category && before.method == now.method &&
                        before.program == now.program && before.cehrt_id == now.cehrt_id;
  if (!same_set) return Status(ErrorCode::kFailedPrecondition, "not the same set");
  std::vector<Measurement> changed;
  std::size_t kept = 0;
  for (const Measurement& measurement : now.measurements) {
    const auto old = std::find_if(
        before.measurements.begin(), before.measurements.end(),
        [&](const Measurement& each) { return each.measure_id == measurement.measure_id; });
    if (old != before.measurements.end()) ++kept;
    if (old == before.measurements.end() || !(*old == measurement)) changed.push_back(measurement);
  }
  if (kept != before.measurements.size()) {
    return Status(ErrorCode::kFailedPrecondition, "a measurement is gone");
  }
  JsonOut out;
  out.begin_object();
  add_period(now, &out);
  add_measurements(changed, &out);
  out.end_object();
  return out.take();
}

std::string submission_json(std::span<const MeasurementSet> sets) {
  QCDR_ASSERT(!sets.empty());
  JsonOut out;
  out.begin_object();
  add_entity(sets.front(), &out);
  out.key("measurementSets").begin_list();
  for (const MeasurementSet& set : sets) {
    QCDR_ASSERT(set.entity == sets.front().entity && set.year == sets.front().year);
    add_set(set, false, &out);
  }
  out.end_list();
  out.end_object();
  return out.take();
}

Hash256 payload_sha256(std::string_view payload) {
  return sha256(payload);
}

}  // namespace qcdr::submission

#include "submission/qrda_body.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/crypto.h"
#include "rulebook/ecqm_measures.h"

namespace qcdr::submission {
namespace {

using rulebook::EcqmRate;

constexpr std::string_view kLoinc = "2.16.840.1.113883.6.1";
constexpr std::string_view kActCode = "2.16.840.1.113883.5.4";
constexpr std::string_view kMeasureRoot = "2.16.840.1.113883.4.738";
constexpr std::string_view kInteroperabilityRoot = "2.16.840.1.113883.3.7031";
constexpr std::string_view kActivityRoot = "2.16.840.1.113883.3.7034";
constexpr int kRateDecimals = 6;

// One rate of an electronic measure and its counts.
struct CarriedRate {
  const EcqmRate* rate = nullptr;
  RateCounts counts;
};

void add_template(std::string_view root, std::string_view extension, XmlOut* out) {
  if (extension.empty()) {
    out->leaf("templateId", {{"root", root}});
  } else {
    out->leaf("templateId", {{"root", root}, {"extension", extension}});
  }
}

void start_section(std::string_view root, std::string_view extension, XmlOut* out) {
  out->start("component").start("section");
  add_template("2.16.840.1.113883.10.20.24.2.2", "", out);
  add_template(root, extension, out);
}

void add_section_title(XmlOut* out) {
  out->leaf("code",
            {{"code", "55186-1"}, {"codeSystem", kLoinc}, {"displayName", "Measure Section"}});
  out->text("title", "Measure Section");
}

void end_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out) {
  out->start("entry", {{"typeCode", "DRIV"}});
  out->start("act", {{"classCode", "ACT"}, {"moodCode", "EVN"}});
  add_template("2.16.840.1.113883.10.20.17.3.8", "", out);
  out->leaf("id", {{"root", ids->next()}});
  out->leaf("code", {{"code", "252116004"},
                     {"codeSystem", "2.16.840.1.113883.6.96"},
                     {"displayName", "Observation Parameters"}});
  out->start("effectiveTime");
  out->leaf("low", {{"value", qrda_date(set.start)}});
  out->leaf("high", {{"value", qrda_date(set.end)}});
  out->end().end().end();
  out->end().end();
}

void start_organizer(std::string_view root, std::string_view extension, std::string_view id_root,
                     std::string_view id, QrdaIds* ids, XmlOut* out) {
  out->start("entry");
  out->start("organizer", {{"classCode", "CLUSTER"}, {"moodCode", "EVN"}});
  add_template("2.16.840.1.113883.10.20.24.3.98", "", out);
  add_template(root, extension, out);
  out->leaf("id", {{"root", ids->next()}});
  out->leaf("statusCode", {{"code", "completed"}});
  out->start("reference", {{"typeCode", "REFR"}});
  out->start("externalDocument", {{"classCode", "DOC"}, {"moodCode", "EVN"}});
  out->leaf("id", {{"root", id_root}, {"extension", id}});
  out->end().end();
}

void start_observation(std::string_view root, std::string_view extension, XmlOut* out) {
  out->start("component").start("observation", {{"classCode", "OBS"}, {"moodCode", "EVN"}});
  add_template(root, extension, out);
}

void add_assertion(XmlOut* out) {
  out->leaf("code", {{"code", "ASSERTION"}, {"codeSystem", kActCode}});
  out->leaf("statusCode", {{"code", "completed"}});
}

void add_aggregate(std::int64_t count, XmlOut* out) {
  out->start("entryRelationship", {{"typeCode", "SUBJ"}, {"inversionInd", "true"}});
  out->start("observation", {{"classCode", "OBS"}, {"moodCode", "EVN"}});
  add_template("2.16.840.1.113883.10.20.27.3.3", "", out);
  out->leaf("code", {{"code", "MSRAGG"}, {"codeSystem", kActCode}});
  out->leaf("statusCode", {{"code", "completed"}});
  out->leaf("value", {{"xsi:type", "INT"}, {"value", std::to_string(count)}});
  out->leaf("methodCode", {{"code", "COUNT"}, {"codeSystem", "2.16.840.1.113883.5.84"}});
  out->end().end();
}

void add_reference(std::string_view guid, XmlOut* out) {
  out->start("reference", {{"typeCode", "REFR"}});
  out->start("externalObservation", {{"classCode", "OBS"}, {"moodCode", "EVN"}});
  out->leaf("id", {{"root", guid}});
  out->end().end();
}

void add_population(std::string_view type, std::string_view guid, std::int64_t count, XmlOut* out) {
  if (guid.empty()) return;
  start_observation("2.16.840.1.113883.10.20.27.3.5", "2016-09-01", out);
  add_assertion(out);
  out->leaf("value", {{"xsi:type", "CD"}, {"code", type}, {"codeSystem", kActCode}});
  add_aggregate(count, out);
  add_reference(guid, out);
  out->end().end();
}

// From 0 to 1; none where nothing can be compared.
void add_rate(std::int64_t part, std::int64_t whole, std::string_view numerator_guid, XmlOut* out) {
  start_observation("2.16.840.1.113883.10.20.27.3.30", "2016-09-01", out);
  out->leaf("code", {{"code", "72510-1"}, {"codeSystem", kLoinc}});
  out->leaf("statusCode", {{"code", "completed"}});
  if (whole > 0) {
    const std::string rate = Decimal::ratio(part, whole).to_fixed(kRateDecimals);
    out->leaf("value", {{"xsi:type", "REAL"}, {"value", rate}});
  } else {
    out->leaf("value", {{"xsi:type", "REAL"}, {"nullFlavor", "NA"}});
  }
  if (!numerator_guid.empty()) add_reference(numerator_guid, out);
  out->end().end();
}

// Empty: the list has not a GUID for each rate.
std::vector<CarriedRate> carried_rates(const MeasurementSet& set, const Measurement& measurement) {
  const std::vector<const EcqmRate*> rates =
      rulebook::find_ecqm_of(set.year, measurement.measure_id);
  std::vector<CarriedRate> carried;
  if (const auto* single = std::get_if<SingleValue>(&measurement.value)) {
    if (rates.size() == 1) carried.push_back({rates.front(), single->counts});
    return carried;
  }
  const auto* multi = std::get_if<MultiValue>(&measurement.value);
  if (multi == nullptr || rates.size() != multi->strata.size() || rates.size() < 2) return carried;
  for (const StratumValue& stratum : multi->strata) {
    const auto found = std::find_if(rates.begin(), rates.end(), [&](const EcqmRate* rate) {
      return rate->stratum == stratum.stratum;
    });
    if (found == rates.end()) return {};
    carried.push_back({*found, stratum.counts});
  }
  return carried;
}

void add_carried(const CarriedRate& carried, XmlOut* out) {
  const RateCounts& counts = carried.counts;
  const EcqmRate& rate = *carried.rate;
  add_rate(counts.met, counts.met + counts.not_met, rate.numerator, out);
  add_population("IPOP", rate.initial_population, counts.eligible, out);
  add_population("DENOM", rate.denominator, counts.eligible, out);
  add_population("DENEX", rate.exclusion, counts.exclusion, out);
  add_population("DENEXCEP", rate.exception, counts.exception, out);
  add_population("NUMER", rate.numerator, counts.met, out);
}

void add_performed(bool yes, XmlOut* out) {
  start_observation("2.16.840.1.113883.10.20.27.3.27", "2016-09-01", out);
  add_assertion(out);
  out->leaf(
      "value",
      {{"xsi:type", "CD"}, {"code", yes ? "Y" : "N"}, {"codeSystem", "2.16.840.1.113883.12.136"}});
  out->end().end();
}

void add_counted(std::string_view root, std::string_view type, std::int64_t count, XmlOut* out) {
  start_observation(root, "2016-09-01", out);
  add_assertion(out);
  out->leaf("value", {{"xsi:type", "CD"}, {"code", type}, {"codeSystem", kActCode}});
  add_aggregate(count, out);
  out->end().end();
}

}  // namespace

std::string QrdaIds::next() {
  const Hash256 hash = sha256(seed_ + "/" + std::to_string(made_++));
  std::string digits = rulebook::in_capitals(hex(view(hash)));
  digits[12] = '5';  // version: made of a name
  digits[16] = '9';  // variant of RFC 4122
  const std::string_view all = digits;
  return fmt::format("{}-{}-{}-{}-{}", all.substr(0, 8), all.substr(8, 4), all.substr(12, 4),
                     all.substr(16, 4), all.substr(20, 12));
}

std::string qrda_date(LocalDate date) {
  return fmt::format("{:04}{:02}{:02}", date.year(), date.month(), date.day());
}

std::optional<QrdaGap> qrda_gap(const MeasurementSet& set, const Measurement& measurement) {
  const bool registry = std::holds_alternative<RegistrySingleValue>(measurement.value) ||
                        std::holds_alternative<RegistryMultiValue>(measurement.value);
  if (registry) return QrdaGap::kRegistryMeasure;
  if (std::holds_alternative<NonProportionValue>(measurement.value)) return QrdaGap::kAmount;
  if (set.method != SubmissionMethod::kElectronicHealthRecord) return QrdaGap::kNotElectronic;
  const std::vector<CarriedRate> rates = carried_rates(set, measurement);
  if (rates.empty()) return QrdaGap::kNotOfList;
  for (const CarriedRate& carried : rates) {
    const RateCounts& counts = carried.counts;
    if ((counts.exclusion > 0 && carried.rate->exclusion.empty()) ||
        (counts.exception > 0 && carried.rate->exception.empty())) {
      return QrdaGap::kNoPopulation;
    }
    if (counts.reported() != counts.eligible) return QrdaGap::kUnreportedCases;
  }
  return std::nullopt;
}

void add_quality_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out) {
  start_section("2.16.840.1.113883.10.20.27.2.1", "2020-12-01", out);
  add_template("2.16.840.1.113883.10.20.27.2.3", "2022-05-01", out);
  add_section_title(out);
  for (const Measurement& measurement : set.measurements) {
    if (qrda_gap(set, measurement)) continue;
    const std::vector<CarriedRate> rates = carried_rates(set, measurement);
    start_organizer("2.16.840.1.113883.10.20.27.3.1", "2016-09-01", kMeasureRoot,
                    rates.front().rate->measure_guid, ids, out);
    for (const CarriedRate& carried : rates) add_carried(carried, out);
    out->end().end();
  }
  end_section(set, ids, out);
}

void add_activities_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out) {
  start_section("2.16.840.1.113883.10.20.27.2.4", "2020-12-01", out);
  add_section_title(out);
  for (const Measurement& measurement : set.measurements) {
    start_organizer("2.16.840.1.113883.10.20.27.3.33", "2016-09-01", kActivityRoot,
                    measurement.measure_id, ids, out);
    const auto* answer = std::get_if<BooleanValue>(&measurement.value);
    add_performed(answer != nullptr && answer->attested, out);
    out->end().end();
  }
  end_section(set, ids, out);
}

void add_interoperability_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out) {
  start_section("2.16.840.1.113883.10.20.27.2.5", "2020-12-01", out);
  add_section_title(out);
  for (const Measurement& measurement : set.measurements) {
    const auto* ratio = std::get_if<ProportionValue>(&measurement.value);
    start_organizer(
        ratio != nullptr ? "2.16.840.1.113883.10.20.27.3.28" : "2.16.840.1.113883.10.20.27.3.29",
        ratio != nullptr ? "2017-06-01" : "2016-09-01", kInteroperabilityRoot,
        measurement.measure_id, ids, out);
    if (ratio != nullptr) {
      add_rate(ratio->numerator, ratio->denominator, "", out);
      add_counted("2.16.840.1.113883.10.20.27.3.31", "NUMER", ratio->numerator, out);
      add_counted("2.16.840.1.113883.10.20.27.3.32", "DENOM", ratio->denominator, out);
    } else {
      const auto* answer = std::get_if<BooleanValue>(&measurement.value);
      add_performed(answer != nullptr && answer->attested, out);
    }
    out->end().end();
  }
  end_section(set, ids, out);
}

}  // namespace qcdr::submission

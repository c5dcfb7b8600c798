#include "intake/qrda_parser.h"

#include <algorithm>

#include "intake/limits.h"
#include "intake/text.h"
#include "rulebook/ecqm_measures.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kGroup = "MIPS_GROUP";
constexpr std::string_view kIndividual = "MIPS_INDIV";
constexpr std::string_view kPath = "/ClinicalDocument";
constexpr std::size_t kDateDigits = 8;
constexpr std::size_t kYearDigits = 4;
constexpr std::size_t kCountDigitsMax = 9;

JsonNode scalar(std::string_view key, std::string_view text, const Place& place) {
  JsonNode node;
  node.key = key;
  node.type = JsonType::kString;
  node.text = text;
  node.place = place;
  return node;
}

bool is_date(std::string_view text) {
  return text.size() >= kDateDigits && all_digits(text.substr(0, kDateDigits));
}

// "20220101" as "2022-01-01".
std::string date_of(std::string_view text) {
  return std::string(text.substr(0, 4))
      .append("-")
      .append(text.substr(4, 2))
      .append("-")
      .append(text.substr(6, 2));
}

// A rate from 0 to 1 with decimals.
bool is_rate(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if ((whole != "0" && whole != "1") || (!rest.empty() && !all_digits(rest))) return false;
  return whole == "0" || rest.find_first_not_of('0') == std::string_view::npos;
}

// The count of a population: exactly one whole number. A population without a GUID of its own is
// found by its type, when the measure has one rate.
class Counts {
 public:
  Counts(const QrdaMeasure& measure, std::string_view id, bool one_rate, NodeRecord* record)
      : measure_(measure), id_(id), one_rate_(one_rate), record_(record) {}

  std::optional<std::uint32_t> find(std::string_view type, std::string_view guid, bool needed) {
    if (guid.empty()) return 0;
    const QrdaPopulation* found = nullptr;
    for (const QrdaPopulation& population : measure_.populations) {
      const bool same = population.guid == guid ||
                        (one_rate_ && population.guid.empty() && population.type == type);
      if (!same) continue;
      if (found != nullptr || population.guids > 1) return complain(FindingCode::ECQM_COUNT, type);
      found = &population;
    }
    if (found == nullptr) {
      return needed ? complain(FindingCode::ECQM_POPULATION_MISSING, type) : std::optional(0U);
    }
    const auto number = small_number(found->count, kCountDigitsMax);
    return found->counts == 1 && number ? number : complain(FindingCode::ECQM_COUNT, type);
  }

 private:
  std::optional<std::uint32_t> complain(FindingCode code, std::string_view type) {
    record_->complaints.push_back({code, {std::string(type), std::string(id_)}});
    return std::nullopt;
  }

  const QrdaMeasure& measure_;
  std::string_view id_;
  bool one_rate_;
  NodeRecord* record_;
};

// Cases left over are those that did not meet the measure; exclusions leave the population.
bool add_rate(const rulebook::EcqmRate& rate, Counts& counts, const Place& place,
              NodeRecord* record, JsonNode* object) {
  const auto population = counts.find("IPOP", rate.initial_population, false);
  const auto denominator = counts.find("DENOM", rate.denominator, true);
  const auto numerator = counts.find("NUMER", rate.numerator, true);
  const auto exclusion = counts.find("DENEX", rate.exclusion, false);
  const auto exception = counts.find("DENEXCEP", rate.exception, false);
  if (!population || !denominator || !numerator || !exclusion || !exception) return false;
  const std::uint64_t counted = std::uint64_t{*numerator} + *exclusion + *exception;
  if (counted > *denominator) {
    record->complaints.push_back(
        {FindingCode::COUNTS_DISAGREE, {"NUMER, DENEX and DENEXCEP together", "DENOM"}});
    return false;
  }
  if (*population > 0 && *denominator > *population) {
    record->complaints.push_back({FindingCode::COUNTS_DISAGREE, {"DENOM", "IPOP"}});
    return false;
  }
  const auto add = [&](std::string_view key, std::uint64_t count) {
    object->children.push_back(scalar(key, std::to_string(count), place));
  };
  add("eligiblePopulation", *denominator - *exclusion);
  add("performanceMet", *numerator);
  add("performanceNotMet", *denominator - counted);
  add("exceptions", *exception);
  if (!rate.stratum.empty()) object->children.push_back(scalar("stratum", rate.stratum, place));
  return true;
}

}  // namespace

std::string qrda_year(const QrdaHeader& header, bool is_whole) {
  if (is_date(header.reported_from)) return header.reported_from.substr(0, kYearDigits);
  const auto published = small_number(header.guide.substr(0, kYearDigits), kYearDigits);
  if (!is_whole && published && *published > 0) return std::to_string(*published + 1);
  return is_date(header.period_from) ? header.period_from.substr(0, kYearDigits) : std::string();
}

std::optional<v1::Verdict> check_qrda_header(const QrdaHeader& header, bool practice_known) {
  const auto refuse = [&](FindingCode code, std::vector<std::string> parameters) {
    return make_verdict(code, header.place, kPath, std::move(parameters));
  };
  if (!header.is_category_three) return refuse(FindingCode::QRDA_NOT_CATEGORY_THREE, {});
  if (header.program != kGroup && header.program != kIndividual) {
    return refuse(FindingCode::QRDA_PROGRAM, {std::string(kIndividual), std::string(kGroup)});
  }
  const bool individual = header.program == kIndividual;
  if (header.tins != 1 || (individual && header.npis != 1)) {
    return refuse(FindingCode::QRDA_ENTITY, {individual ? "one NPI and one TIN" : "one TIN"});
  }
  if (header.practice.empty() && !practice_known) {
    return refuse(
        FindingCode::PRACTICE_NOT_SAID,
        {std::string("<id root=\"").append(kPracticeRoot).append("\" extension=\"...\"/>")});
  }
  return std::nullopt;
}

QrdaParser::QrdaParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
                       RowSink& sink)
    : options_(options),
      sink_(sink),
      rows_(table, options_, keys, sink),
      walk_([this](const QrdaHeader& header) { take_header(header); },
            [this](const QrdaMeasure& measure) { take_measure(measure); },
            [this](const QrdaHeader& header) { take_period(header); },
            [this] { return reader_.place(); }),
      reader_(walk_, options.max_bytes) {}

Status QrdaParser::report(Status status) {
  if (status.is_ok() || reported_) return status;
  reported_ = true;
  if (reader_.failure().has_value()) sink_.file_finding(*reader_.failure());
  return status;
}

Status QrdaParser::feed(std::string_view bytes) {
  return report(reader_.feed(bytes));
}

Status QrdaParser::finish() {
  const Status status = reader_.finish();
  if (status.is_ok()) take_period(walk_.header());
  if (reader_.failure().has_value()) return report(to_status(*reader_.failure()));
  if (status.is_ok() && rows_.count() == 0) {
    reader_.refuse(FindingCode::NO_RECORDS, Place{}, kPath);
    return report(to_status(*reader_.failure()));
  }
  return report(status);
}

void QrdaParser::take_header(const QrdaHeader& header) {
  if (!walk_.is_clinical_document()) {
    return reader_.refuse(FindingCode::XML_ROOT_UNKNOWN, header.place, "");
  }
  if (const auto refusal = check_qrda_header(header, true)) {
    return reader_.refuse(static_cast<FindingCode>(refusal->code()), header.place, kPath,
                          {refusal->parameters().begin(), refusal->parameters().end()});
  }
  if (!header.practice.empty() && header.practice != std::to_string(options_.practice.value())) {
    reader_.refuse(FindingCode::PRACTICE_MISMATCH, header.place, kPath, {"the practice's id"});
  }
}

// The reporting parameters, or the end of a document that has none.
void QrdaParser::take_period(const QrdaHeader& header) {
  const std::string year = qrda_year(header, true);
  if (year.empty()) return reader_.refuse(FindingCode::QRDA_PERIOD, header.place, kPath);
  if (year != std::to_string(options_.year.value())) {
    reader_.refuse(FindingCode::YEAR_MISMATCH, header.place, kPath, {"effectiveTime"});
  }
}

void QrdaParser::add_counts(const QrdaMeasure& measure, NodeRecord* record) {
  const auto rates = rulebook::find_ecqm(options_.year, measure.guids.front());
  if (rates.empty()) {
    record->complaints.push_back(
        {FindingCode::ECQM_UNKNOWN, {std::to_string(options_.year.value())}});
    return;
  }
  const std::string_view id = rates.front()->measure_id;
  record->node.children.push_back(scalar("measureId", id, measure.place));
  const bool one_rate = rates.size() == 1;
  Counts counts(measure, id, one_rate, record);
  if (one_rate) {
    add_rate(*rates.front(), counts, measure.place, record, &record->node);
  } else {
    JsonNode list;
    list.key = "strata";
    list.shape = JsonNode::Shape::kArray;
    list.place = measure.place;
    for (const rulebook::EcqmRate* rate : rates) {
      JsonNode object;
      object.shape = JsonNode::Shape::kObject;
      object.place = measure.place;
      if (!add_rate(*rate, counts, measure.place, record, &object)) break;
      list.children.push_back(std::move(object));
    }
    record->node.children.push_back(std::move(list));
  }
  for (const std::string& rate : measure.rates) {
    if (is_rate(rate)) continue;
    record->complaints.push_back({FindingCode::ECQM_RATE, {std::string(id)}});
    break;
  }
}

void QrdaParser::take_measure(const QrdaMeasure& measure) {
  const QrdaHeader& header = walk_.header();
  NodeRecord record;
  record.node.shape = JsonNode::Shape::kObject;
  record.node.place = measure.place;
  record.pointer = std::string(kPath).append("/organizer[");
  record.pointer.append(std::to_string(measure.number)).append("]");
  const auto add = [&](std::string_view key, std::string_view text) {
    record.node.children.push_back(scalar(key, text, measure.place));
  };
  // Electronic measures are of the whole year, unless the service event says otherwise.
  const std::string year = std::to_string(options_.year.value());
  const bool said = is_date(header.period_from) && is_date(header.period_to) &&
                    header.period_from.starts_with(year) && header.period_to.starts_with(year);
  add("performanceYear", year);
  add("tin", header.tin);
  if (header.program == kIndividual) add("npi", header.npi);
  add("serviceFrom", said ? date_of(header.period_from) : year + "-01-01");
  add("serviceTo", said ? date_of(header.period_to) : year + "-12-31");
  add("collectionType", "EHR");
  if (measure.is_cut) {
    record.complaints.push_back(
        {FindingCode::TOO_MANY_ITEMS, {"populations", std::to_string(kMaxItems)}});
  } else if (measure.guids.size() != 1 || !measures_.insert(measure.guids.front()).second) {
    record.complaints.push_back({FindingCode::ECQM_REPEATED, {}});
  } else {
    add_counts(measure, &record);
  }
  std::optional<v1::Verdict> refusal;
  const Status status = rows_.emit(record, &refusal);
  if (refusal.has_value()) {
    return reader_.refuse(static_cast<FindingCode>(refusal->code()), measure.place, record.pointer,
                          {refusal->parameters().begin(), refusal->parameters().end()});
  }
  if (!status.is_ok()) reader_.stop(status);
}

}  // namespace qcdr::intake

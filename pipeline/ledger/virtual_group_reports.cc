#include "ledger/virtual_group_reports.h"

#include <algorithm>
#include <limits>

#include "ledger/scored_results.h"
#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

using Reports = VirtualGroupReports;

Status malformed() {
  return Status(ErrorCode::kCorruption, "reports of a virtual group cannot be read");
}

// The entry of a key; null when it is a new one and there is no room.
template <class Map, class Key>
typename Map::mapped_type* entry_of(Map* map, const Key& key) {
  const auto found = map->find(key);
  if (found != map->end()) return &found->second;
  if (map->size() >= Reports::kEntriesMax) return nullptr;
  return &(*map)[key];
}

void add_counts(const Reports::ResultKey& key, const Reports::Counts& counts, Reports* to) {
  Reports::Counts* sum = entry_of(&to->results, key);
  if (sum == nullptr) return;
  sum->eligible += counts.eligible;
  sum->met += counts.met;
  sum->not_met += counts.not_met;
  sum->exceptions += counts.exceptions;
}

void add_measure(const std::string& id, const Reports::Interoperability& measure, Reports* to) {
  Reports::Interoperability* sum = entry_of(&to->interoperability, id);
  if (sum == nullptr) return;
  sum->tins_attesting += measure.tins_attesting;
  sum->numerator += measure.numerator;
  sum->denominator += measure.denominator;
}

void add_period(std::uint32_t tins, std::uint32_t days, Reports* to) {
  if (tins == 0) return;
  to->period_days_least = to->tins_with_period == 0 ? days : std::min(to->period_days_least, days);
  to->tins_with_period += tins;
}

std::uint32_t narrow(std::uint64_t value) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

bool is_sound(const Reports& reports) {
  return reports.interoperability.size() <= Reports::kEntriesMax &&
         reports.results.size() <= Reports::kEntriesMax &&
         reports.approvals.size() <= Reports::kEntriesMax &&
         reports.tins_with_cehrt_id <= reports.tins_reporting &&
         reports.tins_with_period <= reports.tins_reporting;
}

bool is_reason(std::uint32_t reason) {
  return reason > 0 && reason <= static_cast<std::uint32_t>(ReweightingReason::kNotScorable);
}

bool is_category(std::uint32_t category) {
  return category > 0 && category <= scoring::kCategories;
}

}  // namespace

void VirtualGroupReports::add_report(const InteroperabilityReport& report) {
  ++tins_reporting;
  tins_with_cehrt_id += report.cehrt_id.empty() ? 0U : 1U;
  if (report.from.days() != 0 && report.to.days() >= report.from.days() && report.to.days() != 0) {
    add_period(1, static_cast<std::uint32_t>(report.to.days() - report.from.days() + 1), this);
  }
  for (const InteroperabilityReport::Measure& measure : report.measures) {
    add_measure(measure.measure_id,
                {measure.attested ? 1U : 0U, measure.numerator, measure.denominator}, this);
  }
}

void VirtualGroupReports::add_result(const MeasureResult& result) {
  for (const MeasureResult::Stratum& stratum : result.strata) {
    add_counts({result.measure_id, result.collection_type, stratum.name},
               {stratum.eligible, stratum.met, stratum.not_met, stratum.exceptions}, this);
  }
}

void VirtualGroupReports::add_approval(const Reweighting& approval) {
  for (std::uint8_t category = 1; category <= scoring::kCategories; ++category) {
    if (!approval.covers(category)) continue;
    std::uint32_t* tins =
        entry_of(&approvals, ApprovalKey{static_cast<std::uint8_t>(approval.reason), category});
    if (tins != nullptr) ++*tins;
  }
}

void VirtualGroupReports::add(const VirtualGroupReports& other) {
  tins_reporting += other.tins_reporting;
  tins_with_cehrt_id += other.tins_with_cehrt_id;
  add_period(other.tins_with_period, other.period_days_least, this);
  for (const auto& [id, measure] : other.interoperability) add_measure(id, measure, this);
  for (const auto& [key, counts] : other.results) add_counts(key, counts, this);
  for (const auto& [key, tins] : other.approvals) {
    std::uint32_t* sum = entry_of(&approvals, key);
    if (sum != nullptr) *sum += tins;
  }
}

void VirtualGroupReports::put_interoperability_into(scoring::ScoreInput* input) const {
  scoring::InteroperabilityReport& out = input->interoperability;
  out.reported = tins_reporting > 0;
  out.has_cehrt_id = out.reported && tins_with_cehrt_id == tins_reporting;
  if (tins_with_period == tins_reporting) {
    out.period_days = static_cast<std::int32_t>(period_days_least);
  }
  for (const auto& [id, measure] : interoperability) {
    const auto* definition = input->rules->year_rules->find_interoperability_measure(id);
    if (definition == nullptr || out.rows.size() == out.rows.capacity()) continue;
    out.rows.push_back({definition, measure.tins_attesting == tins_reporting,
                        static_cast<std::int64_t>(measure.numerator),
                        static_cast<std::int64_t>(measure.denominator)});
  }
}

void VirtualGroupReports::put_into(std::uint32_t tins, scoring::ScoreInput* input) const {
  put_interoperability_into(input);
  // Keys are in order of measure and collection type, so that strata of one stand together.
  for (auto next = results.begin(); next != results.end();) {
    MeasureResult whole;
    whole.measure_id = next->first.measure_id;
    whole.collection_type = next->first.collection_type;
    for (; next != results.end() && next->first.measure_id == whole.measure_id &&
           next->first.collection_type == whole.collection_type;
         ++next) {
      const Counts& counts = next->second;
      whole.strata.push_back({next->first.stratum, narrow(counts.eligible), narrow(counts.met),
                              narrow(counts.not_met), narrow(counts.exceptions)});
    }
    ledger::add_result(whole, input);
  }
  for (const auto& [key, granted] : approvals) {
    if (tins == 0 || granted != tins) continue;
    input->profile.reweight(static_cast<scoring::Category>(key.second - 1),
                            static_cast<scoring::ReweightReason>(key.first));
  }
}

void VirtualGroupReports::encode(ByteWriter* writer) const {
  QCDR_ASSERT(is_sound(*this));
  for (const std::uint32_t number :
       {tins_reporting, tins_with_cehrt_id, tins_with_period, period_days_least}) {
    writer->varint(number);
  }
  writer->varint(interoperability.size());
  for (const auto& [id, measure] : interoperability) {
    writer->text(id);
    for (const std::uint64_t number :
         {std::uint64_t{measure.tins_attesting}, measure.numerator, measure.denominator}) {
      writer->varint(number);
    }
  }
  writer->varint(results.size());
  for (const auto& [key, counts] : results) {
    for (const std::string* text : {&key.measure_id, &key.collection_type, &key.stratum}) {
      writer->text(*text);
    }
    for (const std::uint64_t number :
         {counts.eligible, counts.met, counts.not_met, counts.exceptions}) {
      writer->varint(number);
    }
  }
  writer->varint(approvals.size());
  for (const auto& [key, tins] : approvals) {
    writer->u8(key.first);
    writer->u8(key.second);
    writer->varint(tins);
  }
}

Result<VirtualGroupReports> VirtualGroupReports::decode(ByteReader* reader) {
  const auto number = [reader] { return static_cast<std::uint32_t>(reader->varint()); };
  VirtualGroupReports reports;
  for (std::uint32_t* field : {&reports.tins_reporting, &reports.tins_with_cehrt_id,
                               &reports.tins_with_period, &reports.period_days_least}) {
    *field = number();
  }
  const std::uint64_t measures = reader->varint();
  if (measures > kEntriesMax) return malformed();
  for (std::uint64_t i = 0; i < measures; ++i) {
    std::string id(reader->text());
    Interoperability& measure = reports.interoperability[std::move(id)];
    measure.tins_attesting = number();
    measure.numerator = reader->varint();
    measure.denominator = reader->varint();
  }
  const std::uint64_t results = reader->varint();
  if (results > kEntriesMax) return malformed();
  for (std::uint64_t i = 0; i < results; ++i) {
    ResultKey key;
    for (std::string* text : {&key.measure_id, &key.collection_type, &key.stratum}) {
      *text = std::string(reader->text());
    }
    Counts& counts = reports.results[std::move(key)];
    for (std::uint64_t* field :
         {&counts.eligible, &counts.met, &counts.not_met, &counts.exceptions}) {
      *field = reader->varint();
    }
  }
  const std::uint64_t approvals = reader->varint();
  if (approvals > kEntriesMax) return malformed();
  for (std::uint64_t i = 0; i < approvals; ++i) {
    const std::uint8_t reason = reader->u8();
    const std::uint8_t category = reader->u8();
    if (!is_reason(reason) || !is_category(category)) return malformed();
    reports.approvals[{reason, category}] = number();
  }
  // An entry twice would be one entry less.
  const bool each_once = reports.interoperability.size() == measures &&
                         reports.results.size() == results && reports.approvals.size() == approvals;
  if (!reader->ok() || !each_once || !is_sound(reports)) return malformed();
  return reports;
}

void VirtualGroupReports::write(v1::VirtualGroupReports* message) const {
  QCDR_ASSERT(is_sound(*this));
  message->set_tins_reporting(tins_reporting);
  message->set_tins_with_cehrt_id(tins_with_cehrt_id);
  message->set_tins_with_period(tins_with_period);
  message->set_period_days_least(period_days_least);
  for (const auto& [id, measure] : interoperability) {
    auto* out = message->add_interoperability();
    out->set_measure_id(id);
    out->set_tins_attesting(measure.tins_attesting);
    out->set_numerator(measure.numerator);
    out->set_denominator(measure.denominator);
  }
  for (const auto& [key, counts] : results) {
    auto* out = message->add_results();
    out->set_measure_id(key.measure_id);
    out->set_collection_type(key.collection_type);
    out->set_stratum(key.stratum);
    out->set_eligible(counts.eligible);
    out->set_met(counts.met);
    out->set_not_met(counts.not_met);
    out->set_exceptions(counts.exceptions);
  }
  for (const auto& [key, tins] : approvals) {
    auto* out = message->add_approvals();
    out->set_reason(key.first);
    out->set_category(key.second);
    out->set_tins(tins);
  }
}

Result<VirtualGroupReports> VirtualGroupReports::read(const v1::VirtualGroupReports& message) {
  VirtualGroupReports reports;
  reports.tins_reporting = message.tins_reporting();
  reports.tins_with_cehrt_id = message.tins_with_cehrt_id();
  reports.tins_with_period = message.tins_with_period();
  reports.period_days_least = message.period_days_least();
  for (const auto& each : message.interoperability()) {
    reports.interoperability[each.measure_id()] = {each.tins_attesting(), each.numerator(),
                                                   each.denominator()};
  }
  for (const auto& each : message.results()) {
    reports.results[{each.measure_id(), each.collection_type(), each.stratum()}] = {
        each.eligible(), each.met(), each.not_met(), each.exceptions()};
  }
  for (const auto& each : message.approvals()) {
    if (!is_reason(each.reason()) || !is_category(each.category())) return malformed();
    reports.approvals[{static_cast<std::uint8_t>(each.reason()),
                       static_cast<std::uint8_t>(each.category())}] = each.tins();
  }
  const auto size = [](const auto& repeated) { return static_cast<std::size_t>(repeated.size()); };
  const bool each_once = reports.interoperability.size() == size(message.interoperability()) &&
                         reports.results.size() == size(message.results()) &&
                         reports.approvals.size() == size(message.approvals());
  if (!each_once || !is_sound(reports)) return malformed();
  return reports;
}

}  // namespace qcdr::ledger

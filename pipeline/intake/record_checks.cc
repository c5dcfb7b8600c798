#include "intake/record_checks.h"

#include <algorithm>

#include "intake/record_reader.h"
#include "intake/text.h"
#include "rulebook/deadline_names.h"

namespace qcdr::intake::checks {

using google::protobuf::Message;

namespace {

template <class Fact>
const Fact& as(const Message& fact) {
  return dynamic_cast<const Fact&>(fact);
}

// Dates of 0 are open.
void check_period(RecordReader& reader, std::int32_t first, std::int32_t last,
                  std::string_view first_name, std::string_view last_name) {
  if (first == 0 || last == 0 || first <= last) return;
  reader.complain(FindingCode::PERIOD_REVERSED, last_name,
                  {std::string(first_name), std::string(last_name)});
}

// "IA_PSPA_7", "PI_EP_1": letters, digits and '_' after the prefix.
bool has_id_form(std::string_view text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix || text.size() == prefix.size()) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '_' || is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

bool is_measure_id(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
}

void check_counts(RecordReader& reader, const v1::MeasureResult& result, std::string_view field) {
  for (const v1::StratumCount& count : result.strata()) {
    const std::uint64_t reported =
        std::uint64_t{count.performance_met()} + count.performance_not_met() + count.exceptions();
    if (reported <= count.eligible_population()) continue;
    return reader.complain(FindingCode::COUNTS_DISAGREE, field,
                           {"the sum of met, not met and exceptions", "eligible_population"});
  }
}

void check_strata(RecordReader& reader, const v1::MeasureResult& result,
                  const rulebook::Measure& measure) {
  if (measure.strata.empty()) return;
  std::string list;
  for (const std::string& stratum : measure.strata) {
    list.append(list.empty() ? "" : ", ").append(stratum);
  }
  for (const v1::StratumCount& count : result.strata()) {
    const bool known = std::find(measure.strata.begin(), measure.strata.end(), count.stratum()) !=
                       measure.strata.end();
    if (known) continue;
    return reader.complain(FindingCode::STRATUM_UNKNOWN, "strata", {measure.id, list});
  }
}

}  // namespace

void roster_entry(const Message& fact, RecordReader& reader) {
  const auto& entry = as<v1::RosterEntry>(fact);
  if (entry.start_date() != 0 && entry.end_date() != 0 && entry.end_date() < entry.start_date()) {
    reader.complain(FindingCode::ROSTER_END_BEFORE_START, "end_date");
  }
}

void role_grant(const Message& fact, RecordReader& reader) {
  const auto& grant = as<v1::RoleGrant>(fact);
  const bool by_tin = grant.organisation() == v1::RoleGrant::ORGANISATION_PRACTICE ||
                      grant.organisation() == v1::RoleGrant::ORGANISATION_INDIVIDUAL;
  const std::string_view needed = by_tin ? "tin" : "organisation_id";
  if (!reader.given(needed)) {
    reader.complain(FindingCode::FIELD_MISSING, needed, {std::string(needed)});
  }
}

// Who said no is confirmed by name, or the person who confirms may not have seen the name.
void confirmation(const Message& fact, RecordReader& reader) {
  const auto& confirmation = as<v1::Confirmation>(fact);
  if (confirmation.subject() != v1::Confirmation::SUBJECT_GROUP_COVERS_OPTED_OUT) return;
  if (confirmation.confirmed() && confirmation.npis().empty()) {
    reader.complain(FindingCode::FIELD_MISSING, "npis", {"npis"});
  }
}

void individual_consent(const Message& fact, RecordReader& reader) {
  const auto& consent = as<v1::IndividualConsent>(fact);
  check_period(reader, consent.effective_from(), consent.expires_on(), "effective_from",
               "expires_on");
}

void activity_attestation(const Message& fact, RecordReader& reader) {
  const auto& attestation = as<v1::ActivityAttestation>(fact);
  check_period(reader, attestation.performed_from(), attestation.performed_to(), "performed_from",
               "performed_to");
  const rulebook::YearRules* rules = reader.rules();
  const std::string& id = attestation.activity_id();
  if (reader.given("activity_id") && !has_id_form(id, "IA_")) {
    reader.complain(FindingCode::VALUE_FORM, "activity_id",
                    {"activity_id", "an id like IA_PSPA_7"});
  } else if (!id.empty() && rules != nullptr && !rules->activities().empty() &&
             rules->find_activity(id) == nullptr) {
    reader.complain(FindingCode::ACTIVITY_UNKNOWN, "activity_id", {id});
  }
  if (attestation.billing_count() != 0 &&
      attestation.performing_count() > attestation.billing_count()) {
    reader.complain(FindingCode::COUNTS_DISAGREE, "performing_count",
                    {"performing_count", "billing_count"});
  }
}

void promoting_interoperability(const Message& fact, RecordReader& reader) {
  const auto& report = as<v1::PromotingInteroperability>(fact);
  check_period(reader, report.performed_from(), report.performed_to(), "performed_from",
               "performed_to");
  for (const v1::InteroperabilityMeasure& measure : report.measures()) {
    const std::string_view field = measure.has_ratio() ? "measures" : "attested";
    if (!has_id_form(measure.measure_id(), "PI_")) {
      reader.complain(FindingCode::VALUE_FORM, field, {"measure_id", "an id like PI_EP_1"});
    }
    if (measure.has_ratio() && measure.ratio().numerator() > measure.ratio().denominator()) {
      reader.complain(FindingCode::COUNTS_DISAGREE, field, {"numerator", "denominator"});
    }
  }
  if (report.measures().empty()) {
    reader.complain(FindingCode::FIELD_MISSING, "attested", {"attested or measures"});
  }
}

void measure_result(const Message& fact, RecordReader& reader) {
  const auto& result = as<v1::MeasureResult>(fact);
  check_period(reader, result.service_from(), result.service_to(), "service_from", "service_to");
  const bool one_rate = reader.given("eligible_population");
  const std::string_view field = one_rate ? "eligible_population" : "strata";
  if (one_rate == reader.given("strata")) {
    reader.complain(FindingCode::FIELD_MISSING, field, {"either the four counts or strata"});
  }
  if (one_rate && !(reader.given("performance_met") && reader.given("performance_not_met"))) {
    reader.complain(FindingCode::FIELD_MISSING, "performance_met",
                    {"performance_met and performance_not_met"});
  }
  check_counts(reader, result, field);
  if (!reader.given("measure_id")) return;
  if (!is_measure_id(result.measure_id())) {
    return reader.complain(FindingCode::VALUE_FORM, "measure_id",
                           {"measure_id", "an id like 424 or AQI56"});
  }
  if (reader.rules() == nullptr) return;
  const rulebook::Measure* measure = reader.rules()->find_measure(result.measure_id());
  if (measure == nullptr) {
    return reader.complain(FindingCode::MEASURE_UNKNOWN, "measure_id", {"measure_id"});
  }
  if (!measure->may_be_sent_by(reader.rules()->registry())) {
    reader.complain(FindingCode::MEASURE_NOT_OURS, "measure_id", {result.measure_id()});
  }
  check_strata(reader, result, *measure);
}

void billed_cases(const Message& fact, RecordReader& reader) {
  const auto& billed = as<v1::BilledCases>(fact);
  if (reader.given("month") && billed.month() == 0) {
    reader.complain(FindingCode::VALUE_FORM, "month", {"month", "a number from 1 to 12"});
  }
}

void eligibility_snapshot(const Message& fact, RecordReader& reader) {
  const auto& snapshot = as<v1::EligibilitySnapshot>(fact);
  if (reader.given("segment") && snapshot.segment() == 0) {
    reader.complain(FindingCode::VALUE_FORM, "segment", {"segment", "1 or 2"});
  }
}

void entity_membership(const Message& fact, RecordReader& reader) {
  const auto& membership = as<v1::EntityMembership>(fact);
  check_period(reader, membership.from_date(), membership.to_date(), "from_date", "to_date");
}

void cms_feedback(const Message& fact, RecordReader& reader) {
  const auto& feedback = as<v1::CmsFeedback>(fact);
  if (feedback.stage() == v1::CmsFeedback::STAGE_PREVIEW && reader.given("adjustment")) {
    reader.complain(FindingCode::VALUE_FORM, "adjustment", {"adjustment", "nothing in a preview"});
  }
}

void deadline_extension(const Message& fact, RecordReader& reader) {
  const auto& extension = as<v1::DeadlineExtension>(fact);
  if (!reader.given("deadline") || reader.rules() == nullptr) return;
  if (rulebook::is_in_calendar(*reader.rules(), extension.deadline())) return;
  reader.complain(FindingCode::DEADLINE_UNKNOWN, "deadline",
                  {"deadline", rulebook::deadline_list(*reader.rules())});
}

void audit_correction(const Message& fact, RecordReader& reader) {
  const auto& correction = as<v1::AuditCorrection>(fact);
  if (reader.given("opens_at") && reader.given("closes_at") &&
      correction.opens_at() > correction.closes_at()) {
    reader.complain(FindingCode::PERIOD_REVERSED, "closes_at", {"opens_at", "closes_at"});
  }
}

}  // namespace qcdr::intake::checks

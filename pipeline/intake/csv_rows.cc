#include "intake/csv_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "intake/identity_checks.h"
#include "intake/limits.h"
#include "intake/nacor_values.h"
#include "intake/text.h"

namespace qcdr::intake {
namespace {

constexpr std::int64_t kMillisecondsPerDay = 86'400'000;
constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kMaxPracticeDigits = 5;
constexpr std::size_t kMaxPeriodsPerPair = 16;
constexpr std::string_view kStatusActive = "ACTIVE";
constexpr std::string_view kStatusTerminated = "TERMINATED";
constexpr std::string_view kStatusLeave = "LEAVE";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() != kSha256Bytes * 2) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

}  // namespace

CsvRowReader::CsvRowReader(v1::RecordKind kind, const ParserOptions& options, TinTable& tins)
    : kind_(kind), options_(options), tins_(tins) {
  columns_.index.fill(ColumnMap::kAbsent);
}

std::string_view CsvRowReader::value(Column column) const {
  const std::size_t index = columns_.at(column);
  return index < row_->fields.size() ? trimmed(row_->fields[index].value) : std::string_view();
}

const Place& CsvRowReader::place(Column column) const {
  const std::size_t index = columns_.at(column);
  return index < row_->fields.size() ? row_->fields[index].place : row_->place;
}

void CsvRowReader::complain(FindingCode code, Column column, std::vector<std::string> parameters) {
  if (takes_row_away(code) || describe(code).severity >= FindingSeverity::ERROR) {
    row_is_lost_ = true;
  }
  if (static_cast<std::size_t>(result_->verdicts_size()) >= kMaxRowVerdicts) return;
  *result_->add_verdicts() =
      make_verdict(code, place(column), column_name(column), std::move(parameters));
}

void CsvRowReader::check_needs() {
  for (const ColumnNeed& entry : columns_of(kind_)) {
    if (entry.need == Need::kValue && value(entry.column).empty()) {
      complain(FindingCode::FIELD_MISSING, entry.column, {std::string(column_name(entry.column))});
    }
  }
}

std::optional<v1::Verdict> CsvRowReader::check_practice() {
  const std::string_view text = value(Column::kPracticeId);
  if (text.empty()) return std::nullopt;
  // Leading zeros get lost in spreadsheets, so practice ids are compared as numbers.
  const std::optional<std::uint32_t> number = small_number(text, kMaxPracticeDigits);
  if (!number.has_value()) {
    complain(FindingCode::VALUE_FORM, Column::kPracticeId, {"practice_id", "three to five digits"});
    return std::nullopt;
  }
  if (PracticeId(*number) == options_.practice) return std::nullopt;
  return make_verdict(FindingCode::PRACTICE_MISMATCH, place(Column::kPracticeId), "practice_id",
                      {"practice_id"});
}

void CsvRowReader::check_year() {
  const std::string_view text = value(Column::kPerformanceYear);
  if (text.empty()) return;
  if (text != std::to_string(options_.year.value())) {
    complain(FindingCode::ROW_YEAR_MISMATCH, Column::kPerformanceYear,
             {std::to_string(options_.year.value())});
  }
}

std::uint32_t CsvRowReader::read_tin() {
  const std::string_view text = value(Column::kTin);
  if (text.empty()) return 0;
  const TinReading reading = read_csv_tin(text, row_->fields[columns_.at(Column::kTin)].quoted);
  if (const auto wrong = check_tin_text(reading.tin, options_.test_mode)) {
    std::vector<std::string> parameters;
    if (*wrong == FindingCode::TIN_FORMAT) parameters.emplace_back("tin");
    complain(*wrong, Column::kTin, std::move(parameters));
    return 0;
  }
  if (reading.repaired.has_value()) complain(*reading.repaired, Column::kTin, {"tin"});
  bool is_new = false;
  const std::uint32_t number = tins_.number_of(reading.tin, &is_new);
  if (is_new && has_unusual_prefix(reading.tin)) {
    complain(FindingCode::TIN_PREFIX_UNUSUAL, Column::kTin);
  }
  return number;
}

Npi CsvRowReader::read_npi() {
  Npi npi;
  const std::string_view text = value(Column::kNpi);
  if (text.empty()) return npi;
  if (const auto wrong = check_npi_text(text, options_.test_mode, &npi)) {
    complain(*wrong, Column::kNpi, {"npi"});
  }
  return npi;
}

std::int32_t CsvRowReader::read_date(Column column) {
  const std::string_view text = value(column);
  if (text.empty()) return 0;
  const Result<LocalDate> date = LocalDate::parse(text);
  if (date.is_ok()) return date.value().days();
  complain(FindingCode::VALUE_FORM, column,
           {std::string(column_name(column)), "a date like 2022-11-08"});
  return 0;
}

std::string CsvRowReader::read_name(Column column) {
  const std::string_view text = value(column);
  if (text.size() > kMaxNameBytes) {
    complain(FindingCode::TEXT_TOO_LONG, column,
             {std::string(column_name(column)), std::to_string(kMaxNameBytes)});
    return {};
  }
  return std::string(text);
}

std::int64_t CsvRowReader::read_signed_at() {
  const std::string_view text = value(Column::kSignedAt);
  if (text.empty()) return 0;
  std::int64_t milliseconds = 0;
  if (const Result<LocalDate> date = LocalDate::parse(text); date.is_ok()) {
    // A date alone means its first moment anywhere in America or before.
    milliseconds = std::int64_t{date.value().days()} * kMillisecondsPerDay;
  } else if (const Result<Instant> instant = Instant::parse(text); instant.is_ok()) {
    milliseconds = instant.value().milliseconds();
  } else {
    complain(FindingCode::VALUE_FORM, Column::kSignedAt,
             {"signed_at", "a date like 2023-01-19 or an instant like 2023-01-19T15:00:00-06:00"});
    return 0;
  }
  if (options_.received_at.has_value() && milliseconds > options_.received_at->milliseconds()) {
    complain(FindingCode::SIGNATURE_AFTER_RECEIPT, Column::kSignedAt);
  }
  return milliseconds;
}

std::string CsvRowReader::read_document_hash() {
  const std::string_view text = value(Column::kDocumentSha256);
  if (text.empty()) return {};
  const std::optional<std::string> bytes = from_hex(text);
  if (bytes.has_value()) return *bytes;
  complain(FindingCode::VALUE_FORM, Column::kDocumentSha256,
           {"document_sha256", "64 hexadecimal digits"});
  return {};
}

v1::ConsentAction CsvRowReader::read_action() {
  const std::string action = upper(value(Column::kAction));
  if (action == "GRANT") return v1::CONSENT_ACTION_GRANT;
  if (action == "REVOKE") return v1::CONSENT_ACTION_REVOKE;
  if (!action.empty()) {
    complain(FindingCode::VALUE_NOT_IN_LIST, Column::kAction, {"action", "GRANT, REVOKE"});
  }
  return v1::CONSENT_ACTION_UNSPECIFIED;
}

void CsvRowReader::read_roster_entry(v1::Row* result) {
  v1::RosterEntry entry;
  entry.set_tin(read_tin());
  entry.set_npi(read_npi().value());
  entry.set_last_name(read_name(Column::kLastName));
  entry.set_first_name(read_name(Column::kFirstName));
  entry.set_start_date(read_date(Column::kStartDate));
  entry.set_end_date(read_date(Column::kEndDate));
  if (entry.start_date() != 0 && entry.end_date() != 0 && entry.end_date() < entry.start_date()) {
    complain(FindingCode::ROSTER_END_BEFORE_START, Column::kEndDate);
  }
  const std::string_view credential = value(Column::kCredential);
  if (const auto type = clinician_type(credential)) {
    entry.set_clinician_type(*type);
  } else if (!credential.empty()) {
    complain(FindingCode::ROSTER_CREDENTIAL_UNKNOWN, Column::kCredential, {credential_list()});
  }
  read_status(entry.end_date() != 0);
  if (row_is_lost_) return;
  check_repeated_pair(entry);
  *result->mutable_roster_entry() = std::move(entry);
}

void CsvRowReader::read_status(bool has_end) {
  const std::string status = upper(value(Column::kStatus));
  if (status.empty() || status == kStatusActive || status == kStatusLeave) return;
  if (status != kStatusTerminated) {
    complain(FindingCode::ROSTER_STATUS_UNKNOWN, Column::kStatus, {"ACTIVE, LEAVE, TERMINATED"});
  } else if (!has_end) {
    complain(FindingCode::ROSTER_TERMINATED_WITHOUT_END, Column::kStatus);
  }
}

void CsvRowReader::check_repeated_pair(const v1::RosterEntry& entry) {
  const Result<TinToken> token = TinToken::from_string(tins_.entry(entry.tin()).token());
  QCDR_ASSERT(token.is_ok());
  const std::uint64_t key =
      (std::uint64_t{token.value().leading_bits()} << 32 | token.value().second_bits()) ^
      entry.npi();
  std::vector<Period>& periods = pairs_[key];
  Period period{entry.start_date(), entry.end_date(), row_->place.line};
  if (period.last == 0) period.last = std::numeric_limits<std::int32_t>::max();
  for (const Period& other : periods) {
    if (period.first > other.last || other.first > period.last) continue;
    complain(FindingCode::ROSTER_PAIR_REPEATED, Column::kNpi, {std::to_string(other.line)});
    break;
  }
  if (periods.size() < kMaxPeriodsPerPair) periods.push_back(period);
}

void CsvRowReader::read_individual_consent(v1::Row* result) {
  v1::IndividualConsent consent;
  consent.set_tin(read_tin());
  consent.set_npi(read_npi().value());
  consent.set_action(read_action());
  consent.set_signer_name(read_name(Column::kSignerName));
  consent.set_signed_at(read_signed_at());
  consent.set_document_sha256(read_document_hash());
  if (!row_is_lost_) *result->mutable_individual_consent() = std::move(consent);
}

void CsvRowReader::read_officer_consent(v1::Row* result) {
  v1::OfficerConsent consent;
  consent.set_tin(read_tin());
  consent.set_action(read_action());
  consent.set_signer_name(read_name(Column::kSignerName));
  consent.set_signed_at(read_signed_at());
  consent.set_document_sha256(read_document_hash());
  if (!row_is_lost_) *result->mutable_officer_consent() = std::move(consent);
}

void CsvRowReader::read_reporting_option(v1::Row* result) {
  v1::ReportingOption option;
  option.set_tin(read_tin());
  const std::string level = upper(value(Column::kLevel));
  if (level == "INDIVIDUAL") {
    option.set_level(v1::REPORTING_LEVEL_INDIVIDUAL);
  } else if (level == "GROUP") {
    option.set_level(v1::REPORTING_LEVEL_GROUP);
  } else if (level == "BOTH") {
    option.set_level(v1::REPORTING_LEVEL_BOTH);
  } else if (!level.empty()) {
    complain(FindingCode::VALUE_NOT_IN_LIST, Column::kLevel, {"level", "INDIVIDUAL, GROUP, BOTH"});
  }
  const std::string pathway = upper(value(Column::kPathway));
  if (pathway == "TRADITIONAL") {
    option.set_pathway(v1::PATHWAY_TRADITIONAL);
  } else if (pathway == "APP") {
    option.set_pathway(v1::PATHWAY_APP);
  } else if (pathway == "MVP") {
    option.set_pathway(v1::PATHWAY_MVP);
  } else if (!pathway.empty()) {
    complain(FindingCode::VALUE_NOT_IN_LIST, Column::kPathway,
             {"pathway", "TRADITIONAL, APP, MVP"});
  }
  option.set_elected_by(read_name(Column::kElectedBy));
  if (!row_is_lost_) *result->mutable_reporting_option() = std::move(option);
}

std::optional<v1::Verdict> CsvRowReader::read(const CsvRow& row, v1::Row* result) {
  row_ = &row;
  result_ = result;
  row_is_lost_ = false;
  check_needs();
  if (std::optional<v1::Verdict> refusal = check_practice()) return refusal;
  check_year();
  switch (kind_) {
    case v1::RECORD_KIND_ROSTER_ENTRY:
      read_roster_entry(result);
      break;
    case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
      read_individual_consent(result);
      break;
    case v1::RECORD_KIND_OFFICER_CONSENT:
      read_officer_consent(result);
      break;
    default:
      QCDR_ASSERT(kind_ == v1::RECORD_KIND_REPORTING_OPTION);
      read_reporting_option(result);
  }
  return std::nullopt;
}

}  // namespace qcdr::intake

// How score rows look as text, CSV and JSON.
#include <fmt/core.h>

#include "cli/score_rows.h"
#include "cli/text_table.h"

namespace qcdr {
namespace {

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      continue;
    }
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string clinician_cell(const ScoreRow& row) {
  return row.group ? "(group)" : row.clinician;
}

TextTable make_table(const std::vector<ScoreRow>& rows) {
  TextTable table;
  table.column("TIN");
  table.column("Reports as");
  table.column("Clinician");
  table.column("Type");
  table.column("Consent");
  table.column("Counted", TextTable::Align::kRight);
  table.column("Held", TextTable::Align::kRight);
  table.column("Score", TextTable::Align::kRight);
  table.column("Range", TextTable::Align::kRight);
  table.column("Adjustment", TextTable::Align::kRight);
  for (const ScoreRow& row : rows) {
    table.row({row.tin, row.reports_as, clinician_cell(row), row.group ? "" : row.clinician_type,
               row.consent, std::to_string(row.cases_counted), std::to_string(row.cases_held),
               row.summary.final_score.to_fixed(2),
               row.summary.low.to_fixed(2) + " to " + row.summary.high.to_fixed(2),
               adjustment_text(row.summary.adjustment)});
  }
  return table;
}

}  // namespace

std::string adjustment_text(const scoring::PaymentAdjustment& adjustment) {
  if (adjustment.basis == scoring::AdjustmentBasis::kRange) return "positive, size set later";
  const bool positive = adjustment.percent > Decimal();
  return (positive ? "+" : "") + adjustment.percent.to_fixed(2) + " %";
}

std::string score_table_text(const std::vector<ScoreRow>& rows) {
  return make_table(rows).to_text();
}

std::string score_table_csv(const std::vector<ScoreRow>& rows) {
  return make_table(rows).to_csv();
}

std::string score_table_json(const std::vector<ScoreRow>& rows) {
  std::string json = "[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ScoreRow& row = rows[i];
    const scoring::PaymentAdjustment& adjustment = row.summary.adjustment;
    json += i == 0 ? "\n" : ",\n";
    json += fmt::format(
        "  {{\"practice\": {}, \"performanceYear\": {}, \"tin\": {}, \"reportsAs\": {}, "
        "\"entity\": \"{}\", \"clinician\": {}, \"clinicianType\": {}, \"consent\": {}, "
        "\"casesCounted\": {}, \"casesHeld\": {}, \"score\": {}, \"low\": {}, \"high\": {}, "
        "\"paymentAdjustment\": {{\"percent\": {}, \"low\": {}, \"high\": {}}}}}",
        row.practice.value(), row.year.value(), json_text(row.tin), json_text(row.reports_as),
        row.group ? "group" : "individual", row.group ? "null" : json_text(row.clinician),
        row.group ? "null" : json_text(row.clinician_type), json_text(row.consent),
        row.cases_counted, row.cases_held, row.summary.final_score.to_string(),
        row.summary.low.to_string(), row.summary.high.to_string(), adjustment.percent.to_string(),
        adjustment.low.to_string(), adjustment.high.to_string());
  }
  return json + "\n]\n";
}

}  // namespace qcdr

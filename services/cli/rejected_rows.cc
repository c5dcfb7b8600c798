#include "cli/rejected_rows.h"

#include <algorithm>

#include "core/finding_codes.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"
#include "stream/sealed_blob.h"

namespace qcdr {
namespace {

constexpr std::size_t kSliceBytes = 256 * 1024;

void add_cell(std::string_view cell, bool first, std::string* line) {
  if (!first) line->push_back(',');
  const bool plain = cell.find_first_of(",\"\r\n") == std::string_view::npos &&
                     (cell.empty() || (cell.front() != ' ' && cell.back() != ' '));
  if (plain) {
    line->append(cell);
    return;
  }
  line->push_back('"');
  for (const char c : cell) {
    if (c == '"') line->push_back('"');
    line->push_back(c);
  }
  line->push_back('"');
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : " | ").append(part);
  return text;
}

void add_once(std::string text, std::vector<std::string>* list) {
  if (text.empty() || std::find(list->begin(), list->end(), text) != list->end()) return;
  list->push_back(std::move(text));
}

}  // namespace

void RejectedRows::Notes::add(std::uint32_t code, const std::vector<std::string>& parameters) {
  const FindingDescription* description = find_finding(code);
  if (description == nullptr || description->severity < FindingSeverity::WARNING) return;
  takes_row_away = takes_row_away || description->effect == FindingEffect::ROW_NOT_USED;
  add_once(print_code(code), &codes);
  add_once(finding_message(code, parameters), &messages);
  add_once(std::string(description->hint), &hints);
}

void RejectedRows::add(const v1::Finding& finding) {
  if (!finding.has_ordinal()) return;
  found_[finding.ordinal()].add(finding.code(),
                                {finding.parameters().begin(), finding.parameters().end()});
}

void RejectedRows::begin(std::span<const std::string> columns) {
  std::string line;
  for (const std::string_view added :
       {intake::kCodeColumn, intake::kMessageColumn, intake::kHintColumn}) {
    add_cell(added, line.empty(), &line);
  }
  for (const std::string& column : columns) {
    if (intake::is_added_column(column)) continue;
    columns_.push_back(column);
    add_cell(column, false, &line);
  }
  csv_ = line + "\r\n";
}

// The files of an archive may have their columns in another order.
void RejectedRows::source(intake::SourceRow row) {
  if (columns_.empty()) begin(row.columns);
  cells_.assign(columns_.size(), std::string());
  std::vector<std::string> beyond;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i >= row.columns.size()) {
      beyond.push_back(std::move(row.cells[i]));
      continue;
    }
    const auto place = std::find(columns_.begin(), columns_.end(), row.columns[i]);
    if (place == columns_.end()) continue;
    cells_[static_cast<std::size_t>(place - columns_.begin())] = std::move(row.cells[i]);
  }
  for (std::string& cell : beyond) cells_.push_back(std::move(cell));
}

void RejectedRows::write(const Notes& notes) {
  if (rows_ >= kRejectedRowsMax || csv_.size() > kRejectedBytesMax) {
    ++left_out_;
    return;
  }
  ++rows_;
  std::string line;
  add_cell(joined(notes.codes), true, &line);
  add_cell(joined(notes.messages), false, &line);
  add_cell(joined(notes.hints), false, &line);
  for (const std::string& cell : cells_) add_cell(cell, false, &line);
  csv_ += line + "\r\n";
}

Status RejectedRows::row(v1::Row row, const intake::TinTable&) {
  Notes notes;
  const auto found = found_.find(row.ordinal());
  if (found != found_.end()) notes = found->second;
  for (const v1::Verdict& verdict : row.verdicts()) {
    notes.add(verdict.code(), {verdict.parameters().begin(), verdict.parameters().end()});
  }
  const bool rejected = row.fact_case() == v1::Row::FACT_NOT_SET || notes.takes_row_away;
  if (rejected || kind_ == v1::RECORD_KIND_ROSTER_ENTRY) write(notes);
  return Status::ok();
}

Status parse_upload(stream::BlobStore& blobs, KeyRing& keys, const v1::Upload& upload,
                    Instant received_at, intake::RowSink& sink) {
  const PracticeId practice(upload.practice_id());
  const PerformanceYear year(upload.performance_year());
  QCDR_ASSIGN_OR_RETURN(auto blob, blobs.open(upload.blob_reference()));
  QCDR_ASSIGN_OR_RETURN(const auto reader,
                        stream::open_sealed_blob(std::move(blob), [&](const std::string& key_id) {
                          return keys.data_key(practice, year, key_id);
                        }));
  intake::ParserOptions options;
  options.practice = practice;
  options.year = year;
  options.rules = rulebook::find_record_year(rulebook::Rulebook::built_in(), year);
  options.test_mode = upload.test_mode();
  options.received_at = received_at;
  QCDR_ASSIGN_OR_RETURN(const auto parser,
                        intake::make_parser(upload.kind(), upload.format(), options, keys, sink));
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, reader->read(kSliceBytes));
    if (bytes.empty()) return parser->finish();
    QCDR_RETURN_IF_ERROR(parser->feed(bytes));
  }
}

Result<std::string> rejected_rows_csv(stream::BlobStore& blobs, KeyRing& keys,
                                      const v1::Upload& upload, Instant received_at,
                                      const std::vector<v1::Finding>& findings) {
  RejectedRows rejected(upload.kind());
  for (const v1::Finding& finding : findings) rejected.add(finding);
  const Status read = parse_upload(blobs, keys, upload, received_at, rejected);
  if (read.code() == ErrorCode::kInvalidArgument || read.code() == ErrorCode::kLimitExceeded) {
    return Status(ErrorCode::kFailedPrecondition,
                  "the file was refused as a whole: correct it and send all of it again");
  }
  QCDR_RETURN_IF_ERROR(read);
  return rejected.csv();
}

}  // namespace qcdr

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

RejectedRows::RejectedRows(v1::RecordKind kind, std::size_t first) : kind_(kind), first_(first) {}

void RejectedRows::add(const v1::Finding& finding) {
  if (!finding.has_ordinal()) return;
  found_[finding.ordinal()].add(finding.code(),
                                {finding.parameters().begin(), finding.parameters().end()});
}

void RejectedRows::judge_from(std::uint32_t ordinal, RowJudge* judge) {
  judge_ = judge;
  judged_from_ = ordinal;
  chunks_ = std::make_unique<intake::ChunkBuilder>(
      [this](std::uint32_t first_ordinal, v1::ChunkRows rows) {
        return judge_rows(first_ordinal, std::move(rows));
      });
}

std::size_t RejectedRows::column(const std::string& name) {
  const auto place = std::find(columns_.begin(), columns_.end(), name);
  if (place == columns_.end()) columns_.push_back(name);
  return static_cast<std::size_t>(place - columns_.begin());
}

// The files of an archive may have other columns, in another order.
void RejectedRows::source(intake::SourceRow row) {
  record_ = Record();
  for (const std::string& name : row.columns) {
    if (!intake::is_added_column(name)) column(name);
  }
  record_.cells.resize(columns_.size());
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i >= row.columns.size()) {
      record_.beyond.push_back(std::move(row.cells[i]));
    } else if (!intake::is_added_column(row.columns[i])) {
      record_.cells[column(row.columns[i])] = std::move(row.cells[i]);
    }
  }
}

void RejectedRows::write(const Notes& notes, const Record& record) {
  if (passed_over_ < first_) {
    ++passed_over_;
    return;
  }
  if (lines_.size() >= kRejectedRowsMax || bytes_ > kRejectedBytesMax) {
    ++left_;
    return;
  }
  Line line;
  add_cell(joined(notes.codes), true, &line.text);
  add_cell(joined(notes.messages), false, &line.text);
  add_cell(joined(notes.hints), false, &line.text);
  for (const std::string& cell : record.cells) add_cell(cell, false, &line.text);
  for (const std::string& cell : record.beyond) add_cell(cell, false, &line.beyond);
  line.columns = record.cells.size();
  bytes_ += line.text.size() + line.beyond.size();
  lines_.push_back(std::move(line));
}

std::string RejectedRows::csv() const {
  if (columns_.empty()) return {};
  std::string text;
  for (const std::string_view added :
       {intake::kCodeColumn, intake::kMessageColumn, intake::kHintColumn}) {
    add_cell(added, text.empty(), &text);
  }
  for (const std::string& column : columns_) add_cell(column, false, &text);
  text += "\r\n";
  for (const Line& line : lines_) {
    text += line.text;
    text.append(columns_.size() - line.columns, ',');
    text += line.beyond + "\r\n";
  }
  return text;
}

void RejectedRows::decide(const v1::Row& row, const Record& record) {
  Notes notes;
  const auto found = found_.find(row.ordinal());
  if (found != found_.end()) notes = std::move(found->second);
  for (const v1::Verdict& verdict : row.verdicts()) {
    notes.add(verdict.code(), {verdict.parameters().begin(), verdict.parameters().end()});
  }
  const bool rejected = row.fact_case() == v1::Row::FACT_NOT_SET || notes.takes_row_away;
  if (rejected || kind_ == v1::RECORD_KIND_ROSTER_ENTRY) write(notes, record);
  if (found != found_.end()) found_.erase(found);
}

Status RejectedRows::row(v1::Row row, const intake::TinTable& tins) {
  if (judge_ == nullptr) {
    decide(row, record_);
    return Status::ok();
  }
  waiting_.push_back({row, record_});
  return chunks_->row(std::move(row), tins);
}

// All rows of a chunk are judged before any of them is decided.
Status RejectedRows::judge_rows(std::uint32_t first_ordinal, v1::ChunkRows rows) {
  const auto count = static_cast<std::size_t>(rows.rows_size());
  if (first_ordinal + count > judged_from_) {
    QCDR_RETURN_IF_ERROR(judge_->judge(first_ordinal, std::move(rows),
                                       [this](std::uint32_t ordinal, std::uint32_t code,
                                              const std::vector<std::string>& parameters) {
                                         if (ordinal >= judged_from_)
                                           found_[ordinal].add(code, parameters);
                                       }));
  }
  for (std::size_t i = 0; i < count; ++i) {
    decide(waiting_.front().row, waiting_.front().record);
    waiting_.pop_front();
  }
  return Status::ok();
}

Status RejectedRows::finish() {
  return chunks_ == nullptr ? Status::ok() : chunks_->flush();
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

namespace {

// Row of the last published finding, when the published ones are not all that there are.
std::optional<std::uint32_t> published_to(const UploadView& upload,
                                          const std::vector<v1::Finding>& findings) {
  std::uint64_t all = 0;
  if (upload.outcome) {
    for (const v1::FindingCount& count : upload.outcome->findings()) all += count.count();
  }
  if (all <= findings.size()) return std::nullopt;
  std::uint32_t last = 0;
  for (const v1::Finding& finding : findings) last = std::max(last, finding.ordinal());
  return last;
}

}  // namespace

Result<RejectedPage> rejected_rows_page(const RejectedSource& source, const UploadView& upload,
                                        const std::vector<v1::Finding>& findings,
                                        std::size_t first) {
  RejectedRows rejected(upload.upload.kind(), first);
  for (const v1::Finding& finding : findings) rejected.add(finding);
  const auto last = published_to(upload, findings);
  if (last && source.judge != nullptr) rejected.judge_from(*last, source.judge);
  const Status read =
      parse_upload(source.blobs, source.keys, upload.upload, upload.received_at, rejected);
  if (read.code() == ErrorCode::kInvalidArgument || read.code() == ErrorCode::kLimitExceeded) {
    return Status(ErrorCode::kFailedPrecondition,
                  "the file was refused as a whole: correct it and send all of it again");
  }
  QCDR_RETURN_IF_ERROR(read);
  QCDR_RETURN_IF_ERROR(rejected.finish());
  return RejectedPage{rejected.csv(), first, rejected.rows(), rejected.left()};
}

std::string rows_left_text(const RejectedPage& page) {
  if (page.left == 0) return {};
  return std::to_string(page.left) + " more rows were not used: ask for them from row " +
         std::to_string(page.first + page.rows) + " on";
}

}  // namespace qcdr

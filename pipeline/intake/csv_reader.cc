#include "intake/csv_reader.h"

#include <algorithm>
#include <utility>

#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Bytes that need a look at the state; a run of others is copied at once.
bool is_special(char c) {
  return c == ',' || c == '"' || c == '\r' || c == '\n' || c == '\0' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void CsvReader::begin_row() {
  text_.clear();
  spans_.clear();
  faults_.clear();
  field_count_ = 0;
  row_place_ = here_;
  begin_field();
}

void CsvReader::begin_field() {
  field_ = Span{text_.size(), text_.size(), here_, false};
  state_ = State::kFieldStart;
}

void CsvReader::fault(FindingCode code, std::vector<std::string> parameters) {
  const bool known = std::any_of(faults_.begin(), faults_.end(), [&](const CsvFault& other) {
    return other.complaint.code == code;
  });
  if (known) return;
  // A mark that is not closed takes lines into its field until one comes that fits nowhere: the
  // place to look at is where it opened.
  const bool over_lines =
      code == FindingCode::CSV_QUOTE_MISPLACED && field_.place.line < here_.line;
  faults_.push_back(
      {{code, std::move(parameters)}, over_lines ? field_.place : here_, field_count_});
}

void CsvReader::append(std::string_view bytes) {
  if (field_count_ >= kMaxCsvColumns) return;
  const std::size_t room_in_field = kMaxCsvFieldBytes - (text_.size() - field_.begin);
  const std::size_t room_in_row = kMaxCsvRowBytes - std::min(kMaxCsvRowBytes, text_.size());
  if (bytes.size() > room_in_field) {
    fault(FindingCode::TEXT_TOO_LONG, {"the field", std::to_string(kMaxCsvFieldBytes)});
  } else if (bytes.size() > room_in_row) {
    fault(FindingCode::RECORD_TOO_LARGE, {std::to_string(kMaxCsvRowBytes)});
  }
  text_.append(bytes.substr(0, std::min(room_in_field, room_in_row)));
}

void CsvReader::end_field() {
  if (!utf8_.complete()) {
    fault(FindingCode::CSV_INVALID_UTF8);
    utf8_.reset();
  }
  field_.end = text_.size();
  if (field_count_ < kMaxCsvColumns) spans_.push_back(field_);
  ++field_count_;
}

Status CsvReader::end_row(bool cut_off) {
  end_field();
  const bool blank = text_.empty() && faults_.empty();
  Status status;
  if (!blank) {
    row_.fields.clear();
    for (const Span& span : spans_) {
      row_.fields.push_back({std::string_view(text_).substr(span.begin, span.end - span.begin),
                             span.place, span.quoted});
    }
    row_.field_count = field_count_;
    row_.place = row_place_;
    row_.faults = faults_;
    row_.cut_off = cut_off;
    status = handler_.csv_row(row_);
  }
  return status;
}

void CsvReader::advance(char c) {
  ++here_.byte_offset;
  const bool second_of_pair = c == '\n' && after_carriage_return_;
  after_carriage_return_ = c == '\r';
  if (c == '\r' || (c == '\n' && !second_of_pair)) {
    ++here_.line;
    here_.column = 1;
  } else if (!second_of_pair) {
    ++here_.column;
  }
}

// Copies bytes without meaning of their own, as many as there are.
std::size_t CsvReader::take_run(std::string_view bytes) {
  const auto* end = std::find_if(bytes.begin(), bytes.end(), is_special);
  const auto length = static_cast<std::size_t>(end - bytes.begin());
  if (length == 0) return 0;
  if (!utf8_.complete()) {
    fault(FindingCode::CSV_INVALID_UTF8);
    utf8_.reset();
  }
  if (state_ == State::kQuoteInQuoted) {
    fault(FindingCode::CSV_QUOTE_MISPLACED);
    state_ = State::kPlain;
  }
  if (state_ == State::kFieldStart) state_ = State::kPlain;
  append(bytes.substr(0, length));
  here_.byte_offset += length;
  here_.column += static_cast<std::uint32_t>(length);
  after_carriage_return_ = false;
  return length;
}

void CsvReader::check_encoding(char c) {
  if (c == '\0') fault(FindingCode::CSV_NUL_BYTE);
  if (utf8_.feed({&c, 1}) != Utf8Validator::kValid) fault(FindingCode::CSV_INVALID_UTF8);
}

Status CsvReader::take(char c) {
  check_encoding(c);
  const bool line_end = c == '\n' || c == '\r';
  if (state_ == State::kQuoted) {
    if (c == '"') {
      state_ = State::kQuoteInQuoted;
    } else {
      append({&c, 1});
    }
    advance(c);
    return Status::ok();
  }
  if (c == ',' || line_end) {
    // The LF of CRLF belongs to the row that the CR ended.
    if (c == '\n' && after_carriage_return_) {
      advance(c);
      begin_row();
      return Status::ok();
    }
    Status status;
    if (c == ',') {
      end_field();
    } else {
      status = end_row(false);
    }
    advance(c);
    line_end ? begin_row() : begin_field();
    return status;
  }
  return take_special(c);
}

// A quote, or a byte that is not ASCII, outside of a quoted field.
Status CsvReader::take_special(char c) {
  if (c == '"' && state_ == State::kFieldStart) {
    field_.quoted = true;
    state_ = State::kQuoted;
  } else if (c == '"' && state_ == State::kQuoteInQuoted) {
    append({&c, 1});
    state_ = State::kQuoted;
  } else {
    if (c == '"' || state_ == State::kQuoteInQuoted) fault(FindingCode::CSV_QUOTE_MISPLACED);
    append({&c, 1});
    state_ = State::kPlain;
  }
  advance(c);
  return Status::ok();
}

// Holds bytes back while they could be a mark; what turns out to be none is read as text.
Status CsvReader::skip_byte_order_mark(std::string_view* bytes) {
  while (!after_mark_ && !bytes->empty()) {
    if (bytes->front() != kByteOrderMark[mark_bytes_]) {
      after_mark_ = true;
      for (const char c : kByteOrderMark.substr(0, mark_bytes_)) QCDR_RETURN_IF_ERROR(take(c));
      return Status::ok();
    }
    bytes->remove_prefix(1);
    if (++mark_bytes_ == kByteOrderMark.size()) {
      after_mark_ = true;
      here_.byte_offset = kByteOrderMark.size();
      begin_row();
    }
  }
  return Status::ok();
}

Status CsvReader::feed(std::string_view bytes) {
  QCDR_RETURN_IF_ERROR(skip_byte_order_mark(&bytes));
  while (!bytes.empty()) {
    bytes.remove_prefix(take_run(bytes));
    if (bytes.empty()) break;
    QCDR_RETURN_IF_ERROR(take(bytes.front()));
    bytes.remove_prefix(1);
  }
  return Status::ok();
}

Status CsvReader::finish(std::optional<Place>* unterminated) {
  if (!after_mark_) {
    after_mark_ = true;
    for (const char c : kByteOrderMark.substr(0, mark_bytes_)) QCDR_RETURN_IF_ERROR(take(c));
  }
  if (state_ == State::kQuoted) {
    *unterminated = field_.place;
    return Status::ok();
  }
  return end_row(true);
}

}  // namespace qcdr::intake

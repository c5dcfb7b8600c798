// Streaming CSV after RFC 4180, with the exact place of every field.
//
// Also read: a byte order mark, line ends LF, CRLF and CR, quoted line ends and doubled quotes.
// Rows without any text are passed over. Nothing a file contains makes the reader grow beyond
// kMaxCsvRowBytes: what is longer is cut off and said so.
// Faults of a row are in the row; a quote that never ends is a fault of the file and comes from
// finish().
// Thread-safety: none. The handler outlives the reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "intake/findings.h"
#include "intake/utf8.h"

namespace qcdr::intake {

struct CsvField {
  std::string_view value;  // without quotes; valid during the call
  Place place;             // of its first byte, the quote included
  bool quoted = false;
};

struct CsvFault {
  Complaint complaint;
  Place place;
  std::size_t field = 0;  // index of the field
};

struct CsvRow {
  std::vector<CsvField> fields;  // at most kMaxCsvColumns
  std::size_t field_count = 0;   // as they stand in the file
  Place place;
  std::vector<CsvFault> faults;  // at most one of each code
  bool cut_off = false;          // the file ends here without a line end
};

class CsvHandler {
 public:
  virtual ~CsvHandler() = default;
  // A bad status ends the parse and is passed on.
  virtual Status csv_row(const CsvRow& row) = 0;
};

class CsvReader {
 public:
  explicit CsvReader(CsvHandler& handler) : handler_(handler) { begin_row(); }

  Status feed(std::string_view bytes);
  // Ends the last row. An open quote is returned in *unterminated with the place where it opened.
  Status finish(std::optional<Place>* unterminated);
  std::uint64_t bytes_read() const { return here_.byte_offset; }
  Place here() const { return here_; }

 private:
  enum class State : std::uint8_t {
    kFieldStart,
    kPlain,
    kQuoted,
    kQuoteInQuoted,  // the end of the field, or the first of two
  };
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    Place place;
    bool quoted = false;
  };

  Status take(char c);
  Status take_special(char c);
  std::size_t take_run(std::string_view bytes);
  void check_encoding(char c);
  void append(std::string_view bytes);
  void fault(FindingCode code, std::vector<std::string> parameters = {});
  void begin_row();
  void begin_field();
  void end_field();
  Status end_row(bool cut_off);
  void advance(char c);
  Status skip_byte_order_mark(std::string_view* bytes);

  CsvHandler& handler_;
  State state_ = State::kFieldStart;
  Place here_;
  std::size_t mark_bytes_ = 0;  // of a byte order mark, matched so far
  bool after_mark_ = false;
  bool after_carriage_return_ = false;
  Utf8Validator utf8_;
  std::string text_;  // of the row at hand
  std::vector<Span> spans_;
  Span field_;
  std::size_t field_count_ = 0;
  Place row_place_;
  std::vector<CsvFault> faults_;
  CsvRow row_;
};

}  // namespace qcdr::intake

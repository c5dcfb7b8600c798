#include "registry/csv_text.h"

#include "intake/csv_reader.h"

namespace qcdr::registry {
namespace {

constexpr std::size_t kBytesMax = std::size_t{64} << 20;

std::string cell_text(const std::string& cell) {
  std::string text = cell;
  if (!text.empty() && std::string_view("=+-@\t").find(text[0]) != std::string_view::npos) {
    text.insert(0, "'");
  }
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

Status fault_at(std::uint64_t line, const std::string& what) {
  return Status(ErrorCode::kInvalidArgument, "line " + std::to_string(line) + ": " + what);
}

class Collector final : public intake::CsvHandler {
 public:
  explicit Collector(const std::vector<std::string>& required) : required_(required) {}

  Status csv_row(const intake::CsvRow& row) override {
    if (!row.faults.empty()) return fault_at(row.place.line, "it is not well-formed CSV");
    if (columns_.empty()) return take_columns(row);
    if (row.field_count != columns_.size()) {
      return fault_at(row.place.line, "it has " + std::to_string(row.field_count) +
                                          " fields, not " + std::to_string(columns_.size()));
    }
    CsvRecord record;
    record.line = row.place.line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      record.cells[columns_[i]] = std::string(row.fields[i].value);
    }
    records.push_back(std::move(record));
    return Status::ok();
  }

  bool has_columns() const { return !columns_.empty(); }
  std::vector<CsvRecord> records;

 private:
  Status take_columns(const intake::CsvRow& row) {
    for (const intake::CsvField& field : row.fields) columns_.emplace_back(field.value);
    for (const std::string& name : required_) {
      if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) {
        return fault_at(row.place.line, "there is no column " + name);
      }
    }
    return Status::ok();
  }

  const std::vector<std::string>& required_;
  std::vector<std::string> columns_;
};

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ",";
    line += cell_text(cells[i]);
  }
  return line + "\r\n";
}

const std::string& CsvRecord::at(const std::string& column) const {
  static const std::string kNone;
  const auto found = cells.find(column);
  return found == cells.end() ? kNone : found->second;
}

Result<std::vector<CsvRecord>> read_csv(std::string_view bytes,
                                        const std::vector<std::string>& required) {
  if (bytes.size() > kBytesMax) return Status(ErrorCode::kLimitExceeded, "the file is too long");
  Collector collector(required);
  intake::CsvReader reader(collector);
  QCDR_RETURN_IF_ERROR(reader.feed(bytes));
  std::optional<intake::Place> unterminated;
  QCDR_RETURN_IF_ERROR(reader.finish(&unterminated));
  if (unterminated) return fault_at(unterminated->line, "a quote that is never closed");
  if (!collector.has_columns()) return fault_at(1, "there are no columns");
  return std::move(collector.records);
}

}  // namespace qcdr::registry

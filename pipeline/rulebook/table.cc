#include "rulebook/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "rulebook/document.h"

namespace qcdr::rulebook {
namespace {

constexpr std::size_t kMaximumBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaximumRows = 20'000;
constexpr std::string_view kListSeparator = "; ";

bool is_control(char character) {
  return static_cast<unsigned char>(character) < 0x20;
}

// False when a quote is not closed or stands where none may stand.
bool split_line(std::string_view line, std::vector<std::string>* cells) {
  std::size_t place = 0;
  while (true) {
    std::string& cell = cells->emplace_back();
    if (place < line.size() && line[place] == '"') {
      ++place;
      while (true) {
        if (place == line.size()) return false;
        if (line[place] == '"') {
          if (place + 1 == line.size() || line[place + 1] != '"') break;
          ++place;
        }
        cell.push_back(line[place++]);
      }
      ++place;
    } else {
      const std::size_t end = std::min(line.find(',', place), line.size());
      const std::string_view text = line.substr(place, end - place);
      if (text.find('"') != std::string_view::npos) return false;
      cell = text;
      place = end;
    }
    if (place == line.size()) return true;
    if (line[place] != ',') return false;
    ++place;
  }
}

void append_cell(std::string_view cell, std::string* out) {
  const bool quoted = cell.find_first_of(",\"") != std::string_view::npos;
  if (quoted) out->push_back('"');
  for (const char character : cell) {
    if (character == '"') out->push_back('"');
    out->push_back(is_control(character) ? ' ' : character);
  }
  if (quoted) out->push_back('"');
}

template <class Text>
std::string line_of(std::span<const Text> cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.push_back(',');
    append_cell(cells[i], &line);
  }
  line.push_back('\n');
  return line;
}

}  // namespace

Result<std::vector<TableRow>> parse_table(std::string_view path, std::string_view bytes,
                                          std::span<const std::string_view> columns) {
  if (bytes.size() > kMaximumBytes) {
    return Status(ErrorCode::kLimitExceeded,
                  fmt::format("{}: {} bytes are more than {}", path, bytes.size(), kMaximumBytes));
  }
  std::vector<TableRow> rows;
  bool header_seen = false;
  int line_number = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    ++line_number;
    if (!header_seen && line.starts_with('#')) continue;
    if (std::any_of(line.begin(), line.end(), is_control)) {
      return error_at(path, line_number, "a control character");
    }
    TableRow row{line_number, {}};
    if (!split_line(line, &row.cells)) return error_at(path, line_number, "misplaced quote");
    if (!header_seen) {
      if (!std::equal(row.cells.begin(), row.cells.end(), columns.begin(), columns.end())) {
        return error_at(path, line_number, "the column names are not those of this table");
      }
      header_seen = true;
      continue;
    }
    if (row.cells.size() != columns.size()) {
      return error_at(path, line_number,
                      fmt::format("{} cells instead of {}", row.cells.size(), columns.size()));
    }
    if (rows.size() == kMaximumRows) {
      return Status(ErrorCode::kLimitExceeded,
                    fmt::format("{}: more than {} rows", path, kMaximumRows));
    }
    rows.push_back(std::move(row));
  }
  if (!header_seen) return error_at(path, std::max(line_number, 1), "no line of column names");
  return rows;
}

std::string table_line(std::span<const std::string> cells) {
  return line_of(cells);
}
std::string table_line(std::span<const std::string_view> cells) {
  return line_of(cells);
}

std::vector<std::string> split_list(std::string_view cell) {
  std::vector<std::string> items;
  while (!cell.empty()) {
    const std::size_t end = std::min(cell.find(kListSeparator), cell.size());
    items.emplace_back(cell.substr(0, end));
    cell.remove_prefix(std::min(end + kListSeparator.size(), cell.size()));
  }
  return items;
}

std::string join_list(std::span<const std::string> items) {
  std::string cell;
  for (const std::string& item : items) {
    if (!cell.empty()) cell += kListSeparator;
    cell += item;
  }
  return cell;
}

}  // namespace qcdr::rulebook

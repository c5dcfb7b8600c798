// A table of text with aligned columns, and the same rows as CSV.
// Thread-safety: value.
#pragma once

#include <string>
#include <vector>

namespace qcdr {

class TextTable {
 public:
  enum class Align { kLeft, kRight };
  void column(std::string title, Align align = Align::kLeft);
  void row(std::vector<std::string> cells);
  std::string to_text() const;
  std::string to_csv() const;

 private:
  struct Column {
    std::string title;
    Align align;
  };
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace qcdr

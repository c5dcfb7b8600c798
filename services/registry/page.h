// Pages for people to read and print: one file without script, pictures or anything from elsewhere,
// in a structure that screen readers follow (one main heading, tables with captions and headed rows
// and columns). The same content gives the same bytes.
// Thread-safety: values, free functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qcdr::registry {

// With the characters that mean something in HTML written so that they do not.
std::string page_text(std::string_view text);
// `title` is text; `body` is HTML.
std::string whole_page(std::string_view title, std::string_view body);

// Cells are text. The first cell of each row heads it; further columns are figures, to the right,
// when `figures` says so.
class PageTable {
 public:
  PageTable(std::string caption, std::vector<std::string> columns, bool figures = false);
  void row(const std::vector<std::string>& cells);
  std::string take() const;

 private:
  std::string head_;
  std::string rows_;
  bool figures_;
};

// "<h2>...</h2>" and "<p>...</p>" of text.
std::string page_heading(std::string_view text);
std::string page_paragraph(std::string_view text);

}  // namespace qcdr::registry

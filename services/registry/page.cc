#include "registry/page.h"

#include "core/assert.h"

namespace qcdr::registry {
namespace {

// Dark on white, no colour that says something alone; on paper rows stay whole and heads repeat.
constexpr std::string_view kStyle =
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:60rem;"
    "margin:0 auto;padding:1rem}"
    "h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}"
    ".scroll{overflow-x:auto}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "caption{text-align:left;font-weight:bold;padding:.25rem 0}"
    "th,td{border:1px solid #71767a;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "thead th{background:#f0f0f0}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "@media print{body{max-width:none;padding:0;font-size:10pt}.scroll{overflow:visible}"
    "thead{display:table-header-group}tr{break-inside:avoid}h2,caption{break-after:avoid}"
    "@page{margin:18mm}}";

}  // namespace

std::string page_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string whole_page(std::string_view title, std::string_view body) {
  const std::string shown = page_text(title);
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<title>" + shown + "</title>\n<style>";
  page += kStyle;
  page += "</style>\n</head>\n<body>\n<main>\n<h1>" + shown + "</h1>\n";
  page += body;
  return page + "</main>\n</body>\n</html>\n";
}

PageTable::PageTable(std::string caption, std::vector<std::string> columns, bool figures)
    : figures_(figures) {
  head_ = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
          page_text(caption) + "\">\n<table>\n<caption>" + page_text(caption) +
          "</caption>\n<thead><tr>";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    head_ += figures && i > 0 ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    head_ += page_text(columns[i]) + "</th>";
  }
  head_ += "</tr></thead>\n<tbody>\n";
}

void PageTable::row(const std::vector<std::string>& cells) {
  QCDR_ASSERT(!cells.empty());
  rows_ += "<tr><th scope=\"row\">" + page_text(cells[0]) + "</th>";
  for (std::size_t i = 1; i < cells.size(); ++i) {
    rows_ += figures_ ? "<td class=\"n\">" : "<td>";
    rows_ += page_text(cells[i]) + "</td>";
  }
  rows_ += "</tr>\n";
}

std::string PageTable::take() const {
  return head_ + rows_ + "</tbody>\n</table>\n</div>\n";
}

std::string page_heading(std::string_view text) {
  return "<h2>" + page_text(text) + "</h2>\n";
}

std::string page_paragraph(std::string_view text) {
  return "<p>" + page_text(text) + "</p>\n";
}

}  // namespace qcdr::registry

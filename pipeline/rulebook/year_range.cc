#include "rulebook/year_range.h"

#include <fmt/core.h>

namespace qcdr::rulebook {

YearRange read_range(std::string_view text, int line, FileErrors& errors) {
  const std::size_t dash = text.find('-');
  YearRange range;
  range.first = parse_integer(text.substr(0, dash), kFirstYear, kLastYear, line, errors);
  range.last = range.first;
  if (dash == std::string_view::npos) return range;
  range.last = parse_integer(text.substr(dash + 1), kFirstYear, kLastYear, line, errors);
  if (range.last <= range.first) {
    errors.add(line, fmt::format("\"{}\" is not a range of years", text));
    range.last = range.first;
  }
  return range;
}

YearRange read_optional_range(const DocumentNode* node, FileErrors& errors) {
  if (node == nullptr) return {kFirstYear, kLastYear};
  return read_range(node->scalar, node->line, errors);
}

}  // namespace qcdr::rulebook

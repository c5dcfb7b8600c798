// Years as files name them: "2022", or "2020-2026" with both ends included.
// Thread-safety: free functions. Errors: noted in FileErrors.
#pragma once

#include <string_view>

#include "rulebook/field_reader.h"

namespace qcdr::rulebook {

inline constexpr int kFirstYear = 2017;
inline constexpr int kLastYear = 2099;

struct YearRange {
  int first = kFirstYear;
  int last = kFirstYear;
  bool contains(int year) const { return year >= first && year <= last; }
};

YearRange read_range(std::string_view text, int line, FileErrors& errors);
// The value of a key that may be absent: then every year.
YearRange read_optional_range(const DocumentNode* node, FileErrors& errors);

}  // namespace qcdr::rulebook

// The digest over what folds count by, which folding.yaml holds beside its number.
//
// Counted by are, of each year that takes cases (one with specifications): its tables of measures
// and activities, the calendars of every registry, its specifications, and the values of
// names::kFoldedParameters; and what registries there are.
// Other years only score what they are given, so a year can be added without a new generation; so
// can a value of another year in a file that has one of this year.
// SHA-256 over the files in order of path (path, a zero byte, the number of bytes in decimal, a
// zero byte, the bytes), then over the values in order of year and name (name, zero byte, year,
// zero byte, value, zero byte).
// Thread-safety: none needed, local use. Lifetime: keeps views of the files. Errors: none.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "core/crypto.h"
#include "rulebook/loaded_rulebook.h"
#include "rulebook/source_file.h"

namespace qcdr::rulebook {

class FoldingDigest {
 public:
  // A file that folds of `year` count by, should the year take cases.
  void add(const SourceFile& file, PerformanceYear year) {
    files_.emplace(file.path, Entry{file, year});
  }
  // A file that folds of any year count by.
  void add_always(const SourceFile& file) { files_.emplace(file.path, Entry{file, std::nullopt}); }
  Hash256 finish(const std::set<PerformanceYear>& years, const ParametersByYear& parameters) const;

 private:
  struct Entry {
    SourceFile file;
    std::optional<PerformanceYear> year;  // none: any
  };
  std::map<std::string_view, Entry> files_;
};

// A file as digests take it: path, a zero byte, the number of bytes in decimal, a zero byte, the
// bytes.
void update_with_file(const SourceFile& file, Sha256* hash);

}  // namespace qcdr::rulebook

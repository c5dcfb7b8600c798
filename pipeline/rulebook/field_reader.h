// Typed reading of one map of a document; unknown, missing and malformed fields are errors.
//
// All readers of a file share one FileErrors, which keeps the first error. After an error getters
// return defaults, so that callers check once at the end.
// Thread-safety: none needed, local use. Lifetime: refers to the document and the errors.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/decimal.h"
#include "core/time.h"
#include "rulebook/document.h"
#include "rulebook/rulebook.h"

namespace qcdr::rulebook {

class FileErrors {
 public:
  explicit FileErrors(std::string_view path) : path_(path) {}
  void add(int line, std::string_view message);
  const std::string& path() const { return path_; }
  bool is_ok() const { return first_.is_ok(); }
  const Status& first() const { return first_; }

 private:
  std::string path_;
  Status first_;
};

class FieldReader {
 public:
  // Notes an error when `node` is not a map.
  FieldReader(const DocumentNode& node, FileErrors& errors);

  int line() const { return node_.line; }
  bool has(std::string_view key) const;
  // Null when absent; the key counts as known from then on.
  const DocumentNode* find(std::string_view key);
  // Notes an error and returns an empty node when absent.
  const DocumentNode& require(std::string_view key);

  std::string text(std::string_view key);  // not empty
  std::string optional_text(std::string_view key);
  int integer(std::string_view key, int minimum, int maximum);
  int optional_integer(std::string_view key, int minimum, int maximum, int fallback);
  bool flag(std::string_view key);
  bool optional_flag(std::string_view key);
  Instant instant(std::string_view key);
  Citation citation(std::string_view key);  // a map: title, href, confidence
  // One of `words`, as its place among them.
  std::size_t choice(std::string_view key, std::span<const std::string_view> words);

  // Notes an error for the first key that nobody asked for.
  void finish();

 private:
  const DocumentNode& node_;
  FileErrors& errors_;
  std::vector<std::string_view> known_;
};

// Helpers for single nodes.
std::string read_word(const DocumentNode& node, FileErrors& errors);
Decimal read_decimal(const DocumentNode& node, FileErrors& errors);
int read_integer(const DocumentNode& node, int minimum, int maximum, FileErrors& errors);
int parse_integer(std::string_view text, int minimum, int maximum, int line, FileErrors& errors);

}  // namespace qcdr::rulebook

#include "rulebook/field_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace qcdr::rulebook {
namespace {

const DocumentNode& empty_node() {
  static const DocumentNode node;
  return node;
}

bool read_flag(const DocumentNode& node, FileErrors& errors) {
  if (node.kind == DocumentNode::Kind::kScalar && node.scalar == "true") return true;
  if (node.kind != DocumentNode::Kind::kScalar || node.scalar != "false") {
    errors.add(node.line, "true or false is expected");
  }
  return false;
}

}  // namespace

void FileErrors::add(int line, std::string_view message) {
  if (first_.is_ok()) first_ = error_at(path_, line, message);
}

FieldReader::FieldReader(const DocumentNode& node, FileErrors& errors)
    : node_(node), errors_(errors) {
  if (node.kind != DocumentNode::Kind::kMap) errors.add(node.line, "a map is expected");
}

bool FieldReader::has(std::string_view key) const {
  return std::any_of(node_.entries.begin(), node_.entries.end(),
                     [key](const DocumentEntry& entry) { return entry.key == key; });
}

const DocumentNode* FieldReader::find(std::string_view key) {
  known_.push_back(key);
  for (const DocumentEntry& entry : node_.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

const DocumentNode& FieldReader::require(std::string_view key) {
  const DocumentNode* node = find(key);
  if (node != nullptr) return *node;
  errors_.add(node_.line, fmt::format("\"{}\" is missing", key));
  return empty_node();
}

std::string FieldReader::text(std::string_view key) {
  const DocumentNode& node = require(key);
  return errors_.is_ok() ? read_word(node, errors_) : std::string();
}

std::string FieldReader::optional_text(std::string_view key) {
  const DocumentNode* node = find(key);
  if (node == nullptr) return {};
  if (node->kind != DocumentNode::Kind::kScalar) errors_.add(node->line, "a text is expected");
  return node->scalar;
}

int FieldReader::integer(std::string_view key, int minimum, int maximum) {
  const DocumentNode& node = require(key);
  return errors_.is_ok() ? read_integer(node, minimum, maximum, errors_) : minimum;
}

int FieldReader::optional_integer(std::string_view key, int minimum, int maximum, int fallback) {
  return has(key) ? integer(key, minimum, maximum) : fallback;
}

bool FieldReader::flag(std::string_view key) {
  const DocumentNode& node = require(key);
  return errors_.is_ok() && read_flag(node, errors_);
}

bool FieldReader::optional_flag(std::string_view key) {
  return has(key) && flag(key);
}

Instant FieldReader::instant(std::string_view key) {
  const DocumentNode& node = require(key);
  const Result<Instant> parsed = Instant::parse(node.scalar);
  if (parsed.is_ok()) return parsed.value();
  errors_.add(node.line, fmt::format("\"{}\" is not an instant with offset", node.scalar));
  return Instant();
}

Citation FieldReader::citation(std::string_view key) {
  const DocumentNode& node = require(key);
  if (!errors_.is_ok()) return {};
  FieldReader reader(node, errors_);
  Citation citation;
  citation.title = reader.text("title");
  citation.href = reader.optional_text("href");
  citation.confidence = static_cast<Confidence>(reader.choice("confidence", kConfidenceNames));
  reader.finish();
  return citation;
}

std::size_t FieldReader::choice(std::string_view key, std::span<const std::string_view> words) {
  const DocumentNode& node = require(key);
  const auto found = std::find(words.begin(), words.end(), node.scalar);
  if (node.kind == DocumentNode::Kind::kScalar && found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  std::string known;
  for (const std::string_view word : words) known.append(known.empty() ? "" : ", ").append(word);
  errors_.add(node.line, fmt::format("\"{}\" is none of {}", node.scalar, known));
  return 0;
}

void FieldReader::finish() {
  for (const DocumentEntry& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) {
      errors_.add(entry.line, fmt::format("\"{}\" is not a known key", entry.key));
    }
  }
}

std::string read_word(const DocumentNode& node, FileErrors& errors) {
  if (node.kind != DocumentNode::Kind::kScalar || node.scalar.empty()) {
    errors.add(node.line, "a text is expected");
  }
  return node.scalar;
}

Decimal read_decimal(const DocumentNode& node, FileErrors& errors) {
  const Result<Decimal> parsed = Decimal::parse(node.scalar);
  if (node.kind == DocumentNode::Kind::kScalar && parsed.is_ok()) return parsed.value();
  errors.add(node.line, fmt::format("\"{}\" is not a number", node.scalar));
  return Decimal();
}

int read_integer(const DocumentNode& node, int minimum, int maximum, FileErrors& errors) {
  if (node.kind != DocumentNode::Kind::kScalar) errors.add(node.line, "a number is expected");
  return parse_integer(node.scalar, minimum, maximum, node.line, errors);
}

int parse_integer(std::string_view text, int minimum, int maximum, int line, FileErrors& errors) {
  int value = 0;
  const char* end = text.data() + text.size();
  const std::from_chars_result parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end && value >= minimum && value <= maximum) {
    return value;
  }
  errors.add(line,
             fmt::format("\"{}\" is not a whole number from {} to {}", text, minimum, maximum));
  return minimum;
}

}  // namespace qcdr::rulebook

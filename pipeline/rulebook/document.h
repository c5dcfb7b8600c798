// A small tree of a YAML file, with the line of every node.
//
// The rulebook needs maps, lists and plain words, and errors that name a line. Anchors, aliases,
// repeated keys and a second document are refused. Scalars stay text; who reads them knows the
// type. Limits: 256 KiB, depth 8, 20,000 nodes. Thread-safety: values. Errors: kInvalidArgument,
// "path:line: what"; kLimitExceeded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace qcdr::rulebook {

struct DocumentEntry;

struct DocumentNode {
  enum class Kind : std::uint8_t { kScalar, kList, kMap };
  Kind kind = Kind::kScalar;
  int line = 0;  // from 1
  std::string scalar;
  std::vector<DocumentNode> items;
  std::vector<DocumentEntry> entries;  // in the file's order, keys unique
};

struct DocumentEntry {
  std::string key;
  int line = 0;
  DocumentNode value;
};

// "path:line: message".
Status error_at(std::string_view path, int line, std::string_view message);

Result<DocumentNode> parse_document(std::string_view path, std::string_view bytes);

}  // namespace qcdr::rulebook

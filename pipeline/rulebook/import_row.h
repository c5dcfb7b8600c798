// One object of CMS's JSON files while it is imported. Internal to the importer; see import.h.
//
// Reads fields by name and keeps what was wrong first, naming the measure, so that a reader asks
// once at the end. A field that is absent and one that is null are the same.
// Thread-safety: use from one thread. Ownership: refers to the JSON it was made of.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace qcdr::rulebook {

class ImportRow {
 public:
  explicit ImportRow(const nlohmann::json& json, const char* id_key = "measureId");

  const std::string& id() const { return id_; }
  bool is_ok() const { return problem_.empty(); }
  Status status() const;
  void note(std::string_view problem);

  const nlohmann::json* find(const char* key) const;
  std::string text(const char* key);
  bool flag(const char* key);
  bool optional_flag(const char* key);  // false where the year has no such field
  int year(const char* key);
  std::vector<std::string> optional_texts(const char* key);  // sorted

 private:
  const nlohmann::json& json_;
  std::string id_;
  std::string problem_;
};

Status parse_json_array(std::string_view text, nlohmann::json* json);

// The first lines of a table: what it is, where it comes from and the digest of what was read.
std::string source_comment(std::string_view json, std::string_view what, std::string_view file);

}  // namespace qcdr::rulebook

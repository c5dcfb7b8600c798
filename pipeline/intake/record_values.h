// The values of one record as a reader of some format found them, by field of its kind's table.
//
// Ownership: text and items are views of the reader's memory, valid while the record is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "intake/findings.h"

namespace qcdr::intake {

// Parts of one item of a list; a part may be empty.
using ListItem = std::vector<std::string>;

struct FieldValue {
  std::string_view text;  // without white space around it; empty: not given
  Place place;            // of the record when the value is not given
  bool quoted = false;    // given as text: in quotation marks
  // The items of a list, when the format has lists of its own; else the text is cut at ';' and ':'.
  const std::vector<ListItem>* items = nullptr;
  std::string path;  // JSON pointer; empty: the field's name says where

  bool empty() const { return text.empty() && (items == nullptr || items->empty()); }
};

struct RecordValues {
  Place place;
  bool is_json = false;
  std::string path;  // JSON pointer of the record; empty when its line says where
  std::vector<FieldValue> fields;
};

}  // namespace qcdr::intake

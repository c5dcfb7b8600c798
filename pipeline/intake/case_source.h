// An anesthesia case of a NACOR file as cells of a CSV file, while its elements are read.
//
// Keeps what the file says, whether it is right or not; what a CSV file has no column for is left
// out. Thread-safety: none; reused from record to record with clear(). For whom: source_row.h.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "intake/nacor_elements.h"

namespace qcdr::intake {

class CaseSource {
 public:
  CaseSource();
  void clear();
  // A group of values begins: a person, a method, a quality code.
  void begin(ElementType type);
  void set(Field field, std::string_view text);
  const std::vector<std::string>& columns() const { return columns_; }
  std::vector<std::string> cells(std::string_view practice, std::string_view year) const;

 private:
  using Groups = std::vector<std::map<Field, std::string>>;
  Groups* groups_of(Field field);

  const std::vector<std::string> columns_;
  std::map<Field, std::string> values_;
  Groups staff_;
  Groups methods_;
  Groups codes_;
};

}  // namespace qcdr::intake

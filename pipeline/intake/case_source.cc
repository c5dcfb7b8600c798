#include "intake/case_source.h"

#include <algorithm>
#include <initializer_list>

#include "intake/limits.h"
#include "intake/record_table.h"
#include "intake/source_row.h"

namespace qcdr::intake {
namespace {

using Group = std::map<Field, std::string>;

std::string value_of(const Group& group, Field field) {
  const auto found = group.find(field);
  return found == group.end() ? std::string() : found->second;
}

// "tin:npi:credential;tin:npi:credential". A part that ends an item is left out when it is empty,
// and so the part before it stays the last.
std::string joined(const std::vector<Group>& groups, std::initializer_list<Field> parts,
                   std::size_t needed) {
  std::string cell;
  for (const Group& group : groups) {
    std::string item;
    std::size_t number = 0;
    for (const Field part : parts) {
      const std::string value = value_of(group, part);
      if (number >= needed && value.empty()) break;
      item.append(number++ == 0 ? "" : ":").append(value);
    }
    cell.append(&group == &groups.front() ? "" : ";").append(item);
  }
  return cell;
}

}  // namespace

CaseSource::CaseSource() : columns_(source_columns(*find_table(v1::RECORD_KIND_ANESTHESIA_CASE))) {}

void CaseSource::clear() {
  values_.clear();
  staff_.clear();
  methods_.clear();
  codes_.clear();
}

void CaseSource::begin(ElementType type) {
  const auto add = [](Groups* groups, std::size_t most) {
    if (groups->size() < most) groups->emplace_back();
  };
  if (type == ElementType::kStaff) add(&staff_, kMaxStaffPerCase);
  if (type == ElementType::kMethod) add(&methods_, kMaxMethodsPerCase);
  if (type == ElementType::kQcdr) add(&codes_, kMaxCodesPerCase);
}

CaseSource::Groups* CaseSource::groups_of(Field field) {
  switch (field) {
    case Field::kTin:
    case Field::kNpi:
    case Field::kCredential:
      return &staff_;
    case Field::kCategory:
    case Field::kSubCategory:
    case Field::kStart:
    case Field::kEnd:
      return &methods_;
    case Field::kMeasure:
    case Field::kCode:
    case Field::kModifier:
      return &codes_;
    default:
      return nullptr;
  }
}

void CaseSource::set(Field field, std::string_view text) {
  Groups* groups = groups_of(field);
  if (groups != nullptr) {
    if (!groups->empty()) groups->back()[field] = std::string(text);
    return;
  }
  std::string& value = values_[field];
  const bool is_list = field == Field::kSurgicalCpt || field == Field::kAnesthesiaCpt;
  if (is_list && !value.empty() && value.size() < kMaxCsvFieldBytes) {
    value.append(";").append(text);
  } else if (!is_list || value.empty()) {
    value = text;
  }
}

std::vector<std::string> CaseSource::cells(std::string_view practice, std::string_view year) const {
  const auto time = [this](Field field) {
    return methods_.empty() ? std::string() : value_of(methods_.front(), field);
  };
  const std::map<std::string_view, std::string> by_column = {
      {"practice_id", std::string(practice)},
      {"performance_year", std::string(year)},
      {"case_id", value_of(values_, Field::kCaseId)},
      {"staff", joined(staff_, {Field::kTin, Field::kNpi, Field::kCredential}, 3)},
      {"anesthesia_categories", joined(methods_, {Field::kCategory, Field::kSubCategory}, 1)},
      {"anesthesia_start", time(Field::kStart)},
      {"anesthesia_end", time(Field::kEnd)},
      {"age", value_of(values_, Field::kAge)},
      {"asa_class", value_of(values_, Field::kAsaClass)},
      {"procedure_status", value_of(values_, Field::kProcedureStatus)},
      {"anesthesia_cpt", value_of(values_, Field::kAnesthesiaCpt)},
      {"surgical_cpt", value_of(values_, Field::kSurgicalCpt)},
      {"quality_codes", joined(codes_, {Field::kMeasure, Field::kCode, Field::kModifier}, 2)},
  };
  std::vector<std::string> cells;
  for (const std::string& column : columns_) {
    const auto found = by_column.find(column);
    cells.push_back(found == by_column.end() ? std::string() : found->second);
  }
  return cells;
}

}  // namespace qcdr::intake

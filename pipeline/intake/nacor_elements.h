// The elements of the NACOR anesthesia form that intake looks at, as a table.
//
// Source: the public model of the 2018 form; its later versions are read by the same table. What
// the measures do not use (laboratory values, medications, outcomes, notes) is opaque: it must be
// well-formed and within the limits, and is dropped unread. Order within a section is free.
// Thread-safety: constant data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace qcdr::intake {

enum class ElementType : std::uint8_t {
  kOpaque,  // a value, or a section that is not read
  kDocument,
  kRecords,
  kHeader,
  kRecord,
  kDemographic,
  kProcedure,
  kCptSet,
  kCpt,
  kCase,
  kStaffSet,
  kStaff,
  kMethodSet,
  kMethod,
  kAnesthesiaCptSet,
  kAnesthesiaCpt,
  kPreOp,
  kPostOp,
  kOutcomes,
  kQcdrSet,
  kQcdr,
};
inline constexpr std::size_t kElementTypeCount = 21;

// Values that are kept; all others are dropped.
enum class Field : std::uint8_t {
  kNone,
  kPracticeId,
  kCreateDate,
  kVersion,
  kCaseId,
  kProcedureStatus,
  kSurgicalCpt,
  kTin,
  kNpi,
  kCredential,
  kCategory,
  kSubCategory,
  kStart,
  kEnd,
  kAnesthesiaCpt,
  kAge,
  kAsaClass,
  kMeasure,
  kCode,
  kModifier,
};

struct Element {
  ElementType parent;
  std::string_view name;
  ElementType type;
  Field field;
  bool required;
  bool repeatable;
};

inline constexpr std::size_t kMaxChildren = 12;

std::span<const Element> children_of(ElementType parent);
// Index within children_of(), or kMaxChildren.
std::size_t find_child(ElementType parent, std::string_view name);

}  // namespace qcdr::intake

// Counts that leave the practice in which they were made: by the measure's id instead of its slot,
// so that they can be added to those of another practice and told to a third.
//
// Invariants: tallies ascend by measure, stratum and class; none is zero; cases of two practices
// are two cases, because a case id belongs to its practice. Thread-safety: values. Errors:
// kCorruption for messages and bytes that no correct writer makes.
#pragma once

#include <string>
#include <vector>

#include "ledger/count_table.h"

namespace qcdr::v1 {
class ContributedCases;
class ContributedCount;
}  // namespace qcdr::v1
namespace google::protobuf {
template <typename Element>
class RepeatedPtrField;
}  // namespace google::protobuf

namespace qcdr::ledger {

struct NamedTally {
  std::string measure_id;
  std::string stratum;  // empty: a measure with one rate
  CountClass count_class = CountClass::kOnTime;
  MeasureTally tally;
  friend bool operator==(const NamedTally&, const NamedTally&) = default;
};

// A year has 32 slots of measures at most, and each four classes.
inline constexpr std::size_t kNamedTalliesMax = 512;

struct ContributionCounts {
  std::array<std::uint32_t, kCountClasses> cases{};
  std::vector<NamedTally> tallies;

  void add(const ContributionCounts& other);
  bool empty() const;
  void encode(ByteWriter* writer) const;
  static Result<ContributionCounts> decode(ByteReader* reader);

  using CountMessages = google::protobuf::RepeatedPtrField<v1::ContributedCount>;
  using CaseMessages = google::protobuf::RepeatedPtrField<v1::ContributedCases>;
  void write(CountMessages* counts, CaseMessages* cases_by_class) const;
  static Result<ContributionCounts> read(const CountMessages& counts,
                                         const CaseMessages& cases_by_class);
  friend bool operator==(const ContributionCounts&, const ContributionCounts&) = default;
};

}  // namespace qcdr::ledger

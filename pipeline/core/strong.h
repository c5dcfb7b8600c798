// Strong types: a number with a meaning that does not mix with other numbers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace qcdr {

template <class Tag, class Representation>
class Strong {
 public:
  using representation = Representation;
  constexpr Strong() = default;
  explicit constexpr Strong(Representation value) : value_(value) {}
  constexpr Representation value() const { return value_; }
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

 private:
  Representation value_{};
};

using Offset = Strong<struct OffsetTag, std::int64_t>;           // place in one partition
using Partition = Strong<struct PartitionTag, std::int32_t>;     // partition of a topic
using Generation = Strong<struct GenerationTag, std::uint32_t>;  // fold logic that made a state
using PerformanceYear = Strong<struct PerformanceYearTag, std::int32_t>;
using PracticeId = Strong<struct PracticeIdTag, std::uint32_t>;  // the registry's own number

constexpr Offset next(Offset offset) {
  return Offset(offset.value() + 1);
}

}  // namespace qcdr

template <class Tag, class Representation>
struct std::hash<qcdr::Strong<Tag, Representation>> {
  std::size_t operator()(const qcdr::Strong<Tag, Representation>& id) const noexcept {
    return std::hash<Representation>()(id.value());
  }
};

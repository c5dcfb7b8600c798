#include "ledger/contribution_counts.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

auto key_of(const NamedTally& named) {
  return std::tie(named.measure_id, named.stratum, named.count_class);
}

bool is_zero(const MeasureTally& tally) {
  return tally == MeasureTally();
}

Status malformed() {
  return Status(ErrorCode::kCorruption, "counts of a contribution cannot be read");
}

// The wire has no class for withheld cases: unspecified stands for them.
v1::Timeliness timeliness_of(CountClass count_class) {
  switch (count_class) {
    case CountClass::kOnTime:
      return v1::TIMELINESS_ON_TIME;
    case CountClass::kMilestoneMissed:
      return v1::TIMELINESS_MILESTONE_MISSED;
    case CountClass::kLateHeld:
      return v1::TIMELINESS_LATE_HELD;
    case CountClass::kWithheld:
      return v1::TIMELINESS_UNSPECIFIED;
  }
  return v1::TIMELINESS_UNSPECIFIED;
}

Result<CountClass> class_of(v1::Timeliness timeliness) {
  switch (timeliness) {
    case v1::TIMELINESS_ON_TIME:
      return CountClass::kOnTime;
    case v1::TIMELINESS_MILESTONE_MISSED:
      return CountClass::kMilestoneMissed;
    case v1::TIMELINESS_LATE_HELD:
      return CountClass::kLateHeld;
    case v1::TIMELINESS_UNSPECIFIED:
      return CountClass::kWithheld;
    default:
      return malformed();
  }
}

// Sums of a registry stay far below this; a sum that would not is damage, not data.
std::uint32_t sum(std::uint32_t a, std::uint32_t b) {
  QCDR_ASSERT(b <= std::numeric_limits<std::uint32_t>::max() - a);
  return a + b;
}

bool is_sound(const NamedTally& named) {
  const MeasureTally& tally = named.tally;
  return std::uint64_t{tally.met} + tally.not_met + tally.exception <= tally.eligible &&
         !is_zero(tally);
}

bool ascend(const std::vector<NamedTally>& tallies) {
  return std::adjacent_find(tallies.begin(), tallies.end(),
                            [](const NamedTally& a, const NamedTally& b) {
                              return !(key_of(a) < key_of(b));
                            }) == tallies.end();
}

}  // namespace

bool ContributionCounts::empty() const {
  return tallies.empty() &&
         std::all_of(cases.begin(), cases.end(), [](std::uint32_t n) { return n == 0; });
}

void ContributionCounts::add(const ContributionCounts& other) {
  for (std::size_t i = 0; i < kCountClasses; ++i) cases[i] = sum(cases[i], other.cases[i]);
  for (const NamedTally& named : other.tallies) {
    const auto place = std::lower_bound(
        tallies.begin(), tallies.end(), named,
        [](const NamedTally& a, const NamedTally& b) { return key_of(a) < key_of(b); });
    if (place == tallies.end() || key_of(*place) != key_of(named)) {
      tallies.insert(place, named);
      continue;
    }
    place->tally.eligible = sum(place->tally.eligible, named.tally.eligible);
    place->tally.met = sum(place->tally.met, named.tally.met);
    place->tally.not_met = sum(place->tally.not_met, named.tally.not_met);
    place->tally.exception = sum(place->tally.exception, named.tally.exception);
  }
}

void ContributionCounts::encode(ByteWriter* writer) const {
  QCDR_ASSERT(ascend(tallies));
  for (std::uint32_t count : cases) writer->varint(count);
  writer->varint(tallies.size());
  for (const NamedTally& named : tallies) {
    writer->text(named.measure_id);
    writer->text(named.stratum);
    writer->u8(static_cast<std::uint8_t>(named.count_class));
    writer->varint(named.tally.eligible);
    writer->varint(named.tally.met);
    writer->varint(named.tally.not_met);
    writer->varint(named.tally.exception);
  }
}

Result<ContributionCounts> ContributionCounts::decode(ByteReader* reader) {
  ContributionCounts counts;
  for (std::uint32_t& count : counts.cases) count = static_cast<std::uint32_t>(reader->varint());
  const std::uint64_t size = reader->varint();
  if (size > kNamedTalliesMax) return malformed();
  for (std::uint64_t i = 0; i < size; ++i) {
    NamedTally named;
    named.measure_id = reader->text();
    named.stratum = reader->text();
    const std::uint8_t count_class = reader->u8();
    named.tally.eligible = static_cast<std::uint32_t>(reader->varint());
    named.tally.met = static_cast<std::uint32_t>(reader->varint());
    named.tally.not_met = static_cast<std::uint32_t>(reader->varint());
    named.tally.exception = static_cast<std::uint32_t>(reader->varint());
    if (!reader->ok() || count_class >= kCountClasses) return malformed();
    named.count_class = static_cast<CountClass>(count_class);
    if (!is_sound(named)) return malformed();
    counts.tallies.push_back(std::move(named));
  }
  if (!reader->ok() || !ascend(counts.tallies)) return malformed();
  return counts;
}

void ContributionCounts::write(CountMessages* counts, CaseMessages* cases_by_class) const {
  for (const NamedTally& named : tallies) {
    v1::ContributedCount* message = counts->Add();
    message->set_measure_id(named.measure_id);
    message->set_stratum(named.stratum);
    message->set_timeliness(timeliness_of(named.count_class));
    message->set_eligible_population(named.tally.eligible);
    message->set_performance_met(named.tally.met);
    message->set_performance_not_met(named.tally.not_met);
    message->set_exceptions(named.tally.exception);
  }
  for (std::size_t i = 0; i < kCountClasses; ++i) {
    if (cases[i] == 0) continue;
    v1::ContributedCases* message = cases_by_class->Add();
    message->set_timeliness(timeliness_of(static_cast<CountClass>(i)));
    message->set_cases(cases[i]);
  }
}

Result<ContributionCounts> ContributionCounts::read(const CountMessages& counts,
                                                    const CaseMessages& cases_by_class) {
  ContributionCounts read;
  if (static_cast<std::size_t>(counts.size()) > kNamedTalliesMax) return malformed();
  for (const v1::ContributedCount& message : counts) {
    NamedTally named;
    named.measure_id = message.measure_id();
    named.stratum = message.stratum();
    QCDR_ASSIGN_OR_RETURN(named.count_class, class_of(message.timeliness()));
    named.tally = {message.eligible_population(), message.performance_met(),
                   message.performance_not_met(), message.exceptions()};
    if (!is_sound(named)) return malformed();
    read.tallies.push_back(std::move(named));
  }
  if (!ascend(read.tallies)) return malformed();
  for (const v1::ContributedCases& message : cases_by_class) {
    QCDR_ASSIGN_OR_RETURN(const CountClass count_class, class_of(message.timeliness()));
    read.cases[static_cast<std::size_t>(count_class)] = message.cases();
  }
  return read;
}

}  // namespace qcdr::ledger

#include "batch_sums.h"

namespace qcdr::batch {
namespace {

void add(Sums* sums, Class in_class, const Version& version) {
  const auto index = static_cast<std::size_t>(in_class);
  ++sums->cases[index];
  for (const auto& [slot, outcome] : version.outcomes) {
    Tally& tally = sums->measures[slot][index];
    ++tally.eligible;
    if (outcome == 1) ++tally.met;
    if (outcome == 2) ++tally.not_met;
    if (outcome == 3) ++tally.exception;
  }
}

void add_version(const Season& season, const Version& version, SeasonSums* sums) {
  std::map<TinToken, bool> credited;
  for (const PairName& pair : version.pairs) {
    const bool effective = season.effective(pair, version.service_date);
    add(&sums->individuals[pair], effective ? version.timeliness : Class::kWithheld, version);
    credited[pair.tin] = credited[pair.tin] || effective;
  }
  for (const auto& [tin, anybody] : credited) {
    add(&sums->groups[tin], anybody ? version.timeliness : Class::kWithheld, version);
  }
}

}  // namespace

Tally Sums::counted(std::size_t slot) const {
  Tally total;
  const auto found = measures.find(slot);
  if (found == measures.end()) return total;
  for (const Class in_class : {Class::kOnTime, Class::kMissed}) {
    const Tally& tally = found->second[static_cast<std::size_t>(in_class)];
    total.eligible += tally.eligible;
    total.met += tally.met;
    total.not_met += tally.not_met;
    total.exception += tally.exception;
  }
  return total;
}

SeasonSums count_all(const Season& season) {
  SeasonSums sums;
  for (const auto& [token, subject] : season.cases) {
    if (subject.counting) add_version(season, *subject.counting, &sums);
    if (subject.held && !subject.held->refused) add_version(season, *subject.held, &sums);
  }
  return sums;
}

}  // namespace qcdr::batch

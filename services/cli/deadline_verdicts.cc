#include "cli/deadline_verdicts.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace qcdr {
namespace {

constexpr std::size_t kHexShown = 16;

using Place = std::tuple<std::string, bool, Partition, Partition>;

Place place_of(const StateAtDeadline& state) {
  return {state.event_id, state.of_entities, state.partition, state.source};
}

std::map<Place, StateAtDeadline> newest(const std::vector<StateAtDeadline>& states) {
  std::map<Place, StateAtDeadline> by_place;
  for (const StateAtDeadline& state : states) {
    const auto placed = by_place.try_emplace(place_of(state), state);
    if (!placed.second && placed.first->second.generation <= state.generation) {
      placed.first->second = state;
    }
  }
  return by_place;
}

// A deadline's first sign of it, in any partition, gives its place among the others.
class Verdicts {
 public:
  DeadlineVerdict& of(const StateAtDeadline& state) {
    DeadlineVerdict& verdict = verdicts_[state.event_id];
    verdict.event_id = state.event_id;
    verdict.deadline = state.deadline;
    verdict.year = state.year;
    const auto placed = times_.try_emplace(state.event_id, state.time, state.offset);
    placed.first->second = std::min(placed.first->second, std::pair(state.time, state.offset));
    return verdict;
  }
  std::vector<DeadlineVerdict> take() {
    std::vector<DeadlineVerdict> ordered;
    for (auto& [event, verdict] : verdicts_) ordered.push_back(std::move(verdict));
    std::sort(ordered.begin(), ordered.end(),
              [this](const DeadlineVerdict& a, const DeadlineVerdict& b) {
                return std::tie(times_.at(a.event_id), a.event_id) <
                       std::tie(times_.at(b.event_id), b.event_id);
              });
    return ordered;
  }

 private:
  std::map<std::string, DeadlineVerdict> verdicts_;
  std::map<std::string, std::pair<Instant, Offset>> times_;
};

void add(const StateAtDeadline& state, DeadlineVerdict* verdict) {
  (state.of_entities ? verdict->entities : verdict->practices).add(state.digest);
}

void note(const StateAtDeadline& wrote, DeadlineVerdict* verdict) {
  auto& all = wrote.of_entities ? verdict->entity_generations : verdict->generations;
  const auto at = std::lower_bound(all.begin(), all.end(), wrote.generation);
  if (at == all.end() || *at != wrote.generation) all.insert(at, wrote.generation);
}

std::string shown(const StateDigest& digest) {
  return digest.to_hex().substr(0, kHexShown) + "...";
}

}  // namespace

std::vector<DeadlineVerdict> compare_states(const std::vector<StateAtDeadline>& written,
                                            const std::vector<StateAtDeadline>& made) {
  const std::map<Place, StateAtDeadline> wrote = newest(written);
  Verdicts verdicts;
  for (const auto& [place, state] : newest(made)) {
    DeadlineVerdict& verdict = verdicts.of(state);
    add(state, &verdict);
    const auto found = wrote.find(place);
    if (found == wrote.end()) {
      ++verdict.unwritten;
      continue;
    }
    ++verdict.compared;
    note(found->second, &verdict);
    if (!(found->second.digest == state.digest)) {
      verdict.differences.push_back({found->second, state});
    }
  }
  return verdicts.take();
}

std::vector<DeadlineVerdict> sums_of(const std::vector<StateAtDeadline>& written) {
  Verdicts verdicts;
  for (const auto& [place, state] : newest(written)) {
    DeadlineVerdict& verdict = verdicts.of(state);
    add(state, &verdict);
    note(state, &verdict);
  }
  return verdicts.take();
}

std::vector<StateAtDeadline> without_sources(const std::vector<StateAtDeadline>& states) {
  std::map<Place, StateAtDeadline> merged;
  for (auto& [place, each] : newest(states)) {
    StateAtDeadline state = each;
    if (state.of_entities) state.source = kEverySource;
    const auto placed = merged.try_emplace(place_of(state), state);
    if (!placed.second) placed.first->second.digest.add(state.digest);
  }
  std::vector<StateAtDeadline> all;
  for (auto& [place, state] : merged) all.push_back(std::move(state));
  return all;
}

std::string deadline_words(const DeadlineVerdict& verdict) {
  return verdict.deadline + " of " + std::to_string(verdict.year.value());
}

std::string difference_words(const StateDifference& difference) {
  const StateAtDeadline& written = difference.written;
  std::string words = written.of_entities ? "second stage, partition " : "partition ";
  words += std::to_string(written.partition.value());
  if (written.of_entities && written.source != kEverySource) {
    words += ", practices of partition " + std::to_string(written.source.value());
  }
  const Generation now = difference.made.generation;
  words += ": generation " + std::to_string(written.generation.value()) + " wrote " +
           shown(written.digest) + ", ";
  words += now == written.generation ? "and makes "
                                     : "generation " + std::to_string(now.value()) + " makes ";
  return words + shown(difference.made.digest) + " of it now";
}

}  // namespace qcdr

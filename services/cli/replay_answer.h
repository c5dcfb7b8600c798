// What `qcdr replay` and `qcdr diff` ask of a replayed season: the list of scores, as `qcdr score
// list` gives it, and the state digest. Thread-safety: one thread runs commands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/season_replay.h"

namespace qcdr {

class JsonWriter;

std::string_view basis_name(ReplayBasis basis);  // "receivedBy", "knownAt"
// Replays to an instant given as text, with progress on a terminal.
Result<std::unique_ptr<SeasonReplay>> replay_at(const PlaceOptions& place, ReplayBasis basis,
                                                const std::string& instant);
// Prints what `qcdr score list` says of the state; `form` are its flags.
Status list_scores(const SeasonReplay& replay, const PlaceOptions& place,
                   const std::vector<std::string>& form);
// The same as JSON, without the line feed at its end.
Result<std::string> scores_json(const SeasonReplay& replay, const PlaceOptions& place);
// Of both stages, in hex.
struct Digests {
  std::string practices;
  std::string entities;
  std::string practice;  // of the one that was asked for
};
// `practice`: 0 asks for none.
Result<Digests> digests_of(const SeasonReplay& replay, const PlaceOptions& place,
                           std::uint32_t practice = 0);
// A state is not what was written of it when a deadline passed.
bool has_difference(const SeasonReplay& replay);
// "deadlines", a list, and why nothing was compared.
void write_verdicts(const SeasonReplay& replay, JsonWriter* json);
// The same in words: what differs, and the last deadline that does not.
std::string verdict_lines(const SeasonReplay& replay);

}  // namespace qcdr

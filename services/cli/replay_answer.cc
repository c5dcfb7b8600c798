#include "cli/replay_answer.h"

#include <algorithm>
#include <cstdio>

#include "cli/application.h"
#include "cli/entity_state.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/practice_digest.h"
#include "cli/progress_line.h"
#include "cli/state_view.h"
#include "cli/stop_signal.h"

namespace qcdr {

std::string_view basis_name(ReplayBasis basis) {
  return basis == ReplayBasis::kReceivedBy ? "receivedBy" : "knownAt";
}

Result<std::unique_ptr<SeasonReplay>> replay_at(const PlaceOptions& place, ReplayBasis basis,
                                                const std::string& text) {
  QCDR_ASSIGN_OR_RETURN(const Instant instant, Instant::parse(text));
  install_stop_signals();
  ProgressLine line("replaying");
  QCDR_ASSIGN_OR_RETURN(auto replay, SeasonReplay::run(place, basis, instant, [&](int percent) {
                          line.percent(percent);
                        }));
  if (replay->instant() < instant) {
    std::fprintf(stderr, "qcdr: the log's clock ends at %s; nothing later is known\n",
                 replay->instant().to_string().c_str());
  }
  return replay;
}

// What `qcdr score list` says of the replayed state.
Status list_scores(const SeasonReplay& replay, const PlaceOptions& place,
                   const std::vector<std::string>& form) {
  std::vector<std::string> arguments = {
      "score", "list", "--state", replay.state_directory(), "--keys", key_directory(place)};
  arguments.insert(arguments.end(), form.begin(), form.end());
  if (run_application(arguments) == kExitOk) return Status::ok();
  return Status(ErrorCode::kInternal, "the scores of the replayed state cannot be listed");
}

Result<std::string> scores_json(const SeasonReplay& replay, const PlaceOptions& place) {
  Status status;
  std::string text = captured([&] { status = list_scores(replay, place, {"--json"}); });
  QCDR_RETURN_IF_ERROR(status);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Result<Digests> digests_of(const SeasonReplay& replay, const PlaceOptions& place,
                           std::uint32_t practice) {
  QCDR_ASSIGN_OR_RETURN(const auto view,
                        StateView::open({replay.state_directory()}, key_directory(place)));
  QCDR_ASSIGN_OR_RETURN(const auto entities, read_entity_state({replay.state_directory()}, false));
  StateDigest sum;
  for (const EntityPartition& partition : entities) sum.add(partition.digest);
  Digests digests{view->digest().to_hex(), sum.to_hex(), ""};
  if (practice != 0) {
    QCDR_ASSIGN_OR_RETURN(const StateDigest of_one, practice_digest(*view, PracticeId(practice)));
    digests.practice = of_one.to_hex();
  }
  return digests;
}

bool has_difference(const SeasonReplay& replay) {
  const auto& deadlines = replay.deadlines();
  return std::any_of(deadlines.begin(), deadlines.end(),
                     [](const DeadlineVerdict& each) { return !each.differences.empty(); });
}

void write_verdicts(const SeasonReplay& replay, JsonWriter* json) {
  json->key("deadlines");
  json->begin_array();
  for (const DeadlineVerdict& each : replay.deadlines()) {
    json->begin_object();
    json->field("event", each.event_id);
    json->field("deadline", each.deadline);
    json->field("performanceYear", std::int64_t{each.year.value()});
    json->field("stateDigest", each.practices.to_hex());
    json->field("secondStageDigest", each.entities.to_hex());
    json->field("compared", static_cast<std::int64_t>(each.compared));
    json->field("notWritten", static_cast<std::int64_t>(each.unwritten));
    json->flag("equal", each.is_equal());
    json->key("differences");
    json->begin_array();
    for (const StateDifference& difference : each.differences) {
      const StateAtDeadline& written = difference.written;
      json->begin_object();
      json->field("stage", written.of_entities ? "secondStage" : "practices");
      json->field("partition", std::int64_t{written.partition.value()});
      if (written.of_entities && written.source != kEverySource) {
        json->field("ofPartition", std::int64_t{written.source.value()});
      }
      json->field("writtenBy", std::int64_t{written.generation.value()});
      json->field("written", written.digest.to_hex());
      json->field("madeBy", std::int64_t{difference.made.generation.value()});
      json->field("made", difference.made.digest.to_hex());
      json->end_object();
    }
    json->end_array();
    json->end_object();
  }
  json->end_array();
  if (!replay.not_compared().empty()) json->field("notCompared", replay.not_compared());
}

std::string verdict_lines(const SeasonReplay& replay) {
  std::string lines;
  std::size_t equal = 0;
  const DeadlineVerdict* last = nullptr;
  for (const DeadlineVerdict& each : replay.deadlines()) {
    if (!each.differences.empty())
      lines += "not what was written at " + deadline_words(each) + "\n";
    for (const StateDifference& difference : each.differences) {
      lines += "  " + difference_words(difference) + "\n";
    }
    if (!each.is_equal()) continue;
    ++equal;
    last = &each;
  }
  if (last != nullptr) {
    lines += "equal to what was written at " + deadline_words(*last);
    if (equal > 1) lines += " and at " + std::to_string(equal - 1) + " deadlines before";
    lines += "\n";
  }
  if (!replay.not_compared().empty()) lines += replay.not_compared() + "\n";
  return lines;
}

}  // namespace qcdr

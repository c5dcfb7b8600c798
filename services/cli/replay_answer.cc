#include "cli/replay_answer.h"

#include <cstdio>

#include "cli/application.h"
#include "cli/exit_code.h"
#include "cli/output.h"
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

Result<std::string> digest_of(const SeasonReplay& replay, const PlaceOptions& place) {
  QCDR_ASSIGN_OR_RETURN(const auto view,
                        StateView::open({replay.state_directory()}, key_directory(place)));
  return view->digest().to_hex();
}

}  // namespace qcdr

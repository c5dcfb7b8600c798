// The administrator's first screen: what is as of when, what is due next, what will not be sent and
// why, what to do, and then the scores. Thread-safety: values and free functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/score_rows.h"
#include "cli/state_view.h"

namespace qcdr {

struct LastUpload {
  PracticeId practice;
  std::uint32_t kind = 0;  // number of the proto RecordKind
  Instant received_at;
  bool refused = false;
  bool in_work = false;
  std::uint32_t accepted = 0;
  std::uint32_t held = 0;
  std::uint32_t rejected = 0;
  std::uint32_t duplicate = 0;
};

struct NextDeadline {
  std::string name;
  std::string title;
  Instant passes_at;
};

// A clinician, or a TIN as a group, that will not be sent.
struct NotSent {
  std::string tin;
  std::string who;
  std::vector<std::string> reasons;
  bool nothing_open = false;  // final: nothing will be sent by us
};

struct FirstScreen {
  Instant as_of;
  std::string data_through;  // "2022-12"; empty: no cases
  std::optional<LastUpload> last_upload;
  std::optional<NextDeadline> next_deadline;
  std::vector<ScoreRow> rows;
  std::vector<NotSent> not_sent;
  std::size_t clinicians = 0;  // rows of clinicians, of which those not sent are
};

Result<FirstScreen> read_first_screen(StateView& view);

std::string first_screen_text(const FirstScreen& screen, bool wide);
// As docs/command-line.md says.
std::string score_list_json(const FirstScreen& screen);
std::string readiness_json(const FirstScreen& screen);
std::string readiness_text(const FirstScreen& screen);
// One row: its table of two numbers, what blocks, what costs.
std::string row_text(const ScoreRow& row, Instant as_of);
std::string row_json(const ScoreRow& row, Instant as_of);

}  // namespace qcdr

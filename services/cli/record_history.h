// What was said about each fact of a practice, from the log: who, when it was received, on what
// authority, in whose place, and what stands of it now.
//
// The log says what was said; the state says what stands, so the two are read together, and the
// history is as of the log's end. Records of one subject (a consent: the TIN/NPI pair; billed
// cases: the TIN and month) are one fact, in the order of the log. A record takes the place of the
// last one before it that counted; one that is held takes nobody's place until it is let in.
// Thread-safety: none. Limits: kHistoryRecordsMax records; what is beyond is counted. Errors: those
// of the log and of the state; rows whose key was destroyed are counted, not an error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/fact_words.h"
#include "cli/log_view.h"
#include "cli/state_view.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {

inline constexpr std::size_t kHistoryRecordsMax = 10'000;

struct HistoryQuery {
  PracticeId practice;
  std::optional<PerformanceYear> year;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;  // unspecified: all but rosters and cases
  std::string tin;                                    // the end of the masked one
  std::string clinician;                              // the beginning of "Last, First"
  std::string record;  // "<upload id>/<row>" or its beginning: the fact that this one is about
};

// What became of a record.
enum class RecordState : std::uint8_t {
  kInForce,
  kSuperseded,   // it counted until another took its place
  kSaidAgain,    // it says what stood already
  kHeld,         // came too late and waits
  kHoldRefused,  // came too late, and an officer said no
  kTakenBack,    // a later record took it back
  kNotUsed,      // findings say why
  kFileRefused,  // nothing of its file counts
  kInWork,       // not judged yet
};
// "inForce", "superseded", ...
std::string_view record_state_name(RecordState state);

struct HistoryRecord {
  std::string id;      // "<upload id>/<row>": as decisions and withdrawals name it
  std::string own_id;  // the source's own, scrubbed; empty: none
  Instant received_at;
  std::string sent_by;  // user or service
  v1::Authority authority = v1::AUTHORITY_UNSPECIFIED;
  std::string signer_authority;  // that the record itself claims; empty: none
  v1::RowAction action = v1::ROW_ACTION_UNSPECIFIED;
  RecordState state = RecordState::kInWork;
  bool came_late = false;            // it was held when it came
  std::vector<std::uint32_t> codes;  // of its findings
  std::string supersedes;            // id of the record whose place it took; empty: none
  std::string superseded_by;
  std::string decided_by;  // id of the officer's decision that names it
  std::vector<FactWord> words;
};

struct FactHistory {
  PerformanceYear year;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  std::string tin;              // masked; empty: of the practice
  std::string clinician;        // empty: of the TIN
  std::vector<FactWord> about;  // what else tells it from others of the kind: a month, an activity
  std::string keep_until;       // the last day on which it must be kept; empty: no rule
  std::vector<HistoryRecord> records;
};

struct RecordHistory {
  PracticeId practice;
  Instant as_of;  // the log's clock
  std::vector<FactHistory> facts;
  std::size_t left_out = 0;  // records beyond the limit
  std::size_t deleted = 0;   // rows whose key was destroyed
};

Result<RecordHistory> read_record_history(LogView& log, StateView& state,
                                          const HistoryQuery& query);

std::string history_text(const RecordHistory& history);
std::string history_json(const RecordHistory& history);

}  // namespace qcdr

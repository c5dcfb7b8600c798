#include "cli/received_verdict.h"

#include <algorithm>
#include <map>

#include "cli/received_at.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {
namespace {

// A deadline of which something was written.
struct Deadline {
  Instant due_at;
  std::map<Partition, Offset> offsets;  // where it was written
};

std::map<std::string, Deadline> deadlines_in(const std::vector<StateAtDeadline>& written) {
  std::map<std::string, Deadline> deadlines;
  for (const StateAtDeadline& state : written) {
    if (!state.of_entities) deadlines[state.event_id].offsets[state.partition] = state.offset;
  }
  return deadlines;
}

Status read_due(LogView& log, std::map<std::string, Deadline>* deadlines) {
  for (auto& [event, deadline] : *deadlines) {
    const auto& [partition, offset] = *deadline.offsets.begin();
    QCDR_ASSIGN_OR_RETURN(const auto records,
                          log.reader().read(kRegistryRecordsTopic, partition, offset, 1));
    v1::RegistryRecord message;
    if (records.empty() || !records.front().value ||
        !message.ParseFromString(*records.front().value) || !message.has_control()) {
      return Status(ErrorCode::kCorruption,
                    "an audit record names a control record that is not there: " + event);
    }
    deadline.due_at = Instant::from_milliseconds(message.control().due_at());
  }
  return Status::ok();
}

// The last one by then; of several at one instant the one folded last.
std::map<std::string, Deadline>::const_iterator last_by(
    const std::map<std::string, Deadline>& deadlines, Instant received_by) {
  auto last = deadlines.end();
  for (auto each = deadlines.begin(); each != deadlines.end(); ++each) {
    if (each->second.due_at > received_by) continue;
    const bool later = last == deadlines.end() ||
                       std::pair(each->second.due_at, each->second.offsets.begin()->second) >
                           std::pair(last->second.due_at, last->second.offsets.begin()->second);
    if (later) last = each;
  }
  return last;
}

struct Apart {
  std::uint64_t folded_later = 0;    // received by then, behind the deadline on the log
  std::uint64_t received_later = 0;  // before it on the log, received later
  std::uint64_t claims_later = 0;    // answers of the second stage behind it
};

Status note_record(const stream::Record& record, Offset deadline, Instant received_by,
                   Apart* apart) {
  const Receipt receipt = receipt_of(record);
  const bool behind = record.offset > deadline;
  if (receipt.is_time_alone) return Status::ok();
  if (!receipt.at) {
    apart->claims_later += behind ? 1 : 0;
  } else if (*receipt.at <= received_by) {
    apart->folded_later += behind ? 1 : 0;
  } else {
    apart->received_later += behind ? 0 : 1;
  }
  return Status::ok();
}

// A partition of which nothing was written had nothing then: all of it lies behind the deadline.
Result<Apart> apart(LogView& log, Instant received_by, const Deadline& deadline) {
  Apart apart;
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    const auto at = deadline.offsets.find(Partition(number));
    const Offset offset = at == deadline.offsets.end() ? Offset(-1) : at->second;
    QCDR_RETURN_IF_ERROR(log.for_each(kRegistryRecordsTopic, Partition(number), Offset(),
                                      [&](const stream::Record& record) {
                                        return note_record(record, offset, received_by, &apart);
                                      }));
  }
  return apart;
}

std::string in_words(const Apart& apart) {
  std::string words;
  if (apart.folded_later > 0) {
    words =
        std::to_string(apart.folded_later) +
        (apart.folded_later == 1 ? " record that was received by the instant asked for was"
                                 : " records that were received by the instant asked for were") +
        " folded behind it";
  }
  if (apart.received_later > 0) {
    words += (words.empty() ? "" : ", and ") + std::to_string(apart.received_later) +
             " folded before it came later";
  }
  return words;
}

// A partition that was written of and has no state now has an empty one.
void add_what_is_gone(const std::vector<StateAtDeadline>& written,
                      std::vector<StateAtDeadline>* made) {
  for (const StateAtDeadline& state : written) {
    const bool is_there = std::any_of(made->begin(), made->end(), [&](const StateAtDeadline& each) {
      return each.of_entities == state.of_entities && each.partition == state.partition;
    });
    if (is_there) continue;
    made->push_back(state);
    made->back().digest = StateDigest();
  }
}

}  // namespace

Result<ReceivedVerdict> compare_received(LogView& log, Instant received_by,
                                         const std::vector<StateAtDeadline>& written,
                                         std::vector<StateAtDeadline> made) {
  ReceivedVerdict answer;
  std::map<std::string, Deadline> deadlines = deadlines_in(written);
  QCDR_RETURN_IF_ERROR(read_due(log, &deadlines));
  const auto last = last_by(deadlines, received_by);
  if (last == deadlines.end()) {
    answer.not_compared = "nothing was written at a deadline by then";
    return answer;
  }
  std::vector<StateAtDeadline> of_last;
  for (const StateAtDeadline& state : written) {
    if (state.event_id == last->first) of_last.push_back(state);
  }
  const std::string name = deadline_words(sums_of(of_last).front());
  QCDR_ASSIGN_OR_RETURN(const Apart parts, apart(log, received_by, last->second));
  if (parts.folded_later + parts.received_later > 0) {
    answer.not_compared = "not compared with what was written at " + name + ": " + in_words(parts);
    return answer;
  }
  add_what_is_gone(without_sources(of_last), &made);
  for (StateAtDeadline& state : made) {
    state.event_id = last->first;
    state.deadline = of_last.front().deadline;
    state.year = of_last.front().year;
  }
  DeadlineVerdict verdict = compare_states(without_sources(of_last), made).front();
  if (!verdict.differences.empty() && parts.claims_later > 0) {
    answer.not_compared = "not compared with what was written at " + name + ": " +
                          std::to_string(parts.claims_later) +
                          " answers of the second stage were folded behind it";
    return answer;
  }
  answer.verdict = std::move(verdict);
  return answer;
}

}  // namespace qcdr

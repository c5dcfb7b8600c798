#include "cli/dead_letters.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "cli/mended_record.h"
#include "common/event_headers.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::size_t kReadRecords = 500;

// Topics of which a stage reads.
constexpr std::array<const char*, 4> kInputs = {kUploadsTopic, kRegistryRecordsTopic,
                                                kEntityContributionsTopic, kNoticesTopic};

// The event that a release is. It names the letter, because a record that was mended badly is laid
// aside, and released, once more under its number; and the cure, because one that was begun with
// one may end with the other.
std::string release_event(const LaidAside& poison, bool left_out) {
  const ledger::ParkedPlace& place = *poison.was.parked;
  return "practice-released/" + std::to_string(place.practice.value()) + "/" +
         std::to_string(place.since.value()) + "/" + std::to_string(place.number) + "/" +
         std::to_string(poison.letter.offset.value()) + (left_out ? "/left-out" : "/mended");
}

// Tells the fold that the practice goes on.
stream::OutputRecord release_record(const LaidAside& poison, const Cure& cure, bool replay) {
  const ledger::ParkedPlace& place = *poison.was.parked;
  v1::RegistryRecord message;
  v1::ControlRecord& control = *message.mutable_control();
  control.set_event_id(release_event(poison, cure.leave_out));
  control.set_due_at(poison.was.timestamp.milliseconds());
  v1::PracticeReleased& released = *control.mutable_practice_released();
  released.set_practice_id(place.practice.value());
  released.set_parked_at(place.since.value());
  released.set_number(place.number);
  released.set_left_out(cure.leave_out);
  control.mutable_actor()->set_subject("qcdr-dlq");
  control.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
  stream::OutputRecord record;
  record.topic = poison.was.topic;
  record.partition = poison.was.partition;
  record.key = practice_key(place.practice);
  record.value = message.SerializeAsString();
  record.headers = {{kIdHeader, control.event_id()}, {kEventIdHeader, control.event_id()}};
  if (replay) record.timestamp = poison.was.timestamp;
  return record;
}

}  // namespace

Result<std::vector<LaidAside>> DeadLetters::list(const std::string& topic) {
  std::vector<LaidAside> found;
  bool known = topic.empty();
  for (const std::string input : kInputs) {
    const std::string letters = stream::dead_letter_topic(input);
    if (!topic.empty() && topic != input && topic != letters) continue;
    known = true;
    QCDR_RETURN_IF_ERROR(add(letters, &found));
  }
  if (!known) return Status(ErrorCode::kNotFound, topic + " is no topic that a stage reads");
  return found;
}

Status DeadLetters::add(const std::string& topic, std::vector<LaidAside>* found) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log_.partition_count(topic));
  QCDR_ASSIGN_OR_RETURN(const auto reader, log_.reader());
  for (std::int32_t number = 0; number < partitions; ++number) {
    const Partition partition(number);
    std::set<std::string> laid_back;
    std::set<std::tuple<Partition, Offset, PracticeId>> places;
    const std::size_t first = found->size();
    QCDR_ASSIGN_OR_RETURN(Offset place, reader->beginning(topic, partition));
    for (;;) {
      QCDR_ASSIGN_OR_RETURN(auto records, reader->read(topic, partition, place, kReadRecords));
      if (records.empty()) break;
      place = next(records.back().offset);
      for (stream::Record& record : records) {
        const std::string_view mark = record.header(kLaidBackHeader);
        if (!mark.empty()) {
          laid_back.insert(std::string(mark));
          continue;
        }
        QCDR_ASSIGN_OR_RETURN(DeadLetter was, read_dead_letter(record));
        // Validation works at least once: what it laid aside twice is one record all the same.
        // A lifted hold is laid aside for each practice that is parked.
        const PracticeId parked = was.parked ? was.parked->practice : PracticeId();
        if (!places.emplace(was.partition, was.offset, parked).second) continue;
        found->push_back({std::move(record), std::move(was), false});
      }
    }
    for (std::size_t i = first; i < found->size(); ++i) {
      LaidAside& each = (*found)[i];
      each.laid_back = laid_back.contains(std::to_string(number) + "/" +
                                          std::to_string(each.letter.offset.value()));
    }
  }
  return Status::ok();
}

Result<LaidAside> DeadLetters::find(const std::string& topic, Partition partition, Offset offset) {
  QCDR_ASSIGN_OR_RETURN(std::vector<LaidAside> all, list(topic));
  for (LaidAside& each : all) {
    if (each.letter.partition == partition && each.letter.offset == offset) return std::move(each);
  }
  return Status(ErrorCode::kNotFound, "no dead letter lies there");
}

Status DeadLetters::lay_back(const LaidAside& letter) {
  if (letter.laid_back) {
    return Status(ErrorCode::kFailedPrecondition, "the record was laid back before");
  }
  QCDR_ASSIGN_OR_RETURN(stream::OutputRecord record, qcdr::lay_back(letter.letter, replay_));
  QCDR_ASSIGN_OR_RETURN(const auto appender, log_.appender());
  QCDR_RETURN_IF_ERROR(appender->append(std::move(record)).status());
  return appender->append(laid_back_mark(letter.letter)).status();
}

Result<std::vector<LaidAside>> DeadLetters::waiting_of(PracticeId practice) {
  QCDR_ASSIGN_OR_RETURN(std::vector<LaidAside> all, list(kRegistryRecordsTopic));
  std::map<Partition, Offset> since;
  for (const LaidAside& each : all) {
    if (!each.was.parked || each.was.parked->practice != practice) continue;
    Offset& last = since[each.was.partition];
    last = std::max(last, each.was.parked->since);
  }
  std::map<std::pair<Partition, std::uint64_t>, LaidAside> newest;  // the list goes by offset
  for (LaidAside& each : all) {
    const auto& parked = each.was.parked;
    if (!parked || parked->practice != practice) continue;
    if (parked->since != since.at(each.was.partition)) continue;
    newest.insert_or_assign({each.was.partition, parked->number}, std::move(each));
  }
  std::vector<LaidAside> waiting;
  for (auto& [place, each] : newest) {
    if (!each.laid_back) waiting.push_back(std::move(each));
  }
  return waiting;
}

Result<std::vector<LaidAside>> DeadLetters::waiting_for(PracticeId practice, const Cure& cure) {
  QCDR_ASSIGN_OR_RETURN(std::vector<LaidAside> waiting, waiting_of(practice));
  if (waiting.empty()) return Status(ErrorCode::kNotFound, "nothing waits of this practice");
  const bool cures = cure.leave_out || cure.mended;
  Status unfit(ErrorCode::kFailedPrecondition,
               cures ? "nothing has to be left out or mended: what waits can be folded"
                     : "the first record cannot be folded: leave it out, or mend it");
  bool looked = false;
  for (auto first = waiting.begin(); first != waiting.end();) {
    const auto last = std::find_if(first, waiting.end(), [&](const LaidAside& each) {
      return each.was.partition != first->was.partition;
    });
    if (cures == first->was.poison) {
      const Status fits = cure.mended ? check_mended(*first, *cure.mended) : Status::ok();
      if (fits.is_ok()) {
        return std::vector<LaidAside>(std::make_move_iterator(first),
                                      std::make_move_iterator(last));
      }
      if (!std::exchange(looked, true)) unfit = fits;
    }
    first = last;
  }
  return unfit;
}

// Which release took effect is a question of order, and the log has the answer: a mended record
// behind its release is folded, unless it cannot be either, and then there is a newer letter.
Status DeadLetters::check_not_begun_otherwise(const LaidAside& poison, const Cure& cure) {
  const Partition partition = poison.was.partition;
  const std::string left_out = release_event(poison, true);
  const std::string mended = release_event(poison, false);
  bool awaits_mended = false;
  QCDR_ASSIGN_OR_RETURN(const auto reader, log_.reader());
  Offset place = next(poison.was.offset);
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const auto records,
                          reader->read(poison.was.topic, partition, place, kReadRecords));
    if (records.empty()) return Status::ok();
    place = next(records.back().offset);
    for (const stream::Record& record : records) {
      const std::string_view event = record.header(kEventIdHeader);
      if (event == left_out) {
        if (cure.leave_out) return Status::ok();
        return Status(ErrorCode::kFailedPrecondition,
                      "a release that was begun before has left the record out: go on with that");
      }
      awaits_mended = awaits_mended || event == mended;
      if (!awaits_mended || parked_place(record) != poison.was.parked) continue;
      if (cure.mended == record.value) return Status::ok();
      return Status(ErrorCode::kFailedPrecondition,
                    "a release that was begun before has brought a mended record: go on with that");
    }
  }
}

Result<std::size_t> DeadLetters::release(PracticeId practice, const Cure& cure) {
  QCDR_ASSIGN_OR_RETURN(const std::vector<LaidAside> waiting, waiting_for(practice, cure));
  const bool cures = cure.leave_out || cure.mended;
  const LaidAside& first = waiting.front();
  QCDR_ASSIGN_OR_RETURN(const auto appender, log_.appender());
  if (cures) {
    QCDR_RETURN_IF_ERROR(check_not_begun_otherwise(first, cure));
    QCDR_RETURN_IF_ERROR(appender->append(release_record(first, cure, replay_)).status());
  }
  std::size_t laid_back = 0;
  for (const LaidAside& each : waiting) {
    const bool first_of_all = cures && &each == &first;
    if (first_of_all && cure.leave_out) continue;
    QCDR_ASSIGN_OR_RETURN(stream::OutputRecord record, qcdr::lay_back(each.letter, replay_));
    if (first_of_all) record.value = cure.mended;
    QCDR_RETURN_IF_ERROR(appender->append(std::move(record)).status());
    ++laid_back;
  }
  // Marked when all of them are there: a crash before lays everything back again, and the fold
  // passes over what it had.
  for (const LaidAside& each : waiting) {
    QCDR_RETURN_IF_ERROR(appender->append(laid_back_mark(each.letter)).status());
  }
  return laid_back;
}

}  // namespace qcdr

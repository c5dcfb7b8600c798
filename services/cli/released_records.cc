#include "cli/released_records.h"

#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

// The release that a record is, if it is one.
std::optional<v1::PracticeReleased> release_in(const stream::Record& record) {
  v1::RegistryRecord message;
  if (!record.value || !message.ParseFromString(*record.value)) return std::nullopt;
  if (!message.has_control() || !message.control().has_practice_released()) return std::nullopt;
  return message.control().practice_released();
}

}  // namespace

Result<ReleasedRecords> ReleasedRecords::open(LogView& log) {
  ReleasedRecords found;
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    QCDR_RETURN_IF_ERROR(found.note_letters(log, Partition(number)));
    if (found.origins_.empty()) continue;  // nobody was ever parked
    QCDR_RETURN_IF_ERROR(found.note_releases(log, Partition(number)));
  }
  return found;
}

// The first letter of a place is that of the record; later ones are of what was laid back.
Status ReleasedRecords::note_letters(LogView& log, Partition partition) {
  return log.for_each(
      stream::dead_letter_topic(kRegistryRecordsTopic), partition, Offset(),
      [&](const stream::Record& letter) -> Status {
        if (!letter.header(kLaidBackHeader).empty()) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(const DeadLetter was, read_dead_letter(letter));
        if (!was.parked) return Status::ok();
        const ledger::ParkedPlace& place = *was.parked;
        const Origin origin(was.partition, was.offset);
        laid_aside_.insert(origin);
        origins_.try_emplace({was.partition, place.practice, place.since, place.number}, origin);
        return Status::ok();
      });
}

// As the fold takes it: once the record was left out, or came mended, nothing changes that.
void ReleasedRecords::note_release(const Place& place, bool left_out, std::set<Place>* expected) {
  const auto origin = origins_.find(place);
  if (origin == origins_.end()) return;
  if (left_out_.contains(origin->second) || mended_.contains(origin->second)) return;
  if (left_out) {
    expected->erase(place);
    left_out_.insert(origin->second);
  } else {
    expected->insert(place);
  }
}

Status ReleasedRecords::note_releases(LogView& log, Partition partition) {
  std::set<Place> expected;  // mended
  return log.for_each(
      kRegistryRecordsTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
        if (const auto released = release_in(record)) {
          note_release({partition, PracticeId(released->practice_id()),
                        Offset(released->parked_at()), released->number()},
                       released->left_out(), &expected);
          return Status::ok();
        }
        const auto laid_back = parked_place(record);
        if (!laid_back || !record.value) return Status::ok();
        // Mended badly it was laid aside again, and another may come.
        if (laid_aside_.contains(Origin(partition, record.offset))) return Status::ok();
        const Place place(partition, laid_back->practice, laid_back->since, laid_back->number);
        if (expected.erase(place) != 0) mended_[origins_.at(place)] = *record.value;
        return Status::ok();
      });
}

std::optional<std::string> ReleasedRecords::value_of(const stream::Record& record) const {
  if (!record.value || parked_place(record) || release_in(record)) return std::nullopt;
  const Origin origin(record.partition, record.offset);
  if (left_out_.contains(origin)) return std::nullopt;
  const auto mended = mended_.find(origin);
  return mended != mended_.end() ? mended->second : *record.value;
}

}  // namespace qcdr

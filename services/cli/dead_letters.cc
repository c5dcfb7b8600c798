#include "cli/dead_letters.h"

#include <array>
#include <set>

#include "common/topic_names.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::size_t kReadRecords = 500;

// Topics of which a stage reads.
constexpr std::array<const char*, 3> kInputs = {kUploadsTopic, kRegistryRecordsTopic,
                                                kEntityContributionsTopic};

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
    std::set<std::pair<Partition, Offset>> places;
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
        if (!places.emplace(was.partition, was.offset).second) continue;
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

}  // namespace qcdr

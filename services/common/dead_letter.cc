#include "common/dead_letter.h"

#include <charconv>

#include "common/event_headers.h"
#include "common/topic_names.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::string_view kErrorsPrefix = "__connect.errors.";
constexpr const char* kTopic = "__connect.errors.topic";
constexpr const char* kPartition = "__connect.errors.partition";
constexpr const char* kOffset = "__connect.errors.offset";
constexpr const char* kApplication = "__connect.errors.connector.name";
constexpr const char* kTask = "__connect.errors.task.id";
constexpr const char* kStage = "__connect.errors.stage";
constexpr const char* kClass = "__connect.errors.class.name";
constexpr const char* kException = "__connect.errors.exception.class.name";
constexpr const char* kMessage = "__connect.errors.exception.message";
constexpr const char* kTimestamp = "qcdr-original-timestamp";
// Connect's names for where it happened, and ours for what.
constexpr const char* kReading = "VALUE_CONVERTER";
constexpr const char* kFolding = "TASK_PUT";
constexpr const char* kCorruption = "corruption";
constexpr const char* kParked = "parked";

// What the log or the loop puts on every record it writes.
bool is_of_writing(const std::string& name) {
  return name == kIdHeader || name == "version" || name.starts_with("ce_") ||
         name == "content-type";
}

bool is_ours(const std::string& name) {
  return name.starts_with(kErrorsPrefix) || name == kTimestamp || name == kReceivedAtHeader;
}

template <class Number>
bool read_number(std::string_view text, Number* number) {
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, *number);
  return !text.empty() && read.ec == std::errc() && read.ptr == end;
}

std::string place_of(const stream::Record& letter) {
  return std::to_string(letter.partition.value()) + "/" + std::to_string(letter.offset.value());
}

// What is said of a letter beside where it was.
struct Said {
  std::string_view service;
  std::string_view why;
  const char* stage = kReading;
  const char* what = kCorruption;
};

stream::OutputRecord letter_of(const stream::Record& record, const Said& said) {
  stream::OutputRecord letter;
  letter.topic = stream::dead_letter_topic(record.topic);
  letter.partition = record.partition;
  letter.key = record.key;
  letter.value = record.value;
  for (const stream::Header& header : record.headers) {
    const bool passed_on =
        !is_of_writing(header.name) && !is_ours(header.name) && header.name != kParkedHeader;
    if (passed_on) letter.headers.push_back(header);
  }
  const auto add = [&](const char* name, std::string_view value) {
    letter.headers.push_back({name, std::string(value)});
  };
  add(kTopic, record.topic);
  add(kPartition, std::to_string(record.partition.value()));
  add(kOffset, std::to_string(record.offset.value()));
  add(kApplication, "qcdr");
  add(kTask, said.service);
  add(kStage, said.stage);
  add(kClass, "qcdr.v1");
  add(kException, said.what);
  add(kMessage, said.why);
  add(kTimestamp, std::to_string(first_received(record).milliseconds()));
  return letter;
}

}  // namespace

stream::OutputRecord make_dead_letter(const stream::Record& record, std::string_view stage,
                                      std::string_view why) {
  return letter_of(record, {stage, why});
}

stream::OutputRecord make_parked_letter(const stream::Record& record, std::string_view stage,
                                        const ledger::ParkedPlace& place,
                                        std::optional<ledger::Poison> poison) {
  Said said{stage, kParked, kFolding, kParked};
  if (poison) {
    said.why = ledger::in_words(*poison);
    said.what = kCorruption;
    const bool read = *poison != ledger::Poison::kUndecodable && *poison != ledger::Poison::kSealed;
    said.stage = read ? kFolding : kReading;
  }
  stream::OutputRecord letter = letter_of(record, said);
  letter.key = practice_key(place.practice);
  std::erase_if(letter.headers,
                [](const stream::Header& header) { return header.name == kEventIdHeader; });
  letter.headers.push_back({kParkedHeader, std::to_string(place.practice.value()) + "/" +
                                               std::to_string(place.since.value()) + "/" +
                                               std::to_string(place.number)});
  return letter;
}

std::optional<ledger::ParkedPlace> parked_place(const stream::Record& record) {
  const std::string_view text = record.header(kParkedHeader);
  const std::size_t first = text.find('/');
  const std::size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  std::uint32_t practice = 0;
  std::int64_t since = 0;
  std::uint64_t number = 0;
  if (!read_number(text.substr(0, first), &practice) ||
      !read_number(text.substr(first + 1, second - first - 1), &since) || since < 0 ||
      !read_number(text.substr(second + 1), &number) || practice == 0) {
    return std::nullopt;
  }
  return ledger::ParkedPlace{PracticeId(practice), Offset(since), number};
}

Result<DeadLetter> read_dead_letter(const stream::Record& letter) {
  DeadLetter read;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = 0;
  read.topic = letter.header(kTopic);
  read.stage = letter.header(kTask);
  read.why = letter.header(kMessage);
  if (read.topic.empty() || stream::dead_letter_topic(read.topic) != letter.topic ||
      !read_number(letter.header(kPartition), &partition) || partition < 0 ||
      !read_number(letter.header(kOffset), &offset) || offset < 0 ||
      !read_number(letter.header(kTimestamp), &timestamp)) {
    return Status(ErrorCode::kCorruption, "a dead letter does not say where it was");
  }
  read.partition = Partition(partition);
  read.offset = Offset(offset);
  read.timestamp = Instant::from_milliseconds(timestamp);
  read.parked = parked_place(letter);
  read.poison = read.parked && letter.header(kException) != kParked;
  return read;
}

Result<stream::OutputRecord> lay_back(const stream::Record& letter, bool keep_timestamp) {
  QCDR_ASSIGN_OR_RETURN(const DeadLetter was, read_dead_letter(letter));
  stream::OutputRecord record;
  record.topic = was.topic;
  record.partition = was.partition;
  record.key = letter.key;
  record.value = letter.value;
  for (const stream::Header& header : letter.headers) {
    if (!is_of_writing(header.name) && !is_ours(header.name)) record.headers.push_back(header);
  }
  record.headers.push_back({kReceivedAtHeader, std::to_string(was.timestamp.milliseconds())});
  if (keep_timestamp) record.timestamp = was.timestamp;
  return record;
}

stream::OutputRecord laid_back_mark(const stream::Record& letter) {
  stream::OutputRecord mark;
  mark.topic = letter.topic;
  mark.partition = letter.partition;
  mark.key = letter.key;
  mark.headers.push_back({kLaidBackHeader, place_of(letter)});
  return mark;
}

Instant first_received(const stream::Record& record) {
  std::int64_t milliseconds = 0;
  const std::string_view said = record.header(kReceivedAtHeader);
  return read_number(said, &milliseconds) ? Instant::from_milliseconds(milliseconds)
                                          : record.timestamp;
}

}  // namespace qcdr

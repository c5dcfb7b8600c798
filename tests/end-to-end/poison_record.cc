// poison_record: puts a record onto the log of a data directory that can never be folded.
//
//   poison_record DATA_DIR PRACTICE FILE
//
// It is the practice's first chunk once more, with a bit of its seal turned over. FILE gets the
// bytes of the sound one, which mends it: rows that were folded are folded once. Exit codes: 0 ok,
// 1 error, 2 usage.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/embedded/embedded_log.h"
#include "stream/system_clock.h"

namespace qcdr {
namespace {

constexpr std::size_t kRecordsPerRead = 500;

Result<stream::Record> first_chunk(stream::Log& log, PracticeId practice) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kRegistryRecordsTopic));
  const Partition partition = practice_partition(practice, partitions);
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  QCDR_ASSIGN_OR_RETURN(Offset place, reader->beginning(kRegistryRecordsTopic, partition));
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(auto records,
                          reader->read(kRegistryRecordsTopic, partition, place, kRecordsPerRead));
    if (records.empty()) return Status(ErrorCode::kNotFound, "the practice has no chunk");
    place = next(records.back().offset);
    for (stream::Record& record : records) {
      v1::RegistryRecord message;
      if (record.value && message.ParseFromString(*record.value) && message.has_chunk() &&
          message.chunk().practice_id() == practice.value()) {
        return std::move(record);
      }
    }
  }
}

Status run(const std::string& data, PracticeId practice, const std::string& sound) {
  stream::SystemClock clock;
  stream::EmbeddedLogOptions options;
  options.directory = data + "/log";
  options.clock = &clock;
  QCDR_ASSIGN_OR_RETURN(const auto log, stream::EmbeddedLog::open(options));
  QCDR_ASSIGN_OR_RETURN(const stream::Record chunk, first_chunk(*log, practice));
  std::ofstream(sound, std::ios::binary) << *chunk.value;
  v1::RegistryRecord message;
  if (!message.ParseFromString(*chunk.value)) return Status(ErrorCode::kInternal, "not a record");
  std::string& sealed = *message.mutable_chunk()->mutable_sealed_rows();
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  stream::OutputRecord record;
  record.topic = chunk.topic;
  record.partition = chunk.partition;
  record.key = chunk.key;
  record.value = message.SerializeAsString();
  record.timestamp = chunk.timestamp;
  QCDR_ASSIGN_OR_RETURN(const auto appender, log->appender());
  return appender->append(std::move(record)).status();
}

}  // namespace
}  // namespace qcdr

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: poison_record DATA_DIR PRACTICE FILE\n");
    return 2;
  }
  const auto practice = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const qcdr::Status status = qcdr::run(argv[1], qcdr::PracticeId(practice), argv[3]);
  if (!status.is_ok()) std::fprintf(stderr, "poison_record: %s\n", status.to_string().c_str());
  return status.is_ok() ? 0 : 1;
}

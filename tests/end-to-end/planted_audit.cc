// planted_audit: puts an audit record onto the log of a data directory that no fold would write.
//
//   planted_audit DATA_DIR wrong|later-generation|out-of-place EVENT
//
// wrong: a state at that deadline with a bit of its digest turned over, by another writer.
// later-generation: the same, as the next generation would have written it.
// out-of-place: the record of that deadline once more.
// Prints the partition. Exit codes: 0 ok, 1 error, 2 usage.
#include <cstdio>
#include <string>

#include "common/topic_names.h"
#include "qcdr/v1/audit.pb.h"
#include "stream/embedded/embedded_log.h"
#include "stream/system_clock.h"

namespace qcdr {
namespace {

constexpr std::size_t kRecordsPerRead = 500;
constexpr std::size_t kDigestBytes = 32;

Result<stream::Record> record_of(stream::Log& log, const std::string& event) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kAuditTopic));
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  for (std::int32_t number = 0; number < partitions; ++number) {
    Offset place;
    for (;;) {
      QCDR_ASSIGN_OR_RETURN(auto records,
                            reader->read(kAuditTopic, Partition(number), place, kRecordsPerRead));
      if (records.empty()) break;
      place = next(records.back().offset);
      for (stream::Record& record : records) {
        v1::AuditRecord audit;
        if (audit.ParseFromString(record.value.value_or("")) &&
            audit.state_digest().event_id() == event &&
            !audit.state_digest().has_source_partition()) {
          return std::move(record);
        }
      }
    }
  }
  return Status(ErrorCode::kNotFound, "nothing was written at that deadline");
}

Status run(const std::string& data, const std::string& what, const std::string& event) {
  stream::SystemClock clock;
  stream::EmbeddedLogOptions options;
  options.directory = data + "/log";
  options.clock = &clock;
  QCDR_ASSIGN_OR_RETURN(const auto log, stream::EmbeddedLog::open(options));
  QCDR_ASSIGN_OR_RETURN(const stream::Record found, record_of(*log, event));
  stream::OutputRecord record;
  record.topic = found.topic;
  record.partition = found.partition;
  record.key = found.key;
  record.value = found.value;
  if (what != "out-of-place") {
    v1::AuditRecord audit;
    if (!audit.ParseFromString(*found.value)) return Status(ErrorCode::kInternal, "no record");
    record.key = "planted-0";
    audit.set_writer(record.key);
    audit.set_sequence(1);
    audit.set_previous_sha256(std::string(kDigestBytes, '\0'));
    v1::AuditedStateDigest& state = *audit.mutable_state_digest();
    state.mutable_digest()->front() = static_cast<char>(state.digest().front() ^ 1);
    if (what == "later-generation") state.set_generation(state.generation() + 1);
    record.value = audit.SerializeAsString();
  }
  QCDR_ASSIGN_OR_RETURN(const auto appender, log->appender());
  std::printf("%d\n", found.partition.value());
  return appender->append(std::move(record)).status();
}

}  // namespace
}  // namespace qcdr

int main(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[2] : "";
  if (what != "wrong" && what != "later-generation" && what != "out-of-place") {
    std::fprintf(stderr,
                 "usage: planted_audit DATA_DIR wrong|later-generation|out-of-place EVENT\n");
    return 2;
  }
  const qcdr::Status status = qcdr::run(argv[1], what, argv[3]);
  if (!status.is_ok()) std::fprintf(stderr, "planted_audit: %s\n", status.to_string().c_str());
  return status.is_ok() ? 0 : 1;
}

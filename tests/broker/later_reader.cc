// later_reader: the later contract to look at, and a consumer that knows it.
//
//   later_reader image                              its image, for `buf breaking`, to standard
//   output later_reader count --broker HOST:PORT --keys DIR
// count reads every record of the topics, and what chunks seal, by the later contract. One JSON
// object: for each message of the contract how often what is added was there ("with") and was not
// ("without", as in what today's release wrote; both 0 when no record has one), and how many
// records had headers that today's release does not know. A record that cannot be read is an error.
// Exit codes: 0 ok, 1 error, 2 usage.
#include <fmt/core.h>

#include <cstdio>
#include <functional>

#include "common/chunk_seal.h"
#include "common/file_key_ring.h"
#include "common/topic_names.h"
#include "later_contract.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/progress.pb.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/score_projection.pb.h"
#include "qcdr/v1/upload.pb.h"
#include "stream/kafka/kafka_log.h"

namespace qcdr::later {
namespace {

constexpr int kExitError = 1;
constexpr int kExitUsage = 2;
constexpr std::size_t kRecordsPerRead = 1000;

class Counter {
 public:
  Counter(stream::Log& log, KeyRing& keys) : log_(log), opener_(keys) {
    for (const auto& file : LaterContract::get().image().file()) {
      for (const auto& message : file.message_type()) name(file.package() + ".", message);
    }
  }

  Status read(const std::string& topic, const Descriptor* type) {
    QCDR_ASSIGN_OR_RETURN(const auto reader, log_.reader());
    QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log_.partition_count(topic));
    for (std::int32_t number = 0; number < partitions; ++number) {
      const Partition partition(number);
      QCDR_ASSIGN_OR_RETURN(Offset from, reader->beginning(topic, partition));
      for (;;) {
        QCDR_ASSIGN_OR_RETURN(const auto records,
                              reader->read(topic, partition, from, kRecordsPerRead));
        if (records.empty()) break;
        from = next(records.back().offset);
        for (const stream::Record& record : records) {
          QCDR_RETURN_IF_ERROR(take(record, type).with_context(topic));
        }
      }
    }
    return Status::ok();
  }
  void print() const {
    fmt::print("{{\"headers\":{},\"messages\":{{", headers_);
    const char* separator = "";
    for (const auto& [type, additions] : counts_) {
      fmt::print("{}\"{}\":{{\"with\":{},\"without\":{}}}", separator, type, additions.with,
                 additions.without);
      separator = ",";
    }
    fmt::print("}}}}\n");
  }

 private:
  void name(const std::string& prefix, const google::protobuf::DescriptorProto& message) {
    if (!message.name().starts_with("Later")) counts_[prefix + message.name()];
    for (const auto& nested : message.nested_type()) name(prefix + message.name() + ".", nested);
  }
  Status take(const stream::Record& record, const Descriptor* type) {
    if (!record.header("ce_dataschema").empty()) ++headers_;
    if (!record.value) return Status::ok();
    QCDR_RETURN_IF_ERROR(count(*record.value, type));
    v1::RegistryRecord chunk;
    if (type != v1::RegistryRecord::descriptor() || !chunk.ParseFromString(*record.value) ||
        !chunk.has_chunk()) {
      return Status::ok();
    }
    v1::ChunkRows rows;
    QCDR_RETURN_IF_ERROR(opener_.open(chunk.chunk(), &rows));
    return count(rows.SerializeAsString(), v1::ChunkRows::descriptor());
  }
  Status count(const std::string& bytes, const Descriptor* today) {
    const auto message = LaterContract::get().make(LaterContract::get().find(today));
    if (!message->ParseFromString(bytes)) {
      return Status(ErrorCode::kCorruption, "a record cannot be read by the later contract");
    }
    say_as_today(message.get());  // what a later member holds whole
    count_additions(*message, &counts_);
    return Status::ok();
  }

  stream::Log& log_;
  ChunkOpener opener_;
  std::uint64_t headers_ = 0;
  std::map<std::string, Additions> counts_;
};

Status count_all(const std::string& broker, const std::string& key_directory) {
  stream::KafkaOptions kafka;
  kafka.properties["bootstrap.servers"] = broker;
  QCDR_ASSIGN_OR_RETURN(const auto log, stream::KafkaLog::open(std::move(kafka)));
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open({key_directory}));
  Counter counter(*log, *keys);
  const std::pair<const char*, const Descriptor*> topics[] = {
      {kUploadsTopic, v1::Upload::descriptor()},
      {kRegistryRecordsTopic, v1::RegistryRecord::descriptor()},
      {kEntityContributionsTopic, v1::EntityContribution::descriptor()},
      {kProgressTopic, v1::ProgressMarker::descriptor()},
      {kFindingsTopic, v1::FindingRecord::descriptor()},
      {kScoreProjectionsTopic, v1::ScoreProjection::descriptor()},
      {kReadinessTopic, v1::Readiness::descriptor()}};
  for (const auto& [topic, type] : topics) QCDR_RETURN_IF_ERROR(counter.read(topic, type));
  counter.print();
  return Status::ok();
}

Status print_image() {
  const std::string bytes = LaterContract::get().image().SerializeAsString();
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
    return Status(ErrorCode::kUnavailable, "standard output cannot be written");
  }
  return Status::ok();
}

}  // namespace
}  // namespace qcdr::later

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  qcdr::Status status;
  if (arguments.size() == 1 && arguments[0] == "image") {
    status = qcdr::later::print_image();
  } else if (arguments.size() == 5 && arguments[0] == "count" && arguments[1] == "--broker" &&
             arguments[3] == "--keys") {
    status = qcdr::later::count_all(arguments[2], arguments[4]);
  } else {
    fmt::print(stderr, "usage: later_reader image | count --broker HOST:PORT --keys DIR\n");
    return qcdr::later::kExitUsage;
  }
  if (status.is_ok()) return 0;
  fmt::print(stderr, "later_reader: {}\n", status.to_string());
  return qcdr::later::kExitError;
}

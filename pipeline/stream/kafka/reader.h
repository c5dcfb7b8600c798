// Reads committed records of any partition, outside groups.
//
// Invariants: a read ends at the last stable offset at the latest; offsets that no reader may see
// (transaction markers, aborted records) are passed over; a read that cannot reach its end within
// request_wait answers with what it has, or kUnavailable when that is nothing.
// Reading on where the last read ended costs no new fetch; any other place starts one.
// Thread-safety: one thread.
#pragma once

#include <optional>

#include "stream/kafka/client.h"
#include "stream/log.h"

namespace qcdr::stream::kafka {

class Deadline;

class KafkaReader final : public Reader {
 public:
  static Result<std::unique_ptr<Reader>> make(const KafkaOptions& options);

  Result<std::vector<Record>> read(const std::string& topic, Partition partition, Offset from,
                                   std::size_t records_max) override;
  Result<Offset> beginning(const std::string& topic, Partition partition) override;
  Result<Offset> end(const std::string& topic, Partition partition) override;

 private:
  // Where the present fetch stands.
  struct Place {
    std::string topic;
    Partition partition;
    Offset next;     // what the caller gets next
    Offset reached;  // everything visible below this was handed out; at least `next`
    Offset end;      // last known end
  };

  explicit KafkaReader(const KafkaOptions& options) : options_(options) {}
  // Makes place_ stand at `from`.
  Status stand_at(const std::string& topic, Partition partition, Offset from);
  // One step of the fetch. Appends at most one record.
  Status step(const Deadline& deadline, std::vector<Record>* records);

  KafkaOptions options_;
  std::unique_ptr<Client> client_;
  std::optional<Place> place_;
};

}  // namespace qcdr::stream::kafka

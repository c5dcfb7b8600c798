#include "stream/kafka/reach.h"

#include <librdkafka/rdkafka.h>

#include <optional>

#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"

namespace qcdr::stream::kafka {
namespace {

// A look that is too short for a slow cluster is followed by one twice as long.
constexpr int kLookMilliseconds = 500;
// Another broker of the list may still let us in when one does not.
constexpr auto kPatience = std::chrono::milliseconds(1'500);

rd_kafka_resp_err_t look(rd_kafka_t* handle, int wait_milliseconds) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(handle, 0, nullptr, &metadata, wait_milliseconds);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_metadata_destroy(metadata);
  return error;
}

std::string cluster_id(rd_kafka_t* handle, int wait_milliseconds) {
  char* id = rd_kafka_clusterid(handle, wait_milliseconds);
  std::string text = id == nullptr ? "" : id;
  rd_kafka_mem_free(handle, id);
  return text;
}

}  // namespace

Result<std::string> reach_cluster(const Client& client, std::chrono::milliseconds wait) {
  const Deadline deadline(wait);
  std::optional<Deadline> soon;
  for (int milliseconds = kLookMilliseconds;; milliseconds *= 2) {
    const rd_kafka_resp_err_t error = look(client.get(), deadline.remaining(milliseconds));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::string id = cluster_id(client.get(), deadline.remaining(kLookMilliseconds));
      if (id.empty()) return Status(ErrorCode::kUnavailable, "the cluster does not tell its id");
      return id;
    }
    while (rd_kafka_poll(client.get(), 0) > 0) {  // lets the library tell what went wrong
    }
    const auto trouble = client.trouble();
    if (trouble && trouble->decisive && !soon) soon.emplace(kPatience);
    if (!deadline.passed() && !(soon && soon->passed())) continue;
    return trouble ? trouble->status : status_of(error, "reaching the cluster");
  }
}

}  // namespace qcdr::stream::kafka

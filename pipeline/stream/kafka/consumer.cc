#include "stream/kafka/consumer.h"

#include <fmt/core.h>

#include <atomic>
#include <charconv>
#include <cstring>
#include <thread>

#include "core/assert.h"
#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"
#include "stream/kafka/messages.h"
#include "stream/kafka/offsets.h"

namespace qcdr::stream::kafka {
namespace {

constexpr auto kPause = std::chrono::milliseconds(20);
// The library hands out the partitions mixed, as they were fetched. So much is taken out of it
// ahead, to hand it out one after the other: see partition_turn.h.
constexpr std::size_t kStashRecordsMax = 65'536;

// Of all members in this process: whoever makes a new member cannot take its first epoch for one
// of the member before.
std::uint64_t next_epoch() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

// A member that is not polled for this long fetches no more: well before the group would put it
// out.
Result<std::chrono::milliseconds> idle_after(rd_kafka_t* handle) {
  constexpr std::int64_t kShare = 10;
  char text[32];
  std::size_t size = sizeof(text);
  std::int64_t milliseconds = 0;
  if (rd_kafka_conf_get(rd_kafka_conf(handle), "max.poll.interval.ms", text, &size) !=
          RD_KAFKA_CONF_OK ||
      std::from_chars(text, text + std::strlen(text), milliseconds).ec != std::errc()) {
    return Status(ErrorCode::kInvalidArgument, "max.poll.interval.ms cannot be read");
  }
  return std::chrono::milliseconds(milliseconds / kShare);
}

}  // namespace

struct KafkaConsumer::Library {
  std::unique_ptr<Client> client;
  std::shared_ptr<rd_kafka_consumer_group_metadata_s> metadata;  // of the present epoch
};

KafkaConsumer::KafkaConsumer(const KafkaOptions& options, std::string topic)
    : options_(options), topic_(std::move(topic)), library_(std::make_unique<Library>()) {}

KafkaConsumer::~KafkaConsumer() = default;

Result<std::unique_ptr<stream::Consumer>> KafkaConsumer::join(const KafkaOptions& options,
                                                              const std::string& group,
                                                              const std::string& topic,
                                                              const std::string& member_id) {
  std::unique_ptr<KafkaConsumer> consumer(new KafkaConsumer(options, topic));
  QCDR_ASSIGN_OR_RETURN(
      consumer->library_->client,
      Client::make(ClientKind::kConsumer, options,
                   {{"group.id", group}, {"group.instance.id", member_id}}, consumer.get()));
  rd_kafka_t* handle = consumer->library_->client->get();
  QCDR_ASSIGN_OR_RETURN(consumer->idle_after_, idle_after(handle));
  // A subscription to a topic that does not exist would wait silently.
  QCDR_RETURN_IF_ERROR(partition_count(handle, topic, options.request_wait).status());
  const PartitionList topics = new_partition_list();
  add_partition(topics, topic, Partition(RD_KAFKA_PARTITION_UA), Offset(RD_KAFKA_OFFSET_INVALID));
  const rd_kafka_resp_err_t error = rd_kafka_subscribe(handle, topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return status_of(error, "subscribe to " + topic);
  return std::unique_ptr<stream::Consumer>(std::move(consumer));
}

void KafkaConsumer::on_rebalance(int error, rd_kafka_topic_partition_list_s* partitions) {
  rd_kafka_t* handle = library_->client->get();
  const bool assigned = error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  change_ownership(assigned ? partitions : nullptr);
  rd_kafka_resp_err_t answer = RD_KAFKA_RESP_ERR_NO_ERROR;
  if (assigned) {
    // Taken here, so that it is the generation of this epoch and of no later one.
    library_->metadata = GroupMetadata(rd_kafka_consumer_group_metadata(handle));
    const PartitionList none = new_partition_list();
    answer = rd_kafka_assign(handle, none.get());
  } else {
    library_->metadata.reset();
    answer = rd_kafka_assign(handle, nullptr);
  }
  if (answer != RD_KAFKA_RESP_ERR_NO_ERROR && error_.is_ok()) {
    error_ = status_of(answer, "answering a rebalance");
  }
  // Come back to poll(), which must not go on under the new epoch.
  rd_kafka_yield(handle);
}

void KafkaConsumer::change_ownership(const rd_kafka_topic_partition_list_s* assigned) {
  epoch_ = next_epoch();
  places_.clear();
  stashed_records_ = 0;
  stashed_bytes_ = 0;
  seeks_pending_ = false;
  if (assigned == nullptr) return;
  for (int i = 0; i < assigned->cnt; ++i) {
    if (topic_ == assigned->elems[i].topic) places_[Partition(assigned->elems[i].partition)];
  }
}

Result<stream::Consumer::Assignment> KafkaConsumer::assignment() {
  // A record that is waiting to be handed out says that the queue was served a moment ago, as long
  // as somebody polls.
  if (stashed_records_ > 0 && std::chrono::steady_clock::now() - last_poll_ > idle_after_) {
    QCDR_RETURN_IF_ERROR(stop_fetching());
  }
  if (stashed_records_ == 0) pump(0);
  QCDR_RETURN_IF_ERROR(check());
  Assignment result;
  result.epoch = epoch_;
  for (const auto& [partition, place] : places_) result.partitions.push_back(partition);
  return result;
}

Status KafkaConsumer::seek(Partition partition, Offset next) {
  const auto place = places_.find(partition);
  if (place == places_.end()) {
    return Status(ErrorCode::kFailedPrecondition,
                  fmt::format("{} [{}] is not owned", topic_, partition.value()));
  }
  if (next.value() < 0) return Status(ErrorCode::kInvalidArgument, "a negative offset");
  forget_stash();
  place->second.sought = true;
  place->second.next = next;
  seeks_pending_ = true;
  return Status::ok();
}

void KafkaConsumer::forget_stash() {
  for (auto& [partition, place] : places_) {
    if (place.stash.empty()) continue;
    place.next = place.stash.front().offset;
    place.stash.clear();
    seeks_pending_ = true;
  }
  stashed_records_ = 0;
  stashed_bytes_ = 0;
}

Status KafkaConsumer::apply_seeks() {
  if (!seeks_pending_) return Status::ok();
  QCDR_ASSERT(stashed_records_ == 0);
  const PartitionList list = new_partition_list();
  for (const auto& [partition, place] : places_) {
    if (place.sought) add_partition(list, topic_, partition, place.next);
  }
  // One atomic assignment with explicit offsets. Messages of the one before are dropped by the
  // library itself: it marks each fetch with the version of the assignment that asked for it.
  const rd_kafka_resp_err_t error = rd_kafka_assign(library_->client->get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    QCDR_RETURN_IF_ERROR(library_->client->fatal());
    return status_of(error, "seek");
  }
  seeks_pending_ = false;
  return Status::ok();
}

// Records that nobody wants would stand before the group's news in the queue, and without a look at
// the queue the group takes the member for stuck. The next poll() fetches them again.
Status KafkaConsumer::stop_fetching() {
  forget_stash();
  seeks_pending_ = true;
  const PartitionList none = new_partition_list();
  const rd_kafka_resp_err_t error = rd_kafka_assign(library_->client->get(), none.get());
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Status::ok();
  QCDR_RETURN_IF_ERROR(library_->client->fatal());
  return status_of(error, "stopping to fetch");
}

bool KafkaConsumer::pump(int wait_milliseconds) {
  const Message message(rd_kafka_consumer_poll(library_->client->get(), wait_milliseconds));
  if (message == nullptr) return false;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    take_record(*message);
  } else {
    take_error(*message);
  }
  return true;
}

void KafkaConsumer::take_record(const rd_kafka_message_s& message) {
  const auto place = places_.find(Partition(message.partition));
  // Not owned any more, not sought yet, or a repeat: librdkafka can hand out all of these.
  if (place == places_.end() || !place->second.sought || seeks_pending_) return;
  if (topic_ != rd_kafka_topic_name(message.rkt)) return;
  if (message.offset < place->second.next.value()) return;
  place->second.stash.push_back(record_of(message));
  place->second.next = next(place->second.stash.back().offset);
  ++stashed_records_;
  stashed_bytes_ += place->second.stash.back().content_bytes();
}

bool KafkaConsumer::stash_is_full() const {
  return stashed_records_ >= kStashRecordsMax || stashed_bytes_ >= PartitionTurn::kShareBytes;
}

std::vector<Record> KafkaConsumer::hand_out(std::size_t records_max) {
  std::vector<Record> records;
  records.reserve(std::min(records_max, stashed_records_));
  for (std::size_t i = 0, first = turn_.first(places_.size()); i < places_.size(); ++i) {
    const std::size_t number = (first + i) % places_.size();
    std::deque<Record>& stash =
        std::next(places_.begin(), static_cast<std::ptrdiff_t>(number))->second.stash;
    std::size_t bytes = 0;
    for (; !stash.empty() && records.size() < records_max; stash.pop_front()) {
      bytes += stash.front().content_bytes();
      records.push_back(std::move(stash.front()));
    }
    stashed_bytes_ -= bytes;
    if (records.size() < records_max) continue;
    turn_.ended_in(number, bytes);
    break;
  }
  stashed_records_ -= records.size();
  if (stashed_records_ == 0) turn_.ended();
  return records;
}

void KafkaConsumer::take_error(const rd_kafka_message_s& message) {
  const int error = message.err;
  const char* text = rd_kafka_message_errstr(&message);
  library_->client->log(4, "CONSUMER", text == nullptr ? "" : text);
  if (error == RD_KAFKA_RESP_ERR__FATAL || is_passing(error) || !error_.is_ok()) return;
  error_ = status_of(error, fmt::format("reading {} [{}]", topic_, message.partition));
}

Status KafkaConsumer::check() {
  QCDR_RETURN_IF_ERROR(library_->client->fatal());
  if (error_.is_ok() || error_.code() == ErrorCode::kFenced) return error_;
  return std::exchange(error_, Status::ok());
}

Result<std::vector<Record>> KafkaConsumer::poll(std::chrono::milliseconds wait,
                                                std::size_t records_max) {
  last_poll_ = std::chrono::steady_clock::now();
  QCDR_RETURN_IF_ERROR(apply_seeks());
  const std::uint64_t epoch = epoch_;
  const Deadline deadline(wait);
  // The first record is waited for; what else is there comes along without waiting.
  while (!stash_is_full() && error_.is_ok() && epoch == epoch_) {
    const bool found = pump(stashed_records_ == 0 ? deadline.remaining() : 0);
    if (stashed_records_ == 0 ? deadline.passed() : !found) break;
  }
  std::vector<Record> records;
  if (stashed_records_ > 0) records = hand_out(records_max);
  // Records come before the error that was found after them.
  if (records.empty()) QCDR_RETURN_IF_ERROR(check());
  return records;
}

std::optional<Offset> KafkaConsumer::known_end(Partition partition) {
  const auto place = places_.find(partition);
  if (place == places_.end() || !place->second.sought || seeks_pending_) return std::nullopt;
  std::int64_t low = RD_KAFKA_OFFSET_INVALID;
  std::int64_t high = RD_KAFKA_OFFSET_INVALID;
  const rd_kafka_resp_err_t error = rd_kafka_get_watermark_offsets(
      library_->client->get(), topic_.c_str(), partition.value(), &low, &high);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  // It may be older than what was handed out since.
  return std::max(Offset(high), place->second.next);
}

Result<Offset> KafkaConsumer::committed(Partition partition) {
  rd_kafka_t* handle = library_->client->get();
  // A transaction of an earlier owner may still be open: the library asks again until the broker
  // answers with a stable offset.
  const Deadline deadline(options_.transaction_wait);
  while (true) {
    QCDR_RETURN_IF_ERROR(library_->client->fatal());
    const PartitionList list = new_partition_list();
    add_partition(list, topic_, partition, Offset(RD_KAFKA_OFFSET_INVALID));
    rd_kafka_resp_err_t error = rd_kafka_committed(handle, list.get(), deadline.remaining());
    const rd_kafka_topic_partition_t& answer = list->elems[0];
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = answer.err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (answer.offset >= 0) return Offset(answer.offset);
      return beginning_offset(handle, topic_, partition, options_.request_wait);
    }
    if (!is_passing(error) || deadline.passed()) {
      return status_of(error,
                       fmt::format("committed offset of {} [{}]", topic_, partition.value()));
    }
    std::this_thread::sleep_for(kPause);
  }
}

Status KafkaConsumer::commit(Partition partition, Offset next) {
  rd_kafka_t* handle = library_->client->get();
  // A lost session leaves no trace in a plain commit, so look at what the group says first.
  if (stashed_records_ == 0) pump(0);
  QCDR_RETURN_IF_ERROR(library_->client->fatal());
  if (!owns(partition) || rd_kafka_assignment_lost(handle) != 0) {
    return Status(ErrorCode::kAborted,
                  fmt::format("{} [{}] is not owned any more", topic_, partition.value()));
  }
  const PartitionList list = new_partition_list();
  add_partition(list, topic_, partition, next);
  // Through a queue of our own: the plain synchronous call has no bound.
  const Queue queue(rd_kafka_queue_new(handle));
  rd_kafka_resp_err_t error =
      rd_kafka_commit_queue(handle, list.get(), queue.get(), nullptr, nullptr);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const Event event(
        rd_kafka_queue_poll(queue.get(), static_cast<int>(options_.request_wait.count())));
    if (event == nullptr) {
      error = RD_KAFKA_RESP_ERR__TIMED_OUT;
    } else {
      error = rd_kafka_event_error(event.get());
      const auto* answers = rd_kafka_event_topic_partition_list(event.get());
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR && answers != nullptr && answers->cnt == 1) {
        error = answers->elems[0].err;
      }
    }
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Status::ok();
  return status_of(error, fmt::format("commit of {} [{}]", topic_, partition.value()));
}

Result<std::shared_ptr<const rd_kafka_consumer_group_metadata_s>> KafkaConsumer::metadata(
    std::uint64_t epoch) const {
  if (epoch != epoch_ || library_->metadata == nullptr ||
      rd_kafka_assignment_lost(library_->client->get()) != 0) {
    return Status(ErrorCode::kAborted, "ownership of the input has changed");
  }
  return std::shared_ptr<const rd_kafka_consumer_group_metadata_s>(library_->metadata);
}

}  // namespace qcdr::stream::kafka

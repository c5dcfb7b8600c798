#include "stream/kafka/appender.h"

#include "stream/kafka/deadline.h"
#include "stream/kafka/errors.h"
#include "stream/kafka/handles.h"

namespace qcdr::stream::kafka {
namespace {

constexpr int kPollMillisecondsMax = 100;

}  // namespace

Result<std::unique_ptr<Appender>> KafkaAppender::make(const KafkaOptions& options) {
  std::unique_ptr<KafkaAppender> appender(new KafkaAppender(options));
  QCDR_ASSIGN_OR_RETURN(appender->client_,
                        Client::make(ClientKind::kAppender, options, {}, appender.get()));
  appender->sender_ = std::make_unique<Sender>(*appender->client_, options.request_wait,
                                               options.request_wait, options.constant_headers);
  return std::unique_ptr<Appender>(std::move(appender));
}

KafkaAppender::~KafkaAppender() {
  // Topic handles must be gone before their client.
  sender_.reset();
}

void KafkaAppender::on_delivery(const rd_kafka_message_s& message) {
  ++reported_;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (delivery_.is_ok()) {
      delivery_ =
          status_of(message.err, std::string("delivery to ") + rd_kafka_topic_name(message.rkt));
    }
    return;
  }
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  last_.offset = Offset(message.offset);
  last_.timestamp = Instant::from_milliseconds(rd_kafka_message_timestamp(&message, &type));
}

Result<Appended> KafkaAppender::append(OutputRecord record) {
  std::vector<OutputRecord> one;
  one.push_back(std::move(record));
  QCDR_RETURN_IF_ERROR(append_all(std::move(one)));
  return last_;
}

Status KafkaAppender::append_all(std::vector<OutputRecord> records) {
  QCDR_RETURN_IF_ERROR(failed_);
  sent_ = 0;
  reported_ = 0;
  delivery_ = Status::ok();
  for (const OutputRecord& record : records) {
    const Status status = sender_->send(record, nullptr);
    if (status.is_ok()) {
      ++sent_;
      continue;
    }
    // What went before is sent all the same; the caller learns that not all of it was.
    if (is_refusal(status)) {
      const Status before = await_deliveries();
      return before.is_ok() ? status : before;
    }
    failed_ = status;
    return failed_;
  }
  return await_deliveries();
}

Status KafkaAppender::await_deliveries() {
  // message.timeout.ms ends each delivery before this bound, which only guards the library.
  const Deadline deadline(options_.transaction_wait);
  while (reported_ < sent_ && delivery_.is_ok()) {
    rd_kafka_poll(client_->get(), deadline.remaining(kPollMillisecondsMax));
    if (reported_ < sent_ && deadline.passed()) {
      delivery_ = Status(ErrorCode::kUnavailable, "records were not acknowledged in time");
    }
  }
  if (delivery_.is_ok()) return Status::ok();
  // A record too large for the topic was certainly not written, and idempotence is intact.
  if (delivery_.code() == ErrorCode::kLimitExceeded && reported_ == sent_) return delivery_;
  const Status fatal = client_->fatal();
  failed_ = fatal.is_ok() ? delivery_ : fatal;
  return failed_;
}

}  // namespace qcdr::stream::kafka

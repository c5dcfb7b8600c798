#include "stream/kafka/errors.h"

#include <fmt/core.h>
#include <librdkafka/rdkafka.h>

namespace qcdr::stream::kafka {
namespace {

rd_kafka_resp_err_t code_of(int error) {
  return static_cast<rd_kafka_resp_err_t>(error);
}

ErrorCode error_code_of(int error) {
  switch (code_of(error)) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return ErrorCode::kFenced;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return ErrorCode::kNotFound;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      return ErrorCode::kPermissionDenied;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return ErrorCode::kLimitExceeded;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return ErrorCode::kCorruption;
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
      return ErrorCode::kInvalidArgument;
    case RD_KAFKA_RESP_ERR__STATE:
      return ErrorCode::kFailedPrecondition;
    default:
      return is_lost_membership(error) ? ErrorCode::kAborted : ErrorCode::kUnavailable;
  }
}

}  // namespace

TransactionStep triage(rd_kafka_error_t* error, Status* status) {
  if (error == nullptr) {
    *status = Status::ok();
    return TransactionStep::kDone;
  }
  const int code = rd_kafka_error_code(error);
  const bool retriable = rd_kafka_error_is_retriable(error) != 0;
  const bool abort = rd_kafka_error_txn_requires_abort(error) != 0;
  const bool fatal = rd_kafka_error_is_fatal(error) != 0;
  const std::string text =
      fmt::format("{}: {}", rd_kafka_error_name(error), rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
  if (fatal) {
    *status = status_of_fatal(code, text);
    return TransactionStep::kDestroy;
  }
  if (retriable) {
    *status = Status(ErrorCode::kUnavailable, text);
    return TransactionStep::kRetry;
  }
  if (abort) {
    *status = Status(ErrorCode::kAborted, text);
    return TransactionStep::kAbort;
  }
  *status = Status(
      error_code_of(code) == ErrorCode::kFenced ? ErrorCode::kFenced : ErrorCode::kUnavailable,
      text);
  return TransactionStep::kDestroy;
}

Status status_of(int error, std::string_view context) {
  return Status(error_code_of(error),
                fmt::format("{}: {}: {}", context, rd_kafka_err2name(code_of(error)),
                            rd_kafka_err2str(code_of(error))));
}

Status status_of_fatal(int error, std::string_view reason) {
  const ErrorCode code = error_code_of(error);
  return Status(code == ErrorCode::kFenced ? ErrorCode::kFenced : ErrorCode::kUnavailable,
                fmt::format("fatal: {}: {}", rd_kafka_err2name(code_of(error)), reason));
}

bool is_passing(int error) {
  switch (code_of(error)) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
    // The group takes the partitions away, which arrives as a revocation.
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
      return true;
    default:
      return is_lost_membership(error);
  }
}

bool is_lost_membership(int error) {
  switch (code_of(error)) {
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_MEMBER_ID_REQUIRED:
    case RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
      return true;
    default:
      return false;
  }
}

}  // namespace qcdr::stream::kafka

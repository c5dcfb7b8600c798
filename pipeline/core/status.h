// Errors as values.
//
// Status says whether something worked; Result<T> carries a value or the reason why there is none.
// Both are [[nodiscard]]. Messages never contain a TIN, an NPI or a patient identifier.
// Thread-safety: values, like std::string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/assert.h"

namespace qcdr {

enum class ErrorCode : std::uint8_t {
  kOk = 0,
  kInvalidArgument,     // the caller's input is wrong; retrying does not help
  kNotFound,            // what was named does not exist
  kAlreadyExists,       // what should be new is there already
  kFailedPrecondition,  // right input, wrong state
  kLimitExceeded,       // a limit of size, count or depth was passed
  kCorruption,          // stored bytes are not what was written
  kIo,                  // the operating system refused; may be transient
  kUnavailable,         // a peer cannot be reached now; retry with back-off
  kAborted,             // a transaction did not happen; start again from committed state
  kFenced,              // another instance took over; this one must let go
  kPermissionDenied,    // the actor has no authority for it
  kInternal,            // a bug of ours that could still be reported
};

std::string_view error_code_name(ErrorCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {
    QCDR_ASSERT(code != ErrorCode::kOk);
  }
  static Status ok() { return Status(); }

  bool is_ok() const { return code_ == ErrorCode::kOk; }
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  // The same error with "context: " before its message; an ok status stays ok.
  Status with_context(std::string_view context) const;
  // "code: message", for logs and standard error.
  std::string to_string() const;

 private:
  ErrorCode code_ = ErrorCode::kOk;
  std::string message_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}        // NOLINT: implicit on purpose
  Result(Status status) : state_(std::move(status)) {  // NOLINT: implicit on purpose
    QCDR_ASSERT(!std::get<Status>(state_).is_ok());
  }

  bool is_ok() const { return std::holds_alternative<T>(state_); }
  Status status() const { return is_ok() ? Status::ok() : std::get<Status>(state_); }
  const T& value() const& {
    QCDR_ASSERT(is_ok());
    return std::get<T>(state_);
  }
  T& value() & {
    QCDR_ASSERT(is_ok());
    return std::get<T>(state_);
  }
  T&& value() && {
    QCDR_ASSERT(is_ok());
    return std::get<T>(std::move(state_));
  }

 private:
  std::variant<T, Status> state_;
};

}  // namespace qcdr

#define QCDR_CONCAT_INNER(a, b) a##b
#define QCDR_CONCAT(a, b) QCDR_CONCAT_INNER(a, b)

#define QCDR_RETURN_IF_ERROR(expression)            \
  do {                                              \
    ::qcdr::Status qcdr_status_ = (expression);     \
    if (!qcdr_status_.is_ok()) return qcdr_status_; \
  } while (false)

#define QCDR_ASSIGN_OR_RETURN(declaration, expression) \
  QCDR_ASSIGN_OR_RETURN_INNER(QCDR_CONCAT(qcdr_result_, __LINE__), declaration, expression)
#define QCDR_ASSIGN_OR_RETURN_INNER(result, declaration, expression) \
  auto result = (expression);                                        \
  if (!result.is_ok()) return result.status();                       \
  declaration = std::move(result).value()

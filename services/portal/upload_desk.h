// What stands behind the uploads over HTTP: takes them, and tells what became of them.
//
// upload_endpoint.h speaks HTTP and knows nothing of logs; an implementation of this knows nothing
// of HTTP. Every question names the practice of whoever asks, and nothing of another practice is
// told: what is not this practice's is not there (kNotFound).
// Thread-safety: every function from several threads at a time; an Incoming belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto.h"
#include "core/identifiers.h"
#include "core/status.h"
#include "core/strong.h"

namespace qcdr {

// What a caller is told. `status`: a number of HTTP.
struct UploadReply {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::string location;  // path of the upload; empty: none
  // Of a part of something: how much is behind it, and where that begins; 0: nothing.
  std::uint64_t left = 0;
  std::uint64_t next_offset = 0;
};

// One request that brings bytes.
struct Delivery {
  PracticeId practice;
  std::string idempotency_key;    // empty: none
  std::optional<Hash256> digest;  // what the sender says the content is
  bool dry_run = false;
};

// Bytes that come. What is let go before finish() leaves nothing.
class Incoming {
 public:
  virtual ~Incoming() = default;
  // kInvalidArgument, kLimitExceeded, kPermissionDenied: refused, as refusal() then tells.
  virtual Status write(std::string_view bytes) = 0;
  virtual Result<UploadReply> finish() = 0;
  // What is told of a file that was refused with `status`.
  virtual UploadReply refusal(const Status& status) = 0;
};

struct PageQuery {
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;
};

struct UploadListQuery {
  PageQuery page;
  std::optional<PerformanceYear> year;
  std::string kind;  // empty: all
};

class UploadDesk {
 public:
  virtual ~UploadDesk() = default;
  // kFailedPrecondition: not here. kAborted: a request with this key is being answered.
  // kUnavailable: not now.
  virtual Result<std::unique_ptr<Incoming>> take(const Delivery& delivery) = 0;

  // kFailedPrecondition, kUnavailable, kNotFound; kInvalidArgument for a kind that there is not.
  virtual Result<UploadReply> list(PracticeId practice, const UploadListQuery& query) = 0;
  virtual Result<UploadReply> show(PracticeId practice, const std::string& upload) = 0;
  virtual Result<UploadReply> findings(PracticeId practice, const std::string& upload,
                                       const PageQuery& page, bool csv) = 0;
  // From that row on.
  virtual Result<UploadReply> rejected_rows(PracticeId practice, const std::string& upload,
                                            std::uint64_t offset) = 0;
  virtual Result<UploadReply> changes(PracticeId practice, const std::string& upload) = 0;
  virtual Result<UploadReply> report(PracticeId practice, const std::string& upload, bool json) = 0;
};

}  // namespace qcdr

// The calls of CMS's Submissions API that a registry may make, one at a time.
//
// A call is one request and never repeats itself: when and whether to call again is decided above,
// after the log was asked. The TIN is in the clear here alone: in the header of reads and, in the
// place of {tin}, in the body of writes. The bearer token is given when the client is made; it and
// bodies are never logged, and no error has anything of them.
// Base addresses (CMSgov/qpp-submissions-docs): https://qpp.cms.gov/api/submissions, and with
// preview.qpp.cms.gov for the developers' preview, whose TINs begin with 000. Which is used is a
// setting: deploy/cms.yaml.
// The NPI of an individual is a query parameter of GET /submissions, because CMS has no other place
// for it; therefore an address must never be logged either.
// Thread-safety: none. Lifetime: the transport outlives it. Errors: kInvalidArgument for a payload
// that cannot be sent as it is; what CMS and the network do is in the reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "submission/cms_answer.h"
#include "submission/cms_error.h"
#include "submission/cms_http.h"
#include "submission/cms_target.h"

namespace qcdr::submission {

inline constexpr std::string_view kTinHeader = "qpp-taxpayer-identification-number";

struct CmsEndpoint {
  std::string base_address;
  std::int64_t submissions_per_page = 0;
};

struct CmsReply {
  enum class Kind : std::uint8_t {
    kDone,     // CMS did it, or has shown it
    kError,    // CMS says why not: `error`
    kNotSent,  // nothing left
    kUnknown,  // it may have left; no answer, half of one, or one that cannot be read
  };
  Kind kind = Kind::kNotSent;
  int http_status = 0;
  CmsError error;
  std::optional<std::int64_t> retry_after_milliseconds;
  std::vector<CmsSet> sets;
  std::optional<std::int64_t> next_index;  // of find(): there is another page
  std::optional<Decimal> score;
};

// What the delivery of a document calls; CmsClient, or a test's.
class CmsCalls {
 public:
  virtual ~CmsCalls() = default;
  // Own sets of the target on the page that begins with submission `start_index`.
  virtual Result<CmsReply> find(const CmsTarget& target, std::string_view tin,
                                std::int64_t start_index, Instant now) = 0;
  virtual Result<CmsReply> read(const std::string& set_id, std::string_view tin, Instant now) = 0;
  // kPost without an id, kPut and kPatch with one.
  virtual Result<CmsReply> write(HttpMethod method, const std::string& set_id,
                                 std::string_view payload, std::string_view tin, Instant now) = 0;
  virtual Result<CmsReply> remove(const std::string& set_id, Instant now) = 0;
};

class CmsClient final : public CmsCalls {
 public:
  // `sent` is called when a request has left: HttpRequest::sent.
  CmsClient(CmsEndpoint endpoint, std::string token, HttpTransport& transport,
            std::function<void()> sent = {});

  Result<CmsReply> find(const CmsTarget& target, std::string_view tin, std::int64_t start_index,
                        Instant now) override;
  Result<CmsReply> read(const std::string& set_id, std::string_view tin, Instant now) override;
  Result<CmsReply> write(HttpMethod method, const std::string& set_id, std::string_view payload,
                         std::string_view tin, Instant now) override;
  Result<CmsReply> remove(const std::string& set_id, Instant now) override;
  // CMS's score of what it has.
  Result<CmsReply> score(const std::string& submission_id, std::string_view tin, Instant now);
  // CMS's score of a whole submission that is not saved.
  Result<CmsReply> score_preview(std::string_view submission, std::string_view tin, Instant now);

 private:
  HttpRequest request(HttpMethod method, const std::string& path) const;
  CmsReply perform(const HttpRequest& request, Instant now, std::string* body);

  const CmsEndpoint endpoint_;
  const std::string token_;
  HttpTransport& transport_;
  const std::function<void()> sent_;
};

}  // namespace qcdr::submission

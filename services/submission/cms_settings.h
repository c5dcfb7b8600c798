// How CMS is reached and what it allows: deploy/cms.yaml, and an operator's file over it.
//
// The operator's file has the keys of deploy/cms.yaml and besides:
//   use: preview                          # or production; required
//   token_file: /etc/qcdr/cms.token       # required; a file that only its owner can use
//   certificates: ca.pem                  # instead of the system's
//   proxy: http://proxy.example:3128      # else none, whatever the environment says
// Which address is used must be said: a registry that tries out must not reach production because
// somebody forgot to say so.
// Thread-safety: values. Errors: kInvalidArgument with file and line, for unknown and repeated keys
// and for values out of range; kNotFound. The token is not read here: read_cms_token().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"
#include "submission/breaker.h"
#include "submission/delivery.h"
#include "submission/rate_limiter.h"

namespace qcdr {

struct CmsSettings {
  std::string production;
  std::string preview;
  std::string use;  // "production" or "preview"
  std::string token_file;
  std::string certificates_file;
  std::string proxy;
  std::int64_t calls_per_second = 0;
  std::int64_t burst_calls = 0;
  std::int64_t average_seconds = 0;
  std::int64_t margin_percent = 0;
  std::int64_t submissions_per_page = 0;
  std::int64_t forbidden_pause_seconds = 0;
  std::int64_t forbidden_attempts_max = 0;
  std::int64_t attempts_max = 0;
  std::int64_t retry_total_seconds = 0;
  std::int64_t first_pause_milliseconds = 0;
  std::int64_t pause_seconds_max = 0;
  std::int64_t retry_after_seconds_max = 0;
  std::int64_t connect_seconds = 0;
  std::int64_t call_seconds = 0;
  std::int64_t settle_seconds = 0;
  std::int64_t writes_max = 0;
  std::int64_t finds_max = 0;
  std::int64_t again_seconds = 0;
  std::int64_t breaker_failures_max = 0;
  std::int64_t breaker_seconds = 0;
  std::int64_t answer_bytes_max = 0;
  std::int64_t documents_in_work_max = 0;

  bool is_preview() const { return use == "preview"; }
  const std::string& base_address() const { return is_preview() ? preview : production; }
  submission::RateLimits rate_limits() const {
    return {calls_per_second, burst_calls, average_seconds, margin_percent};
  }
  submission::BreakerLimits breaker_limits() const;
  submission::DeliveryLimits delivery_limits() const;
};

// deploy/cms.yaml as it was when the binary was built.
std::string_view built_in_cms();
// What is built in alone; `use` and `token_file` are empty.
Result<CmsSettings> built_in_cms_settings();
Result<CmsSettings> read_cms_settings(const std::string& path);
// The bearer token; read again whenever the client is made anew. Errors: of read_secret_file(), and
// kInvalidArgument for one that cannot stand in a header.
Result<std::string> read_cms_token(const CmsSettings& settings);

}  // namespace qcdr

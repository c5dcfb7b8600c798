// HTTP over libcurl, for calls to CMS.
//
// TLS 1.2 or newer, the server's certificate and name verified; no redirections; HTTP/1.1; an
// answer has a most; every call has its time-outs. A write goes over a connection of its own: on
// one that is used again libcurl may send a request twice when the server has just closed it, and a
// write must leave once. Plain HTTP is refused, except to the loopback where `allow_loopback_http`
// says so. The environment's proxy settings are not read: what is not in the settings is not used.
// No line of a log is written, and no error has an address, a header or a body.
// Thread-safety: none. Errors of open(): kInvalidArgument, kInternal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/status.h"
#include "submission/cms_http.h"

namespace qcdr {

struct CurlSettings {
  std::string certificates_file;  // instead of the system's; empty: the system's
  std::string proxy;              // empty: none
  std::int64_t connect_milliseconds = 0;
  std::int64_t call_milliseconds = 0;
  std::size_t answer_bytes_max = 0;
  bool allow_loopback_http = false;  // for tests and the stand-in
};

// Whether calls to this address are allowed: https, or http to 127.0.0.1, [::1] or localhost where
// that is allowed; without user, query and fragment.
Status check_base_address(const std::string& address, bool allow_loopback_http);

class CurlTransport final : public submission::HttpTransport {
 public:
  static Result<std::unique_ptr<CurlTransport>> open(CurlSettings settings);
  ~CurlTransport() override;
  submission::HttpAnswer perform(const submission::HttpRequest& request) override;

 private:
  struct Handle;
  CurlTransport(CurlSettings settings, std::unique_ptr<Handle> handle);

  const CurlSettings settings_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace qcdr

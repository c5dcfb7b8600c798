#include "submission/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

namespace qcdr {
namespace {

using submission::HttpAnswer;
using submission::HttpMethod;
using submission::HttpOutcome;
using submission::HttpRequest;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// One call under way.
struct Call {
  const HttpRequest* request = nullptr;
  std::size_t body_read = 0;
  bool begun = false;      // a connection is made: bytes may leave from here on
  bool told_sent = false;  // HttpRequest::sent was called
  std::size_t answer_bytes_max = 0;
  bool too_long = false;
  HttpAnswer answer;
};

std::size_t read_body(char* out, std::size_t size, std::size_t count, void* user) {
  auto* call = static_cast<Call*>(user);
  const std::string& body = call->request->body;
  const std::size_t bytes = std::min(size * count, body.size() - call->body_read);
  std::memcpy(out, body.data() + call->body_read, bytes);
  call->body_read += bytes;
  return bytes;
}

std::size_t write_answer(char* data, std::size_t size, std::size_t count, void* user) {
  auto* call = static_cast<Call*>(user);
  const std::size_t bytes = size * count;
  if (bytes > call->answer_bytes_max - std::min(call->answer.body.size(), call->answer_bytes_max)) {
    call->too_long = true;
    return 0;
  }
  call->answer.body.append(data, bytes);
  return bytes;
}

std::size_t read_header(char* data, std::size_t size, std::size_t count, void* user) {
  constexpr std::string_view kName = "retry-after:";
  constexpr std::size_t kValueBytesMax = 64;
  auto* call = static_cast<Call*>(user);
  const std::string_view line(data, size * count);
  if (line.size() > kName.size() &&
      std::equal(kName.begin(), kName.end(), line.begin(),
                 [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); })) {
    std::string_view value = line.substr(kName.size());
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
    call->answer.retry_after = std::string(value.substr(0, kValueBytesMax));
  }
  return line.size();
}

int begin_request(void* user, char*, char*, int, int) {
  static_cast<Call*>(user)->begun = true;
  return CURL_PREREQFUNC_OK;
}

// libcurl calls it all the time; the first time after the body was read the request has left.
int look(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto* call = static_cast<Call*>(user);
  if (call->begun && !call->told_sent && call->body_read == call->request->body.size()) {
    call->told_sent = true;
    if (call->request->sent) call->request->sent();
  }
  return 0;
}

bool has_body(HttpMethod method) {
  return method == HttpMethod::kPost || method == HttpMethod::kPut || method == HttpMethod::kPatch;
}

HeaderList headers_of(const HttpRequest& request) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return false;
    (void)list.release();
    list.reset(longer);
    return true;
  };
  bool good = add("Expect:");  // else a body waits for a word of the server
  for (const submission::HttpHeader& each : request.headers) {
    good = good && add(each.name + ": " + each.value);
  }
  if (!good) list.reset();
  return list;
}

HttpOutcome judge(CURLcode result, const Call& call, long status) {
  if (result == CURLE_OK && !call.too_long) return HttpOutcome::kAnswered;
  if (!call.begun) return HttpOutcome::kNotSent;
  return status != 0 ? HttpOutcome::kHalfAnswer : HttpOutcome::kNoAnswer;
}

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

}  // namespace

struct CurlTransport::Handle {
  CURL* handle = nullptr;
  ~Handle() {
    if (handle != nullptr) curl_easy_cleanup(handle);
  }
};

Status check_base_address(const std::string& address, bool allow_loopback_http) {
  const auto refuse = [](const char* what) { return Status(ErrorCode::kInvalidArgument, what); };
  const bool secure = address.starts_with("https://");
  const bool plain = address.starts_with("http://");
  if (!secure && !plain) return refuse("CMS's address must begin with https://");
  const std::string rest = address.substr(secure ? 8 : 7);
  const std::string place = rest.substr(0, rest.find('/'));
  if (place.empty() || rest.find_first_of("@?# \\") != std::string::npos || rest.back() == '/') {
    return refuse("CMS's address is a host and a path, without a slash at its end");
  }
  if (secure) return Status::ok();
  const std::size_t colon = place.rfind(':');
  const bool has_port = colon != std::string::npos && place.back() != ']';
  const std::string host = has_port ? place.substr(0, colon) : place;
  if (allow_loopback_http && is_loopback(host)) return Status::ok();
  return refuse("CMS's address must begin with https://; plain HTTP is for the loopback in tests");
}

CurlTransport::CurlTransport(CurlSettings settings, std::unique_ptr<Handle> handle)
    : settings_(std::move(settings)), handle_(std::move(handle)) {}
CurlTransport::~CurlTransport() = default;

Result<std::unique_ptr<CurlTransport>> CurlTransport::open(CurlSettings settings) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (settings.connect_milliseconds < 1 || settings.call_milliseconds < 1 ||
      settings.answer_bytes_max < 1) {
    return Status(ErrorCode::kInvalidArgument,
                  "a call to CMS needs time-outs and a longest answer");
  }
  auto handle = std::make_unique<Handle>();
  handle->handle = kReady == CURLE_OK ? curl_easy_init() : nullptr;
  CURL* curl = handle->handle;
  if (curl == nullptr) return Status(ErrorCode::kInternal, "libcurl does not start");
  bool set = true;
  const auto option = [&](CURLoption name, auto value) {
    set = set && curl_easy_setopt(curl, name, value) == CURLE_OK;
  };
  option(CURLOPT_PROTOCOLS_STR, settings.allow_loopback_http ? "http,https" : "https");
  option(CURLOPT_FOLLOWLOCATION, 0L);
  option(CURLOPT_NOSIGNAL, 1L);
  option(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  option(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  option(CURLOPT_SSL_VERIFYPEER, 1L);
  option(CURLOPT_SSL_VERIFYHOST, 2L);
  option(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_milliseconds));
  option(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.call_milliseconds));
  // Empty: none, instead of what the environment says.
  option(CURLOPT_PROXY, settings.proxy.c_str());
  option(CURLOPT_USERAGENT, "qcdr");
  if (!settings.certificates_file.empty()) {
    option(CURLOPT_CAINFO, settings.certificates_file.c_str());
  }
  option(CURLOPT_READFUNCTION, read_body);
  option(CURLOPT_WRITEFUNCTION, write_answer);
  option(CURLOPT_HEADERFUNCTION, read_header);
  option(CURLOPT_PREREQFUNCTION, begin_request);
  option(CURLOPT_XFERINFOFUNCTION, look);
  option(CURLOPT_NOPROGRESS, 0L);
  if (!set) return Status(ErrorCode::kInvalidArgument, "libcurl refuses the settings for CMS");
  return std::unique_ptr<CurlTransport>(new CurlTransport(std::move(settings), std::move(handle)));
}

HttpAnswer CurlTransport::perform(const HttpRequest& request) {
  CURL* curl = handle_->handle;
  Call call;
  call.request = &request;
  call.answer_bytes_max = settings_.answer_bytes_max;
  const HeaderList headers = headers_of(request);
  bool set = headers != nullptr;
  const auto option = [&](CURLoption name, auto value) {
    set = set && curl_easy_setopt(curl, name, value) == CURLE_OK;
  };
  const bool writes = request.method != HttpMethod::kGet;
  const bool body = has_body(request.method);
  const std::string method(method_name(request.method));
  option(CURLOPT_URL, request.url.c_str());
  option(CURLOPT_HTTPHEADER, headers.get());
  option(CURLOPT_HTTPGET, 1L);
  option(CURLOPT_UPLOAD, body ? 1L : 0L);
  option(CURLOPT_CUSTOMREQUEST, method.c_str());
  option(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body ? request.body.size() : 0));
  option(CURLOPT_FRESH_CONNECT, writes ? 1L : 0L);
  option(CURLOPT_FORBID_REUSE, writes ? 1L : 0L);
  option(CURLOPT_READDATA, static_cast<void*>(&call));
  option(CURLOPT_WRITEDATA, static_cast<void*>(&call));
  option(CURLOPT_HEADERDATA, static_cast<void*>(&call));
  option(CURLOPT_PREREQDATA, static_cast<void*>(&call));
  option(CURLOPT_XFERINFODATA, static_cast<void*>(&call));
  if (!set) return call.answer;
  const CURLcode result = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  call.answer.outcome = judge(result, call, status);
  call.answer.status = call.begun ? static_cast<int>(status) : 0;
  return std::move(call.answer);
}

}  // namespace qcdr

// A CMS in memory for tests: submissions and sets behind the calls that a registry may make, and
// the faults of networks and servers. Test-only. Thread-safety: none.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "submission/cms_http.h"
#include "submission/read_back_check.h"

namespace qcdr::submission {

// What becomes of one call.
enum class CmsFault : std::uint8_t {
  kNone,
  kNotSent,       // no connection
  kLostBefore,    // CMS never sees it, nobody answers
  kLostAfter,     // CMS does it, nobody answers
  kHalf,          // CMS does it, and half an answer comes
  kLate,          // nobody answers; CMS does it `late_milliseconds` later
  kServerBefore,  // 503, nothing was done
  kServerAfter,   // 503, it was done all the same
  kTooManyCalls,  // 429
  kForbidden,     // 403, the older form of it
};
inline constexpr int kCmsFaultCount = 10;

class TestingCms final : public HttpTransport {
 public:
  struct Set {
    std::string id;
    std::string submission_id;
    std::string owner;  // entity type, TIN, NPI, entity id and year
    std::string category;
    std::string method;
    std::string program;
    std::map<std::string, std::string> measures;  // id and value as written
  };

  explicit TestingCms(std::function<std::int64_t()> clock) : clock_(std::move(clock)) {}

  HttpAnswer perform(const HttpRequest& request) override;
  // Sets as they are, after everything late has come.
  const std::vector<Set>& sets();

  // Asked at each call; none: no fault.
  std::function<CmsFault(const HttpRequest&)> fault;
  // Told of each write before it has any effect.
  std::function<void(const HttpRequest&)> at_write;
  // Answers instead, when it is set: status and body.
  std::function<HttpAnswer(const HttpRequest&)> instead;
  // A second set in the place of another is refused, as CMS does.
  bool refuses_duplicates = true;
  std::int64_t late_milliseconds = 500;
  std::vector<HttpRequest> requests;
  std::size_t writes = 0;
  std::size_t writes_done = 0;

 private:
  struct Late {
    std::int64_t at_milliseconds;
    HttpRequest request;
  };
  HttpAnswer serve(const HttpRequest& request);
  HttpAnswer list(const HttpRequest& request);
  HttpAnswer post(const HttpRequest& request);
  HttpAnswer put(const HttpRequest& request, Set* set, bool keeps);
  void run_late();
  std::string fresh_id();
  static std::string show(const Set& set);

  const std::function<std::int64_t()> clock_;
  std::vector<Set> sets_;
  std::vector<Late> late_;
  std::uint64_t ids_ = 0;
};

// Compares measures by id and value as they are written.
class TestingReadBack final : public ReadBackCheck {
 public:
  ReadBackVerdict compare(std::string_view payload, std::string_view set) const override;
};

// A payload of a group or, with an NPI, of an individual, with measures of these values.
std::string testing_payload(const std::vector<std::pair<std::string, int>>& measures,
                            const std::string& npi = "", const std::string& category = "quality");

}  // namespace qcdr::submission

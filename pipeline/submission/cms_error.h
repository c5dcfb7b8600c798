// What CMS says when it does not take something, without the values that it echoes.
//
// CMS answers {"error":{"type":...,"message":...,"details":...}}. Its messages and details repeat
// values out of what was sent: TINs and NPIs among them. Of all of it only this leaves: which
// documented error it is, the place of a fault in the payload, if it is written in names and
// indexes alone, and CMS's own id of a submission, if it is a UUID. A message becomes a finding of
// family SUB. Documented are (CMSgov/qpp-submissions-docs, qpp-conversion-tool): ValidationError,
// DuplicateEntryError, 401 for a call that a token may not make, 403 and 429 for too many calls,
// 404 for an id that is unknown or another submitter's. Any text is understood as something.
// Limits: kCmsErrorDetailsMax places; those of scoring::parse_json().
// Thread-safety: pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding_codes.h"

namespace qcdr::submission {

inline constexpr std::size_t kCmsErrorDetailsMax = 50;

enum class CmsErrorKind : std::uint8_t {
  kNone,
  kValidation,
  kDuplicateEntry,
  kUnauthorized,
  kForbidden,
  kNotFound,
  kTooManyCalls,
  kTemporary,  // of the server
  kOther,
};

// What an error leads to.
enum class CmsHandling : std::uint8_t {
  kNothing,      // it is none
  kRefused,      // the same again does not help: findings
  kFindThenPut,  // the set exists: read it again and replace it
  kFindAgain,    // the id is not known any more
  kWait,         // call again after a pause; the call did nothing
  kWaitLong,     // as before, after minutes
  kWaitAndFind,  // after a pause; the call may have done something: ask first
  kStop,         // no call works with this token: an operator must give another
};

struct CmsErrorDetail {
  FindingCode code = FindingCode::CMS_SET_REFUSED;
  std::string path;  // "measurements[0].measureId", or empty
  friend bool operator==(const CmsErrorDetail&, const CmsErrorDetail&) = default;
};

struct CmsError {
  CmsErrorKind kind = CmsErrorKind::kNone;
  std::vector<CmsErrorDetail> details;
  std::string submission_id;  // of the set that exists, for kDuplicateEntry; may be empty
};

// Of an answer with this status; kNone below 300.
CmsError parse_cms_error(int http_status, std::string_view body);
CmsHandling handling_of(CmsErrorKind kind);
// "validation", for a metric.
std::string_view error_word(CmsErrorKind kind);

// A path of names and indexes as CMS writes it; empty when it is, or might hold, anything else.
std::string scrubbed_path(std::string_view path);
// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

}  // namespace qcdr::submission

// Any bytes as CMS's answer, as a Retry-After header, as a payload and as a row of the ledger: what
// is read is read, nothing of it leaves an error, and what is written reads the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "scoring/json_document.h"
#include "submission/cms_answer.h"
#include "submission/cms_error.h"
#include "submission/json_read_back.h"
#include "submission/ledger_row.h"
#include "submission/retry.h"

namespace {

using namespace qcdr;
using namespace qcdr::submission;

void check_error(std::string_view body) {
  for (const int status : {200, 302, 400, 401, 422, 503}) {
    const CmsError error = parse_cms_error(status, body);
    QCDR_ASSERT(error.details.size() <= kCmsErrorDetailsMax);
    QCDR_ASSERT(error.submission_id.empty() || is_uuid(error.submission_id));
    for (const CmsErrorDetail& detail : error.details) {
      QCDR_ASSERT(scrubbed_path(detail.path) == detail.path);
      int digits = 0;
      for (const char c : detail.path) {
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        QCDR_ASSERT(digits < 9);
      }
    }
    QCDR_ASSERT(status >= 300 || handling_of(error.kind) == CmsHandling::kNothing);
  }
}

void check_answer(std::string_view body) {
  const CmsTarget target{"group", "", "", true, 2022, "quality", "registry", "mips"};
  const auto page = read_page(body, target, "000456789");
  if (page.is_ok()) {
    for (const CmsSet& set : page.value().sets) {
      QCDR_ASSERT(is_uuid(set.id));
      QCDR_ASSERT(scoring::parse_json(set.json).is_ok());
    }
  }
  (void)read_set(body).is_ok();
  (void)read_score(body).is_ok();
  const auto read = read_target(body);
  if (read.is_ok())
    QCDR_ASSERT(read.value().npi.empty() == (read.value().entity_type != "individual"));
  (void)put_tin(body, "000456789").is_ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_error(text);
  check_answer(text);
  // A payload and, after a zero byte, a set.
  const std::size_t half = text.find('\0');
  if (half != std::string_view::npos) {
    (void)JsonReadBack().compare(text.substr(0, half), text.substr(half + 1));
  }
  const auto wait = parse_retry_after(text, Instant::from_milliseconds(1'679'000'000'000));
  QCDR_ASSERT(!wait || *wait >= 0);
  const auto row = decode_row("d", text);
  if (row.is_ok()) QCDR_ASSERT(decode_row("d", encode_row(row.value())).value() == row.value());
  const auto slot = decode_slot(text);
  if (slot.is_ok()) QCDR_ASSERT(decode_slot(encode_slot(slot.value())).value() == slot.value());
  (void)decode_place(text).is_ok();
  return 0;
}

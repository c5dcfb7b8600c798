// Any bytes as the beginning of an upload: no crash; either a kind with its practice, or a finding.
#include <cstdlib>

#include "intake/findings.h"
#include "intake/identify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  qcdr::v1::Verdict why;
  const auto identified = qcdr::intake::identify(bytes, &why);
  if (identified.is_ok()) {
    if (identified.value().kind == qcdr::v1::RECORD_KIND_UNSPECIFIED) std::abort();
  } else if (qcdr::find_finding(why.code()) == nullptr || qcdr::intake::render(why).empty()) {
    std::abort();
  }
  return 0;
}

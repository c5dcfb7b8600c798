// The header of a NACOR file: which practice, which version of the form, when it was made.
//
// Shared by identify() and the parser. Values are checked as they come; whether the practice and
// the version fit the upload is judged when the header ends.
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/strong.h"
#include "intake/findings.h"
#include "intake/nacor_elements.h"

namespace qcdr::intake {

struct NacorVersion;

struct HeaderComplaint {
  Complaint complaint;
  Place place;
  std::string_view element;  // empty: the header itself
};

class NacorHeader {
 public:
  // A kept value of the header. Returns what refuses the file.
  std::optional<HeaderComplaint> set(Field field, std::string_view text, const Place& place);
  // Call when the header has ended: all values are there.
  bool complete() const;
  // "PracticeID, AQIXMLVersion": the values that are not there.
  std::string missing() const;
  // Whether the file belongs to an upload of this practice and year, in a version that is accepted.
  std::optional<HeaderComplaint> judge(PracticeId practice, PerformanceYear year) const;

  PracticeId practice() const { return *practice_; }
  PerformanceYear year() const;
  // CreateDate as seconds since 1970-01-01, local.
  std::int64_t created() const { return *created_; }

 private:
  std::optional<PracticeId> practice_;
  std::optional<std::int64_t> created_;
  const NacorVersion* version_ = nullptr;
  Place practice_place_;
  Place version_place_;
};

}  // namespace qcdr::intake

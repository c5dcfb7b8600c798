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
#include "intake/nacor_versions.h"

namespace qcdr::intake {

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
  // Whether the file belongs to an upload of this practice and year, in a version that is taken
  // when it is received; none: that is not known.
  std::optional<HeaderComplaint> judge(PracticeId practice, PerformanceYear year,
                                       std::optional<Instant> received_at) const;

  PracticeId practice() const { return *practice_; }
  // Of the version. When files of it were taken for several years, the first case tells which.
  PerformanceYear year() const;
  bool is_of(PerformanceYear year) const;
  bool has_several_years() const { return versions_.size() > 1; }
  // CreateDate as seconds since 1970-01-01, local.
  std::int64_t created() const { return *created_; }

 private:
  std::optional<PracticeId> practice_;
  std::optional<std::int64_t> created_;
  std::vector<const NacorVersion*> versions_;  // one for each year; empty: not read yet
  Place practice_place_;
  Place version_place_;
};

}  // namespace qcdr::intake

// A measurement set as CMS's submissions API takes it, and what it answers compared with it.
//
// The text is canonical: one order of keys, no white space, whole numbers and exact decimals, so
// that the same set has the same SHA-256 everywhere. It holds an NPI where the set is a
// clinician's, and kTinPlaceholder where CMS has a TIN: it never goes to a log.
// Bodies: POST /measurement-sets and PUT /measurement-sets/:id take the whole set; PATCH takes the
// measurements that are new or changed. Source: CMSgov/qpp-submissions-docs, tutorials and field
// tables (docs/submission.md). Which fields a year has is payload_table.def.
// Thread-safety: pure functions. Ownership: values. Errors: see each; no message has a value of the
// payload in it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "submission/measurement_set.h"

namespace qcdr::submission {

// Body of POST /measurement-sets.
std::string payload_json(const MeasurementSet& set);
// Body of PUT: replaces the whole set.
std::string put_json(const MeasurementSet& set);
// Body of PATCH that makes `now` of `before`. kFailedPrecondition: a PATCH cannot, since it takes
// nothing away and what tells sets apart stays.
Result<std::string> patch_json(const MeasurementSet& before, const MeasurementSet& now);
// Body of POST /submissions/score-preview: sets of one entity and year, at least one.
std::string submission_json(std::span<const MeasurementSet> sets);
// A set without whose it is, as it stands in a submission.
std::string set_json(const MeasurementSet& set);

Hash256 payload_sha256(std::string_view payload);

// A measurement as CMS answers it. The value has its own form: a registry's rate is in
// `performance_rate`.
struct ReadBackMeasurement {
  std::string id;  // CMS's, of the measurement
  std::string measure_id;
  MeasurementValue value;
  std::optional<Decimal> performance_rate;
  std::optional<Decimal> reporting_rate;
};

struct ReadBack {
  std::string set_id;
  std::string submission_id;
  std::string category;
  std::string method;
  std::string program;
  std::string start;
  std::string end;
  std::string cehrt_id;
  std::vector<ReadBackMeasurement> measurements;  // by measure id
};

inline constexpr std::size_t kReadBackBytesMax = 1024U * 1024;
inline constexpr std::size_t kReadBackMeasurementsMax = 512;

// A set alone, or as data.measurementSet. kInvalidArgument, kLimitExceeded: it is no set, or one
// that cannot be compared.
Result<ReadBack> parse_read_back(std::string_view json);

// One thing that CMS has otherwise. Nothing on one side: it is not there.
struct ReadBackDifference {
  std::string path;  // "category", "measurements[424].value.performanceMet"
  std::optional<std::string> sent;
  std::optional<std::string> read;
  friend bool operator==(const ReadBackDifference&, const ReadBackDifference&) = default;
};

// Counts that are null are zero. Rates that CMS computes are compared with the counts that were
// sent, within the last digit it writes.
std::vector<ReadBackDifference> compare_read_back(const MeasurementSet& sent, const ReadBack& read);

}  // namespace qcdr::submission

// Reads from the content what an upload is: kind, format, practice and performance year.
//
// The name of a file is never trusted. XML: PracticeID and AQIXMLVersion of the header. CSV: the
// kind from the set of columns, practice and year from the first row. JSON: kind, practice and year
// from the head or the first record. Packed: from the first file inside.
// Thread-safety: free function.
#pragma once

#include <string>
#include <string_view>

#include "core/status.h"
#include "core/strong.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr::intake {

struct Identified {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  // kFormatNacorXml, kFormatCsv, kFormatJson, or one of them behind kZipPrefix or kGzipPrefix.
  std::string format;
  PracticeId practice;
  PerformanceYear year;
};

// `first_bytes`: the first kIdentifyBytes of the upload, or all of it when it is shorter.
// On kInvalidArgument *why, when given, is the fatal finding.
Result<Identified> identify(std::string_view first_bytes, v1::Verdict* why = nullptr);

}  // namespace qcdr::intake

// Reads from the content what an upload is: kind, format, practice and performance year.
//
// The name of a file is never trusted. XML: PracticeID and AQIXMLVersion of the header. CSV: the
// kind from the set of columns, practice and year from the first row. JSON: kind, practice and year
// from the head or the first record. Packed: from the first file inside.
// Thread-safety: free function.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "core/strong.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr::intake {

struct Identified {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  // A submission in CMS's form may carry more: each kind is an upload of its own. Without `kind`.
  std::vector<v1::RecordKind> further;
  // kFormatNacorXml, kFormatCsv, kFormatJson, kFormatQppJson, kFormatQrda, or one of them behind
  // kZipPrefix or kGzipPrefix.
  std::string format;
  PracticeId practice;
  PerformanceYear year;
};

// `first_bytes`: the first kIdentifyBytes of the upload, or all of it when it is shorter.
// On kInvalidArgument *why, when given, is the fatal finding. `sender`: whose practice it is when
// the file, of a format that has no place for it, does not say so.
Result<Identified> identify(std::string_view first_bytes, v1::Verdict* why = nullptr,
                            std::optional<PracticeId> sender = std::nullopt);

}  // namespace qcdr::intake

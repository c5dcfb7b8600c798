// The processing report of one upload, in a practice's words: what arrived, what became of its
// records, whether it came in time, what is to be done.
//
// Nothing in it names a clinician, a TIN or a patient: findings give line and column.
// Thread-safety: free functions over values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/finding_comparison.h"
#include "cli/log_view.h"

namespace qcdr {

struct ComparedUpload {
  Instant received_at;
  FindingComparison comparison;
};

struct UploadReport {
  UploadView upload;
  std::vector<v1::Finding> findings;       // those published
  std::optional<ComparedUpload> previous;  // none: the first of its kind
};

Result<UploadReport> make_upload_report(LogView& log, UploadView upload);

std::string upload_report_text(const UploadReport& report);
std::string upload_report_json(const UploadReport& report);

class JsonWriter;
// The members that `qcdr uploads` and the report share, without the braces.
void write_upload(const UploadView& upload, JsonWriter* json);
// One finding as an object.
void write_finding(const v1::Finding& finding, JsonWriter* json);
// "line 12, column 3, NPI"; empty for a finding about the whole file.
std::string place_text(const v1::Finding& finding);
std::string message_of(const v1::Finding& finding);

}  // namespace qcdr

// From the bytes of an upload to rows with verdicts.
//
// A parser is fed the bytes in order, in pieces of any size, and hands over each row as soon as it
// is complete; its memory does not grow with the upload. It makes every check that needs no state.
// - Something wrong with one record: its row has verdicts and no fact; the rest goes on.
// - Something wrong with the file: sink.file_finding() gets a fatal finding, feed() or finish()
//   returns it as kInvalidArgument (kLimitExceeded for limits), and the parser takes nothing more.
//   Rows handed over before are void: the caller marks the upload as refused.
// A status of the sink stops the parser and comes back unchanged.
// The same bytes give the same rows and findings, however they are cut.
// Thread-safety: none; a parser belongs to one thread. Options, keys and sink outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/key_ring.h"
#include "core/status.h"
#include "core/strong.h"
#include "core/time.h"
#include "intake/limits.h"
#include "intake/source_row.h"
#include "intake/tin_table.h"
#include "qcdr/v1/common.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/rulebook.h"

namespace qcdr::intake {

// Formats as qcdr.v1.Upload.format names them.
inline constexpr std::string_view kFormatNacorXml = "nacor-xml";
inline constexpr std::string_view kFormatCsv = "csv";
inline constexpr std::string_view kFormatJson = "json";
inline constexpr std::string_view kFormatQppJson = "qpp-json";
inline constexpr std::string_view kFormatQrda = "qrda-iii";
// Before the format of the files inside: "zip+csv".
inline constexpr std::string_view kZipPrefix = "zip+";
inline constexpr std::string_view kGzipPrefix = "gzip+";

struct ParserOptions {
  PracticeId practice;   // the uploader's; a file that names another one is refused
  PerformanceYear year;  // of the upload
  // Measures of the year. Null: the rulebook does not know the year, codes are not judged.
  const rulebook::YearRules* rules = nullptr;
  bool test_mode = false;              // CMS's test identifiers are allowed
  std::optional<Instant> received_at;  // none: signatures are not compared with it
  // When the file comes, as far as versions of forms are taken for a time; none: received_at.
  std::optional<Instant> forms_at;
  std::uint64_t max_bytes = kDefaultMaxUploadBytes;
  std::uint32_t max_records = kDefaultMaxRecords;
};

// Takes what a parser finds. Not called after it returned a bad status.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // Rows come in order of their ordinals, 0, 1, 2... Their `tin` fields are numbers of `tins`,
  // valid during the call.
  virtual Status row(v1::Row row, const TinTable& tins) = 0;
  // About the upload as a whole.
  virtual void file_finding(v1::Verdict verdict) = 0;
  // Whether source() is called with each record as it came, right before its row.
  virtual bool wants_source() const { return false; }
  virtual void source(SourceRow) {}
};

class Parser {
 public:
  virtual ~Parser() = default;
  virtual Status feed(std::string_view bytes) = 0;
  // The upload has ended. Call once; not after a bad status.
  virtual Status finish() = 0;
};

// Intake reads that kind in that format. A later release may read more.
bool can_parse(v1::RecordKind kind, std::string_view format);
// kInvalidArgument when intake does not read that kind in that format.
Result<std::unique_ptr<Parser>> make_parser(v1::RecordKind kind, std::string_view format,
                                            const ParserOptions& options, KeyRing& keys,
                                            RowSink& sink);

// "anesthesia-case", as the command line and the calendar name it; "unspecified" for no kind.
std::string kind_name(v1::RecordKind kind);
// RECORD_KIND_UNSPECIFIED when there is no such name.
v1::RecordKind kind_from_name(std::string_view name);

}  // namespace qcdr::intake

#include "intake/parser.h"

#include <algorithm>
#include <array>

#include "intake/csv_kinds.h"
#include "intake/csv_parser.h"
#include "intake/nacor_xml_parser.h"

namespace qcdr::intake {
namespace {

struct KindName {
  v1::RecordKind kind;
  std::string_view name;
};

constexpr std::array<KindName, 5> kKindNames = {{
    {v1::RECORD_KIND_ANESTHESIA_CASE, "anesthesia-case"},
    {v1::RECORD_KIND_ROSTER_ENTRY, "roster"},
    {v1::RECORD_KIND_INDIVIDUAL_CONSENT, "individual-consent"},
    {v1::RECORD_KIND_OFFICER_CONSENT, "officer-consent"},
    {v1::RECORD_KIND_REPORTING_OPTION, "reporting-option"},
}};

}  // namespace

Result<std::unique_ptr<Parser>> make_parser(v1::RecordKind kind, std::string_view format,
                                            const ParserOptions& options, KeyRing& keys,
                                            RowSink& sink) {
  if (format == kFormatNacorXml && kind == v1::RECORD_KIND_ANESTHESIA_CASE) {
    return std::unique_ptr<Parser>(std::make_unique<NacorXmlParser>(options, keys, sink));
  }
  if (format == kFormatCsv && !columns_of(kind).empty()) {
    return std::unique_ptr<Parser>(std::make_unique<CsvParser>(kind, options, keys, sink));
  }
  return Status(ErrorCode::kInvalidArgument, "no parser for this kind in this format");
}

std::string kind_name(v1::RecordKind kind) {
  for (const KindName& entry : kKindNames) {
    if (entry.kind == kind) return std::string(entry.name);
  }
  return "unspecified";
}

v1::RecordKind kind_from_name(std::string_view name) {
  for (const KindName& entry : kKindNames) {
    if (entry.name == name) return entry.kind;
  }
  return v1::RECORD_KIND_UNSPECIFIED;
}

}  // namespace qcdr::intake

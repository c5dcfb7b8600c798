#include "intake/parser.h"

#include <utility>

#include "intake/csv_parser.h"
#include "intake/json_parser.h"
#include "intake/nacor_xml_parser.h"
#include "intake/qpp_parser.h"
#include "intake/qrda_parser.h"
#include "intake/record_table.h"
#include "intake/unpacking_parser.h"

namespace qcdr::intake {
namespace {

// What a submission in CMS's form can carry.
bool is_submitted_to_cms(v1::RecordKind kind) {
  return kind == v1::RECORD_KIND_MEASURE_RESULT || kind == v1::RECORD_KIND_ACTIVITY_ATTESTATION ||
         kind == v1::RECORD_KIND_PROMOTING_INTEROPERABILITY;
}

Result<std::unique_ptr<Parser>> make_plain_parser(v1::RecordKind kind, std::string_view format,
                                                  const ParserOptions& options, KeyRing& keys,
                                                  RowSink& sink) {
  const RecordTable* table = find_table(kind);
  if (table != nullptr && format == kFormatNacorXml && kind == v1::RECORD_KIND_ANESTHESIA_CASE) {
    return std::unique_ptr<Parser>(std::make_unique<NacorXmlParser>(options, keys, sink));
  }
  if (table != nullptr && format == kFormatCsv) {
    return std::unique_ptr<Parser>(std::make_unique<CsvParser>(*table, options, keys, sink));
  }
  if (table != nullptr && format == kFormatJson) {
    return std::unique_ptr<Parser>(std::make_unique<JsonParser>(*table, options, keys, sink));
  }
  if (table != nullptr && format == kFormatQppJson && is_submitted_to_cms(kind)) {
    return std::unique_ptr<Parser>(std::make_unique<QppParser>(*table, options, keys, sink));
  }
  if (table != nullptr && format == kFormatQrda && kind == v1::RECORD_KIND_MEASURE_RESULT) {
    return std::unique_ptr<Parser>(std::make_unique<QrdaParser>(*table, options, keys, sink));
  }
  return Status(ErrorCode::kInvalidArgument, "no parser for this kind in this format");
}

// How a format is packed, and what is inside.
std::pair<ArchiveType, std::string_view> split_format(std::string_view format) {
  if (format.starts_with(kZipPrefix)) return {ArchiveType::kZip, format.substr(kZipPrefix.size())};
  if (format.starts_with(kGzipPrefix)) {
    return {ArchiveType::kGzip, format.substr(kGzipPrefix.size())};
  }
  return {ArchiveType::kNone, format};
}

}  // namespace

bool can_parse(v1::RecordKind kind, std::string_view format) {
  const std::string_view inner = split_format(format).second;
  if (find_table(kind) == nullptr) return false;
  return inner == kFormatCsv || inner == kFormatJson ||
         (inner == kFormatQppJson && is_submitted_to_cms(kind)) ||
         (inner == kFormatQrda && kind == v1::RECORD_KIND_MEASURE_RESULT) ||
         (inner == kFormatNacorXml && kind == v1::RECORD_KIND_ANESTHESIA_CASE);
}

Result<std::unique_ptr<Parser>> make_parser(v1::RecordKind kind, std::string_view format,
                                            const ParserOptions& options, KeyRing& keys,
                                            RowSink& sink) {
  const auto [type, inner] = split_format(format);
  if (type == ArchiveType::kNone) return make_plain_parser(kind, format, options, keys, sink);
  const std::string inner_format(inner);
  auto make = [kind, inner_format, options, &keys](RowSink& rows) {
    return make_plain_parser(kind, inner_format, options, keys, rows);
  };
  return std::unique_ptr<Parser>(
      std::make_unique<UnpackingParser>(type, kind, inner_format, options, std::move(make), sink));
}

std::string kind_name(v1::RecordKind kind) {
  const RecordTable* table = find_table(kind);
  return table == nullptr ? "unspecified" : std::string(table->name);
}

v1::RecordKind kind_from_name(std::string_view name) {
  const RecordTable* table = find_table(name);
  return table == nullptr ? v1::RECORD_KIND_UNSPECIFIED : table->kind;
}

}  // namespace qcdr::intake

#include "intake/parser.h"

#include <utility>

#include "intake/csv_parser.h"
#include "intake/json_parser.h"
#include "intake/nacor_xml_parser.h"
#include "intake/record_table.h"
#include "intake/unpacking_parser.h"

namespace qcdr::intake {
namespace {

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
  return Status(ErrorCode::kInvalidArgument, "no parser for this kind in this format");
}

}  // namespace

Result<std::unique_ptr<Parser>> make_parser(v1::RecordKind kind, std::string_view format,
                                            const ParserOptions& options, KeyRing& keys,
                                            RowSink& sink) {
  ArchiveType type = ArchiveType::kNone;
  std::string_view inner = format;
  if (format.starts_with(kZipPrefix)) {
    type = ArchiveType::kZip;
    inner.remove_prefix(kZipPrefix.size());
  } else if (format.starts_with(kGzipPrefix)) {
    type = ArchiveType::kGzip;
    inner.remove_prefix(kGzipPrefix.size());
  }
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

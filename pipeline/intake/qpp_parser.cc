#include "intake/qpp_parser.h"

#include <algorithm>
#include <utility>

#include "intake/limits.h"

namespace qcdr::intake {
namespace {

class Heads final : public JsonRecordHandler {
 public:
  Status json_record(const JsonNode& document, const std::string&, bool) override {
    if (!is_qpp_document(document)) return Status(ErrorCode::kAborted, "no submission");
    QppHead head = qpp_head(document);
    if (!first) first = head;
    for (const v1::RecordKind kind : head.kinds) kinds.insert(kind);
    return Status::ok();
  }
  std::optional<QppHead> first;
  std::set<v1::RecordKind> kinds;
};

}  // namespace

std::optional<QppHead> read_qpp_head(std::string_view first_bytes) {
  Heads heads;
  JsonRecords records(heads, kMaxQppDocumentBytes, kMaxQppDocumentNodes);
  const std::string_view bytes = first_bytes.substr(0, kQppHeadBytes);
  // What is wrong behind the first submission is for the parser to tell.
  if (records.feed(bytes).is_ok() && bytes.size() == first_bytes.size()) (void)records.finish();
  if (!heads.first) return std::nullopt;
  heads.first->kinds.assign(heads.kinds.begin(), heads.kinds.end());
  return heads.first;
}

QppParser::QppParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
                     RowSink& sink)
    : options_(options),
      sink_(sink),
      reader_(*this, kMaxQppDocumentBytes, kMaxQppDocumentNodes),
      rows_(table, options_, keys, sink) {}

Status QppParser::refuse(v1::Verdict verdict) {
  status_ = to_status(verdict);
  sink_.file_finding(std::move(verdict));
  return status_;
}

Status QppParser::feed(std::string_view bytes) {
  if (!status_.is_ok()) return status_;
  if (bytes.size() > options_.max_bytes - fed_) {
    return refuse(make_verdict(FindingCode::FILE_TOO_LARGE, reader_.here(), "",
                               {std::to_string(options_.max_bytes)}));
  }
  fed_ += bytes.size();
  const Status status = reader_.feed(bytes);
  if (!status_.is_ok()) return status_;
  if (!status.is_ok() && reader_.failure().has_value()) return refuse(*reader_.failure());
  return status_ = status;
}

Status QppParser::finish() {
  if (!status_.is_ok()) return status_;
  if (fed_ == 0) return refuse(make_verdict(FindingCode::FILE_EMPTY, Place{}, ""));
  const Status status = reader_.finish();
  if (!status_.is_ok()) return status_;
  if (!status.is_ok() && reader_.failure().has_value()) return refuse(*reader_.failure());
  if (!status.is_ok()) return status_ = status;
  if (rows_.count() == 0) return refuse(make_verdict(FindingCode::NO_RECORDS, reader_.here(), ""));
  return Status::ok();
}

std::optional<v1::Verdict> QppParser::check_kinds(const JsonNode& document) {
  const bool in_head = reader_.here().byte_offset <= kQppHeadBytes;
  for (const v1::RecordKind kind : qpp_head(document).kinds) {
    if (in_head) {
      kinds_.insert(kind);
    } else if (!kinds_.contains(kind)) {
      return make_verdict(FindingCode::CATEGORY_COMES_LATE, document.place, "",
                          {std::to_string(kQppHeadBytes)});
    }
  }
  return std::nullopt;
}

Status QppParser::json_record(const JsonNode& document, const std::string& pointer, bool cut) {
  if (cut) {
    NodeRecord whole;
    whole.node.shape = JsonNode::Shape::kObject;
    whole.node.place = document.place;
    whole.pointer = pointer;
    whole.complaints.push_back(
        {FindingCode::RECORD_TOO_LARGE, {std::to_string(kMaxQppDocumentBytes)}});
    return emit(whole);
  }
  if (auto late = check_kinds(document)) return refuse(std::move(*late));
  if (!is_qpp_document(document)) {
    NodeRecord none;
    none.node.shape = JsonNode::Shape::kObject;
    none.node.place = document.place;
    none.pointer = pointer;
    none.complaints.push_back({FindingCode::VALUE_FORM, {"the record", "a submission"}});
    return emit(none);
  }
  for (const NodeRecord& record : qpp_records(document, pointer, rows_.table().kind)) {
    QCDR_RETURN_IF_ERROR(emit(record));
  }
  return Status::ok();
}

Status QppParser::emit(const NodeRecord& record) {
  std::optional<v1::Verdict> refusal;
  const Status status = rows_.emit(record, &refusal);
  return refusal.has_value() ? refuse(std::move(*refusal)) : status;
}

}  // namespace qcdr::intake

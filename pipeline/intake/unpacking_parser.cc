#include "intake/unpacking_parser.h"

#include <algorithm>
#include <utility>

#include "intake/findings.h"
#include "intake/limits.h"

namespace qcdr::intake {

UnpackingParser::UnpackingParser(ArchiveType type, v1::RecordKind kind,
                                 std::string_view inner_format, const ParserOptions& options,
                                 MakeParser make_parser, RowSink& sink)
    : kind_(kind),
      inner_format_(inner_format),
      options_(options),
      make_parser_(std::move(make_parser)),
      sink_(sink),
      unpacker_(make_unpacker(type, *this, options.max_bytes)) {}

// A refusal of the archive is told here; one of a file inside was told by its parser.
Status UnpackingParser::report(Status status) {
  if (status.is_ok() || reported_) return status;
  reported_ = true;
  if (unpacker_->failure().has_value()) sink_.file_finding(*unpacker_->failure());
  return status;
}

Status UnpackingParser::feed(std::string_view bytes) {
  return report(unpacker_->feed(bytes));
}

Status UnpackingParser::finish() {
  return report(unpacker_->finish());
}

Status UnpackingParser::file_begin(std::size_t number) {
  file_ = number;
  head_.clear();
  first_ordinal_ = next_ordinal_;
  parser_.reset();
  if (number > 1) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(parser_, make_parser_(*this));
  return Status::ok();
}

Status UnpackingParser::begin_further_file() {
  v1::Verdict why;
  const Result<Identified> found = identify(head_, &why, options_.practice);
  // A letter beside the data: the archive is what has to change.
  if (!found.is_ok() && why.code() != code_number(FindingCode::FILE_KIND_UNKNOWN)) {
    file_finding(why);
    return to_status(why);
  }
  const Identified file = found.is_ok() ? found.value() : Identified();
  const bool has_kind = file.kind == kind_ || std::find(file.further.begin(), file.further.end(),
                                                        kind_) != file.further.end();
  if (!has_kind || file.format != inner_format_ || file.practice != options_.practice ||
      file.year != options_.year) {
    const v1::Verdict differs =
        make_verdict(FindingCode::ARCHIVE_FILES_DIFFER, Place{}, "", {std::to_string(file_)});
    sink_.file_finding(differs);
    return to_status(differs);
  }
  QCDR_ASSIGN_OR_RETURN(parser_, make_parser_(*this));
  return parser_->feed(std::exchange(head_, {}));
}

Status UnpackingParser::file_data(std::string_view bytes) {
  if (parser_ != nullptr) return parser_->feed(bytes);
  const std::size_t wanted = std::min(kIdentifyBytes - head_.size(), bytes.size());
  head_.append(bytes.substr(0, wanted));
  bytes.remove_prefix(wanted);
  if (head_.size() < kIdentifyBytes) return Status::ok();
  QCDR_RETURN_IF_ERROR(begin_further_file());
  return bytes.empty() ? Status::ok() : parser_->feed(bytes);
}

Status UnpackingParser::file_end() {
  if (parser_ == nullptr) QCDR_RETURN_IF_ERROR(begin_further_file());
  return parser_->finish();
}

void UnpackingParser::name_file(v1::SourceLocation* location) const {
  if (file_ <= 1) return;
  const std::string file = "file " + std::to_string(file_);
  location->set_path(location->path().empty() ? file : file + ": " + location->path());
}

Status UnpackingParser::row(v1::Row row, const TinTable& tins) {
  row.set_ordinal(first_ordinal_ + row.ordinal());
  QCDR_ASSERT(row.ordinal() == next_ordinal_);
  if (next_ordinal_ >= options_.max_records) {
    const v1::Verdict refusal = make_verdict(FindingCode::TOO_MANY_RECORDS, Place{}, "",
                                             {std::to_string(options_.max_records)});
    sink_.file_finding(refusal);
    return to_status(refusal);
  }
  ++next_ordinal_;
  name_file(row.mutable_location());
  for (v1::Verdict& verdict : *row.mutable_verdicts()) name_file(verdict.mutable_location());
  return sink_.row(std::move(row), tins);
}

void UnpackingParser::file_finding(v1::Verdict verdict) {
  name_file(verdict.mutable_location());
  sink_.file_finding(std::move(verdict));
}

}  // namespace qcdr::intake

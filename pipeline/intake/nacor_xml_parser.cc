#include "intake/nacor_xml_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "intake/limits.h"
#include "intake/nacor_values.h"
#include "intake/text.h"

namespace qcdr::intake {
NacorXmlParser::NacorXmlParser(const ParserOptions& options, KeyRing& keys, RowSink& sink)
    : options_(options),
      sink_(sink),
      reader_(*this, options.max_bytes),
      tins_(keys),
      draft_(options_, keys),
      measure_checks_(options.rules),
      frames_(1) {
  frames_.reserve(kMaxXmlDepth + 1);
  if (sink.wants_source()) source_.emplace();
}

Status NacorXmlParser::report(Status status) {
  if (status.is_ok() || reported_) return status;
  reported_ = true;
  if (reader_.failure().has_value()) sink_.file_finding(*reader_.failure());
  return status;
}

Status NacorXmlParser::feed(std::string_view bytes) {
  return report(reader_.feed(bytes));
}

Status NacorXmlParser::finish() {
  const Status status = reader_.finish();
  if (status.is_ok() && !header_seen_) {
    reader_.refuse(FindingCode::HEADER_INCOMPLETE, Place{}, "/AnesthesiaRecords",
                   {header_.missing()});
    return report(to_status(*reader_.failure()));
  }
  if (status.is_ok() && next_ordinal_ == 0) {
    reader_.refuse(FindingCode::NO_RECORDS, Place{}, "/AnesthesiaRecords");
    return report(to_status(*reader_.failure()));
  }
  return report(status);
}

ElementType NacorXmlParser::current_type() const {
  const Element* element = frames_.back().element;
  return element == nullptr ? ElementType::kDocument : element->type;
}

std::string NacorXmlParser::path(std::string_view last) const {
  std::string text;
  for (const Frame& frame : frames_) {
    if (frame.element == nullptr) continue;
    text.append("/").append(frame.element->name);
    if (frame.element->repeatable) text.append("[" + std::to_string(frame.index) + "]");
  }
  if (!last.empty()) text.append("/").append(last);
  return text;
}

void NacorXmlParser::complain(const Complaint& complaint, const Place& place,
                              std::string_view path) {
  if (takes_row_away(complaint.code)) record_is_lost_ = true;
  if (static_cast<std::size_t>(row_.verdicts_size()) >= kMaxRowVerdicts) return;
  *row_.add_verdicts() = make_verdict(complaint.code, place, path, complaint.parameters);
}

void NacorXmlParser::refuse(const HeaderComplaint& complaint) {
  std::string where = "/AnesthesiaRecords/RecordHeader";
  if (!complaint.element.empty()) where.append("/").append(complaint.element);
  reader_.refuse(complaint.complaint.code, complaint.place, where, complaint.complaint.parameters);
}

void NacorXmlParser::start_element(std::string_view name) {
  text_bytes_ = 0;
  if (skip_depth_ > 0) {
    ++skip_depth_;
    return;
  }
  const ElementType parent = current_type();
  if (parent == ElementType::kOpaque) {
    skip_depth_ = 1;
    return;
  }
  const std::size_t child = find_child(parent, name);
  if (child == kMaxChildren) return unknown_element(name);
  const Element& element = children_of(parent)[child];
  const std::uint32_t index = ++frames_.back().counts[child];
  if (index > 1 && !element.repeatable) return repeated_element(element);
  Frame frame;
  frame.element = &element;
  frame.index = index;
  frame.place = reader_.place();
  frames_.push_back(frame);
  enter(element);
}

void NacorXmlParser::unknown_element(std::string_view name) {
  if (current_type() == ElementType::kDocument) {
    return reader_.refuse(FindingCode::XML_ROOT_UNKNOWN, reader_.place(), "");
  }
  skip_depth_ = 1;
  if (current_type() == ElementType::kHeader) return;
  std::string shown = safe_name(name);
  const std::string parent(frames_.back().element->name);
  if (unknown_told_.size() >= kMaxUnknownElementsTold ||
      !unknown_told_.insert(parent + "/" + shown).second) {
    return;
  }
  const Complaint complaint{FindingCode::ELEMENT_UNKNOWN, {shown}};
  if (in_record_) return complain(complaint, reader_.place(), path(shown));
  sink_.file_finding(
      make_verdict(complaint.code, reader_.place(), path(shown), complaint.parameters));
}

void NacorXmlParser::repeated_element(const Element& element) {
  skip_depth_ = 1;
  if (in_record_) {
    return complain({FindingCode::ELEMENT_REPEATED, {std::string(element.name)}}, reader_.place(),
                    path(element.name));
  }
  const bool whole = element.type == ElementType::kHeader;
  reader_.refuse(whole ? FindingCode::HEADER_REPEATED : FindingCode::HEADER_INCOMPLETE,
                 reader_.place(), path(element.name), {std::string(element.name)});
}

void NacorXmlParser::enter(const Element& element) {
  value_.clear();
  if (element.type == ElementType::kRecord) return begin_record();
  if (!in_record_ || element.type == ElementType::kOpaque) return;
  if (source_) source_->begin(element.type);
  if (const std::optional<Complaint> complaint = draft_.begin(element.type)) {
    complain(*complaint, frames_.back().place, path());
    frames_.pop_back();
    skip_depth_ = 1;
  }
}

void NacorXmlParser::text(std::string_view piece) {
  text_bytes_ += piece.size();
  if (text_bytes_ > kMaxElementTextBytes && in_record_ && !text_too_long_told_) {
    text_too_long_told_ = true;
    complain({FindingCode::TEXT_TOO_LONG, {"the text", std::to_string(kMaxElementTextBytes)}},
             frames_.back().place, path());
  }
  if (skip_depth_ > 0) return;
  const Element* element = frames_.back().element;
  if (element == nullptr || element->field == Field::kNone) return;
  // One byte above the limit is enough to see that it was passed.
  value_.append(piece.substr(0, kMaxValueBytes + 1 - std::min(value_.size(), kMaxValueBytes + 1)));
}

void NacorXmlParser::end_element() {
  text_bytes_ = 0;
  if (skip_depth_ > 0) {
    --skip_depth_;
    return;
  }
  const Frame frame = frames_.back();
  if (frame.element->field != Field::kNone) {
    leave_value(frame);
  } else if (frame.element->type != ElementType::kOpaque) {
    leave_group(frame);
  }
  frames_.pop_back();
}

void NacorXmlParser::leave_value(const Frame& frame) {
  const std::string_view text = trimmed(value_);
  if (!in_record_) {
    if (const auto complaint = header_.set(frame.element->field, text, frame.place)) {
      refuse(*complaint);
    }
    return;
  }
  if (source_) source_->set(frame.element->field, text);
  std::optional<Complaint> complaint;
  if (value_.size() > kMaxValueBytes) {
    complaint = Complaint{FindingCode::TEXT_TOO_LONG,
                          {std::string(frame.element->name), std::to_string(kMaxValueBytes)}};
  } else {
    complaint = draft_.set(frame.element->field, text, frame.place, &tins_);
  }
  if (complaint.has_value()) complain(*complaint, frame.place, path());
}

void NacorXmlParser::leave_group(const Frame& frame) {
  if (frame.element->type == ElementType::kHeader) return end_header();
  if (!in_record_) return;
  check_children(frame);
  if (const std::optional<Complaint> complaint = draft_.end(frame.element->type)) {
    complain(*complaint, frame.place, path());
  }
  if (frame.element->type == ElementType::kRecord) end_record(frame);
}

void NacorXmlParser::check_children(const Frame& frame) {
  const std::span<const Element> children = children_of(frame.element->type);
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (!children[i].required || frame.counts[i] > 0) continue;
    complain({FindingCode::ELEMENT_MISSING, {std::string(children[i].name)}}, frame.place,
             path(children[i].name));
  }
}

void NacorXmlParser::end_header() {
  header_seen_ = true;
  if (!header_.complete()) {
    return refuse(
        {{FindingCode::HEADER_INCOMPLETE, {header_.missing()}}, frames_.back().place, {}});
  }
  const auto forms_at = options_.forms_at ? options_.forms_at : options_.received_at;
  if (const auto complaint = header_.judge(options_.practice, options_.year, forms_at))
    refuse(*complaint);
}

void NacorXmlParser::begin_record() {
  const Place& place = frames_.back().place;
  if (!header_seen_) {
    return refuse({{FindingCode::HEADER_INCOMPLETE, {header_.missing()}}, place, {}});
  }
  if (next_ordinal_ >= options_.max_records) {
    return reader_.refuse(FindingCode::TOO_MANY_RECORDS, place, path(),
                          {std::to_string(options_.max_records)});
  }
  in_record_ = true;
  record_is_lost_ = false;
  text_too_long_told_ = false;
  row_.Clear();
  draft_.clear();
  if (source_) source_->clear();
  tins_.forget_if_full();
}

void NacorXmlParser::check_codes() {
  for (std::size_t number = 0; number < draft_.codes().size(); ++number) {
    const QualityCode& code = draft_.codes()[number];
    if (code.measure.empty() || code.code.empty()) continue;
    const auto tell = [&](const std::optional<Complaint>& complaint, const char* element) {
      if (!complaint.has_value()) return;
      complain(*complaint, code.place,
               path("OutcomesEvents/QCDRSet/QCDR[" + std::to_string(number + 1) + "]/" + element));
    };
    std::optional<Complaint> renamed;
    if (auto name = measure_checks_.new_name(code.measure, &renamed)) {
      draft_.rename_measure(number, *std::move(name));
    }
    tell(renamed, "QCDRMeasure");
    tell(measure_checks_.check(code.measure, code.code, code.modifier), "QCDRCodeValue");
  }
}

void NacorXmlParser::end_record(const Frame& frame) {
  for (const Complaint& complaint : draft_.check()) complain(complaint, frame.place, path());
  if (reader_.place().byte_offset - frame.place.byte_offset > kMaxRecordBytes) {
    complain({FindingCode::RECORD_TOO_LARGE, {std::to_string(kMaxRecordBytes)}}, frame.place,
             path());
  }
  check_codes();
  if (!record_is_lost_) {
    const std::optional<std::uint32_t> line = repeats_.remember(draft_.token(), frame.place.line);
    if (line.has_value()) {
      complain({FindingCode::CASE_REPEATED_IN_FILE, {std::to_string(*line)}}, frame.place, path());
    }
  }
  emit(frame);
  in_record_ = false;
}

void NacorXmlParser::emit(const Frame& frame) {
  row_.set_ordinal(next_ordinal_++);
  set_location(row_.mutable_location(), frame.place, path());
  if (!record_is_lost_) draft_.build(header_.created(), row_.mutable_anesthesia_case());
  draft_.build_mistyped(&row_);
  if (source_) {
    sink_.source({source_->columns(), source_->cells(std::to_string(options_.practice.value()),
                                                     std::to_string(options_.year.value()))});
  }
  const Status status = sink_.row(std::move(row_), tins_);
  if (!status.is_ok()) reader_.stop(status);
}

}  // namespace qcdr::intake

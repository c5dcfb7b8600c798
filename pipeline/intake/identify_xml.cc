// What a NACOR XML upload is, from its header.
#include <optional>

#include "intake/identify_parts.h"
#include "intake/limits.h"
#include "intake/nacor_elements.h"
#include "intake/nacor_header.h"
#include "intake/nacor_values.h"
#include "intake/parser.h"
#include "intake/text.h"
#include "intake/xml_reader.h"

namespace qcdr::intake {
namespace {

// Reads the header of a NACOR file and stops the parse behind it.
class HeaderWalk final : public XmlHandler {
 public:
  explicit HeaderWalk(std::uint64_t bytes) : reader_(*this, bytes) {}

  // The header, or why there is none.
  std::optional<v1::Verdict> read(std::string_view bytes) {
    // Bytes that were cut off are not a fault of the file; a header that comes so late is.
    const bool cut_off = bytes.size() >= kIdentifyBytes;
    if (reader_.feed(bytes).is_ok() && (cut_off || reader_.finish().is_ok())) {
      reader_.refuse(FindingCode::HEADER_INCOMPLETE, Place{}, "/AnesthesiaRecords",
                     {header_.missing()});
    }
    return reader_.failure();
  }
  const NacorHeader& header() const { return header_; }

 private:
  void start_element(std::string_view name) override {
    ++depth_;
    value_.clear();
    field_ = nullptr;
    const Element* element = nullptr;
    if (depth_ == 1) element = child(ElementType::kDocument, name);
    if (depth_ == 2) element = child(ElementType::kRecords, name);
    if (depth_ == 1 && element == nullptr) {
      return reader_.refuse(FindingCode::XML_ROOT_UNKNOWN, reader_.place(), "");
    }
    if (depth_ == 2) in_header_ = element != nullptr && element->type == ElementType::kHeader;
    if (depth_ == 2 && element != nullptr && !in_header_) return end_header();
    if (depth_ != 3 || !in_header_) return;
    element = child(ElementType::kHeader, name);
    if (element == nullptr || element->field == Field::kNone) return;
    field_ = element;
    place_ = reader_.place();
  }

  void end_element() override {
    if (depth_ == 3 && field_ != nullptr) {
      const auto complaint = header_.set(field_->field, trimmed(value_), place_);
      if (complaint.has_value()) {
        reader_.refuse(complaint->complaint.code, complaint->place,
                       std::string("/AnesthesiaRecords/RecordHeader/").append(complaint->element),
                       complaint->complaint.parameters);
      }
    }
    field_ = nullptr;
    if (depth_ == 2 && in_header_) end_header();
    --depth_;
  }

  void text(std::string_view piece) override {
    if (field_ != nullptr && value_.size() <= kMaxValueBytes) value_.append(piece);
  }

  void end_header() {
    if (header_.complete()) return reader_.stop(Status(ErrorCode::kAborted, "header was read"));
    reader_.refuse(FindingCode::HEADER_INCOMPLETE, reader_.place(),
                   "/AnesthesiaRecords/RecordHeader", {header_.missing()});
  }

  static const Element* child(ElementType parent, std::string_view name) {
    const std::size_t index = find_child(parent, name);
    return index == kMaxChildren ? nullptr : &children_of(parent)[index];
  }

  XmlReader reader_;
  NacorHeader header_;
  int depth_ = 0;
  bool in_header_ = false;
  const Element* field_ = nullptr;
  Place place_;
  std::string value_;
};

}  // namespace

std::optional<v1::Verdict> identify_xml(std::string_view bytes, Identified* result) {
  HeaderWalk walk(bytes.size());
  if (std::optional<v1::Verdict> failure = walk.read(bytes)) return failure;
  result->kind = v1::RECORD_KIND_ANESTHESIA_CASE;
  result->format = kFormatNacorXml;
  result->practice = walk.header().practice();
  result->year = walk.header().year();
  return std::nullopt;
}

}  // namespace qcdr::intake

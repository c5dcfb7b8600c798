#include "intake/xml_reader.h"

#include <expat.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/assert.h"
#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr std::string_view kDoctype = "<!DOCTYPE";

bool is_utf8_name(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name == "utf-8" || name == "utf8" || name == "us-ascii";
}

int attribute_count(const XML_Char** attributes) {
  int count = 0;
  while (attributes[count * 2] != nullptr) ++count;
  return count;
}

// What is to be looked for. The library's own words are fixed; none repeats what the file contains.
std::string words_of(XML_Error error) {
  switch (error) {
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
      return "it ends before its last closing tag";
    case XML_ERROR_INVALID_TOKEN:
      return "here stands a sign that may not stand in XML; & is written &amp; and < is written "
             "&lt;";
    case XML_ERROR_TAG_MISMATCH:
      return "this closing tag does not belong to the element that is open";
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return "something follows after the end of the form; files that were joined look like this";
    case XML_ERROR_MISPLACED_XML_PI:
      return "<?xml ...?> must be the very first sign of the file; delete what stands before it";
    default:
      return XML_ErrorString(error);
  }
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == pair[0]) return pair[1];
  }
  return {};
}

// What expat calls. Nothing of it is called again after XML_StopParser except ends of elements.
struct XmlCallbacks {
  static XmlReader& reader(void* data) { return *static_cast<XmlReader*>(data); }

  static void XMLCALL start(void* data, const XML_Char* name, const XML_Char** attributes) {
    XmlReader& self = reader(data);
    if (self.stopped() || !self.event_fits()) return;
    if (++self.depth_ > kMaxXmlDepth) {
      return self.refuse_here(FindingCode::XML_TOO_DEEP, {std::to_string(kMaxXmlDepth)});
    }
    if (attribute_count(attributes) > kMaxXmlAttributes) {
      return self.refuse_here(FindingCode::XML_TOO_MANY_ATTRIBUTES,
                              {std::to_string(kMaxXmlAttributes)});
    }
    self.handler_.start_element_with(name, XmlAttributes(attributes));
  }

  static void XMLCALL end(void* data, const XML_Char* /*name*/) {
    XmlReader& self = reader(data);
    if (self.stopped() || !self.event_fits()) return;
    --self.depth_;
    self.handler_.end_element();
  }

  static void XMLCALL text(void* data, const XML_Char* piece, int length) {
    XmlReader& self = reader(data);
    if (self.stopped()) return;
    self.handler_.text({piece, static_cast<std::size_t>(length)});
  }

  // Markup that no other handler takes. "<!DOCTYPE" comes here by itself, before anything that it
  // declares is read.
  static void XMLCALL other(void* data, const XML_Char* piece, int length) {
    XmlReader& self = reader(data);
    const std::string_view text(piece, static_cast<std::size_t>(length));
    if (self.stopped() || !self.event_fits() || text.substr(0, kDoctype.size()) != kDoctype) return;
    self.refuse_here(FindingCode::XML_DOCTYPE_REFUSED);
  }

  // Not reached, because a declaration of an entity needs a document type. Refused all the same.
  static void XMLCALL entity(void* data, const XML_Char* /*name*/, int /*is_parameter*/,
                             const XML_Char* /*value*/, int /*length*/, const XML_Char* /*base*/,
                             const XML_Char* /*system*/, const XML_Char* /*public_id*/,
                             const XML_Char* /*notation*/) {
    XmlReader& self = reader(data);
    if (!self.stopped()) self.refuse_here(FindingCode::XML_ENTITY_REFUSED);
  }

  static void XMLCALL declaration(void* data, const XML_Char* /*version*/, const XML_Char* encoding,
                                  int /*standalone*/) {
    XmlReader& self = reader(data);
    if (self.stopped() || !self.event_fits()) return;
    if (encoding == nullptr || is_utf8_name(encoding)) return;
    self.refuse_here(FindingCode::ENCODING_NOT_SUPPORTED);
  }
};

XmlReader::XmlReader(XmlHandler& handler, std::uint64_t max_bytes)
    : handler_(handler), max_bytes_(max_bytes), parser_(XML_ParserCreate("UTF-8")) {
  QCDR_ASSERT(parser_ != nullptr);
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, XmlCallbacks::start, XmlCallbacks::end);
  XML_SetCharacterDataHandler(parser_, XmlCallbacks::text);
  XML_SetDefaultHandler(parser_, XmlCallbacks::other);
  XML_SetEntityDeclHandler(parser_, XmlCallbacks::entity);
  XML_SetXmlDeclHandler(parser_, XmlCallbacks::declaration);
}

XmlReader::~XmlReader() {
  XML_ParserFree(parser_);
}

Place XmlReader::place() {
  const auto index = XML_GetCurrentByteIndex(parser_);
  return lines_.locate(index < 0 ? fed_ : static_cast<std::uint64_t>(index));
}

void XmlReader::refuse(FindingCode code, const Place& place, std::string_view path,
                       std::vector<std::string> parameters) {
  if (stopped()) return;
  failure_ = make_verdict(code, place, path, std::move(parameters));
  stop(to_status(*failure_));
}

void XmlReader::stop(Status status) {
  if (stopped()) return;
  status_ = std::move(status);
  XML_StopParser(parser_, XML_FALSE);
}

void XmlReader::refuse_here(FindingCode code, std::vector<std::string> parameters) {
  refuse(code, place(), "", std::move(parameters));
}

void XmlReader::refuse_at(std::uint64_t offset, FindingCode code,
                          std::vector<std::string> parameters) {
  refuse(code, lines_.locate(offset), "", std::move(parameters));
}

void XmlReader::explain_error() {
  const XML_Error error = XML_GetErrorCode(parser_);
  if (error == XML_ERROR_UNDEFINED_ENTITY || error == XML_ERROR_EXTERNAL_ENTITY_HANDLING ||
      error == XML_ERROR_ENTITY_DECLARED_IN_PE) {
    return refuse_here(FindingCode::XML_ENTITY_REFUSED);
  }
  refuse_here(FindingCode::XML_NOT_WELL_FORMED, {words_of(error)});
}

bool XmlReader::event_fits() {
  const int bytes = XML_GetCurrentByteCount(parser_);
  if (bytes < 0 || static_cast<std::size_t>(bytes) <= kMaxXmlTokenBytes) return true;
  refuse_here(FindingCode::XML_TOKEN_TOO_LONG, {std::to_string(kMaxXmlTokenBytes)});
  return false;
}

bool XmlReader::looks_like_utf16(std::string_view slice) const {
  if (fed_ != 0 || slice.empty()) return false;
  const auto first = static_cast<unsigned char>(slice[0]);
  return first >= 0xFE || slice[0] == '\0' || slice.substr(0, 2) == std::string_view("<\0", 2);
}

Status XmlReader::feed_slice(std::string_view slice) {
  lines_.feed(slice);
  if (looks_like_utf16(slice)) {
    refuse_at(0, FindingCode::ENCODING_NOT_SUPPORTED);
    return status_;
  }
  const std::size_t invalid = utf8_.feed(slice);
  const std::string_view valid = slice.substr(0, invalid);
  const std::uint64_t start = fed_;
  fed_ += valid.size();
  if (XML_Parse(parser_, valid.data(), static_cast<int>(valid.size()), XML_FALSE) ==
      XML_STATUS_ERROR) {
    if (!stopped()) explain_error();
    return status_;
  }
  if (invalid != Utf8Validator::kValid) {
    refuse_at(start + invalid, FindingCode::XML_INVALID_UTF8);
    return status_;
  }
  const auto index = XML_GetCurrentByteIndex(parser_);
  if (index >= 0 && fed_ - static_cast<std::uint64_t>(index) > kMaxXmlPendingBytes) {
    refuse_here(FindingCode::XML_TOKEN_TOO_LONG, {std::to_string(kMaxXmlTokenBytes)});
  }
  return status_;
}

Status XmlReader::feed(std::string_view bytes) {
  if (stopped()) return status_;
  if (bytes.size() > max_bytes_ - fed_) {
    refuse_at(fed_, FindingCode::FILE_TOO_LARGE, {std::to_string(max_bytes_)});
    return status_;
  }
  while (!bytes.empty() && status_.is_ok()) {
    const std::string_view slice = bytes.substr(0, kFeedSliceBytes);
    bytes.remove_prefix(slice.size());
    QCDR_RETURN_IF_ERROR(feed_slice(slice));
  }
  return status_;
}

Status XmlReader::finish() {
  if (stopped()) return status_;
  if (fed_ == 0) {
    refuse_at(0, FindingCode::FILE_EMPTY);
    return status_;
  }
  if (XML_Parse(parser_, "", 0, XML_TRUE) == XML_STATUS_ERROR && !stopped()) {
    explain_error();
  }
  return status_;
}

}  // namespace qcdr::intake

// Streaming XML with limits, over expat.
//
// What a hostile file could use is refused: document type declarations (and with them entities),
// encodings other than UTF-8, deep nesting, many attributes, endless tags or comments. Bytes that
// are not UTF-8 are found before expat sees them, at their exact offset.
// Errors: the first fatal finding is kept in failure() and makes feed() return a bad status.
// Thread-safety: none. The handler outlives the reader; it is called from within feed()/finish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "intake/line_index.h"
#include "intake/utf8.h"

struct XML_ParserStruct;

namespace qcdr::intake {

// Attributes of an element, valid during the call.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  // Empty: it has none of this name.
  std::string_view get(std::string_view name) const;

 private:
  const char* const* pairs_;  // name, value, name, value..., null
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start_element(std::string_view name) = 0;
  // For forms that say something in attributes.
  virtual void start_element_with(std::string_view name, const XmlAttributes&) {
    start_element(name);
  }
  virtual void end_element() = 0;
  // A piece of the text of the current element.
  virtual void text(std::string_view piece) = 0;
};

class XmlReader {
 public:
  XmlReader(XmlHandler& handler, std::uint64_t max_bytes);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  Status feed(std::string_view bytes);
  Status finish();

  // For the handler, while it is called: the place of the current event.
  Place place();
  // For the handler: ends the parse with a fatal finding, or with a status of its own.
  void refuse(FindingCode code, const Place& place, std::string_view path,
              std::vector<std::string> parameters = {});
  void stop(Status status);
  // After stop() or refuse() events that were under way are not delivered any more.
  bool stopped() const { return !status_.is_ok(); }

  // The fatal finding, when a fault of the file ended the parse.
  const std::optional<v1::Verdict>& failure() const { return failure_; }

 private:
  friend struct XmlCallbacks;
  Status feed_slice(std::string_view slice);
  void refuse_here(FindingCode code, std::vector<std::string> parameters = {});
  void refuse_at(std::uint64_t offset, FindingCode code, std::vector<std::string> parameters = {});
  void explain_error();
  // Whether the current event is short enough; refuses the file if not.
  bool event_fits();
  bool looks_like_utf16(std::string_view slice) const;

  XmlHandler& handler_;
  std::uint64_t max_bytes_;
  XML_ParserStruct* parser_;
  LineIndex lines_;
  Utf8Validator utf8_;
  std::uint64_t fed_ = 0;
  int depth_ = 0;
  Status status_;
  std::optional<v1::Verdict> failure_;
};

}  // namespace qcdr::intake

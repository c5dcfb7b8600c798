// XML with indented elements, for documents that people open, too.
// Thread-safety: none; one per text. Errors: none; an end without a start is a bug.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qcdr::submission {

class XmlOut {
 public:
  using Attribute = std::pair<std::string_view, std::string_view>;

  XmlOut& start(std::string_view name, std::initializer_list<Attribute> attributes = {});
  XmlOut& end();
  // An element with nothing in it.
  XmlOut& leaf(std::string_view name, std::initializer_list<Attribute> attributes);
  XmlOut& text(std::string_view name, std::string_view text);

  // With the declaration before it; nothing is open.
  std::string take();

 private:
  void open(std::string_view name, std::initializer_list<Attribute> attributes);

  std::string text_;
  std::vector<std::string> names_;
};

}  // namespace qcdr::submission

#include "submission/xml_out.h"

#include "core/assert.h"

namespace qcdr::submission {
namespace {

void append_escaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        *out += "&amp;";
        break;
      case '<':
        *out += "&lt;";
        break;
      case '>':
        *out += "&gt;";
        break;
      case '"':
        *out += "&quot;";
        break;
      default:
        *out += c;
    }
  }
}

}  // namespace

void XmlOut::open(std::string_view name, std::initializer_list<Attribute> attributes) {
  text_.append(names_.size(), ' ');
  text_ += '<';
  text_ += name;
  for (const Attribute& attribute : attributes) {
    text_ += ' ';
    text_ += attribute.first;
    text_ += "=\"";
    append_escaped(attribute.second, &text_);
    text_ += '"';
  }
}

XmlOut& XmlOut::start(std::string_view name, std::initializer_list<Attribute> attributes) {
  open(name, attributes);
  text_ += ">\n";
  names_.emplace_back(name);
  return *this;
}

XmlOut& XmlOut::end() {
  QCDR_ASSERT(!names_.empty());
  const std::string name = std::move(names_.back());
  names_.pop_back();
  text_.append(names_.size(), ' ');
  text_ += "</" + name + ">\n";
  return *this;
}

XmlOut& XmlOut::leaf(std::string_view name, std::initializer_list<Attribute> attributes) {
  open(name, attributes);
  text_ += "/>\n";
  return *this;
}

XmlOut& XmlOut::text(std::string_view name, std::string_view text) {
  open(name, {});
  text_ += '>';
  append_escaped(text, &text_);
  text_ += "</";
  text_ += name;
  text_ += ">\n";
  return *this;
}

std::string XmlOut::take() {
  QCDR_ASSERT(names_.empty());
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + std::move(text_);
}

}  // namespace qcdr::submission

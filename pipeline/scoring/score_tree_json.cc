// The tree as JSON. Written by hand, because a library's numbers are binary floating point and
// ours are exact decimals.
#include <fmt/core.h>

#include "scoring/score_tree.h"

namespace qcdr::scoring {
namespace {

class Writer {
 public:
  std::string take() { return std::move(text_); }

  void open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    separate();
    quote(name);
    text_ += ':';
    first_ = true;  // its value needs no comma
  }
  void value(Decimal number) { raw(number.to_string()); }
  void value(std::int64_t number) { raw(std::to_string(number)); }
  void value(bool truth) { raw(truth ? "true" : "false"); }
  void value(const std::string& text) {
    separate();
    quote(text);
  }
  void value(const std::vector<Decimal>& numbers) {
    open('[');
    for (const Decimal number : numbers) value(number);
    close(']');
  }
  void value(const std::vector<Metadata>& entries) {
    open('{');
    members(entries);
    close('}');
  }
  void members(const std::vector<Metadata>& entries) {
    for (const Metadata& entry : entries) {
      key(entry.name);
      std::visit([this](const auto& held) { value(held); }, entry.value);
    }
  }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  void raw(std::string_view text) {
    separate();
    text_ += text;
  }
  void quote(std::string_view text) {
    text_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        text_ += '\\';
        text_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }

  std::string text_;
  bool first_ = true;
};

void write_messages(const std::vector<Message>& messages, Writer* json) {
  json->key("messages");
  json->open('[');
  for (const Message& message : messages) {
    json->open('{');
    json->key("code");
    json->value(message.code);
    json->key("text");
    json->value(message.text);
    json->close('}');
  }
  json->close(']');
}

void write_citations(const std::vector<rulebook::Citation>& citations, Writer* json) {
  json->key("citation");
  json->open('[');
  for (const rulebook::Citation& citation : citations) {
    json->open('{');
    json->key("title");
    json->value(citation.title);
    if (!citation.href.empty()) {
      json->key("href");
      json->value(citation.href);
    }
    json->key("verified");
    json->value(citation.verified());
    json->key("confidence");
    json->value(std::string(rulebook::confidence_name(citation.confidence)));
    json->close('}');
  }
  json->close(']');
}

void write_node(const ScoreNode& node, Writer* json);

void write_nodes(const std::vector<ScoreNode>& nodes, Writer* json) {
  json->open('[');
  for (const ScoreNode& node : nodes) write_node(node, json);
  json->close(']');
}

// Messages and citations stand inside metadata, where CMS's own answers have them.
void write_node(const ScoreNode& node, Writer* json) {
  json->open('{');
  json->key("name");
  json->value(node.name);
  json->key("value");
  json->value(node.value);
  if (node.weight) {
    json->key("weight");
    json->value(*node.weight);
  }
  if (!node.original.empty()) {
    json->key("original");
    write_node(node.original.front(), json);
  }
  if (!node.parts.empty()) {
    json->key("parts");
    write_nodes(node.parts, json);
  }
  json->key("metadata");
  json->open('{');
  json->members(node.metadata);
  if (!node.messages.empty()) write_messages(node.messages, json);
  if (!node.citations.empty()) write_citations(node.citations, json);
  json->close('}');
  json->close('}');
}

}  // namespace

std::string to_json(const ScoreTree& tree, TreeDetail detail) {
  Writer json;
  json.open('{');
  json.key("performanceYear");
  json.value(std::int64_t{tree.year.value()});
  json.key("projected");
  json.value(true);
  json.key("rulebook");
  json.value(tree.rulebook_digest);
  json.key("score");
  if (detail == TreeDetail::kAll) {
    write_node(tree.total, &json);
  } else {
    ScoreNode total = tree.total;
    total.parts.clear();
    write_node(total, &json);
  }
  json.key("weights");
  json.open('{');
  for (std::size_t i = 0; i < kCategories; ++i) {
    json.key(category_name(static_cast<Category>(i)));
    json.value(std::int64_t{tree.weights[i]});
  }
  json.close('}');
  json.key("paymentAdjustment");
  json.open('{');
  json.members(tree.adjustment.metadata);
  if (!tree.adjustment.citations.empty()) write_citations(tree.adjustment.citations, &json);
  json.close('}');
  write_messages(tree.messages, &json);
  json.close('}');
  return json.take();
}

}  // namespace qcdr::scoring

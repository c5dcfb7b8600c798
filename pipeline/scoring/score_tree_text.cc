// The tree for people: one line per node, what it rests on indented below.
#include <fmt/core.h>

#include "scoring/score_tree.h"

namespace qcdr::scoring {
namespace {

std::string value_text(bool truth) {
  return truth ? "yes" : "no";
}
std::string value_text(std::int64_t number) {
  return std::to_string(number);
}
std::string value_text(Decimal number) {
  return number.to_string();
}
std::string value_text(const std::string& text) {
  return text;
}
std::string value_text(const std::vector<Decimal>& numbers) {
  std::string text;
  for (const Decimal number : numbers) text += (text.empty() ? "" : " ") + number.to_string();
  return text;
}
std::string value_text(const std::vector<Metadata>& entries) {
  std::string text;
  for (const Metadata& entry : entries) {
    if (!text.empty()) text += ", ";
    text += entry.name + " " +
            std::visit([](const auto& held) { return value_text(held); }, entry.value);
  }
  return text;
}

class Printer {
 public:
  std::string take() { return std::move(text_); }

  void node(const ScoreNode& node, int depth, std::string_view name) {
    std::string head = fmt::format("{}: {}", name, node.value.to_string());
    if (node.weight) head += fmt::format(" (weight {} %)", node.weight->to_string());
    line(depth, head);
    for (const Metadata& entry : node.metadata) {
      const std::string text =
          std::visit([](const auto& held) { return value_text(held); }, entry.value);
      line(depth + 2, entry.name == "how" ? "= " + text : entry.name + ": " + text);
    }
    for (const Message& message : node.messages) line(depth + 2, "! " + message.text);
    for (const rulebook::Citation& citation : node.citations) {
      line(depth + 2, citation.verified()
                          ? fmt::format("[{}]", citation.title)
                          : fmt::format("[{}, {}]", citation.title,
                                        rulebook::confidence_name(citation.confidence)));
    }
    for (const ScoreNode& original : node.original) this->node(original, depth + 1, "percent");
    for (const ScoreNode& part : node.parts) this->node(part, depth + 1, part.name);
  }

 private:
  void line(int depth, std::string_view text) {
    text_.append(static_cast<std::size_t>(depth) * 2, ' ');
    text_ += text;
    text_ += '\n';
  }
  std::string text_;
};

}  // namespace

std::string to_text(const ScoreTree& tree) {
  Printer printer;
  printer.node(tree.total, 0, tree.total.name);
  printer.node(tree.adjustment, 0, tree.adjustment.name);
  return printer.take();
}

}  // namespace qcdr::scoring

#include "rulebook/document.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <istream>
#include <streambuf>
#include <utility>

namespace qcdr::rulebook {
namespace {

constexpr std::size_t kMaximumBytes = 256 * 1024;
constexpr std::size_t kMaximumDepth = 8;
constexpr std::size_t kMaximumNodes = 20'000;

// Thrown inside the parser's callbacks and caught below: the parser knows no other way to stop.
struct Refused : std::exception {
  Refused(ErrorCode refused_code, int refused_line, std::string refused_message)
      : code(refused_code), line(refused_line), message(std::move(refused_message)) {}
  ErrorCode code;
  int line;
  std::string message;
};

class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // read only: there is no overflow()
    setg(begin, begin, begin + bytes.size());
  }
};

class TreeBuilder : public YAML::EventHandler {
 public:
  DocumentNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    OnScalar(mark, "", anchor, "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused(ErrorCode::kInvalidArgument, mark.line + 1, "an alias is not allowed");
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (expects_key()) {
      begin_entry(mark, value);
      return;
    }
    DocumentNode& node = add_node(mark, DocumentNode::Kind::kScalar);
    node.scalar = value;
    value_done();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin_collection(mark, anchor, DocumentNode::Kind::kList);
  }
  void OnSequenceEnd() override { end_collection(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin_collection(mark, anchor, DocumentNode::Kind::kMap);
  }
  void OnMapEnd() override { end_collection(); }

 private:
  // A collection that is being read. Pointers stay valid: a parent's vector does not grow while a
  // child is open.
  struct Open {
    DocumentNode* node;
    bool has_key;
  };

  bool expects_key() const {
    return !open_.empty() && open_.back().node->kind == DocumentNode::Kind::kMap &&
           !open_.back().has_key;
  }

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    throw Refused(ErrorCode::kInvalidArgument, mark.line + 1, "an anchor is not allowed");
  }

  void begin_entry(const YAML::Mark& mark, const std::string& key) {
    DocumentNode& map = *open_.back().node;
    for (const DocumentEntry& entry : map.entries) {
      if (entry.key == key) {
        throw Refused(ErrorCode::kInvalidArgument, mark.line + 1,
                      fmt::format("key \"{}\" stands here a second time", key));
      }
    }
    map.entries.push_back({key, mark.line + 1, {}});
    open_.back().has_key = true;
  }

  DocumentNode& add_node(const YAML::Mark& mark, DocumentNode::Kind kind) {
    if (++nodes_ > kMaximumNodes) {
      throw Refused(ErrorCode::kLimitExceeded, mark.line + 1, "too many values");
    }
    DocumentNode* node = &root_;
    if (!open_.empty()) {
      DocumentNode& parent = *open_.back().node;
      node = parent.kind == DocumentNode::Kind::kMap ? &parent.entries.back().value
                                                     : &parent.items.emplace_back();
    }
    node->kind = kind;
    node->line = mark.line + 1;
    return *node;
  }

  void begin_collection(const YAML::Mark& mark, YAML::anchor_t anchor, DocumentNode::Kind kind) {
    refuse_anchor(mark, anchor);
    if (expects_key()) {
      throw Refused(ErrorCode::kInvalidArgument, mark.line + 1, "a key must be one word");
    }
    if (open_.size() >= kMaximumDepth) {
      throw Refused(ErrorCode::kLimitExceeded, mark.line + 1, "nested too deeply");
    }
    open_.push_back({&add_node(mark, kind), false});
  }

  void end_collection() {
    open_.pop_back();
    value_done();
  }

  void value_done() {
    if (!open_.empty()) open_.back().has_key = false;
  }

  DocumentNode root_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

}  // namespace

Status error_at(std::string_view path, int line, std::string_view message) {
  return Status(ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", path, line, message));
}

Result<DocumentNode> parse_document(std::string_view path, std::string_view bytes) {
  if (bytes.size() > kMaximumBytes) {
    return Status(ErrorCode::kLimitExceeded,
                  fmt::format("{}: {} bytes are more than {}", path, bytes.size(), kMaximumBytes));
  }
  ViewBuffer buffer(bytes);
  std::istream stream(&buffer);
  try {
    TreeBuilder builder;
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return error_at(path, 1, "the file is empty");
    DocumentNode root = builder.take_root();
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) return error_at(path, 1, "more than one document");
    return root;
  } catch (const Refused& refused) {
    return Status(refused.code, fmt::format("{}:{}: {}", path, refused.line, refused.message));
  } catch (const YAML::Exception& error) {
    return error_at(path, error.mark.line + 1, error.msg);
  } catch (const std::exception& error) {
    return error_at(path, 1, error.what());
  }
}

}  // namespace qcdr::rulebook

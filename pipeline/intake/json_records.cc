#include "intake/json_records.h"

#include <algorithm>
#include <array>
#include <utility>

#include "intake/limits.h"

namespace qcdr::intake {
namespace {

constexpr std::array<std::string_view, 2> kKindMembers = {"kind", "recordType"};
constexpr std::string_view kPracticeMember = "practiceId";
constexpr std::string_view kYearMember = "performanceYear";

bool is_head_member(std::string_view key) {
  return std::find(kKindMembers.begin(), kKindMembers.end(), key) != kKindMembers.end() ||
         key == kPracticeMember || key == kYearMember || key == "schemaVersion";
}

void take_text(const JsonNode* node, std::string* text) {
  if (node != nullptr && node->shape == JsonNode::Shape::kScalar && !node->text.empty()) {
    *text = node->text;
  }
}

}  // namespace

const JsonNode* JsonNode::member(std::string_view name) const {
  for (const JsonNode& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

void read_head(const JsonNode& object, JsonHead* head) {
  for (const std::string_view name : kKindMembers) take_text(object.member(name), &head->kind);
  take_text(object.member(kPracticeMember), &head->practice);
  take_text(object.member(kYearMember), &head->year);
  head->place = object.place;
}

bool JsonRecords::has_room(const Place& place) {
  if (place.byte_offset - record_start_ > bytes_max_ || nodes_ >= nodes_max_) {
    cut_ = true;
  }
  return !cut_;
}

void JsonRecords::start_record(const Place& place) {
  record_start_ = place.byte_offset;
  nodes_ = 0;
  cut_ = false;
}

std::string JsonRecords::pointer() const {
  const std::string number = std::to_string(next_record_);
  if (!in_array_) return "";
  return records_level_ == 1 ? "/" + number : "/records/" + number;
}

void JsonRecords::add(JsonNode node) {
  ++nodes_;
  if (has_room(node.place)) open_.back().children.push_back(std::move(node));
}

Status JsonRecords::json_begin(bool object, const Place& place) {
  JsonNode node;
  node.key = std::exchange(key_, {});
  node.shape = object ? JsonNode::Shape::kObject : JsonNode::Shape::kArray;
  node.place = place;
  const bool top = open_.empty();
  if (top) has_records_ = false;
  const bool records = !in_array_ && !object &&
                       (top || (open_.size() == 1 && node.key == kJsonRecordsMember &&
                                open_[0].shape == JsonNode::Shape::kObject));
  const bool record = in_array_ && open_.size() == records_level_;
  if (top || record) start_record(place);
  if (records) {
    if (!top) read_head(open_[0], &head_);
    in_array_ = true;
    has_records_ = true;
    records_level_ = open_.size() + 1;
    next_record_ = 0;
  }
  ++nodes_;
  open_.push_back(std::move(node));
  return Status::ok();
}

Status JsonRecords::end_of(JsonNode node) {
  if (in_array_ && open_.size() == records_level_) {
    const Status status = handler_.json_record(node, pointer(), cut_);
    ++next_record_;
    return status;
  }
  if (!open_.empty()) {
    if (has_room(node.place)) open_.back().children.push_back(std::move(node));
    return Status::ok();
  }
  if (has_records_) return Status::ok();
  const bool head_only =
      node.shape == JsonNode::Shape::kObject && !node.children.empty() &&
      std::all_of(node.children.begin(), node.children.end(),
                  [](const JsonNode& child) { return is_head_member(child.key); });
  if (head_only && !cut_) {
    read_head(node, &head_);
    return Status::ok();
  }
  return handler_.json_record(node, "", cut_);
}

Status JsonRecords::json_end(bool) {
  JsonNode node = std::move(open_.back());
  open_.pop_back();
  if (in_array_ && open_.size() + 1 == records_level_) {
    in_array_ = false;
    return Status::ok();
  }
  if (reader_.here().byte_offset - record_start_ > bytes_max_) cut_ = true;
  return end_of(std::move(node));
}

Status JsonRecords::json_key(std::string_view key, const Place&) {
  key_ = key;
  return Status::ok();
}

Status JsonRecords::json_scalar(const JsonScalar& scalar) {
  JsonNode node;
  node.key = std::exchange(key_, {});
  node.type = scalar.type;
  node.text = scalar.text;
  node.place = scalar.place;
  const bool record = open_.empty() || (in_array_ && open_.size() == records_level_);
  if (record) {
    start_record(scalar.place);
    return end_of(std::move(node));
  }
  if (scalar.cut) cut_ = true;
  add(std::move(node));
  return Status::ok();
}

}  // namespace qcdr::intake

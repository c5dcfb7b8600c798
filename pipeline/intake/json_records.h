// Finds the records of a JSON file: one document with a head and an array of records, an array of
// records, or one record a line.
//
// Head: the members kind, practiceId and performanceYear beside `records`, before it; or an object
// of only these, before the records. Every record may have them itself. A record is kept as a small
// tree, of at most kMaxJsonRecordBytes and kMaxJsonRecordNodes; what is more is cut off and said
// so. Thread-safety: none. The handler outlives it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "intake/json_reader.h"
#include "intake/limits.h"

namespace qcdr::intake {

inline constexpr std::string_view kJsonRecordsMember = "records";

struct JsonNode {
  enum class Shape : std::uint8_t { kScalar, kObject, kArray };
  std::string key;  // of an object's member
  Shape shape = Shape::kScalar;
  JsonType type = JsonType::kNull;
  std::string text;  // of a scalar
  Place place;
  std::vector<JsonNode> children;

  const JsonNode* member(std::string_view key) const;
};

// What a head says, or a record of itself. Empty text: not said.
struct JsonHead {
  std::string kind;
  std::string practice;
  std::string year;
  Place place;  // of the object
  bool whole() const { return !kind.empty() && !practice.empty() && !year.empty(); }
};
// Reads the head's members from an object; those that it lacks stay as they are.
void read_head(const JsonNode& object, JsonHead* head);

class JsonRecordHandler {
 public:
  virtual ~JsonRecordHandler() = default;
  // A bad status ends the parse and is passed on. `pointer`: JSON pointer of the record within its
  // value, "" for a value of its own. `cut`: the record was larger than the limits.
  virtual Status json_record(const JsonNode& record, const std::string& pointer, bool cut) = 0;
};

class JsonRecords final : private JsonHandler {
 public:
  // `bytes_max` and `nodes_max` of one record.
  explicit JsonRecords(JsonRecordHandler& handler, std::size_t bytes_max = kMaxJsonRecordBytes,
                       std::size_t nodes_max = kMaxJsonRecordNodes)
      : handler_(handler), bytes_max_(bytes_max), nodes_max_(nodes_max), reader_(*this) {}

  Status feed(std::string_view bytes) { return reader_.feed(bytes); }
  Status finish() { return reader_.finish(); }
  const std::optional<v1::Verdict>& failure() const { return reader_.failure(); }
  Place here() const { return reader_.here(); }
  const JsonHead& head() const { return head_; }

 private:
  Status json_begin(bool object, const Place& place) override;
  Status json_end(bool object) override;
  Status json_key(std::string_view key, const Place& place) override;
  Status json_scalar(const JsonScalar& scalar) override;

  // Within the record at hand: false when its limits are passed.
  bool has_room(const Place& place);
  void start_record(const Place& place);
  void add(JsonNode node);
  Status end_of(JsonNode node);
  std::string pointer() const;

  JsonRecordHandler& handler_;
  const std::size_t bytes_max_;
  const std::size_t nodes_max_;
  JsonReader reader_;
  JsonHead head_;
  std::vector<JsonNode> open_;     // objects and arrays from the outermost in
  std::string key_;                // of the member to come
  bool in_array_ = false;          // of records
  std::size_t records_level_ = 0;  // size of open_ where the records stand
  std::uint64_t next_record_ = 0;
  bool has_records_ = false;  // the value at hand has had an array of records
  std::uint64_t record_start_ = 0;
  std::size_t nodes_ = 0;
  bool cut_ = false;
};

}  // namespace qcdr::intake

// From the tree of one JSON record to values by field.
//
// A member is found by its path: "signer.signedAt" is the field that names this path, or the field
// of the same words, signer_signed_at. A member that no field has is told once per upload.
// Thread-safety: none; one per upload.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "intake/json_records.h"
#include "intake/record_table.h"
#include "intake/record_values.h"

namespace qcdr::intake {

class JsonValues {
 public:
  // Takes what is wrong with a member as such.
  using Complain = std::function<void(const Complaint&, const Place&, const std::string& path)>;

  explicit JsonValues(const RecordTable& table);

  // The values point into `record` and into this object, until the next call.
  void read(const JsonNode& record, const std::string& pointer, const Complain& record_complaint,
            const Complain& file_complaint, RecordValues* values);

 private:
  struct Match {
    enum class What : std::uint8_t { kField, kPassedOver, kUnknown };
    What what = What::kUnknown;
    std::size_t field = 0;
    std::size_t rank = 0;  // of its names the first wins
  };
  struct Call {
    const Complain& record_complaint;
    const Complain& file_complaint;
    RecordValues* values;
    std::vector<std::size_t> ranks;  // by field, of what was taken
  };

  const Match& match(const std::string& path);
  Match find(const std::string& path) const;
  void read_object(const JsonNode& object, const std::string& path, const std::string& pointer,
                   Call* call);
  void read_member(const JsonNode& member, const std::string& path, const std::string& pointer,
                   Call* call);
  void take(const JsonNode& member, const Match& match, const std::string& pointer, Call* call);
  std::vector<ListItem>* new_list();

  const RecordTable& table_;
  const std::vector<RecordField>& fields_;
  std::map<std::string, Match> matches_;  // of paths met; bounded
  std::set<std::string> told_;
  std::deque<std::vector<ListItem>> lists_;
  std::size_t lists_used_ = 0;
};

// The items of a list as parts, in the order of the field's table: an array of texts, an array of
// objects, or an object whose keys are the first part.
std::vector<ListItem> list_items(const JsonNode& node, std::span<const Part> parts);

}  // namespace qcdr::intake

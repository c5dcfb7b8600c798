// What a JSON upload is, from its head or first record.
#include <optional>

#include "intake/identify_parts.h"
#include "intake/json_records.h"
#include "intake/limits.h"
#include "intake/parser.h"
#include "intake/qpp_parser.h"
#include "intake/record_table.h"

namespace qcdr::intake {
namespace {

class FirstRecord final : public JsonRecordHandler {
 public:
  Status json_record(const JsonNode& record, const std::string& pointer, bool) override {
    is_qpp_ = is_qpp_document(record);
    read_head(record, &own_);
    pointer_ = pointer;
    there_ = true;
    if (const JsonNode* records = record.member(kJsonRecordsMember)) no_list_ = records->place;
    return Status(ErrorCode::kAborted, "first record was read");
  }
  // Of the file's head and the record the more exact.
  JsonHead head(const JsonHead& file) const {
    JsonHead head = file;
    head.place = own_.place;
    if (!own_.kind.empty()) head.kind = own_.kind;
    if (!own_.practice.empty()) head.practice = own_.practice;
    if (!own_.year.empty()) head.year = own_.year;
    return head;
  }
  bool there() const { return there_; }
  // Where "records" stands with something else than a list.
  const std::optional<Place>& no_list() const { return no_list_; }
  const std::string& pointer() const { return pointer_; }
  bool is_qpp() const { return is_qpp_; }

 private:
  JsonHead own_;
  std::string pointer_;
  bool there_ = false;
  bool is_qpp_ = false;
  std::optional<Place> no_list_;
};

std::string kind_names() {
  std::string list;
  for (const RecordTable* table : record_tables()) {
    list.append(list.empty() ? "" : ", ").append(table->name);
  }
  return list;
}

std::optional<v1::Verdict> identify_qpp(std::string_view bytes, Identified* result) {
  const std::optional<QppHead> head = read_qpp_head(bytes);
  if (!head.has_value()) {
    return make_verdict(FindingCode::NO_RECORDS, Place{}, "");
  }
  if (head->kinds.empty()) {
    return make_verdict(FindingCode::JSON_HEADER_INCOMPLETE, head->place, "",
                        {"a category in measurementSets: one of " + submission_categories()});
  }
  std::string practice = head->practice;
  if (practice.empty() && result->practice.value() != 0) {
    practice = std::to_string(result->practice.value());
  }
  if (practice.empty()) {
    return make_verdict(FindingCode::PRACTICE_NOT_SAID, head->place, "", {"practiceId"});
  }
  if (head->year.empty()) {
    return make_verdict(FindingCode::JSON_HEADER_INCOMPLETE, head->place, "", {"performanceYear"});
  }
  result->kind = head->kinds.front();
  result->further.assign(head->kinds.begin() + 1, head->kinds.end());
  result->format = kFormatQppJson;
  return take_practice_and_year(practice, head->year, head->place, "practiceId", "performanceYear",
                                "the submission", result);
}

}  // namespace

std::optional<v1::Verdict> identify_json(std::string_view bytes, Identified* result) {
  FirstRecord first;
  JsonRecords records(first, kMaxQppDocumentBytes, kMaxQppDocumentNodes);
  const bool cut_off = bytes.size() >= kIdentifyBytes;
  // Stopping early is what the handler does when it has seen enough.
  const bool read = records.feed(bytes).is_ok() && (cut_off || records.finish().is_ok());
  if (!first.there() && !read && records.failure().has_value()) return *records.failure();
  if (!first.there() && !cut_off) {
    return make_verdict(FindingCode::NO_RECORDS, records.here(), "");
  }
  if (first.is_qpp()) return identify_qpp(bytes, result);
  if (first.no_list().has_value()) {
    return make_verdict(FindingCode::JSON_RECORDS_FORM, *first.no_list(), "/records");
  }
  const JsonHead head = first.head(records.head());
  const RecordTable* table = find_table(head.kind);
  if (table != nullptr) result->kind = table->kind;
  std::string missing;
  const auto need = [&](const std::string& text, std::string_view name) {
    if (text.empty()) missing.append(missing.empty() ? "" : ", ").append(name);
  };
  need(head.kind, "kind");
  need(head.practice, "practiceId");
  need(head.year, "performanceYear");
  if (!missing.empty()) {
    return make_verdict(FindingCode::JSON_HEADER_INCOMPLETE, head.place, first.pointer(),
                        {missing});
  }
  if (table == nullptr) {
    return make_verdict(FindingCode::HEADER_VALUE_FORM, head.place, first.pointer(),
                        {"kind", "one of: " + kind_names()});
  }
  result->format = kFormatJson;
  return take_practice_and_year(head.practice, head.year, head.place, "practiceId",
                                "performanceYear", "the head or first record", result);
}

}  // namespace qcdr::intake

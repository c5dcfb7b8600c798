#include "review/score_export.h"

#include <algorithm>

#include "review/comparison.h"
#include "scoring/json_document.h"

namespace qcdr::review {
namespace {

using ledger::SharedFeedback;
using scoring::JsonCursor;
using scoring::JsonValue;

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);
constexpr std::string_view kWeightWords = "weight of ";
constexpr int kRecordPlaces = 4;  // a record has no more

Result<Decimal> number_of(const JsonCursor& node, std::string_view key) {
  const auto member = node.member(key);
  if (!member) return node.error(std::string(key) + " is missing");
  return member->number(Decimal(), kHundred);
}

std::string name_of(const JsonCursor& node) {
  const auto member = node.member("name");
  const auto name = member ? member->word() : Result<std::string>(std::string());
  return name.is_ok() ? name.value() : std::string();
}

// "Scoring based on weight of 60%."
std::optional<Decimal> weight_in_words(const JsonCursor& node) {
  const auto detail = node.member("detail");
  if (!detail || detail->value().kind != JsonValue::Kind::kText) return std::nullopt;
  const std::string& text = detail->value().text;
  const std::size_t at = text.find(kWeightWords);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + kWeightWords.size();
  const auto weight = Decimal::parse(
      std::string_view(text).substr(begin, text.find_first_not_of("0123456789.", begin) - begin));
  if (!weight.is_ok() || weight.value() < Decimal() || weight.value() > kHundred) {
    return std::nullopt;
  }
  return weight.value();
}

Result<std::optional<Decimal>> weight_of(const JsonCursor& node) {
  if (node.member("weight")) {
    QCDR_ASSIGN_OR_RETURN(const Decimal weight, number_of(node, "weight"));
    return std::optional<Decimal>(weight);
  }
  return weight_in_words(node);
}

// A node that sums up a category has metadata, too, and the category's name.
bool is_measure(const JsonCursor& node) {
  const auto metadata = node.member("metadata");
  if (!metadata) return false;
  const std::string name = name_of(node);
  for (std::size_t c = 0; c < scoring::kCategories; ++c) {
    if (name == scoring::category_name(static_cast<scoring::Category>(c))) return false;
  }
  return metadata->value().find("processingStatus") != nullptr ||
         metadata->value().find("performanceRate") != nullptr;
}

Status read_measure(const JsonCursor& node, SharedFeedback* feedback) {
  SharedFeedback::Measure measure;
  measure.id = name_of(node);
  QCDR_ASSIGN_OR_RETURN(measure.points, number_of(node, "value"));
  const JsonCursor metadata = *node.member("metadata");
  if (metadata.member("performanceRate")) {
    QCDR_ASSIGN_OR_RETURN(measure.rate, number_of(metadata, "performanceRate"));
  }
  const auto status = metadata.member("processingStatus");
  measure.picked = status && status->value().text == "PICKED";
  if (feedback->find_measure(measure.id) != nullptr) return Status::ok();
  if (feedback->measures.size() == kExportMeasuresMax) {
    return Status(ErrorCode::kLimitExceeded, "the score has more than 200 measures");
  }
  feedback->measures.push_back(std::move(measure));
  return Status::ok();
}

// Measures at any depth below a category; the JSON's own depth is limited.
Status read_parts(const JsonCursor& node, SharedFeedback* feedback) {
  for (const char* key : {"original", "parts"}) {
    const auto below = node.member(key);
    if (!below) continue;
    if (below->value().kind == JsonValue::Kind::kObject) {
      QCDR_RETURN_IF_ERROR(read_parts(*below, feedback));
    }
    for (std::size_t i = 0; i < below->value().items.size(); ++i) {
      const JsonCursor item = below->item(i);
      if (!name_of(item).empty() && is_measure(item)) {
        QCDR_RETURN_IF_ERROR(read_measure(item, feedback));
      } else {
        QCDR_RETURN_IF_ERROR(read_parts(item, feedback));
      }
    }
  }
  return Status::ok();
}

Status read_category(const JsonCursor& node, scoring::Category which, SharedFeedback* feedback) {
  SharedFeedback::Category category;
  category.category = proto_category(which);
  QCDR_ASSIGN_OR_RETURN(const Decimal points, number_of(node, "value"));
  QCDR_ASSIGN_OR_RETURN(const std::optional<Decimal> weight, weight_of(node));
  if (!weight) return node.error("the weight is missing");
  if (*weight != weight->rounded(0)) return node.error("the weight is no whole percent");
  category.weight = static_cast<std::uint32_t>(weight->raw() / Decimal::kOne);
  if (category.weight > 0) {
    category.percent = std::min(kHundred, (points / *weight * kHundred).rounded(kRecordPlaces));
  }
  feedback->categories.push_back(category);
  return read_parts(node, feedback);
}

}  // namespace

Result<SharedFeedback> read_score_export(std::string_view json) {
  QCDR_ASSIGN_OR_RETURN(const JsonValue value, scoring::parse_json(json));
  const JsonCursor total(value, "");
  QCDR_RETURN_IF_ERROR(total.expect_object());
  if (name_of(total) != "total") return total.error("the name is not \"total\"");
  SharedFeedback feedback;
  QCDR_ASSIGN_OR_RETURN(feedback.final_score, number_of(total, "value"));
  feedback.final_score = feedback.final_score.rounded(kRecordPlaces);
  const auto parts = total.member("parts");
  if (!parts) return total.error("parts are missing");
  for (std::size_t i = 0; i < parts->value().items.size(); ++i) {
    const JsonCursor part = parts->item(i);
    const std::string name = name_of(part);
    if (name == "complexPatientBonus") {
      QCDR_ASSIGN_OR_RETURN(feedback.complex_patient_bonus, number_of(part, "value"));
    }
    for (std::size_t c = 0; c < scoring::kCategories; ++c) {
      const auto category = static_cast<scoring::Category>(c);
      if (name != scoring::category_name(category)) continue;
      if (feedback.find_category(proto_category(category)) != nullptr) {
        return part.error("the category stands twice");
      }
      QCDR_RETURN_IF_ERROR(read_category(part, category, &feedback));
    }
  }
  return feedback;
}

}  // namespace qcdr::review

#include "cli/shared_feedback.h"

#include <fmt/core.h>

#include "cli/text_table.h"
#include "scoring/resolved_rules.h"

namespace qcdr {
namespace {

// Of the proto Category.
std::string_view category_of(std::uint8_t number) {
  if (number == 0 || number > scoring::kCategories) return "unknown";
  return scoring::category_name(static_cast<scoring::Category>(number - 1U));
}

void number_or_null(std::string_view name, const std::optional<Decimal>& number, JsonWriter* json) {
  json->key(name);
  json->raw(number ? number->to_string() : "null");
}

std::string shown(const std::optional<Decimal>& number) {
  return number ? number->to_fixed(2) : "";
}

}  // namespace

void write_feedback(const ledger::SharedFeedback& feedback, bool counts, JsonWriter* json) {
  json->begin_object();
  json->field("version", std::int64_t{feedback.version});
  json->field("stage", ledger::feedback_stage_name(feedback.stage));
  json->flag("shared", feedback.shared);
  json->flag("counts", counts);
  json->field("purpose", feedback.purpose);
  json->field("receivedAt", feedback.origin.received_at.to_string());
  if (feedback.shared) {
    json->field("releasedOn", feedback.released_on.to_string());
    json->key("finalScore");
    json->raw(feedback.final_score.to_string());
    number_or_null("adjustment", feedback.adjustment, json);
    number_or_null("complexPatientBonus", feedback.complex_patient_bonus, json);
    json->field("documentSha256", hex(feedback.document_sha256));
    json->key("categories");
    json->begin_array();
    for (const auto& category : feedback.categories) {
      json->begin_object();
      json->field("category", category_of(category.category));
      json->key("percent");
      json->raw(category.percent.to_string());
      json->field("weight", std::int64_t{category.weight});
      json->end_object();
    }
    json->end_array();
    json->key("measures");
    json->begin_array();
    for (const auto& measure : feedback.measures) {
      json->begin_object();
      json->field("id", measure.id);
      json->key("points");
      json->raw(measure.points.to_string());
      number_or_null("performanceRate", measure.rate, json);
      json->flag("picked", measure.picked);
      json->end_object();
    }
    json->end_array();
  }
  json->end_object();
}

std::string shared_feedback_text(const AskedRow& asked) {
  TextTable table;
  for (const char* title : {"Version", "Stage", "Released", "Shared", "Counts"}) {
    table.column(title);
  }
  for (const char* title : {"Score", "Adjustment"}) table.column(title, TextTable::Align::kRight);
  table.column("Purpose");
  bool any = false;
  for (const ledger::SharedFeedback& each : asked.feedback()) {
    if (each.entity != asked.entity()) continue;
    any = true;
    table.row({std::to_string(each.version), std::string(ledger::feedback_stage_name(each.stage)),
               each.shared ? each.released_on.to_string() : "", each.shared ? "yes" : "taken back",
               &each == asked.newest() ? "yes" : "no",
               each.shared ? each.final_score.to_fixed(2) : "", shown(each.adjustment),
               each.purpose});
  }
  const std::string head = asked.row().tin + "  " + who_of(asked.row()) + "\n";
  if (!any) {
    return head +
           "The practice shared nothing of CMS's answer. The registry cannot fetch it: send a "
           "cms-feedback record.\n";
  }
  return head + table.to_text() + "CMS's own score, as the practice shared it.\n";
}

std::string shared_feedback_json(const AskedRow& asked) {
  JsonWriter json;
  json.begin_object();
  asked.write_whose(&json);
  json.key("feedback");
  json.begin_array();
  for (const ledger::SharedFeedback& each : asked.feedback()) {
    if (each.entity == asked.entity()) write_feedback(each, &each == asked.newest(), &json);
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace qcdr

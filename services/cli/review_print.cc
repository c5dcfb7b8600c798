// A targeted review as text and JSON.
#include <fmt/core.h>

#include "cli/json_writer.h"
#include "cli/local_time.h"
#include "cli/range_words.h"
#include "cli/targeted_review.h"
#include "cli/text_table.h"

namespace qcdr {
namespace {

std::string shown(const std::optional<Decimal>& number) {
  return number ? number->to_fixed(2) : "none";
}

std::string json_number(const std::optional<Decimal>& number) {
  return number ? number->to_string() : "null";
}

std::string window_text(const review::ReviewWindow& window) {
  if (window.in_force == nullptr) return "Until when CMS takes requests is not known.\n";
  std::string text;
  switch (window.state) {
    case review::WindowState::kOpen:
      text = "A review can be requested until " + both_times(window.last_second()) + ".\n";
      break;
    case review::WindowState::kClosed:
      text =
          "closed: a review could be requested until " + both_times(window.last_second()) + ".\n";
      break;
    default:
      text = "Not yet open: a review can be requested from " +
             both_times(window.in_force->opens_at) + " until " + both_times(window.last_second()) +
             ".\n";
  }
  if (window.announced.size() > 1) {
    for (const rulebook::CalendarWindow* each : window.announced) {
      text += fmt::format("  announced {}: {}; {}\n",
                          each->announced.empty() ? "first" : each->announced, each->local_time,
                          each->citation.title);
    }
  }
  return text;
}

void window_json(const review::ReviewWindow& window, JsonWriter* json) {
  json->key("window");
  json->begin_object();
  json->field("state", review::window_state_name(window.state));
  json->key("until");
  if (window.in_force == nullptr) {
    json->null();
  } else {
    json->text(window.last_second().to_string());
  }
  json->key("announced");
  json->begin_array();
  for (const rulebook::CalendarWindow* each : window.announced) {
    json->begin_object();
    json->field("announced", each->announced);
    json->field("opens", each->opens_at.to_string());
    json->field("until",
                Instant::from_milliseconds(each->closes_at.milliseconds() - 1000).to_string());
    json->flag("inForce", each == window.in_force);
    json->field("source", each->citation.title);
    json->field("confidence", rulebook::confidence_name(each->citation.confidence));
    json->end_object();
  }
  json->end_array();
  json->end_object();
}

std::string authorisation_words(const ReviewPage& page) {
  if (!page.authorisation) return "the practice has not said whether the registry may file";
  return page.authorisation->given ? "the registry may file for the practice"
                                   : "the registry may not file for the practice";
}

std::string_view authorisation_name(const ReviewPage& page) {
  if (!page.authorisation) return "unknown";
  return page.authorisation->given ? "given" : "takenBack";
}

std::string nodes_text(const ReviewPage& page) {
  TextTable table;
  table.column("Node");
  for (const char* title : {"Ours", "CMS", "Difference"}) {
    table.column(title, TextTable::Align::kRight);
  }
  std::size_t same = 0;
  for (const review::Node& node : page.nodes) {
    if (node.same()) {
      ++same;
      continue;
    }
    table.row({node.path, shown(node.ours), shown(node.cms), node.difference().to_fixed(2)});
  }
  const std::size_t differ = page.nodes.size() - same;
  std::string text = fmt::format("{} of {} compared numbers differ.\n", differ, page.nodes.size());
  return differ == 0 ? text : text + table.to_text();
}

std::string causes_text(const ReviewPage& page) {
  const review::Diagnosis& diagnosis = page.diagnosis;
  std::string text;
  for (const std::string& what : diagnosis.taken_from_cms) {
    text += "Taken from CMS's answer, because no registry knows it: " + what + ".\n";
  }
  if (!diagnosis.taken_from_cms.empty()) {
    text +=
        fmt::format("With that ours would be {}.\n", diagnosis.expected.final_score.to_fixed(2));
  }
  if (diagnosis.causes.empty()) return text + "Nothing is left that a review could be about.\n";
  for (std::size_t i = 0; i < diagnosis.causes.size(); ++i) {
    const review::LikelyCause& cause = diagnosis.causes[i];
    text += fmt::format("{}: {} (leaves {} of {} differences)\n", i == 0 ? "Likely cause" : "Or",
                        review::cause_words(cause.cause), cause.differences_left,
                        diagnosis.differences);
    for (const std::string& evidence : cause.evidence) text += "  - " + evidence + "\n";
  }
  return text;
}

std::string effect_text(const ReviewPage& page) {
  const review::ReviewEffect& effect = page.effect;
  return fmt::format(
      "Adjustment: CMS's {} %{}; at our score {} % to {} %, {}.\nA review could change it by {} to "
      "{} percentage points.\n",
      effect.stated ? effect.cms_low.to_fixed(2)
                    : effect.cms_low.to_fixed(2) + " to " + effect.cms_high.to_fixed(2),
      effect.stated ? " as it was shared" : " as computed from its score",
      effect.expected_low.to_fixed(2), effect.expected_high.to_fixed(2),
      review::basis_words(effect.basis), effect.change_low().to_fixed(2),
      effect.change_high().to_fixed(2));
}

void nodes_json(const ReviewPage& page, JsonWriter* json) {
  json->key("nodes");
  json->begin_array();
  for (const review::Node& node : page.nodes) {
    json->begin_object();
    json->field("path", node.path);
    json->field("kind", review::node_kind_name(node.kind));
    json->key("ours");
    json->raw(json_number(node.ours));
    json->key("cms");
    json->raw(json_number(node.cms));
    json->key("difference");
    json->raw(node.difference().to_string());
    json->flag("same", node.same());
    json->end_object();
  }
  json->end_array();
}

void causes_json(const ReviewPage& page, JsonWriter* json) {
  json->key("takenFromCms");
  json->begin_array();
  for (const std::string& what : page.diagnosis.taken_from_cms) json->text(what);
  json->end_array();
  json->key("expectedScore");
  json->raw(page.diagnosis.expected.final_score.to_string());
  json->field("differences", static_cast<std::int64_t>(page.diagnosis.differences));
  json->key("causes");
  json->begin_array();
  for (const review::LikelyCause& cause : page.diagnosis.causes) {
    json->begin_object();
    json->field("cause", review::cause_name(cause.cause));
    json->field("text", review::cause_words(cause.cause));
    json->field("recordCause", review::record_cause(cause.cause));
    json->field("differencesLeft", static_cast<std::int64_t>(cause.differences_left));
    json->key("evidence");
    json->begin_array();
    for (const std::string& evidence : cause.evidence) json->text(evidence);
    json->end_array();
    json->end_object();
  }
  json->end_array();
  const review::ReviewEffect& effect = page.effect;
  json->key("effect");
  json->raw(fmt::format(
      "{{\"cms\": {{\"low\": {}, \"high\": {}, \"stated\": {}}}, \"expected\": {{\"low\": {}, "
      "\"high\": {}, \"basis\": \"{}\"}}, \"change\": {{\"low\": {}, \"high\": {}}}}}",
      effect.cms_low.to_string(), effect.cms_high.to_string(), effect.stated,
      effect.expected_low.to_string(), effect.expected_high.to_string(),
      review::basis_name(effect.basis), effect.change_low().to_string(),
      effect.change_high().to_string()));
}

void head_json(AskedRow& asked, JsonWriter* json) {
  json->field("asOf", asked.view().as_of().to_string());
  json->field("at", asked.at().to_string());
  asked.write_whose(json);
}

void course_json(const review::ReviewCourse& course, JsonWriter* json) {
  json->begin_object();
  json->field("review", course.id);
  json->field("state", ledger::review_state_name(course.standing));
  json->field("cause", review::review_cause_name(course.cause));
  json->field("cmsNumber", course.cms_number);
  json->flag("final", course.final);
  json->flag("filedLate", course.filed_late);
  json->key("documentsDueAt");
  if (course.documents_due_at) {
    json->text(course.documents_due_at->to_string());
  } else {
    json->null();
  }
  json->flag("documentsLate", course.documents_late);
  json->key("revisedScore");
  json->raw(json_number(course.revised_score));
  json->field("next", review::next_words(course));
  json->key("steps");
  json->begin_array();
  for (const review::ReviewStep& step : course.steps) {
    json->begin_object();
    json->field("state", ledger::review_state_name(step.state));
    json->field("reachedAt", step.reached_at.to_string());
    json->field("receivedAt", step.received_at.to_string());
    json->flag("counts", step.counts);
    json->end_object();
  }
  json->end_array();
  json->end_object();
}

}  // namespace

std::string review_page_text(AskedRow& asked, const ReviewPage& page) {
  std::string text = banner_text(asked.view().as_of()) + "\n" + asked.row().tin + "  " +
                     who_of(asked.row()) + "\n";
  text += window_text(page.window);
  text += "Filing: " + authorisation_words(page) + ".\n";
  if (page.feedback == nullptr) {
    return text +
           "The practice shares nothing of CMS's answer: send a cms-feedback record to compare.\n";
  }
  text += fmt::format("CMS's feedback: version {}, {}, released {}, shared for: {}\n\n",
                      page.feedback->version, ledger::feedback_stage_name(page.feedback->stage),
                      page.feedback->released_on.to_string(), page.feedback->purpose);
  return text + nodes_text(page) + "\n" + causes_text(page) + "\n" + effect_text(page);
}

std::string review_page_json(AskedRow& asked, const ReviewPage& page) {
  JsonWriter json;
  json.begin_object();
  head_json(asked, &json);
  window_json(page.window, &json);
  json.field("authorisation", authorisation_name(page));
  json.key("feedback");
  if (page.feedback == nullptr) {
    json.null();
  } else {
    json.begin_object();
    json.field("version", std::int64_t{page.feedback->version});
    json.field("stage", ledger::feedback_stage_name(page.feedback->stage));
    json.field("releasedOn", page.feedback->released_on.to_string());
    json.field("purpose", page.feedback->purpose);
    json.end_object();
    nodes_json(page, &json);
    causes_json(page, &json);
  }
  json.end_object();
  return json.take();
}

std::string review_cases_text(AskedRow& asked, const ReviewPage& page) {
  std::string text = asked.row().tin + "  " + who_of(asked.row()) + "\n";
  text += window_text(page.window) + "Filing: " + authorisation_words(page) + ".\n";
  if (page.courses.empty()) return text + "There is no review case: send a review-case record.\n";
  for (const review::ReviewCourse& course : page.courses) {
    text += fmt::format("\n{}{}: {}, cause {}{}\n", course.id,
                        course.cms_number.empty() ? "" : " (CMS " + course.cms_number + ")",
                        ledger::review_state_name(course.standing),
                        review::review_cause_name(course.cause),
                        course.filed_late ? "; filed after the window closed" : "");
    if (course.documents_due_at) {
      text += "  documents due " + both_times(*course.documents_due_at) + "\n";
    }
    if (course.revised_score) text += "  revised score " + shown(course.revised_score) + "\n";
    text += "  next: " + review::next_words(course) + "\n";
    for (const review::ReviewStep& step : course.steps) {
      text += fmt::format("  {}  {}{}\n", step.reached_at.to_string(),
                          ledger::review_state_name(step.state),
                          step.counts ? "" : "  (after the decision, does not count)");
    }
  }
  return text;
}

std::string review_cases_json(AskedRow& asked, const ReviewPage& page) {
  JsonWriter json;
  json.begin_object();
  head_json(asked, &json);
  window_json(page.window, &json);
  json.field("authorisation", authorisation_name(page));
  json.key("cases");
  json.begin_array();
  for (const review::ReviewCourse& course : page.courses) course_json(course, &json);
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace qcdr

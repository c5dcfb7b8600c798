#include "cli/submission_list.h"

#include <algorithm>
#include <map>

#include "cli/json_writer.h"
#include "cli/text_table.h"

namespace qcdr {
namespace {

using ledger::PracticeLedger;
using ledger::PracticeSubmissions;
using ledger::Refusal;

struct Whose {
  std::string tin;
  std::string clinician;
};

std::map<EntityId, Whose> names_of(const PracticeLedger& practice) {
  std::map<EntityId, Whose> names;
  const auto& tins = practice.pairs().tins();
  const auto masked = [](const ledger::TinRow& tin) { return "*****" + tin.last_four; };
  for (const ledger::TinRow& tin : tins) names[tin.group_entity] = {masked(tin), ""};
  for (const ledger::PairRow& pair : practice.pairs().pairs()) {
    const std::string name = pair.last_name.empty() ? std::string("(not on the roster)")
                                                    : pair.last_name + ", " + pair.first_name;
    names[pair.entity] = {masked(tins[pair.tin]), name};
  }
  return names;
}

Status add_practice(PracticeLedger& practice, SubmissionList* list) {
  PracticeSubmissions submissions(practice, nullptr);
  const ledger::PracticeYear id = practice.id();
  const std::map<EntityId, Whose> names = names_of(practice);
  QCDR_ASSIGN_OR_RETURN(auto documents, submissions.documents(std::nullopt));
  for (ledger::SubmissionDocumentFact& document : documents) {
    const auto whose = names.find(document.entity);
    SubmissionRow row{id.practice, id.year, "", "", std::move(document)};
    if (whose != names.end()) {
      row.tin = whose->second.tin;
      row.clinician = whose->second.clinician;
    }
    list->documents.push_back(std::move(row));
  }
  QCDR_ASSIGN_OR_RETURN(const auto requests, submissions.requests());
  std::vector<SubmissionRequestRow> rows;
  for (const auto& [request_id, request] : requests) {
    rows.push_back({id.practice, id.year, request_id, request});
  }
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.request.offset < b.request.offset; });
  list->requests.insert(list->requests.end(), rows.begin(), rows.end());
  return Status::ok();
}

std::string why(const Refusal& refusal) {
  std::string words = print_code(refusal.code);
  if (refusal.category != 0) {
    words += " " + std::string(ledger::sent_category_name(refusal.category));
  }
  if (refusal.reason != ledger::BlockReason::kUnspecified) {
    words += " " + std::string(ledger::block_reason_name(refusal.reason));
  }
  return words;
}

std::string why_cancelled(const ledger::SubmissionDocumentFact& document) {
  if (document.state != ledger::DocumentState::kCancelled || document.code == 0) return "";
  std::string words = print_code(document.code);
  if (document.cancelled_for != ledger::BlockReason::kUnspecified) {
    words += " " + std::string(ledger::block_reason_name(document.cancelled_for));
  }
  return words;
}

std::string categories_text(ledger::CategoryBits granted) {
  std::string text;
  for (const std::uint8_t category : ledger::kSentCategories) {
    if ((granted >> category & 1U) == 0) continue;
    text += (text.empty() ? "" : " ") + std::string(ledger::sent_category_name(category));
  }
  return text.empty() ? "nothing" : text;
}

void write_document(const SubmissionRow& row, JsonWriter* json) {
  const ledger::SubmissionDocumentFact& document = row.document;
  json->begin_object();
  json->field("practiceId", std::int64_t{row.practice.value()});
  json->field("performanceYear", row.year.value());
  json->field("entityId", document.entity.to_hex());
  json->field("tin", row.tin);
  json->field("clinician", row.clinician);
  json->field("category", ledger::sent_category_name(document.category));
  json->field("programName", document.program);
  json->field("submissionMethod", document.method);
  json->field("state", ledger::document_state_name(document.state));
  json->field("documentId", hex(view(document.document_id)));
  json->field("payloadSha256", hex(view(document.payload_sha256)));
  json->field("requestId", document.request_id);
  json->field("certificationId", document.certification_id);
  json->field("frozenAt", document.frozen_at.to_string());
  json->field("changedAt", document.changed_at.to_string());
  json->field("attempt", std::int64_t{document.attempt});
  json->field("why", why_cancelled(document));
  json->flag("asksForAnOfficer", (document.told & ledger::kToldBlocked) != 0);
  json->flag("dataChanged", (document.told & ledger::kToldChanged) != 0);
  json->end_object();
}

void write_request(const SubmissionRequestRow& row, JsonWriter* json) {
  json->begin_object();
  json->field("practiceId", std::int64_t{row.practice.value()});
  json->field("performanceYear", row.year.value());
  json->field("requestId", row.request_id);
  json->field("action", ledger::submission_action_name(row.request.action));
  json->field("entityId", row.request.entity.to_hex());
  json->field("certificationId", row.request.certification_id);
  json->field("receivedAt", row.request.received_at.to_string());
  json->key("granted");
  json->begin_array();
  for (const std::uint8_t category : ledger::kSentCategories) {
    if ((row.request.granted >> category & 1U) == 0) continue;
    json->text(ledger::sent_category_name(category));
  }
  json->end_array();
  json->key("refusals");
  json->begin_array();
  for (const Refusal& refusal : row.request.refusals) {
    json->begin_object();
    json->field("code", print_code(refusal.code));
    json->field("reason", ledger::block_reason_name(refusal.reason));
    json->field("category", refusal.category == 0 ? std::string_view()
                                                  : ledger::sent_category_name(refusal.category));
    json->end_object();
  }
  json->end_array();
  json->end_object();
}

}  // namespace

Result<SubmissionList> read_submissions(StateView& view) {
  SubmissionList list;
  list.as_of = view.as_of();
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const ledger::PracticeYear id : ids) {
      QCDR_ASSIGN_OR_RETURN(PracticeLedger * practice, partition.ledger->find(id));
      QCDR_RETURN_IF_ERROR(add_practice(*practice, &list));
    }
  }
  const auto by_practice = [](const auto& a, const auto& b) {
    return std::pair(a.practice, a.year) < std::pair(b.practice, b.year);
  };
  std::stable_sort(list.documents.begin(), list.documents.end(), by_practice);
  std::stable_sort(list.requests.begin(), list.requests.end(), by_practice);
  return list;
}

std::string submission_list_text(const SubmissionList& list) {
  std::string text = "as of " + list.as_of.to_string() + "\n";
  TextTable documents;
  for (const char* title :
       {"practice", "TIN", "clinician", "category", "state", "since", "document", "why"}) {
    documents.column(title);
  }
  for (const SubmissionRow& row : list.documents) {
    constexpr std::size_t kShownDigits = 12;
    documents.row({std::to_string(row.practice.value()), row.tin,
                   row.clinician.empty() ? "(group)" : row.clinician,
                   std::string(ledger::sent_category_name(row.document.category)),
                   std::string(ledger::document_state_name(row.document.state)),
                   row.document.changed_at.to_string(),
                   hex(view(row.document.document_id)).substr(0, kShownDigits),
                   why_cancelled(row.document)});
  }
  text += list.documents.empty() ? "no document was frozen\n" : documents.to_text();
  TextTable requests;
  for (const char* title : {"practice", "request", "asked for", "received", "granted", "not"}) {
    requests.column(title);
  }
  for (const SubmissionRequestRow& row : list.requests) {
    std::string refused;
    for (const Refusal& refusal : row.request.refusals) {
      refused += (refused.empty() ? "" : "; ") + why(refusal);
    }
    requests.row({std::to_string(row.practice.value()), row.request_id,
                  std::string(ledger::submission_action_name(row.request.action)),
                  row.request.received_at.to_string(), categories_text(row.request.granted),
                  refused});
  }
  if (!list.requests.empty()) text += "\n" + requests.to_text();
  return text;
}

std::string submission_list_json(const SubmissionList& list) {
  JsonWriter json;
  json.begin_object();
  json.field("asOf", list.as_of.to_string());
  json.key("documents");
  json.begin_array();
  for (const SubmissionRow& row : list.documents) write_document(row, &json);
  json.end_array();
  json.key("requests");
  json.begin_array();
  for (const SubmissionRequestRow& row : list.requests) write_request(row, &json);
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace qcdr

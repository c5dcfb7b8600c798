#include "cli/submission_batch.h"

#include <algorithm>

#include "cli/json_writer.h"
#include "cli/text_table.h"
#include "ledger/practice_submissions.h"
#include "submission/set_documents.h"

namespace qcdr {
namespace {

using ledger::PracticeLedger;
using ledger::PracticeSubmissions;
using Entity = PracticeSubmissions::Entity;

constexpr std::size_t kRootDigits = 12;

std::optional<submission::SetCategory> category_of(std::uint8_t number) {
  for (const submission::SetCategory category : submission::kSetCategories) {
    if (submission::category_number(category) == number) return category;
  }
  return std::nullopt;
}

Status add_entity(PracticeSubmissions& submissions, const Entity& entity, Instant as_of,
                  SubmissionBatch* batch) {
  BatchEntity found;
  found.group = entity.pair == nullptr;
  found.entity = found.group ? entity.tin->group_entity : entity.pair->entity;
  found.tin = "*****" + entity.tin->last_four;
  if (!found.group) found.clinician = entity.pair->last_name + ", " + entity.pair->first_name;
  QCDR_ASSIGN_OR_RETURN(const auto gates, submissions.gates(entity, as_of));
  for (const ledger::ClosedGate& gate : gates) {
    found.kept_here.push_back(gate.reason == ledger::BlockReason::kUnspecified
                                  ? print_code(code_number(gate.code))
                                  : std::string(ledger::block_reason_name(gate.reason)));
  }
  if (gates.empty()) {
    QCDR_ASSIGN_OR_RETURN(const std::string program, submissions.program_of(entity, ""));
    QCDR_ASSIGN_OR_RETURN(const ledger::MadeDocuments made,
                          submissions.make(entity, program, 0, as_of));
    for (const ledger::MadeDocument& document : made.documents) {
      const auto category = category_of(document.category);
      if (!category) continue;
      found.leaves.push_back(
          {found.entity, batch->year, *category, document.program, document.payload_sha256});
    }
  }
  batch->entities.push_back(std::move(found));
  return Status::ok();
}

// Who does not report so is no part of it, and nothing keeps him here.
bool reports_otherwise(const BatchEntity& entity) {
  return std::find(entity.kept_here.begin(), entity.kept_here.end(),
                   ledger::block_reason_name(ledger::BlockReason::kReportingOption)) !=
         entity.kept_here.end();
}

Result<SubmissionBatch> build_batch(PracticeLedger& practice, Partition partition, Instant as_of) {
  SubmissionBatch batch;
  batch.practice = practice.id().practice;
  batch.year = practice.id().year;
  batch.partition = partition;
  PracticeSubmissions submissions(practice, &submission::set_documents());
  const auto& tins = practice.pairs().tins();
  for (const ledger::TinRow& tin : tins) {
    QCDR_RETURN_IF_ERROR(add_entity(submissions, {&tin, nullptr}, as_of, &batch));
  }
  for (const ledger::PairRow& pair : practice.pairs().pairs()) {
    if (!pair.reports_individually()) continue;
    QCDR_RETURN_IF_ERROR(add_entity(submissions, {&tins[pair.tin], &pair}, as_of, &batch));
  }
  std::erase_if(batch.entities, reports_otherwise);
  std::vector<submission::ManifestLeaf> leaves;
  for (const BatchEntity& entity : batch.entities) {
    leaves.insert(leaves.end(), entity.leaves.begin(), entity.leaves.end());
  }
  QCDR_ASSIGN_OR_RETURN(batch.tree, submission::BatchTree::make(std::move(leaves)));
  return batch;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void write_entity(const BatchEntity& entity, PerformanceYear year, JsonWriter* json) {
  json->begin_object();
  json->field("entityId", entity.entity.to_hex());
  json->field("entityType", entity.group ? "group" : "individual");
  json->field("tin", entity.tin);
  json->field("clinician", entity.clinician);
  json->key("documents");
  json->begin_array();
  for (const submission::ManifestLeaf& leaf : entity.leaves) {
    json->begin_object();
    json->field("category", submission::set_category_name(leaf.category, year));
    json->field("programName", leaf.program);
    json->field("payloadSha256", hex(view(leaf.payload)));
    json->end_object();
  }
  json->end_array();
  json->key("keptHere");
  json->begin_array();
  for (const std::string& reason : entity.kept_here) json->text(reason);
  json->end_array();
  json->end_object();
}

}  // namespace

std::string SubmissionBatch::batch_id() const {
  return std::to_string(practice.value()) + "-" + std::to_string(year.value()) + "-" +
         tree.root_hex().substr(0, kRootDigits);
}

Result<std::vector<SubmissionBatch>> build_batches(StateView& view,
                                                   std::optional<PracticeId> practice) {
  std::vector<SubmissionBatch> batches;
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const ledger::PracticeYear id : ids) {
      if (practice && id.practice != *practice) continue;
      QCDR_ASSIGN_OR_RETURN(PracticeLedger * found, partition.ledger->find(id));
      QCDR_ASSIGN_OR_RETURN(SubmissionBatch batch,
                            build_batch(*found, partition.partition, view.as_of()));
      batches.push_back(std::move(batch));
    }
  }
  std::sort(batches.begin(), batches.end(), [](const auto& a, const auto& b) {
    return std::pair(a.practice, a.year) < std::pair(b.practice, b.year);
  });
  return batches;
}

std::string submission_batch_text(const std::vector<SubmissionBatch>& batches) {
  std::string text;
  for (const SubmissionBatch& batch : batches) {
    text += "batch " + batch.batch_id() + ": " + std::to_string(batch.tree.size()) +
            " documents under " + batch.tree.root_hex() + "\n";
    TextTable table;
    for (const char* title : {"TIN", "clinician", "category", "payload", "kept here by"}) {
      table.column(title);
    }
    for (const BatchEntity& entity : batch.entities) {
      const std::string who = entity.group ? "(group)" : entity.clinician;
      if (entity.leaves.empty()) table.row({entity.tin, who, "", "", joined(entity.kept_here)});
      for (const submission::ManifestLeaf& leaf : entity.leaves) {
        table.row({entity.tin, who,
                   std::string(submission::set_category_name(leaf.category, batch.year)),
                   hex(view(leaf.payload)).substr(0, kRootDigits), ""});
      }
    }
    text += table.to_text();
  }
  return text.empty() ? "there is no practice\n" : text;
}

std::string submission_batch_json(const std::vector<SubmissionBatch>& batches) {
  JsonWriter json;
  json.begin_array();
  for (const SubmissionBatch& batch : batches) {
    json.begin_object();
    json.field("batchId", batch.batch_id());
    json.field("practiceId", std::int64_t{batch.practice.value()});
    json.field("performanceYear", batch.year.value());
    json.field("payloadRoot", batch.tree.root_hex());
    json.field("documents", static_cast<std::int64_t>(batch.tree.size()));
    json.key("entities");
    json.begin_array();
    for (const BatchEntity& entity : batch.entities) write_entity(entity, batch.year, &json);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  return json.take();
}

std::string certification_csv(const std::vector<SubmissionBatch>& batches) {
  std::string csv =
      "practice_id,performance_year,batch_id,payload_root,documents,statement,replaces,"
      "signer_name,signed_at,signer_role\n";
  for (const SubmissionBatch& batch : batches) {
    if (batch.tree.size() == 0) continue;
    csv += std::to_string(batch.practice.value()) + "," + std::to_string(batch.year.value()) + "," +
           batch.batch_id() + "," + batch.tree.root_hex() + "," +
           std::to_string(batch.tree.size()) +
           ",The data are true accurate and complete to the best of my knowledge.,,,,\n";
  }
  return csv;
}

}  // namespace qcdr

#include "cli/audit_pack.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "cli/evidence_log.h"
#include "cli/first_screen.h"
#include "cli/json_text.h"
#include "cli/json_writer.h"
#include "intake/parser.h"
#include "qcdr/v1/common.pb.h"
#include "registry/csv_text.h"
#include "registry/submitted.h"
#include "rulebook/parameter_names.h"
#include "rulebook/rulebook.h"
#include "scoring/score_tree.h"

namespace qcdr {
namespace {

constexpr const char* kReadMe =
    "What this registry holds of one clinician for one or more performance years, for CMS's "
    "audit.\n"
    "\n"
    "records/       every record that names the clinician or is about the TIN as a whole, one "
    "JSON\n"
    "               object a line: kind, upload, row and line in it, receipt, who stated it, "
    "fact.\n"
    "               Consents and attestations carry the SHA-256 of the document that was signed.\n"
    "cases/         for each measure the cases behind it, with the place of each in its file\n"
    "uploads.json   the files: receipt, size, SHA-256\n"
    "score.json     the projected score and how it is computed; not a score of CMS\n"
    "sending/       what was asked to be sent, and what CMS answered\n"
    "SHA256SUMS, manifest.json   check with `qcdr audit verify --pack DIR` or `sha256sum -c`\n"
    "\n"
    "It holds personal data: keep it for the clinician and CMS's auditor alone, sealed in transit, "
    "and\n"
    "destroy copies when the audit is closed. Documents of care are the practice's to add.\n";

struct PracticeOfNpi {
  PracticeId practice;
  PerformanceYear year;
  std::vector<EntityId> entities;  // pairs
  std::set<TinToken> tins;
  std::set<EntityId> groups;
  std::string name;
};

Result<std::vector<PracticeOfNpi>> find_practices(StateView& view, const PackOf& whom) {
  std::vector<PracticeOfNpi> found;
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const ledger::PracticeYear id : ids) {
      if (whom.year != 0 && id.year.value() != whom.year) continue;
      QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, partition.ledger->find(id));
      PracticeOfNpi each{id.practice, id.year, {}, {}, {}, {}};
      for (const ledger::PairRow& pair : practice->pairs().pairs()) {
        if (pair.npi != whom.npi) continue;
        const ledger::TinRow& tin = practice->pairs().tins()[pair.tin];
        each.entities.push_back(pair.entity);
        each.tins.insert(tin.token);
        each.groups.insert(tin.group_entity);
        if (!pair.last_name.empty()) each.name = pair.last_name + ", " + pair.first_name;
      }
      if (!each.entities.empty()) found.push_back(std::move(each));
    }
  }
  if (found.empty()) {
    return Status(ErrorCode::kNotFound, "nobody with this NPI is in this state");
  }
  std::sort(found.begin(), found.end(), [](const PracticeOfNpi& a, const PracticeOfNpi& b) {
    return std::tie(a.year, a.practice) < std::tie(b.year, b.practice);
  });
  return found;
}

void add_records(const Evidence& evidence, const std::string& folder, review::Pack* pack) {
  std::map<int, std::string> by_kind;
  for (const EvidenceRecord& record : evidence.records) {
    by_kind[record.kind] += record.json + "\n";
  }
  for (auto& [kind, lines] : by_kind) {
    const std::string name = intake::kind_name(static_cast<v1::RecordKind>(kind));
    pack->add(folder + "records/" + name + ".ndjson", std::move(lines));
  }
}

// Measure and outcome, of "424 met; 430 exception". A case that counts for none is listed, too.
std::vector<std::pair<std::string, std::string>> outcomes_of(const registry::SubmittedCase& each) {
  std::vector<std::pair<std::string, std::string>> found;
  std::string_view rest = each.outcomes;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find("; "));
    rest.remove_prefix(std::min(rest.size(), part.size() + 2));
    const std::size_t space = part.find(' ');
    if (space == std::string_view::npos) continue;
    found.emplace_back(part.substr(0, space), part.substr(space + 1));
  }
  if (found.empty()) found.emplace_back("no-measure", "counts for no measure");
  return found;
}

// One file for each measure that the cases of the clinician speak of.
Status add_cases(const registry::Ledgers& ledgers, const PracticeOfNpi& practice,
                 const Evidence& evidence, const std::string& folder, review::Pack* pack) {
  std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> lines;
  for (const EvidenceRecord& record : evidence.records) {
    lines[{record.upload_id, record.row}] = record.line;
  }
  const std::set<EntityId> entities(practice.entities.begin(), practice.entities.end());
  QCDR_ASSIGN_OR_RETURN(const auto all, registry::read_cases(ledgers, practice.year, entities));
  std::map<std::string, std::string> by_measure;
  for (const auto& [entity, cases] : all) {
    for (const registry::SubmittedCase& each : cases) {
      if (each.practice != practice.practice) continue;
      for (const auto& [measure, outcome] : outcomes_of(each)) {
        std::string& csv = by_measure[measure];
        if (csv.empty()) {
          csv = registry::csv_line({"case", "service_date", "outcome", "upload", "row", "line"});
        }
        csv += registry::csv_line({each.token.to_hex(), each.service_date.to_string(), outcome,
                                   each.upload_id, std::to_string(each.row),
                                   std::to_string(lines[{each.upload_id, each.row}])});
      }
    }
  }
  for (auto& [measure, csv] : by_measure) {
    std::string name = measure;
    std::replace(name.begin(), name.end(), '/', '-');
    pack->add(folder + "cases/" + name + ".csv", std::move(csv));
  }
  return Status::ok();
}

std::string scores_of(const std::vector<ScoreRow>& rows, const PracticeOfNpi& practice,
                      Instant as_of) {
  std::set<std::string> own;
  for (const EntityId& entity : practice.entities) own.insert(entity.to_hex());
  std::string json = "{\"scores\": [";
  bool first = true;
  for (const ScoreRow& row : rows) {
    if (row.practice != practice.practice || row.year != practice.year ||
        own.count(row.entity_id) == 0) {
      continue;
    }
    scoring::ScoreTree tree = scoring::explain(row.input, row.summary);
    tree.rulebook_digest = hex(view(rulebook::Rulebook::built_in().digest()));
    json += std::string(first ? "\n" : ",\n") + "{\"row\": " + row_json(row, as_of) +
            ",\n\"receivedData\": " + scoring::to_json(tree) + "}";
    first = false;
  }
  return json + "]}\n";
}

std::string about(StateView& view, const PackOf& whom, const std::vector<PracticeOfNpi>& found) {
  JsonWriter json;
  json.begin_object();
  json.field("what", "what a registry holds of one clinician, for CMS's audit");
  json.field("npi", std::to_string(whom.npi.value()));
  json.field("asOf", view.as_of().to_string());
  json.field("stateDigest", view.digest().to_hex());
  json.field("rulebookDigest", hex(qcdr::view(rulebook::Rulebook::built_in().digest())));
  json.key("parts");
  json.begin_array();
  for (const PracticeOfNpi& each : found) {
    const auto* rules = rulebook::Rulebook::built_in().find_year(each.year);
    const auto* days = rules == nullptr
                           ? nullptr
                           : rules->find_parameter(rulebook::names::kAuditClinicianDocumentsDays);
    json.begin_object();
    json.field("practice", std::int64_t{each.practice.value()});
    json.field("performanceYear", std::int64_t{each.year.value()});
    json.field("name", each.name);
    json.key("daysToAnswer");
    json.raw(days == nullptr ? "null" : days->value.to_string());
    json.field("daysBy", days == nullptr ? "" : std::string_view(days->citation.title));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace

Result<review::Pack> make_audit_pack(LogView& log, StateView& view, const PackOf& whom) {
  QCDR_ASSIGN_OR_RETURN(const auto found, find_practices(view, whom));
  QCDR_ASSIGN_OR_RETURN(const auto rows, view.score_rows());
  registry::Ledgers ledgers;
  for (StateView::PartitionView& each : view.partitions()) ledgers.push_back(each.ledger.get());
  review::Pack pack;
  pack.add("README.txt", kReadMe);
  pack.add("about.json", about(view, whom, found));
  for (const PracticeOfNpi& each : found) {
    const std::string folder = fmt::format("{}/{}/", each.year.value(), each.practice.value());
    WantedEvidence wanted{
        each.practice, each.year, whom.npi,
        each.tins,     {},        [](int kind) {
                            return kind != v1::RECORD_KIND_ROLE_GRANT; }};
    for (const EntityId& entity : each.entities) wanted.entities.emplace(entity.bytes());
    for (const EntityId& entity : each.groups) wanted.entities.emplace(entity.bytes());
    QCDR_ASSIGN_OR_RETURN(const Evidence evidence, read_evidence(log, view.keys(), wanted));
    add_records(evidence, folder, &pack);
    QCDR_RETURN_IF_ERROR(add_cases(ledgers, each, evidence, folder, &pack));
    QCDR_ASSIGN_OR_RETURN(std::string uploads, uploads_json(log, evidence.uploads));
    pack.add(folder + "uploads.json", std::move(uploads));
    pack.add(folder + "score.json", scores_of(rows, each, view.as_of()));
    pack.add(folder + "sending/requests.json", requests_json(evidence.requests));
    pack.add(folder + "sending/receipts.json", receipts_json(evidence.receipts));
  }
  return pack;
}

}  // namespace qcdr

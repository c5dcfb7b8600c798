#include "cli/reconciliation_rows.h"

#include "cli/json_writer.h"
#include "cli/text_table.h"
#include "core/finding_codes.h"
#include "ledger/nearest_npi.h"

namespace qcdr {
namespace {

std::string masked(const ledger::TinRow& tin) {
  return "*****" + tin.last_four;
}

std::string name_of(const ledger::PairRow& pair) {
  return pair.last_name.empty() ? "" : pair.last_name + ", " + pair.first_name;
}

const FindingDescription& description_of(const ledger::OpenFinding& finding) {
  const FindingDescription* description = find_finding(static_cast<std::uint32_t>(finding.code));
  QCDR_ASSERT(description != nullptr);
  return *description;
}

std::string fix_of(const ReconciliationRow& row) {
  std::string text(description_of(row.finding).message);
  constexpr std::string_view kParameter = "{0}";
  const std::string parameter =
      row.finding.month != 0 ? std::to_string(row.finding.month) : std::string("the NPI");
  if (const std::size_t at = text.find(kParameter); at != std::string::npos) {
    text.replace(at, kParameter.size(), parameter);
  }
  if (!row.nearest_clinician.empty()) {
    text += " The NPI is close to that of " + row.nearest_clinician + " on the roster.";
  }
  return text;
}

std::string_view blocks_of(const ledger::OpenFinding& finding) {
  if (finding.waived) return "waived";
  if (finding.blocks_group && finding.blocks_individual) return "all";
  if (finding.blocks_group) return "group";
  return finding.blocks_individual ? "individual" : "no";
}

bool may_be_mistyped(FindingCode code) {
  return code == FindingCode::NPI_NOT_ON_ROSTER || code == FindingCode::NPI_UNKNOWN ||
         code == FindingCode::NPI_ORGANIZATION;
}

void add_rows(const ledger::PracticeLedger& practice, const ledger::TinRow& tin,
              const ledger::Reconciliation& reconciliation, ReconciliationView* view) {
  for (const ledger::OpenFinding& finding : reconciliation.open) {
    ReconciliationRow row;
    row.practice = practice.id().practice;
    row.year = practice.id().year;
    row.tin = masked(tin);
    row.finding = finding;
    if (finding.pair) {
      const auto& pairs = practice.pairs();
      const ledger::PairRow& pair = pairs.pair(*finding.pair);
      row.clinician = name_of(pair);
      row.npi = pair.npi;
      const auto nearest = may_be_mistyped(finding.code)
                               ? nearest_listed(pairs.pairs(), tin.ordinal, pair.npi.value())
                               : std::nullopt;
      if (nearest) {
        row.nearest_clinician = name_of(pairs.pair(*nearest));
        row.nearest_npi = pairs.pair(*nearest).npi;
      }
    }
    view->rows.push_back(std::move(row));
  }
}

TextTable table_of(const ReconciliationView& view, bool with_npis, bool as_csv) {
  TextTable table;
  table.column(as_csv ? "practice_id" : "practice");
  table.column(as_csv ? "tin_masked" : "TIN");
  if (with_npis) table.column("npi");
  table.column("clinician");
  table.column("finding");
  table.column("severity");
  table.column("cases", TextTable::Align::kRight);
  table.column("month", TextTable::Align::kRight);
  table.column(as_csv ? "blocks_submission" : "blocks");
  if (with_npis) table.column("nearest_npi");
  table.column("fix");
  const auto number = [](std::uint32_t value) {
    return value == 0 ? std::string() : std::to_string(value);
  };
  const auto digits = [](const std::optional<Npi>& npi) {
    return npi ? std::to_string(npi->value()) : std::string();
  };
  for (const ReconciliationRow& row : view.rows) {
    const FindingDescription& description = description_of(row.finding);
    std::vector<std::string> cells{std::to_string(row.practice.value()), row.tin};
    if (with_npis) cells.push_back(digits(row.npi));
    cells.push_back(row.clinician);
    cells.emplace_back(description.identifier);
    cells.emplace_back(severity_name(description.severity));
    cells.push_back(number(row.finding.cases));
    cells.push_back(number(row.finding.month));
    cells.emplace_back(blocks_of(row.finding));
    if (with_npis) cells.push_back(digits(row.nearest_npi));
    cells.push_back(fix_of(row));
    table.row(std::move(cells));
  }
  return table;
}

std::string through(LocalDate date) {
  return date.days() == 0 ? std::string() : date.to_string();
}

}  // namespace

Result<ReconciliationView> read_reconciliation(StateView& view,
                                               std::optional<PracticeId> practice) {
  ReconciliationView found;
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const ledger::PracticeYear id : ids) {
      if (practice && id.practice != *practice) continue;
      QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * ledger, partition.ledger->find(id));
      for (const ledger::TinRow& tin : ledger->pairs().tins()) {
        QCDR_ASSIGN_OR_RETURN(const ledger::Reconciliation reconciliation,
                              ledger->reconciliation(tin));
        found.tins.push_back({id.practice, id.year, masked(tin),
                              ledger::reconciliation_state_name(reconciliation.state),
                              reconciliation.data_through, reconciliation.blocking_group()});
        add_rows(*ledger, tin, reconciliation, &found);
      }
    }
  }
  return found;
}

std::string reconciliation_text(const ReconciliationView& view) {
  TextTable tins;
  for (const char* title : {"practice", "year", "TIN", "sign-off", "data through", "blocking"}) {
    tins.column(title);
  }
  for (const ReconciliationStanding& tin : view.tins) {
    tins.row({std::to_string(tin.practice.value()), std::to_string(tin.year.value()), tin.tin,
              std::string(tin.state), through(tin.data_through),
              std::to_string(tin.blocking_group)});
  }
  if (view.rows.empty()) return tins.to_text() + "\nNothing disagrees.\n";
  return tins.to_text() + "\n" + table_of(view, false, false).to_text();
}

std::string reconciliation_csv(const ReconciliationView& view, bool with_npis) {
  return table_of(view, with_npis, true).to_csv();
}

std::string reconciliation_json(const ReconciliationView& view) {
  JsonWriter json;
  json.begin_object();
  json.key("tins");
  json.begin_array();
  for (const ReconciliationStanding& tin : view.tins) {
    json.begin_object();
    json.field("practiceId", tin.practice.value());
    json.field("performanceYear", tin.year.value());
    json.field("tin", tin.tin);
    json.field("signOff", tin.state);
    json.field("dataThrough", through(tin.data_through));
    json.field("blockingFindings", tin.blocking_group);
    json.end_object();
  }
  json.end_array();
  json.key("findings");
  json.begin_array();
  for (const ReconciliationRow& row : view.rows) {
    const FindingDescription& description = description_of(row.finding);
    json.begin_object();
    json.field("practiceId", row.practice.value());
    json.field("performanceYear", row.year.value());
    json.field("tin", row.tin);
    json.field("clinician", row.clinician);
    json.field("code", print_code(description.code));
    json.field("identifier", description.identifier);
    json.field("severity", severity_name(description.severity));
    json.field("cases", row.finding.cases);
    if (row.finding.month != 0) json.field("month", row.finding.month);
    json.field("blocks", blocks_of(row.finding));
    if (!row.nearest_clinician.empty()) json.field("nearestClinician", row.nearest_clinician);
    json.field("fix", fix_of(row));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace qcdr

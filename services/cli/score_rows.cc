#include "cli/score_rows.h"

#include <algorithm>
#include <map>

#include "cli/text_table.h"

namespace qcdr {
namespace {

std::string_view type_name(ledger::Clinician type) {
  switch (type) {
    case ledger::Clinician::kPhysician:
      return "physician";
    case ledger::Clinician::kCrna:
      return "CRNA";
    case ledger::Clinician::kCaa:
      return "CAA";
    case ledger::Clinician::kPhysicianAssistant:
      return "PA";
    case ledger::Clinician::kNursePractitioner:
      return "NP";
    case ledger::Clinician::kOther:
      return "other";
    case ledger::Clinician::kUnspecified:
      return "unknown";
  }
  return "unknown";
}

std::string level_name(const ledger::ReportingOptionFact& option) {
  switch (option.in_force.level) {
    case 1:
      return "individual";
    case 2:
      return "group";
    case 3:
      return "both";
    default:
      return option.held.level != 0 ? "held" : "not elected";
  }
}

// A consent matters only for the way in which the TIN reports; without an election both do.
std::string consent_text(const ledger::Consent& consent, const ledger::ReportingOptionFact& option,
                         bool group) {
  constexpr std::uint8_t kIndividual = 1;
  constexpr std::uint8_t kGroup = 2;
  const std::uint8_t other = group ? kIndividual : kGroup;
  if (option.in_force.level == other) return "not applicable";
  return std::string(ledger::consent_state_name(consent.state));
}

// Sorts by the digits that are shown, then by practice and order of first sight, so that the order
// does not hang on keys.
struct RowOrder {
  std::string tin;
  std::uint32_t practice;
  std::uint32_t tin_ordinal;
};

std::string name_of(const ledger::PairRow& pair, std::uint32_t* unnamed) {
  if (!pair.last_name.empty()) return pair.last_name + ", " + pair.first_name;
  return "(not on the roster " + std::to_string(++*unnamed) + ")";
}

Status add_tin(ledger::PracticeLedger& practice, const ledger::TinRow& tin, Instant as_of,
               std::vector<ScoreRow>* rows) {
  QCDR_ASSIGN_OR_RETURN(const auto option, practice.reporting_option(tin));
  ScoreRow base;
  base.practice = practice.id().practice;
  base.year = practice.id().year;
  base.tin = "*****" + tin.last_four + "\x1f" + std::to_string(tin.ordinal);
  base.reports_as = level_name(option);

  ScoreRow group = base;
  group.group = true;
  QCDR_ASSIGN_OR_RETURN(const auto officer, practice.officer_consent(tin));
  group.consent = consent_text(officer, option, true);
  QCDR_ASSIGN_OR_RETURN(const auto* group_counts, practice.group_counts(tin));
  group.cases_counted = group_counts->counted();
  group.cases_held = group_counts->held();
  group.entity_id = tin.group_entity.to_hex();
  QCDR_ASSIGN_OR_RETURN(group.input, practice.group_input(tin, as_of));
  group.summary = scoring::compute(group.input);
  rows->push_back(std::move(group));

  std::uint32_t unnamed = 0;
  for (const ledger::PairRow& pair : practice.pairs().pairs()) {
    if (pair.tin != tin.ordinal || !pair.reports_individually()) continue;
    ScoreRow row = base;
    row.clinician = name_of(pair, &unnamed);
    row.clinician_type = type_name(pair.known_type());
    QCDR_ASSIGN_OR_RETURN(const auto consent, practice.individual_consent(pair));
    row.consent = consent_text(consent, option, false);
    QCDR_ASSIGN_OR_RETURN(const auto* counts, practice.individual_counts(pair));
    row.cases_counted = counts->counted();
    row.cases_held = counts->held();
    row.entity_id = pair.entity.to_hex();
    QCDR_ASSIGN_OR_RETURN(row.input, practice.individual_input(pair, as_of));
    row.summary = scoring::compute(row.input);
    rows->push_back(std::move(row));
  }
  return Status::ok();
}

// "*****6789" plus the ordinal that add_tin() put behind it.
RowOrder order_of(const ScoreRow& row) {
  const std::size_t separator = row.tin.find('\x1f');
  return {row.tin.substr(0, separator), row.practice.value(),
          static_cast<std::uint32_t>(std::stoul(row.tin.substr(separator + 1)))};
}

}  // namespace

Status add_score_rows(ledger::Ledger& ledger, Instant as_of, std::vector<ScoreRow>* rows) {
  QCDR_ASSIGN_OR_RETURN(const auto ids, ledger.practice_years());
  for (const ledger::PracticeYear id : ids) {
    QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, ledger.find(id));
    for (const ledger::TinRow& tin : practice->pairs().tins()) {
      QCDR_RETURN_IF_ERROR(add_tin(*practice, tin, as_of, rows));
    }
  }
  return Status::ok();
}

void finish_score_rows(std::vector<ScoreRow>* rows) {
  std::map<std::string, std::vector<std::pair<std::uint32_t, std::uint32_t>>> owners;
  std::vector<std::pair<RowOrder, ScoreRow>> ordered;
  for (ScoreRow& row : *rows) {
    RowOrder order = order_of(row);
    auto& same = owners[order.tin];
    const auto owner = std::make_pair(order.practice, order.tin_ordinal);
    if (std::find(same.begin(), same.end(), owner) == same.end()) same.push_back(owner);
    ordered.emplace_back(std::move(order), std::move(row));
  }
  for (auto& [tin, same] : owners) std::sort(same.begin(), same.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    const auto key = [](const auto& entry) {
      return std::tuple(entry.first.tin, entry.first.practice, entry.first.tin_ordinal,
                        !entry.second.group, entry.second.clinician);
    };
    return key(a) < key(b);
  });
  rows->clear();
  for (auto& [order, row] : ordered) {
    const auto& same = owners[order.tin];
    row.tin = order.tin;
    if (same.size() > 1) {
      const auto place =
          std::find(same.begin(), same.end(), std::make_pair(order.practice, order.tin_ordinal)) -
          same.begin();
      row.tin += "-" + std::to_string(place + 1);
    }
    rows->push_back(std::move(row));
  }
}

std::string banner(Instant as_of) {
  return "Projection from data received by " + as_of.to_string() +
         ". Not a CMS score. Nothing has been sent to CMS yet.\n";
}

}  // namespace qcdr

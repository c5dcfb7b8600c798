#include "cli/export_record.h"

#include <fmt/core.h>

#include <array>

#include "registry/csv_text.h"
#include "registry/submitted.h"
#include "review/score_export.h"

namespace qcdr {
namespace {

// As records name them, by number of the proto Category.
constexpr std::array<const char*, 5> kCategories = {"", "QUALITY", "COST", "IA", "PI"};

std::string categories_cell(const ledger::SharedFeedback& feedback) {
  std::string cell;
  for (const auto& category : feedback.categories) {
    cell += fmt::format("{}{}:{}:{}", cell.empty() ? "" : ";", kCategories.at(category.category),
                        category.percent.to_string(), category.weight);
  }
  return cell;
}

std::string measures_cell(const ledger::SharedFeedback& feedback) {
  std::string cell;
  for (const auto& measure : feedback.measures) {
    cell += fmt::format(
        "{}{}:{}:{}:{}", cell.empty() ? "" : ";", measure.id, measure.points.rounded(4).to_string(),
        measure.rate ? measure.rate->rounded(4).to_string() : "", measure.picked ? "yes" : "no");
  }
  return cell;
}

Result<registry::Identity> identity_of(AskedRow& asked) {
  registry::Ledgers ledgers;
  for (StateView::PartitionView& each : asked.view().partitions()) {
    ledgers.push_back(each.ledger.get());
  }
  QCDR_ASSIGN_OR_RETURN(const auto identities,
                        registry::read_identities(ledgers, asked.row().year, {asked.entity()},
                                                  asked.view().keys().tin_key()));
  const auto own = identities.find(asked.entity());
  if (own == identities.end()) {
    return Status(ErrorCode::kInvalidArgument, "feedback is about a TIN or a clinician");
  }
  return own->second;
}

}  // namespace

Result<std::string> feedback_csv(std::string_view json, const ExportedScore& as, AskedRow& asked) {
  QCDR_ASSIGN_OR_RETURN(const ledger::SharedFeedback feedback, review::read_score_export(json));
  QCDR_ASSIGN_OR_RETURN(const LocalDate released, LocalDate::parse(as.released_on));
  QCDR_ASSIGN_OR_RETURN(const registry::Identity identity, identity_of(asked));
  const std::string bonus =
      feedback.complex_patient_bonus ? feedback.complex_patient_bonus->rounded(4).to_string() : "";
  return registry::csv_line({"practice_id", "performance_year", "tin", "npi", "stage",
                             "released_on", "version", "sharing", "purpose", "final_score",
                             "category_scores", "measure_scores", "adjustment",
                             "complex_patient_bonus"}) +
         registry::csv_line({std::to_string(asked.row().practice.value()),
                             std::to_string(asked.row().year.value()), identity.tin, identity.npi,
                             as.stage, released.to_string(), std::to_string(as.version), "SHARE",
                             as.purpose, feedback.final_score.to_string(),
                             categories_cell(feedback), measures_cell(feedback), as.adjustment,
                             bonus});
}

}  // namespace qcdr

// What does not agree between rosters, cases, registration and the lists of others, of every TIN:
// the open findings of TIN/NPI reconciliation and where its sign-off stands.
//
// A TIN shows as *****6789. Nothing but write_reconciliation() gives an NPI: that file is the
// practice's own list to work through. Thread-safety: none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/state_view.h"

namespace qcdr {

struct ReconciliationRow {
  PracticeId practice;
  PerformanceYear year;
  std::string tin;        // masked
  std::string clinician;  // "Last, First"; empty: about the TIN, or nobody has named the clinician
  std::optional<Npi> npi;
  ledger::OpenFinding finding;
  // Whom of the roster the NPI may have meant.
  std::string nearest_clinician;
  std::optional<Npi> nearest_npi;
};

struct ReconciliationStanding {
  PracticeId practice;
  PerformanceYear year;
  std::string tin;  // masked
  std::string_view state;
  LocalDate data_through;  // zero: never signed
  std::uint32_t blocking_group = 0;
};

struct ReconciliationView {
  std::vector<ReconciliationStanding> tins;
  std::vector<ReconciliationRow> rows;
};

Result<ReconciliationView> read_reconciliation(StateView& view, std::optional<PracticeId> practice);
std::string reconciliation_text(const ReconciliationView& view);
std::string reconciliation_json(const ReconciliationView& view);
std::string reconciliation_csv(const ReconciliationView& view, bool with_npis);

}  // namespace qcdr

// Which records stand in the state of a practice-year, by upload and row: in force, held, or held
// and refused. Thread-safety: value. Errors: those of the state.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "cli/state_view.h"

namespace qcdr {

enum class Stands : std::uint8_t { kNot, kInForce, kHeld, kHoldRefused };

class StandingRecords {
 public:
  // `with_cases`: reads every case, too.
  static Result<StandingRecords> read(StateView::PartitionView& partition, ledger::PracticeYear id,
                                      bool with_cases);
  Stands of(const std::string& upload_id, std::uint32_t row) const;
  // Every row of it was judged, or all of it refused.
  bool is_finished(const std::string& upload_id) const;
  bool is_refused(const std::string& upload_id) const;

 private:
  struct Upload {
    std::uint32_t ordinal = 0;
    bool finished = false;
    bool refused = false;
  };
  using Row = std::pair<std::uint32_t, std::uint32_t>;

  void note(const ledger::Origin& origin, Stands stands);
  Status note_fact(ledger::FactKind kind, const ledger::FactValue& value);
  Status read_facts(const RowReader& rows, ledger::PracticeYear id);

  std::map<std::string, Upload> uploads_;
  std::map<Row, Stands> rows_;
  std::map<std::string, Stands> rosters_;  // taken whole, by upload
};

}  // namespace qcdr

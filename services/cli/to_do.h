// What a practice can do: removes what blocks, wins points. By date, then by points.
//
// One item for the practice, for a TIN or for each clinician, whatever number of rows ask for it.
// Thread-safety: values and free functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/score_rows.h"

namespace qcdr {

struct ToDo {
  Instant by = ledger::kNoEnd;  // first moment that is too late; kNoEnd: no date
  PracticeId practice;
  std::string tin;  // masked; empty: the practice as a whole
  std::string who;  // clinician; empty: the TIN as a whole
  std::string text;
  Decimal points;  // final points to win at most; zero: not known
  bool blocks = false;
};

std::vector<ToDo> to_do_list(const std::vector<ScoreRow>& rows, Instant as_of);
// What is first to be done about one row.
std::optional<ToDo> do_next(const ScoreRow& row, Instant as_of);

// "2023-01-31 23:59:59 -06:00": the last second, in the registry's time; empty without a date.
std::string to_do_csv(const std::vector<ToDo>& items);
std::string to_do_json(const std::vector<ToDo>& items, Instant as_of);
std::string to_do_text(const std::vector<ToDo>& items, std::size_t items_max);

}  // namespace qcdr

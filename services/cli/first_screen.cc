// Reads what the first screen shows.
#include "cli/first_screen.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "calendar/judge.h"
#include "cli/block_words.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

bool newer(const LastUpload& a, const std::optional<LastUpload>& b) {
  return !b || std::pair(a.received_at, a.practice) > std::pair(b->received_at, b->practice);
}

Status read_uploads(const ledger::PracticeLedger& practice, std::optional<LastUpload>* last) {
  return practice.for_each_upload([&](std::string_view, const ledger::UploadFact& fact) -> Status {
    LastUpload upload;
    upload.practice = practice.id().practice;
    upload.kind = fact.kind;
    upload.received_at = fact.received_at;
    upload.refused = fact.refused;
    upload.in_work = !fact.completed;
    upload.accepted = fact.rows_accepted;
    upload.held = fact.rows_held;
    upload.rejected = fact.rows_rejected;
    upload.duplicate = fact.rows_duplicate;
    if (newer(upload, *last)) *last = upload;
    return Status::ok();
  });
}

void read_months(const ledger::PracticeLedger& practice, std::string* data_through) {
  for (const ledger::TinRow& tin : practice.pairs().tins()) {
    const auto& months = practice.group_months(tin);
    for (std::size_t i = months.size(); i > 0; --i) {
      if (months[i - 1] == 0) continue;
      *data_through =
          std::max(*data_through, fmt::format("{}-{:02}", practice.id().year.value(), i));
      break;
    }
  }
}

void read_deadline(PerformanceYear year, FirstScreen* screen) {
  const rulebook::YearRules* rules =
      rulebook::find_record_year(rulebook::Rulebook::built_in(), year);
  if (rules == nullptr) return;
  const rulebook::Deadline* next = calendar::next_deadline(*rules, screen->as_of);
  if (next == nullptr) return;
  if (screen->next_deadline && screen->next_deadline->passes_at <= next->passes_at) return;
  screen->next_deadline = {next->name, next->title, next->passes_at};
}

void collect_not_sent(FirstScreen* screen) {
  for (const ScoreRow& row : screen->rows) {
    if (row.group) continue;
    ++screen->clinicians;
    if (is_sent(row)) continue;
    NotSent not_sent;
    not_sent.tin = row.tin;
    not_sent.who = row.clinician;
    not_sent.nothing_open = !row.readiness.can_be_sent();
    for (const ledger::Block& block : row.readiness.blocks) {
      not_sent.reasons.push_back(block_words(block));
    }
    screen->not_sent.push_back(std::move(not_sent));
  }
}

}  // namespace

Result<FirstScreen> read_first_screen(StateView& view) {
  FirstScreen screen;
  screen.as_of = view.as_of();
  std::set<PerformanceYear> years;
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const ledger::PracticeYear id : ids) {
      QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, partition.ledger->find(id));
      QCDR_RETURN_IF_ERROR(read_uploads(*practice, &screen.last_upload));
      read_months(*practice, &screen.data_through);
      years.insert(id.year);
    }
  }
  for (const PerformanceYear year : years) read_deadline(year, &screen);
  QCDR_ASSIGN_OR_RETURN(screen.rows, view.score_rows());
  collect_not_sent(&screen);
  return screen;
}

}  // namespace qcdr

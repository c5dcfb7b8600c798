#include "cli/to_do.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "cli/block_words.h"
#include "cli/json_text.h"
#include "cli/local_time.h"
#include "cli/text_table.h"

namespace qcdr {
namespace {

// What a row wins at most when nothing blocks any more.
Decimal points_behind_blocks(const ScoreRow& row) {
  const Decimal now = row.scores.as_things_stand.summary.final_score;
  const Decimal done = row.scores.if_all_open_items_done.summary.final_score;
  return done > now ? done - now : Decimal();
}

bool earlier(const ToDo& a, const ToDo& b) {
  const auto key = [](const ToDo& item) {
    return std::tuple(item.by, -item.points, item.practice, std::string_view(item.tin),
                      std::string_view(item.who), std::string_view(item.text));
  };
  return key(a) < key(b);
}

ToDo item_of(const ScoreRow& row, BlockScope scope) {
  ToDo item;
  item.practice = row.practice;
  if (scope != BlockScope::kPractice) item.tin = row.tin;
  if (scope == BlockScope::kClinician && !row.group) item.who = row.clinician;
  return item;
}

std::vector<ToDo> items_of(const ScoreRow& row, Instant as_of) {
  std::vector<ToDo> items;
  // A virtual group's score counts instead, and nobody confirmed a set besides: its own row says
  // what to do.
  if (row.readiness.blocked_by(ledger::BlockReason::kVirtualGroup)) return items;
  for (const ledger::Block& block : row.readiness.blocks) {
    if (block.refused) continue;  // nobody is asked to change a no
    ToDo item = item_of(row, scope_of(block.reason));
    item.text = block_action(block);
    item.by = block.limit.due > as_of ? block.limit.due : block.limit.ends;
    if (item.by <= as_of) item.by = ledger::kNoEnd;  // the date is gone: whoever decides decides
    item.points = points_behind_blocks(row);
    item.blocks = true;
    items.push_back(std::move(item));
  }
  // What is not sent wins nothing by more points.
  if (!row.readiness.can_be_sent()) return items;
  for (const ledger::PointCost& cost : row.readiness.costs) {
    if (cost.limit.ends <= as_of) continue;
    ToDo item = item_of(row, BlockScope::kClinician);
    item.text = cost_action(cost);
    item.by = cost.limit.due > as_of ? cost.limit.due : cost.limit.ends;
    item.points = cost.points_at_most;
    items.push_back(std::move(item));
  }
  return items;
}

std::string by_text(Instant by) {
  return by == ledger::kNoEnd ? std::string() : registry_time(ledger::last_second(by));
}

}  // namespace

std::vector<ToDo> to_do_list(const std::vector<ScoreRow>& rows, Instant as_of) {
  std::map<std::tuple<PracticeId, std::string, std::string, std::string>, ToDo> items;
  for (const ScoreRow& row : rows) {
    if (row.sent_as_group && row.reports_as == "group") continue;  // the group's row says it
    for (ToDo& item : items_of(row, as_of)) {
      const auto key = std::tuple(item.practice, item.tin, item.who, item.text);
      const auto [place, added] = items.try_emplace(key, item);
      if (added) continue;
      place->second.by = std::min(place->second.by, item.by);
      place->second.points = std::max(place->second.points, item.points);
    }
  }
  std::vector<ToDo> list;
  for (auto& [key, item] : items) list.push_back(std::move(item));
  std::sort(list.begin(), list.end(), earlier);
  return list;
}

std::optional<ToDo> do_next(const ScoreRow& row, Instant as_of) {
  std::vector<ToDo> items = items_of(row, as_of);
  if (items.empty()) return std::nullopt;
  return *std::min_element(items.begin(), items.end(), [](const ToDo& a, const ToDo& b) {
    return std::pair(!a.blocks, 0) != std::pair(!b.blocks, 0) ? a.blocks : earlier(a, b);
  });
}

std::string to_do_csv(const std::vector<ToDo>& items) {
  TextTable table;
  for (const char* title :
       {"By", "Practice", "TIN", "Clinician", "What", "Blocks sending", "Points at most"}) {
    table.column(title);
  }
  for (const ToDo& item : items) {
    table.row({by_text(item.by), std::to_string(item.practice.value()), item.tin, item.who,
               item.text, item.blocks ? "yes" : "no",
               item.points == Decimal() ? "" : item.points.to_fixed(2)});
  }
  return table.to_csv();
}

std::string to_do_json(const std::vector<ToDo>& items, Instant as_of) {
  std::string json = fmt::format("{{\"asOf\": \"{}\", \"toDo\": [", as_of.to_string());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ToDo& item = items[i];
    json += fmt::format(
        "{}\n  {{\"by\": {}, \"practice\": {}, \"tin\": {}, \"clinician\": {}, \"text\": {}, "
        "\"blocksSending\": {}, \"pointsAtMost\": {}}}",
        i == 0 ? "" : ",", json_instant(ledger::last_second(item.by)), item.practice.value(),
        item.tin.empty() ? "null" : json_text(item.tin),
        item.who.empty() ? "null" : json_text(item.who), json_text(item.text), item.blocks,
        item.points.to_string());
  }
  return json + "\n]}\n";
}

std::string to_do_text(const std::vector<ToDo>& items, std::size_t items_max) {
  TextTable table;
  table.column("By");
  table.column("TIN");
  table.column("Who");
  table.column("To do");
  table.column("Points at most", TextTable::Align::kRight);
  for (std::size_t i = 0; i < std::min(items.size(), items_max); ++i) {
    const ToDo& item = items[i];
    table.row({item.by == ledger::kNoEnd ? "no date" : by_text(item.by),
               item.tin.empty() ? fmt::format("practice {}", item.practice.value()) : item.tin,
               item.who, item.text, item.points == Decimal() ? "" : item.points.to_fixed(2)});
  }
  std::string text = table.to_text();
  if (items.size() > items_max) {
    text += fmt::format("and {} more: qcdr readiness --to-do\n", items.size() - items_max);
  }
  return text;
}

}  // namespace qcdr

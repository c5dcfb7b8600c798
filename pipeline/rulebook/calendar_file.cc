#include "rulebook/calendar_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "rulebook/field_reader.h"

namespace qcdr::rulebook {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr int kMonths = 12;

Deadline read_deadline(const DocumentNode& node, FileErrors& errors) {
  FieldReader reader(node, errors);
  Deadline deadline;
  deadline.name = reader.text("name");
  deadline.title = reader.text("title");
  const Instant last = reader.instant("last_second");
  if (last.milliseconds() % kSecond != 0) errors.add(node.line, "last_second is a whole second");
  deadline.passes_at = Instant::from_milliseconds(last.milliseconds() + kSecond);
  deadline.local_time = fmt::format("{} {}", reader.text("last_second"), reader.text("zone"));
  deadline.citation = reader.citation("reference");
  reader.finish();
  return deadline;
}

// *name: the deadline, when there is one.
Instant read_limit(FieldReader* reader, std::string_view key,
                   const std::vector<Deadline>& deadlines, FileErrors& errors,
                   std::string* name = nullptr) {
  const DocumentNode* node = reader->find(key);
  if (node == nullptr) return kNever;
  for (const Deadline& deadline : deadlines) {
    if (deadline.name != node->scalar) continue;
    if (name != nullptr) *name = deadline.name;
    return deadline.passes_at;
  }
  errors.add(node->line, fmt::format("there is no deadline \"{}\"", node->scalar));
  return kNever;
}

CalendarRule read_rule(const DocumentNode& node, const std::vector<Deadline>& deadlines,
                       FileErrors& errors) {
  FieldReader reader(node, errors);
  CalendarRule rule;
  rule.name = reader.text("name");
  rule.kind = reader.text("kind");
  rule.corrections_only = reader.optional_flag("corrections_only");
  if (const DocumentNode* months = reader.find("service_months"); months != nullptr) {
    if (months->items.size() != 2) {
      errors.add(months->line, "service_months is a list of the first and the last month");
    } else {
      rule.service_month_first = read_integer(months->items[0], 1, kMonths, errors);
      rule.service_month_last = read_integer(months->items[1], 1, kMonths, errors);
    }
  }
  rule.milestone_missed_from = read_limit(&reader, "milestone_missed_after", deadlines, errors,
                                          &rule.milestone_missed_after);
  rule.late_held_from =
      read_limit(&reader, "late_held_after", deadlines, errors, &rule.late_held_after);
  rule.rejected_from = read_limit(&reader, "rejected_after", deadlines, errors);
  rule.citation = reader.citation("reference");
  reader.finish();
  return rule;
}

template <class Item>
void refuse_repeated_name(const std::vector<Item>& items, int line, FileErrors& errors) {
  const std::string& name = items.back().name;
  const auto same = [&name](const Item& item) { return item.name == name; };
  if (std::count_if(items.begin(), items.end(), same) > 1) {
    errors.add(line, fmt::format("\"{}\" stands here a second time", name));
  }
}

}  // namespace

Result<Calendar> parse_calendar(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  Calendar calendar;
  calendar.name = file.text("calendar");
  calendar.year = PerformanceYear(file.integer("year", 2017, 2099));
  calendar.name_line = file.require("calendar").line;
  calendar.year_line = file.require("year").line;
  const DocumentNode& deadlines = file.require("deadlines");
  if (deadlines.items.empty()) errors.add(deadlines.line, "a list of deadlines is expected");
  for (const DocumentNode& item : deadlines.items) {
    calendar.deadlines.push_back(read_deadline(item, errors));
    refuse_repeated_name(calendar.deadlines, item.line, errors);
  }
  const DocumentNode& rules = file.require("rules");
  if (rules.items.empty()) errors.add(rules.line, "a list of rules is expected");
  for (const DocumentNode& item : rules.items) {
    calendar.rules.push_back(read_rule(item, calendar.deadlines, errors));
    refuse_repeated_name(calendar.rules, item.line, errors);
  }
  file.finish();
  if (!errors.is_ok()) return errors.first();
  std::sort(calendar.deadlines.begin(), calendar.deadlines.end(),
            [](const Deadline& a, const Deadline& b) {
              return std::tie(a.passes_at, a.name) < std::tie(b.passes_at, b.name);
            });
  return calendar;
}

}  // namespace qcdr::rulebook

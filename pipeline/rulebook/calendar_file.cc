#include "rulebook/calendar_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "rulebook/field_reader.h"

namespace qcdr::rulebook {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr int kMonths = 12;

// What a calendar that takes another's rules need not say.
struct Defaults {
  bool inherits = false;
  Citation citation;
};

std::string title_of(FieldReader* reader, const Defaults& defaults) {
  return defaults.inherits ? reader->optional_text("title") : reader->text("title");
}

Citation citation_of(FieldReader* reader, const Defaults& defaults) {
  const bool own = !defaults.inherits || reader->has("reference");
  return own ? reader->citation("reference") : defaults.citation;
}

// "<instant> <zone>"; without the zone where the base has it.
std::string local_time(std::string said, FieldReader* reader, const Defaults& defaults) {
  const std::string zone = defaults.inherits ? reader->optional_text("zone") : reader->text("zone");
  if (!zone.empty()) said.append(" ").append(zone);
  return said;
}

// The second after a last second.
Instant read_end(FieldReader* reader, std::string_view key, FileErrors& errors) {
  const Instant last = reader->instant(key);
  if (last.milliseconds() % kSecond != 0) {
    errors.add(reader->line(), fmt::format("{} is a whole second", key));
  }
  return Instant::from_milliseconds(last.milliseconds() + kSecond);
}

Deadline read_deadline(const DocumentNode& node, const Defaults& defaults, FileErrors& errors) {
  FieldReader reader(node, errors);
  Deadline deadline;
  deadline.name = reader.text("name");
  deadline.title = title_of(&reader, defaults);
  deadline.passes_at = read_end(&reader, "last_second", errors);
  deadline.local_time = local_time(reader.text("last_second"), &reader, defaults);
  deadline.citation = citation_of(&reader, defaults);
  reader.finish();
  return deadline;
}

CalendarWindow read_window(const DocumentNode& node, const Defaults& defaults, FileErrors& errors) {
  FieldReader reader(node, errors);
  CalendarWindow window;
  window.name = reader.text("name");
  window.title = title_of(&reader, defaults);
  window.opens_at = reader.instant("opens");
  window.closes_at = read_end(&reader, "last_second", errors);
  if (errors.is_ok() && window.closes_at <= window.opens_at) {
    errors.add(node.line, "it closes before it opens");
  }
  window.announced = reader.optional_text("announced");
  if (!window.announced.empty() && !LocalDate::parse(window.announced).is_ok()) {
    errors.add(node.line, fmt::format("\"{}\" is not a date", window.announced));
  }
  window.local_time = local_time(
      fmt::format("{} to {}", reader.text("opens"), reader.text("last_second")), &reader, defaults);
  window.citation = citation_of(&reader, defaults);
  reader.finish();
  return window;
}

// *name: the deadline, when there is one.
Instant read_limit(FieldReader* reader, std::string_view key,
                   const std::vector<Deadline>& deadlines, FileErrors& errors, std::string* name) {
  const DocumentNode* node = reader->find(key);
  if (node == nullptr) return kNever;
  for (const Deadline& deadline : deadlines) {
    if (deadline.name != node->scalar) continue;
    *name = deadline.name;
    return deadline.passes_at;
  }
  errors.add(node->line, fmt::format("there is no deadline \"{}\"", node->scalar));
  return kNever;
}

CalendarRule read_rule(const DocumentNode& node, const std::vector<Deadline>& deadlines,
                       const Defaults& defaults, FileErrors& errors) {
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
  rule.rejected_from =
      read_limit(&reader, "rejected_after", deadlines, errors, &rule.rejected_after);
  rule.citation = citation_of(&reader, defaults);
  reader.finish();
  return rule;
}

// A list, which may be absent unless it is `required`.
template <class Item, class Read>
void read_list(FieldReader* file, std::string_view key, bool required, FileErrors& errors,
               std::vector<Item>* items, const Read& read) {
  const DocumentNode* node = file->find(key);
  if (node == nullptr) {
    if (required) errors.add(file->line(), fmt::format("\"{}\" is missing", key));
    return;
  }
  if (node->items.empty()) errors.add(node->line, fmt::format("a list of {} is expected", key));
  for (const DocumentNode& item : node->items) {
    Item made = read(item);
    const auto same = [&made](const Item& other) { return other.name == made.name; };
    if (std::any_of(items->begin(), items->end(), same)) {
      errors.add(item.line, fmt::format("\"{}\" stands here a second time", made.name));
    }
    items->push_back(std::move(made));
  }
}

Defaults read_defaults(FieldReader* file, Calendar* calendar) {
  Defaults defaults;
  const DocumentNode* node = file->find("rules_of");
  if (node == nullptr) return defaults;
  defaults.inherits = true;
  calendar->rules_of = node->scalar;
  calendar->rules_of_line = node->line;
  defaults.citation = file->citation("reference");
  return defaults;
}

void sort_by_time(Calendar* calendar) {
  std::sort(calendar->deadlines.begin(), calendar->deadlines.end(),
            [](const Deadline& a, const Deadline& b) {
              return std::tie(a.passes_at, a.name) < std::tie(b.passes_at, b.name);
            });
  std::sort(calendar->windows.begin(), calendar->windows.end(),
            [](const CalendarWindow& a, const CalendarWindow& b) {
              return std::tie(a.opens_at, a.name) < std::tie(b.opens_at, b.name);
            });
}

}  // namespace

std::string Calendar::registry() const {
  const std::string ending = fmt::format("-{}", year.value());
  if (!name.ends_with(ending)) return {};
  return name.substr(0, name.size() - ending.size());
}

Result<Calendar> parse_calendar(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  Calendar calendar;
  calendar.path = path;
  calendar.name = file.text("calendar");
  calendar.year = PerformanceYear(file.integer("year", 2017, 2099));
  calendar.name_line = file.require("calendar").line;
  calendar.year_line = file.require("year").line;
  const Defaults defaults = read_defaults(&file, &calendar);
  read_list(&file, "deadlines", true, errors, &calendar.deadlines,
            [&](const DocumentNode& node) { return read_deadline(node, defaults, errors); });
  read_list(&file, "rules", !defaults.inherits, errors, &calendar.rules,
            [&](const DocumentNode& node) {
              return read_rule(node, calendar.deadlines, defaults, errors);
            });
  read_list(&file, "windows", false, errors, &calendar.windows,
            [&](const DocumentNode& node) { return read_window(node, defaults, errors); });
  file.finish();
  if (!errors.is_ok()) return errors.first();
  sort_by_time(&calendar);
  return calendar;
}

}  // namespace qcdr::rulebook

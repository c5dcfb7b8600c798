// A calendar that takes the rules of another: what it does not say itself.
#include <fmt/core.h>

#include <algorithm>

#include "rulebook/calendar_file.h"
#include "rulebook/document.h"

namespace qcdr::rulebook {
namespace {

template <class Item>
const Item* find_name(const std::vector<Item>& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

bool has_zone(std::string_view local_time) {
  return local_time.find('/') != std::string_view::npos;
}

// Title and zone of the item of the same name, where it has none of its own.
template <class Item>
Status complete(const Calendar& calendar, const std::vector<Item>& base, std::vector<Item>* items) {
  for (Item& item : *items) {
    const Item* same = find_name(base, item.name);
    if (same != nullptr) {
      if (item.title.empty()) item.title = same->title;
      if (!has_zone(item.local_time)) {
        item.local_time.append(same->local_time.substr(same->local_time.rfind(' ')));
      }
    }
    if (!item.title.empty() && has_zone(item.local_time)) continue;
    return error_at(calendar.path, calendar.rules_of_line,
                    fmt::format("\"{}\" is not in {}, so it needs a title and a zone", item.name,
                                calendar.rules_of));
  }
  return Status::ok();
}

CalendarRule with_dates_of(CalendarRule rule, const std::vector<Deadline>& deadlines) {
  const Citation* cited = nullptr;
  const auto date = [&](const std::string& name, Instant* limit) {
    if (name.empty()) return;
    const Deadline* deadline = find_name(deadlines, name);  // take_rules() has looked
    *limit = deadline->passes_at;
    if (cited == nullptr) cited = &deadline->citation;
  };
  date(rule.late_held_after, &rule.late_held_from);
  date(rule.rejected_after, &rule.rejected_from);
  date(rule.milestone_missed_after, &rule.milestone_missed_from);
  if (cited != nullptr) rule.citation = *cited;
  return rule;
}

}  // namespace

Status take_rules(const Calendar& base, Calendar* calendar) {
  const auto refuse = [&](std::string_view message) {
    return error_at(calendar->path, calendar->rules_of_line, message);
  };
  if (!base.rules_of.empty()) {
    return refuse(fmt::format("{} takes its rules of another calendar itself", base.name));
  }
  for (const Deadline& deadline : base.deadlines) {
    if (find_name(calendar->deadlines, deadline.name) != nullptr) continue;
    return refuse(fmt::format("\"{}\" of {} has no date here", deadline.name, base.name));
  }
  QCDR_RETURN_IF_ERROR(complete(*calendar, base.deadlines, &calendar->deadlines));
  QCDR_RETURN_IF_ERROR(complete(*calendar, base.windows, &calendar->windows));
  for (const CalendarRule& rule : calendar->rules) {
    if (find_name(base.rules, rule.name) != nullptr) continue;
    return refuse(fmt::format("{} has no rule \"{}\" that could differ", base.name, rule.name));
  }
  std::vector<CalendarRule> rules;
  for (const CalendarRule& rule : base.rules) {
    const CalendarRule* own = find_name(calendar->rules, rule.name);
    rules.push_back(own != nullptr ? *own : with_dates_of(rule, calendar->deadlines));
  }
  calendar->rules = std::move(rules);
  return Status::ok();
}

}  // namespace qcdr::rulebook

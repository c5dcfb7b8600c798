#include "rulebook/deadline_names.h"

#include <algorithm>

namespace qcdr::rulebook {

bool is_in_calendar(const YearRules& rules, std::string_view name) {
  const auto same = [name](const auto& item) { return item.name == name; };
  return std::any_of(rules.deadlines().begin(), rules.deadlines().end(), same) ||
         std::any_of(rules.calendar().begin(), rules.calendar().end(), same);
}

std::string deadline_list(const YearRules& rules) {
  std::string list;
  for (const Deadline& deadline : rules.deadlines()) {
    list.append(list.empty() ? "" : ", ").append(deadline.name);
  }
  return list;
}

}  // namespace qcdr::rulebook

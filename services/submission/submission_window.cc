#include "submission/submission_window.h"

namespace qcdr {
namespace {

constexpr std::string_view kWindow = "cms-submission";

}  // namespace

submission::PermitAnswer window_at(const rulebook::Rulebook& rulebook, PerformanceYear year,
                                   Instant now) {
  using submission::PermitAnswer;
  const rulebook::YearRules* rules = rulebook.find_year(year);
  if (rules == nullptr) return PermitAnswer::kNotYet;
  bool closed = false;
  for (const rulebook::CalendarWindow& window : rules->windows()) {
    if (window.name != kWindow) continue;
    if (now >= window.opens_at && now < window.closes_at) return PermitAnswer::kGo;
    closed = closed || now >= window.closes_at;
  }
  return closed ? PermitAnswer::kClosed : PermitAnswer::kNotYet;
}

}  // namespace qcdr

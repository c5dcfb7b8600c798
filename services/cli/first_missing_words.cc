#include "cli/first_missing_words.h"

#include <fmt/core.h>

#include "cli/block_words.h"
#include "cli/json_text.h"
#include "cli/local_time.h"
#include "core/days_left.h"

namespace qcdr {
namespace {

std::string number_or_null(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "null";
}

std::string words_of(const ledger::FirstMissing& missing) {
  return missing.block != nullptr ? block_words(*missing.block) : cost_words(*missing.cost);
}

std::string_view reason_of(const ledger::FirstMissing& missing) {
  return missing.block != nullptr ? ledger::block_reason_name(missing.block->reason)
                                  : ledger::cost_reason_name(missing.cost->reason);
}

}  // namespace

std::string first_missing_text(const ledger::Readiness& readiness, Instant as_of) {
  const auto missing = ledger::first_missing(readiness, as_of);
  if (!missing) return {};
  std::string text = "  first missing: " + words_of(*missing);
  if (missing->closed) return text + "; the practice can do nothing more about it\n";
  if (!missing->last) return text + "; no date\n";
  return text + "; " + both_times(*missing->last) + ", " + days_left_text(as_of, *missing->last) +
         "\n";
}

std::string days_left_json(Instant now, Instant last) {
  return fmt::format("\"daysLeft\": {}, \"daysLeftZone\": \"{}\", \"daysLeftEastern\": {}",
                     number_or_null(days_left(registry_zone(), now, last)),
                     zone_name(registry_zone()),
                     number_or_null(days_left(Zone::kEastern, now, last)));
}

std::string first_missing_json(const ledger::Readiness& readiness, Instant as_of) {
  const auto missing = ledger::first_missing(readiness, as_of);
  if (!missing) return "null";
  std::string json =
      fmt::format("{{\"blocks\": {}, \"reason\": \"{}\", \"text\": {}", missing->block != nullptr,
                  reason_of(*missing), json_text(words_of(*missing)));
  if (missing->cost != nullptr && missing->cost->measure != nullptr) {
    json += ", \"measureId\": " + json_text(missing->cost->measure->id);
  }
  json += fmt::format(", \"closed\": {}", missing->closed);
  if (!missing->last) {
    return json + fmt::format(
                      ", \"until\": null, \"daysLeft\": null, \"daysLeftZone\": \"{}\", "
                      "\"daysLeftEastern\": null}}",
                      zone_name(registry_zone()));
  }
  return json + fmt::format(", \"until\": {}, {}}}", json_instant(*missing->last),
                            days_left_json(as_of, *missing->last));
}

}  // namespace qcdr

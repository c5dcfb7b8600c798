// Named places of a delivery at which a process may die. Tests die at each; nothing else does.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace qcdr::submission {

enum class SendPoint : std::uint8_t {
  kIntentOnLog,     // the attempt stands on the log, not in the store
  kIntentInStore,   // and in the store; nothing has left
  kRequestSent,     // the request has left, no answer is here
  kAnswered,        // the answer is in memory alone
  kSentOnLog,       // that CMS took it stands on the log, not in the store
  kSentInStore,     // and in the store; it was not read back
  kOutcomeOnLog,    // the end stands on the log, not in the store
  kOutcomeInStore,  // and in the store
};
inline constexpr std::size_t kSendPointCount = 8;

inline std::string_view send_point_name(SendPoint point) {
  constexpr std::array<std::string_view, kSendPointCount> kNames = {
      "submission-intent-on-log",  "submission-intent-in-store", "submission-request-sent",
      "submission-answered",       "submission-sent-on-log",     "submission-sent-in-store",
      "submission-outcome-on-log", "submission-outcome-in-store"};
  return kNames.at(static_cast<std::size_t>(point));
}

class SendPoints {
 public:
  virtual ~SendPoints() = default;
  virtual void reached(SendPoint /*point*/) {}
};

}  // namespace qcdr::submission

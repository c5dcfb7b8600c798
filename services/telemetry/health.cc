#include "telemetry/health.h"

#include <algorithm>

namespace qcdr {

void Health::set(const std::string& part, const std::string& problem) {
  const std::lock_guard<std::mutex> lock(mutex_);
  problems_[part] = problem;
  started_ = started_ || std::all_of(problems_.begin(), problems_.end(),
                                     [](const auto& entry) { return entry.second.empty(); });
}

Health::Answer Health::alive(bool verbose, Time now) const {
  const bool good = now - Time(heard_.load()) < kSilenceMax;
  std::string text = good ? "[+]main thread ok\n" : "[-]main thread: not heard of for minutes\n";
  if (!verbose) text.clear();
  return {good, text + (good ? "livez check passed\n" : "livez check failed\n")};
}

Health::Answer Health::answer(const char* check, bool verbose,
                              const std::set<std::string>& excluded) const {
  Answer answer{true, ""};
  for (const auto& [part, problem] : problems_) {
    const bool out = excluded.contains(part);
    answer.good = answer.good && (out || problem.empty());
    if (!verbose && (out || problem.empty())) continue;
    answer.text += out               ? "[+]" + part + " excluded: ok\n"
                   : problem.empty() ? "[+]" + part + " ok\n"
                                     : "[-]" + part + ": " + problem + "\n";
  }
  answer.text += std::string(check) + (answer.good ? " check passed\n" : " check failed\n");
  return answer;
}

Health::Answer Health::ready(bool verbose, const std::set<std::string>& excluded) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return answer("readyz", verbose, excluded);
}

Health::Answer Health::started(bool verbose) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!started_) return answer("startupz", verbose, {});
  return {true, "startupz check passed\n"};
}

}  // namespace qcdr

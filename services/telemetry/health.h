// What the admin port says about this process: alive, ready, started.
//
// Alive: its main thread was heard of lately. That asks nothing of others, so a cluster that is
// away restarts nobody. Ready: nothing of what it needs is wrong, and it is not ending. Started: it
// was ready once, so that a long replay is not taken for a hang. Thread-safety: all of it.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace qcdr {

// Longer than the bounded waits for a cluster that one step may go through, one partition after the
// other.
inline constexpr std::chrono::minutes kSilenceMax{5};

class Health {
 public:
  using Time = std::chrono::steady_clock::time_point;
  explicit Health(Time now = std::chrono::steady_clock::now()) : heard_(now.time_since_epoch()) {}

  // The main thread lives.
  void beat(Time now = std::chrono::steady_clock::now()) { heard_ = now.time_since_epoch(); }
  // `problem`: empty when the part is well. A part is a word, like "partitions". It carries no
  // identifier.
  void set(const std::string& part, const std::string& problem);

  struct Answer {
    bool good = false;
    std::string text;  // a line for each part when verbose
  };
  Answer alive(bool verbose, Time now = std::chrono::steady_clock::now()) const;
  Answer ready(bool verbose, const std::set<std::string>& excluded = {}) const;
  Answer started(bool verbose) const;

 private:
  Answer answer(const char* check, bool verbose, const std::set<std::string>& excluded) const;

  std::atomic<std::chrono::steady_clock::duration> heard_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> problems_;
  bool started_ = false;
};

}  // namespace qcdr

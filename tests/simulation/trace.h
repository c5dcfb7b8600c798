// What happened in a run: a hash of everything, and the last events for a person to read.
#pragma once

#include <cstdint>
#include <deque>
#include <ostream>
#include <string>
#include <string_view>

#include "stream/sim/sim_world.h"

namespace qcdr::simulation {

class Trace {
 public:
  // `live`: prints every event at once, or nothing.
  explicit Trace(std::ostream* live) : live_(live) {}

  void call(int process, stream::SimCall call, std::int64_t detail, std::int64_t milliseconds);
  void event(std::string_view what, std::int64_t a = 0, std::int64_t b = 0);

  std::uint64_t hash() const { return hash_; }
  std::uint64_t events() const { return count_; }
  void print_last(std::ostream& out) const;

 private:
  struct Event {
    std::uint64_t number = 0;
    std::string what;
    std::int64_t a = 0;
    std::int64_t b = 0;
    std::int64_t c = 0;
  };
  void add(std::string_view what, std::int64_t a, std::int64_t b, std::int64_t c);
  static void print(const Event& event, std::ostream& out);

  static constexpr std::size_t kEventsKept = 60;
  std::ostream* live_;
  std::deque<Event> last_;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::uint64_t count_ = 0;
};

}  // namespace qcdr::simulation

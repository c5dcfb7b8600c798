#include "trace.h"

#include <array>

namespace qcdr::simulation {
namespace {

constexpr std::array<std::string_view, stream::kSimCallCount> kCallNames = {
    "join",          "assignment", "seek",        "poll",         "committed",    "commit",
    "init-producer", "begin",      "send",        "send-offsets", "end",          "abort",
    "append",        "read",       "beginning",   "end-offset",   "store-open",   "store-destroy",
    "store-get",     "store-scan", "submit",      "wait",         "before-write", "after-write",
    "crash-point",   "blob-write", "blob-commit", "blob-open",    "blob-read"};

}  // namespace

void Trace::call(int process, stream::SimCall call, std::int64_t detail,
                 std::int64_t milliseconds) {
  add(kCallNames[static_cast<std::size_t>(call)], process, detail, milliseconds);
}

void Trace::event(std::string_view what, std::int64_t a, std::int64_t b) {
  add(what, a, b, -1);
}

void Trace::add(std::string_view what, std::int64_t a, std::int64_t b, std::int64_t c) {
  const auto mix = [this](std::uint64_t value) {
    hash_ = (hash_ ^ value) * 0x100000001b3ULL;
    hash_ ^= hash_ >> 29;
  };
  for (const char letter : what) mix(static_cast<std::uint8_t>(letter));
  mix(static_cast<std::uint64_t>(a));
  mix(static_cast<std::uint64_t>(b));
  mix(static_cast<std::uint64_t>(c));
  Event event{++count_, std::string(what), a, b, c};
  if (live_ != nullptr) print(event, *live_);
  last_.push_back(std::move(event));
  if (last_.size() > kEventsKept) last_.pop_front();
}

void Trace::print(const Event& event, std::ostream& out) {
  out << "  #" << event.number << ' ' << event.what << ' ' << event.a << ' ' << event.b;
  if (event.c >= 0) out << " at " << event.c << " ms";
  out << '\n';
}

void Trace::print_last(std::ostream& out) const {
  for (const Event& event : last_) print(event, out);
}

}  // namespace qcdr::simulation

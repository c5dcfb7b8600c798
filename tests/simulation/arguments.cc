#include "arguments.h"

#include <charconv>
#include <string_view>

namespace qcdr::simulation {
namespace {

bool number(std::string_view text, std::uint64_t* value) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *value);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

bool range(std::string_view text, std::uint64_t* first, std::uint64_t* last) {
  const std::size_t dots = text.find("..");
  return dots != std::string_view::npos && number(text.substr(0, dots), first) &&
         number(text.substr(dots + 2), last) && *first <= *last;
}

}  // namespace

const char* usage() {
  return "simulate --seeds A..B        runs the seeds, stops at the first that fails\n"
         "simulate --seed N [--trace]  runs one; --trace prints every event\n"
         "simulate --determinism A..B  runs each seed twice and compares the traces\n"
         "simulate --exhaustive [--pairs]  a short run, with a crash at each call in turn\n"
         "  --planted NAME             with a bug: state-before-commit, offset-outside-batch,\n"
         "                             commit-without-plus-one, dirty-object-alone,\n"
         "                             control-applied-twice, version-without-generation,\n"
         "                             offset-of-the-polled, live-from-applied,\n"
         "                             place-kept-after-rebalance, time-steps-back,\n"
         "                             duplicates-by-time, received-when-parsed\n"
         "Exit 0: all passed; 1: a run failed; 2: usage.\n";
}

Result<Arguments> parse_arguments(int count, char** words) {
  Arguments arguments;
  for (int index = 1; index < count; ++index) {
    const std::string word = words[index];
    const std::string value = index + 1 < count ? words[index + 1] : "";
    bool good = true;
    if (word == "--seeds" || word == "--determinism") {
      arguments.mode = word == "--seeds" ? Arguments::Mode::kSeeds : Arguments::Mode::kDeterminism;
      good = range(value, &arguments.first_seed, &arguments.last_seed);
      ++index;
    } else if (word == "--seed") {
      arguments.mode = Arguments::Mode::kSeed;
      good = number(value, &arguments.first_seed);
      arguments.last_seed = arguments.first_seed;
      ++index;
    } else if (word == "--planted") {
      arguments.planted_bug = value;
      good = !value.empty();
      ++index;
    } else if (word == "--exhaustive") {
      arguments.mode = Arguments::Mode::kExhaustive;
    } else if (word == "--pairs") {
      arguments.pairs = true;
    } else if (word == "--trace") {
      arguments.trace = true;
    } else {
      good = false;
    }
    if (!good) return Status(ErrorCode::kInvalidArgument, word + " " + value);
  }
  return arguments;
}

}  // namespace qcdr::simulation

// What a bench folds: a generated season as sealed registry records, made before any clock runs.
//
// Rosters come first, then cases in files by service month, then a file of corrections per
// practice.
// - kPracticeByPractice: chunks of up to 256 rows, one file after another.
// - kScattered: chunks of one row; every record is of another practice than the one before.
// Beside the sealed records stand the same rows unsealed, for the yardstick (plain_fold.h).
// Thread-safety: immutable once made.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/key_ring.h"
#include "core/status.h"
#include "core/time.h"

namespace qcdr::bench {

enum class Arrangement : std::uint8_t { kPracticeByPractice, kScattered };

struct InputOptions {
  Arrangement arrangement = Arrangement::kPracticeByPractice;
  std::uint64_t seed = 1;
  std::uint32_t practices = 200;
  std::uint32_t clinicians_per_practice = 60;
  std::uint32_t cases = 1'000'000;  // of all practices together, without corrections
  std::uint32_t files_per_practice = 12;
  std::uint32_t corrections_percent = 0;
  std::int32_t partitions = 4;
};

struct InputRecord {
  std::string key;
  std::string value;
  Instant timestamp;
};

struct Input {
  std::vector<std::vector<InputRecord>> partitions;  // qcdr.v1.RegistryRecord, sealed
  std::vector<std::string> plain;                    // qcdr.v1.ChunkRows of cases only
  std::vector<std::uint32_t> plain_practices;        // beside plain
  std::uint64_t cases = 0;                           // rows of cases, corrections among them
  std::uint64_t distinct_cases = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // of sealed values
};

Input make_input(const InputOptions& options, KeyRing& keys);

// The same season a round of files at a time, for inputs that do not fit into memory: what stands
// in the input's lists is of the last round and is thrown away after `take`; sums go on.
using TakeRound = std::function<Status(const Input&)>;
Status make_input_by_round(const InputOptions& options, KeyRing& keys, const TakeRound& take);

}  // namespace qcdr::bench

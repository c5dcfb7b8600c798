// Rows of state: what the fold reads when it meets a practice again, and what it hands over to be
// written. The fold knows no database; a store implements RowReader and takes RowBatch.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/status.h"

namespace qcdr {

// Column families of a partition's database. Values are permanent: they are on disk.
enum class Family : std::uint8_t {
  kMeta = 0,           // of the loop alone: applied offset, generation, digest, partition time
  kFacts = 1,          // (practice, year, kind, subject)
  kCounts = 2,         // (practice, year, TIN, shard)
  kCaseBlocks = 3,     // (practice, year, block number)
  kCaseDirectory = 4,  // (practice, year, bucket)
};
inline constexpr int kFamilyCount = 5;

class RowReader {
 public:
  virtual ~RowReader() = default;
  // The value, or nothing. Errors: kIo, kCorruption.
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  // Calls visit(key, value) for each row whose key begins with prefix, in key order, until visit
  // returns a bad status, which is passed on.
  using Visit = std::function<Status(std::string_view key, std::string_view value)>;
  virtual Status scan(Family family, std::string_view prefix, const Visit& visit) const = 0;
  // The keys alone; works also where values can no longer be opened.
  using VisitKey = std::function<Status(std::string_view key)>;
  virtual Status scan_keys(Family family, std::string_view prefix, const VisitKey& visit) const {
    return scan(family, prefix,
                [&](std::string_view key, std::string_view) -> Status { return visit(key); });
  }
};

// Changes that become durable together or not at all.
class RowBatch {
 public:
  struct Row {
    Family family;
    std::string key;
    std::optional<std::string> value;  // none: erase
  };
  void put(Family family, std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    rows_.push_back({family, std::move(key), std::move(value)});
  }
  void erase(Family family, std::string key) {
    bytes_ += key.size();
    rows_.push_back({family, std::move(key), std::nullopt});
  }
  const std::vector<Row>& rows() const { return rows_; }
  std::size_t bytes() const { return bytes_; }
  bool empty() const { return rows_.empty(); }
  // Leaves the batch empty.
  std::vector<Row> take_rows() {
    bytes_ = 0;
    return std::exchange(rows_, {});
  }
  void clear() {
    rows_.clear();
    bytes_ = 0;
  }

 private:
  std::vector<Row> rows_;
  std::size_t bytes_ = 0;
};

}  // namespace qcdr

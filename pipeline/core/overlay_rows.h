// Rows that are not written yet, on top of those of a store: a fold that put its rows together in
// the middle of a batch reads them here until they are written.
// Thread-safety: none. Lifetime: what lies below outlives it. Errors: those of what lies below.
#pragma once

#include <array>
#include <map>

#include "core/rows.h"

namespace qcdr {

class OverlayRows final : public RowReader {
 public:
  explicit OverlayRows(const RowReader& below) : below_(below) {}

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override;
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override;
  Status scan_keys(Family family, std::string_view prefix, const VisitKey& visit) const override;

  // Lays the changes over what is there; takes them out of `batch`.
  void lay(RowBatch batch);
  // All of them, each key once; nothing is left here.
  RowBatch take();
  // Of keys and values.
  std::size_t bytes() const { return bytes_; }

 private:
  using Rows = std::map<std::string, std::optional<std::string>, std::less<>>;
  class Merge;
  const Rows& of(Family family) const { return rows_.at(static_cast<std::size_t>(family)); }

  const RowReader& below_;
  std::array<Rows, kFamilyCount> rows_;
  std::size_t bytes_ = 0;
};

}  // namespace qcdr

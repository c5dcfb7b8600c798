#include "core/overlay_rows.h"

namespace qcdr {

// Walks along the rows laid over while those below are visited in the order of their keys.
class OverlayRows::Merge {
 public:
  Merge(const Rows& rows, std::string_view prefix, const Visit& visit)
      : rows_(rows), prefix_(prefix), visit_(visit), next_(rows.lower_bound(prefix)) {}

  // Visits what comes before `key`; false when a row with this key lies over the one below.
  Result<bool> shows(std::string_view key) {
    while (more() && next_->first < key) QCDR_RETURN_IF_ERROR(visit_next());
    if (!more() || next_->first != key) return true;
    QCDR_RETURN_IF_ERROR(visit_next());
    return false;
  }
  Status finish() {
    while (more()) QCDR_RETURN_IF_ERROR(visit_next());
    return Status::ok();
  }

 private:
  bool more() const { return next_ != rows_.end() && next_->first.starts_with(prefix_); }
  Status visit_next() {
    const auto row = next_++;
    return row->second ? visit_(row->first, *row->second) : Status::ok();
  }

  const Rows& rows_;
  const std::string_view prefix_;
  const Visit& visit_;
  Rows::const_iterator next_;
};

Result<std::optional<std::string>> OverlayRows::get(Family family, std::string_view key) const {
  const Rows& rows = of(family);
  const auto found = rows.find(key);
  if (found != rows.end()) return found->second;
  return below_.get(family, key);
}

Status OverlayRows::scan(Family family, std::string_view prefix, const Visit& visit) const {
  Merge merge(of(family), prefix, visit);
  QCDR_RETURN_IF_ERROR(
      below_.scan(family, prefix, [&](std::string_view key, std::string_view value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const bool shown, merge.shows(key));
        return shown ? visit(key, value) : Status::ok();
      }));
  return merge.finish();
}

Status OverlayRows::scan_keys(Family family, std::string_view prefix, const VisitKey& visit) const {
  const Visit visit_key = [&](std::string_view key, std::string_view) { return visit(key); };
  Merge merge(of(family), prefix, visit_key);
  QCDR_RETURN_IF_ERROR(below_.scan_keys(family, prefix, [&](std::string_view key) -> Status {
    QCDR_ASSIGN_OR_RETURN(const bool shown, merge.shows(key));
    return shown ? visit(key) : Status::ok();
  }));
  return merge.finish();
}

void OverlayRows::lay(RowBatch batch) {
  for (RowBatch::Row& row : batch.take_rows()) {
    Rows& rows = rows_.at(static_cast<std::size_t>(row.family));
    const auto placed = rows.try_emplace(std::move(row.key));
    std::optional<std::string>& value = placed.first->second;
    if (placed.second) bytes_ += placed.first->first.size();
    if (value) bytes_ -= value->size();
    value = std::move(row.value);
    if (value) bytes_ += value->size();
  }
}

RowBatch OverlayRows::take() {
  RowBatch batch;
  for (int number = 0; number < kFamilyCount; ++number) {
    const auto family = static_cast<Family>(number);
    Rows& rows = rows_.at(static_cast<std::size_t>(number));
    for (auto& [key, value] : rows) {
      if (value) {
        batch.put(family, key, std::move(*value));
      } else {
        batch.erase(family, key);
      }
    }
    rows.clear();
  }
  bytes_ = 0;
  return batch;
}

}  // namespace qcdr

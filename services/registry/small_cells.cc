#include "registry/small_cells.h"

#include <algorithm>

namespace qcdr::registry {

ShownCells shown_cells(const Cells& cells, std::uint32_t minimum) {
  const auto is_small = [&](std::uint32_t count) { return count > 0 && count < minimum; };
  if (is_small(cells.total())) return {};
  std::array<std::optional<std::uint32_t>, 4> parts = {cells.met, cells.not_met, cells.exception,
                                                       cells.not_reported};
  std::uint32_t hidden_sum = 0;
  std::uint32_t hidden = 0;
  const auto hide = [&](std::optional<std::uint32_t>& part) {
    hidden_sum += *part;
    ++hidden;
    part.reset();
  };
  for (auto& part : parts) {
    if (is_small(*part)) hide(part);
  }
  bool shows_total = true;
  // Zeros are shown, so that each hidden one is known to be at least 1.
  const auto gives_away = [&] {
    return hidden == 1 || hidden_sum == hidden || is_small(hidden_sum);
  };
  while (shows_total && hidden > 0 && gives_away()) {
    std::optional<std::uint32_t>* smallest = nullptr;
    for (auto& part : parts) {
      if (part && *part > 0 && (smallest == nullptr || *part < **smallest)) smallest = &part;
    }
    if (smallest == nullptr) {
      shows_total = false;
    } else {
      hide(*smallest);
    }
  }
  ShownCells shown;
  if (shows_total) shown.total = cells.total();
  shown.met = parts[0];
  shown.not_met = parts[1];
  shown.exception = parts[2];
  shown.not_reported = parts[3];
  return shown;
}

}  // namespace qcdr::registry

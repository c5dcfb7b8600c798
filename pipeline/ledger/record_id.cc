#include "ledger/record_id.h"

namespace qcdr::ledger {

bool split_record_id(std::string_view id, std::string_view* upload_id, std::uint32_t* row) {
  constexpr std::size_t kDigitsMax = 10;
  const std::size_t slash = id.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return false;
  const std::string_view digits = id.substr(slash + 1);
  if (digits.empty() || digits.size() > kDigitsMax) return false;
  std::uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return false;
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (number > UINT32_MAX) return false;
  *upload_id = id.substr(0, slash);
  *row = static_cast<std::uint32_t>(number);
  return true;
}

}  // namespace qcdr::ledger

#include "notices/delivery_ledger.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <array>

#include "core/crc32c.h"

namespace qcdr {
namespace {

constexpr std::array<std::string_view, 4> kWords = {"sent", "dead", "pointless", "nobody"};
constexpr unsigned kOwnerAlone = 0600;
constexpr std::size_t kSumDigits = 8;

std::string sum_of(std::string_view text) {
  return fmt::format("{:08x}", crc32c(text));
}

}  // namespace

Result<std::unique_ptr<DeliveryLedger>> DeliveryLedger::open(const std::string& directory) {
  QCDR_RETURN_IF_ERROR(stream::make_directories(directory));
  QCDR_ASSIGN_OR_RETURN(
      stream::FileLock lock,
      stream::FileLock::acquire(directory + "/delivered.lock", stream::FileLock::Mode::kExclusive));
  QCDR_ASSIGN_OR_RETURN(stream::File file, stream::File::open(directory + "/delivered.v1",
                                                              O_RDWR | O_CREAT, kOwnerAlone));
  QCDR_RETURN_IF_ERROR(stream::sync_directory(directory));
  std::unique_ptr<DeliveryLedger> ledger(new DeliveryLedger(std::move(lock), std::move(file)));
  QCDR_RETURN_IF_ERROR(ledger->load());
  return ledger;
}

Status DeliveryLedger::load() {
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t size, file_.size());
  QCDR_ASSIGN_OR_RETURN(const std::string text, file_.read_at(0, static_cast<std::size_t>(size)));
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    if (!take(std::string_view(text).substr(begin, end - begin))) {
      return Status(ErrorCode::kCorruption,
                    "delivered.v1: line " + std::to_string(lines_ + 1) + " was not written so");
    }
    begin = end + 1;
  }
  end_ = begin;
  return begin == text.size() ? Status::ok() : file_.truncate(begin);
}

bool DeliveryLedger::take(std::string_view line) {
  if (line.size() <= kSumDigits + 1) return false;
  const std::string_view said = line.substr(0, line.size() - kSumDigits);
  if (sum_of(said) != line.substr(said.size())) return false;
  const std::size_t first = said.find(' ');
  const std::size_t second = said.find(' ', first + 1);
  const std::size_t third = said.find(' ', second + 1);
  if (third == std::string_view::npos) return false;
  const std::string_view word = said.substr(0, first);
  if (word == kWords[0] || word == kWords[2]) {
    done_.emplace(said.substr(first + 1, second - first - 1),
                  said.substr(second + 1, third - second - 1));
  }
  ++lines_;
  return true;
}

Status DeliveryLedger::note(Delivered outcome, const std::string& notice_id,
                            const std::string& recipient, Instant at) {
  std::string line = fmt::format("{} {} {} {} ", kWords[static_cast<std::size_t>(outcome)],
                                 notice_id, recipient, at.milliseconds());
  line += sum_of(line);
  QCDR_RETURN_IF_ERROR(file_.write_at(end_, line + "\n"));
  QCDR_RETURN_IF_ERROR(file_.sync());
  end_ += line.size() + 1;
  QCDR_ASSERT(take(line));
  return Status::ok();
}

}  // namespace qcdr

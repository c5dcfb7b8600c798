#include "intake/chunk_builder.h"

#include <set>
#include <utility>

#include "core/finding_codes.h"
#include "intake/limits.h"

namespace qcdr::intake {
namespace {

// Tag and length of one element of a repeated message field.
constexpr std::size_t kElementOverheadBytes = 5;
// A TIN's number within the chunk may take a byte more than its number within the upload.
constexpr std::size_t kRowOverheadBytes = kElementOverheadBytes + kMaxStaffPerCase;
static_assert(kMaxChunkRows * kMaxStaffPerCase < (1 << 14), "numbers take at most two bytes");

template <class Message>
void visit_tin(Message* message, const std::function<std::uint32_t(std::uint32_t)>& visit) {
  if (message->tin() != 0) message->set_tin(visit(message->tin()));
}

}  // namespace

void for_each_tin(v1::Row* row, const std::function<std::uint32_t(std::uint32_t)>& visit) {
  switch (row->fact_case()) {
    case v1::Row::kAnesthesiaCase:
      for (v1::CaseStaff& staff : *row->mutable_anesthesia_case()->mutable_staff()) {
        visit_tin(&staff, visit);
      }
      return;
    case v1::Row::kRosterEntry:
      return visit_tin(row->mutable_roster_entry(), visit);
    case v1::Row::kIndividualConsent:
      return visit_tin(row->mutable_individual_consent(), visit);
    case v1::Row::kOfficerConsent:
      return visit_tin(row->mutable_officer_consent(), visit);
    case v1::Row::kReportingOption:
      return visit_tin(row->mutable_reporting_option(), visit);
    case v1::Row::FACT_NOT_SET:
      return;
    default:
      QCDR_ASSERT(false && "a kind that intake does not make");
  }
}

std::uint32_t ChunkBuilder::local_number(const v1::TinEntry& entry) {
  const auto found = local_numbers_.find(entry.token());
  if (found != local_numbers_.end()) return found->second;
  *chunk_.add_tins() = entry;
  chunk_bytes_ += entry.ByteSizeLong() + kElementOverheadBytes;
  const auto number = static_cast<std::uint32_t>(chunk_.tins_size());
  local_numbers_.emplace(entry.token(), number);
  return number;
}

std::size_t ChunkBuilder::bytes_of_new_tins(const v1::Row& row, const TinTable& tins) const {
  if (row.fact_case() != v1::Row::kAnesthesiaCase) {
    return tins.size() == 0 ? 0 : tins.entry(1).ByteSizeLong() + kElementOverheadBytes;
  }
  std::set<std::uint32_t> numbers;
  for (const v1::CaseStaff& staff : row.anesthesia_case().staff()) {
    if (staff.tin() != 0) numbers.insert(staff.tin());
  }
  std::size_t bytes = 0;
  for (const std::uint32_t number : numbers) {
    const v1::TinEntry& entry = tins.entry(number);
    if (local_numbers_.count(entry.token()) == 0) {
      bytes += entry.ByteSizeLong() + kElementOverheadBytes;
    }
  }
  return bytes;
}

Status ChunkBuilder::row(v1::Row row, const TinTable& tins) {
  QCDR_ASSERT(row.ordinal() == row_count_);
  for (const v1::Verdict& verdict : row.verdicts()) ++counts_[verdict.code()];
  const std::size_t row_bytes = row.ByteSizeLong() + kRowOverheadBytes;
  const std::size_t more = row_bytes + bytes_of_new_tins(row, tins);
  QCDR_ASSERT(more <= kMaxChunkBytes);
  const bool full = chunk_bytes_ + more > kMaxChunkBytes ||
                    static_cast<std::size_t>(chunk_.rows_size()) == kMaxChunkRows;
  if (full) QCDR_RETURN_IF_ERROR(flush());
  if (chunk_.rows_size() == 0) first_ordinal_ = row.ordinal();
  for_each_tin(&row, [&](std::uint32_t number) { return local_number(tins.entry(number)); });
  chunk_.mutable_rows()->Add(std::move(row));
  chunk_bytes_ += row_bytes;
  ++row_count_;
  return Status::ok();
}

void ChunkBuilder::file_finding(v1::Verdict verdict) {
  ++counts_[verdict.code()];
  const FindingDescription* finding = find_finding(verdict.code());
  QCDR_ASSERT(finding != nullptr);
  const bool fatal = finding->severity == FindingSeverity::FATAL;
  refused_ = refused_ || fatal;
  if (fatal || file_verdicts_.size() < kMaxFileVerdicts) {
    file_verdicts_.push_back(std::move(verdict));
  }
}

Status ChunkBuilder::flush() {
  if (chunk_.rows_size() == 0) return Status::ok();
  v1::ChunkRows finished;
  finished.Swap(&chunk_);
  chunk_bytes_ = 0;
  local_numbers_.clear();
  return emit_(first_ordinal_, std::move(finished));
}

}  // namespace qcdr::intake

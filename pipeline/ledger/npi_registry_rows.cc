#include "ledger/npi_registry_rows.h"

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

std::string row_key(PerformanceYear year) {
  ByteWriter subject;
  subject.big_u32(static_cast<std::uint32_t>(year.value()));
  return fact_key(kOfThePartition, FactKind::kNpiRegistry, subject.bytes());
}

}  // namespace

Status NpiRegistryRows::load() {
  if (loaded_ || !find_) return Status::ok();
  const std::string prefix = fact_key(kOfThePartition, FactKind::kNpiRegistry, "");
  QCDR_RETURN_IF_ERROR(rows_.scan(
      Family::kFacts, prefix, [&](std::string_view key, std::string_view value) -> Status {
        ByteReader subject(key.substr(prefix.size()));
        const PerformanceYear year(static_cast<std::int32_t>(subject.big_u32()));
        ByteReader reader(value);
        reader.text();
        InForce found;
        const std::string_view digest = reader.raw(found.digest.size());
        if (!subject.ok() || !reader.ok() || !reader.at_end()) {
          return Status(ErrorCode::kCorruption, "the row of an NPI register cannot be decoded");
        }
        std::copy(digest.begin(), digest.end(), found.digest.begin());
        QCDR_ASSIGN_OR_RETURN(found.lookup, find_(found.digest));
        in_force_.emplace(year, std::move(found));
        return Status::ok();
      }));
  loaded_ = true;
  return Status::ok();
}

Result<const NpiLookup*> NpiRegistryRows::of(PerformanceYear year) {
  QCDR_RETURN_IF_ERROR(load());
  const auto found = in_force_.find(year);
  return found == in_force_.end() ? nullptr : found->second.lookup.get();
}

Result<const NpiLookup*> NpiRegistryRows::release(PerformanceYear year, const Hash256& digest) {
  QCDR_RETURN_IF_ERROR(load());
  if (!find_) {
    return Status(ErrorCode::kFailedPrecondition, "there is no reference directory");
  }
  QCDR_ASSIGN_OR_RETURN(std::shared_ptr<const NpiLookup> lookup, find_(digest));
  InForce& now = in_force_[year];
  if (now.lookup != nullptr && lookup->list_date() < now.lookup->list_date()) return nullptr;
  now = {digest, std::move(lookup), true};
  return now.lookup.get();
}

void NpiRegistryRows::freeze(RowBatch* batch) {
  for (auto& [year, entry] : in_force_) {
    if (!entry.dirty) continue;
    ByteWriter value;
    value.text("");
    value.raw(view(entry.digest));
    batch->put(Family::kFacts, row_key(year), value.take());
    entry.dirty = false;
  }
}

}  // namespace qcdr::ledger

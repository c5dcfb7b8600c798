#include "reference/npi_registry.h"

#include "core/assert.h"
#include "core/bytes.h"
#include "reference/mapped_file.h"
#include "reference/npi_registry_layout.h"

namespace qcdr::reference {

NpiRegistry::NpiRegistry(std::unique_ptr<MappedFile> file) : file_(std::move(file)) {}
NpiRegistry::~NpiRegistry() = default;

Result<std::shared_ptr<const NpiRegistry>> NpiRegistry::open(const std::string& path) {
  QCDR_ASSIGN_OR_RETURN(auto file, MappedFile::open(path));
  std::shared_ptr<NpiRegistry> registry(new NpiRegistry(std::move(file)));
  QCDR_RETURN_IF_ERROR(registry->read());
  return std::shared_ptr<const NpiRegistry>(std::move(registry));
}

Status NpiRegistry::read() {
  const Status damaged(ErrorCode::kCorruption, "a snapshot of the NPI register is not whole");
  const std::string_view all = file_->bytes();
  const auto head = layout::read_head(all);
  if (!head || all.size() != head->file_bytes()) return damaged;
  const std::string_view content = all.substr(0, all.size() - layout::kDigestBytes);
  digest_ = sha256(content);
  if (view(digest_) != all.substr(content.size())) return damaged;
  list_date_ = head->list_date;
  count_ = static_cast<std::size_t>(head->entries);
  entries_ = content.substr(layout::kHeadBytes, count_ * layout::kEntryBytes);
  names_ = content.substr(layout::kHeadBytes + entries_.size());
  for (std::size_t place = 0; place < count_; ++place) {
    if (place > 0 && key_at(place - 1) >= key_at(place)) return damaged;
    const std::uint64_t at = layout::names_place(entries_, place);
    if (at > names_.size()) return damaged;
    ByteReader reader(names_.substr(static_cast<std::size_t>(at)));
    for (int name = 0; name < layout::kNames; ++name) reader.text();
    if (!reader.ok()) return damaged;
  }
  return Status::ok();
}

std::uint64_t NpiRegistry::key_at(std::size_t place) const {
  return layout::key(entries_, place);
}

NpiEntry NpiRegistry::entry_at(std::size_t place) const {
  NpiEntry entry;
  ByteReader reader(entries_.substr(place * layout::kEntryBytes, layout::kEntryBytes));
  const std::uint64_t first = reader.u64();
  entry.npi = Npi::from_trusted(first & layout::kNpiMask);
  entry.organization = (first & layout::kOrganization) != 0;
  entry.deactivated = LocalDate::from_days(static_cast<std::int32_t>(reader.u32()));
  entry.reactivated = LocalDate::from_days(static_cast<std::int32_t>(reader.u32()));
  ByteReader names(names_.substr(static_cast<std::size_t>(reader.u64())));
  entry.last_name = names.text();
  entry.other_last_name = names.text();
  entry.first_name = names.text();
  QCDR_ASSERT(names.ok());  // open() has looked
  return entry;
}

void NpiRegistry::for_each(const std::function<void(NpiEntry)>& visit) const {
  for (std::size_t place = 0; place < count_; ++place) visit(entry_at(place));
}

std::optional<NpiEntry> NpiRegistry::find(Npi npi) const {
  std::size_t low = 0;
  std::size_t high = count_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (key_at(middle) < npi.value()) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == count_ || key_at(low) != npi.value()) return std::nullopt;
  return entry_at(low);
}

}  // namespace qcdr::reference

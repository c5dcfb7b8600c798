#include "reference/npi_registries.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace qcdr::reference {

Result<std::vector<NpiRegistryTitle>> NpiRegistries::titles() const {
  std::vector<NpiRegistryTitle> titles;
  std::error_code error;
  if (directory_.empty() || !std::filesystem::exists(directory_, error)) return titles;
  std::filesystem::directory_iterator files(directory_, error);
  if (error) return Status(ErrorCode::kIo, "the reference directory: " + error.message());
  for (const auto& file : files) {
    if (file.path().extension() != kNpiRegistryExtension) continue;
    auto title = read_title(file.path().string());
    const ErrorCode code = title.status().code();
    // A copy that is not finished yet, or one that somebody took away meanwhile.
    if (code == ErrorCode::kCorruption || code == ErrorCode::kNotFound) continue;
    QCDR_RETURN_IF_ERROR(title.status());
    titles.push_back(std::move(title).value());
  }
  std::sort(titles.begin(), titles.end(), [](const auto& a, const auto& b) {
    return std::tie(a.list_date, a.digest) < std::tie(b.list_date, b.digest);
  });
  return titles;
}

Result<std::shared_ptr<const NpiRegistry>> NpiRegistries::find(const Hash256& digest) {
  const std::lock_guard lock(mutex_);
  if (const auto known = open_.find(digest); known != open_.end()) return known->second;
  QCDR_ASSIGN_OR_RETURN(const std::vector<NpiRegistryTitle> all, titles());
  for (const NpiRegistryTitle& title : all) {
    if (title.digest != digest) continue;
    QCDR_ASSIGN_OR_RETURN(auto registry, NpiRegistry::open(title.path));
    open_.emplace(digest, registry);
    return registry;
  }
  return Status(ErrorCode::kFailedPrecondition,
                "a snapshot of the NPI register was released that the reference directory lacks");
}

}  // namespace qcdr::reference

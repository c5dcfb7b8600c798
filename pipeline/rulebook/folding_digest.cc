#include "rulebook/folding_digest.h"

#include <algorithm>
#include <array>
#include <string>

#include "rulebook/parameter_names.h"

namespace qcdr::rulebook {
namespace {

constexpr std::string_view kEnd("\0", 1);

void update_with_values(const ParameterMap& parameters, PerformanceYear year, Sha256* hash) {
  std::array folded = names::kFoldedParameters;
  std::sort(folded.begin(), folded.end());
  const std::string year_text = std::to_string(year.value());
  for (const std::string_view name : folded) {
    const auto found = parameters.find(name);
    if (found == parameters.end()) continue;
    const std::string value = found->second.value.to_string();
    for (const std::string_view part :
         {name, kEnd, std::string_view(year_text), kEnd, std::string_view(value), kEnd}) {
      hash->update(part);
    }
  }
}

}  // namespace

void update_with_file(const SourceFile& file, Sha256* hash) {
  const std::string length = std::to_string(file.bytes.size());
  for (const std::string_view part :
       {file.path, kEnd, std::string_view(length), kEnd, file.bytes}) {
    hash->update(part);
  }
}

Hash256 FoldingDigest::finish(const std::set<PerformanceYear>& years,
                              const ParametersByYear& parameters) const {
  Sha256 hash;
  for (const auto& entry : files_) {
    const Entry& each = entry.second;
    if (!each.year || years.count(*each.year) != 0) update_with_file(each.file, &hash);
  }
  for (const PerformanceYear year : years) {
    const auto values = parameters.find(year);
    if (values != parameters.end()) update_with_values(values->second, year, &hash);
  }
  return hash.finish();
}

}  // namespace qcdr::rulebook

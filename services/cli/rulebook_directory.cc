#include "cli/rulebook_directory.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "rulebook/loader.h"

namespace qcdr {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesMax = 2'000;
constexpr std::uintmax_t kBytesMax = 64U << 20;

// By path relative to the directory.
Result<std::map<std::string, std::string>> read_files(const std::string& directory) {
  std::error_code error;
  std::map<std::string, std::string> files;
  std::uintmax_t bytes = 0;
  for (auto entry = fs::recursive_directory_iterator(directory, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    bytes += entry->file_size(error);
    if (files.size() == kFilesMax || bytes > kBytesMax) {
      return Status(ErrorCode::kLimitExceeded,
                    directory + ": more files or bytes than a rulebook may have");
    }
    std::ifstream file(entry->path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return Status(ErrorCode::kNotFound, entry->path().string() + ": cannot be read");
    files.emplace(fs::relative(entry->path(), directory, error).generic_string(), text.str());
  }
  if (error) return Status(ErrorCode::kNotFound, directory + ": " + error.message());
  return files;
}

}  // namespace

Result<std::unique_ptr<rulebook::Rulebook>> load_rulebook_directory(const std::string& directory,
                                                                    const std::string& registry) {
  QCDR_ASSIGN_OR_RETURN(const auto files, read_files(directory));
  std::vector<rulebook::SourceFile> sources;
  for (const auto& [path, bytes] : files) sources.push_back({path, bytes});
  return rulebook::load_rulebook(sources, registry);
}

}  // namespace qcdr

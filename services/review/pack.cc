#include "review/pack.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/assert.h"
#include "core/crypto.h"
#include "stream/file.h"

namespace qcdr::review {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSumDigits = 64;
constexpr std::size_t kSumsBytesMax = kPackFilesMax * (kSumDigits + kPackNameBytesMax + 3);
constexpr unsigned kOwnerAlone = 0600;

std::string sum_of(std::string_view bytes) {
  const Hash256 hash = sha256(bytes);
  return hex(view(hash));
}

bool is_sum(std::string_view text) {
  return text.size() == kSumDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kPackNameBytesMax || name.front() == '/') return false;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '/';
    if (!plain) return false;
  }
  const std::string around = "/" + std::string(name) + "/";
  return around.find("/../") == around.npos && around.find("/./") == around.npos &&
         around.find("//") == around.npos;
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  QCDR_ASSIGN_OR_RETURN(const stream::File file, stream::File::open(path, O_RDONLY));
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t size, file.size());
  if (size > bytes_max) return Status(ErrorCode::kLimitExceeded, "the file is too long");
  return file.read_at(0, static_cast<std::size_t>(size));
}

Status write_file(const std::string& path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(stream::File file,
                        stream::File::open(path, O_WRONLY | O_CREAT | O_EXCL, kOwnerAlone));
  QCDR_RETURN_IF_ERROR(file.write_at(0, bytes));
  return file.sync();
}

struct Listed {
  std::string name;
  std::string sha256;
  std::uint64_t bytes = 0;
};

std::string manifest_of(const std::vector<Listed>& files, const std::string& root) {
  std::string text = fmt::format("{{\n  \"root\": \"{}\",\n  \"files\": [", root);
  for (std::size_t i = 0; i < files.size(); ++i) {
    text += fmt::format("{}\n    {{\"name\": \"{}\", \"bytes\": {}, \"sha256\": \"{}\"}}",
                        i == 0 ? "" : ",", files[i].name, files[i].bytes, files[i].sha256);
  }
  return text + "\n  ]\n}\n";
}

// Files below the folder, without those that list them.
Result<std::set<std::string>> names_in(const std::string& directory) {
  std::set<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  if (error) return Status(ErrorCode::kNotFound, "there is no such folder");
  for (const auto end = fs::recursive_directory_iterator(); entry != end; entry.increment(error)) {
    if (error) return Status(ErrorCode::kIo, "the folder cannot be read");
    std::error_code ignored;
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) continue;
    std::string name = fs::path(entry->path()).lexically_relative(directory).generic_string();
    if (name != kSumsName && name != kManifestName) names.insert(std::move(name));
    if (names.size() > kPackFilesMax) {
      return Status(ErrorCode::kLimitExceeded, "the folder has too many files");
    }
  }
  return names;
}

}  // namespace

Result<std::vector<SummedFile>> parse_sums(std::string_view text) {
  const Status wrong(ErrorCode::kInvalidArgument, std::string(kSumsName) + " cannot be read");
  std::vector<SummedFile> files;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos || files.size() == kPackFilesMax) return wrong;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.size() < kSumDigits + 3 || line.substr(kSumDigits, 2) != "  ") return wrong;
    const std::string_view name = line.substr(kSumDigits + 2);
    if (!is_sum(line.substr(0, kSumDigits)) || !is_name(name)) return wrong;
    if (!files.empty() && files.back().name >= name) return wrong;
    files.push_back({std::string(name), std::string(line.substr(0, kSumDigits))});
  }
  return files;
}

void Pack::add(const std::string& name, std::string bytes) {
  QCDR_ASSERT(is_name(name) && name != kSumsName && name != kManifestName);
  const bool fresh = files_.emplace(name, std::move(bytes)).second;
  QCDR_ASSERT(fresh);
}

std::string Pack::sums() const {
  std::string text;
  for (const auto& [name, bytes] : files_) text += sum_of(bytes) + "  " + name + "\n";
  return text;
}

std::string Pack::root() const {
  return sum_of(sums());
}

std::string Pack::manifest() const {
  std::vector<Listed> files;
  for (const auto& [name, bytes] : files_) files.push_back({name, sum_of(bytes), bytes.size()});
  return manifest_of(files, root());
}

Status Pack::write(const std::string& directory) const {
  if (files_.size() > kPackFilesMax) {
    return Status(ErrorCode::kLimitExceeded, "a folder would have more than 10,000 files");
  }
  std::error_code error;
  if (fs::exists(directory, error)) {
    return Status(ErrorCode::kAlreadyExists, "the folder is there already; give another name");
  }
  QCDR_RETURN_IF_ERROR(stream::make_directories(directory));
  fs::permissions(directory, fs::perms::owner_all, error);
  if (error) return Status(ErrorCode::kIo, "the folder cannot be kept for its owner alone");
  for (const auto& [name, bytes] : files_) {
    if (bytes.size() > kPackFileBytesMax) {
      return Status(ErrorCode::kLimitExceeded, name + " would be longer than 256 MiB");
    }
    const std::string path = directory + "/" + name;
    QCDR_RETURN_IF_ERROR(stream::make_directories(fs::path(path).parent_path().string()));
    QCDR_RETURN_IF_ERROR(write_file(path, bytes).with_context(name));
  }
  QCDR_RETURN_IF_ERROR(write_file(directory + "/" + kSumsName, sums()));
  return write_file(directory + "/" + kManifestName, manifest());
}

Result<PackCheck> check_pack(const std::string& directory, const std::string& root) {
  QCDR_ASSIGN_OR_RETURN(std::set<std::string> there, names_in(directory));
  const auto sums = read_file(directory + "/" + kSumsName, kSumsBytesMax);
  QCDR_RETURN_IF_ERROR(sums.status().with_context(kSumsName));
  PackCheck check;
  check.root = sum_of(sums.value());
  if (!root.empty() && root != check.root) check.faults.emplace_back("the root is another one");
  const auto listed = parse_sums(sums.value());
  if (!listed.is_ok()) {
    check.faults.push_back(listed.status().message());
    return check;
  }
  std::vector<Listed> files;
  for (const SummedFile& file : listed.value()) {
    ++check.files;
    if (there.erase(file.name) == 0) {
      check.faults.push_back(file.name + ": missing");
      continue;
    }
    const auto bytes = read_file(directory + "/" + file.name, kPackFileBytesMax);
    if (!bytes.is_ok() || sum_of(bytes.value()) != file.sha256) {
      check.faults.push_back(file.name + ": changed");
      continue;
    }
    files.push_back({file.name, file.sha256, bytes.value().size()});
  }
  for (const std::string& name : there) check.faults.push_back(name + ": not listed");
  const auto manifest = read_file(directory + "/" + kManifestName, kSumsBytesMax * 2);
  const bool complete = files.size() == listed.value().size();
  if (!manifest.is_ok() || (complete && manifest.value() != manifest_of(files, check.root))) {
    check.faults.push_back(std::string(kManifestName) + ": changed");
  }
  return check;
}

}  // namespace qcdr::review

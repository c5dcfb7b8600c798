#include "cli/inbox.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "core/crypto.h"
#include "intake/limits.h"

namespace qcdr {
namespace {

constexpr std::size_t kFilesMax = 200'000;
constexpr std::size_t kReadBytes = 1 << 20;

std::optional<Instant> instant_of_name(const std::string& name) {
  const std::size_t end = name.find('_');
  if (end == std::string::npos) return std::nullopt;
  const auto instant = Instant::parse(std::string_view(name).substr(0, end));
  if (!instant.is_ok()) return std::nullopt;
  return instant.value();
}

Status list_folder(const std::string& directory, Channel channel, std::vector<InboxFile>* files) {
  if (directory.empty()) return Status::ok();
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.') || !it->is_regular_file()) continue;
    if (it->path().extension() == ".md") continue;
    if (files->size() == kFilesMax) {
      return Status(ErrorCode::kLimitExceeded, "the inbox holds too many files");
    }
    files->push_back({it->path().string(), name, instant_of_name(name), channel});
  }
  if (!error) return Status::ok();
  return Status(ErrorCode::kNotFound, "the inbox cannot be read: " + error.message());
}

bool everybody_may_write(const std::string& directory) {
  if (directory.empty()) return false;
  std::error_code error;
  const auto rights = std::filesystem::status(directory, error).permissions();
  return !error && (rights & std::filesystem::perms::others_write) != std::filesystem::perms::none;
}

// Who may write into the outer folder can put another one in the place of the inner.
bool lies_in(const std::string& inner, const std::string& outer) {
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(inner, error);
  const auto above = std::filesystem::weakly_canonical(outer, error);
  return !error &&
         std::mismatch(above.begin(), above.end(), path.begin(), path.end()).first == above.end();
}

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

Result<std::vector<InboxFile>> list_inbox(const InboxFolders& folders) {
  if (!folders.practice.empty() && !folders.registry.empty() &&
      lies_in(folders.registry, folders.practice)) {
    return Status(ErrorCode::kInvalidArgument,
                  "the registry's inbox must be a folder of its own, outside the practices' one");
  }
  if (everybody_may_write(folders.registry)) {
    return Status(ErrorCode::kPermissionDenied,
                  "everybody may write into the registry's inbox; take that right away: chmod o-w");
  }
  std::vector<InboxFile> files;
  QCDR_RETURN_IF_ERROR(list_folder(folders.practice, Channel::kPractice, &files));
  QCDR_RETURN_IF_ERROR(list_folder(folders.registry, Channel::kRegistry, &files));
  std::sort(files.begin(), files.end(), [](const InboxFile& a, const InboxFile& b) {
    if (a.instant.has_value() != b.instant.has_value()) return a.instant.has_value();
    if (a.instant != b.instant) return a.instant < b.instant;
    if (a.name != b.name) return a.name < b.name;
    return a.channel < b.channel;
  });
  return files;
}

std::string_view inbox_actor(Channel channel) {
  return channel == Channel::kRegistry ? "registry-inbox" : "inbox";
}

std::optional<InboxWatch::Look> InboxWatch::look(const std::string& path) {
  std::error_code error;
  Look now;
  now.bytes = std::filesystem::file_size(path, error);
  if (error) return std::nullopt;
  now.changed = std::filesystem::last_write_time(path, error);
  return error ? std::nullopt : std::optional<Look>(now);
}

// The file's own time serves a folder that is seen for the first time; how long we have seen the
// file unchanged serves where that time cannot be trusted.
bool InboxWatch::stands_still(const std::string& path, const Look& now) {
  const auto steady = std::chrono::steady_clock::now();
  const auto found = seen_.find(path);
  const bool same = found != seen_.end() && found->second.look == now;
  const bool first = found == seen_.end();
  if (!same) seen_.insert_or_assign(path, Seen{now, steady});
  if (same && steady - found->second.since >= quiet_) return true;
  return (same || first) && now.changed <= std::filesystem::file_time_type::clock::now() - quiet_;
}

Result<std::vector<InboxFile>> InboxWatch::ready() {
  QCDR_ASSIGN_OR_RETURN(const std::vector<InboxFile> files, list_inbox(folders_));
  std::vector<InboxFile> ready;
  bool held_back = false;
  for (const InboxFile& file : files) {
    const std::optional<Look> now = look(file.path);
    if (!now.has_value()) continue;  // gone since the folder was listed
    const auto taken = done_.find(file.path);
    if (taken != done_.end() && taken->second == *now) continue;
    const bool still = stands_still(file.path, *now);
    if (!still && file.instant.has_value()) held_back = true;
    if (still && !held_back) ready.push_back(file);
  }
  return ready;
}

void InboxWatch::done(const InboxFile& file) {
  if (const std::optional<Look> now = look(file.path)) done_.insert_or_assign(file.path, *now);
}

Result<ByteSource> open_source(const std::string& path) {
  std::FILE* opened = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (opened == nullptr) {
    return Status(ErrorCode::kNotFound,
                  "cannot open " + std::filesystem::path(path).filename().string());
  }
  std::shared_ptr<std::FILE> file(opened, CloseFile());
  return ByteSource([file](std::size_t bytes_max) -> Result<std::string> {
    std::string bytes(std::min(bytes_max, kReadBytes), '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
    if (std::ferror(file.get()) != 0) return Status(ErrorCode::kIo, "reading failed");
    return bytes;
  });
}

Result<std::string> upload_id_of_file(const Key256& token_key, const InboxFile& file) {
  QCDR_ASSIGN_OR_RETURN(const ByteSource source, open_source(file.path));
  Sha256 hash;
  std::string head;
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, source(kReadBytes));
    if (bytes.empty()) break;
    hash.update(bytes);
    if (head.size() < intake::kIdentifyBytes) {
      head += bytes.substr(0, intake::kIdentifyBytes - head.size());
    }
  }
  QCDR_ASSIGN_OR_RETURN(const intake::Identified identified, intake::identify(head));
  return make_upload_id(token_key, identified, hash.finish(), file.channel);
}

}  // namespace qcdr

#include "cli/inbox.h"

#include <grp.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <set>

namespace qcdr {
namespace {

constexpr std::size_t kFilesMax = 200'000;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
// What programs call a file that they have not finished.
constexpr std::array<std::string_view, 9> kUnfinishedSuffixes = {
    ".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".swp", "~"};

std::optional<Instant> instant_of_name(const std::string& name) {
  const std::size_t end = name.find('_');
  if (end == std::string::npos) return std::nullopt;
  const auto instant = Instant::parse(std::string_view(name).substr(0, end));
  if (!instant.is_ok()) return std::nullopt;
  return instant.value();
}

bool is_passed_over(std::string_view name) {
  if (name.starts_with('.') || name.starts_with("~$") || name.ends_with(".md")) return true;
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::any_of(kUnfinishedSuffixes.begin(), kUnfinishedSuffixes.end(),
                     [&](std::string_view suffix) { return lower.ends_with(suffix); });
}

std::int64_t nanoseconds_of(const struct ::timespec& time) {
  return std::int64_t{time.tv_sec} * kNanosecondsPerSecond + time.tv_nsec;
}

std::optional<struct ::stat> status_of(const std::string& path) {
  struct ::stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

FileLook look_of(const struct ::stat& status) {
  FileLook look;
  look.bytes = static_cast<std::uint64_t>(status.st_size);
  look.written_nanoseconds = nanoseconds_of(status.st_mtim);
  look.changed_nanoseconds = nanoseconds_of(status.st_ctim);
  look.inode = status.st_ino;
  return look;
}

Status list_folder(const std::string& directory, Channel channel, std::vector<InboxFile>* files) {
  if (directory.empty()) return Status::ok();
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (is_passed_over(name)) continue;
    const auto status = status_of(it->path().string());
    if (!status || !S_ISREG(status->st_mode)) continue;  // gone meanwhile, or no file
    if (files->size() == kFilesMax) {
      return Status(ErrorCode::kLimitExceeded, "the inbox holds more than " +
                                                   std::to_string(kFilesMax) +
                                                   " files; move away those that were taken");
    }
    files->push_back({it->path().string(), name, instant_of_name(name), channel, look_of(*status),
                      channel == Channel::kRegistry && (status->st_mode & S_IWOTH) != 0});
  }
  if (!error) return Status::ok();
  return Status(ErrorCode::kNotFound, "the inbox cannot be read: " + error.message());
}

// Who may write into the outer folder can put another one in the place of the inner.
bool lies_in(const std::string& inner, const std::string& outer) {
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(inner, error);
  const auto above = std::filesystem::weakly_canonical(outer, error);
  return !error &&
         std::mismatch(above.begin(), above.end(), path.begin(), path.end()).first == above.end();
}

}  // namespace

InboxFile named_file(const std::string& path) {
  const auto look = look_at(path);
  if (path == "-" || !look) return {path, "", std::nullopt, Channel::kPractice};
  return {path, std::filesystem::path(path).filename().string(), std::nullopt, Channel::kPractice,
          *look};
}

std::optional<FileLook> look_at(const std::string& path) {
  const auto status = status_of(path);
  if (!status || !S_ISREG(status->st_mode)) return std::nullopt;
  return look_of(*status);
}

Result<std::vector<InboxFile>> list_inbox(const InboxFolders& folders) {
  if (!folders.practice.empty() && !folders.registry.empty() &&
      lies_in(folders.registry, folders.practice)) {
    return Status(ErrorCode::kInvalidArgument,
                  "the registry's inbox must be a folder of its own, outside the practices' one");
  }
  const auto registry = status_of(folders.registry);
  if (registry && (registry->st_mode & S_IWOTH) != 0) {
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

std::string inbox_warning(const InboxFolders& folders) {
  const auto registry = status_of(folders.registry);
  if (!registry || (registry->st_mode & S_IWGRP) == 0) return "";
  // Looked up once at a start, by one thread.
  const struct ::group* group = ::getgrgid(registry->st_gid);
  const std::string name = group != nullptr ? group->gr_name : std::to_string(registry->st_gid);
  return "the group " + name +
         " may write into the registry's inbox, so everybody in it speaks for the registry";
}

void warn_of_inbox(const InboxFolders& folders) {
  const std::string warning = inbox_warning(folders);
  if (warning.empty()) return;
  std::fprintf(stderr, "qcdr: warning: %s; unless they are its officers: %s\n", warning.c_str(),
               kInboxRemedy);
}

std::string_view inbox_actor(Channel channel) {
  return channel == Channel::kRegistry ? "registry-inbox" : "inbox";
}

// The file's own time serves a folder that is seen for the first time; how long we have seen the
// file unchanged serves where that time cannot be trusted.
bool InboxWatch::stands_still(const InboxFile& file) {
  const auto steady = std::chrono::steady_clock::now();
  const auto found = seen_.find(file.path);
  const bool same = found != seen_.end() && found->second.look == file.look;
  const bool first = found == seen_.end();
  if (!same) seen_.insert_or_assign(file.path, Seen{file.look, steady});
  if (same && steady - found->second.since >= quiet_) return true;
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::system_clock::now().time_since_epoch() - quiet_);
  return (same || first) && file.look.written_nanoseconds <= now.count();
}

Result<std::vector<InboxFile>> InboxWatch::ready() {
  QCDR_ASSIGN_OR_RETURN(const std::vector<InboxFile> files, list_inbox(folders_));
  std::vector<InboxFile> ready;
  waiting_ = 0;
  bool held_back = false;
  for (const InboxFile& file : files) {
    const auto taken = done_.find(file.path);
    if (taken != done_.end() && taken->second == file.look) continue;
    const bool still = stands_still(file);
    if (!still && file.instant.has_value()) held_back = true;
    if (still && !held_back) {
      ready.push_back(file);
    } else {
      ++waiting_;
    }
  }
  if (seen_.size() > files.size()) forget_all_but(files);
  return ready;
}

// What was moved away; or a folder through which files pass would fill the memory.
void InboxWatch::forget_all_but(const std::vector<InboxFile>& files) {
  std::set<std::string_view> here;
  for (const InboxFile& file : files) here.insert(file.path);
  std::erase_if(seen_, [&](const auto& entry) { return !here.contains(entry.first); });
  std::erase_if(done_, [&](const auto& entry) { return !here.contains(entry.first); });
}

}  // namespace qcdr

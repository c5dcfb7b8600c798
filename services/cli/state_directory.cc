#include "cli/state_directory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>

#include "core/crypto.h"
#include "core/identifiers.h"

namespace qcdr {
namespace {

constexpr const char* kFile = "/belongs-to";
constexpr const char* kLock = "/instance.lock";
constexpr const char* kHead = "qcdr-state 1";
constexpr const char* kFingerprintOf = "qcdr state directory";
constexpr std::size_t kFingerprintBytes = 8;
constexpr std::chrono::milliseconds kPause{100};

std::string text_of(const StateOwner& owner) {
  return fmt::format("{}\nkeys {}\ncluster {}\npartitions {}\n", kHead, owner.keys, owner.cluster,
                     owner.partitions);
}

Result<std::optional<StateOwner>> read_owner(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::optional<StateOwner>();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  StateOwner owner;
  std::istringstream words(text.str());
  std::string head, version, keys, cluster, partitions;
  words >> head >> version >> keys >> owner.keys >> cluster >> owner.cluster >> partitions >>
      owner.partitions;
  if (!file || !words || text_of(owner) != text.str()) {
    return Status(ErrorCode::kCorruption,
                  path + " is damaged; if the state is this pipeline's, remove that file");
  }
  return std::optional<StateOwner>(owner);
}

// Whole or not at all, also when several instances do it at once.
Status write_owner(const std::string& path, const std::string& text) {
  const std::string unfinished = fmt::format("{}.{}", path, ::getpid());
  std::error_code error;
  std::filesystem::remove(unfinished, error);
  {
    QCDR_ASSIGN_OR_RETURN(stream::File file,
                          stream::File::open(unfinished, O_WRONLY | O_CREAT | O_EXCL));
    QCDR_RETURN_IF_ERROR(file.write_at(0, text));
    QCDR_RETURN_IF_ERROR(file.sync());
  }
  std::filesystem::rename(unfinished, path, error);
  if (error) return Status(ErrorCode::kIo, "rename " + path + ": " + error.message());
  return stream::sync_directory(std::filesystem::path(path).parent_path().string());
}

Status differs(const std::string& setting, const std::string& directory, const StateOwner& found,
               const StateOwner& owner) {
  const std::string begin = fmt::format("{} {}: ", setting, directory);
  if (found.keys != owner.keys) {
    return Status(ErrorCode::kFailedPrecondition,
                  begin + fmt::format("made under other registry keys ({}; key_dir has {}); give "
                                      "the key directory that it was made with, or another {}",
                                      found.keys, owner.keys, setting));
  }
  if (found.cluster != owner.cluster) {
    return Status(ErrorCode::kFailedPrecondition,
                  begin + fmt::format("belongs to another cluster ({}; bootstrap.servers leads to "
                                      "{}); call the cluster that it belongs to, or give another "
                                      "{}",
                                      found.cluster, owner.cluster, setting));
  }
  return Status(
      ErrorCode::kFailedPrecondition,
      begin + fmt::format("made of {} partitions, and the topics have {}; give another {}",
                          found.partitions, owner.partitions, setting));
}

}  // namespace

std::string fingerprint_of(const KeyRing& keys) {
  const Hash256 hash = hmac_sha256(keys.token_key(), kFingerprintOf);
  return hex(view(hash).substr(0, kFingerprintBytes));
}

Status check_can_write(const std::string& setting, const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error && !std::filesystem::is_directory(directory)) {
    error = std::make_error_code(std::errc::not_a_directory);
  }
  if (!error && ::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) {
    error = std::error_code(errno, std::generic_category());
  }
  if (!error) return Status::ok();
  return Status(ErrorCode::kPermissionDenied,
                fmt::format("{} {}: cannot be written by user {}: {}; give that user the right, or "
                            "name another directory",
                            setting, directory, ::getuid(), error.message()));
}

Status check_belongs_to(const std::string& setting, const std::string& directory,
                        const StateOwner& owner) {
  QCDR_ASSIGN_OR_RETURN(const auto found, read_owner(directory + kFile));
  if (!found) return write_owner(directory + kFile, text_of(owner));
  return *found == owner ? Status::ok() : differs(setting, directory, *found, owner);
}

Status copy_belongs_to(const std::string& from, const std::string& to) {
  QCDR_ASSIGN_OR_RETURN(const auto found, read_owner(from + kFile));
  QCDR_ASSIGN_OR_RETURN(const auto present, read_owner(to + kFile));
  if (!found || present) return Status::ok();
  return write_owner(to + kFile, text_of(*found));
}

Result<StateDirectory> StateDirectory::claim(const std::string& directory,
                                             std::chrono::milliseconds wait) {
  QCDR_RETURN_IF_ERROR(check_can_write("state_dir", directory));
  const auto until = std::chrono::steady_clock::now() + wait;
  for (;;) {
    auto lock = stream::FileLock::acquire(directory + kLock, stream::FileLock::Mode::kExclusive);
    if (lock.is_ok()) return StateDirectory(std::move(lock).value());
    if (lock.status().code() != ErrorCode::kFailedPrecondition) return lock.status();
    if (std::chrono::steady_clock::now() >= until) {
      return Status(ErrorCode::kFailedPrecondition,
                    fmt::format("state_dir {}: another process has it open; give each instance a "
                                "directory of its own, or end the other one",
                                directory));
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace qcdr

#include "common/file_key_ring.h"

#include <fmt/core.h>
#include <openssl/crypto.h>

#include <chrono>
#include <cstring>
#include <mutex>
#include <set>
#include <string_view>

namespace qcdr {
namespace {

constexpr const char* kRegistryFile = "registry.keys";
constexpr const char* kDataDirectory = "data";
constexpr std::string_view kDestroyedSuffix = ".destroyed";
constexpr std::string_view kDestroyedText = "qcdr-destroyed 1\n";
constexpr std::size_t kKeyIdBytes = 8;
// Entries in memory; beyond it the ring forgets and reads again.
constexpr std::size_t kEntriesMax = 65'536;

using Subject = std::pair<PracticeId, PerformanceYear>;

std::string stem(const Subject& subject) {
  return fmt::format("{}-{}", subject.first.value(), subject.second.value());
}
std::string in_data(std::string_view name) {
  return fmt::format("{}/{}", kDataDirectory, name);
}
std::string key_name(const Subject& subject, std::string_view id) {
  return in_data(fmt::format("{}-{}.key", stem(subject), id));
}
std::string current_name(const Subject& subject) {
  return in_data(stem(subject) + ".current");
}
std::string destroyed_name(const Subject& subject) {
  return in_data(stem(subject) + std::string(kDestroyedSuffix));
}

std::int64_t monotonic_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Key256 random_key() {
  std::string bytes = random_bytes(sizeof(Key256));
  Key256 key;
  std::memcpy(key.data(), bytes.data(), key.size());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

Status closed(const Subject& subject) {
  return Status(ErrorCode::kFailedPrecondition,
                fmt::format("the data keys of practice-year {} were destroyed", stem(subject)));
}

// Every file of a practice-year but the mark of its destruction.
Status wipe(const SecretDirectory& directory, const std::string& practice_year) {
  for (const std::string& prefix : {practice_year + "-", practice_year + ".current"}) {
    QCDR_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                          directory.list(kDataDirectory, prefix));
    for (const std::string& name : names) QCDR_RETURN_IF_ERROR(directory.erase(in_data(name)));
  }
  return Status::ok();
}

// "1234-2022" of "1234-2022-<id>.key" and "1234-2022.current".
std::string practice_year_of(const std::string& name) {
  const std::size_t hyphen = name.find('-');
  if (hyphen == std::string::npos) return {};
  return name.substr(0, name.find_first_of("-.", hyphen + 1));
}

bool marks_destruction(std::string_view name) {
  return name.size() > kDestroyedSuffix.size() &&
         name.substr(name.size() - kDestroyedSuffix.size()) == kDestroyedSuffix;
}

Status finish_destructions(const SecretDirectory& directory,
                           const std::vector<std::string>& names) {
  std::set<std::string> destroyed;
  for (const std::string& name : names) {
    if (marks_destruction(name)) destroyed.insert(practice_year_of(name));
  }
  for (const std::string& name : names) {
    if (marks_destruction(name) || destroyed.count(practice_year_of(name)) == 0) continue;
    QCDR_RETURN_IF_ERROR(directory.erase(in_data(name)));
  }
  return Status::ok();
}

Result<RegistryKeys> load_registry(const SecretDirectory& directory, bool data_keys_exist) {
  QCDR_ASSIGN_OR_RETURN(std::optional<std::string> text, directory.read(kRegistryFile));
  if (!text.has_value()) {
    if (data_keys_exist) {
      return Status(
          ErrorCode::kFailedPrecondition,
          "registry.keys is missing although data keys exist; restore it from the backup");
    }
    const RegistryKeys made{random_key(), random_key(), random_key()};
    QCDR_ASSIGN_OR_RETURN([[maybe_unused]] const bool created,
                          directory.create(kRegistryFile, encode_registry_keys(made)));
    // Whoever was first, the file is what counts.
    QCDR_ASSIGN_OR_RETURN(text, directory.read(kRegistryFile));
    if (!text.has_value()) return Status(ErrorCode::kIo, "registry.keys vanished");
  }
  auto keys = decode_registry_keys(*text);
  OPENSSL_cleanse(text->data(), text->size());
  if (!keys.is_ok()) return keys.status().with_context(kRegistryFile);
  return keys;
}

}  // namespace

Result<std::unique_ptr<FileKeyRing>> FileKeyRing::open(Options options) {
  QCDR_ASSIGN_OR_RETURN(SecretDirectory directory,
                        SecretDirectory::open(options.directory, {kDataDirectory}));
  // Data keys are looked for before registry.keys is: it is always made first, so a process that
  // starts at the same moment cannot be mistaken for a lost file.
  QCDR_ASSIGN_OR_RETURN(const std::vector<std::string> names, directory.list(kDataDirectory, ""));
  QCDR_ASSIGN_OR_RETURN(const RegistryKeys registry, load_registry(directory, !names.empty()));
  QCDR_RETURN_IF_ERROR(finish_destructions(directory, names));
  return std::unique_ptr<FileKeyRing>(
      new FileKeyRing(std::move(options), std::move(directory), registry));
}

FileKeyRing::~FileKeyRing() {
  while (!entries_.empty()) forget(entries_.begin()->first);
  OPENSSL_cleanse(&registry_, sizeof registry_);
}

bool FileKeyRing::is_fresh(const Entry& entry) const {
  return options_.revalidate_after_milliseconds > 0 &&
         monotonic_milliseconds() - entry.checked_at_milliseconds <
             options_.revalidate_after_milliseconds;
}

void FileKeyRing::forget(const PracticeYear& subject) {
  const auto found = entries_.find(subject);
  if (found == entries_.end()) return;
  for (auto& [id, key] : found->second.keys) OPENSSL_cleanse(key.key.data(), key.key.size());
  entries_.erase(found);
}

// The entry, checked against the directory: kNotFound when the practice-year was destroyed.
Result<FileKeyRing::Entry*> FileKeyRing::refreshed(const PracticeYear& subject) {
  QCDR_ASSIGN_OR_RETURN(const bool destroyed, directory_.exists(destroyed_name(subject)));
  if (destroyed) {
    forget(subject);
    return Status(ErrorCode::kNotFound,
                  fmt::format("the data keys of practice-year {} were destroyed", stem(subject)));
  }
  if (entries_.size() >= kEntriesMax && entries_.count(subject) == 0) {
    while (!entries_.empty()) forget(entries_.begin()->first);
  }
  Entry& entry = entries_[subject];
  entry.current_id.clear();
  entry.checked_at_milliseconds = monotonic_milliseconds();
  return &entry;
}

Status FileKeyRing::load(const PracticeYear& subject, const std::string& id, Entry* entry) {
  if (entry->keys.count(id) != 0) return Status::ok();
  const std::string name = key_name(subject, id);
  QCDR_ASSIGN_OR_RETURN(std::optional<std::string> text, directory_.read(name));
  if (!text.has_value()) {
    QCDR_ASSIGN_OR_RETURN(const bool destroyed, directory_.exists(destroyed_name(subject)));
    if (destroyed) return Status(ErrorCode::kNotFound, name + " was destroyed");
    return Status(ErrorCode::kFailedPrecondition,
                  name + " is missing and was not destroyed: a wrong directory or a lost file");
  }
  auto key = decode_data_key(*text, subject.first, subject.second);
  OPENSSL_cleanse(text->data(), text->size());
  if (!key.is_ok()) return key.status().with_context(name);
  if (key.value().id != id) return Status(ErrorCode::kCorruption, name + " holds another key");
  entry->keys.emplace(id, std::move(key).value());
  return Status::ok();
}

Result<DataKey> FileKeyRing::make_key(const PracticeYear& subject) {
  DataKey key;
  key.id = hex(random_bytes(kKeyIdBytes));
  key.key = random_key();
  std::string text = encode_data_key(subject.first, subject.second, key);
  auto created = directory_.create(key_name(subject, key.id), text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!created.is_ok()) return created.status();
  QCDR_ASSERT(created.value());
  return key;
}

// Finds the current key, or makes one and agrees with whoever makes one at the same time.
Status FileKeyRing::adopt_current(const PracticeYear& subject, Entry* entry) {
  QCDR_ASSIGN_OR_RETURN(std::optional<std::string> id, directory_.read(current_name(subject)));
  if (!id.has_value()) {
    QCDR_ASSIGN_OR_RETURN(const DataKey made, make_key(subject));
    QCDR_ASSIGN_OR_RETURN(const bool first, directory_.create(current_name(subject), made.id));
    if (!first) QCDR_RETURN_IF_ERROR(directory_.erase(key_name(subject, made.id)));
    QCDR_ASSIGN_OR_RETURN(id, directory_.read(current_name(subject)));
    // destroy() marks before it lists, this looks after it wrote: one of the two sees the other.
    QCDR_ASSIGN_OR_RETURN(const bool destroyed, directory_.exists(destroyed_name(subject)));
    if (destroyed || !id.has_value()) {
      QCDR_RETURN_IF_ERROR(wipe(directory_, stem(subject)));
      return closed(subject);
    }
  }
  if (!is_data_key_id(*id)) {
    return Status(ErrorCode::kCorruption, current_name(subject) + " does not name a key");
  }
  QCDR_RETURN_IF_ERROR(load(subject, *id, entry));
  entry->current_id = *id;
  return Status::ok();
}

Result<DataKey> FileKeyRing::current_data_key(PracticeId practice, PerformanceYear year) {
  const PracticeYear subject(practice, year);
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = entries_.find(subject);
    if (found != entries_.end() && !found->second.current_id.empty() && is_fresh(found->second)) {
      return found->second.keys.at(found->second.current_id);
    }
  }
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  auto entry = refreshed(subject);
  if (!entry.is_ok()) {
    return entry.status().code() == ErrorCode::kNotFound ? closed(subject) : entry.status();
  }
  QCDR_RETURN_IF_ERROR(adopt_current(subject, entry.value()));
  return entry.value()->keys.at(entry.value()->current_id);
}

Result<DataKey> FileKeyRing::data_key(PracticeId practice, PerformanceYear year,
                                      const std::string& id) {
  if (!is_data_key_id(id)) {
    return Status(ErrorCode::kInvalidArgument, "what stands beside sealed bytes is not a key id");
  }
  const PracticeYear subject(practice, year);
  {
    const std::shared_lock<std::shared_mutex> lock(mutex_);
    const auto found = entries_.find(subject);
    if (found != entries_.end() && is_fresh(found->second)) {
      const auto key = found->second.keys.find(id);
      if (key != found->second.keys.end()) return key->second;
    }
  }
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  QCDR_ASSIGN_OR_RETURN(Entry* const entry, refreshed(subject));
  QCDR_RETURN_IF_ERROR(load(subject, id, entry));
  return entry->keys.at(id);
}

Nonce96 FileKeyRing::fresh_nonce() {
  // 96 bits of chance: NIST SP 800-38D allows 2^32 of them under one key, far above a
  // practice-year's chunks.
  const std::string bytes = random_bytes(sizeof(Nonce96));
  Nonce96 nonce;
  std::memcpy(nonce.data(), bytes.data(), nonce.size());
  return nonce;
}

Result<DataKey> FileKeyRing::rotate_data_key(PracticeId practice, PerformanceYear year) {
  const PracticeYear subject(practice, year);
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  auto entry = refreshed(subject);
  if (!entry.is_ok()) {
    return entry.status().code() == ErrorCode::kNotFound ? closed(subject) : entry.status();
  }
  QCDR_ASSIGN_OR_RETURN(const DataKey key, make_key(subject));
  QCDR_RETURN_IF_ERROR(directory_.replace(current_name(subject), key.id));
  QCDR_ASSIGN_OR_RETURN(const bool destroyed, directory_.exists(destroyed_name(subject)));
  if (destroyed) {
    forget(subject);
    QCDR_RETURN_IF_ERROR(wipe(directory_, stem(subject)));
    return closed(subject);
  }
  entry.value()->keys.emplace(key.id, key);
  entry.value()->current_id = key.id;
  return key;
}

Status FileKeyRing::destroy(PracticeId practice, PerformanceYear year) {
  const PracticeYear subject(practice, year);
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  forget(subject);
  QCDR_ASSIGN_OR_RETURN([[maybe_unused]] const bool first,
                        directory_.create(destroyed_name(subject), kDestroyedText));
  return wipe(directory_, stem(subject));
}

}  // namespace qcdr

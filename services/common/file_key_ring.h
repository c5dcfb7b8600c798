// The registry's keys in a directory that several processes share.
//
// Layout, file format and the rules of destruction: README.md beside this file.
// Invariants:
//  - a key is durable before it is handed out for sealing;
//  - all processes hand out the same registry keys and, between rotations, the same current key;
//  - kNotFound from data_key() means destroyed, on purpose; a key that is lost is another error.
// Thread-safety: all functions, from any thread and any process. Ownership: the caller owns the
// ring; references from it live as long as it does. Errors: see key_file.h and secret_directory.h.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/key_file.h"
#include "common/secret_directory.h"
#include "core/key_ring.h"

namespace qcdr {

class FileKeyRing final : public KeyRing {
 public:
  struct Options {
    std::string directory;
    // How long a key that another process destroyed or rotated may still be served from memory.
    // 0: ask the directory at every call.
    std::int64_t revalidate_after_milliseconds = 1000;
  };

  // Creates the directory and the registry's keys on first use; finishes interrupted destructions.
  static Result<std::unique_ptr<FileKeyRing>> open(Options options);
  ~FileKeyRing() override;
  FileKeyRing(const FileKeyRing&) = delete;
  FileKeyRing& operator=(const FileKeyRing&) = delete;

  const Key256& token_key() const override { return registry_.token; }
  const Key256& entity_key() const override { return registry_.entity; }
  const Key256& tin_key() const override { return registry_.tin; }
  // kFailedPrecondition after destroy(): the practice-year is closed.
  Result<DataKey> current_data_key(PracticeId practice, PerformanceYear year) override;
  // kNotFound after destroy(). kFailedPrecondition: no such key here, and it was not destroyed.
  Result<DataKey> data_key(PracticeId practice, PerformanceYear year,
                           const std::string& id) override;
  Nonce96 fresh_nonce() override;

  // A new current key; what older keys sealed stays readable.
  Result<DataKey> rotate_data_key(PracticeId practice, PerformanceYear year);
  // Erases every key of the practice-year, for good. Repeating it is harmless.
  Status destroy(PracticeId practice, PerformanceYear year);

 private:
  using PracticeYear = std::pair<PracticeId, PerformanceYear>;
  struct Entry {
    std::string current_id;  // empty: not known yet
    std::unordered_map<std::string, DataKey> keys;
    std::int64_t checked_at_milliseconds = 0;
  };

  FileKeyRing(Options options, SecretDirectory directory, const RegistryKeys& registry)
      : options_(std::move(options)), directory_(std::move(directory)), registry_(registry) {}

  bool is_fresh(const Entry& entry) const;
  // The rest needs mutex_ held for writing.
  Result<Entry*> refreshed(const PracticeYear& subject);
  Status load(const PracticeYear& subject, const std::string& id, Entry* entry);
  Result<DataKey> make_key(const PracticeYear& subject);
  Status adopt_current(const PracticeYear& subject, Entry* entry);
  void forget(const PracticeYear& subject);

  const Options options_;
  const SecretDirectory directory_;
  RegistryKeys registry_;
  std::shared_mutex mutex_;
  std::map<PracticeYear, Entry> entries_;
};

}  // namespace qcdr

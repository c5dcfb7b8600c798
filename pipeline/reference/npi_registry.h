// What the national register of providers (NPPES) says of NPIs, on one day: a snapshot.
//
// NPPES is public (45 CFR 162.410); CMS publishes the whole register monthly as a CSV file. A
// snapshot is that file without what reconciliation does not ask: sorted by NPI, mapped into memory
// and not read. Layout (version 1, little endian): "QCDRNPI1" | i32 list date | u32 0 | u64 entries
// | u64 bytes of names;
//   entries of 24 bytes, ascending by NPI: u64 NPI with flags in the top byte | i32 deactivated |
//   i32 reactivated | u64 place of its names; names: text(last) text(other last) text(first) each;
//   then the SHA-256 of all that, which is the snapshot's name in control records.
// Invariant: entries ascend and are each once; every place of names lies within the names. Asserted
// when
//   written, checked by open().
// Thread-safety: immutable. Errors: kNotFound, kIo; kCorruption for a file that is not whole.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/npi_entry.h"
#include "core/status.h"

namespace qcdr::reference {

inline constexpr std::size_t kNpiNameBytesMax = 200;
inline constexpr std::string_view kNpiRegistryExtension = ".qnpi";

class MappedFile;

class NpiRegistry final : public NpiLookup {
 public:
  // Maps the file and checks its digest.
  static Result<std::shared_ptr<const NpiRegistry>> open(const std::string& path);
  ~NpiRegistry() override;
  NpiRegistry(const NpiRegistry&) = delete;
  NpiRegistry& operator=(const NpiRegistry&) = delete;

  // None: never issued, as of the list date.
  std::optional<NpiEntry> find(Npi npi) const override;
  // Ascending by NPI.
  void for_each(const std::function<void(NpiEntry)>& visit) const;
  LocalDate list_date() const override { return list_date_; }
  const Hash256& digest() const { return digest_; }
  std::size_t size() const { return count_; }

 private:
  explicit NpiRegistry(std::unique_ptr<MappedFile> file);
  Status read();
  std::uint64_t key_at(std::size_t place) const;
  NpiEntry entry_at(std::size_t place) const;

  std::unique_ptr<MappedFile> file_;
  LocalDate list_date_;
  Hash256 digest_{};
  std::size_t count_ = 0;
  std::string_view entries_;
  std::string_view names_;
};

// Digest and list date of a snapshot, without reading it whole.
struct NpiRegistryTitle {
  LocalDate list_date;
  Hash256 digest{};
  std::string path;
};
Result<NpiRegistryTitle> read_title(const std::string& path);

// Collects entries in any order; of an NPI that is given again the last counts.
class NpiRegistryWriter {
 public:
  explicit NpiRegistryWriter(LocalDate list_date) : list_date_(list_date) {}
  void add(NpiEntry entry);
  // It was issued, and nothing else is known; any entry that is added of it counts more.
  void add_issued(Npi npi) { issued_.push_back(npi); }
  // Starts from an earlier snapshot: for CMS's weekly files of changes.
  void add_all(const NpiRegistry& base);
  std::size_t size() const { return entries_.size() + issued_.size(); }
  // Writes `directory`/nppes-DATE-DIGEST.qnpi, durably and whole or not at all; its title.
  Result<NpiRegistryTitle> write(const std::string& directory);

 private:
  LocalDate list_date_;
  std::vector<NpiEntry> entries_;
  std::vector<Npi> issued_;
};

}  // namespace qcdr::reference

// Files of snapshots: mapping, titles and writing.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "core/assert.h"
#include "core/bytes.h"
#include "reference/mapped_file.h"
#include "reference/npi_registry.h"
#include "reference/npi_registry_layout.h"

namespace qcdr::reference {
namespace {

constexpr std::size_t kNameDigits = 16;

Status failed(const char* call, const std::string& path, int error) {
  const ErrorCode code = error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Status(code, std::string(call) + " " + std::filesystem::path(path).filename().string() +
                          ": " + std::generic_category().message(error));
}

// Closed when it goes.
struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Status write_all(int descriptor, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Status::ok();
}

// Whole and durable under its name, or not there.
Status write_file(const std::string& path, std::string_view bytes) {
  const std::string unfinished = path + ".new";
  {
    const Descriptor file{
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)};
    if (file.value < 0) return failed("open", unfinished, errno);
    QCDR_RETURN_IF_ERROR(write_all(file.value, unfinished, bytes));
    if (::fsync(file.value) != 0) return failed("fsync", unfinished, errno);
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0) return failed("rename", path, errno);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.value < 0 || ::fsync(directory.value) != 0) return failed("fsync", folder, errno);
  return Status::ok();
}

}  // namespace

Result<std::unique_ptr<MappedFile>> MappedFile::open(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) return failed("open", path, errno);
  struct stat status {};
  if (::fstat(file.value, &status) != 0) return failed("fstat", path, errno);
  if (!S_ISREG(status.st_mode) || status.st_size == 0) {
    return Status(ErrorCode::kCorruption, "a reference file is empty or no file");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.value, 0);
  if (mapped == MAP_FAILED) return failed("mmap", path, errno);
  return std::unique_ptr<MappedFile>(
      new MappedFile(std::string_view(static_cast<const char*>(mapped), size)));
}

MappedFile::~MappedFile() {
  ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

Result<NpiRegistryTitle> read_title(const std::string& path) {
  QCDR_ASSIGN_OR_RETURN(const auto file, MappedFile::open(path));
  const std::string_view all = file->bytes();
  const auto head = layout::read_head(all);
  if (!head || all.size() != head->file_bytes()) {
    return Status(ErrorCode::kCorruption, "a snapshot of the NPI register is not whole");
  }
  NpiRegistryTitle title;
  title.list_date = head->list_date;
  title.path = path;
  std::copy_n(all.substr(all.size() - layout::kDigestBytes).begin(), title.digest.size(),
              title.digest.begin());
  return title;
}

void NpiRegistryWriter::add(NpiEntry entry) {
  for (std::string* name : {&entry.last_name, &entry.other_last_name, &entry.first_name}) {
    if (name->size() > kNpiNameBytesMax) name->resize(kNpiNameBytesMax);
  }
  QCDR_ASSERT(entry.npi.value() <= layout::kNpiMask && entries_.size() < layout::kEntriesMax);
  entries_.push_back(std::move(entry));
}

void NpiRegistryWriter::add_all(const NpiRegistry& base) {
  base.for_each([this](NpiEntry entry) { add(std::move(entry)); });
}

Result<NpiRegistryTitle> NpiRegistryWriter::write(const std::string& directory) {
  std::vector<NpiEntry> bare(issued_.size());
  for (std::size_t i = 0; i < issued_.size(); ++i) bare[i].npi = issued_[i];
  issued_.clear();
  entries_.insert(entries_.begin(), bare.begin(), bare.end());  // what comes later counts
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const NpiEntry& a, const NpiEntry& b) { return a.npi < b.npi; });
  ByteWriter entries;
  ByteWriter names;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const NpiEntry& entry = entries_[i];
    if (i + 1 < entries_.size() && entries_[i + 1].npi == entry.npi) continue;  // said again
    entries.u64(entry.npi.value() | (entry.organization ? layout::kOrganization : 0));
    entries.u32(static_cast<std::uint32_t>(entry.deactivated.days()));
    entries.u32(static_cast<std::uint32_t>(entry.reactivated.days()));
    entries.u64(names.size());
    for (const std::string* name : {&entry.last_name, &entry.other_last_name, &entry.first_name}) {
      names.text(*name);
    }
    ++count;
  }
  ByteWriter file;
  file.raw(layout::kMagic);
  file.u32(static_cast<std::uint32_t>(list_date_.days()));
  file.u32(0);
  file.u64(count);
  file.u64(names.size());
  file.raw(entries.bytes());
  file.raw(names.bytes());
  const Hash256 digest = sha256(file.bytes());
  file.raw(view(digest));
  NpiRegistryTitle title{list_date_, digest, ""};
  title.path = directory + "/nppes-" + list_date_.to_string() + "-" +
               hex(view(digest)).substr(0, kNameDigits) + std::string(kNpiRegistryExtension);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Status(ErrorCode::kIo, "the directory cannot be made: " + error.message());
  QCDR_RETURN_IF_ERROR(write_file(title.path, file.bytes()));
  return title;
}

}  // namespace qcdr::reference

#include "stream/loop/snapshots.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <tuple>

#include "stream/file.h"

namespace qcdr::stream {
namespace {

namespace files = std::filesystem;

constexpr std::string_view kGeneration = "generation-";
constexpr std::string_view kPartition = "partition-";
constexpr std::string_view kApplied = "applied-";
constexpr const char* kUnfinished = ".unfinished";

std::string partition_directory(const std::string& directory, Generation generation,
                                Partition partition) {
  return directory + "/" + std::string(kGeneration) + std::to_string(generation.value()) + "/" +
         std::string(kPartition) + std::to_string(partition.value());
}

Status failed(const char* what, const std::error_code& error) {
  return Status(ErrorCode::kIo, std::string(what) + ": " + error.message());
}

template <class Number>
bool read_number(const std::string& name, std::string_view prefix, Number* number) {
  if (!std::string_view(name).starts_with(prefix)) return false;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + prefix.size(), end, *number);
  return read.ec == std::errc() && read.ptr == end;
}

// Directories in it that are called PREFIX and a number.
template <class Number>
Result<std::vector<std::pair<Number, std::string>>> numbered(const std::string& path,
                                                             std::string_view prefix) {
  std::vector<std::pair<Number, std::string>> found;
  std::error_code error;
  if (!files::exists(path, error)) return found;
  files::directory_iterator entries(path, error);
  for (; !error && entries != files::directory_iterator(); entries.increment(error)) {
    Number number{};
    const std::string name = entries->path().filename().string();
    if (read_number(name, prefix, &number)) found.emplace_back(number, entries->path().string());
  }
  if (error) return failed("list snapshots", error);
  std::sort(found.begin(), found.end());
  return found;
}

Status make_durable(const std::string& path) {
  std::error_code error;
  files::directory_iterator entries(path, error);
  for (; !error && entries != files::directory_iterator(); entries.increment(error)) {
    QCDR_ASSIGN_OR_RETURN(File file, File::open(entries->path().string(), 0));
    QCDR_RETURN_IF_ERROR(file.sync());
  }
  if (error) return failed("list a snapshot", error);
  return sync_directory(path);
}

// A name shows only what is whole.
Status publish(const std::string& unfinished, const std::string& path) {
  QCDR_RETURN_IF_ERROR(make_durable(unfinished));
  std::error_code error;
  files::rename(unfinished, path, error);
  if (error) return failed("rename a snapshot", error);
  return sync_directory(files::path(path).parent_path().string());
}

}  // namespace

Status take_snapshot(const std::string& directory, Generation generation, Partition partition,
                     Offset applied, StateStore& store) {
  const std::string place = partition_directory(directory, generation, partition);
  const std::string path = place + "/" + std::string(kApplied) + std::to_string(applied.value());
  const std::string unfinished = path + kUnfinished;
  std::error_code error;
  if (files::exists(path, error)) return Status::ok();
  QCDR_RETURN_IF_ERROR(make_directories(place));
  files::remove_all(unfinished, error);  // of a process that was killed
  if (error) return failed("remove an unfinished snapshot", error);
  QCDR_RETURN_IF_ERROR(store.checkpoint(unfinished));
  QCDR_RETURN_IF_ERROR(publish(unfinished, path));
  QCDR_ASSIGN_OR_RETURN(const auto kept, numbered<std::int64_t>(place, kApplied));
  for (std::size_t i = 0; i + kSnapshotsKept < kept.size(); ++i) {
    files::remove_all(kept[i].second, error);
    if (error) return failed("remove an old snapshot", error);
  }
  return Status::ok();
}

Result<std::vector<Snapshot>> list_snapshots(const std::string& directory) {
  std::vector<Snapshot> found;
  QCDR_ASSIGN_OR_RETURN(const auto generations, numbered<std::uint32_t>(directory, kGeneration));
  for (const auto& [generation, of_generation] : generations) {
    QCDR_ASSIGN_OR_RETURN(const auto partitions, numbered<std::int32_t>(of_generation, kPartition));
    for (const auto& [partition, of_partition] : partitions) {
      QCDR_ASSIGN_OR_RETURN(const auto copies, numbered<std::int64_t>(of_partition, kApplied));
      for (const auto& [applied, path] : copies) {
        found.push_back({Generation(generation), Partition(partition), Offset(applied), path});
      }
    }
  }
  return found;
}

Status restore_snapshot(const Snapshot& snapshot, const std::string& state_directory) {
  const std::string path =
      partition_directory(state_directory, snapshot.generation, snapshot.partition);
  const std::string unfinished = path + kUnfinished;
  std::error_code error;
  if (files::exists(path, error)) {
    return Status(ErrorCode::kAlreadyExists,
                  "partition " + std::to_string(snapshot.partition.value()) +
                      " has a store; remove it first if it is to be replaced");
  }
  QCDR_RETURN_IF_ERROR(make_directories(files::path(path).parent_path().string()));
  // A store has this file beside it; who only reads looks for it and passes over what has none.
  QCDR_ASSIGN_OR_RETURN(const FileLock lock,
                        FileLock::acquire(path + ".lock", FileLock::Mode::kExclusive));
  files::remove_all(unfinished, error);
  if (error) return failed("remove an unfinished store", error);
  files::copy(snapshot.path, unfinished, files::copy_options::recursive, error);
  if (error) return failed("copy a snapshot", error);
  return publish(unfinished, path);
}

}  // namespace qcdr::stream

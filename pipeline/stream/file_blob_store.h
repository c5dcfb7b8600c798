// Blobs as files of one directory, which several processes may share.
//
// `<directory>/blobs/<name>` are the blobs; `<directory>/unfinished/` holds what is being written.
// A writer holds a lock on its file, so that opening the store removes what a dead process left
// and nothing else. commit() syncs the file, renames it and syncs the directory.
// Names: 1 to 128 of a-z, A-Z, 0-9, '.', '_', '-', not beginning with '.'; anything else is
// kInvalidArgument. Thread-safety: as stream/blob_store.h says. Lifetime: writers and readers may
// outlive the store.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "stream/blob_store.h"

namespace qcdr::stream {

class FileBlobStore : public BlobStore {
 public:
  // Creates the directory when missing and removes unfinished blobs of processes that are gone.
  static Result<std::unique_ptr<FileBlobStore>> open_store(const std::string& directory);

  Result<std::unique_ptr<BlobWriter>> create() override;
  Result<std::unique_ptr<BlobReader>> open(const std::string& name) override;
  Result<bool> exists(const std::string& name) override;

 private:
  explicit FileBlobStore(std::string directory) : directory_(std::move(directory)) {}
  Status remove_unfinished();

  std::string directory_;
  std::atomic<std::uint64_t> created_{0};
};

// ok, or kInvalidArgument.
Status check_blob_name(const std::string& name);

}  // namespace qcdr::stream

// Bytes of uploads: written once, read as a stream, never changed.
//
// A blob is written under a name that becomes visible only when commit() succeeded; what was begun
// and not committed is garbage that a later start removes. Sealing is done by sealed_blob.h on top.
// Thread-safety: BlobStore is safe from any thread; writers and readers belong to one thread.
#pragma once

#include <memory>
#include <string>

#include "core/status.h"

namespace qcdr::stream {

class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Status write(std::string_view bytes) = 0;
  // Durable and visible as `name` on return. Same name again: the same blob, nothing happens.
  virtual Status commit(const std::string& name) = 0;
};

class BlobReader {
 public:
  virtual ~BlobReader() = default;
  // Up to `bytes_max` bytes in order; empty at the end.
  virtual Result<std::string> read(std::size_t bytes_max) = 0;
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual Result<std::unique_ptr<BlobWriter>> create() = 0;
  virtual Result<std::unique_ptr<BlobReader>> open(const std::string& name) = 0;
  virtual Result<bool> exists(const std::string& name) = 0;
};

}  // namespace qcdr::stream

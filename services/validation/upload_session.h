// One upload on its way from bytes to chunks, in slices, so that a long file does not block others.
//
// The bytes are read twice: first to see whether the file can be read to its end, then to make
// chunks. So no row of a file that turns out broken is ever on the log, and memory stays that of
// one chunk whatever the length. Everything is a function of the upload's bytes and of the
// rulebook: running again makes the same rows, which the fold drops by ordinal. Thread-safety:
// none. Lifetime: what the context refers to outlives it.
#pragma once

#include <memory>
#include <vector>

#include "core/key_ring.h"
#include "intake/chunk_builder.h"
#include "qcdr/v1/upload.pb.h"
#include "rulebook/rulebook.h"
#include "stream/blob_store.h"
#include "stream/log.h"
#include "validation/validation_observer.h"

namespace qcdr {

struct ValidationContext {
  stream::BlobStore& blobs;
  KeyRing& keys;
  const rulebook::Rulebook& rulebook;
  std::int32_t partitions = 0;  // of registry-records
  ValidationObserver* observer = nullptr;
};

class UploadSession {
 public:
  UploadSession(v1::Upload upload, Instant received_at, const ValidationContext& context);
  ~UploadSession();

  Instant received_at() const { return received_at_; }
  // Reads one slice. True when the upload is finished; *records gets what is to be appended.
  // kFailedPrecondition with is_of_later_release(): nothing was read, and a later program can.
  Result<bool> advance(std::vector<stream::OutputRecord>* records);
  bool is_of_later_release() const { return of_later_release_; }

 private:
  enum class Stage { kOpen, kCheck, kEmit, kDone };

  Status check_is_of_this_release();
  Status open(bool emit);
  Result<bool> read_slice();
  Status take_chunk(std::uint32_t first_ordinal, const v1::ChunkRows& rows);
  Status complete();
  void tell_end(UploadEnd end) const;
  stream::OutputRecord wrap(const std::string& value, const std::string& place) const;

  v1::Upload upload_;
  Instant received_at_;
  const ValidationContext& context_;
  Stage stage_ = Stage::kOpen;
  bool of_later_release_ = false;
  std::unique_ptr<stream::BlobReader> reader_;
  std::unique_ptr<intake::ChunkBuilder> builder_;
  std::unique_ptr<intake::Parser> parser_;
  std::vector<stream::OutputRecord> pending_;
};

}  // namespace qcdr

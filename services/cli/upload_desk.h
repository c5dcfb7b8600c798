// Uploads over HTTP on whatever log: takes them as ingest does, answers from the log what became of
// them, and folds dry runs over the state (portal/upload_desk.h says what is asked).
//
// The log is the only memory: what was sent under an idempotency key is read from it, so a service
// that was started again, or another one, gives the same answer. Two services that are sent
// different content under one key at the same moment both take it; the first on the log counts
// from then on.
// Thread-safety: as portal/upload_desk.h says. Lifetime: what the parts refer to outlives it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "cli/dry_run.h"
#include "cli/rejected_rows.h"
#include "cli/upload_index.h"
#include "common/file_key_ring.h"
#include "ingest/known_uploads.h"
#include "portal/upload_desk.h"
#include "stream/clock.h"

namespace qcdr {

struct DeskParts {
  stream::Log& log;
  KeyRing& keys;
  stream::Clock& clock;
  stream::BlobStore* blobs = nullptr;  // null: rejected rows are not told here
  Ingest* ingest = nullptr;            // null: nothing is taken here
  bool test_mode = false;
  std::uint64_t dry_run_bytes_max = std::uint64_t{64} << 20;
  // Lets the state of a practice's partition be looked at. Empty: no dry runs here.
  using Look = std::function<Status(StateView& view)>;
  std::function<Status(PracticeId practice, const Look& look)> with_state = {};
  // An upload was taken or refused; may be empty.
  std::function<void(const Result<AcceptedUpload>&)> tell = {};
};

class PipelineDesk final : public UploadDesk {
 public:
  static Result<std::unique_ptr<PipelineDesk>> open(DeskParts parts);

  Result<std::unique_ptr<Incoming>> take(const Delivery& delivery) override;
  Result<UploadReply> list(PracticeId practice, const UploadListQuery& query) override;
  Result<UploadReply> show(PracticeId practice, const std::string& upload) override;
  Result<UploadReply> findings(PracticeId practice, const std::string& upload,
                               const PageQuery& page, bool csv) override;
  Result<UploadReply> rejected_rows(PracticeId practice, const std::string& upload,
                                    std::uint64_t offset) override;
  Result<UploadReply> changes(PracticeId practice, const std::string& upload) override;
  Result<UploadReply> report(PracticeId practice, const std::string& upload, bool json) override;

  const DeskParts& parts() const { return parts_; }
  // What was sent under the key until now; none: nothing.
  Result<std::optional<KnownUploads::Keyed>> find_key(const std::string& token);
  // One request at a time may use a key. False: another one does.
  bool reserve_key(const std::string& token);
  void release_key(const std::string& token);

 private:
  explicit PipelineDesk(DeskParts parts)
      : parts_(std::move(parts)), known_(parts_.keys.token_key()) {}
  Result<IndexedUpload> find(PracticeId practice, const std::string& upload);
  // With the state, where all that was found of it is not published.
  Result<RejectedPage> rejected_page(const UploadView& upload,
                                     const std::vector<v1::Finding>& findings,
                                     std::uint64_t offset);

  const DeskParts parts_;
  std::unique_ptr<UploadIndex> index_;
  std::mutex mutex_;  // of what follows
  KnownUploads known_;
  std::set<std::string> keys_in_use_;
};

// The answers, for commands too.
void write_indexed_upload(const IndexedUpload& upload, class JsonWriter* json);
std::string changes_json(const IndexedUpload& upload, const std::vector<v1::Finding>& findings,
                         const std::optional<IndexedUpload>& previous,
                         const std::vector<v1::Finding>& before);
std::string findings_csv(const std::vector<v1::Finding>& findings);

}  // namespace qcdr

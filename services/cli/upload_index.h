// Every upload of a log and how far it has come, kept up to date by reading on: what is asked for
// over HTTP again and again must not read the log from its beginning each time.
//
// Memory is one entry an upload. Findings are not kept: where they stand on the log is.
// Thread-safety: every function from any thread; one reads on at a time. Lifetime: the log outlives
// it. Errors: as those of the log.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/log_view.h"

namespace qcdr::v1 {
class RegistryRecord;
}

namespace qcdr {

// Finer than UploadState: what a sender who waits wants to know.
enum class UploadStage : std::uint8_t {
  kReceived,    // nothing of it was read yet
  kValidating,  // some of its rows were read
  kInWork,      // all of its rows were read, not all are judged
  kScored,      // every row was judged
  kRefused,     // nothing of it counts
  kParked,      // something of its practice cannot be folded; an operator must look
};
// "received", "validating", "inWork", "scored", "refused", "parked".
std::string_view upload_stage_name(UploadStage stage);

struct IndexedUpload {
  UploadView view;
  UploadStage stage = UploadStage::kReceived;
  std::uint32_t rows_on_log = 0;
};

class UploadIndex {
 public:
  static Result<std::unique_ptr<UploadIndex>> open(stream::Log& log);

  // Reads on to the present end of the log.
  Status read_on();
  // Of one practice, by received-at and place on the log, the last received first.
  std::vector<IndexedUpload> of_practice(PracticeId practice) const;
  std::optional<IndexedUpload> find(PracticeId practice, const std::string& upload_id) const;
  // The finished upload of the same practice, year and kind that was received last before it.
  std::optional<IndexedUpload> previous_of_kind(const IndexedUpload& upload) const;
  // Published findings of an upload, in order.
  Result<std::vector<v1::Finding>> findings(const IndexedUpload& upload);

 private:
  struct Entry {
    UploadView view;
    std::uint32_t next_row = 0;
    bool chunks_seen = false;
    bool completed = false;
    bool gap = false;
    // Places of its records on the topic of dead letters, and of those that came back. Which of the
    // two is read first is chance.
    std::set<std::string> laid_aside;
    std::set<std::string> laid_back;
    Offset first_finding;
    Offset last_finding;
    bool has_findings = false;
  };
  struct Next {
    Offset upload;
    Offset record;
    Offset finding;
    Offset letter;
  };
  using Entries = std::map<std::string, Entry>;  // by id

  UploadIndex() = default;
  Status read_partition(Partition partition, Next* next);
  void see_upload(const stream::Record& record);
  void see_registry_record(const stream::Record& record);
  void see_letter(const stream::Record& record);
  void see_finding(const stream::Record& record);
  Entry* entry_of(const v1::RegistryRecord& message);
  static IndexedUpload shown(const Entry& entry);

  mutable std::mutex mutex_;
  std::unique_ptr<LogView> log_;
  std::vector<Next> next_;  // by partition
  std::map<std::uint32_t, Entries> practices_;
};

}  // namespace qcdr

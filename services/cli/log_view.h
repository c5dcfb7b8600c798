// What happened to uploads, read from a log: the embedded one of a data directory, or one that this
// process has open.
//
// A data directory's log is opened for reading without its lock, so it can be looked at while
// `qcdr dev` runs; what is seen then is the log as it stood at the opening.
// Thread-safety: none. Errors: kNotFound when there is no log, kCorruption as the log says.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/upload.pb.h"
#include "stream/embedded/embedded_log.h"

namespace qcdr {

enum class UploadState : std::uint8_t {
  kInWork,     // received; validation or scoring has not finished it
  kParked,     // rows are missing on the log, and validation will send them again; or the practice
               // is parked, and an operator must look
  kCompleted,  // every row was judged
  kRefused,    // nothing of it counts
};
// "inWork", "parked", "completed", "refused".
std::string_view upload_state_name(UploadState state);

struct UploadView {
  v1::Upload upload;
  Instant received_at;  // of the first time, when the same bytes came again
  Offset offset;        // of its record: a practice's uploads are in one partition
  std::uint32_t times_received = 1;
  UploadState state = UploadState::kInWork;
  // Rows as validation counted them, when it has finished.
  std::optional<std::uint32_t> rows_read;
  // Once scoring finished it.
  std::optional<v1::UploadOutcome> outcome;
  Instant finished_at;  // when that was committed
};

class LogView {
 public:
  static Result<std::unique_ptr<LogView>> open(const std::string& data_directory);
  // Over a log that is open already and outlives the view.
  static Result<std::unique_ptr<LogView>> over(stream::Log& log);

  stream::Reader& reader() { return *reader_; }
  std::int32_t partitions() const { return partitions_; }
  // Of the opening; null for a log that was open already.
  const stream::RecoveryReport* recovery() const;

  using Visit = std::function<Status(const stream::Record&)>;
  // Every record of a partition from `from` on, in order.
  Status for_each(const std::string& topic, Partition partition, Offset from, const Visit& visit);

  // By received-at, then practice, then place on the log. Findings are not kept, so memory is one entry an
  // upload.
  Result<std::vector<UploadView>> uploads();
  // The upload whose id begins with `id`. kNotFound, kInvalidArgument when several do.
  Result<UploadView> find_upload(const std::string& id);
  // Its published findings, in order.
  Result<std::vector<v1::Finding>> findings(const v1::Upload& upload);
  // The finished upload of the same practice, year and kind that was received last before it.
  Result<std::optional<UploadView>> previous_of_kind(const UploadView& upload);
  // The largest timestamp of the input: how far the log's clock is.
  Result<Instant> clock();

 private:
  using UploadsById = std::map<std::string, UploadView>;  // of one partition

  LogView() = default;
  Status look_around(stream::Log& log);
  Status add_received(Partition partition, UploadsById* found);
  Status add_outcomes(Partition partition, UploadsById* found);
  Status for_each_letter(Partition partition,
                         const std::function<void(const stream::Record&)>& see);
  Status follow_unfinished(Partition partition, UploadsById* found);

  std::unique_ptr<stream::Clock> clock_;
  std::unique_ptr<stream::EmbeddedLog> log_;
  std::unique_ptr<stream::Reader> reader_;
  std::int32_t partitions_ = 0;
};

}  // namespace qcdr

#include "cli/offline_dry_run.h"

#include "cli/dry_run.h"
#include "cli/file_source.h"
#include "cli/log_view.h"

namespace qcdr {
namespace {

constexpr std::size_t kSliceBytes = std::size_t{1} << 18;

}  // namespace

Result<std::string> offline_dry_run(const std::string& path, const OfflineDryRun& options,
                                    bool json) {
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const auto view, StateView::open(state_directories(options.place),
                                                         key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open({key_directory(options.place)}));
  DryRunOptions reading;
  reading.test_mode = options.test_mode;
  reading.channel = options.channel;
  DryRunFile file(*keys, options.received_at.value_or(view->as_of()), reading);
  QCDR_ASSIGN_OR_RETURN(const ByteSource source, open_source(path));
  Status read;
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, source(kSliceBytes));
    if (!read.is_ok() || bytes.empty()) break;
    read = file.write(bytes);
  }
  if (read.is_ok()) read = file.finish();
  if (read.code() == ErrorCode::kInvalidArgument && file.why()) return std::string();
  QCDR_RETURN_IF_ERROR(read);
  QCDR_ASSIGN_OR_RETURN(const DryRunAnswer answer, dry_run(file, *view, *keys, log->partitions()));
  return json ? dry_run_json(answer, keys->token_key()) : dry_run_text(answer);
}

}  // namespace qcdr

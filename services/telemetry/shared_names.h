// Names of metrics that several parts have, each under a stage of its own.
#pragma once

namespace qcdr {

inline constexpr const char* kDeadLettersName = "qcdr_dlq_records_total";
inline constexpr const char* kDeadLettersHelp =
    "Records that were laid aside: they cannot be folded, or their practice is parked.";
inline constexpr const char* kHeartbeatName = "qcdr_heartbeat_timestamp_seconds";
inline constexpr const char* kHeartbeatHelp =
    "When the newest heartbeat that reached this stage was sent, as seconds of the epoch.";
inline constexpr const char* kCommittedOffsetName = "qcdr_committed_offset";
inline constexpr const char* kCommittedOffsetHelp = "C: up to where outputs are committed.";
inline constexpr const char* kLagRecordsName = "qcdr_lag_records";
inline constexpr const char* kLagRecordsHelp = "Offsets between C and the end of the log.";
inline constexpr const char* kLagSecondsName = "qcdr_lag_seconds";
inline constexpr const char* kLagSecondsHelp =
    "Age of the oldest record that is not processed, at most.";

}  // namespace qcdr

// Reads a log from its beginning, committed records only.
// Thread-safety: none. Errors: kCorruption for what cannot be decoded, kFailedPrecondition for
// kinds of records that the pipeline does not fold yet, and those of the log.
#pragma once

#include <functional>

#include "batch_history.h"
#include "core/key_ring.h"
#include "reference/npi_registries.h"
#include "stream/log.h"

namespace qcdr::batch {

using VisitRecord = std::function<Status(const stream::Record& record)>;
// Every record of a topic, partition after partition, each in the order of its offsets.
Status for_each_record(stream::Log& log, const std::string& topic, const VisitRecord& visit);

// All registry records, opened.
Result<History> read_history(stream::Log& log, KeyRing& keys,
                             reference::NpiRegistries* registries = nullptr);

}  // namespace qcdr::batch

// What became of every upload on a log, read committed: whether its rows were judged, and each
// once.
//
// It follows an upload from the topic of uploads over what validation says it has read to the
// outcomes that scoring published, and knows nothing of the rows themselves.
// Thread-safety: one thread. Errors: those of the log, kCorruption when a record cannot be decoded.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "qcdr/v1/finding.pb.h"
#include "stream/log.h"

namespace qcdr::crash {

struct UploadAccount {
  std::uint32_t received = 0;              // records on the topic of uploads
  std::optional<std::uint32_t> rows_read;  // as validation counted them
  bool counted_otherwise = false;          // validation read it again and counted others
  std::uint32_t outcomes = 0;              // should be one
  v1::UploadOutcome outcome;               // the last one
};

// By upload id.
using Accounts = std::map<std::string, UploadAccount>;

Result<Accounts> read_accounts(stream::Log& log);
// One JSON object.
std::string to_json(const Accounts& accounts);

}  // namespace qcdr::crash

// A generated season, from files through intake to chunks.
// Thread-safety: free function. For tests only.
#pragma once

#include <functional>

#include "generate/options.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::batch {

struct ChunkTaker {
  std::function<void(const v1::Chunk& chunk, const v1::ChunkRows& rows)> chunk;
  std::function<void(const v1::UploadCompleted& completed)> completed;
  std::function<void(std::uint32_t record_kind)> lifted;  // a hold
};

// Reads every file of the season in the order of their instants. Keys are the testing key ring's.
void read_generated_season(const generate::Options& options, const ChunkTaker& taker);

}  // namespace qcdr::batch

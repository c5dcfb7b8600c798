#include "batch_history.h"

namespace qcdr::batch {

void History::add_chunk(const v1::Chunk& chunk, v1::ChunkRows rows) {
  Event event;
  event.chunk = chunk;
  event.chunk.clear_sealed_rows();
  event.rows = std::move(rows);
  events_[{PracticeId(chunk.practice_id()), PerformanceYear(chunk.performance_year())}].push_back(
      std::move(event));
}

void History::add_completion(const v1::UploadCompleted& completed) {
  Event event;
  event.ends_upload = true;
  event.completed = completed;
  events_[{PracticeId(completed.practice_id()), PerformanceYear(completed.performance_year())}]
      .push_back(std::move(event));
}

void History::add_lifted_hold(PracticeYear id, std::uint32_t record_kind) {
  Event event;
  event.lifted_kind = record_kind;
  events_[id].push_back(std::move(event));
}

void History::add_npi_registry(PracticeYear id, std::shared_ptr<const NpiLookup> npi_registry) {
  Event event;
  event.npi_registry = std::move(npi_registry);
  events_[id].push_back(std::move(event));
}

void History::add_claim(const v1::StageTwoClaim& claim) {
  Event event;
  event.claim = claim;
  events_[{PracticeId(claim.practice_id()), PerformanceYear(claim.performance_year())}].push_back(
      std::move(event));
}

}  // namespace qcdr::batch

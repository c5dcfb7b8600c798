// Everything that the log says about each practice-year, in the order of the log, all in memory.
//
// Thread-safety: none. Errors: kCorruption for a record that no correct writer makes.
#pragma once

#include <map>
#include <vector>

#include "core/status.h"
#include "core/strong.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::batch {

struct PracticeYear {
  PracticeId practice;
  PerformanceYear year;
  friend auto operator<=>(const PracticeYear&, const PracticeYear&) = default;
};

// A chunk with its opened rows, or the end of an upload.
struct Event {
  v1::Chunk chunk;  // without the sealed bytes
  v1::ChunkRows rows;
  bool ends_upload = false;
  v1::UploadCompleted completed;
};

class History {
 public:
  void add_chunk(const v1::Chunk& chunk, v1::ChunkRows rows);
  void add_completion(const v1::UploadCompleted& completed);
  // The data key was destroyed: what came before is gone.
  void forget(PracticeYear id) { events_.erase(id); }
  const std::map<PracticeYear, std::vector<Event>>& practice_years() const { return events_; }

 private:
  std::map<PracticeYear, std::vector<Event>> events_;
};

}  // namespace qcdr::batch

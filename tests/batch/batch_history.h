// Everything that the log says about each practice-year, in the order of the log, all in memory.
//
// Thread-safety: none. Errors: kCorruption for a record that no correct writer makes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/npi_entry.h"
#include "core/status.h"
#include "core/strong.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::batch {

struct PracticeYear {
  PracticeId practice;
  PerformanceYear year;
  friend auto operator<=>(const PracticeYear&, const PracticeYear&) = default;
};

// A chunk with its opened rows, the end of an upload, a hold that is lifted, a claim of the second
// stage, or a snapshot of the NPI register that is in force from now on.
struct Event {
  v1::Chunk chunk;  // without the sealed bytes
  v1::ChunkRows rows;
  bool ends_upload = false;
  v1::UploadCompleted completed;
  std::optional<std::uint32_t> lifted_kind;
  std::optional<v1::StageTwoClaim> claim;
  std::shared_ptr<const NpiLookup> npi_registry;
};

class History {
 public:
  void add_chunk(const v1::Chunk& chunk, v1::ChunkRows rows);
  void add_completion(const v1::UploadCompleted& completed);
  // What is held of a kind of records counts from now on, in one practice-year.
  void add_lifted_hold(PracticeYear id, std::uint32_t record_kind);
  void add_npi_registry(PracticeYear id, std::shared_ptr<const NpiLookup> npi_registry);
  void add_claim(const v1::StageTwoClaim& claim);
  // The data key was destroyed: what came before is gone.
  void forget(PracticeYear id) { events_.erase(id); }
  // An item of the digest that is no practice-year's.
  void add_item(std::string item) { items_.push_back(std::move(item)); }
  const std::map<PracticeYear, std::vector<Event>>& practice_years() const { return events_; }
  const std::vector<std::string>& items() const { return items_; }

 private:
  std::vector<std::string> items_;
  std::map<PracticeYear, std::vector<Event>> events_;
};

}  // namespace qcdr::batch

#include "ledger/ledger.h"

#include <algorithm>

#include "ledger/chunk_check.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {

Result<Ledger::Slot*> Ledger::slot(PracticeYear id) {
  auto found = slots_.find(id);
  if (found == slots_.end()) {
    QCDR_ASSIGN_OR_RETURN(const bool forgotten, is_forgotten(id));
    if (forgotten) return Status(ErrorCode::kNotFound, "the practice-year was deleted");
    const YearLedgerRules* rules = rules_.find(id.year);
    if (rules == nullptr) {
      return Status(ErrorCode::kInvalidArgument, "no rules for this performance year");
    }
    Slot created;
    QCDR_ASSIGN_OR_RETURN(created.ledger, PracticeLedger::open(id, *rules, entity_key_, rows_));
    QCDR_ASSIGN_OR_RETURN(const NpiLookup* npis, npi_registries_.of(id.year));
    created.ledger->use(npis);
    // A practice-year that is not stored yet has a digest of its own, which is not counted.
    QCDR_ASSIGN_OR_RETURN(auto layout,
                          rows_.get(Family::kFacts, fact_key(id, FactKind::kLayout, "")));
    if (layout) created.counted = created.ledger->digest();
    found = slots_.emplace(id, std::move(created)).first;
    note_bytes(&found->second);
  }
  found->second.used = ++tick_;
  return &found->second;
}

Result<Ledger::Slot*> Ledger::slot_unless_deleted(PracticeYear id) {
  auto found = slot(id);
  if (found.status().code() != ErrorCode::kNotFound) return found;
  deleted_.push_back(id);
  return static_cast<Slot*>(nullptr);
}

Result<PracticeLedger*> Ledger::find(PracticeYear id) {
  QCDR_ASSIGN_OR_RETURN(Slot * found, slot(id));
  return found->ledger.get();
}

void Ledger::note_bytes(Slot* slot) {
  const auto note = [](std::size_t bytes, std::size_t* of_slot, std::size_t* sum) {
    *sum += bytes - *of_slot;
    *of_slot = bytes;
  };
  note(slot->ledger->dirty_bytes(), &slot->dirty_bytes, &dirty_bytes_);
  note(slot->ledger->memory_bytes(), &slot->memory_bytes, &memory_bytes_);
}

Result<std::optional<Poison>> Ledger::check_chunk(const v1::Chunk& chunk,
                                                  const v1::ChunkRows& rows) {
  QCDR_ASSIGN_OR_RETURN(
      const PracticeLedger* practice,
      find({PracticeId(chunk.practice_id()), PerformanceYear(chunk.performance_year())}));
  if (const auto poison = check_rows(chunk, rows)) return poison;
  QCDR_ASSIGN_OR_RETURN(const auto known, practice->upload(chunk.upload_id()));
  if (known && known->kind != static_cast<std::uint32_t>(chunk.kind())) {
    return std::optional(Poison::kContradiction);
  }
  return std::optional<Poison>();
}

Result<std::optional<Poison>> Ledger::check_completed(const v1::UploadCompleted& completed) {
  QCDR_ASSIGN_OR_RETURN(
      const PracticeLedger* practice,
      find({PracticeId(completed.practice_id()), PerformanceYear(completed.performance_year())}));
  QCDR_ASSIGN_OR_RETURN(const auto known, practice->upload(completed.upload_id()));
  const auto kind = static_cast<std::uint32_t>(completed.kind());
  if (known && known->kind != kind) return std::optional(Poison::kContradiction);
  return std::optional<Poison>();
}

Result<std::optional<Poison>> Ledger::check_claim(const v1::StageTwoClaim& claim) {
  QCDR_RETURN_IF_ERROR(
      find({PracticeId(claim.practice_id()), PerformanceYear(claim.performance_year())}).status());
  const bool readable =
      EntityId::from_string(claim.entity_id()).is_ok() && StageTwoClaim::read(claim).is_ok();
  return readable ? std::optional<Poison>() : std::optional(Poison::kClaim);
}

Status Ledger::apply_chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows, Offset offset) {
  const PracticeYear id{PracticeId(chunk.practice_id()), PerformanceYear(chunk.performance_year())};
  QCDR_ASSIGN_OR_RETURN(Slot * found, slot(id));
  QCDR_RETURN_IF_ERROR(found->ledger->apply_chunk(chunk, rows, offset, &effects_));
  // An audit finding changes no score, so that it touches nobody.
  QCDR_RETURN_IF_ERROR(settle(found, chunk.kind() == v1::RECORD_KIND_AUDIT_CORRECTION));
  note_bytes(found);
  if (chunk.kind() == v1::RECORD_KIND_INDIVIDUAL_CONSENT ||
      chunk.kind() == v1::RECORD_KIND_DEADLINE_EXTENSION) {
    return note_own_dates(id, *found->ledger);
  }
  return Status::ok();
}

Status Ledger::complete_upload(const v1::UploadCompleted& completed, Offset offset) {
  const PracticeYear id{PracticeId(completed.practice_id()),
                        PerformanceYear(completed.performance_year())};
  QCDR_ASSIGN_OR_RETURN(Slot * found, slot(id));
  QCDR_RETURN_IF_ERROR(found->ledger->complete_upload(completed, offset, &effects_));
  QCDR_RETURN_IF_ERROR(settle(found));
  note_bytes(found);
  return Status::ok();
}

Status Ledger::apply_claim(const v1::StageTwoClaim& claim, Offset offset) {
  const PracticeYear id{PracticeId(claim.practice_id()), PerformanceYear(claim.performance_year())};
  QCDR_ASSIGN_OR_RETURN(Slot * found, slot(id));
  QCDR_RETURN_IF_ERROR(found->ledger->apply_claim(claim, offset, &effects_));
  QCDR_RETURN_IF_ERROR(settle(found));
  note_bytes(found);
  return Status::ok();
}

Status Ledger::lift_hold(PerformanceYear year, std::uint32_t kind, Offset offset,
                         std::optional<PracticeId> of_practice) {
  QCDR_RETURN_IF_ERROR(parked_.load());
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  for (const PracticeYear id : ids) {
    const bool meant = of_practice ? id.practice == *of_practice : !parked_.is_parked(id.practice);
    if (id.year != year || !meant) continue;
    QCDR_ASSIGN_OR_RETURN(Slot * found, slot_unless_deleted(id));
    if (found == nullptr) continue;
    QCDR_RETURN_IF_ERROR(found->ledger->lift_hold(kind, offset, &effects_));
    QCDR_RETURN_IF_ERROR(settle(found));
    note_bytes(found);
  }
  return Status::ok();
}

Status Ledger::release_npi_registry(PerformanceYear year, const Hash256& digest, Offset offset) {
  // Before: what is in use by them now is let go with the next line.
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  QCDR_ASSIGN_OR_RETURN(const NpiLookup* registry, npi_registries_.release(year, digest));
  if (registry == nullptr) return Status::ok();
  for (const PracticeYear id : ids) {
    if (id.year != year) continue;
    QCDR_ASSIGN_OR_RETURN(Slot * found, slot_unless_deleted(id));
    if (found == nullptr) continue;
    QCDR_RETURN_IF_ERROR(found->ledger->release(*registry, offset, &effects_));
    QCDR_RETURN_IF_ERROR(settle(found));
    note_bytes(found);
  }
  return Status::ok();
}

Status Ledger::touch_all(PerformanceYear year, Offset offset) {
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  for (const PracticeYear id : ids) {
    if (id.year != year) continue;
    QCDR_ASSIGN_OR_RETURN(Slot * found, slot_unless_deleted(id));
    if (found == nullptr) continue;
    found->ledger->touch_all(offset, &effects_);
  }
  return Status::ok();
}

Result<std::vector<PracticeYear>> Ledger::say_everything_again(Offset offset) {
  std::vector<PracticeYear> said;
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  for (const PracticeYear id : ids) {
    QCDR_ASSIGN_OR_RETURN(Slot * found, slot_unless_deleted(id));
    if (found == nullptr) continue;
    found->ledger->say_everything_again(offset, &effects_);
    said.push_back(id);
  }
  return said;
}

Result<bool> Ledger::is_forgotten(PracticeYear id) const {
  if (forgotten_.contains(id)) return true;
  QCDR_ASSIGN_OR_RETURN(auto row,
                        rows_.get(Family::kFacts, fact_key(id, FactKind::kForgotten, "")));
  return row.has_value();
}

// By rows alone: which practice-years are decoded is chance.
Result<bool> Ledger::is_untouched() const {
  const std::string parked = fact_key(kOfThePartition, FactKind::kParked, "");
  bool found = false;
  const Status scanned =
      rows_.scan_keys(Family::kFacts, "", [&found, &parked](std::string_view key) -> Status {
        QCDR_ASSIGN_OR_RETURN(const PracticeYear id, parse_practice_year_key(key));
        found = id != kOfThePartition || key.starts_with(parked);
        return found ? Status(ErrorCode::kAborted, "one is enough") : Status::ok();
      });
  if (!found) QCDR_RETURN_IF_ERROR(scanned);
  return !found;
}

// From keys alone, which are tokens: values can no longer be opened.
Result<std::set<EntityId>> Ledger::entities_of(PracticeYear id) {
  std::set<EntityId> entities;
  if (const auto found = slots_.find(id); found != slots_.end()) {
    const PairTable& pairs = found->second.ledger->pairs();
    for (const PairRow& pair : pairs.pairs()) entities.insert(pair.entity);
    for (const TinRow& tin : pairs.tins()) entities.insert(tin.group_entity);
  }
  const auto visit = [&](FactKind kind, const std::function<void(std::string_view)>& take) {
    const std::string prefix = fact_key(id, kind, "");
    return rows_.scan_keys(Family::kFacts, prefix, [&](std::string_view key) -> Status {
      take(key.substr(prefix.size()));
      return Status::ok();
    });
  };
  QCDR_RETURN_IF_ERROR(visit(FactKind::kPair, [&](std::string_view subject) {
    entities.insert(EntityId::from_bytes(subject.data()));
  }));
  QCDR_RETURN_IF_ERROR(visit(FactKind::kTin, [&](std::string_view subject) {
    entities.insert(make_group_entity(entity_key_, id.year, TinToken::from_bytes(subject.data())));
  }));
  return entities;
}

Status Ledger::forget(PracticeYear id, Offset offset) {
  QCDR_ASSIGN_OR_RETURN(const bool forgotten, is_forgotten(id));
  if (forgotten) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const std::set<EntityId> entities, entities_of(id));
  for (const EntityId& entity : entities) effects_.vanished.push_back({offset, id, entity});
  own_dates_.erase(id);
  // Its facts can no longer be opened; the digest of its content stands in the layout row.
  if (const auto found = slots_.find(id); found != slots_.end()) {
    dirty_bytes_ -= found->second.dirty_bytes;
    memory_bytes_ -= found->second.memory_bytes;
    digest_.subtract(found->second.counted);
    slots_.erase(found);
  } else {
    QCDR_ASSIGN_OR_RETURN(auto row, rows_.get(Family::kFacts, fact_key(id, FactKind::kLayout, "")));
    if (row) {
      ByteReader reader(*row);
      FactValue value;
      value.canonical = reader.text();
      value.layout = reader.raw(reader.remaining());
      QCDR_ASSIGN_OR_RETURN(const PracticeLayout layout, decode_practice_layout(value));
      digest_.subtract(layout.digest);
    }
  }
  const std::string prefix = practice_year_key(id);
  for (Family family :
       {Family::kFacts, Family::kCounts, Family::kCaseBlocks, Family::kCaseDirectory}) {
    QCDR_RETURN_IF_ERROR(rows_.scan_keys(family, prefix, [&](std::string_view key) -> Status {
      forgetting_.erase(family, std::string(key));
      return Status::ok();
    }));
  }
  forgetting_.put(Family::kFacts, fact_key(id, FactKind::kForgotten, ""), "");
  forgotten_.insert(id);
  effects_.forget(id);
  std::erase_if(effects_.uploads, [&](const UploadEnd& end) { return end.practice_year == id; });
  std::erase_if(effects_.documents, [&](const DocumentChange& change) {
    return std::visit([&](const auto& each) { return each.practice_year == id; }, change);
  });
  return Status::ok();
}

Effects Ledger::take_effects() {
  return std::exchange(effects_, Effects());
}

Status Ledger::freeze(RowBatch* batch) {
  for (const RowBatch::Row& row : forgetting_.rows()) {
    if (row.value) {
      batch->put(row.family, row.key, *row.value);
    } else {
      batch->erase(row.family, row.key);
    }
  }
  forgetting_.clear();
  parked_.freeze(batch);
  npi_registries_.freeze(batch);
  for (auto& [id, slot] : slots_) {
    if (slot.ledger->dirty()) {
      slot.ledger->freeze(batch);
      digest_.subtract(slot.counted);
      digest_.add(slot.ledger->digest());
      slot.counted = slot.ledger->digest();
    }
    note_bytes(&slot);
  }
  return Status::ok();
}

Result<std::vector<PracticeYear>> Ledger::practice_years() const {
  std::vector<PracticeYear> ids;
  QCDR_RETURN_IF_ERROR(rows_.scan_keys(Family::kFacts, "", [&](std::string_view key) -> Status {
    QCDR_ASSIGN_OR_RETURN(const PracticeYear id, parse_practice_year_key(key));
    if (id == kOfThePartition || key == fact_key(id, FactKind::kForgotten, "")) {
      return Status::ok();
    }
    if (ids.empty() || ids.back() != id) ids.push_back(id);
    return Status::ok();
  }));
  for (const auto& [id, slot] : slots_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void Ledger::shrink(std::size_t bytes_max) {
  std::vector<std::pair<std::uint64_t, PracticeYear>> clean;
  for (auto& [id, slot] : slots_) {
    note_bytes(&slot);
    if (!slot.ledger->dirty() && !effects_.touched.contains(id)) clean.emplace_back(slot.used, id);
  }
  std::sort(clean.begin(), clean.end());
  for (const auto& [used, id] : clean) {
    if (memory_bytes_ <= bytes_max) return;
    const auto found = slots_.find(id);
    dirty_bytes_ -= found->second.dirty_bytes;
    memory_bytes_ -= found->second.memory_bytes;
    slots_.erase(found);
  }
}

}  // namespace qcdr::ledger

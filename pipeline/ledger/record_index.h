// Which rows the ids of records name, and which facts stand on a row.
//
// A source may give its records ids of its own, and nothing keeps it from giving one twice: for a
// newer version of the record (then the older one stands for nothing), or for two different
// records. So an id keeps the last rows that bore it, and names one only if that is the only one on
// which something stands. Fact kRecordIndex, in the layout part: varints upload ordinal, row, once
// for each row, oldest first, at most kRowsPerRecordIdMax.
// Thread-safety: none; functions over a fact table. Errors: kCorruption for rows that no correct
// writer makes.
#pragma once

#include <optional>
#include <vector>

#include "ledger/fact_table.h"

namespace qcdr::ledger {

inline constexpr std::size_t kRowsPerRecordIdMax = 8;

// The row of a record.
struct RecordRow {
  std::uint32_t upload = 0;
  std::uint32_t row = 0;
  friend bool operator==(const RecordRow&, const RecordRow&) = default;
};

struct RecordPlace {
  FactKind kind = FactKind::kLayout;
  std::string subject;
};

struct NamedRecord {
  std::optional<RecordRow> row;
  bool ambiguous = false;  // several stand; then `row` is empty
};

// Kinds of which every version is kept as versioned_fact.h says and can be taken back.
bool has_versions(FactKind kind);

Status index_record(const std::string& record_id, RecordRow row, FactTable* facts);
// Facts of which a version came from the row: several, when it spoke of several TINs.
Result<std::vector<RecordPlace>> places_of(const RecordRow& record, const FactTable& facts);
// Among rows of uploads with an ordinal below `before_upload`.
Result<NamedRecord> find_indexed_record(std::string_view record_id, std::uint32_t before_upload,
                                        const FactTable& facts);

}  // namespace qcdr::ledger

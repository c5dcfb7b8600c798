// How the rows of each kind change a season. Internal to the batch fold.
// Thread-safety: free functions.
#pragma once

#include "batch_season.h"

namespace qcdr::batch {

// A row in its place.
struct RowPlace {
  Season* season = nullptr;
  Upload* upload = nullptr;
  const v1::ChunkRows* chunk = nullptr;
  const v1::Row* row = nullptr;
  std::int64_t received_at = 0;

  Origin origin() const { return {received_at, upload->ordinal, row->ordinal()}; }
  Instant received() const { return Instant::from_milliseconds(received_at); }
  // The TIN of an index plus one; nothing for 0.
  Result<std::optional<TinToken>> tin(std::uint32_t index_plus_one) const;
  // The same, and the season knows the TIN from now on.
  Result<std::optional<TinToken>> note_tin(std::uint32_t index_plus_one) const;
};

Status take_case(const RowPlace& place);
Status take_consent(const RowPlace& place);
Status take_officer_consent(const RowPlace& place);
Status take_election(const RowPlace& place);
Status stage_roster_line(const RowPlace& place);
// At the end of a roster's upload.
void settle_roster(Season* season, const std::string& upload_id, Upload* upload);

// What the calendar says of a fact. `month` 0: the fact has none.
rulebook::CalendarOutcome judge(const rulebook::YearRules& rules, std::string_view kind,
                                Instant received_at, int month, bool replaces_one_in_time);

// Outcome by measure slot of what is in a measure's eligible population. *contradictions counts
// measures with more than one kind of outcome code.
std::map<std::size_t, std::uint8_t> outcomes_of(const rulebook::YearRules& rules,
                                                const v1::AnesthesiaCase& fact,
                                                std::uint32_t* contradictions);

}  // namespace qcdr::batch

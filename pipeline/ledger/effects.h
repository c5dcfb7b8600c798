// What folding records leads to, beside the changed state: findings to tell, entities to score.
// Thread-safety: value.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/finding_codes.h"
#include "core/identifiers.h"
#include "ledger/keys.h"
#include "ledger/submission_effects.h"
#include "ledger/upload_fact.h"

namespace qcdr::ledger {

// A finding of the ledger or of the checks before it. No personal data but in `subject`.
struct LedgerFinding {
  Offset cause;
  PracticeYear practice_year;
  std::string upload_id;
  std::uint32_t code = 0;
  bool has_row = false;
  std::uint32_t row = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint64_t byte_offset = 0;
  std::string path;
  std::vector<std::string> parameters;
  // What it is about, the same in a later upload: see finding_subject.h. It holds identifiers, so
  // it leaves the fold as a keyed hash only. Empty when only the place is known.
  std::string subject;
};

// An upload came to its end. `fact` is what had become of it then: what a later record of the same
// batch makes of its rows must not show, since where a batch ends is chance.
struct UploadEnd {
  Offset cause;
  PracticeYear practice_year;
  std::string upload_id;
  UploadFact fact;
};

// An entity that no longer is: its projection must be taken back.
struct VanishedEntity {
  Offset cause;
  PracticeYear practice_year;
  EntityId entity;
};

struct Effects {
  std::vector<LedgerFinding> findings;
  std::vector<UploadEnd> uploads;
  std::vector<VanishedEntity> vanished;
  // What is to be sent to CMS and what no longer, in the order in which it was decided.
  std::vector<DocumentChange> documents;
  // Practices with entities whose projection must be sent again.
  std::set<PracticeYear> touched;

  // Cheap for a practice-year that was touched last, as all but one touch of a case are.
  void touch(PracticeYear practice_year) {
    if (last_touched_ == practice_year) return;
    touched.insert(practice_year);
    last_touched_ = practice_year;
  }
  void forget(PracticeYear practice_year) {
    touched.erase(practice_year);
    last_touched_.reset();
  }

 private:
  std::optional<PracticeYear> last_touched_;  // one of `touched`
};

// Findings of one upload that are published; the rest is counted only (design: public topic).
inline constexpr std::uint32_t kFindingsPerUploadMax = 10'000;

}  // namespace qcdr::ledger

// One clinician, TIN or virtual group that somebody asks about, with everything that is shown after
// the season: the score that counts as things stand, CMS's feedback, reviews, and what the asker
// may see of it.
//
// Roles, feedback and reviews are those that the practice of the row stated: what another practice
// says of the same TIN gives nobody a right here. Thread-safety: none. Ownership: the object owns
// the state it reads. Errors: kNotFound and kInvalidArgument when not exactly one row matches,
// kPermissionDenied for who may not see it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/place_options.h"
#include "cli/state_view.h"
#include "ledger/after_cms.h"
#include "ledger/elections.h"
#include "ledger/reweighting.h"
#include "review/sight.h"

namespace qcdr {

struct AskOptions {
  PlaceOptions place;
  std::string who;
  std::string tin;
  std::uint32_t practice = 0;
  int year = 0;      // 0: the only one that matches
  std::string user;  // empty: the registry itself
  std::string at;    // an instant; empty: the log's clock
  bool json = false;
};
// WHO, --tin, --practice, --year, --as, --at, --json and the places.
void add_ask_options(CLI::App* command, AskOptions* options);

// What the score of a row as things stand is made of.
struct ProjectedScore {
  const ScoreRow* from = nullptr;  // the row whose score it is: the own one, the group's, ...
  scoring::ScoreInput input;
  scoring::ScoreSummary summary;
};

class JsonWriter;

class AskedRow {
 public:
  static Result<std::unique_ptr<AskedRow>> open(const AskOptions& options);

  const ScoreRow& row() const { return *row_; }
  const ProjectedScore& projected() const { return projected_; }
  review::Sight sight() const { return sight_; }
  StateView& view() { return *view_; }
  ledger::PracticeLedger& practice() { return *practice_; }
  // Of the question: the log's clock, or the instant that was given.
  Instant at() const { return at_; }
  EntityId entity() const { return entity_; }
  // None: of a virtual group.
  const ledger::TinRow* tin() const { return tin_; }
  const ledger::PairRow* pair() const { return pair_; }

  const std::vector<ledger::SharedFeedback>& feedback() const { return feedback_; }
  const ledger::SharedFeedback* newest() const {
    return ledger::newest_feedback(feedback_, entity_);
  }
  Result<std::vector<ledger::ReviewCaseFact>> reviews() const;  // of this entity
  Result<std::vector<ledger::Reweighting>> approvals() const;
  Result<ledger::OptInElection> election() const;
  // Masked TINs of this practice under which the clinician stands beside this one.
  std::vector<std::string> other_tins() const;

  Status require_administrator() const;
  // Whose row it is, as members of an open object.
  void write_whose(JsonWriter* json) const;

 private:
  AskedRow() = default;
  Status find_row(const AskOptions& options);
  Status find_places();
  Status project();

  std::unique_ptr<StateView> view_;
  std::vector<ScoreRow> rows_;
  const ScoreRow* row_ = nullptr;
  ProjectedScore projected_;
  ledger::PracticeLedger* practice_ = nullptr;
  const ledger::TinRow* tin_ = nullptr;
  const ledger::PairRow* pair_ = nullptr;
  EntityId entity_;
  Instant at_;
  review::Sight sight_ = review::Sight::kNothing;
  std::vector<ledger::SharedFeedback> feedback_;
};

}  // namespace qcdr

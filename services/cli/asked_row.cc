#include "cli/asked_row.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/json_writer.h"

namespace qcdr {
namespace {

bool matches(const ScoreRow& row, const AskOptions& options) {
  if (options.practice != 0 && row.practice.value() != options.practice) return false;
  if (options.year != 0 && row.year.value() != options.year) return false;
  if (!options.tin.empty() && row.tin.find(options.tin) == std::string::npos) return false;
  if (!row.virtual_group.empty()) return options.who == row.virtual_group;
  if (options.who == "group") return row.group;
  return !row.group && row.clinician.starts_with(options.who);
}

Result<ledger::PracticeLedger*> find_practice(StateView& view, ledger::PracticeYear id) {
  for (StateView::PartitionView& partition : view.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) return partition.ledger->find(id);
  }
  return Status(ErrorCode::kNotFound, "the practice is not in this state");
}

// Of the score that CMS would use, of those that will be sent; the own one when none will.
const ScoreRow* source_of(const ScoreRow& row, const std::vector<ScoreRow>& rows) {
  if (row.group || !row.receives) return &row;
  const auto find = [&](const auto& fits) -> const ScoreRow* {
    const auto found = std::find_if(rows.begin(), rows.end(), fits);
    return found == rows.end() ? &row : &*found;
  };
  switch (row.receives->level) {
    case scoring::ScoreLevel::kGroup:
      return find([&](const ScoreRow& each) {
        return each.group && each.virtual_group.empty() && each.year == row.year &&
               each.tin == row.tin;
      });
    case scoring::ScoreLevel::kVirtualGroup:
      return find([&](const ScoreRow& each) {
        return !each.virtual_group.empty() && each.year == row.year &&
               each.virtual_group == row.displaced_by;
      });
    default:
      return &row;
  }
}

}  // namespace

void add_ask_options(CLI::App* command, AskOptions* options) {
  command
      ->add_option("who", options->who,
                   "\"group\", the beginning of \"Last, First\", or a virtual group's number")
      ->required();
  command->add_option("--tin", options->tin, "Last four digits of the TIN");
  command->add_option("--practice", options->practice, "Practice id");
  command->add_option("--year", options->year, "Performance year, where the state has several");
  command->add_option("--as", options->user,
                      "The user who asks: the answer is what his roles let him see. Without it the "
                      "registry asks");
  command->add_option("--at", options->at,
                      "Instant for which dates are judged; without it the log's clock");
  command->add_flag("--json", options->json, "JSON on standard output");
  add_place_options(command, &options->place, true);
}

Status AskedRow::find_row(const AskOptions& options) {
  std::vector<const ScoreRow*> found;
  for (const ScoreRow& row : rows_) {
    if (matches(row, options)) found.push_back(&row);
  }
  if (found.empty()) {
    return Status(ErrorCode::kNotFound, "nobody matches; `qcdr score list` shows who there is");
  }
  if (found.size() > 1) {
    return Status(ErrorCode::kInvalidArgument,
                  std::to_string(found.size()) +
                      " match; add --tin, --practice or --year, or more of the name");
  }
  row_ = found.front();
  return Status::ok();
}

Status AskedRow::find_places() {
  QCDR_ASSIGN_OR_RETURN(practice_, find_practice(*view_, {row_->practice, row_->year}));
  for (const ledger::TinRow& tin : practice_->pairs().tins()) {
    if (tin.group_entity.to_hex() != row_->entity_id) continue;
    tin_ = &tin;
    entity_ = tin.group_entity;
  }
  for (const ledger::PairRow& pair : practice_->pairs().pairs()) {
    if (pair.entity.to_hex() != row_->entity_id) continue;
    pair_ = &pair;
    tin_ = &practice_->pairs().tins()[pair.tin];
    entity_ = pair.entity;
  }
  return Status::ok();
}

Status AskedRow::project() {
  projected_.from = source_of(*row_, rows_);
  const ScoreRow& from = *projected_.from;
  projected_.input = ledger::input_of(from.input, from.scores.as_things_stand, from.held);
  projected_.summary = scoring::compute(projected_.input);
  // Whether the adjustment applies is the clinician's own, whoever's score it is.
  projected_.summary.adjustment.applies = row_->applies;
  return Status::ok();
}

Result<std::unique_ptr<AskedRow>> AskedRow::open(const AskOptions& options) {
  std::unique_ptr<AskedRow> asked(new AskedRow());
  QCDR_ASSIGN_OR_RETURN(asked->view_, StateView::open(state_directories(options.place),
                                                      key_directory(options.place)));
  asked->at_ = asked->view_->as_of();
  if (!options.at.empty()) {
    QCDR_ASSIGN_OR_RETURN(asked->at_, Instant::parse(options.at));
  }
  QCDR_ASSIGN_OR_RETURN(asked->rows_, asked->view_->score_rows());
  QCDR_RETURN_IF_ERROR(asked->find_row(options));
  QCDR_RETURN_IF_ERROR(asked->find_places());
  const ledger::FactTable& facts = asked->practice_->facts();
  QCDR_ASSIGN_OR_RETURN(const auto grants, ledger::read_role_grants(facts));
  const review::AskedRow wanted{asked->entity_,
                                asked->tin_ == nullptr ? EntityId() : asked->tin_->group_entity,
                                asked->row_->virtual_group, asked->pair_ != nullptr};
  asked->sight_ = review::sight_of(options.user, grants, wanted);
  if (asked->sight_ == review::Sight::kNothing) {
    return Status(ErrorCode::kPermissionDenied,
                  "the user has no role here that lets him see this row");
  }
  QCDR_ASSIGN_OR_RETURN(asked->feedback_, ledger::read_feedback(facts));
  QCDR_RETURN_IF_ERROR(asked->project());
  return asked;
}

Result<std::vector<ledger::ReviewCaseFact>> AskedRow::reviews() const {
  QCDR_ASSIGN_OR_RETURN(const auto all, ledger::read_review_cases(practice_->facts()));
  std::vector<ledger::ReviewCaseFact> own;
  for (const auto& each : all) {
    if (each.entity == entity_) own.push_back(each);
  }
  return own;
}

Result<std::vector<ledger::Reweighting>> AskedRow::approvals() const {
  if (pair_ != nullptr) return practice_->reweighting(*pair_);
  if (tin_ != nullptr) return practice_->reweighting(*tin_);
  return std::vector<ledger::Reweighting>();
}

Result<ledger::OptInElection> AskedRow::election() const {
  if (pair_ != nullptr) return practice_->opt_in_election(*pair_);
  if (tin_ != nullptr) return practice_->opt_in_election(*tin_);
  return ledger::OptInElection();
}

std::vector<std::string> AskedRow::other_tins() const {
  std::vector<std::string> others;
  if (pair_ == nullptr) return others;
  for (const ledger::PairRow& pair : practice_->pairs().pairs()) {
    if (pair.npi != pair_->npi || pair.tin == pair_->tin) continue;
    others.push_back("*****" + practice_->pairs().tins()[pair.tin].last_four);
  }
  return others;
}

Status AskedRow::require_administrator() const {
  if (review::may_see_payment(sight_)) return Status::ok();
  return Status(ErrorCode::kPermissionDenied, "this is for the administrators of the organisation");
}

void AskedRow::write_whose(JsonWriter* json) const {
  json->field("practice", std::int64_t{row_->practice.value()});
  json->field("performanceYear", std::int64_t{row_->year.value()});
  json->field("tin", row_->tin);
  json->key("clinician");
  if (row_->group) {
    json->null();
  } else {
    json->text(row_->clinician);
  }
}

}  // namespace qcdr

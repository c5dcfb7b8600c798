#include "submission/set_builder.h"

#include <algorithm>
#include <tuple>

#include "ledger/standing_score.h"
#include "submission/payload_table.h"
#include "submission/set_draft.h"

namespace qcdr::submission {
namespace {

using ledger::CategoryBits;

CategoryBits bit(SetCategory category) {
  return static_cast<CategoryBits>(1U << category_number(category));
}

scoring::Category scored_as(SetCategory category) {
  switch (category) {
    case SetCategory::kQuality:
      return scoring::Category::kQuality;
    case SetCategory::kActivities:
      return scoring::Category::kActivities;
    case SetCategory::kInteroperability:
      return scoring::Category::kPromotingInteroperability;
  }
  return scoring::Category::kQuality;
}

Status check_input(const SetInput& input) {
  const auto refuse = [](std::string_view what) {
    return Status(ErrorCode::kInvalidArgument, std::string(what));
  };
  if (input.accepted == nullptr || input.accepted->rules == nullptr) return refuse("no input");
  QCDR_RETURN_IF_ERROR(check_entity(input.entity));
  const PerformanceYear year = year_of(input);
  const std::string_view kind = entity_kind_name(input.entity.kind);
  if (!has_word(year, WordList::kEntityType, kind)) {
    return refuse("CMS has no such kind of entity in the year");
  }
  if (input.program == kProgramApp) {
    if (!has_word(year, WordList::kProgram, kProgramApp)) return refuse("no such program yet");
    if (!has_word(year, WordList::kAppEntity, kind)) {
      return refuse("the APM performance pathway does not take this kind of entity");
    }
  } else if (input.program == kProgramMips) {
    if (input.entity.kind == EntityKind::kSubgroup) {
      return refuse("a subgroup reports through a MIPS value pathway");
    }
  } else if (pathway_of(input) == nullptr) {
    return refuse("the year has no such program");
  } else if (!has_word(year, WordList::kPathwayEntity, kind)) {
    return refuse("MIPS value pathways do not take this kind of entity");
  }
  return Status::ok();
}

// The drafts of all categories and what is decided about each.
class Build {
 public:
  explicit Build(const SetInput& input) : input_(input) {
    drafts_[0] = quality_draft(input, scoring::compute(*input.accepted));
    drafts_[1] = activities_draft(input);
    drafts_[2] = interoperability_draft(input);
    for (const SetCategory category : kSetCategories) decide(category);
    protect();
  }

  BuiltSets take() {
    BuiltSets built;
    const Decimal now = score_of(sent_);
    for (const SetCategory category : kSetCategories) {
      CategoryDraft& each = draft(category);
      for (Excluded& excluded : whole_) {
        if (excluded.category != category) continue;
        excluded.points = score_of(sent_ | bit(category)) - now;
        built.excluded.push_back(excluded);
      }
      const bool sent = (sent_ & bit(category)) != 0;
      if (sent || each.none_of_it == Exclusion::kNothingLeft) take_excluded(&each, &built);
      if (!sent) continue;
      for (MeasurementSet& set : each.sets) built.sets.push_back(std::move(set));
    }
    add_cautions(now, &built);
    return built;
  }

 private:
  CategoryDraft& draft(SetCategory category) { return drafts_[static_cast<std::size_t>(category)]; }
  bool is_chosen(SetCategory category) const { return (input_.chosen & bit(category)) != 0; }

  void leave_out(SetCategory category, Exclusion reason,
                 ledger::BlockReason block = ledger::BlockReason::kUnspecified) {
    Excluded excluded;
    excluded.category = category;
    excluded.reason = reason;
    excluded.block = block;
    whole_.push_back(std::move(excluded));
  }

  // What does not depend on the score.
  void decide(SetCategory category) {
    const CategoryDraft& each = draft(category);
    if (!each.there) return;
    bool withheld = false;
    for (const WithheldCategory& withholding : input_.withheld) {
      if (withholding.category != category) continue;
      leave_out(category, Exclusion::kWithheld, withholding.reason);
      withheld = true;
    }
    if (withheld) return;
    if (each.none_of_it) return leave_out(category, *each.none_of_it);
    const bool credited = category == SetCategory::kActivities &&
                          (input_.entity.kind == EntityKind::kApm || input_.program == kProgramApp);
    if (credited && !is_chosen(category)) return leave_out(category, Exclusion::kCreditedAnyway);
    sent_ = static_cast<CategoryBits>(sent_ | bit(category));
  }

  // Each category is looked at beside all the others that could go, so that their order is of no
  // consequence.
  void protect() {
    const CategoryBits could_go = sent_;
    const scoring::ScoreSummary with = summary_of(could_go);
    for (const SetCategory category : kSetCategories) {
      if ((could_go & bit(category)) == 0 || is_chosen(category)) continue;
      const auto others = static_cast<CategoryBits>(could_go & ~bit(category));
      const scoring::Category scored = scored_as(category);
      if (with.category(scored).reweighted || !summary_of(others).category(scored).reweighted) {
        continue;
      }
      leave_out(category, Exclusion::kCancelsReweighting);
      sent_ = static_cast<CategoryBits>(sent_ & ~bit(category));
    }
  }

  void take_excluded(CategoryDraft* each, BuiltSets* built) {
    std::sort(each->excluded.begin(), each->excluded.end(), [](const auto& a, const auto& b) {
      return std::tie(a.measure_id, a.reason) < std::tie(b.measure_id, b.reason);
    });
    built->excluded.insert(built->excluded.end(), each->excluded.begin(), each->excluded.end());
  }

  // Statuses that nobody said count as no in the score; any of them may be a yes.
  void add_cautions(Decimal now, BuiltSets* built) {
    constexpr SetCategory category = SetCategory::kInteroperability;
    if ((sent_ & bit(category)) == 0 || is_chosen(category)) return;
    const auto others = static_cast<CategoryBits>(sent_ & ~bit(category));
    const scoring::ScoreInput without =
        ledger::without(static_cast<CategoryBits>(ledger::kAllSent & ~others), *input_.accepted);
    for (const scoring::CauseRange& range : scoring::range_by_cause(without)) {
      const bool status = range.cause == scoring::Unknown::kSpecialStatus ||
                          range.cause == scoring::Unknown::kSmallPractice;
      if (!status || range.low == range.high) continue;
      Caution caution;
      caution.category = category;
      caution.points = now - score_of(others);
      built->cautions.push_back(caution);
      return;
    }
  }

  scoring::ScoreSummary summary_of(CategoryBits sent) const {
    const auto kept_here = static_cast<CategoryBits>(ledger::kAllSent & ~sent);
    return scoring::compute(ledger::without(kept_here, *input_.accepted));
  }
  Decimal score_of(unsigned sent) const {
    return summary_of(static_cast<CategoryBits>(sent)).final_score;
  }

  const SetInput& input_;
  std::array<CategoryDraft, 3> drafts_;
  std::vector<Excluded> whole_;
  CategoryBits sent_ = 0;
};

}  // namespace

std::vector<WithheldCategory> withheld_categories(const ledger::Readiness& readiness) {
  std::vector<WithheldCategory> withheld;
  for (const ledger::Block& block : readiness.withheld) {
    for (const SetCategory category : kSetCategories) {
      if ((block.categories & bit(category)) != 0) withheld.push_back({category, block.reason});
    }
  }
  return withheld;
}

ledger::CategoryBits chosen_by_officer(const scoring::Profile& profile,
                                       const ledger::Readiness& readiness) {
  CategoryBits chosen = 0;
  for (const SetCategory category : kSetCategories) {
    const scoring::Category scored = scored_as(category);
    const bool approved = (profile.reweighted_by_approval & scoring::category_bit(scored)) != 0 &&
                          profile.reweight_reasons[static_cast<std::size_t>(scored)] ==
                              scoring::ReweightReason::kExtremeAndUncontrollable;
    const bool kept = std::any_of(readiness.withheld.begin(), readiness.withheld.end(),
                                  [&](const ledger::Block& block) {
                                    return block.reason == ledger::BlockReason::kCircumstances &&
                                           (block.categories & bit(category)) != 0;
                                  });
    if (approved && !kept) chosen = static_cast<CategoryBits>(chosen | bit(category));
  }
  return chosen;
}

std::optional<Period> activities_period(std::span<const ledger::Activity> activities) {
  std::optional<Period> period;
  for (const ledger::Activity& activity : activities) {
    if (activity.held) continue;
    if (!period) period = Period{activity.from, activity.to};
    period->from = std::min(period->from, activity.from);
    period->to = std::max(period->to, activity.to);
  }
  return period;
}

std::optional<Period> interoperability_period(const ledger::InteroperabilityReport& report) {
  if (report.from.days() == 0 || report.to.days() == 0) return std::nullopt;
  return Period{report.from, report.to};
}

PerformanceYear year_of(const SetInput& input) {
  return input.accepted->rules->year_rules->year();
}

const rulebook::Pathway* pathway_of(const SetInput& input) {
  for (const rulebook::Pathway& pathway : input.accepted->rules->year_rules->pathways()) {
    if (pathway.id == input.program) return &pathway;
  }
  return nullptr;
}

Period calendar_year(PerformanceYear year) {
  constexpr int kLastMonth = 12;
  constexpr int kLastDay = 31;
  return {LocalDate::from_civil(year.value(), 1, 1).value(),
          LocalDate::from_civil(year.value(), kLastMonth, kLastDay).value()};
}

bool is_period_of_year(const Period& period, PerformanceYear year) {
  const Period whole = calendar_year(year);
  return whole.from <= period.from && period.from <= period.to && period.to <= whole.to;
}

MeasurementSet empty_set(const SetInput& input, SetCategory category) {
  MeasurementSet set;
  set.entity = input.entity;
  set.year = year_of(input);
  set.category = category;
  set.program = input.program;
  const Period period = calendar_year(set.year);
  set.start = period.from;
  set.end = period.to;
  return set;
}

Result<BuiltSets> build_sets(const SetInput& input) {
  QCDR_RETURN_IF_ERROR(check_input(input));
  return Build(input).take();
}

}  // namespace qcdr::submission

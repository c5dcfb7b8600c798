// The measurement sets that go to CMS for one entity, from what the ledger accepted of it.
//
// Rules: no set is empty; a measure without an eligible or a reported case is not sent; a measure
// with several rates goes with all of them or not at all; what a CQM excludes has left its eligible
// population before; a QCDR measure carries its rate and goes only where CMS's list lets this
// registry send it; a promoting-interoperability exclusion and its measure, or two substitutes,
// never stand in one set. Sources: CMS's field tables and change log (docs/submission.md); 42 CFR
// 414.1320 (performance periods), 414.1325 and 414.1400 (who submits what), 414.1380(c)(2)
// (reweighting, which data submitted for a category cancel).
//
// A set that would cancel a reweighting stays here unless somebody chose it: the clinician would be
// scored where CMS would not have scored him. Everything that stays is told, with the reason.
// Thread-safety: pure functions; no clock, no allocation limits beyond those of ScoreInput.
// Ownership: the input's pointers must outlive the call, the answer owns what it holds.
// Errors: kInvalidArgument for an entity or program that no set can be made for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/activities.h"
#include "ledger/interoperability.h"
#include "ledger/readiness.h"
#include "ledger/standing.h"
#include "scoring/score.h"
#include "submission/exclusion.h"
#include "submission/measurement_set.h"

namespace qcdr::submission {

// First and last day, both counted.
struct Period {
  LocalDate from;
  LocalDate to;
};

// A category whose data stay here as things stand, and what keeps them.
struct WithheldCategory {
  SetCategory category = SetCategory::kQuality;
  ledger::BlockReason reason = ledger::BlockReason::kUnspecified;
};
// Of what readiness withholds as things stand, each category once for each reason.
std::vector<WithheldCategory> withheld_categories(const ledger::Readiness& readiness);

// Categories that an officer decided to send although CMS's approval of circumstances reweights
// them: readiness withholds what such an approval covers, unless an officer said otherwise.
ledger::CategoryBits chosen_by_officer(const scoring::Profile& profile,
                                       const ledger::Readiness& readiness);

// What a measure whose result is an amount is sent with; scoring knows only its rate.
struct NonProportionInput {
  std::string measure_id;
  NonProportionValue value;
};

// From the first to the last day of those that count; CMS's set has one period for all. Nothing:
// none counts.
std::optional<Period> activities_period(std::span<const ledger::Activity> activities);
// Of a report that says its days.
std::optional<Period> interoperability_period(const ledger::InteroperabilityReport& report);

struct SetInput {
  const scoring::ScoreInput* accepted = nullptr;  // everything that counts, withheld or not
  SetEntity entity;
  std::string program{kProgramMips};  // or kProgramApp, or a MIPS value pathway of the year
  std::vector<WithheldCategory> withheld;
  // Categories that were explicitly chosen to be sent although they cancel a reweighting or are
  // credited anyway.
  ledger::CategoryBits chosen = 0;
  // As CMS's lists of who may report a measure name this registry; none: as the rulebook has it.
  std::vector<std::string> vendors;
  std::optional<Period> activities_period;        // none: the calendar year
  std::optional<Period> interoperability_period;  // none: it is not said, and nothing is sent
  std::string cehrt_id;
  std::vector<NonProportionInput> amounts;
};

// Something stays here, and why. `points`: of the final score, what sending the category would add
// beside what is sent; of a single measure nothing is said.
struct Excluded {
  SetCategory category = SetCategory::kQuality;
  std::string measure_id;  // empty: the whole category
  Exclusion reason = Exclusion::kWithheld;
  ledger::BlockReason block = ledger::BlockReason::kUnspecified;  // of kWithheld
  std::optional<Decimal> points;
};

// A category is sent, and whether that cancels a reweighting is not known: a special status is not.
// `points`: what it adds if there is none.
struct Caution {
  SetCategory category = SetCategory::kInteroperability;
  Decimal points;
};

struct BuiltSets {
  std::vector<MeasurementSet> sets;  // quality, activities, interoperability; by method within
  std::vector<Excluded> excluded;    // by category; the whole category first
  std::vector<Caution> cautions;
};

Result<BuiltSets> build_sets(const SetInput& input);

}  // namespace qcdr::submission

#include "scoring/interoperability.h"

#include <algorithm>
#include <array>

namespace qcdr::scoring {
namespace {

using rulebook::InteroperabilityMeasure;
using rulebook::InteroperabilityRole;

Decimal points_of(std::int64_t points) {
  return Decimal::from_raw(points * Decimal::kOne);
}

bool is_satisfied(const InteroperabilityMeasure& measure, const InteroperabilityInput& input) {
  if (measure.ratio) return input.numerator >= 1 && input.denominator >= input.numerator;
  return input.attested || measure.no_accepted;  // an answer that is there
}

// Whole points, half up; a numerator of one or more earns at least the minimum.
Decimal row_points(const ResolvedRules& rules, const InteroperabilityInput& input,
                   Decimal available) {
  if (!input.measure->ratio) return available;
  const auto product = static_cast<__int128>(available.raw()) * input.numerator;
  const Decimal exact = Decimal::from_raw(static_cast<std::int64_t>(product / input.denominator));
  return std::max(exact.rounded(0), points_of(rules.interoperability_measure_minimum));
}

// Scores one report. Rows are named by their place in the year's table.
class Report {
 public:
  Report(const ResolvedRules& rules, const InteroperabilityReport& report)
      : rules_(rules), report_(report) {
    for (const ResolvedInteroperability& resolved : rules.interoperability) {
      InteroperabilityRowScore row;
      row.available = resolved.measure->points;
      score_.rows.push_back(row);
    }
    read_rows();
    read_exclusions();
  }

  InteroperabilityScore score() {
    score_.gap = find_gap();
    if (score_.gap != InteroperabilityGap::kNone) return score_;
    for (std::size_t place = 0; place < size(); ++place) {
      if (is_counted(place) && row(place).excluded) {
        redistribute(rules_.interoperability[place], row(place).available);
      }
    }
    share_choice();
    for (std::size_t place = 0; place < size(); ++place) earn(place);
    const Decimal counted = std::min(score_.points, rules_.interoperability_maximum);
    score_.percent = counted * Decimal::from_integer(100) / rules_.interoperability_maximum;
    return score_;
  }

 private:
  std::size_t size() const { return score_.rows.size(); }
  InteroperabilityRowScore& row(std::size_t place) { return score_.rows[place]; }
  const ResolvedInteroperability& rule(std::size_t place) const {
    return rules_.interoperability[place];
  }
  InteroperabilityRole role(std::size_t place) const { return rule(place).measure->role; }

  void read_rows() {
    const InteroperabilityMeasure* first = rules_.year_rules->interoperability_measures().data();
    for (const InteroperabilityInput& input : report_.rows) {
      QCDR_ASSERT(input.measure != nullptr && input.numerator >= 0 && input.denominator >= 0);
      const auto place = static_cast<std::size_t>(input.measure - first);
      QCDR_ASSERT(place < size());
      inputs_[place] = &input;
      // An answer of no counts only where it satisfies; elsewhere it is as if nothing were said.
      row(place).reported = input.measure->ratio || input.attested || input.measure->no_accepted ||
                            role(place) == InteroperabilityRole::kAttestation;
      row(place).satisfied = is_satisfied(*input.measure, input);
      if (role(place) == InteroperabilityRole::kEngagement && input.attested) {
        row(rule(place).engages).engaged = true;
      }
    }
  }

  void read_exclusions() {
    for (std::size_t place = 0; place < size(); ++place) {
      if (role(place) != InteroperabilityRole::kExclusion || !row(place).satisfied) continue;
      for (const std::uint8_t excluded : rule(place).excludes) {
        // What is reported is scored, whatever is said beside it.
        if (row(excluded).reported) continue;
        if (!rule(excluded).measure->exclusion_accepted) {
          row(excluded).excluded = true;
          continue;
        }
        row(excluded).reported = row(excluded).satisfied = true;
        inputs_[excluded] = inputs_[place];
      }
    }
  }

  bool is_done(std::size_t place) {
    return row(place).reported ? row(place).satisfied : row(place).excluded;
  }
  // Belongs to what is scored: needed in any case, or of the alternative that is taken.
  bool is_counted(std::size_t place) const {
    return role(place) == InteroperabilityRole::kRequired &&
           (rule(place).alternative == 0 || is_taken_[rule(place).alternative]);
  }
  // Required and reported.
  bool earns(std::size_t place) { return is_counted(place) && row(place).reported; }

  InteroperabilityGap find_gap() {
    if (!report_.has_cehrt_id) return InteroperabilityGap::kNoCehrtId;
    for (std::size_t place = 0; place < size(); ++place) {
      const bool attestation = role(place) == InteroperabilityRole::kAttestation;
      if (attestation && !row(place).satisfied) {
        return gap_at(place, InteroperabilityGap::kAttestationMissing);
      }
    }
    for (std::size_t place = 0; place < size(); ++place) {
      if (role(place) != InteroperabilityRole::kRequired) continue;
      if (rule(place).alternative == 0 ? !is_done(place) : !take_alternative(place)) {
        return gap_at(place, InteroperabilityGap::kRequiredMissing);
      }
    }
    return find_remaining_gap();
  }

  InteroperabilityGap find_remaining_gap() {
    std::int64_t registries = 0;
    std::size_t missing = size();
    for (std::size_t place = 0; place < size(); ++place) {
      if (role(place) != InteroperabilityRole::kChoice) continue;
      if (row(place).reported) registries += rule(place).measure->registries;
      if (row(place).excluded) ++registries;
      if (!is_done(place)) missing = std::min(missing, place);
    }
    if (missing < size() && registries < rules_.interoperability_registries) {
      return gap_at(missing, InteroperabilityGap::kRegistriesMissing);
    }
    for (std::size_t place = 0; place < size(); ++place) {
      if (earns(place) && lacks_engagement(place)) {
        return gap_at(place, InteroperabilityGap::kEngagementMissing);
      }
    }
    return report_.period_days < rules_.interoperability_period_days
               ? InteroperabilityGap::kShortPeriod
               : InteroperabilityGap::kNone;
  }

  InteroperabilityGap gap_at(std::size_t place, InteroperabilityGap gap) {
    score_.gap_row = static_cast<std::uint8_t>(place);
    return gap;
  }

  // Of a suppressed row, which has its credit for any answer, no level is asked.
  bool lacks_engagement(std::size_t place) const {
    return rule(place).has_engagement && !rule(place).measure->exclusion_accepted &&
           !score_.rows[place].engaged;
  }

  // How good an alternative is: 0 incomplete, 1 excluded altogether, 2 reported, 3 attested whole,
  // which earns all its points.
  int rank(std::uint8_t alternative) {
    int best = 1;
    for (std::size_t place = 0; place < size(); ++place) {
      if (rule(place).alternative != alternative) continue;
      if (!is_done(place)) return 0;
      if (row(place).reported) best = std::max(best, rule(place).measure->ratio ? 2 : 3);
    }
    return best;
  }

  // Takes the best alternative of the objective of the row at `from`; false: none is complete.
  bool take_alternative(std::size_t from) {
    int best = 0;
    std::uint8_t taken = 0;
    for (std::size_t place = 0; place < size(); ++place) {
      const std::uint8_t alternative = rule(place).alternative;
      if (alternative == 0 || rule(place).objective != rule(from).objective) continue;
      const int found = rank(alternative);
      if (found <= best) continue;
      best = found;
      taken = alternative;
    }
    if (best == 0) return false;
    is_taken_[taken] = true;
    return true;
  }

  // Gives points to the first group that has a row to take them.
  void redistribute(const ResolvedInteroperability& from, Decimal points) {
    for (const std::vector<std::uint8_t>& group : from.redistribution) {
      const auto takers = std::count_if(group.begin(), group.end(),
                                        [&](std::uint8_t place) { return earns(place); });
      if (takers == 0) continue;
      const Decimal share = points / points_of(takers);
      for (const std::uint8_t place : group) {
        if (earns(place)) row(place).available = row(place).available + share;
      }
      return;
    }
  }

  // A choice earns the points of as many registries as are needed; with fewer reported and the
  // rest excluded those that are reported earn all of it.
  void share_choice() {
    std::array<bool, kInteroperabilityTableMax> is_kept = {};
    std::int64_t registries = 0;
    std::int64_t kept = 0;
    std::size_t first = size();
    for (std::size_t place = 0; place < size(); ++place) {
      if (role(place) != InteroperabilityRole::kChoice) continue;
      first = std::min(first, place);
      if (!row(place).reported || registries >= rules_.interoperability_registries) {
        row(place).available = Decimal();
        continue;
      }
      registries += rule(place).measure->registries;
      is_kept[place] = true;
      ++kept;
    }
    if (first == size()) return;
    const InteroperabilityMeasure& one = *rule(first).measure;
    const Decimal total =
        one.points / points_of(one.registries) * points_of(rules_.interoperability_registries);
    if (kept == 0) return redistribute(rule(first), total);
    for (std::size_t place = 0; place < size(); ++place) {
      if (is_kept[place]) row(place).available = total / points_of(kept);
    }
  }

  // A bonus counts once for each objective, for the first that is reported.
  bool earns_bonus(std::size_t place) {
    if (role(place) != InteroperabilityRole::kBonus || !row(place).satisfied) return false;
    if (lacks_engagement(place) || has_bonus_[rule(place).objective]) return false;
    has_bonus_[rule(place).objective] = true;
    return true;
  }

  void earn(std::size_t place) {
    const bool chosen = role(place) == InteroperabilityRole::kChoice && row(place).reported;
    if (earns(place)) {
      // Under another row's name (an exclusion that has the credit) the points stand there.
      const auto at = static_cast<std::size_t>(
          inputs_[place]->measure - rules_.year_rules->interoperability_measures().data());
      row(at).points = at == place ? row_points(rules_, *inputs_[place], row(place).available)
                                   : row(place).available;
      score_.points = score_.points + row(at).points;
    } else if (chosen || earns_bonus(place)) {
      row(place).points = row(place).available;
      score_.points = score_.points + row(place).points;
    }
  }

  const ResolvedRules& rules_;
  const InteroperabilityReport& report_;
  InteroperabilityScore score_;
  std::array<const InteroperabilityInput*, kInteroperabilityTableMax> inputs_ = {};
  std::array<bool, kInteroperabilityTableMax> is_taken_ = {};   // by alternative
  std::array<bool, kInteroperabilityTableMax> has_bonus_ = {};  // by objective
};

}  // namespace

InteroperabilityScore score_interoperability(const ResolvedRules& rules,
                                             const InteroperabilityReport& report) {
  return Report(rules, report).score();
}

bool interoperability_submitted(const ResolvedRules& rules, const InteroperabilityReport& report) {
  if (!report.reported || rules.incomplete_data_cancel) return report.reported;
  const InteroperabilityGap gap = score_interoperability(rules, report).gap;
  return gap == InteroperabilityGap::kNone || gap == InteroperabilityGap::kShortPeriod;
}

}  // namespace qcdr::scoring

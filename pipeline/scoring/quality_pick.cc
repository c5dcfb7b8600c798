// Invariant: what is picked depends on the measures and their points alone, never on the order in
// which they are given.
#include "scoring/quality_pick.h"

#include <algorithm>

#include "scoring/quality.h"

namespace qcdr::scoring {
namespace {

// More points first, then complete data, which full participation asks for; among equals the order
// of the year's list and of the collection types.
bool better(const MeasureScore& a, const MeasureScore& b) {
  if (a.points != b.points) return a.points > b.points;
  if (a.complete != b.complete) return a.complete;
  return a.measure != b.measure ? a.measure < b.measure : a.collection < b.collection;
}

bool measure_is_picked(const MeasureScores& scores, const rulebook::Measure* measure) {
  return std::any_of(scores.begin(), scores.end(), [&](const MeasureScore& score) {
    return score.picked && score.measure == measure;
  });
}

// Each measure once, however often it was collected and what each collection comes to; excluded
// collections apart. So a measure that is suppressed as one collection type and scored as another
// stands on both sides: its place goes where no other measure fills it. The rule says "the measure
// is excluded" and does not speak of this case, so that either reading is possible; this one is the
// better for the clinician.
bool is_first_of_measure(const MeasureScores& scores, const MeasureScore& score) {
  const auto* first = std::find_if(scores.begin(), scores.end(), [&](const MeasureScore& other) {
    return other.measure == score.measure && is_submitted(other) &&
           is_scored(other) == is_scored(score);
  });
  return first == &score;
}

template <class Eligible>
MeasureScore* best_of(MeasureScores* scores, Eligible eligible) {
  MeasureScore* best = nullptr;
  for (MeasureScore& score : *scores) {
    if (!is_scored(score) || score.picked || is_administrative(score)) continue;
    if (!eligible(*score.measure)) continue;
    if (best != nullptr && !better(score, *best)) continue;
    if (!measure_is_picked(*scores, score.measure)) best = &score;
  }
  return best;
}

// Of the submitted measures, none of which is scored by administrative claims.
struct Submitted {
  std::size_t scored = 0;
  std::size_t excluded = 0;  // suppressed, or left out for want of a benchmark
  bool excluded_meets_requirement = false;

  std::size_t all() const { return scored + excluded; }
};

Submitted count_submitted(const MeasureScores& scores) {
  Submitted submitted;
  for (const MeasureScore& score : scores) {
    if (!is_submitted(score) || !is_first_of_measure(scores, score)) continue;
    if (is_scored(score)) {
      ++submitted.scored;
      continue;
    }
    ++submitted.excluded;
    submitted.excluded_meets_requirement |= score.measure->outcome || score.measure->high_priority;
  }
  return submitted;
}

bool is_of_cluster(const ResolvedRules& rules, std::size_t cluster, const MeasureScore& score) {
  return (resolved_measure(rules, *score.measure).clusters >> cluster & 1U) != 0 &&
         rules.clusters[cluster].collection == score.collection;
}

// The smallest cluster that all submitted measures are of; null when there is none, or when one of
// them is a QCDR measure or an eCQM, with which CMS always expects the year's number.
const ResolvedCluster* common_cluster(const ResolvedRules& rules, const MeasureScores& scores) {
  ClusterSet common = ~ClusterSet{0};
  bool any = false;
  for (const MeasureScore& score : scores) {
    if (!is_submitted(score)) continue;
    if (score.measure->registry_measure) return nullptr;
    any = true;
    common &= resolved_measure(rules, *score.measure).clusters;
  }
  if (!any || common == 0) return nullptr;
  const ResolvedCluster* smallest = nullptr;
  for (std::size_t i = 0; i < rules.clusters.size(); ++i) {
    if ((common >> i & 1U) == 0) continue;
    const ResolvedCluster& cluster = rules.clusters[i];
    if (smallest != nullptr && smallest->measures <= cluster.measures) continue;
    const bool all = std::all_of(scores.begin(), scores.end(), [&](const MeasureScore& score) {
      return !is_submitted(score) || is_of_cluster(rules, i, score);
    });
    if (all) smallest = &cluster;
  }
  return smallest;
}

// Of a measure that was collected in several ways only what is scored counts.
bool is_best_of_measure(const MeasureScores& scores, const MeasureScore& score) {
  return std::none_of(scores.begin(), scores.end(), [&](const MeasureScore& other) {
    return other.measure == score.measure && is_scored(other) && !is_administrative(other) &&
           better(other, score);
  });
}

bool any_outcome(const MeasureScores& scores) {
  return std::any_of(scores.begin(), scores.end(), [](const MeasureScore& score) {
    return is_scored(score) && !is_administrative(score) && score.measure->outcome;
  });
}

// 414.1380(b)(1)(vi)(F): all requirements of 414.1335 and 414.1340 are met. As many complete
// measures as places, the required one among them, whichever of equal ones earn the points.
bool participates_fully(const MeasureScores& scores, std::size_t slots,
                        const Submitted& submitted) {
  if (slots == 0) return submitted.all() > 0;
  const bool by_outcome = any_outcome(scores);
  std::size_t complete = 0;
  bool required = submitted.excluded_meets_requirement;
  for (const MeasureScore& score : scores) {
    if (!is_scored(score) || is_administrative(score) || !score.complete) continue;
    if (!is_best_of_measure(scores, score)) continue;
    ++complete;
    required = required || (by_outcome ? score.measure->outcome : score.measure->high_priority);
  }
  return complete >= slots && required;
}

void take(MeasureScore* score, QualityScore* quality) {
  score->picked = true;
  quality->points = quality->points + score->points;
}

void pick_submitted(const Submitted& submitted, MeasureScores* scores, QualityScore* quality) {
  MeasureScore* required = best_of(scores, [](const rulebook::Measure& m) { return m.outcome; });
  if (required == nullptr) {
    required = best_of(scores, [](const rulebook::Measure& m) { return m.high_priority; });
  }
  std::int64_t open = quality->slots;
  if (required != nullptr && open > 0) {
    required->picked_as_required = true;
    take(required, quality);
    --open;
  } else if (!submitted.excluded_meets_requirement && open > 0) {
    quality->required_missing = true;
    --open;
  }
  for (; open > 0; --open) {
    MeasureScore* next = best_of(scores, [](const rulebook::Measure&) { return true; });
    if (next == nullptr) break;
    take(next, quality);
  }
}

bool is_in_mvp(const ResolvedRules& rules, const Profile& profile) {
  return profile.participation == Participation::kMvp && rules.mvp_required_measures > 0;
}

// 414.1335(a)(2): whoever reports by the CMS Web Interface reports all of its measures.
bool is_by_web_interface(const MeasureScores& scores) {
  bool any = false;
  for (const MeasureScore& score : scores) {
    if (!is_submitted(score)) continue;
    if (score.collection == CollectionType::kWebInterface) {
      any = true;
    } else if (score.collection != CollectionType::kCertifiedSurveyVendor) {
      return false;
    }
  }
  return any;
}

// How many measures are expected, before exclusions.
std::size_t required_measures(const ResolvedRules& rules, const Profile& profile,
                              const MeasureScores& scores, QualityScore* quality) {
  if (is_in_mvp(rules, profile)) return rules.mvp_required_measures;
  if (is_by_web_interface(scores)) return rules.web_interface_measures;
  if (profile.measure_applicability != Known::kYes) return rules.required_measures;
  const ResolvedCluster* cluster = common_cluster(rules, scores);
  if (cluster == nullptr || cluster->measures >= rules.required_measures) {
    return rules.required_measures;
  }
  quality->cluster_measures = static_cast<std::int64_t>(cluster->measures);
  return cluster->measures;
}

// (b)(1)(vii)(A): an excluded measure takes its place out of the denominator; since 2021 no text
// says that it takes away a place that another measure fills. (b)(1)(vii)(B): so does the survey of
// a group that could ask too few patients and has not submitted enough other measures.
std::size_t without_excluded(const ResolvedRules& rules, const Profile& profile,
                             const Submitted& submitted, std::size_t required) {
  std::size_t gone = submitted.excluded;
  if (!rules.suppressed_always_reduces) {
    gone = std::min(gone, required - std::min(submitted.scored, required));
  }
  if (profile.survey_minimum_missed && submitted.all() <= rules.survey_measures_maximum) {
    gone += static_cast<std::size_t>(rules.survey_denominator_reduction.raw() /
                                     rules.points_maximum.raw());
  }
  return required - std::min(gone, required);
}

// Of administrative claims every scored measure comes on top; in an MVP one alone: that which was
// chosen, scored or not, or else the best.
void pick_claims(const ResolvedRules& rules, const Profile& profile, MeasureScores* scores,
                 QualityScore* quality) {
  const rulebook::Measure* chosen =
      rules.mvp_population_health_chosen ? profile.population_health : nullptr;
  MeasureScore* best = nullptr;
  for (MeasureScore& score : *scores) {
    if (!is_administrative(score) || !is_scored(score)) continue;
    if (is_in_mvp(rules, profile)) {
      if (chosen != nullptr && score.measure != chosen) continue;
      if (best == nullptr || better(score, *best)) best = &score;
      continue;
    }
    ++quality->slots;
    take(&score, quality);
  }
  if (best == nullptr) return;
  ++quality->slots;
  take(best, quality);
}

}  // namespace

bool is_scored(const MeasureScore& score) {
  switch (score.basis) {
    case PointsBasis::kNotSubmitted:
    case PointsBasis::kSuppressed:
    case PointsBasis::kClaimsNotScored:
    case PointsBasis::kPathwaysOnly:
    case PointsBasis::kLeftOut:
      return false;
    default:
      return true;
  }
}

bool is_submitted(const MeasureScore& score) {
  return score.basis != PointsBasis::kNotSubmitted && score.basis != PointsBasis::kPathwaysOnly &&
         !is_administrative(score);
}

QualityScore pick(const ResolvedRules& rules, const Profile& profile, MeasureScores* scores) {
  for (MeasureScore& score : *scores) score.picked = score.picked_as_required = false;
  const Submitted submitted = count_submitted(*scores);
  QualityScore quality;
  quality.submitted = submitted.all() > 0;
  const std::size_t required = required_measures(rules, profile, *scores, &quality);
  const std::size_t slots = without_excluded(rules, profile, submitted, required);
  quality.slots = static_cast<std::int64_t>(slots);
  pick_submitted(submitted, scores, &quality);
  quality.full_participation = participates_fully(*scores, slots, submitted);
  pick_claims(rules, profile, scores, &quality);
  add_bonuses(rules, profile, *scores, &quality);
  return quality;
}

}  // namespace qcdr::scoring

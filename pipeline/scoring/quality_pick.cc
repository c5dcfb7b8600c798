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

// Each measure once, however often it was collected and what each collection comes to; suppressed
// collections apart. So a measure that is suppressed as one collection type and scored as another
// stands on both sides: its place goes where no other measure fills it. The rule says "the measure
// is excluded" and does not speak of this case, so that either reading is possible; this one is the
// better for the clinician.
bool is_first_of_measure(const MeasureScores& scores, const MeasureScore& score) {
  const auto is_suppressed = [](const MeasureScore& each) {
    return each.basis == PointsBasis::kSuppressed;
  };
  const auto* first = std::find_if(scores.begin(), scores.end(), [&](const MeasureScore& other) {
    return other.measure == score.measure && is_submitted(other) &&
           is_suppressed(other) == is_suppressed(score);
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
  std::size_t suppressed = 0;
  bool suppressed_meets_requirement = false;
};

Submitted count_submitted(const MeasureScores& scores) {
  Submitted submitted;
  for (const MeasureScore& score : scores) {
    if (!is_submitted(score) || !is_first_of_measure(scores, score)) continue;
    if (score.basis != PointsBasis::kSuppressed) {
      ++submitted.scored;
      continue;
    }
    ++submitted.suppressed;
    submitted.suppressed_meets_requirement |=
        score.measure->outcome || score.measure->high_priority;
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
  if (slots == 0) return submitted.scored + submitted.suppressed > 0;
  const bool by_outcome = any_outcome(scores);
  std::size_t complete = 0;
  bool required = submitted.suppressed_meets_requirement;
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
  } else if (!submitted.suppressed_meets_requirement && open > 0) {
    quality->required_missing = true;
    --open;
  }
  for (; open > 0; --open) {
    MeasureScore* next = best_of(scores, [](const rulebook::Measure&) { return true; });
    if (next == nullptr) break;
    take(next, quality);
  }
}

}  // namespace

bool is_scored(const MeasureScore& score) {
  return score.basis != PointsBasis::kNotSubmitted && score.basis != PointsBasis::kSuppressed &&
         score.basis != PointsBasis::kClaimsNotScored;
}

bool is_submitted(const MeasureScore& score) {
  return score.basis != PointsBasis::kNotSubmitted && !is_administrative(score);
}

QualityScore pick(const ResolvedRules& rules, const Profile& profile, MeasureScores* scores) {
  for (MeasureScore& score : *scores) score.picked = score.picked_as_required = false;
  const Submitted submitted = count_submitted(*scores);
  QualityScore quality;
  quality.submitted = submitted.scored + submitted.suppressed > 0;
  std::size_t required_measures = rules.required_measures;
  if (profile.measure_applicability == Known::kYes) {
    const ResolvedCluster* cluster = common_cluster(rules, *scores);
    if (cluster != nullptr && cluster->measures < required_measures) {
      required_measures = cluster->measures;
      quality.cluster_measures = static_cast<std::int64_t>(cluster->measures);
    }
  }
  // A suppressed measure leaves the denominator only as far as it is needed to fill the slots.
  const std::size_t empty_slots = required_measures - std::min(submitted.scored, required_measures);
  const std::size_t slots = required_measures - std::min(submitted.suppressed, empty_slots);
  quality.slots = static_cast<std::int64_t>(slots);
  pick_submitted(submitted, scores, &quality);
  quality.full_participation = participates_fully(*scores, slots, submitted);
  for (MeasureScore& score : *scores) {
    if (!is_administrative(score) || !is_scored(score)) continue;
    ++quality.slots;
    take(&score, &quality);
  }
  return quality;
}

}  // namespace qcdr::scoring

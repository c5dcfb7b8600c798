// What the second stage told a practice of others who report for its TINs and pairs.
//
// The claim is taken as it came; whether the second stage is right is not judged here.
// Thread-safety: free functions.
#pragma once

#include "batch_categories.h"
#include "batch_sums.h"

namespace qcdr::batch {

// The latest claim of each entity counts; one that names nobody takes it away.
void take_claim(Season* season, const v1::StageTwoClaim& claim);
// As docs/state.md writes it.
std::string content_of(const v1::StageTwoClaim& claim);
// The counts of the others on top of the own.
Sums with_others(const Season& season, const EntityId& entity, const Sums& own);
// Null when nobody shares it.
const v1::StageTwoClaim* claim_of(const Season& season, const EntityId& entity);

}  // namespace qcdr::batch

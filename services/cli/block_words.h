// What blocks and what costs in words for a practice: why something is not sent, what to do about
// it. Thread-safety: free functions.
#pragma once

#include <string>
#include <vector>

#include "ledger/readiness.h"

namespace qcdr {

// "no consent", "consent came late and is held": for a list of reasons.
std::string block_words(const ledger::Block& block);
// "promoting interoperability: the consent does not cover it": why data stay here of a set that
// goes.
std::string withheld_words(const ledger::Block& block);
// Short names, as in JSON and documents: "quality", "ia", "pi".
std::vector<std::string> category_names(ledger::CategoryBits categories);
// "Get the signed consent": what removes the block; for a closed one whom to ask.
std::string block_action(const ledger::Block& block);
// "424: 70 % of the cases needed, 12 more": what costs points.
std::string cost_words(const ledger::PointCost& cost);
// "measure 477: 12 of 20 cases; at this pace the 20th on 2020-11-02; begin by ...": what a measure
// still needs, or "" when it needs nothing.
std::string forecast_words(const ledger::MeasureForecast& forecast);
// What wins the points.
std::string cost_action(const ledger::PointCost& cost);
std::string advice_words(ledger::AdviceKind kind);

// Whose matter a block is: one to-do for the practice, for the TIN, or for each clinician.
enum class BlockScope : std::uint8_t { kPractice, kTin, kClinician };
BlockScope scope_of(ledger::BlockReason reason);

}  // namespace qcdr

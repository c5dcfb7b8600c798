#include "plain_fold.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/assert.h"
#include "core/identifiers.h"
#include "qcdr/v1/row.pb.h"
#include "scoring/score.h"

namespace qcdr::bench {
namespace {

constexpr std::size_t kStaffMax = 16;

struct Sums {
  std::array<scoring::MeasureInput, scoring::kMeasuresMax> measures;
  scoring::ClinicianKind kind = scoring::ClinicianKind::kUnspecified;
  bool group = false;
  bool touched = false;
};

struct Stored {
  std::array<std::uint32_t, 2 * kStaffMax> entities;
  std::uint8_t entity_count = 0;
  std::array<measures::CaseOutcome, scoring::kMeasuresMax> outcomes;
};

struct EntityKey {
  std::uint32_t practice = 0;
  TinToken tin;
  std::uint64_t npi = 0;  // 0: the group
  friend bool operator==(const EntityKey&, const EntityKey&) = default;
};
struct EntityHash {
  std::size_t operator()(const EntityKey& key) const {
    return (std::hash<TinToken>()(key.tin) ^ key.npi * 0x9E3779B97F4A7C15ULL) + key.practice;
  }
};

class PlainFold {
 public:
  explicit PlainFold(const ledger::YearLedgerRules& rules) : rules_(rules) {}

  void apply(std::uint32_t practice, const v1::ChunkRows& rows) {
    for (const v1::Row& row : rows.rows()) apply(practice, rows, row.anesthesia_case());
  }
  void score() {
    for (const std::uint32_t ordinal : touched_) {
      Sums& sums = sums_[ordinal];
      sums.touched = false;
      scoring::ScoreInput input;
      input.rules = &rules_.scoring;
      input.profile.kind = sums.kind;
      input.profile.group = sums.group;
      for (std::size_t slot = 0; slot < rules_.measures.size(); ++slot) {
        if (sums.measures[slot].eligible_population == 0) continue;
        input.measures.push_back(sums.measures[slot]);
      }
      totals_.sum_of_scores += scoring::compute(input).final_score.raw() / Decimal::kOne;
      ++totals_.scores;
    }
    touched_.clear();
  }
  PlainTotals totals() {
    totals_.entities = sums_.size();
    return totals_;
  }

 private:
  void apply(std::uint32_t practice, const v1::ChunkRows& rows, const v1::AnesthesiaCase& fact) {
    Stored stored;
    for (const v1::CaseStaff& staff : fact.staff()) {
      const auto tin =
          TinToken::from_bytes(rows.tins(static_cast<int>(staff.tin()) - 1).token().data());
      add(entity({practice, tin, staff.npi()},
                 static_cast<scoring::ClinicianKind>(staff.clinician_type())),
          &stored);
      add(entity({practice, tin, 0}, scoring::ClinicianKind::kUnspecified), &stored);
    }
    measures::CaseFacts facts;
    facts.quality_codes = {fact.quality_codes().data(),
                           static_cast<std::size_t>(fact.quality_codes_size())};
    facts.quality_measures = {fact.quality_measures().data(),
                              static_cast<std::size_t>(fact.quality_measures_size())};
    facts.age_years = fact.age_years();
    facts.anesthesia_minutes = fact.anesthesia_minutes();
    facts.anesthesia_categories = fact.anesthesia_categories();
    rules_.specifications.evaluate_all(facts, {stored.outcomes.data(), rules_.measures.size()});
    const CaseToken token = CaseToken::from_bytes(fact.case_token().data());
    const auto [found, is_new] = cases_.try_emplace(token, stored);
    if (!is_new) {
      credit(found->second, -1);
      found->second = stored;
    }
    credit(stored, +1);
    ++totals_.cases;
  }

  std::uint32_t entity(const EntityKey& key, scoring::ClinicianKind kind) {
    const auto next = static_cast<std::uint32_t>(sums_.size());
    const auto [found, is_new] = entities_.try_emplace(key, next);
    if (is_new) {
      Sums sums;
      sums.group = key.npi == 0;
      sums.kind = kind;
      for (std::size_t slot = 0; slot < rules_.measures.size(); ++slot) {
        sums.measures[slot].measure = rules_.measures[slot];
      }
      sums_.push_back(sums);
    }
    return found->second;
  }

  static void add(std::uint32_t ordinal, Stored* stored) {
    const auto end = stored->entities.begin() + stored->entity_count;
    if (std::find(stored->entities.begin(), end, ordinal) != end) return;
    QCDR_ASSERT(stored->entity_count < stored->entities.size());
    stored->entities[stored->entity_count++] = ordinal;
  }

  void credit(const Stored& stored, std::int64_t sign) {
    for (std::size_t i = 0; i < stored.entity_count; ++i) {
      Sums& sums = sums_[stored.entities[i]];
      if (!sums.touched) touched_.push_back(stored.entities[i]);
      sums.touched = true;
      for (std::size_t slot = 0; slot < rules_.measures.size(); ++slot) {
        count(stored.outcomes[slot], sign, &sums.measures[slot]);
      }
    }
  }

  static void count(measures::CaseOutcome outcome, std::int64_t sign,
                    scoring::MeasureInput* measure) {
    if (outcome == measures::CaseOutcome::kNotEligible ||
        outcome == measures::CaseOutcome::kExcluded) {
      return;
    }
    measure->eligible_population += sign;
    if (outcome == measures::CaseOutcome::kMet) measure->performance_met += sign;
    if (outcome == measures::CaseOutcome::kNotMet) measure->performance_not_met += sign;
    if (outcome == measures::CaseOutcome::kException) measure->exception += sign;
  }

  const ledger::YearLedgerRules& rules_;
  std::unordered_map<CaseToken, Stored> cases_;
  std::unordered_map<EntityKey, std::uint32_t, EntityHash> entities_;
  std::vector<Sums> sums_;
  std::vector<std::uint32_t> touched_;
  PlainTotals totals_;
};

}  // namespace

PlainTotals plain_fold(const Input& input, const ledger::YearLedgerRules& rules,
                       std::size_t batch_cases) {
  PlainFold fold(rules);
  v1::ChunkRows rows;
  std::size_t in_batch = 0;
  for (std::size_t i = 0; i < input.plain.size(); ++i) {
    QCDR_ASSERT(rows.ParseFromString(input.plain[i]));
    fold.apply(input.plain_practices[i], rows);
    in_batch += static_cast<std::size_t>(rows.rows_size());
    if (in_batch < batch_cases) continue;
    fold.score();
    in_batch = 0;
  }
  fold.score();
  return fold.totals();
}

}  // namespace qcdr::bench

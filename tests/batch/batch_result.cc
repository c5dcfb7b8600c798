#include "batch_result.h"

#include <algorithm>

#include "rulebook/record_year.h"

namespace qcdr::batch {

Result<BatchResult> run(const History& history, const rulebook::Rulebook& rulebook,
                        const Key256& entity_key) {
  BatchResult result;
  result.digest = digest_of(history.items());
  for (const auto& [id, events] : history.practice_years()) {
    const rulebook::YearRules* rules = rulebook::find_record_year(rulebook, id.year);
    if (rules == nullptr) {
      return Status(ErrorCode::kInvalidArgument, "the rulebook does not know a performance year");
    }
    QCDR_ASSIGN_OR_RETURN(const Season season, fold(id, events, *rules, entity_key));
    const SeasonSums sums = count_all(season);
    result.digest.add(digest_of(items_of(season, sums)));
    const std::vector<EntityScore> scores = score_all(season, sums);
    result.scores.insert(result.scores.end(), scores.begin(), scores.end());
    ++result.practice_years;
    result.uploads += season.uploads.size();
    result.cases += season.cases.size();
  }
  std::sort(result.scores.begin(), result.scores.end(),
            [](const EntityScore& a, const EntityScore& b) {
              return std::tie(a.entity, a.practice_year) < std::tie(b.entity, b.practice_year);
            });
  return result;
}

}  // namespace qcdr::batch

// What holds for every set that is built, of entities at random in every year.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ledger/standing_score.h"
#include "submission/payload.h"
#include "submission/payload_schema.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

constexpr std::uint64_t kEntities = 60;  // of a year

template <class Check>
void for_each_entity(Check check) {
  for (int year = kFirstTestYear; year <= kLastTestYear; ++year) {
    for (std::uint64_t i = 0; i < kEntities; ++i) {
      const std::uint64_t seed = static_cast<std::uint64_t>(year) * 1000 + i;
      SCOPED_TRACE("seed " + std::to_string(seed));
      const TestEntity entity = random_entity(seed, year);
      const Result<BuiltSets> built = build_sets(entity.input);
      ASSERT_TRUE(built.is_ok()) << built.status().to_string();
      check(entity, built.value());
      if (testing::Test::HasFailure()) return;
    }
  }
}

// What CMS would answer: the set itself, with ids, and exclusions of zero as nulls.
std::string answered(const MeasurementSet& set) {
  nlohmann::json answer = nlohmann::json::parse(payload_json(set));
  answer.erase("submission");
  answer["id"] = "set-1";
  answer["submissionId"] = "sub-1";
  for (auto& measurement : answer["measurements"]) {
    auto& value = measurement["value"];
    if (value.is_object() && value.value("eligiblePopulationException", 1) == 0) {
      value["eligiblePopulationException"] = nullptr;
    }
  }
  return nlohmann::json{{"data", {{"measurementSet", answer}}}}.dump();
}

TEST(SetPropertiesTest, EveryPayloadValidatesAndReadsBackEqual) {
  std::size_t sets = 0;
  for_each_entity([&](const TestEntity& entity, const BuiltSets& built) {
    PayloadSchema schema;
    schema.rulebook = &rulebook::Rulebook::built_in();
    schema.vendors = {entity.accepted->rules->year_rules->registry().vendor};
    for (const MeasurementSet& set : built.sets) {
      ++sets;
      const std::string payload = payload_json(set);
      for (const PayloadProblem& problem : validate_payload(payload, schema)) {
        ADD_FAILURE() << problem.path << ": " << problem.message << '\n' << payload;
      }
      const Result<ReadBack> read = parse_read_back(answered(set));
      ASSERT_TRUE(read.is_ok()) << read.status().to_string() << '\n' << payload;
      for (const auto& difference : compare_read_back(set, read.value())) {
        ADD_FAILURE() << difference.path << '\n' << payload;
      }
    }
  });
  EXPECT_GT(sets, kEntities * 5);
}

TEST(SetPropertiesTest, TheSameInputMakesTheSameBytes) {
  for_each_entity([](const TestEntity& entity, const BuiltSets& built) {
    const BuiltSets again = build_sets(entity.input).value();
    ASSERT_EQ(built.sets.size(), again.sets.size());
    for (std::size_t i = 0; i < built.sets.size(); ++i) {
      EXPECT_EQ(payload_json(built.sets[i]), payload_json(again.sets[i]));
    }
  });
}

// Everything that was reported is either sent or told.
TEST(SetPropertiesTest, NothingIsLost) {
  for_each_entity([](const TestEntity& entity, const BuiltSets& built) {
    const auto found = [&](SetCategory category, const std::string& id) {
      for (const MeasurementSet& set : built.sets) {
        if (set.category != category) continue;
        for (const Measurement& measurement : set.measurements) {
          if (measurement.measure_id == id) return true;
        }
      }
      for (const Excluded& excluded : built.excluded) {
        const bool whole = excluded.measure_id.empty();
        if (excluded.category == category && (whole || excluded.measure_id == id)) return true;
      }
      return false;
    };
    for (const auto& measure : entity.accepted->measures) {
      EXPECT_TRUE(found(SetCategory::kQuality, measure.measure->id)) << measure.measure->id;
    }
    for (const auto* activity : entity.accepted->activities) {
      EXPECT_TRUE(found(SetCategory::kActivities, activity->id)) << activity->id;
    }
    for (const auto& row : entity.accepted->interoperability.rows) {
      EXPECT_TRUE(found(SetCategory::kInteroperability, row.measure->id)) << row.measure->id;
    }
  });
}

TEST(SetPropertiesTest, NoSetCancelsAReweightingThatNobodyChose) {
  std::size_t kept = 0;
  for_each_entity([&](const TestEntity& entity, const BuiltSets& built) {
    ledger::CategoryBits sent = 0;
    for (const MeasurementSet& set : built.sets) {
      sent = static_cast<ledger::CategoryBits>(sent | 1U << category_number(set.category));
    }
    for (const Excluded& excluded : built.excluded) {
      if (excluded.reason == Exclusion::kCancelsReweighting) ++kept;
    }
    if (entity.input.chosen != 0) return;
    const auto reweighted = [&](ledger::CategoryBits bits, SetCategory category) {
      const auto here = static_cast<ledger::CategoryBits>(ledger::kAllSent & ~bits);
      const auto summary = scoring::compute(ledger::without(here, *entity.accepted));
      return summary
          .categories[category == SetCategory::kQuality      ? 0
                      : category == SetCategory::kActivities ? 2
                                                             : 3]
          .reweighted;
    };
    for (const MeasurementSet& set : built.sets) {
      const auto others =
          static_cast<ledger::CategoryBits>(sent & ~(1U << category_number(set.category)));
      if (!reweighted(others, set.category)) continue;
      EXPECT_TRUE(reweighted(sent, set.category));
    }
  });
  EXPECT_GT(kept, 0U);
}

TEST(SetPropertiesTest, NoSetIsEmptyAndNoMeasureStandsTwice) {
  for_each_entity([](const TestEntity&, const BuiltSets& built) {
    for (const MeasurementSet& set : built.sets) {
      ASSERT_FALSE(set.measurements.empty());
      for (std::size_t i = 1; i < set.measurements.size(); ++i) {
        EXPECT_LT(set.measurements[i - 1].measure_id, set.measurements[i].measure_id);
      }
    }
  });
}

}  // namespace
}  // namespace qcdr::submission

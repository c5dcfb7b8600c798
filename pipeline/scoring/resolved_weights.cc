#include "scoring/resolved_weights.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/assert.h"
#include "rulebook/parameter_names.h"

namespace qcdr::scoring {
namespace {

namespace names = rulebook::names;
using rulebook::Parameter;
using rulebook::YearRules;

constexpr std::array<std::string_view, kWeightTables> kTableNames = {
    names::kWeightTables[0], names::kWeightTables[1], names::kAppWeightTable,
    names::kApmStandardWeightTable};
constexpr std::int32_t kWholeWeight = 100;

// "cost+pi" -> the bits of both; "none" -> no bit.
CategorySet row_categories(std::string_view row) {
  CategorySet categories = 0;
  while (row != "none" && !row.empty()) {
    const std::size_t end = std::min(row.find('+'), row.size());
    const std::string_view name = row.substr(0, end);
    const auto* found =
        std::find(names::kWeightCategories.begin(), names::kWeightCategories.end(), name);
    QCDR_ASSERT(found != names::kWeightCategories.end());
    categories |= static_cast<CategorySet>(1U << (found - names::kWeightCategories.begin()));
    row.remove_prefix(std::min(end + 1, row.size()));
  }
  return categories;
}

std::string weight_name(WeightTable table, std::string_view row, std::size_t category) {
  return "weights/" + std::string(kTableNames[static_cast<std::size_t>(table)]) + "/" +
         std::string(row) + "/" + std::string(names::kWeightCategories[category]);
}

bool has_table(const YearRules& rules, WeightTable table) {
  return rules.find_parameter(weight_name(table, "none", 0)) != nullptr;
}

std::int32_t weight(const YearRules& rules, WeightTable table, std::string_view row,
                    std::size_t category) {
  const Parameter& parameter = rules.parameter(weight_name(table, row, category));
  QCDR_ASSERT(parameter.value.raw() % Decimal::kOne == 0);
  return static_cast<std::int32_t>(parameter.value.raw() / Decimal::kOne);
}

// Rows that the regulation does not have leave fewer than two categories and stay zero.
template <class Rows>
void resolve_rows(const YearRules& rules, WeightTable table, const Rows& rows,
                  ResolvedRules* resolved) {
  const auto place = static_cast<std::size_t>(table);
  for (const std::string_view row : rows) {
    Weights& weights = resolved->weights[place][row_categories(row) | resolved->unnamed[place]];
    std::int32_t sum = 0;
    for (std::size_t category = 0; category < kCategories; ++category) {
      weights[category] = weight(rules, table, row, category);
      sum += weights[category];
    }
    QCDR_ASSERT(sum == kWholeWeight);
  }
  resolved->has_weights[place] = true;
}

// A table of traditional MIPS. One that does not weigh cost has no rows for reweighting it.
void resolve_traditional(const YearRules& rules, WeightTable table, ResolvedRules* resolved) {
  const auto place = static_cast<std::size_t>(table);
  const CategorySet cost = category_bit(Category::kCost);
  if (!resolved->cost_scored) resolved->never_weighed[place] = cost;
  if (weight(rules, table, "none", static_cast<std::size_t>(Category::kCost)) != 0) {
    return resolve_rows(rules, table, names::kWeightRows, resolved);
  }
  resolved->never_weighed[place] = resolved->unnamed[place] = cost;
  resolve_rows(rules, table, names::kWeightRowsWithoutCost, resolved);
}

void resolve_apm(const YearRules& rules, WeightTable table, ResolvedRules* resolved) {
  if (!has_table(rules, table)) return;
  const auto place = static_cast<std::size_t>(table);
  resolved->never_weighed[place] = resolved->unnamed[place] = category_bit(Category::kCost);
  resolved->always_weighed[place] = category_bit(Category::kActivities);
  resolve_rows(rules, table, names::kAppWeightRows, resolved);
}

}  // namespace

void resolve_weights(const YearRules& rules, ResolvedRules* resolved) {
  constexpr auto kGeneral = static_cast<std::size_t>(WeightTable::kGeneral);
  constexpr auto kSmall = static_cast<std::size_t>(WeightTable::kSmallPractice);
  resolve_traditional(rules, WeightTable::kGeneral, resolved);
  if (has_table(rules, WeightTable::kSmallPractice)) {
    resolve_traditional(rules, WeightTable::kSmallPractice, resolved);
  } else {
    resolved->weights[kSmall] = resolved->weights[kGeneral];
    resolved->has_weights[kSmall] = true;
    resolved->never_weighed[kSmall] = resolved->never_weighed[kGeneral];
    resolved->unnamed[kSmall] = resolved->unnamed[kGeneral];
    resolved->named_as[kSmall] = WeightTable::kGeneral;
  }
  resolve_apm(rules, WeightTable::kApp, resolved);
  resolve_apm(rules, WeightTable::kApmStandard, resolved);
}

std::string weight_parameter(const ResolvedRules& rules, WeightTable table, CategorySet reweighted,
                             Category category) {
  const auto place = static_cast<std::size_t>(table);
  const auto named = static_cast<CategorySet>(reweighted & ~rules.unnamed[place]);
  // The order within a row's name is that of the regulation's tables.
  constexpr std::array kOrder = {Category::kCost, Category::kPromotingInteroperability,
                                 Category::kQuality, Category::kActivities};
  std::string row;
  for (const Category each : kOrder) {
    if ((named & category_bit(each)) == 0) continue;
    row += (row.empty() ? "" : "+") + std::string(category_name(each));
  }
  if (row.empty()) row = "none";
  return weight_name(rules.named_as[place], row, static_cast<std::size_t>(category));
}

}  // namespace qcdr::scoring

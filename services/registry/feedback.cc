#include "registry/feedback.h"

#include <algorithm>

#include "rulebook/parameter_names.h"

namespace qcdr::registry {
namespace {

constexpr std::int64_t kWhole = 100;  // percent
constexpr int kShownDigits = 2;
constexpr std::int64_t kDeciles = 10;

Decimal percent(std::uint32_t part, std::uint32_t whole) {
  return Decimal::ratio(std::int64_t{part} * kWhole, std::int64_t{whole});
}

// At numerator/denominator of the way through ascending values, between neighbours.
Decimal quantile(const std::vector<Decimal>& values, std::int64_t numerator,
                 std::int64_t denominator) {
  const std::int64_t place = numerator * (static_cast<std::int64_t>(values.size()) - 1);
  const auto below = static_cast<std::size_t>(place / denominator);
  const std::int64_t rest = place % denominator;
  if (rest == 0) return values[below].rounded(kShownDigits);
  const Decimal step = values[below + 1] - values[below];
  return (values[below] + step * Decimal::ratio(rest, denominator)).rounded(kShownDigits);
}

std::uint32_t integer(const rulebook::YearRules& rules, std::string_view name) {
  return static_cast<std::uint32_t>(rules.parameter(name).value.raw() / Decimal::kOne);
}

// Rates of a measure at one level, of those with enough cases.
using Rates = std::map<std::pair<bool, std::size_t>, std::vector<Decimal>>;

Rates rates_of(const Feedback& feedback) {
  Rates rates;
  for (const Participant& each : feedback.participants) {
    for (std::size_t slot = 0; slot < each.measures.size(); ++slot) {
      const Cells& cells = each.measures[slot];
      const std::uint32_t counted = cells.met + cells.not_met;
      if (counted == 0 || counted < feedback.rule.cell_minimum) continue;
      rates[{each.group, slot}].push_back(percent(cells.met, counted));
    }
  }
  for (auto& entry : rates) std::sort(entry.second.begin(), entry.second.end());
  return rates;
}

MeasureFeedback measure_feedback(const Feedback& feedback, const rulebook::YearRules& rules,
                                 const Rates& rates, const Participant& participant,
                                 std::size_t slot) {
  const Cells& cells = participant.measures[slot];
  MeasureFeedback out;
  out.measure_id = rules.specifications()[slot].measure_id;
  const rulebook::Measure* measure = rules.find_measure(out.measure_id);
  if (measure != nullptr) {
    out.title = measure->title;
    out.lower_is_better = measure->inverse;
  }
  out.cells = shown_cells(cells, feedback.rule.unsuppressed ? 0 : feedback.rule.cell_minimum);
  const std::uint32_t counted = cells.met + cells.not_met;
  if (out.cells.reporting_rate()) {
    out.reporting_rate =
        percent(cells.total() - cells.not_reported, cells.total()).rounded(kShownDigits);
  }
  const auto found = rates.find({participant.group, slot});
  if (found != rates.end()) {
    out.comparison = compare(found->second, feedback.rule.participants_minimum);
  }
  if (out.cells.performance_rate() && counted > 0) {
    const Decimal own = percent(cells.met, counted);
    out.performance_rate = own.rounded(kShownDigits);
    if (out.comparison && counted >= feedback.rule.cell_minimum) {
      out.percentile = percentile_of(found->second, own, out.lower_is_better);
    }
  }
  return out;
}

}  // namespace

std::optional<Comparison> compare(std::vector<Decimal> rates, std::size_t minimum) {
  if (rates.empty() || rates.size() < minimum) return std::nullopt;
  std::sort(rates.begin(), rates.end());
  Comparison comparison;
  comparison.participants = rates.size();
  Decimal sum;
  for (const Decimal rate : rates) sum = sum + rate;
  comparison.mean =
      (sum / Decimal::from_integer(static_cast<std::int64_t>(rates.size()))).rounded(kShownDigits);
  comparison.median = quantile(rates, 1, 2);
  comparison.quartiles = {quantile(rates, 1, 4), quantile(rates, 3, 4)};
  for (std::size_t i = 0; i < comparison.deciles.size(); ++i) {
    comparison.deciles[i] = quantile(rates, static_cast<std::int64_t>(i) + 1, kDeciles);
  }
  return comparison;
}

Decimal percentile_of(const std::vector<Decimal>& rates, Decimal own, bool lower_is_better) {
  const auto reached = std::count_if(rates.begin(), rates.end(), [&](Decimal rate) {
    return lower_is_better ? rate >= own : rate <= own;
  });
  return Decimal::ratio(reached * kWhole, static_cast<std::int64_t>(rates.size())).rounded(0);
}

Result<std::unique_ptr<Feedback>> make_feedback(const Ledgers& ledgers,
                                                const rulebook::YearRules& rules,
                                                const FeedbackRequest& request) {
  namespace names = rulebook::names;
  const rulebook::Parameter* cells = rules.find_parameter(names::kFeedbackCellMinimum);
  if (cells == nullptr || rules.year().value() != request.quarter.year) {
    return Status(ErrorCode::kInvalidArgument,
                  "no feedback is asked for in " + std::to_string(request.quarter.year));
  }
  auto feedback = std::make_unique<Feedback>();
  feedback->quarter = request.quarter;
  feedback->cumulative = request.cumulative;
  feedback->as_of = request.as_of;
  feedback->rule = {integer(rules, names::kFeedbackCellMinimum),
                    integer(rules, names::kFeedbackParticipantsMinimum), cells->citation,
                    request.unsuppressed};
  const LocalDate first =
      request.cumulative ? Quarter{request.quarter.year, 1}.first() : request.quarter.first();
  QCDR_ASSIGN_OR_RETURN(feedback->participants,
                        read_participants(ledgers, rules.year(), first, request.quarter.last()));
  const Rates rates = rates_of(*feedback);
  const std::uint32_t shown_from = request.unsuppressed ? 0 : feedback->rule.cell_minimum;
  for (const Participant& each : feedback->participants) {
    FeedbackReport report;
    report.participant = &each;
    if (each.cases >= shown_from) report.cases = each.cases;
    for (std::size_t slot = 0; slot < each.measures.size(); ++slot) {
      if (each.measures[slot].total() == 0) continue;
      report.measures.push_back(measure_feedback(*feedback, rules, rates, each, slot));
    }
    feedback->reports.push_back(std::move(report));
  }
  return feedback;
}

}  // namespace qcdr::registry

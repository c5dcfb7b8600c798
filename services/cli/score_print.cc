// The first screen as text, and the table of rows as CSV.
#include <fmt/core.h>

#include "cli/block_words.h"
#include "cli/first_missing_words.h"
#include "cli/first_screen.h"
#include "cli/local_time.h"
#include "cli/range_words.h"
#include "cli/score_receives.h"
#include "cli/text_table.h"
#include "cli/to_do.h"
#include "intake/parser.h"

namespace qcdr {
namespace {

constexpr std::size_t kToDoLinesMax = 20;

std::string range_text(const ledger::StandingScore& score) {
  return score.summary.low.to_fixed(2) + " to " + score.summary.high.to_fixed(2);
}

std::string value_text(const ledger::StandingScore& score) {
  return score.summary.final_score.to_fixed(2);
}

std::string next_text(const ScoreRow& row, Instant as_of) {
  const std::optional<ToDo> next = do_next(row, as_of);
  if (!next) return "";
  if (next->by == ledger::kNoEnd) return next->text;
  return next->text + " (by " + registry_time(ledger::last_second(next->by)) + ")";
}

std::string_view sent_text(const ScoreRow& row) {
  if (row.sent_with_virtual_group) return "with the virtual group";
  if (row.will_be_sent) return "yes";
  return row.sent_with_group ? "with the group" : "no";
}

std::string reports_text(const ScoreRow& row) {
  if (!row.virtual_group.empty()) return "virtual group";
  if (row.displaced_by.empty()) return row.reports_as;
  return row.reports_as + "; " + row.displaced_by + " counts";
}

// Of somebody whose score a virtual group's displaces, its adjustment is meant.
std::string row_adjustment_text(const ScoreRow& row, const ledger::StandingScore& score) {
  if (row.applies != scoring::Known::kNo && !row.displaced_by.empty()) {
    return "that of " + row.displaced_by;
  }
  return adjustment_text(score.summary.adjustment, row.applies);
}

std::string category_text(const ScoreRow& row, scoring::Category category) {
  const scoring::CategoryScore& score =
      row.scores.if_all_open_items_done.summary.category(category);
  return fmt::format("{} of {}{}", score.points.to_fixed(2), score.weight,
                     score.unknown ? " ?" : "");
}

TextTable clinician_table(const std::vector<ScoreRow>& rows, Instant as_of, bool wide,
                          bool groups) {
  using Align = TextTable::Align;
  TextTable table;
  table.column("TIN");
  table.column("Reports as");
  table.column("Clinician");
  table.column("Will be sent");
  table.column("Do next (by)");
  table.column("As things stand", Align::kRight);
  table.column("If all done", Align::kRight);
  table.column("Range", Align::kRight);
  table.column("Adjustment applies");
  if (wide) {
    for (const char* title : {"Type", "Consent"}) table.column(title);
    for (const char* title : {"Counted", "Held", "Quality", "Cost", "Activities",
                              "Interoperability", "Range if all done"}) {
      table.column(title, Align::kRight);
    }
  }
  table.column("Adjustment", Align::kRight);
  for (const ScoreRow& row : rows) {
    if (row.group && !groups) continue;  // they have a table of their own
    std::vector<std::string> cells = {row.tin,
                                      reports_text(row),
                                      who_of(row),
                                      std::string(sent_text(row)),
                                      next_text(row, as_of),
                                      value_text(row.scores.as_things_stand),
                                      value_text(row.scores.if_all_open_items_done),
                                      range_text(row.scores.as_things_stand),
                                      std::string(applies_text(row.applies))};
    if (wide) {
      cells.insert(cells.end(), {row.group ? "" : row.clinician_type, row.consent,
                                 std::to_string(row.cases_counted), std::to_string(row.cases_held),
                                 category_text(row, scoring::Category::kQuality),
                                 category_text(row, scoring::Category::kCost),
                                 category_text(row, scoring::Category::kActivities),
                                 category_text(row, scoring::Category::kPromotingInteroperability),
                                 range_text(row.scores.if_all_open_items_done)});
    }
    cells.push_back(row_adjustment_text(row, row.scores.as_things_stand));
    table.row(std::move(cells));
  }
  return table;
}

// A TIN that reports individually has no score of its own: what counts is how many are sent.
TextTable tin_table(const std::vector<ScoreRow>& rows) {
  using Align = TextTable::Align;
  TextTable table;
  table.column("TIN");
  table.column("Reports as");
  table.column("Will be sent");
  table.column("As things stand", Align::kRight);
  table.column("If all done", Align::kRight);
  table.column("Range", Align::kRight);
  table.column("Threshold", Align::kRight);
  for (const ScoreRow& row : rows) {
    if (!row.group) continue;
    std::size_t clinicians = 0;
    std::size_t sent = 0;
    for (const ScoreRow& other : rows) {
      if (other.group || other.tin != row.tin || other.practice != row.practice) continue;
      ++clinicians;
      if (is_sent(other)) ++sent;
    }
    const bool of_clinicians = row.reports_as == "individual";
    table.row(
        {row.tin, reports_text(row),
         of_clinicians ? fmt::format("{} of {}", sent, clinicians) : std::string(sent_text(row)),
         of_clinicians ? "" : value_text(row.scores.as_things_stand),
         of_clinicians ? "" : value_text(row.scores.if_all_open_items_done),
         of_clinicians ? "" : range_text(row.scores.as_things_stand),
         row.input.rules->threshold.to_fixed(2)});
  }
  return table;
}

std::string upload_text(const LastUpload& upload) {
  std::string text = fmt::format("{} of practice {}, received {}: ",
                                 intake::kind_name(static_cast<v1::RecordKind>(upload.kind)),
                                 upload.practice.value(), registry_time(upload.received_at));
  if (upload.refused) return text + "refused";
  if (upload.in_work) return text + "in work";
  return text + fmt::format("{} accepted, {} held, {} not used, {} known already", upload.accepted,
                            upload.held, upload.rejected, upload.duplicate);
}

std::string deadline_text(const FirstScreen& screen) {
  if (!screen.next_deadline) return "Next date: none is left\n";
  const NextDeadline& next = *screen.next_deadline;
  const Instant last = ledger::last_second(next.passes_at);
  return "Next date: " + next.title + ", " + both_times(last) + ", " +
         days_left_text(screen.as_of, last) + "\n";
}

std::string not_sent_text(const FirstScreen& screen) {
  std::string text =
      fmt::format("Will not be sent: {} of {}\n", screen.not_sent.size(), screen.clinicians);
  for (const NotSent& who : screen.not_sent) {
    text += "  " + who.tin + "  " + who.who + ": ";
    for (std::size_t i = 0; i < who.reasons.size(); ++i) {
      text += (i == 0 ? "" : ", ") + who.reasons[i];
    }
    if (who.nothing_open) text += ". Nothing will be sent by us";
    text += "\n";
  }
  return text;
}

// What an adjustment is, for those above and below the threshold.
std::string adjustment_notes(const std::vector<ScoreRow>& rows, Instant as_of) {
  constexpr std::int64_t kFull = 100;
  if (rows.empty()) return "";
  const scoring::ScoreInput& input = rows.front().input;
  const int payment_year = rows.front().year.value() + 2;
  const auto full = scoring::payment_adjustment(*input.rules, Decimal::from_integer(kFull), as_of);
  std::string text = fmt::format(
      "Adjustment: of Medicare Part B paid amounts for covered professional services in {}, if CMS "
      "reaches\nthe score as things stand and MIPS applies to the clinician at this TIN, and if "
      "nobody else reports.\n",
      payment_year);
  if (full.basis == scoring::AdjustmentBasis::kRange) {
    text += fmt::format(
        "Above the threshold it is positive or zero; CMS sets the size after the year. Past years "
        "at 100 points:\n{} % to {} %.\n",
        full.low.to_fixed(2), full.high.to_fixed(2));
  }
  return text;
}

std::string side_text(const char* name, const ScoreRow& row, const ledger::StandingScore& score,
                      const scoring::CauseRange& full) {
  const bool expected = row.applies != scoring::Known::kNo;
  std::string text =
      fmt::format("  {}: {}, range {}, {}{}\n", name, value_text(score), range_text(score),
                  expected ? "adjustment " : "", row_adjustment_text(row, score));
  for (const scoring::CauseRange& cause : score.causes) {
    text += fmt::format("    {} alone: {} to {}\n", unknown_words(cause.cause),
                        cause.low.to_fixed(2), cause.high.to_fixed(2));
  }
  if (full.low != score.summary.low || full.high != score.summary.high) {
    text += fmt::format(
        "    all of these together: {} to {}; the range above is without data that "
        "others send\n",
        full.low.to_fixed(2), full.high.to_fixed(2));
  }
  return text;
}

// The individual set of somebody whom the group's covers.
bool own_set_only(const ScoreRow& row) {
  return !row.group && row.reports_as == "both" && !row.will_be_sent && row.sent_with_group;
}

std::string sent_words(const ScoreRow& row) {
  if (row.sent_with_virtual_group) return "will be sent with the virtual group";
  if (own_set_only(row)) return "will be sent with the group; the individual set will not be sent";
  if (row.will_be_sent && row.sent_with_group && row.reports_as == "both") {
    return "will be sent, and with the group; CMS takes the higher score";
  }
  return row.will_be_sent ? "will be sent" : "will not be sent";
}

}  // namespace

std::string adjustment_text(const scoring::PaymentAdjustment& adjustment, scoring::Known applies) {
  if (applies == scoring::Known::kNo) return "no MIPS adjustment expected";
  if (adjustment.basis == scoring::AdjustmentBasis::kRange) return "positive or zero";
  const bool positive = adjustment.percent > Decimal();
  return (positive ? "+" : "") + adjustment.percent.to_fixed(2) + " %";
}

std::string adjustment_words(const scoring::PaymentAdjustment& adjustment, scoring::Known applies) {
  const bool none = applies == scoring::Known::kNo;
  return (none ? "" : "adjustment ") + adjustment_text(adjustment, applies);
}

std::string_view applies_text(scoring::Known applies) {
  switch (applies) {
    case scoring::Known::kYes:
      return "yes";
    case scoring::Known::kNo:
      return "no";
    case scoring::Known::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string score_table_csv(const std::vector<ScoreRow>& rows, Instant as_of) {
  return clinician_table(rows, as_of, true, true).to_csv();
}

std::string first_screen_text(const FirstScreen& screen, bool wide) {
  std::string text = banner_text(screen.as_of) + "\n";
  text += "Data through: " +
          (screen.data_through.empty() ? std::string("no cases yet") : screen.data_through) + "\n";
  if (screen.last_upload) text += "Last file: " + upload_text(*screen.last_upload) + "\n";
  text += deadline_text(screen);
  text += "\n" + not_sent_text(screen);
  text += "\nTo do\n" + to_do_text(to_do_list(screen.rows, screen.as_of), kToDoLinesMax);
  text += "\nTINs\n" + tin_table(screen.rows).to_text();
  text += "\nClinicians\n" + clinician_table(screen.rows, screen.as_of, wide, false).to_text();
  return text + "\n" + adjustment_notes(screen.rows, screen.as_of);
}

std::string readiness_text(const FirstScreen& screen) {
  std::string text = banner_text(screen.as_of) + "\n" + deadline_text(screen);
  for (const ScoreRow& row : screen.rows) {
    if (row.group && row.reports_as == "individual") continue;
    text += "\n" + row_text(row, screen.as_of);
  }
  return text;
}

std::string row_text(const ScoreRow& row, Instant as_of) {
  std::string text =
      fmt::format("{}  {}  {}: {}\n", row.tin, who_of(row), row.reports_as, sent_words(row));
  if (!row.displaced_by.empty()) {
    text += "  The score of virtual group " + row.displaced_by + " displaces this one.\n";
  }
  if (row.sent_as_group) text += "  The score is the group's.\n";
  if (row.sent_as_group && row.applies == scoring::Known::kNo) {
    text += "  The group's score does not adjust payments to this clinician.\n";
  }
  const bool nothing = row.scores.as_things_stand.sent == ledger::DataSent::kNothing;
  if (nothing && row.sent_with_virtual_group) {
    text += "  As things stand no set of its own will be sent.\n";
  } else if (nothing) {
    text += "  As things stand nothing will be sent by us: this is so if nobody else reports.\n";
  }
  text += side_text("As things stand", row, row.scores.as_things_stand,
                    row.scores.as_things_stand_with_others);
  text += side_text("If all open items are done", row, row.scores.if_all_open_items_done,
                    row.scores.if_all_open_items_done_with_others);
  text += receives_text(row);
  text += fmt::format("  Adjustment applies: {}\n", applies_text(row.applies));
  if (row.list_date.days() != 0) {
    text += "  Statuses: eligibility list of " + row.list_date.to_string() + "\n";
  }
  for (const ledger::Block& block : row.readiness.blocks) {
    text +=
        (own_set_only(row) ? "  blocks the individual set: " : "  blocks: ") + block_words(block);
    if (!block.closed && block.limit.ends != ledger::kNoEnd) {
      text += ", until " + registry_time(ledger::last_second(block.limit.ends));
    }
    text += "\n";
  }
  for (const ledger::Block& block : row.readiness.withheld) {
    if (row.readiness.blocked_by(block.reason)) continue;  // said of the whole set
    text += "  stays here: " + withheld_words(block) + "\n";
  }
  for (const ledger::PointCost& cost : row.readiness.costs) {
    text += "  costs points: " + cost_words(cost);
    if (cost.points_at_most > Decimal()) {
      text += fmt::format(", {} at most", cost.points_at_most.to_fixed(2));
    }
    if (cost.limit.ends > as_of && cost.limit.ends != ledger::kNoEnd) {
      text += ", until " + registry_time(ledger::last_second(cost.limit.ends));
    }
    text += "\n";
  }
  for (const ledger::MeasureForecast& forecast : row.readiness.forecasts) {
    const std::string words = forecast_words(forecast);
    if (!words.empty()) text += "  " + words + "\n";
  }
  for (const ledger::Advice& advice : row.readiness.advice) {
    text += "  advice: " + advice_words(advice.kind) + "\n";
  }
  text += first_missing_text(row.readiness, as_of);
  if (const auto next = do_next(row, as_of)) text += "  do next: " + next->text + "\n";
  return text;
}

}  // namespace qcdr

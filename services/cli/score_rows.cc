#include "cli/score_rows.h"

#include <algorithm>
#include <map>

#include "cli/score_receives.h"
#include "cli/text_table.h"
#include "core/zone.h"

namespace qcdr {
namespace {

std::string_view type_name(ledger::Clinician type) {
  switch (type) {
    case ledger::Clinician::kPhysician:
      return "physician";
    case ledger::Clinician::kCrna:
      return "CRNA";
    case ledger::Clinician::kCaa:
      return "CAA";
    case ledger::Clinician::kPhysicianAssistant:
      return "PA";
    case ledger::Clinician::kNursePractitioner:
      return "NP";
    case ledger::Clinician::kOther:
      return "other";
    case ledger::Clinician::kUnspecified:
      return "unknown";
  }
  return "unknown";
}

constexpr std::uint8_t kLevelIndividual = 1;
constexpr std::uint8_t kLevelGroup = 2;
constexpr std::uint8_t kLevelBoth = 3;

std::string level_name(std::uint8_t level) {
  switch (level) {
    case kLevelIndividual:
      return "individual";
    case kLevelGroup:
      return "group";
    case kLevelBoth:
      return "both";
    default:
      return "none";
  }
}

// A consent matters only for the way in which the TIN reports; without an election both do.
std::string consent_text(const ledger::Consent& consent, const ledger::ReportingOptionFact& option,
                         bool group, Instant as_of) {
  const std::uint8_t other = group ? kLevelIndividual : kLevelGroup;
  if (option.in_force.level == other) return "not applicable";
  const Zone zone = rulebook::Rulebook::built_in().registry().zone;
  const LocalDate day = local_date(zone, as_of);
  if (consent.state == ledger::ConsentState::kOnTime && !consent.scope.holds_on(day)) {
    return day < consent.scope.from ? "not yet" : "expired";
  }
  return std::string(ledger::consent_state_name(consent.state));
}

// Sorts by the digits that are shown, then by practice and order of first sight, so that the order
// does not hang on keys. A TIN that several practices report is one TIN: its first place counts.
struct RowOrder {
  std::string tin;
  std::string token;  // which TIN it is
  std::uint32_t practice;
  std::uint32_t tin_ordinal;
  auto place() const { return std::pair(practice, tin_ordinal); }
};

std::string name_of(const ledger::PairRow& pair, std::uint32_t* unnamed) {
  if (!pair.last_name.empty()) return pair.last_name + ", " + pair.first_name;
  return "(not on the roster " + std::to_string(++*unnamed) + ")";
}

ShownScores shown_scores(const ledger::EntityStanding& standing) {
  const auto with_others = [&](const ledger::StandingScore& score) {
    return scoring::range_with_data_of_others(
        ledger::input_of(standing.input, score, standing.data.held));
  };
  const ledger::TwoScores& scores = standing.scores;
  return {scores, with_others(scores.as_things_stand), with_others(scores.if_all_open_items_done)};
}

void show(ledger::EntityStanding standing, ScoreRow* row) {
  row->scores = shown_scores(standing);
  row->cases_counted = standing.data.facts.cases_counted;
  row->cases_held = standing.data.facts.cases_held;
  row->held = std::move(standing.data.held);
  row->input = standing.input;
  row->summary = standing.accepted;
  row->will_be_sent = standing.readiness.will_be_sent();
  row->readiness = std::move(standing.readiness);
  row->applies = row->summary.adjustment.applies;
  row->list_date = standing.list_date;
}

// The score that will be sent of a row, if any.
void add_held(const ShownScores& scores, scoring::ScoreLevel level,
              std::vector<scoring::LevelScore>* held) {
  const ledger::StandingScore& score = scores.as_things_stand;
  if (score.sent != ledger::DataSent::kNothing) held->push_back({level, score.summary.final_score});
}

// The group's, with what is the clinician's own: who is asked for what, and whether it applies.
void show_group_of(const ScoreRow& group, std::uint8_t level, ScoreRow* row) {
  row->sent_with_group = group.will_be_sent;
  if (level == kLevelGroup) {
    row->sent_as_group = true;
    row->will_be_sent = group.will_be_sent;
    row->readiness.blocks = group.readiness.blocks;
    row->readiness.withheld = group.readiness.withheld;
    row->readiness.costs = group.readiness.costs;
    row->scores = group.scores;
    return;
  }
  const auto higher = [](const ledger::StandingScore& own, const ledger::StandingScore& other) {
    return other.sent != ledger::DataSent::kNothing &&
           (own.sent == ledger::DataSent::kNothing ||
            other.summary.final_score > own.summary.final_score);
  };
  if (higher(row->scores.as_things_stand, group.scores.as_things_stand)) {
    row->scores.as_things_stand = group.scores.as_things_stand;
    row->scores.as_things_stand_with_others = group.scores.as_things_stand_with_others;
    row->sent_as_group = true;
  }
  if (higher(row->scores.if_all_open_items_done, group.scores.if_all_open_items_done)) {
    row->scores.if_all_open_items_done = group.scores.if_all_open_items_done;
    row->scores.if_all_open_items_done_with_others =
        group.scores.if_all_open_items_done_with_others;
  }
}

Result<bool> shows_group(const ledger::PracticeLedger& practice, const ledger::TinRow& tin) {
  QCDR_ASSIGN_OR_RETURN(const auto claim, practice.claim(tin));
  return !claim || claim->shown_by(practice.id().practice);
}

// The virtual group that a TIN belongs to, and whether its set will be sent.
struct Displacing {
  std::string number;
  bool will_be_sent = false;
  std::vector<scoring::LevelScore> scores;  // none, or the virtual group's own
};
using DisplacedTins = std::map<std::uint32_t, Displacing>;  // by ordinal

Status add_virtual_groups(ledger::PracticeLedger& practice, ledger::StandingReader& reader,
                          DisplacedTins* displaced, std::vector<ScoreRow>* rows) {
  QCDR_ASSIGN_OR_RETURN(const auto groups, practice.virtual_groups());
  for (const ledger::PracticeLedger::VirtualGroup& group : groups) {
    ScoreRow row;
    row.practice = practice.id().practice;
    row.year = practice.id().year;
    row.tin = group.number + "\x1f" + group.entity.to_hex() + "\x1f" + "0";
    row.reports_as = "virtualGroup";
    row.virtual_group = group.number;
    row.group = true;
    row.consent = "not applicable";
    row.entity_id = group.entity.to_hex();
    QCDR_ASSIGN_OR_RETURN(auto standing, reader.virtual_group(group));
    show(std::move(standing), &row);
    for (const std::uint32_t ordinal : group.tins) {
      Displacing displacing{group.number, row.will_be_sent, {}};
      add_held(row.scores, scoring::ScoreLevel::kVirtualGroup, &displacing.scores);
      displaced->try_emplace(ordinal, std::move(displacing));
    }
    // Who has neither roster nor cases under a member TIN has no part in it, and is told nothing.
    QCDR_ASSIGN_OR_RETURN(const auto part, practice.contribution(group));
    if (!part) continue;
    QCDR_ASSIGN_OR_RETURN(const auto claim, practice.claim(group));
    if (!claim || claim->shown_by(row.practice)) rows->push_back(std::move(row));
  }
  return Status::ok();
}

Status add_tin(ledger::PracticeLedger& practice, const ledger::TinRow& tin,
               ledger::StandingReader& reader, const DisplacedTins& displaced,
               std::vector<ScoreRow>* rows) {
  QCDR_ASSIGN_OR_RETURN(const auto option, practice.reporting_option(tin));
  const std::uint8_t level = option.in_force.level;
  const Instant as_of = reader.facts().practice().as_of;
  ScoreRow base;
  base.practice = practice.id().practice;
  base.year = practice.id().year;
  base.tin =
      "*****" + tin.last_four + "\x1f" + tin.token.to_hex() + "\x1f" + std::to_string(tin.ordinal);
  base.reports_as = level_name(level);
  if (const auto found = displaced.find(tin.ordinal); found != displaced.end()) {
    base.displaced_by = found->second.number;
    base.sent_with_virtual_group = found->second.will_be_sent;
  }

  ScoreRow group = base;
  group.group = true;
  QCDR_ASSIGN_OR_RETURN(const auto officer, practice.officer_consent(tin));
  group.consent = consent_text(officer, option, true, as_of);
  group.entity_id = tin.group_entity.to_hex();
  QCDR_ASSIGN_OR_RETURN(auto group_standing, reader.group(tin));
  show(std::move(group_standing), &group);
  QCDR_ASSIGN_OR_RETURN(group.activities, practice.activities(tin));
  QCDR_ASSIGN_OR_RETURN(auto group_report, practice.interoperability(tin));
  group.interoperability = std::move(group_report.in_force);
  QCDR_ASSIGN_OR_RETURN(const bool shown, shows_group(practice, tin));
  if (shown) rows->push_back(group);

  std::uint32_t unnamed = 0;
  for (const ledger::PairRow& pair : practice.pairs().pairs()) {
    if (pair.tin != tin.ordinal || !pair.reports_individually()) continue;
    if (!pair.listed) {  // who is neither on the roster nor on a case is nobody of this TIN
      QCDR_ASSIGN_OR_RETURN(const auto* own, practice.individual_counts(pair));
      if (own->empty()) continue;
    }
    ScoreRow row = base;
    row.clinician = name_of(pair, &unnamed);
    row.clinician_type = type_name(pair.known_type());
    QCDR_ASSIGN_OR_RETURN(const auto consent, practice.individual_consent(pair));
    row.consent = consent_text(consent, option, false, as_of);
    row.entity_id = pair.entity.to_hex();
    QCDR_ASSIGN_OR_RETURN(auto standing, reader.individual(pair));
    show(std::move(standing), &row);
    QCDR_ASSIGN_OR_RETURN(row.activities, practice.activities(pair));
    QCDR_ASSIGN_OR_RETURN(auto report, practice.interoperability(pair));
    row.interoperability = std::move(report.in_force);
    if (level != kLevelGroup) {
      add_held(row.scores, scoring::ScoreLevel::kIndividual, &row.held_scores);
    }
    if (ledger::covers_group(level)) {
      add_held(group.scores, scoring::ScoreLevel::kGroup, &row.held_scores);
      show_group_of(group, level, &row);
    }
    if (const auto found = displaced.find(tin.ordinal); found != displaced.end()) {
      const auto& of_virtual_group = found->second.scores;
      row.held_scores.insert(row.held_scores.end(), of_virtual_group.begin(),
                             of_virtual_group.end());
    }
    choose_received(&row);
    rows->push_back(std::move(row));
  }
  return Status::ok();
}

// "*****6789" plus the token and the ordinal that add_tin() put behind it.
RowOrder order_of(const ScoreRow& row) {
  const std::size_t first = row.tin.find('\x1f');
  const std::size_t second = row.tin.find('\x1f', first + 1);
  return {row.tin.substr(0, first), row.tin.substr(first + 1, second - first - 1),
          row.practice.value(), static_cast<std::uint32_t>(std::stoul(row.tin.substr(second + 1)))};
}

}  // namespace

Status add_practice_rows(ledger::PracticeLedger& practice, Instant as_of,
                         std::vector<ScoreRow>* rows) {
  ledger::StandingReader reader(practice, as_of);
  DisplacedTins displaced;
  QCDR_RETURN_IF_ERROR(add_virtual_groups(practice, reader, &displaced, rows));
  for (const ledger::TinRow& tin : practice.pairs().tins()) {
    QCDR_RETURN_IF_ERROR(add_tin(practice, tin, reader, displaced, rows));
  }
  return Status::ok();
}

Status add_score_rows(ledger::Ledger& ledger, Instant as_of, std::vector<ScoreRow>* rows) {
  QCDR_ASSIGN_OR_RETURN(const auto ids, ledger.practice_years());
  for (const ledger::PracticeYear id : ids) {
    QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, ledger.find(id));
    QCDR_RETURN_IF_ERROR(add_practice_rows(*practice, as_of, rows));
  }
  return Status::ok();
}

void finish_score_rows(std::vector<ScoreRow>* rows) {
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  std::map<std::string, std::map<std::string, Place>> first_places;  // by digits, then token
  std::vector<std::pair<RowOrder, ScoreRow>> ordered;
  for (ScoreRow& row : *rows) {
    RowOrder order = order_of(row);
    const auto known = first_places[order.tin].try_emplace(order.token, order.place()).first;
    known->second = std::min(known->second, Place(order.place()));
    ordered.emplace_back(std::move(order), std::move(row));
  }
  std::stable_sort(ordered.begin(), ordered.end(), [&](const auto& a, const auto& b) {
    const auto key = [&](const auto& entry) {
      return std::tuple(entry.first.tin, first_places[entry.first.tin][entry.first.token],
                        entry.first.place(), !entry.second.group, entry.second.clinician);
    };
    return key(a) < key(b);
  });
  rows->clear();
  for (auto& [order, row] : ordered) {
    const auto& same = first_places[order.tin];
    row.tin = order.tin;
    if (same.size() > 1) {
      const Place own = same.at(order.token);
      const auto before = std::count_if(same.begin(), same.end(),
                                        [&](const auto& other) { return other.second < own; });
      row.tin += "-" + std::to_string(before + 1);
    }
    rows->push_back(std::move(row));
  }
}

std::string who_of(const ScoreRow& row) {
  if (!row.virtual_group.empty()) return "(virtual group)";
  return row.group ? "(group)" : row.clinician;
}

std::string_view level_of(const ScoreRow& row) {
  if (!row.virtual_group.empty()) return "virtualGroup";
  return row.group ? "group" : "individual";
}

bool is_sent(const ScoreRow& row) {
  if (row.group) return row.will_be_sent;
  return row.will_be_sent || row.sent_with_group || row.sent_with_virtual_group;
}

}  // namespace qcdr

// Counts by quarter, out of every case of the year; sums of state have no dates.
#include <algorithm>

#include "registry/feedback.h"

namespace qcdr::registry {
namespace {

using ledger::PracticeLedger;

constexpr unsigned kOutcomeBits = 3;
constexpr int kQuarters = 4;
constexpr int kMonthsOfQuarter = 3;

void add_outcomes(const ledger::Contribution& contribution, Participant* participant) {
  ++participant->cases;
  for (const std::uint8_t each : contribution.outcome_span()) {
    Cells& cells = participant->measures[static_cast<std::size_t>(each >> kOutcomeBits)];
    switch (static_cast<ledger::StoredOutcome>(each & ((1U << kOutcomeBits) - 1U))) {
      case ledger::StoredOutcome::kMet:
        ++cells.met;
        break;
      case ledger::StoredOutcome::kNotMet:
        ++cells.not_met;
        break;
      case ledger::StoredOutcome::kException:
        ++cells.exception;
        break;
      case ledger::StoredOutcome::kNotReported:
        ++cells.not_reported;
        break;
    }
  }
}

// Level, then id: groups after clinicians.
using Participants = std::map<std::pair<bool, EntityId>, Participant>;

class Counter {
 public:
  Counter(LocalDate first, LocalDate last, Participants* participants)
      : first_(first), last_(last), participants_(*participants) {}

  Status count(PracticeLedger& practice) {
    const ledger::PairTable& pairs = practice.pairs();
    QCDR_RETURN_IF_ERROR(practice.for_each_case([&](const ledger::CaseEntry& entry) {
      if (!entry.counting) return Status::ok();
      const LocalDate date =
          LocalDate::from_days(practice.rules().first_day.days() + entry.counting->day);
      if (date < first_ || last_ < date) return Status::ok();
      const Credited whom = credited(practice, *entry.counting);
      for (const std::uint32_t ordinal : whom.pairs) {
        const ledger::PairRow& pair = pairs.pair(ordinal);
        if (!pair.reports_individually()) continue;
        Participant& each = of(practice, pair.entity, false, pairs.tins()[pair.tin]);
        if (!pair.last_name.empty()) each.clinician = pair.last_name + ", " + pair.first_name;
        add_outcomes(*entry.counting, &each);
      }
      for (const std::uint32_t ordinal : whom.tins) {
        const ledger::TinRow& tin = pairs.tins()[ordinal];
        add_outcomes(*entry.counting, &of(practice, tin.group_entity, true, tin));
      }
      return Status::ok();
    }));
    return add_activities(practice);
  }

 private:
  // Of those who have cases in these days.
  Status add_activities(PracticeLedger& practice) {
    const ledger::PairTable& pairs = practice.pairs();
    for (const ledger::PairRow& pair : pairs.pairs()) {
      const auto found = participants_.find({false, pair.entity});
      if (found == participants_.end()) continue;
      QCDR_ASSIGN_OR_RETURN(const auto attested, practice.activities(pair));
      add(practice, attested, &found->second);
    }
    for (const ledger::TinRow& tin : pairs.tins()) {
      const auto found = participants_.find({true, tin.group_entity});
      if (found == participants_.end()) continue;
      QCDR_ASSIGN_OR_RETURN(const auto attested, practice.activities(tin));
      add(practice, attested, &found->second);
    }
    return Status::ok();
  }

  // Two practices may attest the same one for a TIN that they share.
  static void add(const PracticeLedger& practice, const std::vector<ledger::Activity>& attested,
                  Participant* participant) {
    std::vector<AttestedActivity>& all = participant->activities;
    for (const ledger::Activity& each : attested) {
      if (each.held) continue;
      const bool known = std::any_of(all.begin(), all.end(), [&](const AttestedActivity& other) {
        return other.activity_id == each.activity_id;
      });
      if (known) continue;
      const rulebook::Activity* rule = practice.rules().year->find_activity(each.activity_id);
      all.push_back({each.activity_id, rule != nullptr ? rule->title : std::string(), each.from,
                     each.to, each.numerator, each.denominator});
    }
    std::sort(all.begin(), all.end(), [](const AttestedActivity& a, const AttestedActivity& b) {
      return a.activity_id < b.activity_id;
    });
  }

  Participant& of(PracticeLedger& practice, const EntityId& entity, bool group,
                  const ledger::TinRow& tin) {
    Participant& each = participants_[{group, entity}];
    if (each.measures.empty()) {
      each.entity = entity;
      each.group = group;
      each.tin_masked = "*****" + tin.last_four;
      each.measures.resize(practice.rules().year->specifications().size());
    }
    const PracticeId id = practice.id().practice;
    if (each.practices.empty() || each.practices.back() != id) each.practices.push_back(id);
    return each;
  }

  const LocalDate first_;
  const LocalDate last_;
  Participants& participants_;
};

}  // namespace

LocalDate Quarter::first() const {
  return LocalDate::from_civil(year, (number - 1) * kMonthsOfQuarter + 1, 1).value();
}

LocalDate Quarter::last() const {
  const LocalDate next = number == kQuarters ? LocalDate::from_civil(year + 1, 1, 1).value()
                                             : Quarter{year, number + 1}.first();
  return LocalDate::from_days(next.days() - 1);
}

std::string Quarter::text() const {
  return std::to_string(year) + "Q" + std::to_string(number);
}

Result<Quarter> parse_quarter(std::string_view text) {
  Quarter quarter;
  bool right = text.size() == 6 && text[4] == 'Q' && text[5] >= '1' && text[5] <= '4';
  for (std::size_t i = 0; right && i < 4; ++i) {
    right = text[i] >= '0' && text[i] <= '9';
    quarter.year = quarter.year * 10 + (text[i] - '0');
  }
  if (!right) return Status(ErrorCode::kInvalidArgument, "a quarter is written like 2022Q3");
  quarter.number = text[5] - '0';
  return quarter;
}

Result<std::vector<Participant>> read_participants(const Ledgers& ledgers, PerformanceYear year,
                                                   LocalDate first, LocalDate last) {
  Participants participants;
  Counter counter(first, last, &participants);
  QCDR_RETURN_IF_ERROR(for_each_practice(
      ledgers, year, [&](PracticeLedger& practice) { return counter.count(practice); }));
  std::vector<Participant> all;
  all.reserve(participants.size());
  for (auto& entry : participants) all.push_back(std::move(entry.second));
  return all;
}

}  // namespace qcdr::registry

#include "batch_categories.h"

#include <algorithm>

#include "core/bytes.h"
#include "rulebook/parameter_names.h"

namespace qcdr::batch {
namespace {

namespace names = rulebook::names;
using rulebook::InteroperabilityMeasure;
using rulebook::InteroperabilityRole;
using rulebook::YearRules;

constexpr std::int64_t kUnits = 10'000;

std::int64_t whole(const YearRules& rules, std::string_view name) {
  return rules.parameter(name).value.raw() / Decimal::kOne;
}

// All lists of an entity together: what was found once stays, the last list decides the rest.
struct Lists {
  std::set<int> yes;
  std::optional<std::int64_t> bonus;
};

Lists lists_of(const Season& season, const std::string& entity) {
  Lists lists;
  for (const auto& [subject, version] : season.all_in_force(kEligibility, entity)) {
    const v1::EligibilitySnapshot& fact = version->row.eligibility_snapshot();
    for (const v1::SpecialStatus& status : fact.special_statuses()) {
      if (status.value()) lists.yes.insert(status.kind());
    }
    if (fact.has_complex_patient_bonus()) lists.bonus = fact.complex_patient_bonus();
  }
  return lists;
}

// Nothing known of small practice: neither yes nor no on any list.
bool says_size(const Season& season, const std::string& entity) {
  for (const auto& [subject, version] : season.all_in_force(kEligibility, entity)) {
    for (const v1::SpecialStatus& status : version->row.eligibility_snapshot().special_statuses()) {
      if (status.kind() == v1::SpecialStatus::KIND_SMALL_PRACTICE) return true;
    }
  }
  return false;
}

std::string category_name(int category) {
  switch (category) {
    case v1::CATEGORY_QUALITY:
      return "quality";
    case v1::CATEGORY_COST:
      return "cost";
    case v1::CATEGORY_IMPROVEMENT_ACTIVITIES:
      return "ia";
    case v1::CATEGORY_PROMOTING_INTEROPERABILITY:
      return "pi";
    default:
      return {};
  }
}

void add_activities(const Season& season, const std::string& entity, Circumstances* all) {
  const YearRules& rules = *season.rules;
  const std::int64_t full = whole(rules, names::kActivitiesFullCredit);
  std::set<std::string> attested;
  for (const auto& [subject, version] : season.all_in_force(kActivity, entity)) {
    attested.insert(version->row.activity_attestation().activity_id());
  }
  if (const auto claim = season.claims.find(entity); claim != season.claims.end()) {
    attested.insert(claim->second.other_activities().begin(),
                    claim->second.other_activities().end());
  }
  std::int64_t points = 0;
  for (const std::string& id : attested) {
    const rulebook::Activity* activity = rules.find_activity(id);
    if (activity == nullptr) continue;
    all->activities_submitted = true;
    if (activity->weight == rulebook::ActivityWeight::kFull) {
      points += full;
      continue;
    }
    const bool high = activity->weight == rulebook::ActivityWeight::kHigh;
    const bool counted = activity->weight == rulebook::ActivityWeight::kCounted;
    const std::int64_t own = whole(rules, counted ? names::kActivityPointsEach
                                          : high  ? names::kActivityPointsHigh
                                                  : names::kActivityPointsMedium);
    points +=
        own * (all->activities_count_more ? whole(rules, names::kActivitySpecialStatusFactor) : 1);
  }
  all->activities_percent = std::min(points, full) * 100 * kUnits / full;
  if (all->app) {  // nobody has to attest anything there
    all->activities_percent =
        std::max(all->activities_percent, whole(rules, names::kAppActivitiesPercent) * kUnits);
  }
}

std::optional<Reported> combined(const YearRules& rules, const rulebook::Measure& measure,
                                 const v1::MeasureResult& fact) {
  std::vector<Reported> strata;
  for (const v1::StratumCount& stratum : fact.strata()) {
    const bool single = fact.strata_size() == 1 && stratum.stratum().empty();
    const bool known = std::find(measure.strata.begin(), measure.strata.end(), stratum.stratum()) !=
                       measure.strata.end();
    if (!single && !known) return std::nullopt;
    if (!single && measure.overall_algorithm == "overallStratumOnly" &&
        stratum.stratum() != "overall") {
      continue;
    }
    Reported counts;
    counts.eligible = stratum.eligible_population();
    counts.met = stratum.performance_met();
    counts.not_met = stratum.performance_not_met();
    counts.exception = stratum.exceptions();
    strata.push_back(counts);
  }
  Reported all;
  all.measure = &measure;
  std::int64_t largest = 0;
  for (const Reported& stratum : strata) {
    all.eligible += stratum.eligible;
    all.met += stratum.met;
    all.not_met += stratum.not_met;
    all.exception += stratum.exception;
    largest = std::max(largest, stratum.eligible);
  }
  all.cases = all.eligible;
  if (measure.overall_algorithm == "simpleAverage" && fact.strata_size() > 1) {
    all.cases = largest;
    all.mean_rate = mean_of(rules, strata);
  }
  return all;
}

std::optional<std::string> collection_of(const std::string& said) {
  if (said.empty() || said == "registry") return "registry";
  if (said == "ehr" || said == "electronicHealthRecord") return "electronicHealthRecord";
  if (said == "claims") return "claims";
  return std::nullopt;
}

void add_results(const Season& season, const std::string& entity, Circumstances* all) {
  for (const auto& [subject, version] : season.all_in_force(kMeasureResult, entity)) {
    const v1::MeasureResult& fact = version->row.measure_result();
    const rulebook::Measure* measure = season.rules->find_measure(fact.measure_id());
    const auto collection = collection_of(fact.collection_type());
    if (measure == nullptr || !collection || fact.strata_size() == 0) continue;
    const std::vector<std::string>& vendors = measure->allowed_vendors;
    const std::string& ours = season.rules->registry().vendor;
    if (!vendors.empty() && std::find(vendors.begin(), vendors.end(), ours) == vendors.end()) {
      continue;  // this registry may not report it
    }
    auto counts = combined(*season.rules, *measure, fact);
    if (!counts) continue;
    counts->collection = *collection;
    all->results.push_back(std::move(*counts));
  }
}

// One row of a report, as it is answered.
struct Answer {
  bool given = false;  // reported, so that it is scored
  bool satisfied = false;
  bool excluded = false;
  bool yes = false;
  bool heard = false;
  bool credited = false;  // by an exclusion that is accepted
  bool engaged = false;
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
  std::int64_t available = 0;  // ten-thousandths
};

// What a report comes to. The rows that exclusions give credit, choices and levels of engagement
// are those of the years that have them.
class Report {
 public:
  Report(const YearRules& rules, const v1::PromotingInteroperability& report)
      : rules_(rules), report_(report) {
    for (const InteroperabilityMeasure& measure : table()) {
      answers_[measure.id].available = units(measure);
      if (measure.role == InteroperabilityRole::kEngagement) asks_level_.insert(measure.engages);
    }
    for (const v1::InteroperabilityMeasure& row : report.measures()) {
      const InteroperabilityMeasure* measure =
          rules.find_interoperability_measure(row.measure_id());
      if (measure != nullptr) answer(*measure, row);
    }
    for (const InteroperabilityMeasure& measure : table()) {
      const bool said = at(measure.id).yes;
      if (measure.role == InteroperabilityRole::kEngagement && said) {
        answers_[measure.engages].engaged = true;
      }
      if (measure.role == InteroperabilityRole::kExclusion && at(measure.id).satisfied) {
        for (const std::string& id : measure.excludes) exclude(id);
      }
    }
    choose_ways();
  }

  // 414.1375(b): technology, attestations, every required row, enough registries and their levels.
  bool is_whole() const {
    if (report_.cehrt_id().empty()) return false;
    for (const InteroperabilityMeasure& measure : table()) {
      const Answer& row = at(measure.id);
      if (measure.role == InteroperabilityRole::kAttestation && !row.satisfied) return false;
      if (measure.role != InteroperabilityRole::kRequired) continue;
      if (!measure.alternative.empty()) {
        if (ways_.count(measure.objective) == 0) return false;
        continue;
      }
      if (row.given ? !row.satisfied : !row.excluded) return false;
    }
    for (const InteroperabilityMeasure& measure : table()) {
      if (takes_points(measure) && lacks_level(measure)) return false;
    }
    return has_enough_registries();
  }

  std::int64_t percent() {
    if (!is_whole() || !is_long_enough()) return 0;
    for (const InteroperabilityMeasure& measure : table()) {
      if (measure.role == InteroperabilityRole::kRequired && at(measure.id).excluded &&
          !is_aside(measure)) {
        pass_points_on(measure, units(measure));
      }
    }
    std::int64_t points = points_of_choice();
    std::set<std::string> objectives_with_bonus;
    for (const InteroperabilityMeasure& measure : table()) {
      const Answer& row = at(measure.id);
      if (takes_points(measure)) points += earned(measure);
      if (measure.role == InteroperabilityRole::kBonus && row.satisfied && !lacks_level(measure) &&
          objectives_with_bonus.insert(measure.objective).second) {
        points += row.available;
      }
    }
    const std::int64_t most = whole(rules_, names::kInteroperabilityMaximumPoints);
    return std::min(points, most * kUnits) * 100 / most;
  }

 private:
  const std::vector<InteroperabilityMeasure>& table() const {
    return rules_.interoperability_measures();
  }
  const Answer& at(const std::string& id) const { return answers_.at(id); }

  void answer(const InteroperabilityMeasure& measure, const v1::InteroperabilityMeasure& row) {
    Answer& said = answers_[measure.id];
    if (said.heard) return;  // a row is answered once
    said.heard = true;
    said.yes = row.attested();
    said.numerator = row.ratio().numerator();
    said.denominator = row.ratio().denominator();
    // "No" is an answer only to an attestation, and where it satisfies.
    said.given = measure.ratio || said.yes || measure.no_accepted ||
                 measure.role == InteroperabilityRole::kAttestation;
    said.satisfied = measure.ratio ? said.numerator >= 1 && said.denominator >= said.numerator
                                   : said.yes || measure.no_accepted;
  }

  // Of a suppressed row an exclusion has the credit.
  void exclude(const std::string& id) {
    Answer& row = answers_[id];
    if (row.given) return;
    if (rules_.find_interoperability_measure(id)->exclusion_accepted) {
      row.given = row.satisfied = row.credited = true;
    } else {
      row.excluded = true;
    }
  }

  bool lacks_level(const InteroperabilityMeasure& measure) const {
    return asks_level_.contains(measure.id) && !measure.exclusion_accepted &&
           !at(measure.id).engaged;
  }

  static std::int64_t units(const InteroperabilityMeasure& measure) {
    return measure.points.raw() / (Decimal::kOne / kUnits);
  }

  // Some objectives can be met in several ways: all rows of one way, each reported or excluded.
  // A way that is a plain yes comes before one that is counted, that before one all excluded.
  void choose_ways() {
    std::map<std::pair<std::string, std::string>, int> worth;  // 0 is not whole
    for (const InteroperabilityMeasure& measure : table()) {
      if (measure.alternative.empty()) continue;
      const Answer& row = at(measure.id);
      const int own = row.given ? (row.satisfied ? (measure.ratio ? 2 : 3) : 0) : row.excluded;
      const auto added = worth.emplace(std::pair(measure.objective, measure.alternative), own);
      int& of_way = added.first->second;
      of_way = own == 0 || of_way == 0 ? 0 : std::max(own, of_way);
    }
    std::map<std::string, int> best;
    // In the order of the table, because the first of equal ways is taken.
    for (const InteroperabilityMeasure& measure : table()) {
      if (measure.alternative.empty()) continue;
      const int of_way = worth.at({measure.objective, measure.alternative});
      if (of_way <= best[measure.objective]) continue;
      best[measure.objective] = of_way;
      ways_[measure.objective] = measure.alternative;
    }
  }

  // Of a way that is not taken.
  bool is_aside(const InteroperabilityMeasure& measure) const {
    const auto way = ways_.find(measure.objective);
    return !measure.alternative.empty() &&
           (way == ways_.end() || way->second != measure.alternative);
  }

  bool takes_points(const InteroperabilityMeasure& measure) const {
    return measure.role == InteroperabilityRole::kRequired && at(measure.id).given &&
           !is_aside(measure);
  }

  bool is_long_enough() const {
    if (report_.performed_from() == 0 || report_.performed_to() == 0) return false;
    const std::int64_t days = std::int64_t{report_.performed_to()} - report_.performed_from() + 1;
    return days >= whole(rules_, names::kInteroperabilityPeriodDays);
  }

  std::int64_t registries_needed() const {
    const auto* needed = rules_.find_parameter(names::kInteroperabilityRegistries);
    return needed == nullptr ? 0 : needed->value.raw() / Decimal::kOne;
  }

  bool has_enough_registries() const {
    std::int64_t registries = 0;
    bool each_done = true;
    for (const InteroperabilityMeasure& measure : table()) {
      if (measure.role != InteroperabilityRole::kChoice) continue;
      const Answer& row = at(measure.id);
      if (row.given) registries += measure.registries;
      if (row.excluded) ++registries;
      each_done = each_done && (row.given ? row.satisfied : row.excluded);
    }
    return each_done || registries >= registries_needed();
  }

  // As many registries as are needed, in the order of the table, share the points of all of them.
  std::int64_t points_of_choice() {
    const InteroperabilityMeasure* first = nullptr;
    std::int64_t registries = 0;
    bool any = false;
    for (const InteroperabilityMeasure& measure : table()) {
      if (measure.role != InteroperabilityRole::kChoice) continue;
      if (first == nullptr) first = &measure;
      if (at(measure.id).given && registries < registries_needed()) {
        registries += measure.registries;
        any = true;
      }
    }
    if (first == nullptr) return 0;
    const std::int64_t total = units(*first) / first->registries * registries_needed();
    if (any) return total;
    pass_points_on(*first, total);
    return 0;
  }

  void pass_points_on(const InteroperabilityMeasure& measure, std::int64_t points) {
    for (const std::vector<std::string>& group : measure.redistribution) {
      std::vector<std::string> takers;
      for (const std::string& id : group) {
        const auto* taker = rules_.find_interoperability_measure(id);
        if (takes_points(*taker)) takers.push_back(id);
      }
      if (takers.empty()) continue;
      for (const std::string& id : takers) {
        answers_[id].available += points / static_cast<std::int64_t>(takers.size());
      }
      return;
    }
  }

  // Whole points, half up.
  std::int64_t earned(const InteroperabilityMeasure& measure) const {
    const Answer& row = at(measure.id);
    if (!measure.ratio || row.credited) return row.available;
    const std::int64_t exact = row.available * row.numerator;
    const std::int64_t rounded =
        (2 * exact + row.denominator * kUnits) / (2 * row.denominator * kUnits);
    return std::max(rounded, whole(rules_, names::kInteroperabilityMeasureMinimum)) * kUnits;
  }

  const YearRules& rules_;
  const v1::PromotingInteroperability& report_;
  std::map<std::string, Answer> answers_;
  std::map<std::string, std::string> ways_;  // by objective, the one that is taken
  std::set<std::string> asks_level_;
};

}  // namespace

std::optional<std::int64_t> mean_of(const YearRules& rules, const std::vector<Reported>& strata) {
  std::int64_t sum = 0;
  std::int64_t rates = 0;
  for (const Reported& stratum : strata) {
    const std::int64_t compared = stratum.met + stratum.not_met;
    if (compared == 0) continue;
    __extension__ using Wide = __int128;
    sum += static_cast<std::int64_t>((Wide{stratum.met} * 200 * Decimal::kOne + compared) /
                                     (2 * Wide{compared}));
    ++rates;
  }
  if (rates == 0) return std::nullopt;
  std::int64_t unit = Decimal::kOne;
  for (std::int64_t digits = whole(rules, names::kRateDecimals); digits > 0; --digits) unit /= 10;
  const std::int64_t mean = (2 * sum + rates) / (2 * rates);
  return (mean + unit / 2) / unit * unit;
}

std::int64_t interoperability_percent(const YearRules& rules,
                                      const v1::PromotingInteroperability& report) {
  return Report(rules, report).percent();
}

Circumstances circumstances_of(const Season& season, const TinToken& tin, const EntityId& id) {
  const YearRules& rules = *season.rules;
  const std::string entity(id.bytes());
  const std::string group(season.entity(tin).bytes());
  Lists lists = lists_of(season, entity);
  if (!says_size(season, entity) &&
      lists_of(season, group).yes.contains(v1::SpecialStatus::KIND_SMALL_PRACTICE)) {
    lists.yes.insert(v1::SpecialStatus::KIND_SMALL_PRACTICE);
  }
  Circumstances all;
  all.small_practice = lists.yes.contains(v1::SpecialStatus::KIND_SMALL_PRACTICE);
  all.complex_patient_bonus =
      std::min(lists.bonus.value_or(0), whole(rules, names::kComplexPatientBonusMaximum) * kUnits);
  all.facility_based = lists.yes.contains(v1::SpecialStatus::KIND_FACILITY_BASED);
  for (const auto kind :
       {v1::SpecialStatus::KIND_SMALL_PRACTICE, v1::SpecialStatus::KIND_RURAL,
        v1::SpecialStatus::KIND_HPSA, v1::SpecialStatus::KIND_NON_PATIENT_FACING}) {
    all.activities_count_more = all.activities_count_more || lists.yes.contains(kind);
  }
  const std::vector<std::pair<v1::SpecialStatus::Kind, std::string_view>> reweighting = {
      {v1::SpecialStatus::KIND_SMALL_PRACTICE, names::kReweightedSmallPractice},
      {v1::SpecialStatus::KIND_NON_PATIENT_FACING, names::kReweightedNonPatientFacing},
      {v1::SpecialStatus::KIND_HOSPITAL_BASED, names::kReweightedHospitalBased},
      {v1::SpecialStatus::KIND_ASC_BASED, names::kReweightedAscBased}};
  for (const auto& [kind, parameter] : reweighting) {
    if (lists.yes.contains(kind) && whole(rules, parameter) == 1) all.status_reweights = true;
  }
  const auto elected = season.elections.find(std::string(tin.bytes()));
  all.app = elected != season.elections.end() &&
            elected->second.in_force.pathway == v1::PATHWAY_APP &&
            rules.find_parameter("weights/app/none/quality") != nullptr;  // it began in 2021
  for (const auto& [subject, version] : season.all_in_force(kReweighting, entity)) {
    for (const auto category : version->row.reweighting_approval().categories()) {
      all.approved.insert(category_name(category));
    }
  }
  add_activities(season, entity, &all);
  const FactVersion* report = season.in_force(kInteroperability, entity);
  if (report != nullptr && !rules.interoperability_measures().empty()) {
    const v1::PromotingInteroperability& fact = report->row.promoting_interoperability();
    all.interoperability_reported =
        whole(rules, names::kIncompleteDataCancel) == 1 || Report(rules, fact).is_whole();
    all.interoperability_percent = interoperability_percent(rules, fact);
  }
  add_results(season, entity, &all);
  return all;
}

}  // namespace qcdr::batch

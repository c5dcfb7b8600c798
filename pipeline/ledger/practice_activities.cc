// Improvement activities.
#include <algorithm>

#include "core/zone.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/parameter_names.h"

namespace qcdr::ledger {
namespace {

std::vector<Npi> sorted_npis(const google::protobuf::RepeatedField<std::uint64_t>& values) {
  std::vector<Npi> npis;
  for (const std::uint64_t value : values) npis.push_back(Npi::from_trusted(value));
  std::sort(npis.begin(), npis.end());
  npis.erase(std::unique(npis.begin(), npis.end()), npis.end());
  return npis;
}

// A list says more than a number. Who performed and does not bill under the TIN does not count.
void set_share(const v1::ActivityAttestation& fact, Activity* activity) {
  activity->performing = sorted_npis(fact.performing_npis());
  activity->billing = sorted_npis(fact.billing_npis());
  activity->denominator = activity->billing.empty()
                              ? fact.billing_count()
                              : static_cast<std::uint32_t>(activity->billing.size());
  if (activity->performing.empty()) {
    activity->numerator = fact.performing_count();
    return;
  }
  const auto bills = [activity](Npi npi) {
    return activity->billing.empty() ||
           std::binary_search(activity->billing.begin(), activity->billing.end(), npi);
  };
  activity->numerator = static_cast<std::uint32_t>(
      std::count_if(activity->performing.begin(), activity->performing.end(), bills));
}

}  // namespace

Result<std::uint32_t> PracticeLedger::clinicians_on_cases(std::uint32_t tin) {
  std::uint32_t seen = 0;
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin != tin) continue;
    QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, individual_counts(pair));
    seen += counts->empty() ? 0U : 1U;
  }
  return seen;
}

bool PracticeLedger::check_activity(RowContext& context, const Subject& subject,
                                    const Activity& activity) {
  const auto refuse = [&](FindingCode code, std::vector<std::string> parameters = {}) {
    reject(context, code, std::move(parameters));
    return false;
  };
  const rulebook::YearRules& year = *rules_.year;
  if (!year.activities().empty() && year.find_activity(activity.activity_id) == nullptr) {
    return refuse(FindingCode::ACTIVITY_UNKNOWN, {activity.activity_id});
  }
  const LocalDate last_day = LocalDate::from_days(rules_.first_day.days() + rules_.days - 1);
  if (activity.from < rules_.first_day || activity.to > last_day) {
    return refuse(FindingCode::ACTIVITY_OUTSIDE_YEAR, {std::to_string(id_.year.value())});
  }
  const std::int32_t days = activity.to.days() - activity.from.days() + 1;
  const Decimal minimum = year.parameter(rulebook::names::kActivityPeriodDays).value;
  if (Decimal::from_integer(days) < minimum) {
    return refuse(FindingCode::ACTIVITY_TOO_SHORT, {minimum.to_string(), std::to_string(days)});
  }
  const bool is_signed = activity.signed_at != Instant();
  const Zone zone = year.registry().zone;
  if (activity.to >= local_date(zone, context.received_at) ||
      (is_signed && activity.to >= local_date(zone, activity.signed_at))) {
    return refuse(FindingCode::ACTIVITY_UNFINISHED);
  }
  if (!subject.group) return true;
  if (activity.denominator == 0) return refuse(FindingCode::ACTIVITY_SHARE_MISSING);
  const Decimal share = year.parameter(rulebook::names::kActivityGroupSharePercent).value;
  if (activity.numerator == 0 || Decimal::from_integer(std::int64_t{activity.numerator} * 100) <
                                     share * Decimal::from_integer(activity.denominator)) {
    return refuse(FindingCode::ACTIVITY_SHARE_TOO_SMALL,
                  {std::to_string(activity.numerator), std::to_string(activity.denominator),
                   share.to_string()});
  }
  return true;
}

Status PracticeLedger::apply_activity(RowContext& context, const v1::ActivityAttestation& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  Activity activity;
  activity.activity_id = fact.activity_id();
  activity.from = LocalDate::from_days(fact.performed_from());
  activity.to = LocalDate::from_days(fact.performed_to());
  activity.signed_at = Instant::from_milliseconds(fact.attester().signed_at());
  if (subject.group) set_share(fact, &activity);
  if (!takes_back(context) && !check_activity(context, subject, activity)) return Status::ok();
  if (subject.group && !takes_back(context)) {
    QCDR_ASSIGN_OR_RETURN(const std::uint32_t seen, clinicians_on_cases(subject.tin));
    if (activity.denominator < seen) {
      tell(context, FindingCode::ACTIVITY_DENOMINATOR_SMALL,
           {std::to_string(activity.denominator), std::to_string(seen)});
    }
  }
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kActivity,
                                   activity_subject(subject.entity, activity.activity_id),
                                   activity.encode(), rulebook::kinds::kActivityAttestation)
                           .status());
  touch_subject(subject, context);
  return Status::ok();
}

Result<std::vector<Activity>> PracticeLedger::find_activities(const EntityId& entity) const {
  std::vector<Activity> activities;
  QCDR_RETURN_IF_ERROR(for_each_versions(
      FactKind::kActivity, entity.bytes(),
      [&](std::string_view subject, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present() && !fact.waits()) return Status::ok();  // refused
        const FactVersion& version = fact.in_force.present() ? fact.in_force : fact.held;
        QCDR_ASSIGN_OR_RETURN(Activity activity, Activity::decode(version.content));
        activity.activity_id = subject.substr(EntityId::kBytes);
        activity.origin = version.origin;
        activity.held = !fact.in_force.present();
        activities.push_back(std::move(activity));
        return Status::ok();
      }));
  return activities;
}

Result<std::vector<Activity>> PracticeLedger::activities(const PairRow& pair) const {
  return find_activities(pair.entity);
}

Result<std::vector<Activity>> PracticeLedger::activities(const TinRow& tin) const {
  return find_activities(tin.group_entity);
}

}  // namespace qcdr::ledger

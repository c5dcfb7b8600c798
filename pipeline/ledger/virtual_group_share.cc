#include "ledger/virtual_group_share.h"

#include <algorithm>

#include "ledger/entity_contribution.h"
#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint64_t kPercent = 100;

Status malformed() {
  return Status(ErrorCode::kCorruption, "a share of a virtual group cannot be read");
}

Tristate when_all(std::uint32_t yes, std::uint32_t no, std::uint32_t all) {
  if (all == 0) return Tristate::kUnknown;
  if (yes == all) return Tristate::kYes;
  return no == all ? Tristate::kNo : Tristate::kUnknown;
}

bool is_sound(const VirtualGroupShare& share) {
  const auto less = [](const auto& a, const auto& b) { return a.activity_id < b.activity_id; };
  const auto out_of_order =
      std::adjacent_find(share.activities.begin(), share.activities.end(),
                         [&](const auto& a, const auto& b) { return !less(a, b); });
  return share.activities.size() <= kContributedActivitiesMax &&
         out_of_order == share.activities.end() && share.tins_sized <= share.tins;
}

}  // namespace

void VirtualGroupShare::add_performed(const std::string& activity_id, std::uint32_t clinicians) {
  const auto place = std::lower_bound(
      activities.begin(), activities.end(), activity_id,
      [](const Performed& performed, const std::string& id) { return performed.activity_id < id; });
  if (place != activities.end() && place->activity_id == activity_id) {
    place->clinicians += clinicians;
  } else if (activities.size() < kContributedActivitiesMax) {
    activities.insert(place, {activity_id, clinicians});
  }
}

void VirtualGroupShare::add_tin(const Eligibility& list, const std::vector<Activity>& attested,
                                std::uint32_t clinicians) {
  ++tins;
  if (list.group_size != 0) {
    ++tins_sized;
    listed_clinicians += list.group_size;
  }
  for (std::size_t kind = 1; kind < kKinds; ++kind) {
    const Tristate status = list.special(static_cast<SpecialStatusKind>(kind));
    with_status[kind] += status == Tristate::kYes ? 1U : 0U;
    without_status[kind] += status == Tristate::kNo ? 1U : 0U;
  }
  adjusted += list.adjustment_applies() == Tristate::kYes ? 1U : 0U;
  not_adjusted += list.adjustment_applies() == Tristate::kNo ? 1U : 0U;
  for (const Activity& activity : attested) {
    if (activity.held) continue;
    clinicians = std::max(clinicians, activity.denominator);
    add_performed(activity.activity_id, activity.numerator);
  }
  billing_clinicians += clinicians;
}

void VirtualGroupShare::add(const VirtualGroupShare& other) {
  tins += other.tins;
  tins_sized += other.tins_sized;
  listed_clinicians += other.listed_clinicians;
  for (std::size_t kind = 1; kind < kKinds; ++kind) {
    with_status[kind] += other.with_status[kind];
    without_status[kind] += other.without_status[kind];
  }
  adjusted += other.adjusted;
  not_adjusted += other.not_adjusted;
  billing_clinicians += other.billing_clinicians;
  for (const Performed& each : other.activities) add_performed(each.activity_id, each.clinicians);
  reports.add(other.reports);
}

Tristate VirtualGroupShare::special(SpecialStatusKind kind,
                                    std::uint32_t small_practice_clinicians) const {
  const auto place = static_cast<std::size_t>(kind);
  QCDR_ASSERT(place < kKinds);
  if (kind != SpecialStatusKind::kSmallPractice) {
    return when_all(with_status[place], without_status[place], tins);
  }
  if (without_status[place] > 0 || listed_clinicians > small_practice_clinicians) {
    return Tristate::kNo;
  }
  return tins > 0 && tins_sized == tins ? Tristate::kYes : Tristate::kUnknown;
}

Tristate VirtualGroupShare::adjustment_applies() const {
  return when_all(adjusted, not_adjusted, tins);
}

std::vector<std::string> VirtualGroupShare::performed_by(std::uint32_t percent) const {
  std::vector<std::string> ids;
  for (const Performed& each : activities) {
    const bool enough = each.clinicians * kPercent >= std::uint64_t{percent} * billing_clinicians;
    if (enough && billing_clinicians > 0) ids.push_back(each.activity_id);
  }
  return ids;
}

void VirtualGroupShare::encode(ByteWriter* writer) const {
  QCDR_ASSERT(is_sound(*this));
  writer->varint(tins);
  writer->varint(tins_sized);
  writer->varint(listed_clinicians);
  for (std::size_t kind = 1; kind < kKinds; ++kind) writer->varint(with_status[kind]);
  for (std::size_t kind = 1; kind < kKinds; ++kind) writer->varint(without_status[kind]);
  writer->varint(adjusted);
  writer->varint(not_adjusted);
  writer->varint(billing_clinicians);
  writer->varint(activities.size());
  for (const Performed& each : activities) {
    writer->text(each.activity_id);
    writer->varint(each.clinicians);
  }
  reports.encode(writer);
}

Result<VirtualGroupShare> VirtualGroupShare::decode(ByteReader* reader) {
  const auto number = [reader] { return static_cast<std::uint32_t>(reader->varint()); };
  VirtualGroupShare share;
  share.tins = number();
  share.tins_sized = number();
  share.listed_clinicians = number();
  for (std::size_t kind = 1; kind < kKinds; ++kind) share.with_status[kind] = number();
  for (std::size_t kind = 1; kind < kKinds; ++kind) share.without_status[kind] = number();
  share.adjusted = number();
  share.not_adjusted = number();
  share.billing_clinicians = number();
  const std::uint64_t size = reader->varint();
  if (size > kContributedActivitiesMax) return malformed();
  for (std::uint64_t i = 0; i < size; ++i) {
    std::string activity_id(reader->text());
    share.activities.push_back({std::move(activity_id), number()});
  }
  QCDR_ASSIGN_OR_RETURN(share.reports, VirtualGroupReports::decode(reader));
  if (!reader->ok() || !is_sound(share)) return malformed();
  return share;
}

void VirtualGroupShare::write(v1::VirtualGroupShare* message) const {
  QCDR_ASSERT(is_sound(*this));
  message->set_tins(tins);
  message->set_tins_sized(tins_sized);
  message->set_listed_clinicians(listed_clinicians);
  for (std::size_t kind = 1; kind < kKinds; ++kind) {
    message->add_tins_with_status(with_status[kind]);
    message->add_tins_without_status(without_status[kind]);
  }
  message->set_tins_adjusted(adjusted);
  message->set_tins_not_adjusted(not_adjusted);
  message->set_billing_clinicians(billing_clinicians);
  for (const Performed& each : activities) {
    v1::PerformedActivity* out = message->add_activities();
    out->set_activity_id(each.activity_id);
    out->set_clinicians(each.clinicians);
  }
  reports.write(message->mutable_reports());
}

Result<VirtualGroupShare> VirtualGroupShare::read(const v1::VirtualGroupShare& message) {
  VirtualGroupShare share;
  share.tins = message.tins();
  share.tins_sized = message.tins_sized();
  share.listed_clinicians = message.listed_clinicians();
  const auto read_kinds = [](const auto& counts, std::array<std::uint32_t, kKinds>* kinds) {
    if (static_cast<std::size_t>(counts.size()) >= kKinds) return false;
    for (int i = 0; i < counts.size(); ++i) (*kinds)[static_cast<std::size_t>(i) + 1] = counts[i];
    return true;
  };
  if (!read_kinds(message.tins_with_status(), &share.with_status) ||
      !read_kinds(message.tins_without_status(), &share.without_status)) {
    return malformed();
  }
  share.adjusted = message.tins_adjusted();
  share.not_adjusted = message.tins_not_adjusted();
  share.billing_clinicians = message.billing_clinicians();
  for (const v1::PerformedActivity& each : message.activities()) {
    share.activities.push_back({each.activity_id(), each.clinicians()});
  }
  QCDR_ASSIGN_OR_RETURN(share.reports, VirtualGroupReports::read(message.reports()));
  if (!is_sound(share)) return malformed();
  return share;
}

}  // namespace qcdr::ledger

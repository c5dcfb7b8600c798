#include "ledger/entity_contribution.h"

#include <algorithm>

#include "ledger/encoding.h"
#include "qcdr/v1/contribution.pb.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kVersion = 1;

Status malformed() {
  return Status(ErrorCode::kCorruption, "a contribution cannot be read");
}

template <class T>
bool ascends(const std::vector<T>& values) {
  return std::adjacent_find(values.begin(), values.end(),
                            [](const T& a, const T& b) { return !(a < b); }) == values.end();
}

bool is_sound(const EntityContribution& contribution) {
  return contribution.level >= EntityLevel::kIndividual &&
         contribution.level <= EntityLevel::kApmEntity &&
         contribution.blocks.size() <= kContributedBlocksMax &&
         contribution.clinicians.size() <= kContributedCliniciansMax &&
         contribution.activities.size() <= kContributedActivitiesMax &&
         ascends(contribution.blocks) && ascends(contribution.clinicians) &&
         ascends(contribution.activities);
}

}  // namespace

void ContributedBlock::write(v1::Blocker* message) const {
  message->set_reason(static_cast<v1::Blocker::Reason>(reason));
  message->set_held_late(held_late);
  for (const std::uint8_t category : kSentCategories) {
    if ((categories >> category & 1U) == 0) continue;
    message->add_categories(static_cast<v1::Category>(category));
  }
}

ContributedBlock ContributedBlock::read(const v1::Blocker& message) {
  const CategoryBits categories = category_bits(message.categories());
  return {static_cast<std::uint32_t>(message.reason()), message.held_late(),
          static_cast<CategoryBits>(categories & kAllSent)};
}

std::string EntityContribution::encode() const {
  QCDR_ASSERT(is_sound(*this));
  ByteWriter writer;
  constexpr std::size_t kTypicalBytes = 256;
  writer.reserve(kTypicalBytes + clinicians.size() * (EntityId::kBytes + 1));
  writer.u8(kVersion);
  writer.u8(static_cast<std::uint8_t>(level));
  writer.u16(static_cast<std::uint16_t>(year.value()));
  writer.u8(elected ? 1 : 0);
  writer.u8(reporting_level);
  counts.encode(&writer);
  writer.varint(blocks.size());
  for (const ContributedBlock& block : blocks) {
    writer.varint(block.reason);
    writer.u8(block.encode_flags());
  }
  writer.varint(activities.size());
  for (const std::string& activity : activities) writer.text(activity);
  writer.varint(clinicians.size());
  for (const ContributedClinician& clinician : clinicians) {
    writer.raw(clinician.entity.bytes());
    writer.u8(clinician.type);
  }
  if (level == EntityLevel::kVirtualGroup) share.encode(&writer);
  return writer.take();
}

Result<EntityContribution> EntityContribution::decode(std::string_view bytes) {
  ByteReader reader(bytes);
  EntityContribution read;
  if (reader.u8() != kVersion) return malformed();
  read.level = static_cast<EntityLevel>(reader.u8());
  read.year = PerformanceYear(reader.u16());
  read.elected = reader.u8() != 0;
  read.reporting_level = reader.u8();
  QCDR_ASSIGN_OR_RETURN(read.counts, ContributionCounts::decode(&reader));
  const std::uint64_t blocks = reader.varint();
  if (blocks > kContributedBlocksMax) return malformed();
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const auto reason = static_cast<std::uint32_t>(reader.varint());
    read.blocks.push_back(ContributedBlock::decode(reason, reader.u8()));
  }
  const std::uint64_t activities = reader.varint();
  if (activities > kContributedActivitiesMax) return malformed();
  for (std::uint64_t i = 0; i < activities; ++i) read.activities.emplace_back(reader.text());
  const std::uint64_t clinicians = reader.varint();
  if (clinicians > kContributedCliniciansMax) return malformed();
  for (std::uint64_t i = 0; i < clinicians && reader.ok(); ++i) {
    const std::string_view entity = reader.raw(EntityId::kBytes);
    if (!reader.ok()) return malformed();
    read.clinicians.push_back({EntityId::from_bytes(entity.data()), reader.u8()});
  }
  if (read.level == EntityLevel::kVirtualGroup) {
    QCDR_ASSIGN_OR_RETURN(read.share, VirtualGroupShare::decode(&reader));
  }
  if (!reader.ok() || !reader.at_end() || !is_sound(read)) return malformed();
  return read;
}

void EntityContribution::write(v1::EntityContribution* message) const {
  QCDR_ASSERT(is_sound(*this));
  message->set_entity_kind(static_cast<v1::EntityKind>(level));
  message->set_performance_year(year.value());
  counts.write(message->mutable_counts(), message->mutable_cases());
  for (const ContributedBlock& block : blocks) {
    v1::Blocker* out = message->add_blockers();
    block.write(out);
    out->set_practice_id(message->practice_id());
  }
  for (const ContributedClinician& clinician : clinicians) {
    message->add_clinicians(clinician.entity.bytes().data(), EntityId::kBytes);
    message->mutable_clinician_types()->push_back(static_cast<char>(clinician.type));
  }
  for (const std::string& activity : activities) message->add_activities(activity);
  message->set_elected(elected);
  message->set_reporting_level(reporting_level);
  if (level == EntityLevel::kVirtualGroup) share.write(message->mutable_virtual_group_share());
}

Result<EntityContribution> EntityContribution::read(const v1::EntityContribution& message) {
  EntityContribution read;
  read.level = static_cast<EntityLevel>(message.entity_kind());
  if (message.performance_year() < 0 || message.performance_year() > 0xffff) return malformed();
  read.year = PerformanceYear(message.performance_year());
  QCDR_ASSIGN_OR_RETURN(read.counts, ContributionCounts::read(message.counts(), message.cases()));
  for (const v1::Blocker& block : message.blockers()) {
    read.blocks.push_back(ContributedBlock::read(block));
  }
  const auto clinicians = static_cast<std::size_t>(message.clinicians_size());
  if (message.clinician_types().size() != clinicians) return malformed();
  for (std::size_t i = 0; i < clinicians; ++i) {
    QCDR_ASSIGN_OR_RETURN(const EntityId entity,
                          EntityId::from_string(message.clinicians(static_cast<int>(i))));
    read.clinicians.push_back({entity, static_cast<std::uint8_t>(message.clinician_types()[i])});
  }
  read.activities.assign(message.activities().begin(), message.activities().end());
  read.elected = message.elected();
  if (message.reporting_level() > 0xff) return malformed();
  read.reporting_level = static_cast<std::uint8_t>(message.reporting_level());
  if (read.level == EntityLevel::kVirtualGroup) {
    QCDR_ASSIGN_OR_RETURN(read.share, VirtualGroupShare::read(message.virtual_group_share()));
  }
  if (!is_sound(read)) return malformed();
  return read;
}

}  // namespace qcdr::ledger

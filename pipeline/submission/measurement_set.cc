#include "submission/measurement_set.h"

#include "core/assert.h"

namespace qcdr::submission {
namespace {

// The year in which the category still had its first name, "advancing care information".
constexpr PerformanceYear kAciYear(2017);
constexpr std::size_t kEntityNumberBytesMax = 64;

bool is_number_of_entity(std::string_view number) {
  if (number.empty() || number.size() > kEntityNumberBytesMax) return false;
  for (const char c : number) {
    const bool good =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    if (!good) return false;
  }
  return true;
}

}  // namespace

std::string_view entity_kind_name(EntityKind kind) {
  static constexpr std::array<std::string_view, 5> kNames = {"individual", "group", "virtualGroup",
                                                             "apm", "subgroup"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<EntityKind> find_entity_kind(std::string_view name) {
  for (const EntityKind kind : kEntityKinds) {
    if (entity_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

bool has_tin(EntityKind kind) {
  return kind == EntityKind::kIndividual || kind == EntityKind::kGroup;
}

Status check_entity(const SetEntity& entity) {
  const bool individual = entity.kind == EntityKind::kIndividual;
  if (individual != (entity.npi.value() != 0)) {
    return Status(ErrorCode::kInvalidArgument, individual ? "an individual's set needs the NPI"
                                                          : "only an individual's set has an NPI");
  }
  if (has_tin(entity.kind)) {
    if (entity.number.empty()) return Status::ok();
    return Status(ErrorCode::kInvalidArgument, "who is known by a TIN has no number of CMS");
  }
  if (is_number_of_entity(entity.number)) return Status::ok();
  return Status(ErrorCode::kInvalidArgument,
                "a virtual group, an APM entity and a subgroup need CMS's number of it");
}

std::string_view set_category_name(SetCategory category, PerformanceYear year) {
  switch (category) {
    case SetCategory::kQuality:
      return "quality";
    case SetCategory::kActivities:
      return "ia";
    case SetCategory::kInteroperability:
      return year <= kAciYear ? "aci" : "pi";
  }
  QCDR_ASSERT(false);
  return "";
}

std::uint8_t category_number(SetCategory category) {
  static constexpr std::array<std::uint8_t, 3> kNumbers = {1, 3, 4};
  return kNumbers[static_cast<std::size_t>(category)];
}

std::string_view submission_method_name(SubmissionMethod method) {
  return method == SubmissionMethod::kRegistry ? "registry" : "electronicHealthRecord";
}

}  // namespace qcdr::submission

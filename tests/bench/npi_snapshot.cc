#include "npi_snapshot.h"

#include <set>

#include "common/reference_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "reference/npi_registry.h"

namespace qcdr::bench {
namespace {

constexpr std::int32_t kYear = 2022;
constexpr std::size_t kUnknownEvery = 50;
constexpr std::size_t kDeactivatedEvery = 70;

std::set<std::uint64_t> npis_of(const Input& input) {
  std::set<std::uint64_t> npis;
  v1::ChunkRows rows;
  for (const std::string& bytes : input.plain) {
    QCDR_ASSERT(rows.ParseFromString(bytes));
    for (const v1::Row& row : rows.rows()) {
      for (const v1::CaseStaff& staff : row.anesthesia_case().staff()) npis.insert(staff.npi());
    }
  }
  return npis;
}

}  // namespace

Status add_npi_snapshot(const std::string& directory, Input* input) {
  QCDR_ASSIGN_OR_RETURN(const LocalDate listed, LocalDate::from_civil(kYear, 1, 9));
  QCDR_ASSIGN_OR_RETURN(const LocalDate summer, LocalDate::from_civil(kYear, 7, 1));
  reference::NpiRegistryWriter writer(listed);
  std::size_t place = 0;
  for (const std::uint64_t npi : npis_of(*input)) {
    ++place;
    if (place % kUnknownEvery == 0) continue;
    NpiEntry entry;
    entry.npi = Npi::from_trusted(npi);
    if (place % kDeactivatedEvery == 0) entry.deactivated = summer;
    writer.add(std::move(entry));
  }
  QCDR_ASSIGN_OR_RETURN(const auto title, writer.write(directory));
  v1::RegistryRecord record;
  v1::ControlRecord& control = *record.mutable_control();
  control.set_event_id("nppes/bench");
  control.set_performance_year(kYear);
  control.mutable_reference_released()->set_name(std::string(kNpiRegistryReference));
  control.mutable_reference_released()->set_sha256(std::string(view(title.digest)));
  for (auto& partition : input->partitions) {
    if (partition.empty()) continue;
    partition.insert(partition.begin(),
                     {"", record.SerializeAsString(), partition.front().timestamp});
    ++input->records;
  }
  return Status::ok();
}

}  // namespace qcdr::bench

// What TINs bring into a virtual group beside their cases: how many clinicians they are, what CMS's
// lists say of them, and who performed which activity. All of it numbers that add up, so that each
// practice comes to the same virtual group from its own share and the sum of the others'.
//
// A virtual group has no list of its own here; its statuses follow from its TINs (42 CFR 414.1305):
// - it is a small practice when all its clinicians together are few enough, and is none when one of
//   its TINs is none;
// - the other statuses are shares of clinicians: what every TIN has, all have together, and what
//   none has, all have not. TINs that differ leave it unknown.
// - whether the adjustment applies: yes or no when the lists say the same of every TIN.
// - An activity counts when enough of all its clinicians performed it (414.1360).
// Thread-safety: values. Errors: kCorruption for messages and bytes that no correct writer makes.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "ledger/activities.h"
#include "ledger/eligibility.h"
#include "ledger/virtual_group_reports.h"

namespace qcdr::v1 {
class VirtualGroupShare;
}

namespace qcdr::ledger {

// A virtual group that TINs of a practice belong to, by CMS's number. Its cases are the sum of its
// TINs' distinct cases: a case that names two of its TINs counts for each of them.
struct VirtualGroup {
  std::string number;
  EntityId entity;
  std::vector<std::uint32_t> tins;  // ordinals
};

// A virtual group has no TIN: CMS's number names it. In practice_virtual_groups.cc.
EntityId virtual_group_entity(const Key256& entity_key, PerformanceYear year,
                              std::string_view number);

struct VirtualGroupShare {
  // By number of SpecialStatusKind.
  static constexpr std::size_t kKinds = 8;
  struct Performed {
    std::string activity_id;
    std::uint32_t clinicians = 0;
    friend bool operator==(const Performed&, const Performed&) = default;
  };

  std::uint32_t tins = 0;
  std::uint32_t tins_sized = 0;         // of which a list states the number of clinicians
  std::uint32_t listed_clinicians = 0;  // sum of those numbers
  std::array<std::uint32_t, kKinds> with_status{};
  std::array<std::uint32_t, kKinds> without_status{};
  std::uint32_t adjusted = 0;      // TINs to which the payment adjustment applies
  std::uint32_t not_adjusted = 0;  // TINs to which it does not
  std::uint32_t billing_clinicians = 0;
  std::vector<Performed> activities;  // ascending by activity, each once
  VirtualGroupReports reports;

  // One TIN: its list, the activities attested for it, and the clinicians known to bill under it.
  void add_tin(const Eligibility& list, const std::vector<Activity>& attested,
               std::uint32_t clinicians);
  void add(const VirtualGroupShare& other);

  Tristate special(SpecialStatusKind kind, std::uint32_t small_practice_clinicians) const;
  Tristate adjustment_applies() const;
  // Clinicians of the whole; 0: not known of every TIN.
  std::uint32_t group_size() const { return tins_sized == tins ? listed_clinicians : 0; }
  // Activities that at least this share of the clinicians performed.
  std::vector<std::string> performed_by(std::uint32_t percent) const;

  void encode(ByteWriter* writer) const;
  static Result<VirtualGroupShare> decode(ByteReader* reader);
  void write(v1::VirtualGroupShare* message) const;
  static Result<VirtualGroupShare> read(const v1::VirtualGroupShare& message);
  friend bool operator==(const VirtualGroupShare&, const VirtualGroupShare&) = default;

 private:
  void add_performed(const std::string& activity_id, std::uint32_t clinicians);
};

}  // namespace qcdr::ledger

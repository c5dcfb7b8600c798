// Who works where: TINs, clinicians, memberships and consents of the generated practices.
//
// Nothing is stored: everything is computed from the options and an index, so a population of any
// size takes no memory. Practices, TINs and clinicians are counted from 0 within what holds them.
// TINs have CMS's test form 000xxxxxx and are of one practice each; NPIs lead with 2, carry a valid
// check digit and were never issued.
// Thread-safety: const access from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/strong.h"
#include "core/time.h"
#include "generate/options.h"
#include "generate/random.h"

namespace qcdr::generate {

enum class Role : std::uint8_t { kAnesthesiologist, kNurseAnesthetist, kAssistant };
// As NACOR files and rosters name it.
std::string_view credential(Role role);

enum class Level : std::uint8_t { kIndividual, kGroup, kBoth };

enum class Consent : std::uint8_t { kOnTime, kLate, kMissing, kRevoked };

// One TIN of one clinician, with the days on which it holds.
struct Membership {
  std::uint32_t tin = 0;  // counted from 0 within the practice
  LocalDate first_day;
  bool ends = false;
  LocalDate last_day;  // only when it ends
};

struct Clinician {
  std::uint64_t npi = 0;
  Role role = Role::kAnesthesiologist;
  std::array<Membership, 2> memberships{};
  std::uint32_t membership_count = 1;
};

class Population {
 public:
  static constexpr std::int64_t kTinsMax = 899'000;
  static constexpr std::int64_t kCliniciansMax = 80'000'000;
  static constexpr std::uint32_t kCliniciansPerTin = 250;

  explicit Population(const Options& options);

  PracticeId practice(std::uint32_t practice) const;
  std::uint32_t tin_count() const { return tin_count_; }
  // Nine digits.
  std::string tin(std::uint32_t practice, std::uint32_t tin) const;
  Level level(std::uint32_t practice, std::uint32_t tin) const;
  bool officer_is_late(std::uint32_t practice, std::uint32_t tin) const;

  Clinician clinician(std::uint32_t practice, std::uint32_t clinician) const;
  std::string_view first_name(std::uint32_t practice, std::uint32_t clinician) const;
  std::string_view last_name(std::uint32_t practice, std::uint32_t clinician) const;
  // Consent of one TIN/NPI pair. Assistants need none.
  Consent consent(std::uint32_t practice, std::uint32_t clinician, std::uint32_t tin) const;

  // Clinicians [first, end) call this TIN their first one.
  std::uint32_t first_of(std::uint32_t tin) const;
  // How many of them have this role, and which one is the n-th of these.
  std::uint32_t count_of(std::uint32_t tin, Role role) const;
  std::uint32_t nth_of(std::uint32_t tin, Role role, std::uint32_t n) const;

  // A locum's number that stands on no roster.
  std::uint64_t unknown_npi(Random& random) const;

 private:
  std::uint64_t draw(std::uint64_t purpose, std::uint32_t practice, std::uint32_t index) const;

  const Options options_;
  const std::uint32_t tin_count_;
};

}  // namespace qcdr::generate

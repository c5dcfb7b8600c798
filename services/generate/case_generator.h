// Anesthesia cases, one by one, in any order, without a file.
//
// A case is a pure function of the options, the practice, its number and its revision, so a
// benchmark can build rows from it and the XML writer can write it; both see the same case.
// Cases of a practice are numbered in order of service date. Revision 0 is what the practice first
// sends; is_corrected() says which cases a correction file changes, into revision 1.
// Thread-safety: const access from any thread. Lifetime: string_views point to constants.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/strong.h"
#include "core/time.h"
#include "generate/options.h"
#include "generate/population.h"

namespace qcdr::generate {

enum class Method : std::uint8_t {
  kInhalational,
  kIntravenous,
  kMonitoredCare,
  kSpinal,
  kEpidural,
  kNerveBlock,
};

enum class Urgency : std::uint8_t { kElective, kUrgent, kEmergency };

struct CaseStaff {
  std::uint64_t npi = 0;  // ten digits; the check digit is wrong on purpose on a few lines
  std::uint32_t tin = 0;  // counted from 0 within the practice
  Role role = Role::kAnesthesiologist;
};

struct CaseCode {
  std::string_view measure;  // "424"
  std::string_view code;     // "G9771"
};

struct GeneratedCase {
  static constexpr std::size_t kStaffMax = 4;
  static constexpr std::size_t kCodesMax = 16;

  std::uint32_t practice = 0;  // counted from 0
  std::uint32_t number = 0;    // counted from 0 within the practice
  LocalDate service_date;
  std::uint32_t start_minute = 0;  // of the day
  std::uint32_t duration_minutes = 0;
  std::uint32_t age_years = 0;
  bool female = false;
  std::uint32_t asa_class = 1;  // 1 to 5
  Urgency urgency = Urgency::kElective;
  Method method = Method::kInhalational;
  std::uint32_t anesthesia_cpt = 0;
  std::uint32_t surgical_cpt = 0;
  std::array<CaseStaff, kStaffMax> staff{};
  std::size_t staff_count = 0;
  std::array<CaseCode, kCodesMax> codes{};
  std::size_t code_count = 0;

  void add_staff(const CaseStaff& person);
  void add_code(std::string_view measure, std::string_view code);
  // AnesthesiaRecordID: the same for every revision.
  std::string record_id(std::int32_t year) const;
};

class CaseGenerator {
 public:
  explicit CaseGenerator(const Options& options);

  const Options& options() const { return options_; }
  const Population& population() const { return population_; }
  std::uint32_t case_count() const { return options_.cases_per_practice; }
  GeneratedCase make(std::uint32_t practice, std::uint32_t number, std::uint32_t revision) const;
  bool is_corrected(std::uint32_t practice, std::uint32_t number) const;
  // The first case whose month of service is `month` (1 to 13) or later.
  std::uint32_t first_of_month(int month) const;

 private:
  void choose_staff(Random& random, GeneratedCase* made) const;
  CaseStaff staff_line(Random& random, std::uint32_t practice, std::uint32_t clinician,
                       LocalDate date) const;
  void plant_errors(Random& random, GeneratedCase* made) const;
  void correct(GeneratedCase* made) const;
  bool replace_last_staff(Random& random, GeneratedCase* made) const;

  const Options options_;
  const Population population_;
  const LocalDate first_day_;
  const std::uint32_t days_in_year_;
};

}  // namespace qcdr::generate

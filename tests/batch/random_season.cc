#include "random_season.h"

#include <algorithm>

#include "core/crypto.h"
#include "core/finding_codes.h"
#include "core/time.h"
#include "generate/random.h"
#include "rulebook/rulebook.h"

namespace qcdr::batch {
namespace {

constexpr std::uint32_t kPractice = 1234;
constexpr std::int32_t kYear = 2022;
constexpr std::uint32_t kTins = 3;
constexpr std::uint32_t kNpis = 6;
constexpr std::uint32_t kCases = 14;

constexpr std::array<const char*, 9> kInstants = {
    "2022-03-01T12:00:00-06:00", "2022-08-01T12:00:00-05:00", "2023-01-15T12:00:00-06:00",
    "2023-01-31T23:59:59-06:00", "2023-02-01T00:00:00-06:00", "2023-02-10T12:00:00-06:00",
    "2023-02-15T23:59:59-06:00", "2023-02-16T00:00:00-06:00", "2023-04-01T12:00:00-05:00"};

class Maker {
 public:
  Maker(std::uint64_t seed, const ChunkTaker& taker)
      : random_(generate::mix(seed)), taker_(taker) {}

  void upload() {
    const std::uint32_t roll = random_.below(100);
    kind_ = roll < 55   ? v1::RECORD_KIND_ANESTHESIA_CASE
            : roll < 72 ? v1::RECORD_KIND_ROSTER_ENTRY
            : roll < 86 ? v1::RECORD_KIND_INDIVIDUAL_CONSENT
            : roll < 93 ? v1::RECORD_KIND_OFFICER_CONSENT
                        : v1::RECORD_KIND_REPORTING_OPTION;
    id_ = "upload-" + std::to_string(++count_);
    received_ = Instant::parse(kInstants[random_.below(kInstants.size())]).value();
    rows_.clear();
    const std::uint32_t rows = 1 + random_.below(8);
    for (std::uint32_t i = 0; i < rows; ++i) rows_.push_back(row(i));
    const bool refused = random_.below(30) == 0;
    if (!refused) send();
    complete(refused);
    if (random_.below(6) == 0) {  // validation runs again
      send();
      complete(refused);
    }
  }

 private:
  // Chunks of any size; sometimes one is lost, or overlaps what came before.
  void send() {
    const auto size = static_cast<std::uint32_t>(rows_.size());
    for (std::uint32_t first = 0; first < size;) {
      const std::uint32_t end = std::min(size, first + 1 + random_.below(4));
      if (random_.below(12) != 0) chunk(first, end);
      first = random_.below(6) == 0 ? end - random_.below(2) : end;
      if (first == 0) first = end;
    }
  }

  void chunk(std::uint32_t first, std::uint32_t end) {
    v1::Chunk made;
    made.set_upload_id(id_);
    made.set_practice_id(kPractice);
    made.set_performance_year(kYear);
    made.set_kind(kind_);
    made.set_first_ordinal(first);
    made.set_row_count(end - first);
    made.set_received_at(received_.milliseconds());
    v1::ChunkRows rows;
    for (std::uint32_t tin = 1; tin <= kTins; ++tin) {
      std::string token(TinToken::kBytes, '\0');
      token[0] = static_cast<char>(tin);
      v1::TinEntry& entry = *rows.add_tins();
      entry.set_token(token);
      entry.set_last_four("000" + std::to_string(tin));
      entry.set_encrypted("sealed");
    }
    for (std::uint32_t i = first; i < end; ++i) *rows.add_rows() = rows_[i];
    taker_.chunk(made, rows);
  }

  void complete(bool refused) {
    v1::UploadCompleted completed;
    completed.set_upload_id(id_);
    completed.set_practice_id(kPractice);
    completed.set_performance_year(kYear);
    completed.set_kind(kind_);
    completed.set_row_count(refused ? 0 : static_cast<std::uint32_t>(rows_.size()));
    completed.set_received_at(received_.milliseconds());
    completed.set_refused(refused);
    if (refused || random_.below(4) == 0) {
      completed.add_verdicts()->set_code(code_number(FindingCode::MEASURE_UNKNOWN));
    }
    taker_.completed(completed);
  }

  v1::Row row(std::uint32_t ordinal) {
    v1::Row made;
    made.set_ordinal(ordinal);
    if (random_.below(12) == 0) {
      made.add_verdicts()->set_code(code_number(FindingCode::NPI_CHECK_DIGIT));
    }
    if (random_.below(25) == 0) return made;  // it could not be read
    switch (kind_) {
      case v1::RECORD_KIND_ANESTHESIA_CASE:
        fill(made.mutable_anesthesia_case());
        break;
      case v1::RECORD_KIND_ROSTER_ENTRY:
        fill(made.mutable_roster_entry());
        break;
      case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
        made.mutable_individual_consent()->set_tin(tin());
        made.mutable_individual_consent()->set_npi(npi());
        made.mutable_individual_consent()->set_action(action());
        break;
      case v1::RECORD_KIND_OFFICER_CONSENT:
        made.mutable_officer_consent()->set_tin(tin());
        made.mutable_officer_consent()->set_action(action());
        break;
      default:
        made.mutable_reporting_option()->set_tin(tin());
        made.mutable_reporting_option()->set_level(
            static_cast<v1::ReportingLevel>(1 + random_.below(3)));
        made.mutable_reporting_option()->set_pathway(v1::PATHWAY_TRADITIONAL);
    }
    return made;
  }

  void fill(v1::AnesthesiaCase* fact) {
    const std::string id = std::to_string(random_.below(kCases));
    fact->set_case_token(std::string(
        make_case_token(Key256{}, PracticeId(kPractice), PerformanceYear(kYear), id).bytes()));
    fact->set_service_date(service_date());
    const std::uint32_t staff = 1 + random_.below(3);
    for (std::uint32_t i = 0; i < staff; ++i) {
      v1::CaseStaff& person = *fact->add_staff();
      person.set_tin(tin());
      person.set_npi(random_.below(20) == 0 ? 0 : npi());
      person.set_clinician_type(type());
    }
    fact->set_age_years(random_.below(3) == 0 ? 10 : 50);
    fact->set_anesthesia_minutes(random_.below(4) == 0 ? 30 : 90);
    fact->set_anesthesia_categories(random_.below(8));
    add_codes(fact);
  }

  // Any of the codes of any specification, reported for any measure.
  void add_codes(v1::AnesthesiaCase* fact) {
    const auto& all =
        rulebook::Rulebook::built_in().find_year(PerformanceYear(kYear))->specifications();
    for (const rulebook::MeasureSpecification& specification : all) {
      for (const rulebook::SpecificationCode& code : specification.codes) {
        const bool denominator = code.bucket == rulebook::CodeBucket::kDenominator;
        if (random_.below(10) >= (denominator ? 9U : 3U)) continue;
        fact->add_quality_codes(code.packed);
        fact->add_quality_measures(random_.below(20) == 0 ? all.front().packed_source_id
                                                          : specification.packed_source_id);
      }
    }
  }

  void fill(v1::RosterEntry* entry) {
    entry->set_tin(tin());
    entry->set_npi(npi());
    entry->set_last_name(random_.below(2) == 0 ? "Weber" : "Rossi");
    entry->set_first_name("Ada");
    entry->set_clinician_type(type());
    if (random_.below(3) == 0) entry->set_start_date(service_date());
    if (random_.below(3) == 0) entry->set_end_date(service_date());
  }

  std::uint32_t tin() { return 1 + random_.below(kTins); }
  std::uint64_t npi() {
    const std::uint64_t stem = 210'000'000 + random_.below(kNpis);
    return stem * 10 + static_cast<std::uint64_t>(npi_check_digit(stem));
  }
  v1::ClinicianType type() { return static_cast<v1::ClinicianType>(random_.below(7)); }
  v1::ConsentAction action() {
    return random_.below(3) == 0 ? v1::CONSENT_ACTION_REVOKE : v1::CONSENT_ACTION_GRANT;
  }
  std::int32_t service_date() {
    const int month = random_.below(3) == 0 ? 12 : 1 + static_cast<int>(random_.below(11));
    return LocalDate::from_civil(kYear, month, 1 + static_cast<int>(random_.below(2)) * 14)
        .value()
        .days();
  }

  generate::Random random_;
  const ChunkTaker& taker_;
  v1::RecordKind kind_ = v1::RECORD_KIND_UNSPECIFIED;
  std::string id_;
  Instant received_;
  std::vector<v1::Row> rows_;
  int count_ = 0;
};

}  // namespace

void make_random_season(std::uint64_t seed, const ChunkTaker& taker) {
  constexpr int kUploads = 40;
  Maker maker(seed, taker);
  for (int i = 0; i < kUploads; ++i) maker.upload();
}

}  // namespace qcdr::batch

#include "generate/practice_files.h"

#include <fmt/core.h>

#include "core/crypto.h"
#include "generate/schedule.h"

namespace qcdr::generate {
namespace {

constexpr const char* kRosterHeader =
    "practice_id,performance_year,tin,npi,last_name,first_name,credential,asa_member_id,start_date,"
    "end_date,reporting_role,status";
constexpr const char* kOptionHeader = "practice_id,performance_year,tin,level,pathway,elected_by";
constexpr const char* kConsentHeader =
    "practice_id,performance_year,tin,npi,action,signer_name,signed_at,document_sha256";
constexpr const char* kOfficerHeader =
    "practice_id,performance_year,tin,action,signer_name,signed_at,document_sha256";

std::string quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text.push_back('"');
    text.push_back(c);
  }
  text.push_back('"');
  return text;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kIndividual:
      return "INDIVIDUAL";
    case Level::kGroup:
      return "GROUP";
    case Level::kBoth:
      return "BOTH";
  }
  QCDR_ASSERT(false);
}

// A CSV upload that comes into being with its first row.
class Upload {
 public:
  Upload(FileWriter* writer, std::string name, const char* header)
      : writer_(writer), name_(std::move(name)), header_(header) {}

  Status row(const std::string& line) {
    if (!begun_) {
      QCDR_RETURN_IF_ERROR(writer_->begin(name_));
      begun_ = true;
      QCDR_RETURN_IF_ERROR(append(header_));
    }
    return append(line);
  }
  Status finish() { return begun_ ? writer_->end() : Status::ok(); }

 private:
  Status append(std::string_view line) {
    writer_->buffer().append(line).append("\r\n");
    return writer_->flush_when_full();
  }

  FileWriter* const writer_;
  const std::string name_;
  const char* const header_;
  bool begun_ = false;
};

// What the rows of one practice begin with and depend on.
struct Practice {
  const Options& options;
  const Population& population;
  std::uint32_t index;
  std::int32_t second_of_day;
  FileWriter* writer;

  std::uint32_t id() const { return population.practice(index).value(); }
  std::string key(std::uint32_t tin) const {
    return fmt::format("{},{},{}", id(), options.year, population.tin(index, tin));
  }
  Upload upload(const LocalInstant& instant, std::string_view what, const char* header) const {
    return Upload(writer, inbox_name(instant, id(), what), header);
  }
};

Status write_roster(const Practice& practice) {
  Upload roster = practice.upload(at(practice.options.year, 2, 1, practice.second_of_day),
                                  "roster.csv", kRosterHeader);
  for (std::uint32_t i = 0; i < practice.options.clinicians_per_practice; ++i) {
    const Clinician who = practice.population.clinician(practice.index, i);
    for (std::uint32_t m = 0; m < who.membership_count; ++m) {
      const Membership& membership = who.memberships[m];
      QCDR_RETURN_IF_ERROR(roster.row(fmt::format(
          "{},{},{},{},{},{},{},{},{},ACTIVE", practice.key(membership.tin), who.npi,
          quoted(practice.population.last_name(practice.index, i)),
          practice.population.first_name(practice.index, i), credential(who.role),
          who.role == Role::kNurseAnesthetist ? "" : fmt::format("{}", 900'000 + i),
          membership.first_day.to_string(), membership.ends ? membership.last_day.to_string() : "",
          who.role == Role::kAssistant ? "NOT_ELIGIBLE_TYPE" : "ELIGIBLE")));
    }
  }
  return roster.finish();
}

Status write_reporting_options(const Practice& practice) {
  Upload options = practice.upload(at(practice.options.year, 10, 17, practice.second_of_day),
                                   "reporting-options.csv", kOptionHeader);
  for (std::uint32_t tin = 0; tin < practice.population.tin_count(); ++tin) {
    QCDR_RETURN_IF_ERROR(
        options.row(fmt::format("{},{},TRADITIONAL,Olga Officer", practice.key(tin),
                                level_name(practice.population.level(practice.index, tin)))));
  }
  return options.finish();
}

Status write_officer_consents(const Practice& practice, const LocalInstant& instant, bool late) {
  Upload consents = practice.upload(
      instant, late ? "late-officer-consents.csv" : "officer-consents.csv", kOfficerHeader);
  for (std::uint32_t tin = 0; tin < practice.population.tin_count(); ++tin) {
    if (practice.population.level(practice.index, tin) == Level::kIndividual) continue;
    if (practice.population.officer_is_late(practice.index, tin) != late) continue;
    const std::string document = fmt::format("officer {}", practice.key(tin));
    QCDR_RETURN_IF_ERROR(consents.row(fmt::format(
        "{},GRANT,Olga Officer,{},{}", practice.key(tin),
        at(practice.options.year, 9, 30, 36'000).with_offset(), hex(view(sha256(document))))));
  }
  return consents.finish();
}

// One file of individual consents: the pairs that `wanted` chooses.
template <class Wanted>
Status write_consents(const Practice& practice, const LocalInstant& instant, std::string_view what,
                      std::string_view action, const Wanted& wanted) {
  Upload consents = practice.upload(instant, what, kConsentHeader);
  const LocalInstant signed_at{LocalDate::from_days(instant.date.days() - 2), 16 * 3600};
  for (std::uint32_t i = 0; i < practice.options.clinicians_per_practice; ++i) {
    const Clinician who = practice.population.clinician(practice.index, i);
    if (who.role == Role::kAssistant) continue;
    for (std::uint32_t m = 0; m < who.membership_count; ++m) {
      const std::uint32_t tin = who.memberships[m].tin;
      if (practice.population.level(practice.index, tin) == Level::kGroup) continue;
      if (!wanted(practice.population.consent(practice.index, i, tin), i)) continue;
      const std::string document = fmt::format("{} {} {}", action, practice.key(tin), who.npi);
      QCDR_RETURN_IF_ERROR(consents.row(
          fmt::format("{},{},{},{},{},{}", practice.key(tin), who.npi, action,
                      quoted(fmt::format("{} {}", practice.population.first_name(practice.index, i),
                                         practice.population.last_name(practice.index, i))),
                      signed_at.with_offset(), hex(view(sha256(document))))));
    }
  }
  return consents.finish();
}

}  // namespace

Status write_practice_files(const Options& options, const Population& population,
                            std::uint32_t practice_index, std::int32_t second_of_day,
                            FileWriter* writer) {
  const Practice practice{options, population, practice_index, second_of_day, writer};
  const std::int32_t year = options.year;
  QCDR_RETURN_IF_ERROR(write_roster(practice));
  QCDR_RETURN_IF_ERROR(write_reporting_options(practice));
  QCDR_RETURN_IF_ERROR(write_officer_consents(practice, at(year, 10, 20, second_of_day), false));
  // Three waves in time, then what was taken back, then what came after January 31.
  const auto in_time = [](Consent consent) {
    return consent == Consent::kOnTime || consent == Consent::kRevoked;
  };
  const LocalInstant waves[] = {at(year, 11, 15, second_of_day), at(year, 12, 15, second_of_day),
                                at(year + 1, 1, 20, second_of_day)};
  for (std::uint32_t wave = 0; wave < 3; ++wave) {
    QCDR_RETURN_IF_ERROR(write_consents(
        practice, waves[wave], fmt::format("consents-{}.csv", wave + 1), "GRANT",
        [&](Consent consent, std::uint32_t i) { return in_time(consent) && i % 3 == wave; }));
  }
  QCDR_RETURN_IF_ERROR(
      write_consents(practice, at(year + 1, 1, 25, second_of_day), "revocations.csv", "REVOKE",
                     [](Consent consent, std::uint32_t) { return consent == Consent::kRevoked; }));
  QCDR_RETURN_IF_ERROR(write_officer_consents(practice, at(year + 1, 2, 2, second_of_day), true));
  return write_consents(practice, at(year + 1, 2, 3, second_of_day), "late-consents.csv", "GRANT",
                        [](Consent consent, std::uint32_t) { return consent == Consent::kLate; });
}

}  // namespace qcdr::generate

// What the writers of a practice's uploads share: the practice, its rows' beginnings, CSV uploads.
//
// CSV of RFC 4180 with a header line, CRLF, fields quoted only where they must be. An upload comes
// into being with its first row; one without a row is not written.
// Thread-safety: none; one thread writes into one sink. Lifetime: a Practice outlives its uploads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "generate/case_generator.h"
#include "generate/file_writer.h"
#include "generate/schedule.h"

namespace qcdr::generate {

// Beside the inbox, for `--registry-inbox`.
inline constexpr std::string_view kRegistryFolder = "registry/";

std::string quoted(std::string_view field);
std::string_view level_name(Level level);

class Upload {
 public:
  Upload(FileWriter* writer, std::string name, const char* header)
      : writer_(writer), name_(std::move(name)), header_(header) {}

  Status row(const std::string& line);
  Status finish() { return begun_ ? writer_->end() : Status::ok(); }
  bool begun() const { return begun_; }

 private:
  Status append(std::string_view line);

  FileWriter* const writer_;
  const std::string name_;
  const char* const header_;
  bool begun_ = false;
};

// A clinician under a TIN.
struct Pair {
  std::uint32_t clinician = 0;  // counted from 0 within the practice
  std::uint32_t tin = 0;
  Clinician who;
  const Membership* membership = nullptr;
};

// One practice, at the second of the day at which it uploads.
struct Practice {
  const CaseGenerator& generator;
  std::uint32_t index = 0;
  std::int32_t second_of_day = 0;
  FileWriter* writer = nullptr;

  const Options& options() const { return generator.options(); }
  const Population& population() const { return generator.population(); }
  std::int32_t year() const { return options().year; }
  std::uint32_t id() const { return population().practice(index).value(); }
  std::string tin(std::uint32_t tin) const { return population().tin(index, tin); }
  Level level(std::uint32_t tin) const { return population().level(index, tin); }
  // "practice_id,performance_year"
  std::string key() const;
  // "practice_id,performance_year,tin"
  std::string key(std::uint32_t tin) const;
  std::string name(std::uint32_t clinician) const;
  // A day of the performance year, or of the one after it.
  LocalInstant in_year(int month, int day) const { return at(year(), month, day, second_of_day); }
  LocalInstant next_year(int month, int day) const {
    return at(year() + 1, month, day, second_of_day);
  }
  Upload upload(const LocalInstant& instant, std::string_view what, const char* header) const {
    return Upload(writer, inbox_name(instant, id(), what), header);
  }
  // What only the registry may state, in a folder of its own.
  Upload registry_upload(const LocalInstant& instant, std::string_view what,
                         const char* header) const {
    return Upload(writer, std::string(kRegistryFolder) + inbox_name(instant, id(), what), header);
  }
  // Chance of its own for each purpose and thing.
  Random draw(std::uint64_t purpose, std::uint64_t thing = 0, std::uint64_t part = 0) const {
    return Random(derive({options().seed, purpose, index, thing, part}));
  }
  bool reports_individually(const Pair& pair) const {
    return pair.who.role != Role::kAssistant && level(pair.tin) != Level::kGroup;
  }

  template <class Visit>  // Status(const Pair&)
  Status each_pair(const Visit& visit) const {
    for (std::uint32_t i = 0; i < options().clinicians_per_practice; ++i) {
      const Clinician who = population().clinician(index, i);
      for (std::uint32_t m = 0; m < who.membership_count; ++m) {
        const Pair pair{i, who.memberships[m].tin, who, &who.memberships[m]};
        QCDR_RETURN_IF_ERROR(visit(pair));
      }
    }
    return Status::ok();
  }
  template <class Visit>  // Status(std::uint32_t tin)
  Status each_tin(const Visit& visit) const {
    for (std::uint32_t tin = 0; tin < population().tin_count(); ++tin) {
      QCDR_RETURN_IF_ERROR(visit(tin));
    }
    return Status::ok();
  }
};

// A day before an upload, as the time of a signature.
std::string signed_before(const LocalInstant& upload, int days);

}  // namespace qcdr::generate

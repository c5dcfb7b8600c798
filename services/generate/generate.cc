#include "generate/generate.h"

#include <fmt/core.h>

#include "generate/case_generator.h"
#include "generate/file_writer.h"
#include "generate/nacor_writer.h"
#include "generate/practice_files.h"
#include "generate/record_files.h"
#include "generate/schedule.h"

namespace qcdr::generate {
namespace {

constexpr std::int32_t kUploadsFrom = 3 * 3600;        // of the day
constexpr std::int32_t kUploadsWithin = 5 * 3600;      // practices are spread over these seconds
constexpr std::uint32_t kScatteredWithin = 12 * 3600;  // single cases over these

class SeasonWriter {
 public:
  SeasonWriter(const Options& options, Sink* sink)
      : options_(options), generator_(options), writer_(sink) {}

  Status write_practice(std::uint32_t practice) {
    second_of_day_ = kUploadsFrom + static_cast<std::int32_t>(practice) % kUploadsWithin;
    const Practice files{generator_, practice, second_of_day_, &writer_};
    QCDR_RETURN_IF_ERROR(write_practice_files(files));
    for (int month = 1; month <= 12; ++month) {
      QCDR_RETURN_IF_ERROR(write_month(practice, month));
    }
    QCDR_RETURN_IF_ERROR(write_corrections(practice));
    return options_.all_kinds ? write_other_kinds(files) : Status::ok();
  }

  Summary summary() const {
    Summary all = counted_;
    all.files = writer_.files();
    all.rows = writer_.rows();
    all.bytes = writer_.bytes();
    return all;
  }

 private:
  // A month's cases come on the tenth of the next one.
  LocalInstant month_received(int month) const {
    return month == 12 ? at(options_.year + 1, 1, 10, second_of_day_)
                       : at(options_.year, month + 1, 10, second_of_day_);
  }

  Status write_month(std::uint32_t practice, int month) {
    const std::uint32_t first = generator_.first_of_month(month);
    const std::uint32_t end = generator_.first_of_month(month + 1);
    const std::string what = fmt::format("cases-{}-{:02}", options_.year, month);
    counted_.cases += end - first;
    return write_cases(practice, month_received(month), what, first, end, 0,
                       [](std::uint32_t) { return true; });
  }

  Status write_corrections(std::uint32_t practice) {
    return write_again(practice, at(options_.year + 1, 2, 6, second_of_day_), "corrections",
                       [&](std::uint32_t number) {
                         const bool corrected = generator_.is_corrected(practice, number);
                         if (corrected) ++counted_.corrections;
                         return corrected;
                       });
  }

  // What Options.all_kinds adds.
  Status write_other_kinds(const Practice& files) {
    QCDR_RETURN_IF_ERROR(write_organisation_files(files));
    QCDR_RETURN_IF_ERROR(write_registry_files(files));
    QCDR_RETURN_IF_ERROR(write_permission_files(files));
    QCDR_RETURN_IF_ERROR(write_evidence_files(files));
    QCDR_RETURN_IF_ERROR(write_withdrawn_cases(files));
    QCDR_RETURN_IF_ERROR(
        write_again(files.index, at(options_.year + 1, 2, 18, second_of_day_), "late-corrections",
                    [&](std::uint32_t number) { return is_corrected_late(files, number); }));
    if (!is_audited(files)) return Status::ok();
    std::uint32_t named = 0;
    return write_again(files.index, at(options_.year + 1, 2, 27, second_of_day_), "audited-cases",
                       [&](std::uint32_t number) {
                         return is_in_audit(files, number) && named++ < kAuditedCasesMax;
                       });
  }

  template <class Wanted>
  Status write_again(std::uint32_t practice, const LocalInstant& instant, const std::string& what,
                     const Wanted& wanted) {
    return write_cases(practice, instant, what, 0, generator_.case_count(), 1, wanted);
  }

  template <class Wanted>
  Status write_cases(std::uint32_t practice, const LocalInstant& instant, const std::string& what,
                     std::uint32_t first, std::uint32_t end, std::uint32_t revision,
                     const Wanted& wanted) {
    bool open = false;
    for (std::uint32_t number = first; number < end; ++number) {
      if (!wanted(number)) continue;
      if (options_.scatter) {
        LocalInstant own = instant;
        own.second_of_day += static_cast<std::int32_t>(std::uint64_t{number - first} *
                                                       kScatteredWithin / (end - first));
        QCDR_RETURN_IF_ERROR(begin(practice, own, fmt::format("{}-{:08}.xml", what, number)));
      } else if (!open) {
        QCDR_RETURN_IF_ERROR(begin(practice, instant, what + ".xml"));
      }
      open = true;
      append_nacor_case(generator_, generator_.make(practice, number, revision), &writer_.buffer());
      QCDR_RETURN_IF_ERROR(writer_.flush_when_full());
      if (options_.scatter) QCDR_RETURN_IF_ERROR(finish());
    }
    return open && !options_.scatter ? finish() : Status::ok();
  }

  Status begin(std::uint32_t practice, const LocalInstant& instant, const std::string& what) {
    const std::uint32_t id = generator_.population().practice(practice).value();
    QCDR_RETURN_IF_ERROR(writer_.begin(inbox_name(instant, id, what)));
    append_nacor_header(generator_, practice, instant, &writer_.buffer());
    return Status::ok();
  }

  Status finish() {
    append_nacor_footer(&writer_.buffer());
    return writer_.end();
  }

  const Options options_;
  const CaseGenerator generator_;
  FileWriter writer_;
  std::int32_t second_of_day_ = kUploadsFrom;
  Summary counted_;
};

static_assert(kUploadsFrom + kUploadsWithin + static_cast<std::int32_t>(kScatteredWithin) < 86'400);

}  // namespace

Result<Summary> generate(const Options& options, Sink* sink, const Progress& progress) {
  QCDR_RETURN_IF_ERROR(check(options));
  SeasonWriter season(options, sink);
  for (std::uint32_t practice = 0; practice < options.practices; ++practice) {
    QCDR_RETURN_IF_ERROR(season.write_practice(practice));
    if (progress) progress(practice + 1);
  }
  return season.summary();
}

}  // namespace qcdr::generate

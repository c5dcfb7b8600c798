#include "bench_input.h"

#include <fmt/core.h>

#include <memory>

#include "common/chunk_seal.h"
#include "common/topic_names.h"
#include "core/assert.h"
#include "generate/case_generator.h"
#include "intake/chunk_builder.h"
#include "intake/limits.h"
#include "intake/tin_table.h"
#include "qcdr/v1/registry_record.pb.h"
#include "rulebook/rulebook.h"

namespace qcdr::bench {
namespace {

constexpr std::int32_t kYear = 2022;
constexpr const char* kRowPath = "/AnesthesiaRecords/AnesthesiaRecord";
constexpr std::uint32_t kRowLines = 10;    // of a generated file, for locations
constexpr std::uint32_t kRowBytes = 1600;  // likewise

v1::ClinicianType type_of(generate::Role role) {
  switch (role) {
    case generate::Role::kAnesthesiologist:
      return v1::CLINICIAN_TYPE_PHYSICIAN;
    case generate::Role::kNurseAnesthetist:
      return v1::CLINICIAN_TYPE_CRNA;
    case generate::Role::kAssistant:
      return v1::CLINICIAN_TYPE_CAA;
  }
  QCDR_ASSERT(false);
}

std::uint32_t category_bits(generate::Method method) {
  switch (method) {
    case generate::Method::kInhalational:
    case generate::Method::kIntravenous:
      return 1;
    case generate::Method::kMonitoredCare:
      return 16;
    case generate::Method::kSpinal:
      return 2;
    case generate::Method::kEpidural:
      return 4;
    case generate::Method::kNerveBlock:
      return 32;
  }
  QCDR_ASSERT(false);
}

Instant noon(std::int32_t year, int month, int day) {
  return Instant::parse(fmt::format("{:04}-{:02}-{:02}T12:00:00-05:00", year, month, day)).value();
}

// One upload on its way into the log.
class Upload {
 public:
  Upload(Input* input, KeyRing& keys, std::int32_t partitions, PracticeId practice,
         std::string upload_id, v1::RecordKind kind, Instant received_at)
      : input_(input),
        keys_(keys),
        practice_(practice),
        partition_(practice_partition(practice, partitions)),
        received_at_(received_at),
        kind_(kind),
        upload_id_(std::move(upload_id)),
        tins_(keys),
        builder_(
            [this](std::uint32_t first, const v1::ChunkRows& rows) { return take(first, rows); }) {}

  intake::TinTable& tins() { return tins_; }
  void row(v1::Row row) {
    row.set_ordinal(builder_.row_count());
    row.mutable_location()->set_line(2 + builder_.row_count() * kRowLines);
    row.mutable_location()->set_byte_offset(300 + std::uint64_t{builder_.row_count()} * kRowBytes);
    row.mutable_location()->set_column(1);
    row.mutable_location()->set_path(kRowPath);
    QCDR_ASSERT(builder_.row(std::move(row), tins_).is_ok());
  }
  void flush() { QCDR_ASSERT(builder_.flush().is_ok()); }
  void complete() {
    flush();
    v1::RegistryRecord record;
    v1::UploadCompleted& completed = *record.mutable_upload_completed();
    completed.set_upload_id(upload_id_);
    completed.set_practice_id(practice_.value());
    completed.set_performance_year(kYear);
    completed.set_kind(kind_);
    completed.set_received_at(received_at_.milliseconds());
    completed.set_row_count(builder_.row_count());
    append(record);
  }

 private:
  Status take(std::uint32_t first, const v1::ChunkRows& rows) {
    v1::RegistryRecord record;
    v1::Chunk& chunk = *record.mutable_chunk();
    chunk.set_upload_id(upload_id_);
    chunk.set_practice_id(practice_.value());
    chunk.set_performance_year(kYear);
    chunk.set_kind(kind_);
    chunk.set_first_ordinal(first);
    chunk.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
    chunk.set_received_at(received_at_.milliseconds());
    chunk.mutable_actor()->set_subject("bench");
    chunk.mutable_actor()->set_authority(v1::AUTHORITY_VENDOR);
    chunk.set_rulebook_digest(std::string(view(rulebook::Rulebook::built_in().digest())));
    chunk.set_idempotency_key(upload_id_);
    QCDR_RETURN_IF_ERROR(seal_chunk(keys_, rows, &chunk));
    append(record);
    if (kind_ == v1::RECORD_KIND_ANESTHESIA_CASE) {
      input_->cases += static_cast<std::uint64_t>(rows.rows_size());
      input_->plain.push_back(rows.SerializeAsString());
      input_->plain_practices.push_back(practice_.value());
    }
    return Status::ok();
  }
  void append(const v1::RegistryRecord& record) {
    std::string value = record.SerializeAsString();
    input_->bytes += value.size();
    ++input_->records;
    input_->partitions[static_cast<std::size_t>(partition_.value())].push_back(
        {practice_key(practice_), std::move(value), received_at_});
  }

  Input* input_;
  KeyRing& keys_;
  PracticeId practice_;
  Partition partition_;
  Instant received_at_;
  v1::RecordKind kind_;
  std::string upload_id_;
  intake::TinTable tins_;
  intake::ChunkBuilder builder_;
};

class Season {
 public:
  Season(const InputOptions& options, KeyRing& keys, Input* input)
      : options_(options), keys_(keys), input_(input), generator_(generator_options(options)) {}

  void rosters() {
    for (std::uint32_t practice = 0; practice < options_.practices; ++practice) roster(practice);
  }
  // Files of one round arrive together; a round is a slice of the year.
  void cases(std::uint32_t round) {
    const std::uint64_t all = generator_.case_count();
    const auto begin = static_cast<std::uint32_t>(all * round / options_.files_per_practice);
    const auto end = static_cast<std::uint32_t>(all * (round + 1) / options_.files_per_practice);
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = begin; number < end; ++number) numbers.push_back(number);
    const LocalDate last = generator_.make(0, end - 1, 0).service_date;
    const bool december = last.month() == 12;
    const Instant received =
        noon(december ? kYear + 1 : kYear, december ? 1 : last.month() + 1, 10);
    send(fmt::format("cases-{}", round), received,
         std::vector<std::vector<std::uint32_t>>(options_.practices, numbers), 0);
    input_->distinct_cases += std::uint64_t{end - begin} * options_.practices;
  }
  void corrections() {
    std::vector<std::vector<std::uint32_t>> chosen(options_.practices);
    for (std::uint32_t practice = 0; practice < options_.practices; ++practice) {
      for (std::uint32_t number = 0; number < generator_.case_count(); ++number) {
        if (generator_.is_corrected(practice, number)) chosen[practice].push_back(number);
      }
    }
    send("corrections", noon(kYear + 1, 1, 20), chosen, 1);
  }

 private:
  static generate::Options generator_options(const InputOptions& options) {
    generate::Options made;
    made.seed = options.seed;
    made.practices = options.practices;
    made.clinicians_per_practice = options.clinicians_per_practice;
    made.cases_per_practice = options.cases / options.practices;
    made.corrections_percent = options.corrections_percent;
    made.year = kYear;
    made.errors_per_ten_thousand = 0;
    QCDR_ASSERT(generate::check(made).is_ok());
    return made;
  }

  std::unique_ptr<Upload> upload(std::uint32_t practice, const std::string& what,
                                 v1::RecordKind kind, Instant received) {
    const PracticeId id = generator_.population().practice(practice);
    // As ingest makes them: hex of 16 bytes.
    const std::string upload_id =
        hex(view(sha256(fmt::format("{}|{}", id.value(), what)))).substr(0, 32);
    return std::make_unique<Upload>(input_, keys_, options_.partitions, id, upload_id, kind,
                                    received);
  }

  void roster(std::uint32_t practice) {
    const generate::Population& population = generator_.population();
    const auto file = upload(practice, "roster", v1::RECORD_KIND_ROSTER_ENTRY, noon(kYear, 2, 1));
    for (std::uint32_t i = 0; i < options_.clinicians_per_practice; ++i) {
      const generate::Clinician who = population.clinician(practice, i);
      for (std::uint32_t m = 0; m < who.membership_count; ++m) {
        const generate::Membership& membership = who.memberships[m];
        v1::Row row;
        v1::RosterEntry& entry = *row.mutable_roster_entry();
        entry.set_tin(file->tins().number_of(population.tin(practice, membership.tin)));
        entry.set_npi(who.npi);
        entry.set_last_name(std::string(population.last_name(practice, i)));
        entry.set_first_name(std::string(population.first_name(practice, i)));
        entry.set_clinician_type(type_of(who.role));
        entry.set_start_date(membership.first_day.days());
        if (membership.ends) entry.set_end_date(membership.last_day.days());
        file->row(std::move(row));
      }
    }
    file->complete();
  }

  v1::Row case_row(const generate::GeneratedCase& made, intake::TinTable* tins) const {
    v1::Row row;
    v1::AnesthesiaCase& fact = *row.mutable_anesthesia_case();
    const PracticeId practice = generator_.population().practice(made.practice);
    fact.set_case_token(std::string(
        make_case_token(keys_.token_key(), practice, PerformanceYear(kYear), made.record_id(kYear))
            .bytes()));
    fact.set_service_date(made.service_date.days());
    for (std::size_t i = 0; i < made.staff_count; ++i) {
      v1::CaseStaff& staff = *fact.add_staff();
      staff.set_tin(tins->number_of(generator_.population().tin(made.practice, made.staff[i].tin)));
      staff.set_npi(made.staff[i].npi);
      staff.set_clinician_type(type_of(made.staff[i].role));
    }
    for (std::size_t i = 0; i < made.code_count; ++i) {
      fact.add_quality_codes(rulebook::pack_quality_code(made.codes[i].code, ""));
      fact.add_quality_measures(
          rulebook::pack_measure_id("PQRS" + std::string(made.codes[i].measure)));
    }
    fact.set_age_years(made.age_years);
    fact.set_anesthesia_minutes(made.duration_minutes);
    fact.set_asa_physical_status(made.asa_class);
    fact.set_anesthesia_categories(category_bits(made.method));
    fact.set_procedure_status(static_cast<std::uint32_t>(made.urgency) + 1);
    fact.add_anesthesia_cpt(made.anesthesia_cpt);
    fact.add_surgical_cpt(made.surgical_cpt);
    fact.set_start_minute(made.start_minute);
    fact.set_file_created(noon(kYear, 12, 31).milliseconds() / 1000);
    return row;
  }

  // One file per practice with the cases of these numbers.
  void send(const std::string& what, Instant received,
            const std::vector<std::vector<std::uint32_t>>& numbers, std::uint32_t revision) {
    std::vector<std::unique_ptr<Upload>> files;
    std::size_t longest = 0;
    for (std::uint32_t practice = 0; practice < options_.practices; ++practice) {
      files.push_back(upload(practice, what, v1::RECORD_KIND_ANESTHESIA_CASE, received));
      longest = std::max(longest, numbers[practice].size());
      if (options_.arrangement == Arrangement::kScattered) continue;
      for (const std::uint32_t number : numbers[practice])
        add(practice, number, revision, *files.back());
      files.back()->complete();
      files.back().reset();
    }
    if (options_.arrangement != Arrangement::kScattered) return;
    for (std::size_t i = 0; i < longest; ++i) {
      for (std::uint32_t practice = 0; practice < options_.practices; ++practice) {
        if (i >= numbers[practice].size()) continue;
        add(practice, numbers[practice][i], revision, *files[practice]);
        files[practice]->flush();
      }
    }
    for (const auto& file : files) file->complete();
  }

  void add(std::uint32_t practice, std::uint32_t number, std::uint32_t revision, Upload& file) {
    file.row(case_row(generator_.make(practice, number, revision), &file.tins()));
  }

  const InputOptions& options_;
  KeyRing& keys_;
  Input* input_;
  const generate::CaseGenerator generator_;
};

}  // namespace

Status make_input_by_round(const InputOptions& options, KeyRing& keys, const TakeRound& take) {
  QCDR_ASSERT(options.practices > 0 && options.partitions > 0 && options.files_per_practice > 0);
  QCDR_ASSERT(options.cases / options.practices >= options.files_per_practice);
  Input input;
  input.partitions.resize(static_cast<std::size_t>(options.partitions));
  const auto end_round = [&]() -> Status {
    QCDR_RETURN_IF_ERROR(take(input));
    for (std::vector<InputRecord>& partition : input.partitions) partition.clear();
    input.plain.clear();
    input.plain_practices.clear();
    return Status::ok();
  };
  Season season(options, keys, &input);
  season.rosters();
  for (std::uint32_t round = 0; round < options.files_per_practice; ++round) {
    season.cases(round);
    QCDR_RETURN_IF_ERROR(end_round());
  }
  if (options.corrections_percent == 0) return Status::ok();
  season.corrections();
  return end_round();
}

Input make_input(const InputOptions& options, KeyRing& keys) {
  Input all;
  all.partitions.resize(static_cast<std::size_t>(options.partitions));
  const Status made = make_input_by_round(options, keys, [&all](const Input& round) {
    for (std::size_t i = 0; i < round.partitions.size(); ++i) {
      all.partitions[i].insert(all.partitions[i].end(), round.partitions[i].begin(),
                               round.partitions[i].end());
    }
    all.plain.insert(all.plain.end(), round.plain.begin(), round.plain.end());
    all.plain_practices.insert(all.plain_practices.end(), round.plain_practices.begin(),
                               round.plain_practices.end());
    all.cases = round.cases;
    all.distinct_cases = round.distinct_cases;
    all.records = round.records;
    all.bytes = round.bytes;
    return Status::ok();
  });
  QCDR_ASSERT(made.is_ok());
  return all;
}

}  // namespace qcdr::bench

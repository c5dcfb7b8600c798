#include "cli/mistyped_npis.h"

#include <map>
#include <set>

#include "cli/released_records.h"
#include "cli/standing_records.h"
#include "common/chunk_seal.h"
#include "common/topic_names.h"
#include "core/finding_codes.h"
#include "ledger/nearest_npi.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {
namespace {

using ledger::PracticeYear;

constexpr std::size_t kMistypedMax = 10'000;  // of one practice-year

struct Mistyped {
  TinToken tin;
  std::string last_four;
  std::uint64_t digits = 0;
  friend bool operator<(const Mistyped& a, const Mistyped& b) {
    return std::pair(a.tin, a.digits) < std::pair(b.tin, b.digits);
  }
};

// One practice-year that has such uploads.
struct Wanted {
  StateView::PartitionView* partition = nullptr;
  std::set<std::string> uploads;
  std::string last;  // file of cases, received last
  Instant last_received;
  std::set<std::pair<std::string, std::uint32_t>> seen;
  std::map<Mistyped, std::uint32_t> cases;
};
using WantedYears = std::map<PracticeYear, Wanted>;

Status note_uploads(StateView::PartitionView& partition, PracticeYear id, WantedYears* wanted) {
  QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, partition.ledger->find(id));
  Wanted found;
  found.partition = &partition;
  QCDR_RETURN_IF_ERROR(practice->for_each_upload(
      [&](std::string_view upload_id, const ledger::UploadFact& fact) -> Status {
        if (fact.kind != v1::RECORD_KIND_ANESTHESIA_CASE || fact.refused) return Status::ok();
        if (fact.received_at >= found.last_received) {
          found.last_received = fact.received_at;
          found.last = std::string(upload_id);
        }
        if (fact.findings.contains(code_number(FindingCode::NPI_CHECK_DIGIT))) {
          found.uploads.emplace(upload_id);
        }
        return Status::ok();
      }));
  if (!found.uploads.empty()) wanted->emplace(id, std::move(found));
  return Status::ok();
}

class MistypedReader {
 public:
  MistypedReader(LogView& log, StateView& state) : log_(log), opener_(state.keys()) {}

  Status read(WantedYears* wanted) {
    QCDR_ASSIGN_OR_RETURN(const ReleasedRecords released, ReleasedRecords::open(log_));
    for (auto& [id, year] : *wanted) {
      QCDR_ASSIGN_OR_RETURN(auto standing, StandingRecords::read(*year.partition, id, true));
      standing_.insert_or_assign(id, std::move(standing));
      partitions_.insert(practice_partition(id.practice, log_.partitions()));
    }
    for (const Partition partition : partitions_) {
      QCDR_RETURN_IF_ERROR(log_.for_each(
          kRegistryRecordsTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
            const auto value = released.value_of(record);
            v1::RegistryRecord message;
            if (!value || !message.ParseFromString(*value)) return Status::ok();
            return message.has_chunk() ? read_chunk(message.chunk(), wanted) : Status::ok();
          }));
    }
    return Status::ok();
  }

 private:
  Status read_chunk(const v1::Chunk& chunk, WantedYears* wanted) {
    const PracticeYear id{PracticeId(chunk.practice_id()),
                          PerformanceYear(chunk.performance_year())};
    const auto year = wanted->find(id);
    if (year == wanted->end() || !year->second.uploads.contains(chunk.upload_id())) {
      return Status::ok();
    }
    v1::ChunkRows rows;
    const Status found = opener_.find_key(chunk);
    if (found.code() == ErrorCode::kNotFound) return Status::ok();  // deleted
    QCDR_RETURN_IF_ERROR(found);
    QCDR_RETURN_IF_ERROR(opener_.open(chunk, &rows));
    for (const v1::Row& row : rows.rows()) {
      if (row.mistyped_staff().empty() || !counts(standing_.at(id), year->second, chunk, row)) {
        continue;
      }
      QCDR_RETURN_IF_ERROR(note_row(row, rows, &year->second));
    }
    return Status::ok();
  }

  static bool counts(const StandingRecords& standing, Wanted& year, const v1::Chunk& chunk,
                     const v1::Row& row) {
    if (!year.seen.emplace(chunk.upload_id(), row.ordinal()).second) return false;
    if (!row.has_anesthesia_case()) return chunk.upload_id() == year.last;
    return standing.of(chunk.upload_id(), row.ordinal()) != Stands::kNot;
  }

  static Status note_row(const v1::Row& row, const v1::ChunkRows& rows, Wanted* year) {
    for (const v1::MistypedStaff& staff : row.mistyped_staff()) {
      if (staff.tin() == 0 || staff.tin() > static_cast<std::uint32_t>(rows.tins_size())) continue;
      const v1::TinEntry& tin = rows.tins(static_cast<int>(staff.tin()) - 1);
      QCDR_ASSIGN_OR_RETURN(const TinToken token, TinToken::from_string(tin.token()));
      const Mistyped key{token, tin.last_four(), staff.digits()};
      if (year->cases.size() >= kMistypedMax && !year->cases.contains(key)) continue;
      ++year->cases[key];
    }
    return Status::ok();
  }

  LogView& log_;
  ChunkOpener opener_;
  std::map<PracticeYear, StandingRecords> standing_;
  std::set<Partition> partitions_;
};

ReconciliationRow row_of(PracticeYear id, const ledger::PracticeLedger& practice,
                         const Mistyped& mistyped, std::uint32_t cases) {
  ReconciliationRow row;
  row.practice = id.practice;
  row.year = id.year;
  row.tin = "*****" + mistyped.last_four;
  row.npi = Npi::from_trusted(mistyped.digits);
  row.finding.code = FindingCode::NPI_CHECK_DIGIT;
  row.finding.cases = cases;
  const ledger::PairTable& pairs = practice.pairs();
  for (const ledger::TinRow& tin : pairs.tins()) {
    if (tin.token != mistyped.tin) continue;
    const auto nearest = ledger::nearest_listed(pairs.pairs(), tin.ordinal, mistyped.digits);
    if (!nearest) break;
    const ledger::PairRow& pair = pairs.pair(*nearest);
    row.nearest_clinician = pair.last_name + ", " + pair.first_name;
    row.nearest_npi = pair.npi;
  }
  return row;
}

}  // namespace

Status add_mistyped_npis(LogView& log, StateView& state, std::optional<PracticeId> practice,
                         ReconciliationView* view) {
  WantedYears wanted;
  for (StateView::PartitionView& partition : state.partitions()) {
    QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
    for (const PracticeYear id : ids) {
      if (practice && id.practice != *practice) continue;
      QCDR_RETURN_IF_ERROR(note_uploads(partition, id, &wanted));
    }
  }
  if (wanted.empty()) return Status::ok();
  QCDR_RETURN_IF_ERROR(MistypedReader(log, state).read(&wanted));
  for (const auto& [id, year] : wanted) {
    QCDR_ASSIGN_OR_RETURN(const ledger::PracticeLedger* ledger, year.partition->ledger->find(id));
    for (const auto& [mistyped, cases] : year.cases) {
      view->rows.push_back(row_of(id, *ledger, mistyped, cases));
    }
  }
  return Status::ok();
}

}  // namespace qcdr

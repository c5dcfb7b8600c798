#include "cli/record_history.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <map>

#include "cli/record_subject.h"
#include "cli/released_records.h"
#include "cli/standing_records.h"
#include "common/chunk_seal.h"
#include "common/topic_names.h"
#include "core/finding_codes.h"
#include "qcdr/v1/registry_record.pb.h"
#include "rulebook/parameter_names.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"
#include "telemetry/identifier_scrubber.h"

namespace qcdr {
namespace {

std::string record_id(const std::string& upload_id, std::uint32_t row) {
  return upload_id + "/" + std::to_string(row);
}

// By what right the record itself says that it was signed.
std::string claimed_authority(const std::vector<FactWord>& words) {
  for (const FactWord& word : words) {
    const std::size_t dot = word.path.rfind('.');
    const std::string_view last = dot == std::string::npos
                                      ? std::string_view(word.path)
                                      : std::string_view(word.path).substr(dot + 1);
    if (last == "signerAuthority" || last == "authority") return word.value;
  }
  return {};
}

// The last day on which records of the year must be kept; empty where the rules say nothing.
std::string keep_until(PerformanceYear year) {
  const auto* rules = rulebook::find_record_year(rulebook::Rulebook::built_in(), year);
  const auto* years =
      rules == nullptr ? nullptr : rules->find_parameter(rulebook::names::kRetentionYears);
  if (years == nullptr) return {};
  constexpr int kDecember = 12;
  constexpr int kLastDay = 31;
  const int last = year.value() + static_cast<int>(years->value.raw() / Decimal::kOne);
  const auto date = LocalDate::from_civil(last, kDecember, kLastDay);
  return date.is_ok() ? date.value().to_string() : std::string();
}

class HistoryReader {
 public:
  HistoryReader(LogView& log, StateView& state, const HistoryQuery& query)
      : log_(log),
        state_(state),
        query_(query),
        partition_(practice_partition(query.practice, log.partitions())),
        opener_(state.keys()) {}

  Result<RecordHistory> read() {
    history_.practice = query_.practice;
    QCDR_ASSIGN_OR_RETURN(history_.as_of, log_.clock());
    QCDR_RETURN_IF_ERROR(read_state());
    QCDR_RETURN_IF_ERROR(read_findings());
    QCDR_RETURN_IF_ERROR(read_rows());
    place_withdrawals();
    for (Fact& fact : facts_) {
      settle(fact);
      if (is_wanted(fact.shown)) history_.facts.push_back(std::move(fact.shown));
    }
    limit();
    return std::move(history_);
  }

 private:
  struct Fact {
    FactHistory shown;
    std::vector<std::string> uploads;  // of each record
    std::vector<std::uint32_t> rows;
    std::vector<std::string> names;  // what each record says it supersedes
  };

  Status read_state() {
    for (StateView::PartitionView& partition : state_.partitions()) {
      QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
      for (const ledger::PracticeYear id : ids) {
        if (id.practice != query_.practice) continue;
        if (query_.year && id.year != *query_.year) continue;
        QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, partition.ledger->find(id));
        for (const ledger::PairRow& pair : practice->pairs().pairs()) {
          names_.learn(pair.npi, pair.last_name, pair.first_name);
        }
        QCDR_ASSIGN_OR_RETURN(auto standing, StandingRecords::read(partition, id, has_cases()));
        standing_.insert_or_assign(id.year, std::move(standing));
      }
    }
    return Status::ok();
  }

  // Only one record names a case: they are too many to be listed, and their facts have no name.
  bool has_cases() const {
    return query_.kind == v1::RECORD_KIND_ANESTHESIA_CASE || !query_.record.empty();
  }
  bool is_read(const v1::Chunk& chunk) const {
    if (chunk.practice_id() != query_.practice.value()) return false;
    if (query_.year && chunk.performance_year() != query_.year->value()) return false;
    if (chunk.kind() == v1::RECORD_KIND_OFFICER_DECISION) return true;  // they name others
    if (query_.kind != v1::RECORD_KIND_UNSPECIFIED) return chunk.kind() == query_.kind;
    return has_cases() || (chunk.kind() != v1::RECORD_KIND_ANESTHESIA_CASE &&
                           chunk.kind() != v1::RECORD_KIND_ROSTER_ENTRY);
  }

  Status read_findings() {
    return log_.for_each(
        kFindingsTopic, partition_, Offset(), [&](const stream::Record& record) -> Status {
          v1::FindingRecord message;
          if (!record.value || !message.ParseFromString(*record.value)) {
            return Status(ErrorCode::kCorruption, "a finding cannot be decoded");
          }
          if (!message.has_finding() || !message.finding().has_ordinal()) return Status::ok();
          const v1::Finding& finding = message.finding();
          if (finding.practice_id() != query_.practice.value()) return Status::ok();
          auto& codes = codes_[record_id(finding.upload_id(), finding.ordinal())];
          if (std::find(codes.begin(), codes.end(), finding.code()) == codes.end()) {
            codes.push_back(finding.code());
          }
          return Status::ok();
        });
  }

  // Chunks as releases of parked practices left them; what was laid back stands there twice.
  Status read_rows() {
    QCDR_ASSIGN_OR_RETURN(const ReleasedRecords released, ReleasedRecords::open(log_));
    return log_.for_each(kRegistryRecordsTopic, partition_, Offset(),
                         [&](const stream::Record& record) -> Status {
                           const auto value = released.value_of(record);
                           v1::RegistryRecord message;
                           if (!value || !message.ParseFromString(*value)) return Status::ok();
                           if (!message.has_chunk() || !is_read(message.chunk())) {
                             return Status::ok();
                           }
                           return read_chunk(message.chunk());
                         });
  }

  Status read_chunk(const v1::Chunk& chunk) {
    v1::ChunkRows rows;
    const Status found = opener_.find_key(chunk);
    if (found.code() == ErrorCode::kNotFound) {
      history_.deleted += chunk.row_count();
      return Status::ok();
    }
    QCDR_RETURN_IF_ERROR(found);
    QCDR_RETURN_IF_ERROR(opener_.open(chunk, &rows));
    for (const v1::Row& row : rows.rows()) add_row(chunk, row, rows);
    return Status::ok();
  }

  void add_row(const v1::Chunk& chunk, const v1::Row& row, const v1::ChunkRows& rows) {
    HistoryRecord record;
    record.id = record_id(chunk.upload_id(), row.ordinal());
    if (!seen_.emplace(record.id, Place()).second) return;
    record.own_id = scrub_identifiers(row.record_id());
    record.received_at = Instant::from_milliseconds(chunk.received_at());
    record.sent_by = scrub_identifiers(chunk.actor().subject());
    record.authority = chunk.actor().authority();
    record.action = row.action();
    const auto codes = codes_.find(record.id);
    if (codes != codes_.end()) record.codes = codes->second;
    const auto* message = fact_of(row);
    if (message != nullptr) record.words = fact_words(*message, rows, names_);
    record.signer_authority = claimed_authority(record.words);
    if (row.has_officer_decision() && !row.officer_decision().record_id().empty()) {
      decided_by_[row.officer_decision().record_id()] = record.id;
    }
    if (row.has_roster_entry()) {
      const v1::RosterEntry& entry = row.roster_entry();
      names_.learn(Npi::from_trusted(entry.npi()), entry.last_name(), entry.first_name());
    }
    const std::size_t place = place_of(chunk, row, rows, record.id);
    Fact& fact = facts_[place];
    seen_[record.id] = {place, fact.shown.records.size()};
    if (!row.record_id().empty()) by_own_id_[row.record_id()] = record.id;
    fact.uploads.push_back(chunk.upload_id());
    fact.rows.push_back(row.ordinal());
    fact.names.push_back(!row.supersedes().empty() ? row.supersedes() : std::string());
    fact.shown.records.push_back(std::move(record));
  }

  // A row without a fact that names a record stands with that record; one that could not be read
  // stands alone.
  std::size_t place_of(const v1::Chunk& chunk, const v1::Row& row, const v1::ChunkRows& rows,
                       const std::string& id) {
    RecordSubject subject = subject_of(row, rows);
    const std::string key =
        std::to_string(chunk.performance_year()) + "/" +
        (subject.key.empty() ? "row " + (row.supersedes().empty() ? id : row.supersedes())
                             : subject.key);
    const auto [place, fresh] = places_.try_emplace(key, facts_.size());
    if (!fresh) return place->second;
    Fact fact;
    fact.shown.year = PerformanceYear(chunk.performance_year());
    fact.shown.kind = chunk.kind();
    fact.shown.keep_until = keep_until(fact.shown.year);
    fact.shown.tin = subject.tin;
    fact.shown.clinician = names_.of(subject.npi);
    fact.shown.about = std::move(subject.about);
    facts_.push_back(std::move(fact));
    return place->second;
  }

  std::string resolved(const std::string& name) const {
    const auto own = by_own_id_.find(name);
    return own != by_own_id_.end() ? own->second : name;
  }

  // Rows that only name a record move to its fact.
  void place_withdrawals() {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      Fact& fact = facts_[i];
      if (fact.shown.records.empty() || !fact.shown.records.front().words.empty() ||
          fact.names.front().empty()) {
        continue;
      }
      const auto target = seen_.find(resolved(fact.names.front()));
      if (target == seen_.end() || target->second.fact == i) continue;
      Fact& home = facts_[target->second.fact];
      if (home.shown.year != fact.shown.year) continue;
      for (std::size_t n = 0; n < fact.shown.records.size(); ++n) {
        home.uploads.push_back(fact.uploads[n]);
        home.rows.push_back(fact.rows[n]);
        home.names.push_back(fact.names[n]);
        home.shown.records.push_back(std::move(fact.shown.records[n]));
      }
      fact = Fact();
    }
  }

  static bool has_effect(const HistoryRecord& record, FindingEffect effect) {
    return std::any_of(record.codes.begin(), record.codes.end(), [&](std::uint32_t code) {
      const FindingDescription* description = find_finding(code);
      return description != nullptr && description->effect == effect;
    });
  }

  void settle(Fact& fact) {
    std::vector<HistoryRecord>& records = fact.shown.records;
    const auto standing = standing_.find(fact.shown.year);
    std::size_t in_force = records.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
      records[i].came_late = has_effect(records[i], FindingEffect::HELD);
      const auto decided = decided_by_.find(records[i].id);
      if (decided != decided_by_.end()) records[i].decided_by = decided->second;
      if (standing == standing_.end()) continue;
      settle_from_state(standing->second, fact, i);
      if (records[i].state == RecordState::kInForce) in_force = i;
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].state == RecordState::kSuperseded && in_force < i) {
        records[i].state = RecordState::kSaidAgain;
      }
    }
    link(fact);
  }

  static void settle_from_state(const StandingRecords& standing, Fact& fact, std::size_t index) {
    HistoryRecord& record = fact.shown.records[index];
    const std::string& upload = fact.uploads[index];
    if (!standing.is_finished(upload)) return;
    if (standing.is_refused(upload)) {
      record.state = RecordState::kFileRefused;
      return;
    }
    switch (standing.of(upload, fact.rows[index])) {
      case Stands::kInForce:
        record.state = RecordState::kInForce;
        return;
      case Stands::kHeld:
        record.state = RecordState::kHeld;
        return;
      case Stands::kHoldRefused:
        record.state = RecordState::kHoldRefused;
        return;
      case Stands::kNot:
        break;
    }
    const bool unread = record.words.empty() && fact.names[index].empty();
    record.state = unread || has_effect(record, FindingEffect::ROW_NOT_USED)
                       ? RecordState::kNotUsed
                       : RecordState::kSuperseded;
  }

  // Who took whose place, in the order of the log.
  void link(Fact& fact) {
    std::vector<HistoryRecord>& records = fact.shown.records;
    HistoryRecord* last = nullptr;
    for (std::size_t i = 0; i < records.size(); ++i) {
      HistoryRecord& record = records[i];
      const bool counted =
          record.state == RecordState::kInForce || record.state == RecordState::kSuperseded;
      if (record.action != v1::ROW_ACTION_UNSPECIFIED && !fact.names[i].empty() &&
          record.state != RecordState::kNotUsed) {
        take_back(resolved(fact.names[i]), record, records);
        last = counted ? &record : last;
        continue;
      }
      if (!counted) continue;
      if (last != nullptr) {
        record.supersedes = last->id;
        if (last->superseded_by.empty()) last->superseded_by = record.id;
      }
      last = &record;
    }
  }

  static void take_back(const std::string& id, HistoryRecord& by,
                        std::vector<HistoryRecord>& records) {
    const auto taken = std::find_if(records.begin(), records.end(),
                                    [&](const HistoryRecord& each) { return each.id == id; });
    if (taken == records.end()) return;
    by.supersedes = id;
    taken->superseded_by = by.id;
    if (taken->state == RecordState::kSuperseded) taken->state = RecordState::kTakenBack;
    // The withdrawal of a fact that is gone stands for nothing any more, and did its work.
    if (by.state == RecordState::kSuperseded) by.state = RecordState::kInForce;
  }

  bool is_wanted(const FactHistory& fact) const {
    if (fact.records.empty()) return false;
    if (!query_.record.empty()) {
      return std::any_of(fact.records.begin(), fact.records.end(), [&](const auto& record) {
        return record.id.starts_with(query_.record) || record.own_id == query_.record;
      });
    }
    return (query_.kind == v1::RECORD_KIND_UNSPECIFIED || fact.kind == query_.kind) &&
           (query_.tin.empty() || fact.tin.ends_with(query_.tin)) &&
           (query_.clinician.empty() || fact.clinician.starts_with(query_.clinician));
  }

  void limit() {
    std::size_t records = 0;
    for (FactHistory& fact : history_.facts) {
      const std::size_t room = kHistoryRecordsMax - std::min(kHistoryRecordsMax, records);
      if (fact.records.size() > room) {
        history_.left_out += fact.records.size() - room;
        fact.records.resize(room);
      }
      records += fact.records.size();
    }
    std::erase_if(history_.facts, [](const FactHistory& fact) { return fact.records.empty(); });
  }

  struct Place {
    std::size_t fact = 0;
    std::size_t record = 0;
  };

  LogView& log_;
  StateView& state_;
  const HistoryQuery& query_;
  const Partition partition_;
  ChunkOpener opener_;
  ClinicianNames names_;
  RecordHistory history_;
  std::map<PerformanceYear, StandingRecords> standing_;
  std::map<std::string, std::vector<std::uint32_t>> codes_;
  std::vector<Fact> facts_;
  std::map<std::string, std::size_t> places_;  // of facts, by year and subject
  std::map<std::string, Place> seen_;          // by record id
  std::map<std::string, std::string> by_own_id_;
  std::map<std::string, std::string> decided_by_;
};

}  // namespace

std::string_view record_state_name(RecordState state) {
  switch (state) {
    case RecordState::kInForce:
      return "inForce";
    case RecordState::kSuperseded:
      return "superseded";
    case RecordState::kSaidAgain:
      return "saidAgain";
    case RecordState::kHeld:
      return "held";
    case RecordState::kHoldRefused:
      return "holdRefused";
    case RecordState::kTakenBack:
      return "takenBack";
    case RecordState::kNotUsed:
      return "notUsed";
    case RecordState::kFileRefused:
      return "fileRefused";
    case RecordState::kInWork:
      return "inWork";
  }
  return "inWork";
}

Result<RecordHistory> read_record_history(LogView& log, StateView& state,
                                          const HistoryQuery& query) {
  return HistoryReader(log, state, query).read();
}

}  // namespace qcdr

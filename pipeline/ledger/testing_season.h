// Builds chunks by hand and folds them, for the ledger's tests. Rows live in memory.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/findings_seen_test.h"
#include "ledger/ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/submission.pb.h"
#include "rulebook/rulebook.h"

namespace qcdr::ledger {

class MemoryRows final : public RowReader {
 public:
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    ++gets;
    const auto found = rows_.find({family, std::string(key)});
    if (found == rows_.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override {
    for (auto it = rows_.lower_bound({family, std::string(prefix)}); it != rows_.end(); ++it) {
      if (it->first.first != family || !it->first.second.starts_with(prefix)) break;
      QCDR_RETURN_IF_ERROR(visit(it->first.second, it->second));
    }
    return Status::ok();
  }
  void write(const RowBatch& batch) {
    for (const RowBatch::Row& row : batch.rows()) {
      if (row.value) {
        rows_[{row.family, row.key}] = *row.value;
      } else {
        rows_.erase({row.family, row.key});
      }
    }
  }
  std::size_t size() const { return rows_.size(); }
  mutable std::uint64_t gets = 0;

 private:
  std::map<std::pair<Family, std::string>, std::string> rows_;
};

// A season of practice 1234, year 2022.
class Season {
 public:
  Season();
  ~Season() { take(); }

  static Npi npi(int number);
  static TinToken tin(int number);
  static std::int32_t day(int month, int day_of_month);
  static Instant at(const char* text);

  struct CaseSpec {
    std::string id;
    std::int32_t service_date = 0;
    // (tin number, npi number)
    std::vector<std::pair<int, int>> staff;
    std::vector<std::pair<std::string, std::string>> codes;  // ("PQRS424", "G9771")
    v1::ClinicianType type = v1::CLINICIAN_TYPE_PHYSICIAN;
  };
  // Codes that make a case eligible for 424 and met (or not).
  static std::vector<std::pair<std::string, std::string>> temperature(bool met);

  struct RosterSpec {
    int tin = 0;
    int npi = 0;
    std::string last_name;
    v1::ClinicianType type = v1::CLINICIAN_TYPE_PHYSICIAN;
    std::int32_t start = 0;
    std::int32_t end = 0;
  };

  // Each folds a whole upload: chunks of `rows_per_chunk` rows, then the completion.
  void cases(const std::string& upload, Instant received, const std::vector<CaseSpec>& specs);
  void roster(const std::string& upload, Instant received, const std::vector<RosterSpec>& specs);
  void consent(const std::string& upload, Instant received, int tin, int npi, bool grant);
  void option(const std::string& upload, Instant received, int tin, v1::ReportingLevel level);
  void apply(const std::string& upload, Instant received, v1::RecordKind kind,
             std::vector<v1::Row> rows);
  Status apply_chunk(const std::string& upload, Instant received, v1::RecordKind kind,
                     std::uint32_t first, const std::vector<v1::Row>& rows);
  Status complete(const std::string& upload, Instant received, v1::RecordKind kind,
                  std::uint32_t rows, bool refused = false);
  v1::Row case_row(const CaseSpec& spec);

  // A request to submit or a receipt, received then.
  void submit(const v1::SubmissionRequest& request, Instant received);
  void receive(const v1::SubmissionReceipt& receipt, Instant received);
  // Time goes on, with a record that says nothing of this practice.
  void wait_until(Instant now);

  // Freezes and throws the objects away: the next look reads everything back.
  void restart();
  void freeze();
  StateDigest digest();

  PracticeLedger& practice();
  const EntityCounts& individual(int tin, int npi);
  const EntityCounts& group(int tin);
  ConsentState consent_state(int tin, int npi);
  UploadFact upload(const std::string& id);
  // One row of any kind, as an upload of its own.
  void record(const std::string& upload, Instant received, v1::RecordKind kind, v1::Row row) {
    apply(upload, received, kind, {std::move(row)});
  }
  const TinRow& tin_row(int tin_number);
  const PairRow& pair_row(int tin_number, int npi_number);
  Status lift_hold(v1::RecordKind kind);
  // How many entities are touched when time goes on.
  std::size_t touched_by_time(Instant before, Instant now);
  Effects take() {
    Effects effects = ledger_->take_effects();
    for (const LedgerFinding& finding : effects.findings) note_finding_seen(finding.code);
    return effects;
  }
  Ledger& ledger() { return *ledger_; }

  std::uint32_t rows_per_chunk = 256;
  // By what right uploads come; none: who may state each kind sends it.
  std::optional<v1::Authority> authority;
  MemoryRows rows;
  const DocumentMaker* maker = nullptr;
  // Called after each record; what happened so far is to be taken there.
  std::function<void()> after_record;

 private:
  // Of the next record.
  Offset begin(Instant received);
  void end();
  v1::ChunkRows with_tins(const std::vector<v1::Row>& rows) const;
  LedgerRules rules_;
  Key256 entity_key_{};
  std::unique_ptr<Ledger> ledger_;
  std::int64_t offset_ = 0;
  Instant as_of_;
};

}  // namespace qcdr::ledger

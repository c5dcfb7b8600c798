// What TINs of a virtual group report beside cases and activities: promoting interoperability,
// results that practices counted themselves, and CMS's approvals. Numbers that add up, as
// VirtualGroupShare, so that every practice comes to the same score.
//
// - Promoting interoperability is reported for all TINs together (42 CFR 414.1375 with
// 414.1315(d)): ratios are
//   summed, something attested holds when every TIN that reports attests it, the period is the
//   shortest one, and there is a CEHRT id when every TIN that reports has one.
// - Results are summed by measure, collection type and stratum.
// - A category is reweighted when every TIN was granted that for the same reason. That is our
// reading, since no
//   text says what an approval of one TIN means for the others.
// What was told too late and is held counts for nothing.
// Thread-safety: values. Errors: kCorruption for messages and bytes that no correct writer makes.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/bytes.h"
#include "ledger/interoperability.h"
#include "ledger/measure_results.h"
#include "ledger/reweighting.h"
#include "scoring/score.h"

namespace qcdr::v1 {
class VirtualGroupReports;
}

namespace qcdr::ledger {

struct VirtualGroupReports {
  // Entries of each kind; more are left out, as of a single TIN.
  static constexpr std::size_t kEntriesMax = 128;

  struct Interoperability {
    std::uint32_t tins_attesting = 0;
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 0;
    friend bool operator==(const Interoperability&, const Interoperability&) = default;
  };
  struct Counts {
    std::uint64_t eligible = 0;
    std::uint64_t met = 0;
    std::uint64_t not_met = 0;
    std::uint64_t exceptions = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
  };
  struct ResultKey {
    std::string measure_id;
    std::string collection_type;
    std::string stratum;  // empty for a measure with one rate
    friend auto operator<=>(const ResultKey&, const ResultKey&) = default;
  };
  using ApprovalKey = std::pair<std::uint8_t, std::uint8_t>;  // reason, category

  std::uint32_t tins_reporting = 0;  // promoting interoperability
  std::uint32_t tins_with_cehrt_id = 0;
  std::uint32_t tins_with_period = 0;
  std::uint32_t period_days_least = 0;                       // of those
  std::map<std::string, Interoperability> interoperability;  // by measure id
  std::map<ResultKey, Counts> results;
  std::map<ApprovalKey, std::uint32_t> approvals;  // TINs

  void add_report(const InteroperabilityReport& report);
  void add_result(const MeasureResult& result);
  void add_approval(const Reweighting& approval);
  void add(const VirtualGroupReports& other);
  // Puts what `tins` report together into `input`; its measures with cases are there already.
  void put_into(std::uint32_t tins, scoring::ScoreInput* input) const;

  void encode(ByteWriter* writer) const;
  static Result<VirtualGroupReports> decode(ByteReader* reader);
  void write(v1::VirtualGroupReports* message) const;
  static Result<VirtualGroupReports> read(const v1::VirtualGroupReports& message);
  friend bool operator==(const VirtualGroupReports&, const VirtualGroupReports&) = default;

 private:
  void put_interoperability_into(scoring::ScoreInput* input) const;
};

}  // namespace qcdr::ledger

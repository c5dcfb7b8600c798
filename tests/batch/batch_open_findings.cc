// What does not agree between roster, cases and registration and blocks sending.
#include <algorithm>

#include "batch_rows.h"
#include "batch_sums.h"
#include "core/bytes.h"

namespace qcdr::batch {
namespace {

struct Open {
  FindingCode code;
  std::uint64_t npi = 0;  // 0: about the TIN
};

// First and last day under the TIN; 0 is open.
std::pair<std::int32_t, std::int32_t> employment(const RosterLine& line) {
  std::int32_t first = line.start;
  std::int32_t last = line.end;
  for (const auto& [start, end] : line.later) {
    first = std::min(first, start);
    last = last == 0 || end == 0 ? 0 : std::max(last, end);
  }
  return {first, last};
}

bool is_elsewhere(const Season& season, const PairName& pair) {
  for (const auto& [other, what] : season.pairs) {
    if (what.listed && other.npi == pair.npi && !(other.tin == pair.tin)) return true;
  }
  return false;
}

// Cases on days on which the clinician did not have the TIN.
void add_withheld(const Season& season, const PairName& name, std::vector<Open>* open) {
  const auto [first, last] = employment(season.pairs.at(name).line);
  const bool elsewhere = is_elsewhere(season, name);
  std::set<FindingCode> codes;
  for (const auto& [token, subject] : season.cases) {
    const std::optional<Version>& version = subject.counting;
    if (!version ||
        std::find(version->pairs.begin(), version->pairs.end(), name) == version->pairs.end()) {
      continue;
    }
    if (season.effective(name, version->service_date)) continue;
    const bool before = first != 0 && version->service_date < first;
    const bool after = !before && last != 0 && last < version->service_date;
    codes.insert(elsewhere || (!before && !after) ? FindingCode::TIN_NOT_EFFECTIVE_ON_SERVICE_DATE
                 : before                         ? FindingCode::CASE_BEFORE_START
                                                  : FindingCode::CASE_AFTER_TERMINATION);
  }
  for (const FindingCode code : codes) open->push_back({code, name.npi});
}

// With cases beyond the number paid for: who is on the roster comes first, then who was seen first.
std::set<std::uint64_t> over_paid(const Season& season, const SeasonSums& sums) {
  const FactVersion* registration = season.in_force(kRegistration, "");
  std::uint64_t paid = 0;
  if (registration != nullptr) {
    const FactVersion* word = season.word_of_registry();
    const bool of_registry =
        word != nullptr && word->row.practice_registration().headcounts_size() > 0;
    const FactVersion* paid_for = of_registry ? word : registration;
    for (const v1::Headcount& each : paid_for->row.practice_registration().headcounts()) {
      paid += each.count();
    }
  }
  std::set<std::uint64_t> over;
  if (paid == 0) return over;
  std::vector<std::tuple<bool, std::size_t, std::uint64_t>> order;
  for (const auto& [name, pair] : season.pairs) {
    const auto counts = sums.individuals.find(name);
    if (counts == sums.individuals.end() || counts->second.counted() == 0) continue;
    order.emplace_back(!pair.listed, pair.seen, name.npi);
  }
  std::sort(order.begin(), order.end());
  std::set<std::uint64_t> covered;
  for (const auto& [unlisted, seen, npi] : order) {
    if (covered.contains(npi)) continue;
    (covered.size() < paid ? covered : over).insert(npi);
  }
  return over;
}

bool is_deactivated_on(const NpiEntry& entry, std::int32_t date) {
  const std::int32_t gone = entry.deactivated.days();
  const std::int32_t back = entry.reactivated.days();
  return gone != 0 && date > gone && (back < gone || date < back);
}

// What the national register says and blocks.
void add_npi(const Season& season, const PairName& name, std::vector<Open>* open) {
  if (season.npi_registry == nullptr) return;
  const std::optional<NpiEntry> entry = season.npi_registry->find(Npi::from_trusted(name.npi));
  if (!entry) {
    open->push_back({FindingCode::NPI_UNKNOWN, name.npi});
    return;
  }
  if (entry->organization) open->push_back({FindingCode::NPI_ORGANIZATION, name.npi});
  for (const auto& [token, subject] : season.cases) {
    const std::optional<Version>& version = subject.counting;
    if (!version || !is_deactivated_on(*entry, version->service_date)) continue;
    if (std::find(version->pairs.begin(), version->pairs.end(), name) == version->pairs.end()) {
      continue;
    }
    open->push_back({FindingCode::NPI_DEACTIVATED, name.npi});
    return;
  }
}

std::vector<Open> find_open(const Season& season, const TinToken& tin) {
  const SeasonSums sums = count_all(season);
  std::vector<Open> open;
  const FactVersion* registration = season.in_force(kRegistration, "");
  if (registration != nullptr && !registration->tins.empty() && sums.groups.contains(tin) &&
      std::find(registration->tins.begin(), registration->tins.end(), tin) ==
          registration->tins.end()) {
    open.push_back({FindingCode::TIN_NOT_REGISTERED});
  }
  const std::set<std::uint64_t> over = over_paid(season, sums);
  for (const auto& [name, pair] : season.pairs) {
    if (!(name.tin == tin)) continue;
    const auto counts = sums.individuals.find(name);
    if (!pair.listed && counts != sums.individuals.end() && counts->second.counted() > 0) {
      open.push_back({FindingCode::NPI_NOT_ON_ROSTER, name.npi});
    }
    add_withheld(season, name, &open);
    if (pair.listed || counts != sums.individuals.end()) add_npi(season, name, &open);
    if (over.contains(name.npi)) open.push_back({FindingCode::HEADCOUNT_OVER_PAID, name.npi});
  }
  return open;
}

// A locum is waived for the group; an individual set needs a real entry.
bool is_waived(const Season& season, const TinToken& tin, const Open& finding) {
  const FactVersion* sign_off = season.in_force(kSignOff, std::string(tin.bytes()));
  if (sign_off == nullptr || finding.code == FindingCode::NPI_NOT_ON_ROSTER) return false;
  ByteReader reader(sign_off->content);
  reader.u8();
  reader.signed_varint();
  reader.varint();
  for (std::uint64_t left = reader.varint(); left > 0 && reader.ok(); --left) {
    const std::uint64_t npi = reader.u64();
    const auto code = static_cast<std::uint32_t>(reader.varint());
    reader.text();
    if (npi == finding.npi && code == code_number(finding.code)) return true;
  }
  return false;
}

bool is_cleared(const Season& season, const TinToken& tin, const Open& finding) {
  for (const auto& [subject, version] :
       season.all_in_force(kDecision, std::string(1, v1::OfficerDecision::SUBJECT_HELD_TIN))) {
    const v1::OfficerDecision& fact = version->row.officer_decision();
    const bool of_tin = std::string_view(subject).substr(1, TinToken::kBytes) == tin.bytes();
    const bool meant = fact.verdict() == v1::OfficerDecision::VERDICT_APPROVE && of_tin &&
                       (fact.code() == 0 || fact.code() == code_number(finding.code)) &&
                       (fact.npi() == 0 || fact.npi() == finding.npi);
    // A decision on the whole TIN clears it for the group; the clinician's own set stays.
    if (meant && (fact.npi() != 0 || finding.npi == 0)) return true;
  }
  return false;
}

}  // namespace

std::size_t open_blocking_findings(const Season& season, const TinToken& tin) {
  std::size_t blocking = 0;
  for (const Open& finding : find_open(season, tin)) {
    if (!is_waived(season, tin, finding) && !is_cleared(season, tin, finding)) ++blocking;
  }
  return blocking;
}

}  // namespace qcdr::batch

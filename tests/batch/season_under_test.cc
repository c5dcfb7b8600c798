#include "season_under_test.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/bytes.h"
#include "ledger/projection.h"
#include "qcdr/v1/score_projection.pb.h"
#include "scoring/score.h"

namespace qcdr::batch {
namespace {

constexpr std::size_t kExplainedMax = 24;

void require(const Status& status) {
  ASSERT_TRUE(status.is_ok()) << status.to_string();
}

// A fact's row, as its canonical item.
std::string fact_item(std::string_view key, std::string_view value) {
  ByteReader reader(value);
  const std::string_view canonical = reader.text();
  ByteWriter writer;
  writer.u8('F');
  writer.raw(key.substr(0, ledger::kPracticeYearKeyBytes));
  writer.text(key.substr(ledger::kPracticeYearKeyBytes));
  writer.raw(canonical);
  return writer.take();
}

// Kinds that have no item.
bool is_layout(std::uint8_t kind) {
  return kind == 0 || kind == 10 || (kind >= 33 && kind <= 35) || kind == 38 || kind == 101;
}

// An item for people: uploads by field, the rest in hex.
std::string in_words(const std::string& item) {
  ByteReader reader(item);
  reader.raw(1 + ledger::kPracticeYearKeyBytes);
  const std::string_view subject = reader.text();
  constexpr char kUploadKind = 7;
  if (subject.empty() || subject[0] != kUploadKind) return hex(item);
  std::string text = "upload " + std::string(subject.substr(1));
  const auto number = [&](const char* name) {
    text += std::string(", ") + name + " " + std::to_string(reader.varint());
  };
  number("ordinal");
  number("kind");
  text += ", received " + Instant::from_milliseconds(reader.signed_varint()).to_string();
  text += ", file of " + std::to_string(reader.signed_varint());
  number("next row");
  text += ", flags " + std::to_string(reader.u8());
  for (const char* name : {"accepted", "held", "rejected", "duplicate"}) number(name);
  for (std::uint64_t codes = reader.varint(); codes > 0 && reader.ok(); --codes) {
    text += ", " + print_code(static_cast<std::uint32_t>(reader.varint()));
    text += " x " + std::to_string(reader.varint());
  }
  return text;
}

}  // namespace

// An organization, never issued, deactivated, given back, or of another name: by the NPI's digits.
class MadeUpRegister final : public NpiLookup {
 public:
  explicit MadeUpRegister(std::uint8_t number) : number_(number) {}
  std::optional<NpiEntry> find(Npi npi) const override {
    constexpr std::uint64_t kKinds = 17;
    const std::uint64_t kind = (npi.value() / 10 * 7 + number_ * 3) % kKinds;
    if (kind == 0) return std::nullopt;
    NpiEntry entry;
    entry.npi = npi;
    entry.organization = kind == 1;
    entry.last_name = kind == 2 ? "Another" : "";
    const LocalDate june = LocalDate::from_civil(2022, 6, 10).value();
    if (kind == 3 || kind == 4) entry.deactivated = june;
    if (kind == 4) entry.reactivated = LocalDate::from_days(june.days() + 90);
    return entry;
  }

 private:
  std::uint8_t number_;
};

SeasonUnderTest::SeasonUnderTest(const rulebook::Rulebook& book) : book_(book), rules_(book) {
  entity_key_.fill(9);
  ledger_ = std::make_unique<ledger::Ledger>(rules_, entity_key_, rows_, StateDigest());
  find_npi_registries();
}

void SeasonUnderTest::find_npi_registries() {
  ledger_->find_npi_registries_by(
      [](const Hash256& digest) -> Result<std::shared_ptr<const NpiLookup>> {
        return std::shared_ptr<const NpiLookup>(std::make_shared<MadeUpRegister>(digest[0]));
      });
}

void SeasonUnderTest::release_npi_registry(std::uint8_t number) {
  constexpr int kFirstYear = 2019;
  constexpr int kLastYear = 2026;
  Hash256 digest{};
  digest[0] = number;
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    require(ledger_->release_npi_registry(PerformanceYear(year), digest, Offset(offset_++)));
  }
  in_force_ = std::make_shared<MadeUpRegister>(number);
  std::vector<PracticeYear> known;
  for (const auto& [id, events] : history_.practice_years()) known.push_back(id);
  for (const PracticeYear& id : known) history_.add_npi_registry(id, in_force_);
}

void SeasonUnderTest::begin(const PracticeYear& id) {
  if (in_force_ != nullptr && !history_.practice_years().contains(id)) {
    history_.add_npi_registry(id, in_force_);
  }
}

void SeasonUnderTest::chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows) {
  require(ledger_->apply_chunk(chunk, rows, Offset(offset_++)));
  begin({PracticeId(chunk.practice_id()), PerformanceYear(chunk.performance_year())});
  history_.add_chunk(chunk, rows);
}

void SeasonUnderTest::complete(const v1::UploadCompleted& completed) {
  require(ledger_->complete_upload(completed, Offset(offset_++)));
  begin({PracticeId(completed.practice_id()), PerformanceYear(completed.performance_year())});
  history_.add_completion(completed);
}

void SeasonUnderTest::lift_hold(std::uint32_t record_kind) {
  std::set<PerformanceYear> years;
  std::vector<PracticeYear> meant;
  for (const auto& [id, events] : history_.practice_years()) {
    years.insert(id.year);
    meant.push_back(id);
  }
  for (const PerformanceYear year : years) {
    require(ledger_->lift_hold(year, record_kind, Offset(offset_++)));
  }
  for (const PracticeYear id : meant) history_.add_lifted_hold(id, record_kind);
}

void SeasonUnderTest::freeze(bool restart) {
  RowBatch batch;
  require(ledger_->freeze(&batch));
  rows_.write(batch);
  if (!restart) return;
  const StateDigest digest = ledger_->digest();
  ledger_ = std::make_unique<ledger::Ledger>(rules_, entity_key_, rows_, digest);
  find_npi_registries();
}

std::string SeasonUnderTest::ledger_digest() {
  freeze(false);
  return ledger_->digest().to_hex();
}

std::vector<EntityScore> SeasonUnderTest::ledger_scores() {
  freeze(false);
  std::vector<EntityScore> scores;
  const Instant as_of = scoring::kEverReleased;
  const auto ids = ledger_->practice_years();
  require(ids.status());
  for (const ledger::PracticeYear id : ids.value()) {
    ledger::PracticeLedger& practice = *ledger_->find(id).value();
    const auto add = [&](const EntityId& entity, bool group, const ledger::EntityCounts& counts,
                         const scoring::ScoreInput& input) {
      v1::ScoreProjection message;
      ledger::fill_projection({id, entity, group, counts.counted(), counts.held()}, input,
                              scoring::compute(input), &message);
      scores.push_back({entity, PracticeYear{id.practice, id.year}, group, message.cases_counted(),
                        message.cases_held(), message.final_score(), true});
    };
    for (const ledger::PairRow& pair : practice.pairs().pairs()) {
      if (!pair.reports_individually()) continue;
      add(pair.entity, false, *practice.individual_counts(pair).value(),
          practice.individual_input(pair, as_of).value());
    }
    for (const ledger::TinRow& tin : practice.pairs().tins()) {
      add(tin.group_entity, true, *practice.group_counts(tin).value(),
          practice.group_input(tin, as_of).value());
    }
  }
  std::sort(scores.begin(), scores.end(), [](const EntityScore& a, const EntityScore& b) {
    return std::tie(a.entity, a.practice_year) < std::tie(b.entity, b.practice_year);
  });
  return scores;
}

BatchResult SeasonUnderTest::batch() const {
  auto result = run(history_, book_, entity_key_);
  EXPECT_TRUE(result.is_ok()) << result.status().to_string();
  return std::move(result).value();
}

std::vector<std::string> SeasonUnderTest::ledger_facts() {
  std::vector<std::string> facts;
  require(rows_.scan(Family::kFacts, "", [&](std::string_view key, std::string_view value) {
    const auto kind = static_cast<std::uint8_t>(key[ledger::kPracticeYearKeyBytes]);
    if (!is_layout(kind)) facts.push_back(fact_item(key, value));
    return Status::ok();
  }));
  return facts;
}

std::string SeasonUnderTest::explain_difference() {
  freeze(false);
  std::set<std::string> theirs;
  for (std::string& fact : ledger_facts()) theirs.insert(std::move(fact));
  std::set<std::string> ours;
  for (const auto& [id, events] : history_.practice_years()) {
    const auto season = fold(id, events, *book_.find_year(id.year), entity_key_);
    for (std::string& item : items_of(season.value(), count_all(season.value()))) {
      if (item[0] == 'F') ours.insert(std::move(item));
    }
  }
  std::string text;
  std::size_t lines = 0;
  const auto list = [&](const std::set<std::string>& these, const std::set<std::string>& others,
                        const char* who) {
    for (const std::string& item : these) {
      if (others.contains(item) || ++lines > kExplainedMax) continue;
      text += std::string(who) + " only: " + in_words(item) + "\n";
    }
  };
  list(theirs, ours, "ledger");
  list(ours, theirs, "batch");
  return text.empty() ? "facts are equal; cases or sums differ\n" : text;
}

}  // namespace qcdr::batch

// What the national register of NPIs says of clinicians: looked up when a snapshot is released and
// when a clinician is new.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

const Instant kNovember = Season::at("2022-11-08T10:00:00-06:00");
constexpr PerformanceYear kYear(2022);

class Register final : public NpiLookup {
 public:
  LocalDate list_date() const override { return of_day; }
  std::optional<NpiEntry> find(Npi npi) const override {
    const auto found = entries.find(npi);
    if (found == entries.end()) return std::nullopt;
    return found->second;
  }
  NpiEntry& person(int number, std::string last_name = "Clinician") {
    NpiEntry& entry = entries[Season::npi(number)];
    entry.npi = Season::npi(number);
    entry.last_name = std::move(last_name);
    return entry;
  }
  std::map<Npi, NpiEntry> entries;
  LocalDate of_day;
};

class LedgerNpi : public testing::Test {
 protected:
  LedgerNpi() { use(); }

  void use() {
    season.ledger().find_npi_registries_by(
        [this](const Hash256& digest) -> Result<std::shared_ptr<const NpiLookup>> {
          const auto found = snapshots.find(digest[0]);
          if (found == snapshots.end()) return Status(ErrorCode::kFailedPrecondition, "none");
          return std::shared_ptr<const NpiLookup>(found->second);
        });
  }
  Status release(std::uint8_t number, const Register& said) {
    snapshots[number] = std::make_shared<Register>(said);
    Hash256 digest{};
    digest[0] = number;
    return season.ledger().release_npi_registry(kYear, digest, Offset(900 + number));
  }
  void roster(std::initializer_list<int> npis, const char* name = "CLINICIAN") {
    std::vector<Season::RosterSpec> specs;
    for (const int npi : npis) specs.push_back({1, npi, name});
    season.roster("roster-" + std::to_string(++uploads), kNovember, specs);
  }
  void one_case(const char* id, int month, int day, int npi) {
    Season::CaseSpec spec;
    spec.id = id;
    spec.service_date = Season::day(month, day);
    spec.staff = {{1, npi}};
    spec.codes = Season::temperature(true);
    season.cases("cases-" + std::to_string(++uploads), kNovember, {spec});
  }
  // Codes open for a clinician with the cases behind them, those about NPIs only.
  std::map<std::string, std::uint32_t> open(int npi) {
    const auto found = season.practice().reconciliation(season.tin_row(1));
    EXPECT_TRUE(found.is_ok());
    std::map<std::string, std::uint32_t> codes;
    for (const OpenFinding& finding : found.value().open) {
      const FindingDescription* description =
          find_finding(static_cast<std::uint32_t>(finding.code));
      const std::string identifier(description->identifier);
      const bool about_npi = identifier.starts_with("NPI_") || identifier == "NAME_MISMATCH";
      if (!about_npi || !finding.pair) continue;
      if (season.practice().pairs().pair(*finding.pair).npi != Season::npi(npi)) continue;
      codes[identifier] = finding.cases;
      EXPECT_EQ(finding.blocks_group, description->severity == FindingSeverity::ERROR);
    }
    return codes;
  }
  void verify() {
    season.freeze();
    const auto proof = season.practice().verify();
    ASSERT_TRUE(proof.is_ok()) << proof.status().to_string();
    EXPECT_EQ(proof.value(), season.practice().digest());
  }
  using Codes = std::map<std::string, std::uint32_t>;

  Season season;
  std::map<std::uint8_t, std::shared_ptr<const Register>> snapshots;
  int uploads = 0;
};

TEST_F(LedgerNpi, NothingIsSaidBeforeASnapshotIsThere) {
  roster({1, 2});
  EXPECT_EQ(open(1), Codes{});
}

TEST_F(LedgerNpi, TellsUnknownOrganizationsAndNames) {
  roster({1, 2, 3, 4});
  Register said;
  said.person(1);
  said.person(2).organization = true;
  said.person(3, "Other-Name");
  ASSERT_TRUE(release(1, said).is_ok());
  EXPECT_EQ(open(1), Codes{});
  EXPECT_EQ(open(2), (Codes{{"NPI_ORGANIZATION", 0}}));
  EXPECT_EQ(open(3), (Codes{{"NAME_MISMATCH", 0}}));
  EXPECT_EQ(open(4), (Codes{{"NPI_UNKNOWN", 0}}));
  verify();
}

TEST_F(LedgerNpi, NamesAreOfOnePersonInManyWays) {
  roster({1, 2, 3}, "O'Neill Smith");
  Register said;
  said.person(1, "ONEILLSMITH");
  said.person(2, "O'NEILL");
  said.person(3, "JONES").other_last_name = "O'Neill-Smith";
  ASSERT_TRUE(release(1, said).is_ok());
  for (const int npi : {1, 2, 3}) EXPECT_EQ(open(npi), Codes{}) << npi;
}

TEST_F(LedgerNpi, AccentsAreNoOtherName) {
  roster({1, 2},
         "Delgado Pe\xC3\xB1"
         "a");
  Register said;
  said.person(1, "DELGADO-PENA");
  said.person(2, "DELGADO-PEREZ");
  ASSERT_TRUE(release(1, said).is_ok());
  EXPECT_EQ(open(1), Codes{});
  EXPECT_EQ(open(2), (Codes{{"NAME_MISMATCH", 0}}));
}

TEST_F(LedgerNpi, CasesAfterDeactivationBlockAndEarlierOnesWarn) {
  roster({1, 2});
  one_case("A", 9, 15, 1);  // the day itself is still a good one
  one_case("B", 9, 16, 1);
  one_case("C", 11, 1, 1);
  one_case("D", 3, 1, 2);
  Register said;
  said.person(1).deactivated = LocalDate::from_days(Season::day(9, 15));
  said.person(2).deactivated = LocalDate::from_days(Season::day(9, 15));
  ASSERT_TRUE(release(1, said).is_ok());
  EXPECT_EQ(open(1), (Codes{{"NPI_DEACTIVATED", 2}}));
  EXPECT_EQ(open(2), (Codes{{"NPI_DEACTIVATED_LATER", 0}}));
  verify();
  one_case("D", 10, 1, 2);  // a correction moves it behind the day
  EXPECT_EQ(open(2), (Codes{{"NPI_DEACTIVATED", 1}}));
  verify();
  // Given back before the cases of the other: a newer list, the same day it matters.
  said.person(1).reactivated = LocalDate::from_days(Season::day(11, 1));
  ASSERT_TRUE(release(2, said).is_ok());
  EXPECT_EQ(open(1), (Codes{{"NPI_DEACTIVATED", 1}}));
  verify();
}

TEST_F(LedgerNpi, NewCliniciansAreLookedUpAtOnceAlsoAfterARestart) {
  Register said;
  said.person(1);
  ASSERT_TRUE(release(1, said).is_ok());
  roster({1});
  one_case("A", 9, 15, 5);
  EXPECT_EQ(open(5), (Codes{{"NPI_NOT_ON_ROSTER", 1}, {"NPI_UNKNOWN", 0}}));
  season.restart();
  use();
  one_case("B", 9, 16, 6);
  EXPECT_EQ(open(6), (Codes{{"NPI_NOT_ON_ROSTER", 1}, {"NPI_UNKNOWN", 0}}));
  EXPECT_EQ(open(5), (Codes{{"NPI_NOT_ON_ROSTER", 1}, {"NPI_UNKNOWN", 0}}));
  verify();
}

// Whatever comes first: snapshot, roster or case.
TEST(LedgerNpiOrder, DoesNotMatter) {
  const auto said = std::make_shared<Register>();
  said->person(1).deactivated = LocalDate::from_days(Season::day(9, 15));
  std::optional<StateDigest> first;
  for (const int snapshot_at : {0, 1, 2}) {
    Season season;
    season.ledger().find_npi_registries_by(
        [&](const Hash256&) -> Result<std::shared_ptr<const NpiLookup>> {
          return std::shared_ptr<const NpiLookup>(said);
        });
    for (int step = 0; step < 3; ++step) {
      if (step == snapshot_at) {
        ASSERT_TRUE(season.ledger().release_npi_registry(kYear, Hash256{}, Offset(900)).is_ok());
      }
      if (step == 0) season.roster("roster", kNovember, {{1, 1, "Clinician"}, {1, 2, "Clinician"}});
      if (step == 1) {
        Season::CaseSpec spec;
        spec.id = "A";
        spec.service_date = Season::day(9, 16);
        spec.staff = {{1, 1}};
        season.cases("cases", kNovember, {spec});
      }
    }
    season.freeze();
    if (!first) first = season.digest();
    EXPECT_EQ(season.digest(), *first) << snapshot_at;
  }
}

TEST_F(LedgerNpi, TheSameListAgainChangesNothing) {
  roster({1, 2});
  Register said;
  said.person(1);
  ASSERT_TRUE(release(1, said).is_ok());
  const StateDigest before = season.digest();
  season.take();
  season.practice().take_touched();
  ASSERT_TRUE(release(2, said).is_ok());
  EXPECT_TRUE(season.practice().take_touched().empty());
  EXPECT_EQ(season.digest(), before);
  said.person(2);
  ASSERT_TRUE(release(3, said).is_ok());
  EXPECT_FALSE(season.practice().take_touched().empty());
  EXPECT_EQ(open(2), Codes{});
}

// Also after a restart, when only the row says which one is in force.
TEST_F(LedgerNpi, AListOfAnEarlierDayDoesNotTakeThePlaceOfALaterOne) {
  roster({1, 2});
  Register later;
  later.person(1);
  later.of_day = LocalDate::from_days(Season::day(11, 13));
  ASSERT_TRUE(release(1, later).is_ok());
  season.freeze();
  const StateDigest before = season.digest();
  EXPECT_EQ(open(2), (Codes{{"NPI_UNKNOWN", 0}}));
  Register earlier;
  earlier.person(2);
  earlier.of_day = LocalDate::from_days(Season::day(10, 9));
  for (const bool restarted : {false, true}) {
    if (restarted) {
      season.restart();
      use();
    }
    ASSERT_TRUE(release(restarted ? 3 : 2, earlier).is_ok());
    season.freeze();
    EXPECT_EQ(season.digest(), before);
  }
  earlier.of_day = later.of_day;
  ASSERT_TRUE(release(4, earlier).is_ok());
  EXPECT_EQ(open(2), Codes{});
}

TEST_F(LedgerNpi, ASnapshotThatIsNotHereIsAnError) {
  roster({1});
  Hash256 digest{};
  digest[0] = 9;
  EXPECT_EQ(season.ledger().release_npi_registry(kYear, digest, Offset(1)).code(),
            ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace qcdr::ledger

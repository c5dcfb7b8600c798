// What of a registration belongs to the registry: payment and closing.
#include <gtest/gtest.h>

#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

constexpr auto kRegistry = v1::AUTHORITY_REGISTRY_OPERATOR;
constexpr auto kPractice = v1::AUTHORITY_PRACTICE_ADMINISTRATOR;

v1::Row closed(std::uint32_t heads) {
  v1::Row row = registration({1}, true, heads);
  row.mutable_practice_registration()->set_closed_on(Season::day(11, 8));
  return row;
}

RegistrationState state(Season& season) {
  return season.practice().registration().value().state();
}

TEST(Registration, PracticeTellsOfItsPaymentUntilTheRegistryDoes) {
  Season season;
  season.authority = kPractice;
  season.record("p1", kJune, kRegistrationKind, registration({1}, true, 0));
  EXPECT_EQ(state(season), RegistrationState::kActive);
  season.authority = kRegistry;
  season.record("g1", kJune, kRegistrationKind, registration({1}, false, 0));
  EXPECT_EQ(state(season), RegistrationState::kInvoiced);
  EXPECT_EQ(told(season, "g1", FindingCode::REGISTRATION_UNPAID), 1u);
  season.authority = kPractice;
  v1::Row again = registration({1, 2}, true, 0);  // it names another TIN, and says that it paid
  season.record("p2", kJune, kRegistrationKind, again);
  EXPECT_EQ(season.upload("p2").rows_accepted, 1u);
  EXPECT_EQ(told(season, "p2", FindingCode::REGISTRATION_UNPAID), 1u);
  EXPECT_EQ(state(season), RegistrationState::kInvoiced);
  EXPECT_EQ(season.practice().registration().value().in_force->tins.size(), 2u);
  season.authority = kRegistry;
  season.record("g2", kJune, kRegistrationKind, registration({1}, true, 0));
  season.restart();
  EXPECT_EQ(state(season), RegistrationState::kActive);
}

TEST(Registration, ClosedByTheRegistryIsNotOpenedByThePractice) {
  Season season;
  season.authority = kRegistry;
  season.record("g", kJune, kRegistrationKind, closed(3));
  ASSERT_EQ(state(season), RegistrationState::kClosed);
  season.authority = kPractice;
  season.record("p", kJune, kRegistrationKind, registration({1}, true, 40));
  EXPECT_EQ(season.upload("p").rows_accepted, 1u);
  EXPECT_EQ(state(season), RegistrationState::kClosed);
  EXPECT_EQ(season.practice().registration().value().in_force->clinicians_paid_for(), 3u);
  season.freeze();
  EXPECT_EQ(season.practice().verify().value(), season.practice().digest());
}

TEST(Registration, OfTheRegistryIsTakenBackByTheRegistryAlone) {
  Season season;
  season.authority = kRegistry;
  season.record("g", kJune, kRegistrationKind, closed(0));
  v1::Row unnamed = closed(0);
  unnamed.set_action(v1::ROW_ACTION_WITHDRAW);
  v1::Row named;
  named.set_action(v1::ROW_ACTION_WITHDRAW);
  named.set_supersedes("g/0");
  season.authority = kPractice;
  season.record("w1", kJune, kRegistrationKind, unnamed);
  season.record("w2", kJune, kRegistrationKind, named);
  for (const char* upload : {"w1", "w2"}) {
    EXPECT_EQ(told(season, upload, FindingCode::AUTHORITY_MISSING), 1u) << upload;
  }
  EXPECT_EQ(state(season), RegistrationState::kClosed);
  season.authority = kRegistry;
  season.record("w3", kJune, kRegistrationKind, named);
  EXPECT_EQ(told(season, "w3", FindingCode::RECORD_TAKEN_BACK), 1u);
  EXPECT_EQ(state(season), RegistrationState::kNone);
  season.authority = kPractice;
  season.record("p", kJune, kRegistrationKind, registration({1}, true, 0));
  EXPECT_EQ(state(season), RegistrationState::kActive);
}

TEST(Registration, OfThePracticeIsTakenBackByThePractice) {
  Season season;
  season.authority = kPractice;
  season.record("p", kJune, kRegistrationKind, registration({1}, true, 0));
  v1::Row named;
  named.set_action(v1::ROW_ACTION_WITHDRAW);
  named.set_supersedes("p/0");
  season.record("w", kJune, kRegistrationKind, named);
  EXPECT_EQ(state(season), RegistrationState::kNone);
}

}  // namespace
}  // namespace qcdr::ledger

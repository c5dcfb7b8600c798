// Windows to the second, by what had been announced; documents; the course of a case; who sees
// what.
#include "review/review_course.h"

#include <gtest/gtest.h>

#include "review/sight.h"
#include "rulebook/rulebook.h"

namespace qcdr::review {
namespace {

using ledger::ReviewState;

const rulebook::YearRules& rules(int year) {
  return *rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
}

Instant at(const char* text) {
  return Instant::parse(text).value();
}

WindowState state_at(int year, const char* text) {
  return review_window(rules(year), at(text)).state;
}

TEST(ReviewWindow, ClosesAfterItsLastSecond) {
  EXPECT_EQ(state_at(2022, "2023-08-09T12:00:00-04:00"), WindowState::kNotYetOpen);
  EXPECT_EQ(state_at(2022, "2023-08-14T12:00:00-04:00"), WindowState::kOpen);
  EXPECT_EQ(state_at(2022, "2023-10-09T20:00:00-04:00"), WindowState::kOpen);
  EXPECT_EQ(state_at(2022, "2023-10-09T20:00:01-04:00"), WindowState::kClosed);
  EXPECT_EQ(state_at(2021, "2022-10-21T20:00:00-04:00"), WindowState::kOpen);
  EXPECT_EQ(state_at(2021, "2022-10-21T20:00:01-04:00"), WindowState::kClosed);
}

TEST(ReviewWindow, AnExtensionCountsFromItsAnnouncementOn) {
  // Of 2020 October 1 2021 was announced first, November 29 later.
  const auto before = review_window(rules(2020), at("2021-08-10T12:00:00-04:00"));
  EXPECT_EQ(before.last_second(), at("2021-10-01T20:00:00-04:00"));
  EXPECT_EQ(before.announced.size(), 2u);
  const auto after = review_window(rules(2020), at("2021-10-02T12:00:00-04:00"));
  EXPECT_EQ(after.last_second(), at("2021-11-29T20:00:00-05:00"));
  EXPECT_EQ(after.state, WindowState::kOpen);
  EXPECT_EQ(state_at(2020, "2021-11-29T20:00:01-05:00"), WindowState::kClosed);
}

TEST(Documents, AreDueSoManyDaysAfterTheyWereAskedFor) {
  EXPECT_EQ(documents_due(rules(2022), at("2023-10-20T15:00:00-04:00")),
            at("2023-11-19T15:00:00-05:00"));  // standard time came between
  EXPECT_EQ(documents_due(rules(2024), at("2025-12-01T09:30:00-05:00")),
            at("2025-12-16T09:30:00-05:00"));
}

ReviewStep step(ReviewState state, const char* reached) {
  ReviewStep each;
  each.state = state;
  each.reached_at = each.received_at = at(reached);
  each.cause = 1;
  return each;
}

TEST(ReviewCourse, FollowsACase) {
  std::vector<ReviewStep> steps = {
      step(ReviewState::kDrafted, "2023-08-20T10:00:00-04:00"),
      step(ReviewState::kFiled, "2023-09-01T10:00:00-04:00"),
      step(ReviewState::kDocumentsRequested, "2023-10-20T15:00:00-04:00")};
  auto course = review_course(rules(2022), "REV-1", steps, at("2023-11-01T00:00:00-04:00"));
  EXPECT_EQ(course.standing, ReviewState::kDocumentsRequested);
  EXPECT_EQ(course.documents_due_at, at("2023-11-19T15:00:00-05:00"));
  EXPECT_FALSE(course.documents_late);
  EXPECT_FALSE(course.final);
  EXPECT_FALSE(course.filed_late);
  course = review_course(rules(2022), "REV-1", steps, at("2023-11-19T15:00:01-05:00"));
  EXPECT_TRUE(course.documents_late);
  steps.back().documents_due_at = at("2023-12-01T20:00:00-05:00");  // CMS gave longer
  course = review_course(rules(2022), "REV-1", steps, at("2023-11-19T15:00:01-05:00"));
  EXPECT_FALSE(course.documents_late);
}

TEST(ReviewCourse, ADecisionIsFinal) {
  const auto denied = review_course(rules(2022), "REV-1",
                                    {step(ReviewState::kFiled, "2023-09-01T10:00:00-04:00"),
                                     step(ReviewState::kDenied, "2023-11-01T10:00:00-04:00"),
                                     step(ReviewState::kFiled, "2023-11-02T10:00:00-04:00")},
                                    at("2023-12-01T00:00:00-05:00"));
  EXPECT_EQ(denied.standing, ReviewState::kDenied);
  EXPECT_TRUE(denied.final);
  EXPECT_FALSE(denied.steps.back().counts);
  ReviewStep revised = step(ReviewState::kScoreRevised, "2023-12-01T10:00:00-05:00");
  revised.revised_score = Decimal::from_integer(83);
  const auto approved =
      review_course(rules(2022), "REV-2",
                    {step(ReviewState::kApproved, "2023-11-01T10:00:00-04:00"),
                     step(ReviewState::kDenied, "2023-11-02T10:00:00-04:00"), revised},
                    at("2023-12-02T00:00:00-05:00"));
  EXPECT_EQ(approved.standing, ReviewState::kScoreRevised);
  EXPECT_FALSE(approved.steps[1].counts);
  EXPECT_EQ(approved.revised_score, Decimal::from_integer(83));
}

TEST(ReviewCourse, KnowsWhatWasFiledTooLate) {
  const auto course =
      review_course(rules(2022), "REV-1", {step(ReviewState::kFiled, "2023-10-09T20:00:01-04:00")},
                    at("2023-12-01T00:00:00-05:00"));
  EXPECT_TRUE(course.filed_late);
}

EntityId entity(char letter) {
  return EntityId::from_bytes(std::string(EntityId::kBytes, letter).data());
}

ledger::RoleGrantFact grant(ledger::UserRole role, ledger::Organisation organisation,
                            std::optional<EntityId> whom) {
  ledger::RoleGrantFact each;
  each.user = "user-17";
  each.role = role;
  each.organisation = organisation;
  each.entity = whom;
  each.given = true;
  return each;
}

TEST(Sight, ComesFromRolesInAnOrganisation) {
  const AskedRow group{entity('g'), entity('g'), "", false};
  const AskedRow ann{entity('a'), entity('g'), "", true};
  const AskedRow cora{entity('c'), entity('g'), "", true};
  const AskedRow virtual_group{entity('v'), entity('v'), "VG-0001", false};
  using ledger::Organisation;
  using ledger::UserRole;
  const std::vector<ledger::RoleGrantFact> staff = {
      grant(UserRole::kStaffUser, Organisation::kPractice, entity('g'))};
  EXPECT_EQ(sight_of("", {}, ann), Sight::kRegistry);
  EXPECT_EQ(sight_of("user-17", staff, group), Sight::kAdministrator);
  EXPECT_EQ(sight_of("user-17", staff, cora), Sight::kAdministrator);
  EXPECT_EQ(sight_of("user-18", staff, group), Sight::kNothing);
  EXPECT_EQ(sight_of("user-17", staff, virtual_group), Sight::kNothing);
  const std::vector<ledger::RoleGrantFact> clinician = {
      grant(UserRole::kClinician, Organisation::kIndividual, entity('a'))};
  EXPECT_EQ(sight_of("user-17", clinician, ann), Sight::kOwn);
  EXPECT_EQ(sight_of("user-17", clinician, cora), Sight::kNothing);
  EXPECT_EQ(sight_of("user-17", clinician, group), Sight::kNothing);
  EXPECT_FALSE(may_see_payment(Sight::kOwn));
  ledger::RoleGrantFact official =
      grant(UserRole::kSecurityOfficial, Organisation::kVirtualGroup, std::nullopt);
  official.organisation_id = "VG-0001";
  EXPECT_EQ(sight_of("user-17", {official}, virtual_group), Sight::kAdministrator);
  official.given = false;
  EXPECT_EQ(sight_of("user-17", {official}, virtual_group), Sight::kNothing);
}

}  // namespace
}  // namespace qcdr::review

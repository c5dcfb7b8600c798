#include "core/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace qcdr {
namespace {

TEST(Status, IsOkByDefault) {
  EXPECT_TRUE(Status().is_ok());
  EXPECT_TRUE(Status::ok().is_ok());
  EXPECT_EQ(Status().code(), ErrorCode::kOk);
  EXPECT_EQ(Status().to_string(), "ok");
}

TEST(Status, CarriesCodeAndMessage) {
  const Status status(ErrorCode::kIo, "disk is full");
  EXPECT_FALSE(status.is_ok());
  EXPECT_EQ(status.code(), ErrorCode::kIo);
  EXPECT_EQ(status.message(), "disk is full");
  EXPECT_EQ(status.to_string(), "input/output error: disk is full");
}

TEST(Status, ContextGoesBeforeTheMessageAndLeavesOkAlone) {
  const Status status = Status(ErrorCode::kNotFound, "no such row").with_context("facts");
  EXPECT_EQ(status.code(), ErrorCode::kNotFound);
  EXPECT_EQ(status.message(), "facts: no such row");
  EXPECT_TRUE(Status::ok().with_context("facts").is_ok());
}

TEST(Status, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    names.insert(error_code_name(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
  EXPECT_EQ(names.count("unknown"), 0u);
}

TEST(StatusDeath, AnErrorCannotBeOk) {
  EXPECT_DEATH({ const Status status(ErrorCode::kOk, ""); }, "assertion failed");
}

TEST(Result, CarriesAValueOrAStatus) {
  const Result<int> good(7);
  EXPECT_TRUE(good.is_ok());
  EXPECT_EQ(good.value(), 7);
  EXPECT_TRUE(good.status().is_ok());
  const Result<int> bad(Status(ErrorCode::kAborted, "later"));
  EXPECT_FALSE(bad.is_ok());
  EXPECT_EQ(bad.status().code(), ErrorCode::kAborted);
}

TEST(Result, GivesUpAMoveOnlyValue) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 3);
}

TEST(ResultDeath, TheValueOfAnErrorEndsTheProcess) {
  const Result<int> bad(Status(ErrorCode::kAborted, "later"));
  EXPECT_DEATH(static_cast<void>(bad.value()), "assertion failed");
  EXPECT_DEATH({ const Result<int> none{Status::ok()}; }, "assertion failed");
}

Result<int> half(int value) {
  if (value % 2 != 0) return Status(ErrorCode::kInvalidArgument, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  QCDR_ASSIGN_OR_RETURN(const int once, half(value));
  QCDR_ASSIGN_OR_RETURN(const int twice, half(once));
  return twice;
}

Status check_quarter(int value, int* reached) {
  QCDR_RETURN_IF_ERROR(quarter(value).status());
  ++*reached;
  return Status::ok();
}

TEST(StatusMacros, PassTheFirstErrorOn) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).status().message(), "odd");
  int reached = 0;
  EXPECT_TRUE(check_quarter(8, &reached).is_ok());
  EXPECT_EQ(check_quarter(7, &reached).code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(reached, 1);
}

TEST(AssertDeath, NamesExpressionAndPlace) {
  EXPECT_DEATH(QCDR_ASSERT(1 + 1 == 3), "assertion failed: 1 \\+ 1 == 3 at .*status_test.cc");
  QCDR_ASSERT(1 + 1 == 2);
}

}  // namespace
}  // namespace qcdr

#include "cli/errands.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace qcdr {
namespace {

using std::chrono::milliseconds;

Status directly(const std::function<Status()>& work) {
  return work();
}

TEST(ErrandsTest, TheOwnerDoesWhatOthersWant) {
  Errands errands;
  std::atomic<std::thread::id> did{};
  Status told;
  std::thread other([&] {
    told = errands.run([&] {
      did = std::this_thread::get_id();
      return Status(ErrorCode::kNotFound, "as it was");
    });
  });
  while (errands.do_waiting(directly) == 0) std::this_thread::yield();
  other.join();
  EXPECT_EQ(did.load(), std::this_thread::get_id());
  EXPECT_EQ(told.code(), ErrorCode::kNotFound);
}

TEST(ErrandsTest, WhoWaitsTooLongIsToldAndNothingIsDone) {
  Errands errands(milliseconds(5));
  bool done = false;
  EXPECT_EQ(errands
                .run([&] {
                  done = true;
                  return Status::ok();
                })
                .code(),
            ErrorCode::kUnavailable);
  EXPECT_EQ(errands.do_waiting(directly), 0U);
  EXPECT_FALSE(done);
}

TEST(ErrandsTest, ALimitedNumberWaits) {
  Errands errands(milliseconds(200));
  std::vector<std::thread> others;
  std::atomic<int> refused = 0;
  for (std::size_t i = 0; i <= kErrandsWaitingMax; ++i) {
    others.emplace_back([&] {
      if (errands.run([] { return Status::ok(); }).code() == ErrorCode::kUnavailable) ++refused;
    });
  }
  for (std::thread& other : others) other.join();
  EXPECT_EQ(refused, static_cast<int>(kErrandsWaitingMax) + 1);
  errands.close();
  EXPECT_EQ(errands.run([] { return Status::ok(); }).code(), ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace qcdr

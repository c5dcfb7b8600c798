#include "cli/stop_signal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace qcdr {
namespace {

constexpr int kOrderly = 7;

TEST(StopSignalDeathTest, TheFirstAsksForAnOrderlyEnd) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          install_stop_signals();
          if (stop_requested()) std::_Exit(1);
          ::raise(signal);
          std::_Exit(stop_requested() ? kOrderly : 1);
        },
        testing::ExitedWithCode(kOrderly), "");
  }
}

TEST(StopSignalDeathTest, TheSecondEndsAtOnce) {
  EXPECT_EXIT(
      {
        install_stop_signals();
        ::raise(SIGTERM);
        ::raise(SIGTERM);
        std::_Exit(kOrderly);
      },
      testing::ExitedWithCode(1), "");
}

TEST(StopSignalDeathTest, WhoTakesTooLongIsEnded) {
  EXPECT_EXIT(
      {
        install_stop_signals(1);
        ::raise(SIGTERM);
        for (int second = 0; second < 20; ++second) ::sleep(1);
        std::_Exit(kOrderly);
      },
      testing::ExitedWithCode(1), "did not end in time");
}

}  // namespace
}  // namespace qcdr

// What the embedded log does after a stop, with files that are torn or damaged.
#include <sys/wait.h>
#include <unistd.h>

#include "stream/embedded/embedded_log_fixture.h"

namespace qcdr::stream {
namespace {

using Values = std::vector<std::string>;

class EmbeddedLogRecovery : public EmbeddedLogFixture {
 protected:
  // Three appends, each a group of its own; returns the size of the segment before the last.
  std::size_t write_three() {
    const auto log = open();
    EXPECT_TRUE(append(*log, "one").is_ok());
    EXPECT_TRUE(append(*log, "two").is_ok());
    const std::size_t before = contents(segment(0)).size();
    EXPECT_TRUE(append(*log, "three").is_ok());
    return before;
  }
};

TEST_F(EmbeddedLogRecovery, EveryTruncationOfTheTailKeepsWhatIsWhole) {
  const std::size_t before = write_three();
  const std::string whole = contents(segment(0));
  for (std::size_t size = before; size < whole.size(); ++size) {
    replace(segment(0), whole.substr(0, size));
    const auto log = open();
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(values(*log), (Values{"one", "two"}));
    EXPECT_EQ(log->recovery().bytes_dropped, size - before);
    EXPECT_EQ(contents(segment(0)).size(), before);
  }
}

TEST_F(EmbeddedLogRecovery, EveryFlippedByteOfTheTailDropsTheTail) {
  const std::size_t before = write_three();
  const std::string whole = contents(segment(0));
  for (std::size_t at = before; at < whole.size(); ++at) {
    replace(segment(0), whole);
    flip(segment(0), at);
    const auto log = open();
    ASSERT_NE(log, nullptr) << at;
    EXPECT_EQ(values(*log), (Values{"one", "two"})) << at;
    EXPECT_GT(log->recovery().bytes_dropped, 0U);
  }
}

TEST_F(EmbeddedLogRecovery, GoesOnAfterATornTail) {
  write_three();
  const std::string whole = contents(segment(0));
  replace(segment(0), whole.substr(0, whole.size() - 3));
  {
    const auto log = open();
    ASSERT_TRUE(append(*log, "four").is_ok());
    EXPECT_EQ(values(*log), (Values{"one", "two", "four"}));
  }
  const auto log = open();
  EXPECT_EQ(values(*log), (Values{"one", "two", "four"}));
  EXPECT_EQ(log->recovery().bytes_dropped, 0U);
}

TEST_F(EmbeddedLogRecovery, ZeroesAfterTheEndAreDropped) {
  write_three();
  replace(segment(0), contents(segment(0)) + std::string(5000, '\0'));
  const auto log = open();
  EXPECT_EQ(values(*log), (Values{"one", "two", "three"}));
  EXPECT_EQ(log->recovery().bytes_dropped, 5000U);
}

TEST_F(EmbeddedLogRecovery, DamageBeforeAcknowledgedRecordsIsRefused) {
  const std::size_t before = write_three();
  flip(segment(0), before - 1);  // in "two", which "three" knows to be durable
  const std::string damaged = contents(segment(0));
  const auto refused = EmbeddedLog::open(options());
  ASSERT_FALSE(refused.is_ok());
  EXPECT_EQ(refused.status().code(), ErrorCode::kCorruption);
  EXPECT_EQ(contents(segment(0)), damaged);

  EmbeddedLogOptions accepting = options();
  accepting.accept_loss = true;
  const auto log = open(accepting);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(values(*log), (Values{"one"}));
}

TEST_F(EmbeddedLogRecovery, DamageInAnEarlierSegmentIsRefused) {
  EmbeddedLogOptions small = options();
  small.segment_bytes = 200;
  {
    const auto log = open(small);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(*log, std::to_string(i)).is_ok());
  }
  ASSERT_TRUE(std::filesystem::exists(segment(2)));
  const std::string whole = contents(segment(1));
  flip(segment(1), whole.size() - 1);
  small.accept_loss = true;  // does not speak of earlier segments
  auto refused = EmbeddedLog::open(small);
  ASSERT_FALSE(refused.is_ok());
  EXPECT_EQ(refused.status().code(), ErrorCode::kCorruption);

  replace(segment(1), whole.substr(0, whole.size() - 1));
  refused = EmbeddedLog::open(small);
  ASSERT_FALSE(refused.is_ok());
  EXPECT_EQ(refused.status().code(), ErrorCode::kCorruption);

  replace(segment(1), whole);
  EXPECT_EQ(values(*open(small)).size(), 20U);
}

TEST_F(EmbeddedLogRecovery, AMissingSegmentIsRefused) {
  EmbeddedLogOptions small = options();
  small.segment_bytes = 1;
  {
    const auto log = open(small);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(*log, std::to_string(i)).is_ok());
  }
  std::filesystem::remove(segment(1));
  const auto refused = EmbeddedLog::open(small);
  ASSERT_FALSE(refused.is_ok());
  EXPECT_EQ(refused.status().code(), ErrorCode::kCorruption);
}

TEST_F(EmbeddedLogRecovery, ReadOnlyChangesNothing) {
  write_three();
  const std::string torn = contents(segment(0)).substr(0, contents(segment(0)).size() - 3);
  replace(segment(0), torn);
  EmbeddedLogOptions read_only = options();
  read_only.read_only = true;
  const auto log = open(read_only);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(values(*log), (Values{"one", "two"}));
  EXPECT_GT(log->recovery().bytes_dropped, 0U);
  EXPECT_EQ(append(*log, "no").code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(contents(segment(0)), torn);
  EXPECT_NE(open(read_only), nullptr) << "two may look at once";
  const auto writer = EmbeddedLog::open(options());
  ASSERT_FALSE(writer.is_ok());
  EXPECT_EQ(writer.status().code(), ErrorCode::kFailedPrecondition);
}

TEST_F(EmbeddedLogRecovery, ReadOnlyNeedsALog) {
  EmbeddedLogOptions read_only = options();
  read_only.read_only = true;
  const auto missing = EmbeddedLog::open(read_only);
  ASSERT_FALSE(missing.is_ok());
  EXPECT_EQ(missing.status().code(), ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(read_only.directory));
}

// Ends the process at the n-th visit of a point.
class ExitAt : public CrashPoints {
 public:
  ExitAt(CrashPoint point, int visit) : point_(point), visits_left_(visit) {}
  void reached(CrashPoint point) override {
    if (point == point_ && --visits_left_ == 0) ::_exit(7);
  }

 private:
  CrashPoint point_;
  int visits_left_;
};

class EmbeddedLogCrash : public EmbeddedLogRecovery {
 protected:
  // In a child: topic, "one", and a death at `point` while "two" is written.
  void die_at(CrashPoint point) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ExitAt exit_at(point, 3);
      EmbeddedLogOptions dying = options();
      dying.crash_points = &exit_at;
      const auto log = open(dying);
      if (append(*log, "one").is_ok() && append(*log, "two").is_ok()) ::_exit(1);
      ::_exit(2);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 7);
  }
};

TEST_F(EmbeddedLogCrash, HalfAFrameIsNoFrame) {
  die_at(CrashPoint::kLogFrameHalfWritten);
  const auto log = open();
  EXPECT_EQ(values(*log), (Values{"one"}));
  EXPECT_GT(log->recovery().bytes_dropped, 0U);
}

TEST_F(EmbeddedLogCrash, AWrittenFrameSurvivesTheProcess) {
  die_at(CrashPoint::kLogFrameWritten);
  EXPECT_EQ(values(*open()), (Values{"one", "two"}));
}

TEST_F(EmbeddedLogCrash, ASyncedFrameSurvivesThoughNobodyWasTold) {
  die_at(CrashPoint::kLogFrameSynced);
  EXPECT_EQ(values(*open()), (Values{"one", "two"}));
}

}  // namespace
}  // namespace qcdr::stream

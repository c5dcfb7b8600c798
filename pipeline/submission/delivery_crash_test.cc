// Deliveries that die between any two steps, with a CMS and a network that fail, documents that are
// replaced, cancelled and withdrawn meanwhile.
#include <gtest/gtest.h>

#include <random>

#include "qcdr/v1/submission.pb.h"
#include "submission/delivery_run.h"
#include "submission/testing_cms.h"

namespace qcdr::submission {
namespace {

constexpr const char* kTin = "000456789";
constexpr DeliveryLimits kLimits{{6, 3'600'000, 100, 1'000, 660'000, 3, 60'000}, 5'000, 5, 40};

struct Crash {};

// What survives the process: log, store, CMS; and the process that is begun again and again.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    cms_.at_write = [this](const HttpRequest& request) { check_write(request); };
  }

  // A new version of the document for one NPI, with a value that is its own.
  void freeze(int entity) {
    const int value = ++values_;
    const std::string payload = payload_of(entity, value);
    const std::string id = "doc-" + std::to_string(value);
    v1::SubmissionDocumentRecord record;
    v1::SubmissionDocument& document = *record.mutable_document();
    document.set_document_id(id);
    document.mutable_version()->set_offset(++version_);
    document.set_performance_year(2022);
    document.set_entity_id(npi_of(entity));
    document.set_category(v1::CATEGORY_QUALITY);
    document.set_payload_sha256(std::string(view(sha256(payload))));
    log_.push_back(record);
    current_[entity] = {value, false, false};
    barred_.erase(value);
    for (int other = 1; other < value; ++other) {
      if (entity_of_[other] == entity) barred_.insert(other);
    }
    entity_of_[value] = entity;
  }
  void cancel(int entity, bool withdraw) {
    Current& current = current_[entity];
    if (current.value == 0) return;
    v1::SubmissionDocumentRecord record;
    record.mutable_cancel()->set_document_id("doc-" + std::to_string(current.value));
    record.mutable_cancel()->mutable_version()->set_offset(++version_);
    record.mutable_cancel()->set_withdraw(withdraw);
    log_.push_back(record);
    current.cancelled = true;
    current.withdrawn = current.withdrawn || withdraw;
    barred_.insert(current.value);
  }

  // Runs processes until everything is finished. Each may die at `crash`.
  void run(const std::function<bool(SendPoint)>& crashes) {
    for (int lives = 0; lives < 400; ++lives) {
      try {
        if (live(crashes)) return;
      } catch (const Crash&) {
        ++crashes_;
      }
    }
    FAIL() << "it does not come to an end";
  }

  void check_end() {
    std::map<std::string, int> sets;
    for (const TestingCms::Set& set : cms_.sets()) ++sets[set.owner];
    for (const auto& each : sets) EXPECT_EQ(each.second, 1) << each.first;
    for (const auto& each : current_) {
      const Current& current = each.second;
      const std::string there = value_at_cms(each.first);
      const std::string wanted = std::to_string(current.value);
      if (current.withdrawn) {
        EXPECT_EQ(there, "") << "withdrawn, and there";
      } else if (!current.cancelled) {
        EXPECT_EQ(there, wanted) << "lost, or not the last one";
      }
      // What a cancel met on its way is there or not; the ledger says which.
      const auto row = ledger().find("doc-" + wanted).value();
      ASSERT_TRUE(row.has_value());
      if (row->state == AttemptState::kVerified) {
        EXPECT_EQ(there, wanted);
      }
      if (row->state == AttemptState::kCancelled || row->state == AttemptState::kWithdrawn) {
        EXPECT_NE(there, wanted);
      }
      EXPECT_TRUE(is_finished(row->state));
    }
    EXPECT_EQ(forbidden_writes_, 0);
  }

  AttemptLedger ledger() {
    AttemptLedger ledger = AttemptLedger::open(rows_).value();
    return ledger;
  }
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::string value_at_cms(int entity) {
    for (const TestingCms::Set& set : cms_.sets()) {
      if (set.owner.find(npi_of(entity)) != std::string::npos) return set.measures.at("424");
    }
    return "";
  }

  std::int64_t now_ = 1'000'000;
  TestingCms cms_{[this] { return now_; }};
  // What happens in the world at a step of a process.
  std::function<void()> meanwhile;
  int crashes_ = 0;
  int forbidden_writes_ = 0;
  bool plants_a_bug_ = false;  // an intent is not written: the tests must see it

 private:
  struct Current {
    int value = 0;
    bool cancelled = false;
    bool withdrawn = false;
  };

  static std::string npi_of(int entity) { return "200000000" + std::to_string(entity); }
  static std::string payload_of(int entity, int value) {
    return testing_payload({{"424", value}}, npi_of(entity));
  }

  // A cancel, or a newer document, was on the log before this write began.
  void check_write(const HttpRequest& request) {
    const std::size_t at = request.body.find("\"value\":");
    if (at == std::string::npos) return;
    if (barred_.contains(std::stoi(request.body.substr(at + 8)))) ++forbidden_writes_;
  }

  struct LogJournal final : Journal {
    LogJournal(World& of, AttemptLedger& into) : world(of), ledger(into) {}
    Status append(const v1::SubmissionDocumentRecord& record) override {
      if (world.plants_a_bug_ && record.has_attempt()) return Status::ok();
      world.log_.push_back(record);
      return Status::ok();
    }
    Status catch_up() override {
      for (auto at = static_cast<std::size_t>(ledger.next_offset().value()); at < world.log_.size();
           ++at) {
        QCDR_RETURN_IF_ERROR(ledger.apply(world.log_[at], Offset(static_cast<std::int64_t>(at))));
      }
      return Status::ok();
    }
    World& world;
    AttemptLedger& ledger;
  };
  struct LedgerPermit final : Permit {
    LedgerPermit(World& of, LogJournal& from) : world(of), journal(from) {}
    Result<PermitAnswer> ask(const std::string& document_id) override {
      if (world.meanwhile) world.meanwhile();
      QCDR_RETURN_IF_ERROR(journal.catch_up());
      QCDR_ASSIGN_OR_RETURN(const auto row, journal.ledger.find(document_id));
      const bool barred = row->cancelled || row->state == AttemptState::kSuperseded;
      return barred ? PermitAnswer::kCancelled : PermitAnswer::kGo;
    }
    World& world;
    LogJournal& journal;
  };
  struct Points final : SendPoints {
    Points(World& of, const std::function<bool(SendPoint)>& at) : world(of), crashes(at) {}
    void reached(SendPoint point) override {
      world.now_ += 3;
      if (world.meanwhile && point != SendPoint::kRequestSent) world.meanwhile();
      if (crashes(point)) throw Crash();
    }
    World& world;
    const std::function<bool(SendPoint)>& crashes;
  };

  // One life of the process; true when nothing is left to do.
  bool live(const std::function<bool(SendPoint)>& crashes) {
    AttemptLedger ledger = AttemptLedger::open(rows_).value();
    LogJournal journal(*this, ledger);
    LedgerPermit permit(*this, journal);
    Points points(*this, crashes);
    CmsClient client({"https://cms.example", 3}, "token", cms_,
                     [&points] { points.reached(SendPoint::kRequestSent); });
    RateLimiter limiter({25, 40, 120, 4});
    Breaker breaker({5, 2'000});
    RunObserver observer;
    for (int rounds = 0; rounds < 200; ++rounds) {
      EXPECT_TRUE(journal.catch_up().is_ok());
      if (ledger.unfinished().empty()) return true;
      const std::vector<std::string> documents(ledger.unfinished().begin(),
                                               ledger.unfinished().end());
      const std::string& id = documents[below(documents.size())];
      deliver(id, ledger, {permit, journal, client, limiter, breaker, points}, observer);
    }
    return false;
  }

  void deliver(const std::string& id, AttemptLedger& ledger, const RunParts& parts,
               RunObserver& observer) {
    const int value = std::stoi(id.substr(4));
    RunDocument document;
    document.row = ledger.find(id).value().value();
    document.slot = ledger.slot(document.row.slot).value().value();
    document.payload = payload_of(entity_of_.at(value), value);
    document.target = read_target(document.payload).value();
    document.tin = kTin;
    document.subject = "submission";
    const auto clock = [this] {
      now_ += 1;
      return RunTime{now_, Instant::from_milliseconds(1'679'000'000'000 + now_)};
    };
    DeliveryRun run(
        parts, std::move(document), check_, kLimits,
        [this](std::uint64_t bound) { return below(bound); }, clock(), observer);
    for (int steps = 0; steps < 500; ++steps) {
      const auto progress = run.advance(clock);
      ASSERT_TRUE(progress.is_ok()) << progress.status().to_string();
      if (progress.value().done) return;
      now_ += progress.value().wait_milliseconds;
    }
    FAIL() << "a delivery does not end";
  }

  std::mt19937_64 random_;
  std::vector<v1::SubmissionDocumentRecord> log_;
  MemoryLedgerRows rows_;
  TestingReadBack check_;
  std::map<int, Current> current_;  // by entity
  std::map<int, int> entity_of_;    // by value
  std::set<int> barred_;            // values that may not be written any more
  int values_ = 0;
  std::int64_t version_ = 0;
};

bool never(SendPoint) {
  return false;
}

class CrashPointTest : public ::testing::TestWithParam<int> {};

// The first visit of the point ends the process; with and without CMS's own guard.
TEST_P(CrashPointTest, ADeathThereSendsNothingTwiceAndForgetsNothing) {
  const auto point = static_cast<SendPoint>(GetParam());
  for (const bool replaces : {false, true}) {
    for (const bool guarded : {false, true}) {
      SCOPED_TRACE(std::string(send_point_name(point)) + (replaces ? " PUT" : " POST"));
      World world(1);
      world.cms_.refuses_duplicates = guarded;
      if (replaces) {
        world.freeze(1);
        world.run(never);
      }
      const std::size_t done = world.cms_.writes_done;
      world.freeze(1);
      // A find is sent before the write is.
      const int visit = point == SendPoint::kRequestSent ? 2 : 1;
      int visits = 0;
      world.run([&](SendPoint reached) { return reached == point && ++visits == visit; });
      EXPECT_GE(visits, visit);
      EXPECT_EQ(world.crashes_, 1);
      world.check_end();
      EXPECT_EQ(world.cms_.writes_done, done + 1);  // in effect once
    }
  }
}
INSTANTIATE_TEST_SUITE_P(All, CrashPointTest,
                         ::testing::Range(0, static_cast<int>(kSendPointCount)));

TEST(DeliveryCrashTest, WithoutFaultsEachDocumentIsOneWrite) {
  World world(7);
  for (int entity = 1; entity <= 9; ++entity) world.freeze(entity);
  world.run(never);
  world.check_end();
  EXPECT_EQ(world.cms_.writes, 9U);
}

// One random season of three entities; false: something was wrong.
void season(World* world) {
  int steps = 0;
  world->cms_.refuses_duplicates = world->below(2) == 0;
  world->cms_.late_milliseconds = 1 + static_cast<std::int64_t>(world->below(4'000));
  const bool faults = world->below(4) != 0;
  world->cms_.fault = [world, faults, &steps](const HttpRequest& request) {
    if (!faults || steps > 150 || world->below(3) != 0) return CmsFault::kNone;
    const auto fault = static_cast<CmsFault>(world->below(kCmsFaultCount));
    const bool writes_late = fault == CmsFault::kLate && request.method == HttpMethod::kGet;
    return writes_late ? CmsFault::kLostBefore : fault;
  };
  world->meanwhile = [world, &steps] {
    if (++steps > 100 || world->below(12) != 0) return;
    const int entity = 1 + static_cast<int>(world->below(3));
    const std::uint64_t what = world->below(5);
    if (what < 2) {
      world->freeze(entity);
    } else {
      world->cancel(entity, what == 4);
    }
  };
  for (int entity = 1; entity <= 3; ++entity) world->freeze(entity);
  world->run([world, &steps](SendPoint) { return steps < 150 && world->below(9) == 0; });
  world->check_end();
}

TEST(DeliveryCrashTest, AThousandSeasonsWithDeathsFaultsAndCancels) {
  int crashes = 0;
  std::size_t writes = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    season(&world);
    if (::testing::Test::HasFailure()) return;
    crashes += world.crashes_;
    writes += world.cms_.writes;
  }
  // The test looks at something.
  EXPECT_GT(crashes, 1'000);
  EXPECT_GT(writes, 3'000U);
}

// A sender that forgets to write its intent down sends before late calls have settled.
TEST(DeliveryCrashTest, ASenderWithoutIntentsIsFound) {
  int twice = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    World world(seed);
    world.plants_a_bug_ = true;
    world.cms_.refuses_duplicates = false;
    world.cms_.late_milliseconds = 4'000;
    bool late = false;
    world.cms_.fault = [&late](const HttpRequest& request) {
      if (request.method != HttpMethod::kPost || late) return CmsFault::kNone;
      late = true;
      return CmsFault::kLate;
    };
    world.freeze(1);
    bool died = false;
    world.run([&](SendPoint point) {
      return !died && point == SendPoint::kRequestSent && late && (died = true);
    });
    twice += world.cms_.sets().size() > 1 ? 1 : 0;
  }
  EXPECT_EQ(twice, 200);
}

}  // namespace
}  // namespace qcdr::submission

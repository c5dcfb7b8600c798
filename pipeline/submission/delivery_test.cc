#include "submission/delivery.h"

#include <gtest/gtest.h>

#include "core/findings_seen_test.h"
#include "submission/testing_cms.h"

namespace qcdr::submission {
namespace {

constexpr const char* kTin = "000456789";
constexpr DeliveryLimits kLimits{{4, 3'600'000, 100, 1'000, 660'000, 2, 60'000}, 5'000, 4, 20};
const Instant kNow = Instant::from_milliseconds(1'679'000'000'000);

// Runs deliveries against a CMS in memory, without log or ledger.
class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryResult deliver(const std::string& payload, DeliveryAim aim = DeliveryAim::kDeliver,
                         const EarlierAttempts& earlier = {}) {
    Delivery delivery(aim, payload, check_, kLimits, earlier,
                      [](std::uint64_t below) { return below - 1; });
    const CmsTarget target = read_target(payload).value();
    waits_.clear();
    steps_.clear();
    for (int i = 0; i < 200 && delivery.next().kind != StepKind::kDone; ++i) {
      if (before_step_) before_step_(&delivery);
      const Step step = delivery.next();
      if (step.kind == StepKind::kDone) break;
      steps_.push_back(step.kind);
      if (step.kind == StepKind::kWait) {
        waits_.push_back(step.wait_milliseconds);
        now_ += step.wait_milliseconds;
        delivery.waited();
      } else {
        delivery.take(call(step, target, payload), now_);
      }
    }
    EXPECT_EQ(delivery.next().kind, StepKind::kDone);
    for (const FindingCode code : delivery.result().codes) note_finding_seen(code_number(code));
    return delivery.result();
  }

  CmsReply call(const Step& step, const CmsTarget& target, const std::string& payload) {
    switch (step.kind) {
      case StepKind::kFind:
        return client_.find(target, kTin, step.start_index, kNow).value();
      case StepKind::kReadBack:
        return client_.read(step.set_id, kTin, kNow).value();
      case StepKind::kPost:
        return client_.write(HttpMethod::kPost, "", payload, kTin, kNow).value();
      case StepKind::kPut:
        return client_.write(HttpMethod::kPut, step.set_id, payload, kTin, kNow).value();
      case StepKind::kPatch:
        return client_.write(HttpMethod::kPatch, step.set_id, payload, kTin, kNow).value();
      default:
        return client_.remove(step.set_id, kNow).value();
    }
  }
  // The n-th call of this method has this fault.
  void fault_at(HttpMethod method, std::vector<CmsFault> faults) {
    cms_.fault = [this, method, faults](const HttpRequest& request) {
      if (request.method != method || faulted_ >= faults.size()) return CmsFault::kNone;
      return faults[faulted_++];
    };
    faulted_ = 0;
  }
  void answer_writes(int status, const std::string& body) {
    cms_.instead = [status, body](const HttpRequest& request) {
      if (request.method != HttpMethod::kGet)
        return HttpAnswer{HttpOutcome::kAnswered, status, "", body};
      return HttpAnswer{HttpOutcome::kAnswered, 200, "", "{\"data\":{\"submissions\":[]}}"};
    };
  }

  std::int64_t now_ = 0;
  TestingCms cms_{[this] { return now_; }};
  CmsClient client_{{"https://cms.example", 3}, "token", cms_};
  TestingReadBack check_;
  std::vector<std::int64_t> waits_;
  std::vector<StepKind> steps_;
  std::size_t faulted_ = 0;
  std::function<void(Delivery*)> before_step_;
  const std::string one_ = testing_payload({{"424", 1}});
  const std::string two_ = testing_payload({{"424", 2}});
};

using Kinds = std::vector<StepKind>;

TEST_F(DeliveryTest, NothingThereIsPostedAndReadBack) {
  const DeliveryResult result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kVerified);
  EXPECT_TRUE(result.wrote);
  EXPECT_EQ(steps_, (Kinds{StepKind::kFind, StepKind::kPost, StepKind::kReadBack}));
  ASSERT_EQ(cms_.sets().size(), 1U);
  EXPECT_EQ(result.set_id, cms_.sets().front().id);
  EXPECT_EQ(result.submission_id, cms_.sets().front().submission_id);
}

TEST_F(DeliveryTest, TheSameIsNotSentAgain) {
  ASSERT_EQ(deliver(one_).end, DeliveryEnd::kVerified);
  const DeliveryResult again = deliver(one_);
  EXPECT_EQ(again.end, DeliveryEnd::kVerified);
  EXPECT_FALSE(again.wrote);
  EXPECT_EQ(steps_, Kinds{StepKind::kFind});
}

TEST_F(DeliveryTest, AnotherIsReplacedAndALackingOneIsAddedTo) {
  deliver(one_);
  EXPECT_EQ(deliver(two_).end, DeliveryEnd::kVerified);
  EXPECT_EQ(steps_, (Kinds{StepKind::kFind, StepKind::kPut, StepKind::kReadBack}));
  EXPECT_EQ(deliver(testing_payload({{"424", 2}, {"430", 7}})).end, DeliveryEnd::kVerified);
  EXPECT_EQ(steps_, (Kinds{StepKind::kFind, StepKind::kPatch, StepKind::kReadBack}));
  EXPECT_EQ(cms_.sets().size(), 1U);
}

TEST_F(DeliveryTest, FindsItsSetOnALaterPage) {
  for (const char* npi : {"2000000002", "2000000010", "2000000028", "2000000036"}) {
    ASSERT_EQ(deliver(testing_payload({{"424", 5}}, npi)).end, DeliveryEnd::kVerified) << npi;
  }
  deliver(one_);
  EXPECT_EQ(cms_.sets().size(), 5U);
  EXPECT_EQ(deliver(two_).end, DeliveryEnd::kVerified);  // of the group: two pages of three
  EXPECT_EQ(steps_, (Kinds{StepKind::kFind, StepKind::kFind, StepKind::kPut, StepKind::kReadBack}));
  EXPECT_EQ(cms_.sets().size(), 5U);
}

TEST_F(DeliveryTest, AnUnknownEndIsSettledAndAskedFor) {
  for (const CmsFault fault : {CmsFault::kLostBefore, CmsFault::kLostAfter, CmsFault::kHalf,
                               CmsFault::kLate, CmsFault::kServerBefore, CmsFault::kServerAfter}) {
    SCOPED_TRACE(static_cast<int>(fault));
    cms_.refuses_duplicates = false;  // it must not need CMS's help
    fault_at(HttpMethod::kPost, {fault});
    const std::string npi = "20000000" + std::to_string(10 + static_cast<int>(fault));
    const std::size_t before = cms_.sets().size();
    EXPECT_EQ(deliver(testing_payload({{"424", 1}}, npi)).end, DeliveryEnd::kVerified);
    EXPECT_EQ(steps_[2], StepKind::kWait);
    EXPECT_EQ(steps_[3], StepKind::kFind);
    EXPECT_GE(waits_.front(), kLimits.settle_milliseconds);
    EXPECT_EQ(cms_.sets().size(), before + 1);
  }
}

TEST_F(DeliveryTest, CallsThatDidNothingAreMadeAgainAfterAPause) {
  for (const CmsFault fault : {CmsFault::kNotSent, CmsFault::kTooManyCalls, CmsFault::kForbidden}) {
    const std::string npi = "20000000" + std::to_string(10 + static_cast<int>(fault));
    fault_at(HttpMethod::kPost, {fault});
    EXPECT_EQ(deliver(testing_payload({{"424", 1}}, npi)).end, DeliveryEnd::kVerified);
    ASSERT_EQ(waits_.size(), 1U);
    const std::int64_t wanted = fault == CmsFault::kNotSent        ? 100
                                : fault == CmsFault::kTooManyCalls ? 1'100
                                                                   : 660'100;
    EXPECT_EQ(waits_.front(), wanted);
  }
}

TEST_F(DeliveryTest, ADuplicateEntryIsReadAgainAndReplaced) {
  deliver(one_);
  // CMS shows it only from the second find on.
  int finds = 0;
  cms_.instead = nullptr;
  before_step_ = [&](Delivery* delivery) {
    if (delivery->next().kind != StepKind::kFind || ++finds > 1) return;
    delivery->take(CmsReply{CmsReply::Kind::kDone, 200, {}, {}, {}, {}, {}}, now_);
  };
  EXPECT_EQ(deliver(two_).end, DeliveryEnd::kVerified);
  EXPECT_EQ(steps_, (Kinds{StepKind::kPost, StepKind::kWait, StepKind::kFind, StepKind::kPut,
                           StepKind::kReadBack}));
  EXPECT_EQ(cms_.sets().size(), 1U);
}

TEST_F(DeliveryTest, ADuplicateThatIsNeverShownIsForAnOfficer) {
  answer_writes(400, "{\"error\":{\"type\":\"DuplicateEntryError\",\"details\":{}}}");
  const DeliveryResult result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kRefused);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_DUPLICATE_UNRESOLVED});
}

TEST_F(DeliveryTest, ARefusalIsNotSentAgain) {
  answer_writes(422,
                "{\"error\":{\"type\":\"ValidationError\",\"details\":[{\"location\":{\"path\":"
                "\"measurementSets[0].measurements[0].measureId\"},\"value\":\"000456789\"}]}}");
  const DeliveryResult result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kRefused);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_MEASURE_REFUSED});
  EXPECT_EQ(result.details.front().path, "measurementSets[0].measurements[0].measureId");
  EXPECT_EQ(cms_.writes, 1U);
}

TEST_F(DeliveryTest, ATokenThatIsRefusedStopsEverything) {
  answer_writes(401, "");
  const DeliveryResult result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kStopped);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_ACCESS_REFUSED});
  EXPECT_EQ(cms_.writes, 1U);
}

TEST_F(DeliveryTest, WhatIsReadBackOtherwiseIsTold) {
  int looks = 0;
  before_step_ = [&](Delivery* delivery) {
    const StepKind kind = delivery->next().kind;
    if (kind != StepKind::kReadBack && (kind != StepKind::kFind || ++looks == 1)) return;
    CmsReply reply{CmsReply::Kind::kDone, 200, {}, {}, {}, {}, {}};
    reply.sets.push_back({"00000000-0000-4000-8000-000000000001", "", "{\"measurements\":[]}"});
    delivery->take(reply, now_);
  };
  const DeliveryResult result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kDiffers);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_READ_BACK_DIFFERS});
  EXPECT_EQ(cms_.writes, 1U);  // it is not tried again
  EXPECT_EQ(looks, 2);         // and looked at once more before it is told
}

TEST_F(DeliveryTest, TwoSetsAreNotChosenFrom) {
  cms_.refuses_duplicates = false;
  deliver(one_);
  HttpRequest second;
  second.method = HttpMethod::kPost;
  second.url = "https://cms.example/measurement-sets";
  second.body = put_tin(two_, kTin).value();
  cms_.perform(second);
  const std::size_t writes = cms_.writes;
  const DeliveryResult result = deliver(two_);
  EXPECT_EQ(result.end, DeliveryEnd::kRefused);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_SET_TWICE});
  EXPECT_EQ(cms_.writes, writes);
}

TEST_F(DeliveryTest, EveryDeliveryEnds) {
  fault_at(HttpMethod::kGet, std::vector<CmsFault>(500, CmsFault::kNotSent));
  DeliveryResult result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kUnfinished);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_NOT_REACHED});
  fault_at(HttpMethod::kPost, std::vector<CmsFault>(500, CmsFault::kLostBefore));
  result = deliver(one_);
  EXPECT_EQ(result.end, DeliveryEnd::kUnfinished);
  EXPECT_EQ(result.codes, std::vector<FindingCode>{FindingCode::CMS_OUTCOME_UNKNOWN});
  fault_at(HttpMethod::kPost, std::vector<CmsFault>(500, CmsFault::kForbidden));
  EXPECT_EQ(deliver(one_).codes, std::vector<FindingCode>{FindingCode::CMS_ACCESS_REFUSED});
}

TEST_F(DeliveryTest, ACancelStopsWritesAndNotTheQuestionWhatIsThere) {
  before_step_ = [](Delivery* delivery) {
    if (is_write(delivery->next().kind)) delivery->forbid_writes(DeliveryEnd::kCancelled);
  };
  EXPECT_EQ(deliver(one_).end, DeliveryEnd::kCancelled);
  EXPECT_EQ(cms_.writes, 0U);
  // After an attempt whose end is not known.
  EarlierAttempts open;
  open.may_be_at_cms = true;
  open.settle_milliseconds = 700;
  const auto cancelled = [](Delivery* delivery) {
    delivery->forbid_writes(DeliveryEnd::kCancelled);
  };
  before_step_ = cancelled;
  EXPECT_EQ(deliver(one_, DeliveryAim::kDeliver, open).end, DeliveryEnd::kCancelled);
  EXPECT_EQ(steps_, (Kinds{StepKind::kWait, StepKind::kFind}));
  before_step_ = nullptr;
  deliver(one_);
  before_step_ = cancelled;
  EXPECT_EQ(deliver(one_, DeliveryAim::kDeliver, open).end, DeliveryEnd::kVerified);
  EXPECT_EQ(waits_, std::vector<std::int64_t>{700});
}

TEST_F(DeliveryTest, AWithdrawalEndsWhenNothingIsThere) {
  EXPECT_EQ(deliver(one_, DeliveryAim::kWithdraw).end, DeliveryEnd::kWithdrawn);
  EXPECT_EQ(cms_.writes, 0U);
  deliver(one_);
  fault_at(HttpMethod::kDelete, {CmsFault::kLostBefore, CmsFault::kLostAfter});
  EXPECT_EQ(deliver(one_, DeliveryAim::kWithdraw).end, DeliveryEnd::kWithdrawn);
  EXPECT_TRUE(cms_.sets().empty());
}

TEST_F(DeliveryTest, AnAcknowledgedWriteIsOnlyReadBack) {
  deliver(one_);
  EarlierAttempts sent;
  sent.acknowledged = true;
  sent.set_id = cms_.sets().front().id;
  EXPECT_EQ(deliver(one_, DeliveryAim::kDeliver, sent).end, DeliveryEnd::kVerified);
  EXPECT_EQ(steps_, Kinds{StepKind::kReadBack});
  EXPECT_EQ(deliver(two_, DeliveryAim::kDeliver, sent).end, DeliveryEnd::kDiffers);
}

}  // namespace
}  // namespace qcdr::submission

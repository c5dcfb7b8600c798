// How client errors are told apart, with librdkafka's own mock cluster and injected answers.
//
// This proves NOTHING about transactions: the mock of 2.0.2 shows aborted records to committed
// readers, drops transactional offsets and fences nobody. What it can do is give a wrong answer on
// request, and so show which way each answer is taken: the same call again, an abort, or the end
// of the producer. What transactions do is shown in kafka_log_test and kafka_faults_test.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
// The mock's header needs the one above.
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <thread>

#include "stream/kafka/client.h"
#include "stream/kafka/handles.h"
#include "stream/kafka/kafka_log.h"

namespace qcdr::stream {
namespace {

// Kafka's numbers of the requests that get wrong answers.
enum class Api : std::int16_t {
  kProduce = 0,
  kOffsetCommit = 8,
  kOffsetFetch = 9,
  kInitProducerId = 22,
  kAddPartitionsToTransaction = 24,
  kAddOffsetsToTransaction = 25,
  kEndTransaction = 26,
  kTransactionOffsetCommit = 28,
};

constexpr const char* kInput = "input";
constexpr const char* kOutput = "output";
constexpr Partition kZero(0);

OutputRecord record(const std::string& value) {
  OutputRecord result;
  result.topic = kOutput;
  result.partition = kZero;
  result.value = value;
  return result;
}

// One cluster and one member of a group for all tests: a join takes the mock three seconds.
class KafkaErrors : public testing::Test {
 protected:
  struct Shared {
    std::unique_ptr<kafka::Client> host;
    rd_kafka_mock_cluster_t* cluster = nullptr;
    std::unique_ptr<KafkaLog> log;
    std::unique_ptr<Consumer> consumer;
    std::uint64_t epoch = 0;
  };

  static KafkaOptions options(const std::string& bootstrap) {
    KafkaOptions result;
    result.properties = {{"bootstrap.servers", bootstrap}};
    result.request_wait = std::chrono::milliseconds(1500);
    result.transaction_wait = std::chrono::milliseconds(1500);
    return result;
  }

  static void SetUpTestSuite() {
    shared_ = new Shared();
    auto host = kafka::Client::make(kafka::ClientKind::kAdmin, options("127.0.0.1:1"), {}, nullptr);
    ASSERT_TRUE(host.is_ok());
    shared_->host = std::move(host).value();
    shared_->cluster = rd_kafka_mock_cluster_new(shared_->host->get(), 1);
    for (const char* topic : {kInput, kOutput}) {
      rd_kafka_mock_topic_create(shared_->cluster, topic, 1, 1);
    }
    auto log = KafkaLog::open(options(rd_kafka_mock_cluster_bootstraps(shared_->cluster)));
    ASSERT_TRUE(log.is_ok());
    shared_->log = std::move(log).value();
    auto consumer = shared_->log->join("group", kInput, "member");
    ASSERT_TRUE(consumer.is_ok()) << consumer.status().to_string();
    shared_->consumer = std::move(consumer).value();
  }

  static void TearDownTestSuite() {
    shared_->consumer.reset();
    shared_->log.reset();
    rd_kafka_mock_cluster_destroy(shared_->cluster);
    delete shared_;
    shared_ = nullptr;
  }

  // Waits until the member owns its partition, under whatever epoch.
  void SetUp() override { ASSERT_TRUE(own()) << "the member was never assigned"; }
  static bool own() {
    for (int i = 0; i < 1000; ++i) {
      const auto assignment = shared_->consumer->assignment();
      if (!assignment.is_ok()) return false;
      shared_->epoch = assignment.value().epoch;
      if (!assignment.value().partitions.empty()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  void TearDown() override {
    for (const Api api :
         {Api::kProduce, Api::kOffsetCommit, Api::kOffsetFetch, Api::kInitProducerId,
          Api::kAddPartitionsToTransaction, Api::kAddOffsetsToTransaction, Api::kEndTransaction,
          Api::kTransactionOffsetCommit}) {
      rd_kafka_mock_clear_request_errors(shared_->cluster, static_cast<std::int16_t>(api));
    }
    rd_kafka_mock_broker_set_up(shared_->cluster, 1);
  }

  static void answer(Api api, std::vector<rd_kafka_resp_err_t> errors) {
    rd_kafka_mock_push_request_errors_array(shared_->cluster, static_cast<std::int16_t>(api),
                                            errors.size(), errors.data());
  }

  static std::unique_ptr<TransactionalProducer> producer() {
    auto made = shared_->log->transactional_producer("id");
    EXPECT_TRUE(made.is_ok()) << made.status().to_string();
    return std::move(made).value();
  }

  // One transaction with one record and one offset; the first error of any step. Under load the
  // group may have given the member up since the last one.
  static Status transact(TransactionalProducer& producer) {
    EXPECT_TRUE(own()) << "the member was never assigned";
    QCDR_RETURN_IF_ERROR(producer.begin());
    QCDR_RETURN_IF_ERROR(producer.send(record("value")));
    return producer.commit(*shared_->consumer, shared_->epoch, {{kZero, Offset(1)}}).status();
  }

  // A refused record leaves a gap in the numbers of its partition: the next transaction can be
  // aborted for that, once, and then the producer has new ones.
  static Status transact_after_refusal(TransactionalProducer& producer) {
    const Status status = transact(producer);
    return status.code() == ErrorCode::kAborted ? transact(producer) : status;
  }

  static Shared* shared_;
};

KafkaErrors::Shared* KafkaErrors::shared_ = nullptr;

TEST_F(KafkaErrors, StatisticsComeFromEachClientThatIsUsed) {
  std::map<std::string, std::string> told;
  KafkaOptions watched = options(rd_kafka_mock_cluster_bootstraps(shared_->cluster));
  watched.statistics_interval = std::chrono::milliseconds(20);
  watched.statistics = [&](const std::string& client, const std::string& json) {
    told[client] = json;
  };
  const auto log = KafkaLog::open(watched);
  ASSERT_TRUE(log.is_ok());
  const auto appender = log.value()->appender();
  const auto reader = log.value()->reader();
  const auto transactional = log.value()->transactional_producer("watched");
  ASSERT_TRUE(appender.is_ok() && reader.is_ok() && transactional.is_ok());
  const std::vector<std::string> used = {"appender", "reader", "producer watched"};
  // Others of the log tell of themselves, too; and under load whoever is used tells late.
  const auto all_told = [&] {
    return std::all_of(used.begin(), used.end(),
                       [&](const auto& name) { return told.count(name); });
  };
  for (int i = 0; i < 1000 && !all_told(); ++i) {
    ASSERT_TRUE(appender.value()->append(record("value")).is_ok());
    ASSERT_TRUE(reader.value()->read(kOutput, kZero, Offset(0), 1).is_ok());
    ASSERT_TRUE(transact(*transactional.value()).is_ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (const std::string& client : used) {
    EXPECT_NE(told[client].find("\"txmsgs\""), std::string::npos) << client;
  }
}

TEST_F(KafkaErrors, RetriableAnswersAreNotSeen) {
  const auto transactional = producer();
  ASSERT_TRUE(transact(*transactional).is_ok());
  answer(Api::kAddPartitionsToTransaction, {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                                            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS});
  answer(Api::kProduce, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  answer(Api::kAddOffsetsToTransaction, {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS});
  answer(Api::kTransactionOffsetCommit, {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS});
  answer(Api::kEndTransaction, {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                                RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS});
  const Status status = transact(*transactional);
  EXPECT_TRUE(status.is_ok()) << status.to_string();
}

TEST_F(KafkaErrors, AbortableAnswersAbortAndTheProducerGoesOn) {
  const std::vector<std::pair<Api, rd_kafka_resp_err_t>> cases = {
      {Api::kTransactionOffsetCommit, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION},
      {Api::kTransactionOffsetCommit, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID},
      {Api::kTransactionOffsetCommit, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID},
      {Api::kTransactionOffsetCommit, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS},
      {Api::kAddOffsetsToTransaction, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED},
      {Api::kEndTransaction, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING},
  };
  const auto transactional = producer();
  for (const auto& [api, error] : cases) {
    answer(api, {error});
    const Status status = transact(*transactional);
    EXPECT_EQ(status.code(), ErrorCode::kAborted)
        << rd_kafka_err2name(error) << ": " << status.to_string();
    const Status again = transact(*transactional);
    EXPECT_TRUE(again.is_ok()) << rd_kafka_err2name(error) << ": " << again.to_string();
  }
}

TEST_F(KafkaErrors, ARecordThatIsRefusedAbortsItsTransaction) {
  for (const Api api : {Api::kAddPartitionsToTransaction, Api::kProduce}) {
    // Each with a producer of its own: the library remembers for a while that a topic is forbidden.
    const auto transactional = producer();
    answer(api, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    const Status status = transact(*transactional);
    EXPECT_EQ(status.code(), ErrorCode::kAborted) << status.to_string();
    EXPECT_TRUE(transactional->begin().is_ok());
  }
}

// What is too large must be told as that: the same again would be refused again, without end.
TEST_F(KafkaErrors, ARecordThatIsTooLargeIsToldAsThatWhateverElseIsUnderWay) {
  constexpr std::chrono::milliseconds kRefused(300);
  const auto transactional = producer();
  for (const auto error :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE}) {
    answer(Api::kProduce, {error});
    // The refusal comes while the offsets are under way.
    answer(Api::kAddOffsetsToTransaction,
           {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS});
    Status status = transact(*transactional);
    EXPECT_EQ(status.code(), ErrorCode::kLimitExceeded) << status.to_string();
    status = transact_after_refusal(*transactional);
    EXPECT_TRUE(status.is_ok()) << status.to_string();

    // It comes before more is sent.
    ASSERT_TRUE(own());
    answer(Api::kProduce, {error});
    ASSERT_TRUE(transactional->begin().is_ok());
    ASSERT_TRUE(transactional->send(record("value")).is_ok());
    std::this_thread::sleep_for(kRefused);
    status = transactional->send(record("more"));
    EXPECT_EQ(status.code(), ErrorCode::kLimitExceeded) << status.to_string();
    status = transact_after_refusal(*transactional);
    EXPECT_TRUE(status.is_ok()) << status.to_string();
  }
}

TEST_F(KafkaErrors, FatalAnswersEndTheProducer) {
  const std::vector<std::tuple<Api, rd_kafka_resp_err_t, ErrorCode>> cases = {
      {Api::kEndTransaction, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, ErrorCode::kFenced},
      {Api::kEndTransaction, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, ErrorCode::kFenced},
      {Api::kAddPartitionsToTransaction, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
       ErrorCode::kFenced},
      {Api::kAddOffsetsToTransaction, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, ErrorCode::kFenced},
      {Api::kEndTransaction, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, ErrorCode::kUnavailable},
      {Api::kEndTransaction, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
       ErrorCode::kUnavailable},
  };
  for (const auto& [api, error, code] : cases) {
    const auto transactional = producer();
    answer(api, {error});
    const Status status = transact(*transactional);
    EXPECT_EQ(status.code(), code) << rd_kafka_err2name(error) << ": " << status.to_string();
    EXPECT_EQ(transactional->begin().code(), code);
    EXPECT_EQ(transactional->send(record("more")).code(), code);
    EXPECT_EQ(transactional->abort().code(), code);
    const auto successor = producer();
    const Status again = transact(*successor);
    EXPECT_TRUE(again.is_ok()) << rd_kafka_err2name(error) << ": " << again.to_string();
  }
}

TEST_F(KafkaErrors, ACommitThatNobodyAnswersIsUnknown) {
  const auto transactional = producer();
  ASSERT_TRUE(transactional->begin().is_ok());
  ASSERT_TRUE(transactional->send(record("value")).is_ok());
  // More than enough for every retry within the bound.
  answer(Api::kEndTransaction,
         std::vector<rd_kafka_resp_err_t>(1000, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS));
  const auto begun = std::chrono::steady_clock::now();
  const auto status =
      transactional->commit(*shared_->consumer, shared_->epoch, {{kZero, Offset(1)}}).status();
  EXPECT_EQ(status.code(), ErrorCode::kUnavailable) << status.to_string();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
  EXPECT_EQ(transactional->begin().code(), ErrorCode::kUnavailable);
}

// The library ends the process by an assertion when an answer comes after a call that was repeated
// with no time left. Whether one is depends on how long a thread takes to wake: it is tried often.
TEST_F(KafkaErrors, AnAnswerToACommitThatWasGivenUpDoesNoHarm) {
  constexpr int kTries = 12;
  constexpr std::chrono::milliseconds kWait(230);
  constexpr std::chrono::milliseconds kAnswer(400);
  KafkaOptions impatient = options(rd_kafka_mock_cluster_bootstraps(shared_->cluster));
  impatient.transaction_wait = kWait;
  auto log = KafkaLog::open(impatient);
  ASSERT_TRUE(log.is_ok());
  for (int number = 0; number < kTries; ++number) {
    auto made = log.value()->transactional_producer("impatient");
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    TransactionalProducer& transactional = *made.value();
    ASSERT_TRUE(own());
    ASSERT_TRUE(transactional.begin().is_ok());
    ASSERT_TRUE(transactional.send(record("value")).is_ok());
    rd_kafka_mock_broker_push_request_error_rtts(
        shared_->cluster, 1, static_cast<std::int16_t>(Api::kEndTransaction), 1,
        RD_KAFKA_RESP_ERR_NO_ERROR, static_cast<int>(kAnswer.count()));
    const auto status =
        transactional.commit(*shared_->consumer, shared_->epoch, {{kZero, Offset(1)}}).status();
    EXPECT_EQ(status.code(), ErrorCode::kUnavailable) << status.to_string();
    std::this_thread::sleep_for(kAnswer);
    EXPECT_EQ(transactional.begin().code(), ErrorCode::kUnavailable);
  }
}

TEST_F(KafkaErrors, ABrokerThatIsGoneIsUnavailableWithinTheBound) {
  const auto transactional = producer();
  ASSERT_TRUE(transactional->begin().is_ok());
  ASSERT_TRUE(transactional->send(record("value")).is_ok());
  rd_kafka_mock_broker_set_down(shared_->cluster, 1);
  const auto begun = std::chrono::steady_clock::now();
  const auto committed =
      transactional->commit(*shared_->consumer, shared_->epoch, {{kZero, Offset(1)}});
  // If the record had not left yet, the abort is certain without the broker.
  EXPECT_TRUE(committed.status().code() == ErrorCode::kUnavailable ||
              committed.status().code() == ErrorCode::kAborted)
      << committed.status().to_string();
  EXPECT_EQ(shared_->log->partition_count(kInput).status().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(shared_->consumer->committed(kZero).status().code(), ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  rd_kafka_mock_broker_set_up(shared_->cluster, 1);
  const auto successor = producer();
  // The group may have given the member up meanwhile.
  ASSERT_TRUE(own());
  const Status again = transact(*successor);
  EXPECT_TRUE(again.is_ok()) << again.to_string();
}

// The next record would have the sequence number of the one that may have been written, and be
// taken for its repetition: acknowledged, and lost. On a cluster of its own: a broker of the mock
// that was told to be late once takes no wrong answers of that kind from the cluster any more.
TEST_F(KafkaErrors, AnAbortOfWhatMayHaveBeenWrittenEndsTheProducer) {
  constexpr std::chrono::milliseconds kAnswer(2000);
  static constexpr std::chrono::milliseconds kUnderWay(200);
  rd_kafka_mock_cluster_t* const cluster = rd_kafka_mock_cluster_new(shared_->host->get(), 1);
  rd_kafka_mock_topic_create(cluster, kOutput, 1, 1);
  {
    const auto log = KafkaLog::open(options(rd_kafka_mock_cluster_bootstraps(cluster)));
    ASSERT_TRUE(log.is_ok());
    const auto made = log.value()->transactional_producer("id");
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    TransactionalProducer& transactional = *made.value();
    // What was acknowledged leaves nothing open.
    ASSERT_TRUE(transactional.begin().is_ok());
    ASSERT_TRUE(transactional.send(record("value")).is_ok());
    std::this_thread::sleep_for(kUnderWay);
    const Status aborted = transactional.abort();
    ASSERT_TRUE(aborted.is_ok()) << aborted.to_string();

    ASSERT_TRUE(transactional.begin().is_ok());
    rd_kafka_mock_broker_push_request_error_rtts(
        cluster, 1, static_cast<std::int16_t>(Api::kProduce), 1, RD_KAFKA_RESP_ERR_NO_ERROR,
        static_cast<int>(kAnswer.count()));
    ASSERT_TRUE(transactional.send(record("value")).is_ok());
    std::this_thread::sleep_for(kUnderWay);
    rd_kafka_mock_broker_set_down(cluster, 1);
    std::thread mended([cluster] {
      std::this_thread::sleep_for(kUnderWay);
      rd_kafka_mock_broker_set_up(cluster, 1);
    });
    EXPECT_EQ(transactional.abort().code(), ErrorCode::kUnavailable);
    mended.join();
    EXPECT_EQ(transactional.begin().code(), ErrorCode::kUnavailable);
    const auto successor = log.value()->transactional_producer("id");
    ASSERT_TRUE(successor.is_ok()) << successor.status().to_string();
    EXPECT_TRUE(successor.value()->begin().is_ok());
  }
  rd_kafka_mock_cluster_destroy(cluster);
}

TEST_F(KafkaErrors, InitialisationIsTriagedToo) {
  answer(Api::kInitProducerId, {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                                RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS});
  EXPECT_TRUE(shared_->log->transactional_producer("other").is_ok());
  answer(Api::kInitProducerId, {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED});
  EXPECT_EQ(shared_->log->transactional_producer("other").status().code(), ErrorCode::kUnavailable);
}

TEST_F(KafkaErrors, AnAppenderRetriesOrEnds) {
  auto appender = shared_->log->appender();
  ASSERT_TRUE(appender.is_ok());
  answer(Api::kProduce,
         {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  EXPECT_TRUE(appender.value()->append(record("a")).is_ok());
  // Too large for the topic: refused, and the appender goes on.
  answer(Api::kProduce, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  EXPECT_EQ(appender.value()->append(record("b")).status().code(), ErrorCode::kLimitExceeded);
  EXPECT_TRUE(appender.value()->append(record("c")).is_ok());
  // Not delivered for another reason: nothing may follow it.
  answer(Api::kProduce, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
  const Status failed = appender.value()->append(record("d")).status();
  EXPECT_EQ(failed.code(), ErrorCode::kPermissionDenied) << failed.to_string();
  EXPECT_EQ(appender.value()->append(record("e")).status().code(), ErrorCode::kPermissionDenied);
}

TEST_F(KafkaErrors, PlainCommitsTellLostOwnershipFromTrouble) {
  Consumer& consumer = *shared_->consumer;
  const Status stored = consumer.commit(kZero, Offset(1));
  EXPECT_TRUE(stored.is_ok()) << stored.to_string();
  EXPECT_EQ(consumer.commit(Partition(7), Offset(1)).code(), ErrorCode::kAborted);
  answer(Api::kOffsetFetch, {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS});
  const auto committed = consumer.committed(kZero);
  EXPECT_TRUE(committed.is_ok()) << committed.status().to_string();
  answer(Api::kOffsetFetch, {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED});
  EXPECT_EQ(consumer.committed(kZero).status().code(), ErrorCode::kPermissionDenied);
}

TEST_F(KafkaErrors, NoBrokerAtAllIsUnavailable) {
  KafkaOptions unreachable = options("127.0.0.1:1");
  unreachable.request_wait = std::chrono::milliseconds(300);
  unreachable.transaction_wait = std::chrono::milliseconds(300);
  const auto begun = std::chrono::steady_clock::now();
  {
    auto log = KafkaLog::open(unreachable);
    ASSERT_TRUE(log.is_ok());
    EXPECT_EQ(log.value()->partition_count(kInput).status().code(), ErrorCode::kUnavailable);
    EXPECT_EQ(log.value()->join("group", kInput, "member").status().code(),
              ErrorCode::kUnavailable);
    EXPECT_EQ(log.value()->transactional_producer("id").status().code(), ErrorCode::kUnavailable);
    auto appender = log.value()->appender();
    ASSERT_TRUE(appender.is_ok());
    EXPECT_EQ(appender.value()->append(record("a")).status().code(), ErrorCode::kUnavailable);
    auto reader = log.value()->reader();
    ASSERT_TRUE(reader.is_ok());
    EXPECT_EQ(reader.value()->end(kInput, kZero).status().code(), ErrorCode::kUnavailable);
    TopicDefinition topic;
    topic.name = kInput;
    EXPECT_EQ(log.value()->ensure_topics({topic}).code(), ErrorCode::kUnavailable);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

}  // namespace
}  // namespace qcdr::stream

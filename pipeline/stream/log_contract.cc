#include "stream/log_contract.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

namespace qcdr::stream::contract {
namespace {

std::string unique_prefix(const std::string& case_name) {
  static std::atomic<int> counter{0};
  const auto ticks = std::chrono::system_clock::now().time_since_epoch().count();
  return fmt::format("qcdr.contract.{}-{}-{}.{}", ::getpid(), ticks, ++counter, case_name);
}

class ContractTest : public testing::Test {
 public:
  ContractTest(Case contract_case, LogFactory factory)
      : case_(contract_case), factory_(std::move(factory)) {}

  void TestBody() override {
    Result<LogUnderTest> made = factory_();
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    Subject subject(std::move(made).value(), case_.name);
    try {
      case_.run(subject);
    } catch (const std::runtime_error& error) {
      FAIL() << error.what();
    }
  }

 private:
  Case case_;
  LogFactory factory_;
};

}  // namespace

void expect_ok(const Status& status, const char* what) {
  if (!status.is_ok()) throw std::runtime_error(status.with_context(what).to_string());
}

bool register_log_contract(const std::string& suite, LogFactory factory) {
  for (const auto& cases : {record_cases(), transaction_cases(), group_cases()}) {
    for (const Case& contract_case : cases) {
      testing::RegisterTest(suite.c_str(), contract_case.name, nullptr, nullptr, __FILE__, __LINE__,
                            [contract_case, factory]() -> testing::Test* {
                              return new ContractTest(contract_case, factory);
                            });
    }
  }
  return true;
}

Subject::Subject(LogUnderTest under_test, const std::string& case_name)
    : under_test_(std::move(under_test)), prefix_(unique_prefix(case_name)) {}

void Subject::reopen() {
  under_test_.log.reset();
  under_test_.log = value_of(under_test_.reopen(), "reopen");
}

std::string Subject::unique(const std::string& what) const {
  return prefix_ + "." + what;
}

std::string Subject::topic(const std::string& what, std::int32_t partitions) {
  TopicDefinition definition;
  definition.name = unique(what);
  definition.partitions = partitions;
  expect_ok(log().ensure_topics({definition}), "ensure_topics");
  return definition.name;
}

std::unique_ptr<Consumer> Subject::join(const std::string& group, const std::string& topic,
                                        const std::string& member, std::size_t partitions,
                                        Consumer::Assignment* assignment) {
  auto consumer = value_of(log().join(unique(group), topic, unique(member)), "join");
  *assignment = await(*consumer, partitions);
  return consumer;
}

Consumer::Assignment Subject::await(Consumer& member, std::size_t partitions,
                                    const std::vector<Consumer*>& others) {
  for (int i = 0; i < pauses_max(); ++i) {
    for (Consumer* other : others) value_of(other->assignment(), "assignment of another member");
    Consumer::Assignment assignment = value_of(member.assignment(), "assignment");
    if (assignment.partitions.size() == partitions) return assignment;
    pause();
  }
  throw std::runtime_error(fmt::format("never owned {} partitions", partitions));
}

std::vector<Record> Subject::poll(Consumer& consumer, std::size_t count, std::size_t records_max) {
  std::vector<Record> records;
  for (int i = 0; i < pauses_max() && records.size() < count; ++i) {
    auto polled = value_of(consumer.poll(std::chrono::milliseconds(20), records_max), "poll");
    EXPECT_LE(polled.size(), records_max);
    if (polled.empty()) pause();
    for (Record& record : polled) records.push_back(std::move(record));
  }
  return records;
}

std::vector<Record> Subject::read_all(const std::string& topic, Partition partition,
                                      std::size_t count_least) {
  auto reader = value_of(log().reader(), "reader");
  Offset from = value_of(reader->beginning(topic, partition), "beginning");
  std::vector<Record> records;
  // What a read brings is up to the log, and may be one record: only reads that bring nothing count.
  for (int pauses = 0; pauses < pauses_max();) {
    std::vector<Record> read;
    if (from < value_of(reader->end(topic, partition), "end")) {
      read = value_of(reader->read(topic, partition, from, 50), "read");
    }
    // Only markers may be left before the end, and then nothing is read.
    if (read.empty() && records.size() >= count_least) break;
    if (read.empty()) {
      pause();
      ++pauses;
    }
    EXPECT_LE(read.size(), 50U);
    for (Record& record : read) {
      EXPECT_GE(record.offset, from);
      from = next(record.offset);
      records.push_back(std::move(record));
    }
  }
  return records;
}

Appended Subject::append(OutputRecord record) {
  auto appender = value_of(log().appender(), "appender");
  return value_of(appender->append(std::move(record)), "append");
}

OutputRecord record_of(const std::string& topic, std::int32_t partition, const std::string& value) {
  OutputRecord record;
  record.topic = topic;
  record.partition = Partition(partition);
  record.key = "key";
  record.value = value;
  return record;
}

std::vector<std::string> values_of(const std::vector<Record>& records) {
  std::vector<std::string> values;
  for (const Record& record : records) values.push_back(record.value.value_or("(tombstone)"));
  return values;
}

}  // namespace qcdr::stream::contract

#include "stream/store_contract.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include "stream/log_contract.h"

namespace qcdr::stream::contract {
namespace {

constexpr std::array<Family, kFamilyCount> kFamilies = {
    Family::kMeta, Family::kFacts, Family::kCounts, Family::kCaseBlocks, Family::kCaseDirectory};

using Rows = std::vector<std::pair<std::string, std::string>>;
using Value = std::optional<std::string>;

std::unique_ptr<StateStore> open(StoresUnderTest& subject, int partition = 0,
                                 std::uint32_t generation = 1) {
  return value_of(subject.stores->open(Partition(partition), Generation(generation)), "open");
}

void put(StateStore& store, Family family, const std::string& key, const std::string& value) {
  RowBatch batch;
  batch.put(family, key, value);
  expect_ok(store.submit(std::move(batch)), "submit");
  expect_ok(store.wait(1), "wait");
}

Value get(const StateStore& store, Family family, const std::string& key) {
  return value_of(store.get(family, key), "get");
}

Rows scan(const StateStore& store, Family family, const std::string& prefix) {
  Rows rows;
  expect_ok(store.scan(family, prefix,
                       [&rows](std::string_view key, std::string_view value) {
                         rows.emplace_back(key, value);
                         return Status::ok();
                       }),
            "scan");
  return rows;
}

void a_new_store_is_empty(StoresUnderTest& subject) {
  const auto store = open(subject);
  for (const Family family : kFamilies) {
    EXPECT_EQ(get(*store, family, "key"), std::nullopt);
    EXPECT_TRUE(scan(*store, family, "").empty());
  }
  EXPECT_EQ(store->in_flight(), 0U);
}

void rows_are_read_right_after_submit(StoresUnderTest& subject) {
  const auto store = open(subject);
  const std::string binary("\0\xff\x80", 3);
  for (int i = 0; i < 50; ++i) {
    RowBatch batch;
    batch.put(Family::kFacts, "key", "value-" + std::to_string(i));
    batch.put(Family::kFacts, binary, binary);
    batch.put(Family::kFacts, "empty", "");
    expect_ok(store->submit(std::move(batch)), "submit");
    EXPECT_EQ(get(*store, Family::kFacts, "key"), Value("value-" + std::to_string(i)));
    EXPECT_EQ(get(*store, Family::kFacts, binary), Value(binary));
    EXPECT_EQ(get(*store, Family::kFacts, "empty"), Value(""));
    expect_ok(store->wait(1), "wait");
    EXPECT_LE(store->in_flight(), 1U);
  }
}

void erased_rows_are_gone(StoresUnderTest& subject) {
  const auto store = open(subject);
  put(*store, Family::kCounts, "a", "1");
  put(*store, Family::kCounts, "b", "2");
  RowBatch batch;
  batch.erase(Family::kCounts, "a");
  batch.erase(Family::kCounts, "never there");
  expect_ok(store->submit(std::move(batch)), "submit");
  EXPECT_EQ(get(*store, Family::kCounts, "a"), std::nullopt);
  EXPECT_EQ(scan(*store, Family::kCounts, ""), (Rows{{"b", "2"}}));
  expect_ok(store->wait(0), "wait");
  EXPECT_EQ(get(*store, Family::kCounts, "a"), std::nullopt);
  EXPECT_EQ(scan(*store, Family::kCounts, ""), (Rows{{"b", "2"}}));
}

void the_last_change_of_a_key_in_a_batch_counts(StoresUnderTest& subject) {
  const auto store = open(subject);
  RowBatch batch;
  batch.put(Family::kFacts, "a", "1");
  batch.put(Family::kFacts, "a", "2");
  batch.put(Family::kFacts, "b", "1");
  batch.erase(Family::kFacts, "b");
  expect_ok(store->submit(std::move(batch)), "submit");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(get(*store, Family::kFacts, "a"), Value("2"));
    EXPECT_EQ(get(*store, Family::kFacts, "b"), std::nullopt);
    EXPECT_EQ(scan(*store, Family::kFacts, ""), (Rows{{"a", "2"}}));
    expect_ok(store->wait(0), "wait");
  }
}

void families_are_apart(StoresUnderTest& subject) {
  const auto store = open(subject);
  for (const Family family : kFamilies) {
    put(*store, family, "key", std::to_string(static_cast<int>(family)));
  }
  for (const Family family : kFamilies) {
    const std::string value = std::to_string(static_cast<int>(family));
    EXPECT_EQ(get(*store, family, "key"), Value(value));
    EXPECT_EQ(scan(*store, family, ""), (Rows{{"key", value}}));
  }
}

void scan_gives_a_prefix_in_key_order(StoresUnderTest& subject) {
  const auto store = open(subject);
  const std::string high("p\xff", 2);
  RowBatch batch;
  for (const std::string& key : {std::string("p2"), std::string("o9"), std::string("p"),
                                 std::string("p10"), high, std::string("q")}) {
    batch.put(Family::kFacts, key, "old");
  }
  expect_ok(store->submit(std::move(batch)), "submit");
  expect_ok(store->wait(0), "wait");
  // One change more that may still be on its way.
  RowBatch change;
  change.put(Family::kFacts, "p2", "new");
  change.put(Family::kFacts, "p3", "added");
  change.erase(Family::kFacts, "p10");
  expect_ok(store->submit(std::move(change)), "submit");
  EXPECT_EQ(scan(*store, Family::kFacts, "p"),
            (Rows{{"p", "old"}, {"p2", "new"}, {"p3", "added"}, {high, "old"}}));
  EXPECT_EQ(scan(*store, Family::kFacts, high), (Rows{{high, "old"}}));
  EXPECT_TRUE(scan(*store, Family::kFacts, "zzz").empty());
}

void scan_passes_on_what_the_visitor_says(StoresUnderTest& subject) {
  const auto store = open(subject);
  for (const char* key : {"a", "b", "c"}) put(*store, Family::kFacts, key, "x");
  expect_ok(store->wait(0), "wait");
  int visits = 0;
  const Status status =
      store->scan(Family::kFacts, "", [&visits](std::string_view, std::string_view) {
        return ++visits == 2 ? Status(ErrorCode::kLimitExceeded, "enough") : Status::ok();
      });
  EXPECT_EQ(status.code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(visits, 2);
}

void rows_survive_a_restart(StoresUnderTest& subject) {
  {
    const auto store = open(subject);
    for (const Family family : kFamilies) put(*store, family, "key", "kept");
    expect_ok(store->wait(0), "wait");
  }
  subject.stores.reset();
  subject.stores = value_of(subject.reopen(), "reopen");
  const auto store = open(subject);
  for (const Family family : kFamilies) EXPECT_EQ(get(*store, family, "key"), Value("kept"));
}

void partitions_and_generations_are_apart(StoresUnderTest& subject) {
  const auto first = open(subject, 0, 1);
  const auto other_partition = open(subject, 1, 1);
  const auto other_generation = open(subject, 0, 2);
  put(*first, Family::kMeta, "key", "first");
  EXPECT_EQ(get(*other_partition, Family::kMeta, "key"), std::nullopt);
  EXPECT_EQ(get(*other_generation, Family::kMeta, "key"), std::nullopt);
}

void an_open_store_is_locked(StoresUnderTest& subject) {
  auto store = open(subject);
  const auto second = subject.stores->open(Partition(0), Generation(1));
  ASSERT_FALSE(second.is_ok());
  EXPECT_EQ(second.status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(subject.stores->destroy(Partition(0), Generation(1)).is_ok());
  put(*store, Family::kMeta, "key", "value");
  expect_ok(store->wait(0), "wait");
  store.reset();
  store = open(subject);
  EXPECT_EQ(get(*store, Family::kMeta, "key"), Value("value"));
}

void destroy_removes_one_store(StoresUnderTest& subject) {
  for (const int partition : {0, 1}) {
    const auto store = open(subject, partition);
    put(*store, Family::kMeta, "key", "value");
    expect_ok(store->wait(0), "wait");
  }
  expect_ok(subject.stores->destroy(Partition(0), Generation(1)), "destroy");
  expect_ok(subject.stores->destroy(Partition(7), Generation(1)), "destroy of nothing");
  EXPECT_EQ(get(*open(subject, 0), Family::kMeta, "key"), std::nullopt);
  EXPECT_EQ(get(*open(subject, 1), Family::kMeta, "key"), Value("value"));
}

struct StoreCase {
  const char* name;
  void (*run)(StoresUnderTest&);
};

constexpr StoreCase kCases[] = {
    {"ANewStoreIsEmpty", a_new_store_is_empty},
    {"RowsAreReadRightAfterSubmit", rows_are_read_right_after_submit},
    {"ErasedRowsAreGone", erased_rows_are_gone},
    {"TheLastChangeOfAKeyInABatchCounts", the_last_change_of_a_key_in_a_batch_counts},
    {"FamiliesAreApart", families_are_apart},
    {"ScanGivesAPrefixInKeyOrder", scan_gives_a_prefix_in_key_order},
    {"ScanPassesOnWhatTheVisitorSays", scan_passes_on_what_the_visitor_says},
    {"RowsSurviveARestart", rows_survive_a_restart},
    {"PartitionsAndGenerationsAreApart", partitions_and_generations_are_apart},
    {"AnOpenStoreIsLocked", an_open_store_is_locked},
    {"DestroyRemovesOneStore", destroy_removes_one_store},
};

class StoreContractTest : public testing::Test {
 public:
  StoreContractTest(StoreCase store_case, StoresFactory factory)
      : case_(store_case), factory_(std::move(factory)) {}
  void TestBody() override {
    Result<StoresUnderTest> made = factory_();
    ASSERT_TRUE(made.is_ok()) << made.status().to_string();
    StoresUnderTest subject = std::move(made).value();
    try {
      case_.run(subject);
    } catch (const std::runtime_error& error) {
      FAIL() << error.what();
    }
  }

 private:
  StoreCase case_;
  StoresFactory factory_;
};

}  // namespace

bool register_store_contract(const std::string& suite, StoresFactory factory) {
  for (const StoreCase& store_case : kCases) {
    testing::RegisterTest(suite.c_str(), store_case.name, nullptr, nullptr, __FILE__, __LINE__,
                          [store_case, factory]() -> testing::Test* {
                            return new StoreContractTest(store_case, factory);
                          });
  }
  return true;
}

}  // namespace qcdr::stream::contract

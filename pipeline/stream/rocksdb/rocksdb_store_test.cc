// RocksDB stores under the contract, and what only they promise.
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/store_contract.h"
#include "stream/temporary_directory.h"

namespace qcdr::stream {
namespace {

RocksdbOptions options_of(const std::string& directory) {
  RocksdbOptions options;
  options.directory = directory;
  options.cache_bytes_max = std::size_t{16} << 20;
  options.write_buffer_bytes_max = std::size_t{8} << 20;
  return options;
}

Result<contract::StoresUnderTest> make_stores() {
  const auto directory = std::make_shared<TemporaryDirectory>();
  contract::StoresUnderTest under_test;
  under_test.reopen = [directory]() -> Result<std::unique_ptr<StateStores>> {
    return std::unique_ptr<StateStores>(
        std::make_unique<RocksdbStores>(options_of(directory->path())));
  };
  QCDR_ASSIGN_OR_RETURN(under_test.stores, under_test.reopen());
  return under_test;
}

const bool registered = contract::register_store_contract("RocksdbStoreContract", &make_stores);

Status put(StateStore& store, const std::string& key, const std::string& value) {
  RowBatch batch;
  batch.put(Family::kFacts, key, value);
  batch.put(Family::kMeta, "applied", value);
  QCDR_RETURN_IF_ERROR(store.submit(std::move(batch)));
  return store.wait(0);
}

TEST(RocksdbStores, ReadOnlySeesWhatWasWrittenAndChangesNothing) {
  TemporaryDirectory directory;
  RocksdbStores stores(options_of(directory.path()));
  EXPECT_EQ(stores.open_read_only(Partition(3), Generation(1)).status().code(),
            ErrorCode::kNotFound);
  {
    const auto store = stores.open(Partition(3), Generation(1));
    ASSERT_TRUE(store.is_ok());
    ASSERT_TRUE(put(*store.value(), "a", "1").is_ok());
    EXPECT_EQ(stores.open_read_only(Partition(3), Generation(1)).status().code(),
              ErrorCode::kFailedPrecondition);
  }
  const auto first = stores.open_read_only(Partition(3), Generation(1));
  const auto second = stores.open_read_only(Partition(3), Generation(1));
  ASSERT_TRUE(first.is_ok()) << first.status().to_string();
  ASSERT_TRUE(second.is_ok()) << second.status().to_string();
  EXPECT_EQ(first.value()->get(Family::kFacts, "a").value(), "1");
  EXPECT_EQ(stores.open(Partition(3), Generation(1)).status().code(),
            ErrorCode::kFailedPrecondition);
}

TEST(RocksdbStores, OneThatWasNeverFinishedHasNothingAndIsFinishedByTheNext) {
  TemporaryDirectory directory;
  RocksdbStores stores(options_of(directory.path()));
  const std::string path = directory.path() + "/generation-1/partition-3";
  std::filesystem::create_directories(path);
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* database = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path, &database).ok());
  delete database;  // killed before the first family was made
  EXPECT_EQ(stores.open_read_only(Partition(3), Generation(1)).status().code(),
            ErrorCode::kNotFound);
  {
    const auto store = stores.open(Partition(3), Generation(1));
    ASSERT_TRUE(store.is_ok()) << store.status().to_string();
    ASSERT_TRUE(put(*store.value(), "a", "1").is_ok());
  }
  EXPECT_TRUE(stores.open_read_only(Partition(3), Generation(1)).is_ok());
}

TEST(RocksdbStores, ListsWhatIsThere) {
  TemporaryDirectory directory;
  RocksdbStores stores(options_of(directory.path() + "/state"));
  EXPECT_TRUE(stores.list().value().empty());
  for (const int partition : {11, 2}) {
    ASSERT_TRUE(stores.open(Partition(partition), Generation(1)).is_ok());
  }
  ASSERT_TRUE(stores.open(Partition(0), Generation(12)).is_ok());
  const auto places = stores.list().value();
  ASSERT_EQ(places.size(), 3U);
  EXPECT_EQ(places[0], (RocksdbStores::Place{Generation(1), Partition(2)}));
  EXPECT_EQ(places[1], (RocksdbStores::Place{Generation(1), Partition(11)}));
  EXPECT_EQ(places[2], (RocksdbStores::Place{Generation(12), Partition(0)}));
}

TEST(RocksdbStores, StatisticsAreOfTheOpenStores) {
  const TemporaryDirectory directory;
  RocksdbStores stores(options_of(directory.path()));
  EXPECT_EQ(stores.statistics().stores, 0U);
  auto first = stores.open(Partition(0), Generation(1));
  auto second = stores.open(Partition(1), Generation(1));
  ASSERT_TRUE(first.is_ok() && second.is_ok());
  // Beyond the budget of write buffers, so that there are tables.
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(put(*first.value(), std::to_string(i), std::string(1 << 20, 'x')).is_ok());
  }
  const StoreStatistics both = stores.statistics();
  EXPECT_EQ(both.stores, 2U);
  EXPECT_GT(both.table_bytes, 0U);
  EXPECT_GT(both.write_buffer_bytes, 0U);
  EXPECT_GT(both.cache_bytes, 0U);
  EXPECT_EQ(both.background_errors, 0U);
  EXPECT_EQ(both.stopped_stores, 0U);
  first.value().reset();
  EXPECT_EQ(stores.statistics().stores, 1U);
}

TEST(RocksdbStores, ADamagedStoreIsRefusedAndCanBeRebuilt) {
  TemporaryDirectory directory;
  RocksdbStores stores(options_of(directory.path()));
  {
    const auto store = stores.open(Partition(0), Generation(1));
    ASSERT_TRUE(put(*store.value(), "a", "1").is_ok());
  }
  for (const auto& file :
       std::filesystem::directory_iterator(directory.path() + "/generation-1/partition-0")) {
    if (file.path().filename().string().rfind("MANIFEST", 0) != 0) continue;
    std::ofstream(file.path(), std::ios::trunc) << "not a manifest";
  }
  EXPECT_FALSE(stores.open(Partition(0), Generation(1)).is_ok());
  ASSERT_TRUE(stores.destroy(Partition(0), Generation(1)).is_ok());
  const auto store = stores.open(Partition(0), Generation(1));
  ASSERT_TRUE(store.is_ok()) << store.status().to_string();
  EXPECT_EQ(store.value()->get(Family::kFacts, "a").value(), std::nullopt);
}

// Four stores that are filled in turn, each batch half of what the buffers may hold. An empty
// buffer has its first piece of memory already.
TEST(RocksdbStores, WriteBuffersKeepTheirBudget) {
  TemporaryDirectory directory;
  const RocksdbOptions options = options_of(directory.path());
  RocksdbStores stores(options);
  std::vector<std::unique_ptr<StateStore>> opened;
  for (std::int32_t partition = 0; partition < 4; ++partition) {
    auto store = stores.open(Partition(partition), Generation(1));
    ASSERT_TRUE(store.is_ok());
    opened.push_back(std::move(store).value());
  }
  const std::string value(std::size_t{64} << 10, 'x');
  constexpr std::size_t kEmptyBuffersBytes = 4 * (kFamilyCount + 1) * (std::size_t{64} << 10);
  for (int round = 0; round < 6; ++round) {
    for (const auto& store : opened) {
      RowBatch batch;
      for (const Family family : {Family::kCounts, Family::kCaseBlocks, Family::kCaseDirectory}) {
        for (int row = 0; row < 20; ++row) {
          batch.put(family, std::to_string(round) + "/" + std::to_string(row), value);
        }
      }
      ASSERT_TRUE(store->submit(std::move(batch)).is_ok());
      ASSERT_TRUE(store->wait(0).is_ok());
      EXPECT_LE(stores.write_buffer_bytes(), options.write_buffer_bytes_max + kEmptyBuffersBytes);
    }
  }
}

TEST(RocksdbStores, LargeBatchesOfEveryFamily) {
  TemporaryDirectory directory;
  RocksdbStores stores(options_of(directory.path()));
  std::uint64_t rows = 0;
  {
    const auto store = stores.open(Partition(0), Generation(1));
    for (int round = 0; round < 6; ++round) {
      RowBatch batch;
      for (int i = 0; i < 500; ++i) {
        const std::string key = std::to_string(round) + "/" + std::to_string(i);
        batch.put(Family::kCaseBlocks, key, std::string(4'000, static_cast<char>(i)));
        batch.put(Family::kCaseDirectory, key, std::string(500, static_cast<char>(i)));
        batch.put(Family::kCounts, key, std::string(100, static_cast<char>(i)));
        ++rows;
      }
      ASSERT_TRUE(store.value()->submit(std::move(batch)).is_ok());
      ASSERT_TRUE(store.value()->wait(1).is_ok());
    }
  }
  const auto store = stores.open(Partition(0), Generation(1));
  for (const Family family : {Family::kCaseBlocks, Family::kCaseDirectory, Family::kCounts}) {
    std::uint64_t seen = 0;
    const Status status = store.value()->scan(family, "", [&](std::string_view, std::string_view) {
      ++seen;
      return Status::ok();
    });
    ASSERT_TRUE(status.is_ok()) << status.to_string();
    EXPECT_EQ(seen, rows);
  }
}

// Ends the process at the second visit of a point.
class ExitAtSecond : public CrashPoints {
 public:
  explicit ExitAtSecond(CrashPoint point) : point_(point) {}
  void reached(CrashPoint point) override {
    if (point == point_ && ++visits_ == 2) ::_exit(7);
  }

 private:
  CrashPoint point_;
  int visits_ = 0;
};

// The child starts this program anew (threads of RocksDB do not survive a fork) and finds the
// parent's directory in the environment.
class RocksdbStoreCrash : public testing::TestWithParam<CrashPoint> {
 protected:
  RocksdbStoreCrash() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const char* inherited = ::getenv(kVariable);
    path_ = inherited != nullptr ? inherited : own_.path();
    ::setenv(kVariable, path_.c_str(), 1);
  }
  ~RocksdbStoreCrash() override { ::unsetenv(kVariable); }

  void write_twice(CrashPoint point) const {
    ExitAtSecond exit_at(point);
    RocksdbOptions options = options_of(path_);
    options.crash_points = &exit_at;
    RocksdbStores stores(options);
    const auto store = stores.open(Partition(0), Generation(1));
    static_cast<void>(put(*store.value(), "key", "one"));
    static_cast<void>(put(*store.value(), "key", "two"));
  }

  static constexpr const char* kVariable = "QCDR_ROCKSDB_STORE_TEST_DIRECTORY";
  TemporaryDirectory own_;
  std::string path_;
};

TEST_P(RocksdbStoreCrash, ABatchIsThereWholeOrNotAtAll) {
  EXPECT_EXIT(write_twice(GetParam()), testing::ExitedWithCode(7), "");
  RocksdbStores stores(options_of(path_));
  const auto store = stores.open(Partition(0), Generation(1));
  ASSERT_TRUE(store.is_ok()) << store.status().to_string();
  const std::string expected = GetParam() == CrashPoint::kStoreBeforeWrite ? "one" : "two";
  EXPECT_EQ(store.value()->get(Family::kFacts, "key").value(), expected);
  EXPECT_EQ(store.value()->get(Family::kMeta, "applied").value(), expected);
}

INSTANTIATE_TEST_SUITE_P(Points, RocksdbStoreCrash,
                         testing::Values(CrashPoint::kStoreBeforeWrite,
                                         CrashPoint::kStoreAfterWrite));

}  // namespace
}  // namespace qcdr::stream

#include "common/file_key_ring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

namespace qcdr {
namespace {

namespace fs = std::filesystem;

const PracticeId kPractice(1234);
const PerformanceYear kYear(2022);

class FileKeyRingTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/qcdr-keys-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    directory_ = root_ + "/keys";
  }
  void TearDown() override { fs::remove_all(root_); }

  std::unique_ptr<FileKeyRing> open_ring(std::int64_t revalidate_after_milliseconds = 0) {
    auto ring = FileKeyRing::open({directory_, revalidate_after_milliseconds});
    EXPECT_TRUE(ring.is_ok()) << ring.status().to_string();
    return std::move(ring).value();
  }
  std::vector<std::string> data_files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_ + "/data")) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  std::string root_;
  std::string directory_;
};

std::string fingerprint(FileKeyRing& ring) {
  const auto key = ring.current_data_key(kPractice, kYear);
  if (!key.is_ok()) return key.status().to_string();
  const Hash256 hash = hmac_sha256(key.value().key, key.value().id);
  std::string all(view(hash));
  for (const Key256* each : {&ring.token_key(), &ring.entity_key(), &ring.tin_key()}) {
    all.append(reinterpret_cast<const char*>(each->data()), each->size());
  }
  return all;
}

TEST_F(FileKeyRingTest, KeysStayTheSameAfterReopening) {
  const std::string first = fingerprint(*open_ring());
  EXPECT_EQ(fingerprint(*open_ring()), first);
  EXPECT_EQ(first.size(), 32U * 4);
  const auto ring = open_ring();
  EXPECT_NE(ring->token_key(), ring->entity_key());
  EXPECT_NE(ring->token_key(), ring->tin_key());
  const auto key = ring->current_data_key(kPractice, kYear);
  EXPECT_NE(key.value().key, ring->current_data_key(kPractice, PerformanceYear(2023)).value().key);
  EXPECT_NE(key.value().key, ring->current_data_key(PracticeId(12342), kYear).value().key);
  EXPECT_EQ(ring->data_key(kPractice, kYear, key.value().id).value().key, key.value().key);
}

TEST_F(FileKeyRingTest, FilesAreForTheOwnerAlone) {
  fingerprint(*open_ring());
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, entry.is_directory() ? 0700U : 0600U) << entry.path();
    if (entry.is_regular_file()) ++files;
  }
  EXPECT_EQ(files, 3);
}

TEST_F(FileKeyRingTest, AFileOpenToEverybodyIsRefused) {
  fingerprint(*open_ring());
  ASSERT_EQ(::chmod((directory_ + "/registry.keys").c_str(), 0644), 0);
  EXPECT_EQ(FileKeyRing::open({directory_, 0}).status().code(), ErrorCode::kPermissionDenied);
}

TEST_F(FileKeyRingTest, ThreadsThatStartAtOnceAgree) {
  for (int round = 0; round < 20; ++round) {
    directory_ = root_ + "/keys-" + std::to_string(round);
    std::atomic<int> waiting{4};
    std::vector<std::string> seen(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      threads.emplace_back([this, i, &waiting, &seen] {
        --waiting;
        while (waiting.load() > 0) std::this_thread::yield();
        seen[i] = fingerprint(*open_ring());
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1U);
    EXPECT_EQ(seen[0].size(), 32U * 4);
    // The losers took their keys back and left no temporary file.
    EXPECT_EQ(data_files().size(), 2U);
  }
}

TEST_F(FileKeyRingTest, ThreadsShareOneRing) {
  const auto ring = open_ring(1000);
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (std::uint32_t n = 0; n < 200; ++n) {
        const PracticeId practice(1000 + n % 7);
        const auto key = ring->current_data_key(practice, kYear);
        if (!key.is_ok() || !ring->data_key(practice, kYear, key.value().id).is_ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
  EXPECT_EQ(data_files().size(), 14U);
}

TEST_F(FileKeyRingTest, ProcessesThatStartAtOnceAgree) {
  constexpr std::size_t kChildren = 4;
  for (int round = 0; round < 10; ++round) {
    directory_ = root_ + "/keys-" + std::to_string(round);
    int start[2];
    int answers[2];
    ASSERT_EQ(::pipe(start), 0);
    ASSERT_EQ(::pipe(answers), 0);
    std::vector<pid_t> children;
    for (std::size_t i = 0; i < kChildren; ++i) {
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        char go = 0;
        if (::read(start[0], &go, 1) != 1) ::_exit(2);
        auto ring = FileKeyRing::open({directory_, 1000});
        if (!ring.is_ok()) ::_exit(3);
        const Hash256 hash = sha256(fingerprint(*ring.value()));
        ::_exit(::write(answers[1], hash.data(), hash.size()) == 32 ? 0 : 4);
      }
      children.push_back(child);
    }
    ASSERT_EQ(::write(start[1], "gggg", kChildren), static_cast<ssize_t>(kChildren));
    std::set<std::string> seen;
    for (const pid_t child : children) {
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      EXPECT_TRUE(WIFEXITED(status));
      EXPECT_EQ(WEXITSTATUS(status), 0);
    }
    for (std::size_t i = 0; i < kChildren; ++i) {
      std::string answer(32, '\0');
      ASSERT_EQ(::read(answers[0], answer.data(), answer.size()), 32);
      seen.insert(answer);
    }
    for (const int descriptor : {start[0], start[1], answers[0], answers[1]}) ::close(descriptor);
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_EQ(*seen.begin(), std::string(view(sha256(fingerprint(*open_ring())))));
  }
}

TEST_F(FileKeyRingTest, AnotherProcesssNewKeyIsFoundOnMiss) {
  const auto reader = open_ring(1'000'000);
  const auto writer = open_ring(1'000'000);
  const auto old_key = reader->current_data_key(kPractice, kYear).value();
  const auto new_key = writer->rotate_data_key(kPractice, kYear).value();
  EXPECT_NE(old_key.id, new_key.id);
  EXPECT_EQ(writer->current_data_key(kPractice, kYear).value().id, new_key.id);
  EXPECT_EQ(reader->data_key(kPractice, kYear, new_key.id).value().key, new_key.key);
  EXPECT_EQ(writer->data_key(kPractice, kYear, old_key.id).value().key, old_key.key);
  EXPECT_EQ(open_ring()->current_data_key(kPractice, kYear).value().id, new_key.id);
}

TEST_F(FileKeyRingTest, DestroyedKeysAreGoneForEveryProcess) {
  const auto here = open_ring(1'000'000);
  const auto elsewhere = open_ring(0);
  const auto key = here->current_data_key(kPractice, kYear).value();
  const auto other = here->current_data_key(kPractice, PerformanceYear(2023)).value();
  ASSERT_TRUE(elsewhere->data_key(kPractice, kYear, key.id).is_ok());
  here->rotate_data_key(kPractice, kYear).value();

  ASSERT_TRUE(here->destroy(kPractice, kYear).is_ok());
  for (FileKeyRing* ring : {here.get(), elsewhere.get(), open_ring().release()}) {
    EXPECT_EQ(ring->data_key(kPractice, kYear, key.id).status().code(), ErrorCode::kNotFound);
    EXPECT_EQ(ring->current_data_key(kPractice, kYear).status().code(),
              ErrorCode::kFailedPrecondition);
    EXPECT_EQ(ring->rotate_data_key(kPractice, kYear).status().code(),
              ErrorCode::kFailedPrecondition);
    EXPECT_EQ(ring->data_key(kPractice, PerformanceYear(2023), other.id).value().key, other.key);
    if (ring != here.get() && ring != elsewhere.get()) delete ring;
  }
  EXPECT_TRUE(here->destroy(kPractice, kYear).is_ok());
  for (const std::string& name : data_files()) {
    EXPECT_TRUE(name == "1234-2022.destroyed" || name.rfind("1234-2023", 0) == 0) << name;
  }
}

TEST_F(FileKeyRingTest, AnInterruptedDestructionIsFinished) {
  const auto key = open_ring()->current_data_key(kPractice, kYear).value();
  std::ofstream(directory_ + "/data/1234-2022.destroyed") << "qcdr-destroyed 1\n";
  EXPECT_EQ(open_ring()->data_key(kPractice, kYear, key.id).status().code(), ErrorCode::kNotFound);
  EXPECT_EQ(data_files(), std::vector<std::string>{"1234-2022.destroyed"});
}

TEST_F(FileKeyRingTest, ALostKeyIsNotADestroyedOne) {
  const auto ring = open_ring();
  const auto key = ring->current_data_key(kPractice, kYear).value();
  fs::remove(directory_ + "/data/1234-2022-" + key.id + ".key");
  EXPECT_EQ(open_ring()->data_key(kPractice, kYear, key.id).status().code(),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(open_ring()->current_data_key(kPractice, kYear).status().code(),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(ring->data_key(kPractice, kYear, "../registry").status().code(),
            ErrorCode::kInvalidArgument);
}

TEST_F(FileKeyRingTest, LostRegistryKeysAreNotReplaced) {
  fingerprint(*open_ring());
  fs::remove(directory_ + "/registry.keys");
  EXPECT_EQ(FileKeyRing::open({directory_, 0}).status().code(), ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(fs::exists(directory_ + "/registry.keys"));
}

TEST_F(FileKeyRingTest, AnUnknownVersionIsSaid) {
  fingerprint(*open_ring());
  const std::string path = directory_ + "/registry.keys";
  std::ofstream(path, std::ios::trunc) << "qcdr-registry-keys 2\n";
  const Status status = FileKeyRing::open({directory_, 0}).status();
  EXPECT_EQ(status.code(), ErrorCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("version"), std::string::npos);
}

TEST_F(FileKeyRingTest, NoncesDiffer) {
  const auto ring = open_ring();
  std::set<Nonce96> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(ring->fresh_nonce());
  EXPECT_EQ(seen.size(), 10'000U);
}

}  // namespace
}  // namespace qcdr

#include "reference/npi_registry.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "reference/npi_registries.h"

namespace qcdr::reference {
namespace {

class NpiRegistryTest : public testing::Test {
 protected:
  NpiRegistryTest()
      : directory_(testing::TempDir() + "npi-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(directory_);
  }
  ~NpiRegistryTest() override { std::filesystem::remove_all(directory_); }

  static NpiEntry entry(std::uint64_t npi, std::string last) {
    NpiEntry made;
    made.npi = Npi::from_trusted(npi);
    made.last_name = std::move(last);
    made.first_name = "Ann";
    return made;
  }
  const std::string directory_;
};

TEST_F(NpiRegistryTest, FindsWhatWasWritten) {
  NpiRegistryWriter writer(LocalDate::from_civil(2022, 11, 13).value());
  writer.add(entry(2000010035, "Later"));
  writer.add(entry(2000010019, "First"));
  NpiEntry gone = entry(2000010019, "Second");  // of an NPI that is given again the last counts
  gone.deactivated = LocalDate::from_civil(2022, 9, 15).value();
  gone.organization = true;
  gone.other_last_name = "Former";
  writer.add(gone);
  const NpiRegistryTitle title = writer.write(directory_).value();
  const auto registry = NpiRegistry::open(title.path).value();
  EXPECT_EQ(registry->size(), 2U);
  EXPECT_EQ(registry->list_date().to_string(), "2022-11-13");
  EXPECT_EQ(registry->digest(), title.digest);
  EXPECT_EQ(registry->find(gone.npi), gone);
  EXPECT_EQ(registry->find(Npi::from_trusted(2000010035))->last_name, "Later");
  EXPECT_EQ(registry->find(Npi::from_trusted(2000010020)), std::nullopt);
  EXPECT_EQ(registry->find(Npi()), std::nullopt);
}

TEST_F(NpiRegistryTest, TheSameEntriesAreTheSameFile) {
  std::vector<Hash256> digests;
  for (const bool turned : {false, true}) {
    NpiRegistryWriter writer(LocalDate::from_civil(2022, 11, 13).value());
    writer.add(entry(turned ? 2000010035 : 2000010019, turned ? "B" : "A"));
    writer.add(entry(turned ? 2000010019 : 2000010035, turned ? "A" : "B"));
    digests.push_back(writer.write(directory_).value().digest);
  }
  EXPECT_EQ(digests[0], digests[1]);
}

TEST_F(NpiRegistryTest, ChangesComeOnTopOfAnEarlierSnapshot) {
  NpiRegistryWriter full(LocalDate::from_civil(2022, 11, 13).value());
  full.add(entry(2000010019, "Old"));
  full.add(entry(2000010035, "Kept"));
  const auto base = NpiRegistry::open(full.write(directory_).value().path).value();
  NpiRegistryWriter changes(LocalDate::from_civil(2022, 11, 20).value());
  changes.add_all(*base);
  changes.add(entry(2000010019, "New"));
  const auto now = NpiRegistry::open(changes.write(directory_).value().path).value();
  EXPECT_EQ(now->find(Npi::from_trusted(2000010019))->last_name, "New");
  EXPECT_EQ(now->find(Npi::from_trusted(2000010035))->last_name, "Kept");

  NpiRegistries registries(directory_);
  const auto titles = registries.titles().value();
  ASSERT_EQ(titles.size(), 2U);
  EXPECT_EQ(titles[1].digest, now->digest());
  EXPECT_EQ(registries.find(base->digest()).value()->digest(), base->digest());
  EXPECT_EQ(registries.find(Hash256{}).status().code(), ErrorCode::kFailedPrecondition);
}

TEST_F(NpiRegistryTest, ADamagedFileIsNotRead) {
  NpiRegistryWriter writer(LocalDate::from_civil(2022, 11, 13).value());
  for (std::uint64_t i = 0; i < 20; ++i) writer.add(entry(2000010019 + i * 8, "Name"));
  const std::string path = writer.write(directory_).value().path;
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t at = 0; at < size; at += 7) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char before = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(before ^ 1));
    file.close();
    EXPECT_EQ(NpiRegistry::open(path).status().code(), ErrorCode::kCorruption) << at;
    std::fstream mend(path, std::ios::in | std::ios::out | std::ios::binary);
    mend.seekp(static_cast<std::streamoff>(at));
    mend.put(before);
  }
  EXPECT_TRUE(NpiRegistry::open(path).is_ok());
  std::filesystem::resize_file(path, size - 1);
  EXPECT_EQ(NpiRegistry::open(path).status().code(), ErrorCode::kCorruption);
  EXPECT_EQ(NpiRegistry::open(directory_ + "/none").status().code(), ErrorCode::kNotFound);
}

TEST_F(NpiRegistryTest, ADirectoryThatIsNotThereHasNone) {
  EXPECT_TRUE(NpiRegistries(directory_).titles().value().empty());
  EXPECT_TRUE(NpiRegistries("").titles().value().empty());
}

}  // namespace
}  // namespace qcdr::reference

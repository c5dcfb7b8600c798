#include "intake/npi_extract.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace qcdr::intake {
namespace {

constexpr const char* kHeader =
    "\"NPI\",\"Entity Type Code\",\"Replacement NPI\",\"Provider Last Name (Legal Name)\","
    "\"Provider First Name\",\"Provider Other Last Name\",\"NPI Deactivation Date\","
    "\"NPI Reactivation Date\",\"Provider Gender Code\"\r\n";

class NpiExtractTest : public testing::Test {
 protected:
  NpiExtractTest() : directory_(testing::TempDir() + "npi-extract") {
    std::filesystem::remove_all(directory_);
  }
  ~NpiExtractTest() override { std::filesystem::remove_all(directory_); }

  Status read(const std::string& text, std::size_t piece = 1000) {
    NpiExtract extract(writer_);
    for (std::size_t at = 0; at < text.size(); at += piece) {
      QCDR_RETURN_IF_ERROR(extract.feed(std::string_view(text).substr(at, piece)));
    }
    QCDR_RETURN_IF_ERROR(extract.finish());
    passed_over_ = extract.rows_passed_over();
    rows_ = extract.rows();
    return Status::ok();
  }
  std::optional<NpiEntry> find(std::uint64_t npi) {
    const auto title = writer_.write(directory_);
    const auto registry = reference::NpiRegistry::open(title.value().path);
    return registry.value()->find(Npi::from_trusted(npi));
  }

  const std::string directory_;
  reference::NpiRegistryWriter writer_{LocalDate::from_civil(2022, 11, 13).value()};
  std::uint64_t rows_ = 0;
  std::uint64_t passed_over_ = 0;
};

TEST_F(NpiExtractTest, ReadsPersonsOrganizationsAndDates) {
  ASSERT_TRUE(
      read(std::string(kHeader) +
               "\"2000010019\",\"1\",\"\",\"CLINICIAN\",\"ANN\",\"MAIDEN\",\"\",\"\",\"F\"\r\n"
               "\"2000010035\",\"2\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n"
               "\"2000010050\",\"\",\"\",\"\",\"\",\"\",\"09/15/2022\",\"11/01/2022\",\"\"\r\n",
           7)
          .is_ok());
  EXPECT_EQ(find(2000010019)->last_name, "CLINICIAN");
  EXPECT_EQ(find(2000010019)->other_last_name, "MAIDEN");
  EXPECT_FALSE(find(2000010019)->organization);
  EXPECT_TRUE(find(2000010035)->organization);
  EXPECT_EQ(rows_, 3U);
  if (const auto gone = find(2000010050)) {
    EXPECT_EQ(gone->deactivated.to_string(), "2022-09-15");
    EXPECT_EQ(gone->reactivated.to_string(), "2022-11-01");
  } else {
    EXPECT_EQ(passed_over_, 1U);  // its check digit does not fit
  }
}

TEST_F(NpiExtractTest, PassesOverRowsThatItCannotRead) {
  ASSERT_TRUE(read(std::string(kHeader) +
                   "2000010018,1,,A,B,,,,\n"            // check digit
                   "2000010019,1,,A,B,,2022-09-15,,\n"  // another way of writing a date
                   "2000010019,1,,A,B,,13/45/2022,,\n"  // no date
                   "2000010035,1,,A,B,,,,\n")
                  .is_ok());
  EXPECT_EQ(rows_, 4U);
  EXPECT_EQ(passed_over_, 3U);
  // It was issued: nobody is told that it was not.
  ASSERT_TRUE(find(2000010019).has_value());
  EXPECT_EQ(find(2000010019)->last_name, "");
}

TEST_F(NpiExtractTest, TellsWhatIsNoRegister) {
  EXPECT_EQ(read("").code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(read("practice_id,npi\n1,2\n").code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(read(std::string(kHeader) + "\"2000010019,1").code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace qcdr::intake

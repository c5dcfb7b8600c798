#include "notices/delivery_ledger.h"

#include <fcntl.h>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

const Instant kAt = Instant::from_milliseconds(1'675'000'000'000);

std::unique_ptr<DeliveryLedger> must(const std::string& directory) {
  auto ledger = DeliveryLedger::open(directory);
  EXPECT_TRUE(ledger.is_ok()) << ledger.status().to_string();
  return std::move(ledger).value();
}

stream::File file_of(const std::string& directory) {
  return std::move(stream::File::open(directory + "/delivered.v1", O_RDWR)).value();
}

TEST(DeliveryLedgerTest, RemembersWhatIsDone) {
  const stream::TemporaryDirectory directory;
  {
    const auto ledger = must(directory.path());
    EXPECT_FALSE(ledger->is_done("a", "x"));
    ASSERT_TRUE(ledger->note(Delivered::kSent, "a", "x", kAt).is_ok());
    ASSERT_TRUE(ledger->note(Delivered::kPointless, "b", "-", kAt).is_ok());
    ASSERT_TRUE(ledger->note(Delivered::kDead, "c", "x", kAt).is_ok());
    ASSERT_TRUE(ledger->note(Delivered::kNobody, "d", "-", kAt).is_ok());
    EXPECT_TRUE(ledger->is_done("a", "x"));
  }
  const auto again = must(directory.path());
  EXPECT_EQ(again->lines(), 4U);
  EXPECT_TRUE(again->is_done("a", "x"));
  EXPECT_FALSE(again->is_done("a", "y"));
  EXPECT_TRUE(again->is_done("b", "-"));
  EXPECT_FALSE(again->is_done("c", "x"));  // may be laid back and tried again
  EXPECT_FALSE(again->is_done("d", "-"));  // somebody may be known by then
}

TEST(DeliveryLedgerTest, ALineThatIsCutOffIsTakenOff) {
  const stream::TemporaryDirectory directory;
  ASSERT_TRUE(must(directory.path())->note(Delivered::kSent, "a", "x", kAt).is_ok());
  const std::uint64_t whole = file_of(directory.path()).size().value();
  ASSERT_TRUE(must(directory.path())->note(Delivered::kSent, "b", "x", kAt).is_ok());
  for (const std::uint64_t cut : {whole + 1, whole + 10}) {
    stream::File file = file_of(directory.path());
    ASSERT_TRUE(file.truncate(cut).is_ok());
    const auto ledger = must(directory.path());
    EXPECT_TRUE(ledger->is_done("a", "x"));
    EXPECT_FALSE(ledger->is_done("b", "x"));
    ASSERT_TRUE(ledger->note(Delivered::kSent, "b", "x", kAt).is_ok());
  }
  EXPECT_EQ(must(directory.path())->lines(), 2U);
}

TEST(DeliveryLedgerTest, DamageIsNotPassedOver) {
  const stream::TemporaryDirectory directory;
  ASSERT_TRUE(must(directory.path())->note(Delivered::kSent, "abc", "x", kAt).is_ok());
  {
    stream::File file = file_of(directory.path());
    ASSERT_TRUE(file.write_at(6, "X").is_ok());
  }
  EXPECT_EQ(DeliveryLedger::open(directory.path()).status().code(), ErrorCode::kCorruption);
}

TEST(DeliveryLedgerTest, BelongsToOneProcess) {
  const stream::TemporaryDirectory directory;
  const auto ledger = must(directory.path());
  EXPECT_EQ(DeliveryLedger::open(directory.path()).status().code(), ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace qcdr

#include "common/dead_letter.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/topic_names.h"

namespace qcdr {
namespace {

constexpr Instant kReceived = Instant::from_milliseconds(1'670'000'000'123);

stream::Record broken() {
  stream::Record record;
  record.topic = kUploadsTopic;
  record.partition = Partition(3);
  record.offset = Offset(41);
  record.timestamp = kReceived;
  record.key = "1234";
  record.value = "\x01 not a message";
  record.headers = {{"ce_id", "a"}, {"traceparent", "00-1-2-01"}, {"event-id", "e"}};
  return record;
}

// As it lies on the dead-letter topic.
stream::Record laid_aside(const stream::Record& record) {
  const stream::OutputRecord made = make_dead_letter(record, "validation", "cannot be decoded");
  stream::Record letter{made.topic, made.partition, Offset(7),   Instant::from_milliseconds(5),
                        made.key,   made.value,     made.headers};
  letter.headers.push_back({"ce_id", "0/3/41/0"});
  return letter;
}

TEST(DeadLetter, SaysWhereItWasAndWhy) {
  const stream::Record letter = laid_aside(broken());
  EXPECT_EQ(letter.topic, std::string(kUploadsTopic) + ".dlq");
  EXPECT_EQ(letter.value, broken().value);
  EXPECT_EQ(letter.header("__connect.errors.topic"), kUploadsTopic);
  EXPECT_EQ(letter.header("__connect.errors.partition"), "3");
  EXPECT_EQ(letter.header("__connect.errors.offset"), "41");
  EXPECT_EQ(letter.header("__connect.errors.exception.message"), "cannot be decoded");
  EXPECT_EQ(letter.header("traceparent"), "00-1-2-01");
  const DeadLetter read = read_dead_letter(letter).value();
  EXPECT_EQ(read.topic, kUploadsTopic);
  EXPECT_EQ(read.partition, Partition(3));
  EXPECT_EQ(read.offset, Offset(41));
  EXPECT_EQ(read.timestamp, kReceived);
  EXPECT_EQ(read.stage, "validation");
}

TEST(DeadLetter, IsLaidBackAsItCameWithItsFirstReceipt) {
  const stream::OutputRecord back = lay_back(laid_aside(broken()), false).value();
  EXPECT_EQ(back.topic, kUploadsTopic);
  EXPECT_EQ(back.partition, Partition(3));
  EXPECT_EQ(back.key, "1234");
  EXPECT_EQ(back.value, broken().value);
  EXPECT_FALSE(back.timestamp);
  EXPECT_EQ(lay_back(laid_aside(broken()), true).value().timestamp, kReceived);
  stream::Record again{back.topic, back.partition, Offset(99),  Instant::from_milliseconds(9e12),
                       back.key,   back.value,     back.headers};
  EXPECT_EQ(again.header("event-id"), "e");
  EXPECT_EQ(again.header("__connect.errors.topic"), "");
  EXPECT_EQ(first_received(again), kReceived);
  // And so if it is laid aside a second time.
  EXPECT_EQ(read_dead_letter(laid_aside(again)).value().timestamp, kReceived);
}

stream::Record laid_aside_for_a_parked_practice(const stream::Record& record,
                                                std::optional<ledger::Poison> poison) {
  const stream::OutputRecord made =
      make_parked_letter(record, "scoring", {PracticeId(1234), Offset(41), 7}, poison);
  return {made.topic, made.partition, Offset(9),   Instant::from_milliseconds(5),
          made.key,   made.value,     made.headers};
}

TEST(DeadLetter, OfAParkedPracticeKeepsItsPlaceWhenItIsLaidBack) {
  const stream::Record letter = laid_aside_for_a_parked_practice(broken(), std::nullopt);
  const DeadLetter read = read_dead_letter(letter).value();
  ASSERT_TRUE(read.parked.has_value());
  EXPECT_EQ(*read.parked, (ledger::ParkedPlace{PracticeId(1234), Offset(41), 7}));
  EXPECT_FALSE(read.poison);
  EXPECT_EQ(read.why, "parked");
  EXPECT_EQ(letter.header("event-id"), "");  // it would be passed over as a repetition
  const stream::OutputRecord back = lay_back(letter, false).value();
  stream::Record again{back.topic, back.partition, Offset(99),  Instant(),
                       back.key,   back.value,     back.headers};
  EXPECT_EQ(parked_place(again), read.parked);
  // Laid aside once more, it has one place and not two.
  const stream::Record twice = laid_aside_for_a_parked_practice(again, ledger::Poison::kSealed);
  EXPECT_EQ(std::count_if(twice.headers.begin(), twice.headers.end(),
                          [](const auto& header) { return header.name == kParkedHeader; }),
            1);
  EXPECT_TRUE(read_dead_letter(twice).value().poison);
  EXPECT_EQ(read_dead_letter(twice).value().why, "rows of a chunk do not open");
}

TEST(DeadLetter, APlaceThatIsNoneIsNone) {
  for (const char* text : {"", "1234", "1234/41", "1234/41/", "/41/7", "1234/-1/7", "1234/41/7x",
                           "1234/41/7/1", "a/41/7", "0/41/7"}) {
    stream::Record record = broken();
    record.headers = {{kParkedHeader, text}};
    EXPECT_FALSE(parked_place(record).has_value()) << text;
  }
}

TEST(DeadLetter, OfAnotherMakingIsAnError) {
  for (const char* name : {"__connect.errors.topic", "__connect.errors.partition",
                           "__connect.errors.offset", "qcdr-original-timestamp"}) {
    stream::Record letter = laid_aside(broken());
    for (stream::Header& header : letter.headers) {
      if (header.name == name) header.value = "x";
    }
    EXPECT_EQ(read_dead_letter(letter).status().code(), ErrorCode::kCorruption) << name;
  }
}

TEST(DeadLetter, AReceiptThatIsNoNumberIsNoReceipt) {
  stream::Record record = broken();
  record.headers.push_back({kReceivedAtHeader, "12x"});
  EXPECT_EQ(first_received(record), kReceived);
}

}  // namespace
}  // namespace qcdr

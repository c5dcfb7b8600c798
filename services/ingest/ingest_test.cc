// What an upload's id says, and what it does not.
#include "ingest/ingest.h"

#include <gtest/gtest.h>

#include <set>

#include "core/bytes.h"

namespace qcdr {
namespace {

Key256 key(std::uint8_t fill) {
  Key256 made;
  made.fill(fill);
  return made;
}

intake::Identified opt_out() {
  intake::Identified identified;
  identified.practice = PracticeId(1234);
  identified.year = PerformanceYear(2022);
  identified.kind = v1::RECORD_KIND_OPT_OUT;
  return identified;
}

TEST(UploadIdTest, TheSameBytesOfAPracticeAndKindAreOneUpload) {
  const Hash256 content = sha256("tin,npi\n000456789,2000010019\n");
  const std::string id = make_upload_id(key(1), opt_out(), content, Channel::kPractice, "");
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id, make_upload_id(key(1), opt_out(), content, Channel::kPractice, ""));
  EXPECT_NE(id, make_upload_id(key(1), opt_out(), sha256("tin,npi\n000456789,2000020018\n"),
                               Channel::kPractice, ""));
  intake::Identified other = opt_out();
  other.practice = PracticeId(1235);
  EXPECT_NE(id, make_upload_id(key(1), other, content, Channel::kPractice, ""));
  other = opt_out();
  other.kind = v1::RECORD_KIND_INDIVIDUAL_CONSENT;
  EXPECT_NE(id, make_upload_id(key(1), other, content, Channel::kPractice, ""));
}

TEST(UploadIdTest, AFileIsItsNameToo) {
  const Hash256 content = sha256("tin,npi\n000456789,2000010019\n");
  std::set<std::string> ids;
  for (const char* name : {"", "a.csv", "b.csv"}) {
    for (const Channel channel : {Channel::kPractice, Channel::kRegistry}) {
      ids.insert(make_upload_id(key(1), opt_out(), content, channel, name));
    }
  }
  EXPECT_EQ(ids.size(), 6U);
}

// A form of one row has few things to guess: without the key nothing can be tried out.
TEST(UploadIdTest, NobodyFindsTheFormWithoutTheKey) {
  const Hash256 content = sha256("tin,npi\n000456789,2000010019\n");
  const std::string id = make_upload_id(key(1), opt_out(), content, Channel::kPractice, "");
  EXPECT_NE(id, make_upload_id(key(2), opt_out(), content, Channel::kPractice, ""));
  for (const bool with_domain : {false, true}) {
    ByteWriter guess;
    if (with_domain) guess.raw("upload|");
    guess.u32(1234);
    guess.u32(2022);
    guess.u32(v1::RECORD_KIND_OPT_OUT);
    guess.raw(view(content));
    EXPECT_NE(id, hex(view(sha256(guess.bytes())).substr(0, 16)));
  }
}

}  // namespace
}  // namespace qcdr

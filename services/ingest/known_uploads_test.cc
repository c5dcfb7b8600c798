// What the log remembers of files, in the form of today and in that of earlier versions.
#include "ingest/known_uploads.h"

#include <gtest/gtest.h>

#include "common/event_headers.h"
#include "common/topic_names.h"
#include "core/bytes.h"
#include "intake/testing_key_ring.h"
#include "stream/embedded/embedded_log.h"
#include "stream/memory_blob_store.h"
#include "stream/system_clock.h"
#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

const std::string kConsent =
    "practice_id,performance_year,tin,npi,action,signer_name,signed_at\n"
    "1234,2022,000654321,2000010068,REVOKE,F,2022-12-01\n";
constexpr const char* kReceived = "2022-12-05T10:15:00-06:00";

ByteSource source_of(const std::string& bytes) {
  return [bytes, begin = std::size_t{0}](std::size_t bytes_max) mutable -> Result<std::string> {
    const std::string slice = bytes.substr(begin, bytes_max);
    begin += slice.size();
    return slice;
  };
}

Instant instant(const char* text) {
  return Instant::parse(text).value();
}

class KnownUploadsTest : public ::testing::Test {
 protected:
  KnownUploadsTest() {
    stream::EmbeddedLogOptions options;
    options.directory = directory_.path();
    options.clock = &clock_;
    log_ = stream::EmbeddedLog::open(options).value();
    stream::TopicDefinition topic;
    topic.name = kUploadsTopic;
    topic.partitions = 4;
    topic.creation_time = true;
    QCDR_ASSERT(log_->ensure_topics({topic}).is_ok());
  }

  void accept(const std::string& name, Channel channel = Channel::kPractice) {
    auto ingest = Ingest::open({}, *log_, blobs_, keys_, stream::no_crash_points()).value();
    UploadRequest request;
    request.name = name;
    request.channel = channel;
    request.received_at = instant(kReceived);
    ASSERT_TRUE(ingest->accept(request, source_of(kConsent)).is_ok());
  }

  // As the first versions wrote it: an id that is a plain hash, and no word of what it is made of.
  void append_as_earlier_versions_did() {
    const FileContent content = read_content(source_of(kConsent)).value();
    ByteWriter id;
    id.u32(content.identified.practice.value());
    id.u32(static_cast<std::uint32_t>(content.identified.year.value()));
    id.u32(static_cast<std::uint32_t>(content.identified.kind));
    id.raw(view(content.sha256));
    v1::Upload upload;
    upload.set_upload_id(hex(view(sha256(id.bytes())).substr(0, 16)));
    upload.set_practice_id(content.identified.practice.value());
    upload.set_performance_year(content.identified.year.value());
    upload.set_kind(content.identified.kind);
    upload.mutable_actor()->set_authority(v1::AUTHORITY_PRACTICE_ADMINISTRATOR);
    upload.set_sha256(std::string(view(content.sha256)));
    upload.set_idempotency_key(upload.upload_id());
    const PracticeId practice = content.identified.practice;
    auto appender = log_->appender().value();
    ASSERT_TRUE(appender
                    ->append({kUploadsTopic, practice_partition(practice, 4),
                              practice_key(practice), upload.SerializeAsString(),
                              upload_headers(upload.upload_id()), instant(kReceived)})
                    .is_ok());
  }

  bool known(const std::string& name, Channel channel = Channel::kPractice,
             std::optional<Instant> in_name = std::nullopt, const std::string& bytes = kConsent) {
    KnownUploads known(keys_.token_key());
    QCDR_ASSERT(known.read_on(*log_).is_ok());
    return known.contains(read_content(source_of(bytes)).value(), channel, name, in_name);
  }

  stream::TemporaryDirectory directory_;
  stream::SystemClock clock_;
  stream::MemoryBlobStore blobs_;
  intake::TestingKeyRing keys_;
  std::unique_ptr<stream::EmbeddedLog> log_;
};

TEST_F(KnownUploadsTest, AFileIsItsNameAndItsBytes) {
  EXPECT_FALSE(known("a.csv"));
  accept("a.csv");
  EXPECT_TRUE(known("a.csv"));
  EXPECT_FALSE(known("b.csv"));
  EXPECT_FALSE(known("a.csv", Channel::kRegistry));
  std::string other = kConsent;
  other.replace(other.find("1234"), 4, "1235");
  EXPECT_FALSE(known("a.csv", Channel::kPractice, std::nullopt, other));
}

TEST_F(KnownUploadsTest, AStreamIsNoFile) {
  accept("");
  EXPECT_FALSE(known("a.csv"));
}

TEST_F(KnownUploadsTest, WhatAnEarlierVersionTookIsKnownByItsBytes) {
  append_as_earlier_versions_did();
  EXPECT_TRUE(known("a.csv"));
  EXPECT_TRUE(known("b.csv"));
  EXPECT_TRUE(known("20221205T101500-0600_a.csv", Channel::kPractice, instant(kReceived)));
  EXPECT_FALSE(known("a.csv", Channel::kRegistry));
  // It cannot have seen a file of a later time.
  EXPECT_FALSE(known("20230115T000000-0600_a.csv", Channel::kPractice,
                     instant("2023-01-15T00:00:00-06:00")));
}

TEST_F(KnownUploadsTest, ReadsOnWhereItStopped) {
  KnownUploads known(keys_.token_key());
  ASSERT_TRUE(known.read_on(*log_).is_ok());
  EXPECT_FALSE(known.last_received().has_value());
  accept("a.csv");
  ASSERT_TRUE(known.read_on(*log_).is_ok());
  EXPECT_EQ(known.last_received(), instant(kReceived));
  EXPECT_TRUE(known.contains(read_content(source_of(kConsent)).value(), Channel::kPractice, "a.csv",
                             std::nullopt));
}

}  // namespace
}  // namespace qcdr

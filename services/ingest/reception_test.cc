// An upload whose bytes come in pieces: what is kept of it, and when nothing is.
#include <gtest/gtest.h>

#include "common/topic_names.h"
#include "core/bytes.h"
#include "core/finding_codes.h"
#include "ingest/known_uploads.h"
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
constexpr std::int32_t kPartitions = 4;

class ReceptionTest : public ::testing::Test {
 protected:
  ReceptionTest() {
    stream::EmbeddedLogOptions options;
    options.directory = directory_.path();
    options.clock = &clock_;
    log_ = stream::EmbeddedLog::open(options).value();
    stream::TopicDefinition topic;
    topic.name = kUploadsTopic;
    topic.partitions = kPartitions;
    topic.creation_time = true;
    QCDR_ASSERT(log_->ensure_topics({topic}).is_ok());
    IngestOptions limits;
    limits.upload_bytes_max = 1000;
    ingest_ = Ingest::open(limits, *log_, blobs_, keys_, stream::no_crash_points()).value();
  }

  UploadRequest request(const std::string& key = "") {
    UploadRequest request;
    request.practice = PracticeId(1234);
    if (!key.empty()) {
      request.idempotency_key = idempotency_token(keys_.token_key(), PracticeId(1234), key);
      request.name = "/idempotency-key/" + request.idempotency_key;
    }
    return request;
  }
  std::size_t records_on_log() {
    auto reader = log_->reader().value();
    std::size_t count = 0;
    for (std::int32_t number = 0; number < kPartitions; ++number) {
      count += reader->read(kUploadsTopic, Partition(number), Offset(), 100).value().size();
    }
    return count;
  }
  std::string id_of(const std::string& bytes) {
    const FileContent content =
        read_content([&bytes, done = false](std::size_t) mutable {
          return Result<std::string>(std::exchange(done, true) ? "" : bytes);
        }).value();
    return make_upload_id(keys_.token_key(), content.identified, content.sha256, Channel::kPractice,
                          "");
  }

  stream::TemporaryDirectory directory_;
  stream::SystemClock clock_;
  std::unique_ptr<stream::EmbeddedLog> log_;
  stream::MemoryBlobStore blobs_;
  intake::TestingKeyRing keys_;
  std::unique_ptr<Ingest> ingest_;
};

TEST_F(ReceptionTest, PiecesOfAnySizeAreOneUpload) {
  const auto reception = ingest_->receive(request());
  for (const char c : kConsent) ASSERT_TRUE(reception->write({&c, 1}).is_ok());
  const auto accepted = reception->finish();
  ASSERT_TRUE(accepted.is_ok()) << accepted.status().to_string();
  EXPECT_EQ(accepted.value().bytes, kConsent.size());
  EXPECT_EQ(accepted.value().upload_id, id_of(kConsent));
  EXPECT_TRUE(blobs_.exists(accepted.value().upload_id).value());
  EXPECT_EQ(records_on_log(), 1U);
}

TEST_F(ReceptionTest, WhatIsLetGoLeavesNothing) {
  {
    const auto reception = ingest_->receive(request());
    ASSERT_TRUE(reception->write(kConsent).is_ok());
  }
  EXPECT_FALSE(blobs_.exists(id_of(kConsent)).value());
  EXPECT_EQ(records_on_log(), 0U);
}

TEST_F(ReceptionTest, WhoLooksAtItBeforeItIsKeptMayRefuse) {
  const auto reception = ingest_->receive(request());
  ASSERT_TRUE(reception->write(kConsent).is_ok());
  Hash256 seen{};
  const auto refused = reception->finish(
      [&](const intake::Identified& what, const Hash256& content, const std::string&) {
        EXPECT_EQ(what.practice, PracticeId(1234));
        seen = content;
        return Status(ErrorCode::kAlreadyExists, "");
      });
  EXPECT_EQ(refused.status().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(seen, sha256(kConsent));
  EXPECT_FALSE(blobs_.exists(id_of(kConsent)).value());
  EXPECT_EQ(records_on_log(), 0U);
}

TEST_F(ReceptionTest, SaysWhyItRefuses) {
  const auto none_of_ours = ingest_->receive(request());
  ASSERT_TRUE(none_of_ours->write("a,letter\nto,you\n").is_ok());
  EXPECT_EQ(none_of_ours->finish().status().code(), ErrorCode::kInvalidArgument);
  ASSERT_TRUE(none_of_ours->why());
  EXPECT_EQ(none_of_ours->why()->code(), code_number(FindingCode::FILE_KIND_UNKNOWN));
  UploadRequest of_another = request();
  of_another.practice = PracticeId(4321);
  const auto foreign = ingest_->receive(of_another);
  ASSERT_TRUE(foreign->write(kConsent).is_ok());
  EXPECT_EQ(foreign->finish().status().code(), ErrorCode::kPermissionDenied);
  const auto endless = ingest_->receive(request());
  ASSERT_TRUE(endless->write(std::string(1000, 'x')).is_ok());
  EXPECT_EQ(endless->write("x").code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(records_on_log(), 0U);
}

// Read from the log, so that another process gives the same answer.
TEST_F(ReceptionTest, AnIdempotencyKeyIsKnownAgain) {
  const UploadRequest keyed = request("monday");
  const auto reception = ingest_->receive(keyed);
  ASSERT_TRUE(reception->write(kConsent).is_ok());
  const auto accepted = reception->finish();
  ASSERT_TRUE(accepted.is_ok());
  EXPECT_NE(accepted.value().upload_id, id_of(kConsent));
  KnownUploads known(keys_.token_key());
  ASSERT_TRUE(known.read_on(*log_).is_ok());
  const KnownUploads::Keyed* found = known.find_key(keyed.idempotency_key);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->upload_id, accepted.value().upload_id);
  EXPECT_EQ(found->sha256, view(sha256(kConsent)));
  EXPECT_EQ(found->received_at, accepted.value().received_at);
  EXPECT_EQ(found->bytes, kConsent.size());
  EXPECT_EQ(known.find_key(accepted.value().upload_id), nullptr);
  EXPECT_NE(idempotency_token(keys_.token_key(), PracticeId(1235), "monday"),
            keyed.idempotency_key);
}

}  // namespace
}  // namespace qcdr

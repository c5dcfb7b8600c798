#include "common/document_seal.h"

#include <gtest/gtest.h>

#include "intake/testing_key_ring.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr {
namespace {

class DocumentSealTest : public ::testing::Test {
 protected:
  DocumentSealTest() {
    document_.set_document_id("abc");
    document_.set_practice_id(1234);
    document_.set_performance_year(2022);
    EXPECT_TRUE(seal_document(keys_, "payload", &document_).is_ok());
    seal_document_tin(keys_, "000456789", &document_);
  }
  intake::TestingKeyRing keys_;
  v1::SubmissionDocument document_;
};

TEST_F(DocumentSealTest, WhatIsSealedOpens) {
  EXPECT_EQ(open_document(keys_, document_).value(), "payload");
  EXPECT_EQ(open_document_tin(keys_, document_).value(), "000456789");
  EXPECT_EQ(document_.SerializeAsString().find("payload"), std::string::npos);
  EXPECT_EQ(document_.SerializeAsString().find("000456789"), std::string::npos);
  document_.clear_encrypted_tin();
  EXPECT_EQ(open_document_tin(keys_, document_).value(), "");
}

TEST_F(DocumentSealTest, NothingCanBeMovedOrChanged) {
  v1::SubmissionDocument other = document_;
  other.set_document_id("abd");
  EXPECT_EQ(open_document(keys_, other).status().code(), ErrorCode::kCorruption);
  other = document_;
  other.set_performance_year(2023);
  EXPECT_FALSE(open_document(keys_, other).is_ok());
  other = document_;
  other.mutable_sealed_payload()->front() ^= 1;
  EXPECT_EQ(open_document(keys_, other).status().code(), ErrorCode::kCorruption);
  other = document_;
  other.set_payload_sha256(std::string(32, 'x'));
  EXPECT_EQ(open_document(keys_, other).status().code(), ErrorCode::kCorruption);
  other = document_;
  other.set_nonce("short");
  EXPECT_EQ(open_document(keys_, other).status().code(), ErrorCode::kCorruption);
  other = document_;
  other.mutable_tin_token()->front() ^= 1;
  EXPECT_FALSE(open_document_tin(keys_, other).is_ok());
  other.set_encrypted_tin("x");
  EXPECT_EQ(open_document_tin(keys_, other).status().code(), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace qcdr

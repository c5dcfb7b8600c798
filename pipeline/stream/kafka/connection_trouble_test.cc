#include "stream/kafka/connection_trouble.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <openssl/x509_vfy.h>

#include "stream/kafka/client.h"
#include "stream/kafka/reach.h"

namespace qcdr::stream::kafka {
namespace {

// What the library was seen to say, the setting that must be named, and what a service ends with.
struct Case {
  rd_kafka_resp_err_t error;
  const char* reason;
  const char* setting;
  ErrorCode code;
  bool decisive;
};

TEST(ConnectionTroubleTest, NamesTheSettingThatMustBeChanged) {
  const Case cases[] = {
      {RD_KAFKA_RESP_ERR__AUTHENTICATION,
       "sasl_ssl://b:1/bootstrap: SASL authentication error: Authentication failed",
       "sasl.password:", ErrorCode::kPermissionDenied, true},
      {RD_KAFKA_RESP_ERR__AUTHENTICATION,
       "b:1/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism",
       "sasl.mechanism:", ErrorCode::kPermissionDenied, true},
      {RD_KAFKA_RESP_ERR__SSL,
       "ssl://b:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker "
       "listener?",
       "security.protocol:", ErrorCode::kUnavailable, true},
      {RD_KAFKA_RESP_ERR__SSL,
       "ssl://b:1/bootstrap: SSL handshake failed: error:0A000126:SSL routines::unexpected eof "
       "while reading",
       "security.protocol:", ErrorCode::kUnavailable, true},
      {RD_KAFKA_RESP_ERR__TRANSPORT,
       "ssl://b:1/bootstrap: Disconnected: verify that security.protocol is correctly configured, "
       "broker might require SASL authentication",
       "security.protocol: the broker wants a login", ErrorCode::kUnavailable, true},
      {RD_KAFKA_RESP_ERR__SSL,
       "ssl://b:1/bootstrap: SSL handshake failed: error:0A00045C:SSL routines::tlsv13 alert "
       "certificate required: SSL alert number 116",
       "ssl.certificate.location,", ErrorCode::kPermissionDenied, true},
      {RD_KAFKA_RESP_ERR__TRANSPORT,
       "b:1/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
       "security.protocol configuration (connecting to a SSL listener?) or broker version is < "
       "0.10 (see api.version.request)",
       "security.protocol:", ErrorCode::kUnavailable, true},
      {RD_KAFKA_RESP_ERR__TRANSPORT,
       "b:1/bootstrap: Receive failed: Invalid response size 352518912 (0..100000000): increase "
       "receive.message.max.bytes",
       "security.protocol:", ErrorCode::kUnavailable, true},
      {RD_KAFKA_RESP_ERR__TRANSPORT, "b:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed",
       "bootstrap.servers:", ErrorCode::kUnavailable, false},
      {RD_KAFKA_RESP_ERR__RESOLVE, "b:1/bootstrap: Failed to resolve 'b:1': Name unknown",
       "bootstrap.servers:", ErrorCode::kUnavailable, false},
  };
  for (const Case& each : cases) {
    const auto trouble = trouble_of_connection(each.error, each.reason);
    ASSERT_TRUE(trouble.has_value()) << each.reason;
    EXPECT_EQ(trouble->status.code(), each.code) << each.reason;
    EXPECT_EQ(trouble->decisive, each.decisive) << each.reason;
    EXPECT_NE(trouble->status.message().find(each.setting), std::string::npos)
        << trouble->status.message();
    EXPECT_NE(trouble->status.message().find(each.reason), std::string::npos);
  }
  EXPECT_FALSE(trouble_of_connection(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, "late").has_value());
}

TEST(ConnectionTroubleTest, TellsCertificatesApart) {
  const std::pair<int, const char*> cases[] = {
      {X509_V_ERR_CERT_HAS_EXPIRED, "has expired"},
      {X509_V_ERR_CERT_NOT_YET_VALID, "not valid yet"},
      {X509_V_ERR_HOSTNAME_MISMATCH, "for another name"},
      {X509_V_ERR_IP_ADDRESS_MISMATCH, "for another name"},
      {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "ssl.ca.location: no authority"},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "ssl.ca.location: no authority"},
      {X509_V_ERR_CERT_REVOKED, "revoked"}};
  for (const auto& [error, words] : cases) {
    const ConnectionTrouble trouble = trouble_of_certificate(error, "broker-1:9093");
    EXPECT_TRUE(trouble.decisive);
    EXPECT_EQ(trouble.status.code(), ErrorCode::kUnavailable);
    EXPECT_NE(trouble.status.message().find(words), std::string::npos) << trouble.status.message();
    EXPECT_NE(trouble.status.message().find("broker-1:9093"), std::string::npos);
  }
}

TEST(ConnectionTroubleTest, TheFirstReasonThatNoWaitingCuresIsKept) {
  ConnectionNotes notes;
  EXPECT_FALSE(notes.trouble().has_value());
  notes.note({false, Status(ErrorCode::kUnavailable, "no answer")});
  EXPECT_EQ(notes.trouble()->status.message(), "no answer");
  notes.note({true, Status(ErrorCode::kUnavailable, "expired")});
  notes.note({true, Status(ErrorCode::kUnavailable, "handshake failed")});
  notes.note({false, Status(ErrorCode::kUnavailable, "disconnected")});
  EXPECT_EQ(notes.trouble()->status.message(), "expired");
}

TEST(ConnectionTroubleTest, AClusterThatDoesNotAnswerIsToldWithItsSetting) {
  KafkaOptions options;
  options.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
  options.request_wait = std::chrono::milliseconds(700);
  const auto log = KafkaLog::open(options);
  ASSERT_TRUE(log.is_ok());
  const auto reached = log.value()->reach();
  EXPECT_EQ(reached.status().code(), ErrorCode::kUnavailable);
  EXPECT_NE(reached.status().message().find("bootstrap.servers: no broker answers"),
            std::string::npos)
      << reached.status().message();
}

}  // namespace
}  // namespace qcdr::stream::kafka

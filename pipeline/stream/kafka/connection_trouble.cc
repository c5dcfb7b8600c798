#include "stream/kafka/connection_trouble.h"

#include <fmt/core.h>
#include <librdkafka/rdkafka.h>
#include <openssl/x509_vfy.h>

namespace qcdr::stream::kafka {
namespace {

bool says(std::string_view reason, std::string_view words) {
  return reason.find(words) != std::string_view::npos;
}

ConnectionTrouble unavailable(bool decisive, const std::string& text) {
  return {decisive, Status(ErrorCode::kUnavailable, text)};
}

ConnectionTrouble refused(const std::string& text) {
  return {true, Status(ErrorCode::kPermissionDenied, text)};
}

ConnectionTrouble of_login(std::string_view reason) {
  if (says(reason, "mechanism handshake failed")) {
    return refused(fmt::format(
        "sasl.mechanism: the broker does not offer this way to log in; set one that it does: {}",
        reason));
  }
  return refused(
      fmt::format("sasl.username, sasl.password: the broker refuses them; give a user that it "
                  "knows and the password of that user: {}",
                  reason));
}

// A listener without TLS reads the first bytes as a length, a listener with TLS answers plain bytes
// with an alert, which the library reads as a length: 0x1503....
bool meets_tls(std::string_view reason) {
  return says(reason, "connecting to a SSL listener") || says(reason, "Invalid response size 352");
}

ConnectionTrouble of_tls(std::string_view reason) {
  // A listener without TLS hangs up on what looks like an endless request.
  if (says(reason, "PLAINTEXT broker listener") || says(reason, "wrong version number") ||
      says(reason, "unexpected eof")) {
    return unavailable(true, fmt::format("security.protocol: the broker does not speak TLS at this "
                                         "port; call its TLS listener (bootstrap.servers), or set "
                                         "plaintext or sasl_plaintext: {}",
                                         reason));
  }
  if (says(reason, "certificate required") || says(reason, "bad certificate") ||
      says(reason, "unexpected message")) {
    return refused(
        fmt::format("ssl.certificate.location, ssl.key.location: the broker asks for a client "
                    "certificate that it accepts: {}",
                    reason));
  }
  return unavailable(true, fmt::format("TLS with the broker fails; see the settings that begin "
                                       "with ssl.: {}",
                                       reason));
}

}  // namespace

std::optional<ConnectionTrouble> trouble_of_connection(int error, std::string_view reason) {
  switch (static_cast<rd_kafka_resp_err_t>(error)) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
      return of_login(reason);
    case RD_KAFKA_RESP_ERR__SSL:
      return of_tls(reason);
    case RD_KAFKA_RESP_ERR__RESOLVE:
      return unavailable(false, fmt::format("bootstrap.servers: a name leads nowhere; correct it, "
                                            "or let this machine resolve it: {}",
                                            reason));
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
      if (meets_tls(reason)) {
        return unavailable(true, fmt::format("security.protocol: the broker expects TLS at this "
                                             "port; set ssl or sasl_ssl: {}",
                                             reason));
      }
      if (says(reason, "might require SASL authentication")) {
        return unavailable(true, fmt::format("security.protocol: the broker wants a login at this "
                                             "port; set sasl_ssl or sasl_plaintext: {}",
                                             reason));
      }
      return unavailable(false, fmt::format("bootstrap.servers: no broker answers; is it running, "
                                            "and are address and port right? {}",
                                            reason));
    default:
      return std::nullopt;
  }
}

ConnectionTrouble trouble_of_certificate(int error, std::string_view broker) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return unavailable(
          true, fmt::format("the certificate of {} has expired (security.protocol is a TLS one); "
                            "renew it on the broker, or set this machine's clock right",
                            broker));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return unavailable(
          true, fmt::format("the certificate of {} is not valid yet (security.protocol is a TLS "
                            "one); set this machine's clock right, or the broker's certificate",
                            broker));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return unavailable(
          true, fmt::format("bootstrap.servers: the certificate of {} is for another name; call "
                            "the broker by a name in its certificate, or have one issued for the "
                            "name that it advertises",
                            broker));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return unavailable(
          true, fmt::format("ssl.ca.location: no authority in this file signed the certificate of "
                            "{}; give the certificate of the authority that did",
                            broker));
    default:
      return unavailable(true, fmt::format("ssl.ca.location: the certificate of {} is not "
                                           "accepted: {}",
                                           broker, X509_verify_cert_error_string(error)));
  }
}

void ConnectionNotes::note(ConnectionTrouble trouble) {
  const std::lock_guard<std::mutex> lock(mutex_);
  // What was found out about a certificate comes before the failed handshake that follows from it.
  if (trouble_ && trouble_->decisive) return;
  trouble_ = std::move(trouble);
}

std::optional<ConnectionTrouble> ConnectionNotes::trouble() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return trouble_;
}

}  // namespace qcdr::stream::kafka

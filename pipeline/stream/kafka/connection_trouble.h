// What keeps a client from its cluster, in words for whoever wrote the settings.
//
// The library goes on trying whatever happened, and tells why only in its log and its error
// callback. Here the reasons are told apart by what has to be changed: each Status names the
// setting and the remedy. A reason that no waiting will cure is `decisive`.
// Thread-safety: ConnectionNotes from any thread; the rest are pure functions.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr::stream::kafka {

struct ConnectionTrouble {
  bool decisive = false;
  Status status;  // kPermissionDenied when the cluster knows us and says no, else kUnavailable
};

// `error` is librdkafka's code, `reason` what it says; nothing for an error that is not about a
// connection.
std::optional<ConnectionTrouble> trouble_of_connection(int error, std::string_view reason);
// `error` is OpenSSL's (X509_V_ERR_...), `broker` the name and port that were called.
ConnectionTrouble trouble_of_certificate(int error, std::string_view broker);

// The most telling trouble of a client so far.
class ConnectionNotes {
 public:
  void note(ConnectionTrouble trouble);
  std::optional<ConnectionTrouble> trouble() const;

 private:
  mutable std::mutex mutex_;
  std::optional<ConnectionTrouble> trouble_;
};

}  // namespace qcdr::stream::kafka

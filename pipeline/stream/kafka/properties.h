// Which librdkafka properties a client of each kind gets.
//
// Three layers: what the promises of the log hang on (fixed, refused when set from outside), our
// defaults (may be overridden), and what the operator passes through. docs/kafka.md has a reason
// for each value.
// Thread-safety: pure functions.
#pragma once

#include "stream/kafka/client.h"

namespace qcdr::stream::kafka {

using Properties = std::map<std::string, std::string>;

// Names that only this library sets.
const std::vector<std::string>& owned_property_names();

// Everything for one client, in the end. Errors: kInvalidArgument for an owned name, a missing
// bootstrap.servers, a client.id of 64 bytes or more, or time-outs that contradict each other.
Result<Properties> client_properties(ClientKind kind, const KafkaOptions& options,
                                     const Properties& settings);

}  // namespace qcdr::stream::kafka

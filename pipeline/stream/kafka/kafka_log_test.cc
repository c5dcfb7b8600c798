// The contract of Log against a real broker.
#include "stream/kafka/kafka_log.h"

#include "stream/kafka/test_broker.h"
#include "stream/log_contract.h"

namespace qcdr::stream {
namespace {

const bool registered = contract::register_log_contract("Kafka", &kafka::test_log);

}  // namespace
}  // namespace qcdr::stream

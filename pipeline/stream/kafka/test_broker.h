// The broker that tests run against, named by the environment variable QCDR_TEST_BROKER.
//
// Without it every test that asks fails: a leg that did not run counts as failed. tests/broker/run
// starts one. Topics, groups and ids are unique per run, so a broker serves any number of runs.
#pragma once

#include "stream/kafka/kafka_log.h"
#include "stream/log_contract.h"

namespace qcdr::stream::kafka {

// Options for the test broker with short group time-outs. Fails (kFailedPrecondition) without one.
Result<KafkaOptions> test_options();
Result<std::unique_ptr<Log>> open_test_log();
// For the contract suite and for its Subject, which other tests use as well.
Result<contract::LogUnderTest> test_log();

}  // namespace qcdr::stream::kafka

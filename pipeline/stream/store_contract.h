// The contract test suite of StateStores and StateStore: the same cases for every implementation.
//
// A test program says, at namespace scope,
//   const bool registered = stream::contract::register_store_contract("Rocksdb", &make_stores);
// and links qcdr_stream_contract. Each case gets fresh stores from the factory.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "stream/state_store.h"

namespace qcdr::stream::contract {

struct StoresUnderTest {
  std::unique_ptr<StateStores> stores;
  // Opens again what `stores` left behind; `stores` and all it made are destroyed before.
  std::function<Result<std::unique_ptr<StateStores>>()> reopen;
};

using StoresFactory = std::function<Result<StoresUnderTest>()>;

// Registers every case with GoogleTest under `suite`. Call before RUN_ALL_TESTS(). Returns true.
bool register_store_contract(const std::string& suite, StoresFactory factory);

}  // namespace qcdr::stream::contract

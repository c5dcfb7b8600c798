// Keeps generated files in memory, for tests of small seasons. Thread-safety: none.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "generate/sink.h"

namespace qcdr::generate {

class MemorySink final : public Sink {
 public:
  Status begin(const std::string& name) override {
    EXPECT_EQ(files.count(name), 0U) << name;
    name_ = name;
    files[name];
    return Status::ok();
  }
  Status write(std::string_view bytes) override {
    largest_write = std::max(largest_write, bytes.size());
    files[name_].append(bytes);
    return Status::ok();
  }
  Status end() override {
    name_.clear();
    return Status::ok();
  }

  std::map<std::string, std::string> files;
  std::size_t largest_write = 0;

 private:
  std::string name_;
};

}  // namespace qcdr::generate

#include "stream/loop/record_checksum.h"

#include <gtest/gtest.h>

#include <set>

namespace qcdr::stream {
namespace {

TEST(RecordChecksumTest, EveryPartCounts) {
  Record record;
  record.key = "key";
  record.value = "value";
  record.headers = {{"name", "text"}};
  record.timestamp = Instant::from_milliseconds(5);
  std::set<std::uint32_t> checksums{record_checksum(record)};
  Record changed = record;
  changed.key = "kez";
  checksums.insert(record_checksum(changed));
  changed = record;
  changed.value = "";
  checksums.insert(record_checksum(changed));
  changed.value.reset();  // a tombstone is not an empty value
  checksums.insert(record_checksum(changed));
  changed = record;
  changed.headers[0].value = "texts";
  checksums.insert(record_checksum(changed));
  changed.headers.clear();
  checksums.insert(record_checksum(changed));
  changed = record;
  changed.timestamp = Instant::from_milliseconds(6);
  checksums.insert(record_checksum(changed));
  EXPECT_EQ(checksums.size(), 7U);
  changed = record;
  changed.offset = Offset(9);  // compared apart
  EXPECT_EQ(record_checksum(changed), record_checksum(record));
}

}  // namespace
}  // namespace qcdr::stream

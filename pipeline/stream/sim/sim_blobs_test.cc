#include "stream/sim/sim_blobs.h"

#include <gtest/gtest.h>

namespace qcdr::stream {
namespace {

TEST(SimBlobsTest, AFullDiskRefusesUntilThereIsSpace) {
  SimWorld world;
  SimProcess process;
  SimBlobDisk disk;
  SimBlobs blobs(world, process, disk);
  auto writer = std::move(blobs.create()).value();
  ASSERT_TRUE(writer->write("abc").is_ok());
  disk.set_full(true);
  EXPECT_EQ(writer->write("def").code(), ErrorCode::kIo);
  EXPECT_EQ(writer->commit("name").code(), ErrorCode::kIo);
  EXPECT_EQ(blobs.open("name").status().code(), ErrorCode::kNotFound);
  disk.set_full(false);
  ASSERT_TRUE(writer->commit("name").is_ok());
  auto reader = std::move(blobs.open("name")).value();
  EXPECT_EQ(reader->read(2).value(), "ab");
  EXPECT_EQ(reader->read(2).value(), "c");
  EXPECT_EQ(reader->read(2).value(), "");
  EXPECT_TRUE(blobs.exists("name").value());
}

TEST(SimBlobsTest, TheFirstBlobOfANameStays) {
  SimWorld world;
  SimProcess process;
  SimBlobDisk disk;
  SimBlobs blobs(world, process, disk);
  for (const char* bytes : {"first", "second"}) {
    auto writer = std::move(blobs.create()).value();
    ASSERT_TRUE(writer->write(bytes).is_ok());
    ASSERT_TRUE(writer->commit("name").is_ok());
  }
  EXPECT_EQ(*disk.find("name"), "first");
}

}  // namespace
}  // namespace qcdr::stream

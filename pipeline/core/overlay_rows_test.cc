#include "core/overlay_rows.h"

#include <gtest/gtest.h>

#include <map>

namespace qcdr {
namespace {

class MapRows final : public RowReader {
 public:
  using Rows = std::map<std::string, std::string>;
  explicit MapRows(Rows rows) : rows_(std::move(rows)) {}
  Result<std::optional<std::string>> get(Family, std::string_view key) const override {
    const auto found = rows_.find(std::string(key));
    return found == rows_.end() ? std::nullopt : std::optional(found->second);
  }
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override {
    if (family != Family::kFacts) return Status::ok();
    for (const auto& [key, value] : rows_) {
      if (key.starts_with(prefix)) QCDR_RETURN_IF_ERROR(visit(key, value));
    }
    return Status::ok();
  }

 private:
  const Rows rows_;
};

std::string scanned(const RowReader& rows, std::string_view prefix) {
  std::string all;
  EXPECT_TRUE(rows.scan(Family::kFacts, prefix,
                        [&](std::string_view key, std::string_view value) -> Status {
                          all += std::string(key) + "=" + std::string(value) + " ";
                          return Status::ok();
                        })
                  .is_ok());
  std::string keys;
  EXPECT_TRUE(rows.scan_keys(Family::kFacts, prefix,
                             [&](std::string_view key) -> Status {
                               keys += std::string(key) + " ";
                               return Status::ok();
                             })
                  .is_ok());
  return all + "| " + keys;
}

TEST(OverlayRows, LiesOverWhatTheStoreHas) {
  const MapRows store(MapRows::Rows{{"b", "1"}, {"d", "2"}, {"f", "3"}});
  OverlayRows rows(store);
  EXPECT_EQ(scanned(rows, ""), "b=1 d=2 f=3 | b d f ");
  RowBatch batch;
  batch.put(Family::kFacts, "a", "new");
  batch.put(Family::kFacts, "d", "changed");
  batch.erase(Family::kFacts, "f");
  batch.put(Family::kFacts, "g", "last");
  rows.lay(std::move(batch));
  EXPECT_EQ(scanned(rows, ""), "a=new b=1 d=changed g=last | a b d g ");
  EXPECT_EQ(scanned(rows, "d"), "d=changed | d ");
  EXPECT_EQ(rows.get(Family::kFacts, "d").value(), "changed");
  EXPECT_EQ(rows.get(Family::kFacts, "f").value(), std::nullopt);
  EXPECT_EQ(rows.get(Family::kFacts, "b").value(), "1");
  EXPECT_EQ(rows.bytes(), 18u);
}

TEST(OverlayRows, TheLastChangeOfAKeyCountsAndTakingLeavesNothing) {
  const MapRows store(MapRows::Rows{{"b", "1"}});
  OverlayRows rows(store);
  RowBatch first;
  first.put(Family::kFacts, "b", "2");
  first.put(Family::kCounts, "b", "of another family");
  rows.lay(std::move(first));
  RowBatch second;
  second.erase(Family::kFacts, "b");
  rows.lay(std::move(second));
  EXPECT_EQ(scanned(rows, ""), "| ");
  const RowBatch taken = rows.take();
  ASSERT_EQ(taken.rows().size(), 2u);
  EXPECT_EQ(taken.rows()[0].family, Family::kFacts);
  EXPECT_FALSE(taken.rows()[0].value.has_value());
  EXPECT_EQ(taken.rows()[1].value, "of another family");
  EXPECT_EQ(rows.bytes(), 0u);
  EXPECT_EQ(scanned(rows, ""), "b=1 | b ");
}

TEST(OverlayRows, AVisitThatFailsEndsTheScan) {
  const MapRows store(MapRows::Rows{{"b", "1"}});
  OverlayRows rows(store);
  RowBatch batch;
  batch.put(Family::kFacts, "a", "new");
  rows.lay(std::move(batch));
  int visited = 0;
  const Status status =
      rows.scan(Family::kFacts, "", [&](std::string_view, std::string_view) -> Status {
        ++visited;
        return Status(ErrorCode::kAborted, "enough");
      });
  EXPECT_EQ(status.code(), ErrorCode::kAborted);
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace qcdr

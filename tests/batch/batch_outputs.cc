#include "batch_outputs.h"

#include <unordered_set>

#include "batch_log.h"
#include "common/topic_names.h"
#include "qcdr/v1/score_projection.pb.h"

namespace qcdr::batch {
namespace {

constexpr std::size_t kDifferencesMax = 20;

using Version = std::tuple<std::uint32_t, std::int64_t, std::uint32_t>;

struct Published {
  Version version;
  bool gone = false;  // a tombstone came last
  bool group = false;
  std::uint32_t counted = 0;
  std::uint32_t held = 0;
  std::int64_t final_score = 0;
};

std::string key_of(const EntityScore& score) {
  return std::to_string(score.practice_year.practice.value()) + "/" +
         std::to_string(score.practice_year.year.value()) + "/" + score.entity.to_hex();
}

class Check {
 public:
  OutputReport report;

  void differ(std::string what) {
    ++report.differing;
    if (report.differences.size() < kDifferencesMax) {
      report.differences.push_back(std::move(what));
    }
  }

  void see_id(const stream::Record& record) {
    const std::string id(record.header("ce_id"));
    if (id.empty()) {
      differ("an output of " + record.topic + " has no id");
    } else if (!ids_.insert(id).second) {
      differ("output id twice: " + id);
    }
  }

  Status see_projection(const stream::Record& record) {
    see_id(record);
    const auto known = published_.find(record.key);
    if (!record.value) {
      published_[record.key].gone = true;
      return Status::ok();
    }
    v1::ScoreProjection message;
    if (!message.ParseFromString(*record.value)) {
      return Status(ErrorCode::kCorruption, "a score projection cannot be decoded");
    }
    Published fresh;
    fresh.version = {message.version().generation(), message.version().offset(),
                     message.version().index()};
    fresh.group = message.group();
    fresh.counted = message.cases_counted();
    fresh.held = message.cases_held();
    fresh.final_score = message.final_score();
    if (known != published_.end() && fresh.version <= known->second.version) {
      differ("versions of " + record.key + " do not increase");
      return Status::ok();  // readers keep the highest
    }
    published_[record.key] = fresh;
    return Status::ok();
  }

  void compare(const std::vector<EntityScore>& scores) {
    for (const EntityScore& score : scores) compare(score);
    for (const auto& [key, published] : published_) {
      if (!published.gone) differ(key + ": published, unknown to the batch program");
    }
  }

 private:
  void compare(const EntityScore& score) {
    const std::string key = key_of(score);
    const auto found = published_.find(key);
    if (found == published_.end() || found->second.gone) {
      if (score.published) differ(key + ": not published");
      if (found != published_.end()) published_.erase(found);
      return;
    }
    const Published& published = found->second;
    if (published.group == score.group && published.counted == score.counted &&
        published.held == score.held && published.final_score == score.final_score) {
      ++report.agreeing;
    } else {
      differ(key + (score.group ? " (group)" : " (individual)") + ": published counted " +
             std::to_string(published.counted) + ", held " + std::to_string(published.held) +
             ", score " + std::to_string(published.final_score) + "; batch " +
             std::to_string(score.counted) + ", " + std::to_string(score.held) + ", " +
             std::to_string(score.final_score));
    }
    published_.erase(found);
  }

  std::unordered_set<std::string> ids_;
  std::map<std::string, Published> published_;
};

}  // namespace

Result<OutputReport> check_outputs(stream::Log& log, const std::vector<EntityScore>& scores) {
  Check check;
  QCDR_RETURN_IF_ERROR(for_each_record(log, kFindingsTopic, [&](const stream::Record& record) {
    check.see_id(record);
    return Status::ok();
  }));
  QCDR_RETURN_IF_ERROR(
      for_each_record(log, kScoreProjectionsTopic,
                      [&](const stream::Record& record) { return check.see_projection(record); }));
  check.compare(scores);
  return std::move(check.report);
}

}  // namespace qcdr::batch

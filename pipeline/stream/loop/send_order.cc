#include "stream/loop/send_order.h"

#include <set>
#include <utility>

namespace qcdr::stream {
namespace {

class Reached {
 public:
  bool is_new(const OutputRecord& record) {
    // Records of one partition mostly follow each other.
    if (last_ && last_->second == record.partition && last_->first == record.topic) return false;
    const auto [place, added] = reached_.emplace(record.topic, record.partition);
    last_ = &*place;
    return added;
  }

 private:
  std::set<std::pair<std::string, Partition>> reached_;
  const std::pair<std::string, Partition>* last_ = nullptr;
};

}  // namespace

Status send_in_order(std::vector<std::vector<OutputRecord>> batches,
                     const std::function<Status(OutputRecord)>& send) {
  Reached reached;
  std::vector<std::vector<std::size_t>> sent(batches.size());  // places, rising
  for (std::size_t i = 0; i < batches.size(); ++i) {
    for (std::size_t k = 0; k < batches[i].size(); ++k) {
      if (!reached.is_new(batches[i][k])) continue;
      QCDR_RETURN_IF_ERROR(send(std::move(batches[i][k])));
      sent[i].push_back(k);
    }
  }
  for (std::size_t i = 0; i < batches.size(); ++i) {
    auto next_sent = sent[i].begin();
    for (std::size_t k = 0; k < batches[i].size(); ++k) {
      if (next_sent != sent[i].end() && *next_sent == k) {
        ++next_sent;
        continue;
      }
      QCDR_RETURN_IF_ERROR(send(std::move(batches[i][k])));
    }
  }
  return Status::ok();
}

}  // namespace qcdr::stream

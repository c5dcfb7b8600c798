#include "expected_state.h"

#include <set>

namespace qcdr::simulation {
namespace {

void put_little_endian(std::uint64_t value, std::string* out) {
  for (int shift = 0; shift < 64; shift += 8) {
    out->push_back(static_cast<char>(static_cast<std::uint8_t>(value >> shift)));
  }
}

}  // namespace

std::string ExpectedEntity::row() const {
  std::string row;
  put_little_endian(count, &row);
  put_little_endian(static_cast<std::uint64_t>(sum), &row);
  put_little_endian(chain, &row);
  put_little_endian(static_cast<std::uint64_t>(time), &row);
  return row;
}

std::string ExpectedEntity::output(std::uint32_t generation) const {
  return "count=" + std::to_string(count) + " sum=" + std::to_string(sum) +
         " chain=" + std::to_string(chain) + " time=" + std::to_string(time) +
         " score=" + std::to_string(sum * std::int64_t{generation});
}

ExpectedState::ExpectedState(const std::vector<stream::Record>& committed_input) {
  ExpectedEntities entities;
  std::set<std::string> events;
  std::int64_t partition_time = 0;
  for (const stream::Record& record : committed_input) {
    partition_time = std::max(partition_time, record.timestamp.milliseconds());
    end_ = next(record.offset);
    std::string event_id;
    for (const stream::Header& header : record.headers) {
      if (header.name == "event-id") event_id = header.value;
    }
    if (event_id.empty() || events.insert(event_id).second) {
      const std::string name = event_id.empty() ? record.key : "#events";
      const std::int64_t number = std::stoll(record.value.value_or(""));
      ExpectedEntity& entity = entities[name];
      entity.count += 1;
      entity.sum += number;
      entity.chain = entity.chain * 1'000'003ULL + static_cast<std::uint64_t>(number);
      entity.time = partition_time;
      entity.last_change = record.offset;
      Findings findings;
      if (number % 5 == 0) findings.emplace_back(name, std::to_string(number) + "/0");
      if (number % 10 == 0) findings.emplace_back(name, std::to_string(number) + "/1");
      if (!findings.empty()) findings_[record.offset] = findings;
    }
    after_[record.offset] = entities;
  }
}

const ExpectedEntities& ExpectedState::before(Offset next) const {
  const auto later = after_.lower_bound(next);
  return later == after_.begin() ? empty_ : std::prev(later)->second;
}

StateDigest ExpectedState::digest_of(const ExpectedEntities& entities) {
  StateDigest digest;
  for (const auto& [name, entity] : entities) {
    QCDR_ASSERT(name.size() < 0x80);  // its length is one byte
    std::string item(1, static_cast<char>(name.size()));
    digest.add_item(item + name + entity.row());
  }
  return digest;
}

}  // namespace qcdr::simulation

#include "expected_state.h"

#include <set>
#include <sstream>

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
  put_little_endian(received, &row);
  return row;
}

std::string ExpectedEntity::output(std::uint32_t generation) const {
  return "count=" + std::to_string(count) + " sum=" + std::to_string(sum) +
         " chain=" + std::to_string(chain) + " time=" + std::to_string(time) +
         " received=" + std::to_string(received) +
         " score=" + std::to_string(sum * std::int64_t{generation});
}

void ExpectedState::count(const std::string& name, std::int64_t number, std::int64_t received,
                          Offset offset) {
  ExpectedEntity& entity = entities_[name];
  entity.count += 1;
  entity.sum += number;
  entity.chain = entity.chain * 1'000'003ULL + static_cast<std::uint64_t>(number);
  entity.time = partition_time_;
  entity.received += static_cast<std::uint64_t>(received);
  entity.last_change = offset;
  if (name.starts_with("#upload-")) return;
  if (number % 5 == 0) findings_[offset].emplace_back(name, std::to_string(number) + "/0");
  if (number % 10 == 0) findings_[offset].emplace_back(name, std::to_string(number) + "/1");
}

ExpectedState::ExpectedState(const std::vector<stream::Record>& committed_input) {
  std::set<std::string> events;
  std::set<std::pair<std::string, std::int64_t>> rows;
  for (const stream::Record& record : committed_input) {
    partition_time_ = std::max(partition_time_, record.timestamp.milliseconds());
    end_ = next(record.offset);
    std::map<std::string, std::string> headers;
    for (const stream::Header& header : record.headers) headers[header.name] = header.value;
    const std::string value = record.value.value_or("");
    if (headers.count("upload") != 0) {
      std::int64_t ordinal = std::stoll(headers["ordinal"]);
      std::istringstream numbers(value);
      for (std::string number; std::getline(numbers, number, ','); ++ordinal) {
        if (!rows.emplace(headers["upload"], ordinal).second) continue;
        const std::int64_t received = std::stoll(headers["received-at"]);
        count(record.key, std::stoll(number), received, record.offset);
        count("#upload-" + headers["upload"], std::stoll(number), received, record.offset);
      }
    } else if (headers.count("event-id") == 0) {
      count(record.key, std::stoll(value), 0, record.offset);
    } else if (events.insert(headers["event-id"]).second) {
      count("#events", std::stoll(value), 0, record.offset);
      batch_ends_.insert(end_);
    }
    after_[record.offset] = entities_;
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

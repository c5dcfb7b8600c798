#include "checks.h"

#include <array>
#include <cstdio>
#include <set>
#include <tuple>

#include "qcdr/v1/progress.pb.h"
#include "stream/loop/output_version.h"
#include "stream/loop/partition_state.h"

namespace qcdr::simulation {
namespace {

using stream::Record;

std::string header_of(const Record& record, const std::string& name) {
  for (const stream::Header& header : record.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

struct Place {
  std::uint32_t generation = 0;
  Offset offset;
};

// Generation and offset of an id "<generation>/input/<partition>/<offset>/<index>".
std::optional<Place> place_of(const std::string& id) {
  unsigned generation = 0;
  int partition = 0;
  long long offset = 0;
  unsigned index = 0;
  const int fields =
      std::sscanf(id.c_str(), "%u/input/%d/%lld/%u", &generation, &partition, &offset, &index);
  if (fields != 4) return std::nullopt;
  return Place{generation, Offset(offset)};
}

using Version = std::array<long long, 3>;
std::optional<Version> version_of(const std::string& text) {
  Version version{};
  const int fields =
      std::sscanf(text.c_str(), "%lld.%lld.%lld", &version[0], &version[1], &version[2]);
  if (fields != 3) return std::nullopt;
  return version;
}

std::string at(Offset offset) {
  return " at " + std::to_string(offset.value());
}

}  // namespace

std::optional<Offset> applied_offset(const stream::SimDisk::Rows& rows) {
  const auto row = rows.find({Family::kMeta, std::string(stream::kPartitionRowKey)});
  if (row == rows.end()) return std::nullopt;
  const auto state = stream::PartitionState::decode(row->second);
  QCDR_ASSERT(state.is_ok());
  return state.value().applied;
}

Complaint check_disk(const stream::SimDisk::Rows& rows, const ExpectedState& expected) {
  ExpectedEntities wanted;
  StateDigest digest;
  const auto row = rows.find({Family::kMeta, std::string(stream::kPartitionRowKey)});
  if (row != rows.end()) {
    const auto state = stream::PartitionState::decode(row->second);
    if (!state.is_ok()) return "partition row: " + state.status().to_string();
    wanted = expected.before(state.value().applied);
    digest = state.value().digest;
  }
  const std::string place =
      row == rows.end() ? " of a disk without applied offset" : at(*applied_offset(rows));
  std::size_t found = 0;
  for (const auto& [name, value] : rows) {
    if (name.first != Family::kCounts) continue;
    ++found;
    const auto entity = wanted.find(name.second);
    if (entity == wanted.end()) return "row too many: " + name.second + place;
    if (entity->second.row() != value) return "row differs: " + name.second + place;
  }
  if (found != wanted.size()) return "rows are missing" + place;
  if (digest != ExpectedState::digest_of(wanted)) return "state digest differs" + place;
  return std::nullopt;
}

Complaint check_outputs(const PartitionView& view, const ExpectedState& expected) {
  struct Winner {
    Version version;
    Place place;
    std::string value;
  };
  std::set<std::string> ids;
  std::map<std::pair<std::uint32_t, std::string>, Version> last_versions;
  std::map<std::string, Winner> winners;
  for (const Record& record : view.outputs) {
    const std::string id = header_of(record, stream::kOutputIdHeader);
    if (!ids.insert(id).second) return "output id twice: " + id;
    const auto place = place_of(id);
    const auto version = version_of(header_of(record, "version"));
    if (!place || !version) return "output without id or version: " + id;
    const auto last = last_versions.find({place->generation, record.key});
    if (last != last_versions.end() && last->second >= *version) {
      return "version does not ascend: " + id;
    }
    last_versions[{place->generation, record.key}] = *version;
    const ExpectedEntities& entities = expected.before(next(place->offset));
    const auto entity = entities.find(record.key);
    if (entity == entities.end() || entity->second.last_change != place->offset) {
      return "output of a record that does not change the entity: " + id;
    }
    if (entity->second.output(place->generation) != record.value) return "wrong output: " + id;
    const auto winner = winners.find(record.key);
    if (winner == winners.end() || winner->second.version < *version) {
      winners[record.key] = Winner{*version, *place, *record.value};
    }
  }
  for (const Record& record : view.findings) {
    if (!ids.insert(header_of(record, stream::kOutputIdHeader)).second) {
      return "output id twice: " + header_of(record, stream::kOutputIdHeader);
    }
  }
  for (const auto& [name, entity] : expected.before(expected.end())) {
    const auto winner = winners.find(name);
    if (winner == winners.end()) return "no output of " + name;
    if (winner->second.place.offset != entity.last_change) {
      return "the last change of " + name + at(entity.last_change) + " does not win, but that of " +
             std::to_string(winner->second.place.generation) + at(winner->second.place.offset);
    }
    if (view.final_generation && winner->second.place.generation != *view.final_generation) {
      return "an older generation's output of " + name + " wins";
    }
  }
  return std::nullopt;
}

Complaint check_findings(const PartitionView& view, const ExpectedState& expected) {
  for (const GroupView& group : view.groups) {
    std::map<Offset, ExpectedState::Findings> made;
    for (const Record& record : view.findings) {
      const auto place = place_of(header_of(record, stream::kOutputIdHeader));
      if (!place) return "finding without id";
      if (group.generations.count(place->generation) == 0) continue;
      made[place->offset].emplace_back(record.key, record.value.value_or(""));
    }
    for (const auto& [offset, findings] : expected.findings()) {
      if (offset >= group.committed) break;
      const auto found = made.find(offset);
      if (found == made.end()) return "no findings" + at(offset);
      if (found->second != findings) return "other findings than expected" + at(offset);
      made.erase(found);
    }
    if (!made.empty()) return "findings too many" + at(made.begin()->first);
  }
  return std::nullopt;
}

Complaint check_uploads(const std::vector<Record>& uploads,
                        const std::map<std::string, std::vector<std::string>>& rows,
                        const ExpectedState& expected) {
  const ExpectedEntities& entities = expected.before(expected.end());
  std::set<std::string> seen;
  for (const Record& upload : uploads) {
    const std::string id = header_of(upload, "upload");
    if (!seen.insert(id).second) continue;  // sent again by somebody who got no answer
    const auto counted = entities.find("#upload-" + id);
    if (counted == entities.end()) return "upload " + id + " was not counted";
    std::int64_t sum = 0;
    for (const std::string& row : rows.at(id)) sum += std::stoll(row);
    if (counted->second.count != rows.at(id).size()) return "upload " + id + ": other rows";
    if (counted->second.sum != sum) return "upload " + id + ": other content";
    const auto received = static_cast<std::uint64_t>(upload.timestamp.milliseconds());
    if (counted->second.received != received * rows.at(id).size()) {
      return "upload " + id + ": a row has another received-at than the upload's";
    }
  }
  if (seen.size() != rows.size()) return "an upload that was acknowledged is not on the log";
  return std::nullopt;
}

Complaint check_progress(const PartitionView& view, const ExpectedState& expected) {
  // Outputs by generation and cause.
  std::map<std::uint32_t, std::map<Offset, std::uint32_t>> outputs;
  for (const auto* records : {&view.outputs, &view.findings}) {
    for (const Record& record : *records) {
      const auto place = place_of(header_of(record, stream::kOutputIdHeader));
      if (place) ++outputs[place->generation][place->offset];
    }
  }
  for (const GroupView& group : view.groups) {
    Offset reached(0);
    std::set<Offset> ends;
    for (const Record& record : view.progress) {
      v1::ProgressMarker marker;
      if (!record.value || !marker.ParseFromString(*record.value)) return "marker unreadable";
      if (marker.group() != group.group) continue;
      if (Offset(marker.first_offset()) != reached) return "gap between markers" + at(reached);
      if (group.generations.count(marker.generation()) == 0) return "marker of another generation";
      reached = Offset(marker.next_offset());
      ends.insert(reached);
      std::uint32_t count = 0;
      const auto& made = outputs[marker.generation()];
      for (auto output = made.lower_bound(Offset(marker.first_offset()));
           output != made.end() && output->first < reached; ++output) {
        count += output->second;
      }
      if (count != marker.output_count()) return "a marker counts other outputs" + at(reached);
    }
    if (reached != group.committed) return "markers do not reach the committed offset";
    for (const Offset end : expected.batch_ends()) {
      if (end <= reached && ends.count(end) == 0)
        return "an event does not end its batch" + at(end);
    }
  }
  return std::nullopt;
}

}  // namespace qcdr::simulation

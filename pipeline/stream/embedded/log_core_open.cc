// Opening: the directory's lock, the segments in order, what a crash left behind.
#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>

#include "core/assert.h"
#include "stream/embedded/log_core.h"
#include "stream/embedded/recovery.h"

namespace qcdr::stream::embedded {
namespace {

// Positions in a segment are 32 bits wide, and a segment grows by a group of frames at most.
constexpr std::uint64_t kSegmentBytesMax = std::uint64_t{1} << 30;
constexpr std::uint64_t kFrameBytesMax = std::uint64_t{1} << 30;
static_assert(kSegmentBytesMax + 2 * kFrameBytesMax < std::numeric_limits<std::uint32_t>::max());

constexpr std::string_view kPrefix = "segment-";
constexpr std::string_view kSuffix = ".log";

std::optional<std::uint32_t> segment_number(const std::string& name) {
  if (name.size() <= kPrefix.size() + kSuffix.size()) return std::nullopt;
  if (name.compare(0, kPrefix.size(), kPrefix) != 0) return std::nullopt;
  if (name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) != 0) {
    return std::nullopt;
  }
  std::uint32_t number = 0;
  const char* begin = name.data() + kPrefix.size();
  const char* end = name.data() + name.size() - kSuffix.size();
  const auto parsed = std::from_chars(begin, end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

LogCore::LogCore(EmbeddedLogOptions options)
    : options_(std::move(options)), cache_(options_.cache_bytes_max) {
  QCDR_ASSERT(options_.clock != nullptr && options_.crash_points != nullptr);
  QCDR_ASSERT(options_.segment_bytes > 0 && options_.segment_bytes <= kSegmentBytesMax);
  QCDR_ASSERT(options_.frame_bytes_max > kFrameHeaderBytes);
  QCDR_ASSERT(options_.frame_bytes_max <= kFrameBytesMax);
}

Result<std::shared_ptr<LogCore>> LogCore::open(EmbeddedLogOptions options) {
  const std::string lock_path = options.directory + "/LOCK";
  const auto mode = options.read_only ? FileLock::Mode::kShared : FileLock::Mode::kExclusive;
  QCDR_ASSERT(options.read_only || !options.beside_writer);
  if (!options.read_only) QCDR_RETURN_IF_ERROR(make_directories(options.directory));
  std::shared_ptr<LogCore> core(new LogCore(std::move(options)));
  if (!core->options_.beside_writer) {
    QCDR_ASSIGN_OR_RETURN(core->directory_lock_, FileLock::acquire(lock_path, mode));
  }
  QCDR_RETURN_IF_ERROR(core->recover());
  return core;
}

Result<std::vector<std::uint32_t>> LogCore::segment_numbers() const {
  std::vector<std::uint32_t> numbers;
  std::error_code error;
  std::filesystem::directory_iterator entries(options_.directory, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const auto number = segment_number(entries->path().filename().string());
    if (number.has_value()) numbers.push_back(*number);
  }
  if (error) return Status(ErrorCode::kIo, "list segments: " + error.message());
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == i) continue;
    return Status(ErrorCode::kCorruption, fmt::format("segment {} is missing", i));
  }
  return numbers;
}

Status LogCore::recover() {
  QCDR_ASSIGN_OR_RETURN(const std::vector<std::uint32_t> numbers, segment_numbers());
  std::size_t used = 0;
  for (const std::uint32_t number : numbers) {
    QCDR_ASSIGN_OR_RETURN(const File file,
                          File::open(segment_path(options_.directory, number), O_RDONLY));
    QCDR_ASSIGN_OR_RETURN(const std::uint64_t size, file.size());
    if (size > std::numeric_limits<std::uint32_t>::max()) {
      return Status(ErrorCode::kCorruption, fmt::format("segment {} is too large", number));
    }
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, file.read_at(0, size));
    const SegmentRules rules{number, number == numbers.back(), options_.accept_loss};
    QCDR_ASSIGN_OR_RETURN(used, recover_segment(bytes, rules, &index_));
    recovery_.bytes_dropped += bytes.size() - used;
  }
  recovery_.segments = numbers.size();
  recovery_.frames = index_.next_sequence();
  recovery_.records = index_.record_count();
  next_sequence_ = index_.next_sequence();
  for (const TopicIndex& topic : index_.topics()) {
    std::vector<std::int64_t> next;
    for (const auto& places : topic.partitions) {
      next.push_back(static_cast<std::int64_t>(places.end));
    }
    next_offsets_.push_back(std::move(next));
  }
  if (options_.read_only) return Status::ok();
  SegmentWriter::Options writing{options_.directory, options_.segment_bytes, options_.crash_points,
                                 options_.sync};
  const std::uint32_t last = numbers.empty() ? 0 : numbers.back();
  QCDR_ASSIGN_OR_RETURN(writer_, SegmentWriter::open(std::move(writing), last, used));
  return Status::ok();
}

}  // namespace qcdr::stream::embedded

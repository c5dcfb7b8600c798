#include "stream/loop/output_version.h"

#include <fmt/core.h>

#include <charconv>

namespace qcdr::stream {
namespace {

// Takes a number and the dot behind it, or the end, off *text.
template <class Number>
bool take_number(std::string_view* text, bool last, Number* value) {
  const char* const begin = text->data();
  const char* const end = begin + text->size();
  const std::from_chars_result parsed = std::from_chars(begin, end, *value);
  if (parsed.ec != std::errc() || parsed.ptr == begin || *begin == '-') return false;
  text->remove_prefix(static_cast<std::size_t>(parsed.ptr - begin));
  if (last) return text->empty();
  if (text->empty() || text->front() != '.') return false;
  text->remove_prefix(1);
  return true;
}

}  // namespace

std::string to_string(const OutputVersion& version) {
  return fmt::format("{}.{}.{}", version.generation.value(), version.offset.value(), version.index);
}

Result<OutputVersion> parse_output_version(std::string_view text) {
  std::uint32_t generation = 0;
  std::int64_t offset = 0;
  std::uint32_t index = 0;
  if (!take_number(&text, false, &generation) || !take_number(&text, false, &offset) ||
      !take_number(&text, true, &index)) {
    return Status(ErrorCode::kInvalidArgument, "not a version of an output");
  }
  return OutputVersion{Generation(generation), Offset(offset), index};
}

std::string output_id(std::string_view topic, Partition partition, const OutputVersion& version) {
  return fmt::format("{}/{}/{}/{}/{}", version.generation.value(), topic, partition.value(),
                     version.offset.value(), version.index);
}

}  // namespace qcdr::stream

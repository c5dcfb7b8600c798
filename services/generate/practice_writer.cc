#include "generate/practice_writer.h"

#include <fmt/core.h>

namespace qcdr::generate {

std::string quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text.push_back('"');
    text.push_back(c);
  }
  text.push_back('"');
  return text;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kIndividual:
      return "INDIVIDUAL";
    case Level::kGroup:
      return "GROUP";
    case Level::kBoth:
      return "BOTH";
  }
  QCDR_ASSERT(false);
}

Status Upload::row(const std::string& line) {
  if (!begun_) {
    QCDR_RETURN_IF_ERROR(writer_->begin(name_));
    begun_ = true;
    QCDR_RETURN_IF_ERROR(append(header_));
  }
  writer_->count_row();
  return append(line);
}

Status Upload::append(std::string_view line) {
  writer_->buffer().append(line).append("\r\n");
  return writer_->flush_when_full();
}

std::string Practice::key() const {
  return fmt::format("{},{}", id(), year());
}

std::string Practice::key(std::uint32_t number) const {
  return fmt::format("{},{}", key(), tin(number));
}

std::string Practice::name(std::uint32_t clinician) const {
  return fmt::format("{} {}", population().first_name(index, clinician),
                     population().last_name(index, clinician));
}

std::string signed_before(const LocalInstant& upload, int days) {
  return LocalInstant{LocalDate::from_days(upload.date.days() - days), 16 * 3600}.with_offset();
}

}  // namespace qcdr::generate

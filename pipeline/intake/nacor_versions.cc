#include "intake/nacor_versions.h"

#include <algorithm>

#include "core/zone.h"

namespace qcdr::intake {
namespace {

std::vector<NacorVersion> read_versions() {
  const auto date = [](std::string_view text) { return LocalDate::parse(text).value(); };
  const auto maybe = [&](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(date(text));
  };
  return {
#define QCDR_NACOR_VERSION(name, year, from, until, confidence, source) \
  NacorVersion{name, PerformanceYear(year), date(from), maybe(until), confidence, source},
#include "intake/nacor_versions.def"
#undef QCDR_NACOR_VERSION
  };
}

}  // namespace

bool NacorVersion::is_taken_at(std::optional<Instant> received_at) const {
  if (!received_at) return true;
  const LocalDate day = local_date(Zone::kCentral, *received_at);
  return !(day < from) && (!until || day < *until);
}

std::span<const NacorVersion> nacor_versions() {
  static const std::vector<NacorVersion> versions = read_versions();
  return versions;
}

std::vector<const NacorVersion*> find_versions(std::string_view name) {
  std::vector<const NacorVersion*> found;
  for (const NacorVersion& version : nacor_versions()) {
    if (version.name == name) found.push_back(&version);
  }
  return found;
}

std::string accepted_versions(std::optional<PerformanceYear> year,
                              std::optional<Instant> received_at) {
  std::string text;
  std::string_view last;
  for (const NacorVersion& version : nacor_versions()) {
    if (version.name == last || (year.has_value() && version.year != *year)) continue;
    if (!version.is_taken_at(received_at)) continue;
    last = version.name;
    text.append(text.empty() ? "" : ", ").append(version.name);
  }
  return text.empty() ? "none for this year" : text;
}

}  // namespace qcdr::intake

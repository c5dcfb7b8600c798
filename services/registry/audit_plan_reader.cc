// A plan's file read again. It was written by this program, and may have been changed since.
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/crypto.h"
#include "registry/audit_plan.h"

namespace qcdr::registry {
namespace {

using Json = nlohmann::json;

constexpr int kHexBase = 16;
constexpr std::size_t kSeedDigits = 16;

Status cannot_read(const std::string& what) {
  return Status(ErrorCode::kInvalidArgument, "not an audit plan: " + what);
}

Result<std::string> text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return cannot_read(name);
  return found->get<std::string>();
}

Result<std::int64_t> count_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return cannot_read(name);
  const auto value = found->get<std::int64_t>();
  if (value < 0) return cannot_read(name);
  return value;
}

Result<const Json*> member(const Json& object, const char* name, bool is_array) {
  const auto found = object.find(name);
  const bool right = found != object.end() && (is_array ? found->is_array() : found->is_object());
  if (!right) return cannot_read(name);
  return &*found;
}

Result<PlanOnFile::Sampled> read_sampled(const Json& json) {
  if (!json.is_object()) return cannot_read("sample");
  PlanOnFile::Sampled sampled;
  QCDR_ASSIGN_OR_RETURN(sampled.entity, text_of(json, "entityId"));
  QCDR_ASSIGN_OR_RETURN(sampled.level, text_of(json, "level"));
  QCDR_ASSIGN_OR_RETURN(const Json* cases, member(json, "cases", true));
  for (const Json& each : *cases) {
    if (!each.is_string()) return cannot_read("cases");
    sampled.cases.push_back(each.get<std::string>());
  }
  return sampled;
}

}  // namespace

std::set<std::string> PlanOnFile::entities() const {
  std::set<std::string> all;
  for (const Sampled& each : sample) all.insert(each.entity);
  return all;
}

Result<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seed, kHexBase);
  if (text.size() != kSeedDigits || read.ec != std::errc() || read.ptr != end) {
    return Status(ErrorCode::kInvalidArgument, "a seed is 16 hexadecimal digits");
  }
  return seed;
}

Result<PlanOnFile> read_audit_plan(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return cannot_read("it is no JSON object");
  PlanOnFile plan;
  QCDR_ASSIGN_OR_RETURN(const std::string name, text_of(json, "artefact"));
  if (name != kPlanName && name != kTargetedPlanName) return cannot_read("artefact");
  plan.kind = name == kPlanName ? AuditKind::kValidation : AuditKind::kTargeted;
  QCDR_ASSIGN_OR_RETURN(const std::int64_t year, count_of(json, "performanceYear"));
  plan.year = static_cast<int>(year);
  QCDR_ASSIGN_OR_RETURN(plan.seed, text_of(json, "seed"));
  QCDR_RETURN_IF_ERROR(parse_seed(plan.seed).status());
  QCDR_ASSIGN_OR_RETURN(const Json* universe, member(json, "universe", false));
  QCDR_ASSIGN_OR_RETURN(const Json* by_type, member(*universe, "byType", false));
  QCDR_ASSIGN_OR_RETURN(const std::int64_t individuals, count_of(*by_type, "individual"));
  QCDR_ASSIGN_OR_RETURN(const std::int64_t groups, count_of(*by_type, "group"));
  plan.individuals = static_cast<std::size_t>(individuals);
  plan.groups = static_cast<std::size_t>(groups);
  QCDR_ASSIGN_OR_RETURN(const Json* sample, member(json, "sample", true));
  for (const Json& each : *sample) {
    QCDR_ASSIGN_OR_RETURN(PlanOnFile::Sampled sampled, read_sampled(each));
    plan.sample.push_back(std::move(sampled));
  }
  if (plan.sample.size() > plan.universe()) return cannot_read("more are sampled than there are");
  plan.sha256 = hex(view(sha256(text)));
  return plan;
}

}  // namespace qcdr::registry

#include "submission/cms_target.h"

#include "core/identifiers.h"
#include "scoring/json_document.h"

namespace qcdr::submission {
namespace {

using scoring::JsonCursor;

constexpr std::int64_t kYearMin = 2017;
constexpr std::int64_t kYearMax = 2099;

Status refuse(const char* what) {
  return Status(ErrorCode::kInvalidArgument, std::string("payload: ") + what);
}

// Empty when it is absent or null.
Result<std::string> word_of(const JsonCursor& object, std::string_view key) {
  const auto member = object.member(key);
  if (!member) return std::string();
  const auto word = member->word();
  if (!word.is_ok()) return refuse("a name is not a text");
  return word.value();
}

bool is_entity_type(std::string_view type) {
  return type == "individual" || type == "group" || type == "virtualGroup" || type == "apm" ||
         type == "subgroup";
}

Status check(const CmsTarget& target) {
  if (!is_entity_type(target.entity_type)) return refuse("entityType is none of CMS's");
  if (target.category != "quality" && target.category != "ia" && target.category != "pi") {
    return refuse("category is none that is sent");
  }
  if (target.submission_method.empty()) return refuse("submissionMethod is missing");
  const bool by_tin = target.entity_type == "individual" || target.entity_type == "group";
  if (by_tin && !target.has_tin) return refuse("the TIN's place is missing");
  if (!by_tin && target.entity_id.empty()) return refuse("entityId is missing");
  if ((target.entity_type == "individual") == target.npi.empty()) {
    return refuse("an NPI is what an individual has, and nobody else");
  }
  return Status::ok();
}

}  // namespace

Result<CmsTarget> read_target(std::string_view payload) {
  const auto document = scoring::parse_json(payload);
  if (!document.is_ok()) return refuse("it is not JSON");
  const JsonCursor root(document.value(), "");
  CmsTarget target;
  QCDR_ASSIGN_OR_RETURN(target.category, word_of(root, "category"));
  QCDR_ASSIGN_OR_RETURN(target.submission_method, word_of(root, "submissionMethod"));
  QCDR_ASSIGN_OR_RETURN(target.program_name, word_of(root, "programName"));
  if (target.program_name.empty()) target.program_name = "mips";
  const auto submission = root.member("submission");
  if (!submission) return refuse("submission is missing");
  QCDR_ASSIGN_OR_RETURN(target.entity_type, word_of(*submission, "entityType"));
  QCDR_ASSIGN_OR_RETURN(target.npi, word_of(*submission, "nationalProviderIdentifier"));
  QCDR_ASSIGN_OR_RETURN(target.entity_id, word_of(*submission, "entityId"));
  QCDR_ASSIGN_OR_RETURN(const std::string tin,
                        word_of(*submission, "taxpayerIdentificationNumber"));
  if (!tin.empty() && tin != kTinMark) return refuse("a TIN stands in it in the clear");
  target.has_tin = !tin.empty();
  const auto year = submission->member("performanceYear");
  if (!year) return refuse("performanceYear is missing");
  const auto number = year->whole(kYearMin, kYearMax);
  if (!number.is_ok()) return refuse("performanceYear is not a year");
  target.performance_year = number.value();
  QCDR_RETURN_IF_ERROR(check(target));
  return target;
}

Result<std::string> put_tin(std::string_view payload, std::string_view tin) {
  const std::size_t at = payload.find(kTinMark);
  const bool there = at != std::string_view::npos;
  if (tin.empty()) {
    if (there) return refuse("a TIN belongs in it, and there is none");
    return std::string(payload);
  }
  if (check_tin(tin) != TinVerdict::kValid) return refuse("the TIN is not nine digits");
  if (!there) return refuse("the TIN's place is missing");
  if (payload.find(kTinMark, at + 1) != std::string_view::npos) {
    return refuse("the TIN's place stands in it twice");
  }
  std::string text(payload);
  return text.replace(at, kTinMark.size(), tin);
}

}  // namespace qcdr::submission

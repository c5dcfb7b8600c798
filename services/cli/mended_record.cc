#include "cli/mended_record.h"

#include "common/key_file.h"
#include "common/known_values.h"
#include "qcdr/v1/registry_record.pb.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

// What the kinds of a practice's records have in common; empty where one has no such field.
struct Named {
  std::uint32_t practice = 0;
  std::int32_t year = 0;
  std::string upload_id;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  std::string key_id;
};

Named named_in(const v1::RegistryRecord& message) {
  if (message.has_chunk()) {
    const v1::Chunk& chunk = message.chunk();
    return {chunk.practice_id(), chunk.performance_year(), chunk.upload_id(), chunk.kind(),
            chunk.key_id()};
  }
  if (message.has_upload_completed()) {
    const v1::UploadCompleted& completed = message.upload_completed();
    return {completed.practice_id(), completed.performance_year(), completed.upload_id(),
            completed.kind(), ""};
  }
  const v1::StageTwoClaim& claim = message.stage_two_claim();
  return {claim.practice_id(), claim.performance_year(), "", v1::RECORD_KIND_UNSPECIFIED, ""};
}

bool is_of_a_practice(const v1::RegistryRecord& message) {
  return message.has_chunk() || message.has_upload_completed() || message.has_stage_two_claim();
}

Status wrong(const std::string& what) {
  return Status(ErrorCode::kInvalidArgument, "the mended record " + what);
}

Status compare(const Named& mended, const Named& was, bool of_another_kind) {
  if (mended.year != was.year) return wrong("is of another performance year");
  if (mended.upload_id != was.upload_id) return wrong("is of another upload");
  // Where the kind is what was wrong, it is what is mended.
  if (mended.kind != was.kind && !of_another_kind) return wrong("is of another kind of upload");
  const bool key_is_mended = !is_data_key_id(was.key_id) && is_data_key_id(mended.key_id);
  if (mended.key_id != was.key_id && !key_is_mended) return wrong("names another key");
  return Status::ok();
}

}  // namespace

Status check_mended(const LaidAside& poison, const std::string& bytes) {
  v1::RegistryRecord message;
  if (!message.ParseFromString(bytes)) return wrong("cannot be decoded");
  const Status known = check_values_known(message);
  if (!known.is_ok()) return wrong("says " + known.message());
  if (!is_of_a_practice(message)) return wrong("is of a kind that is no practice's");
  const Named mended = named_in(message);
  if (PracticeId(mended.practice) != poison.was.parked->practice) {
    return wrong("is of another practice");
  }
  const bool has_rules = rulebook::find_record_year(rulebook::Rulebook::built_in(),
                                                    PerformanceYear(mended.year)) != nullptr;
  if (!has_rules) return wrong("is of a performance year that this program does not know");
  v1::RegistryRecord was;
  const bool readable = poison.letter.value && was.ParseFromString(*poison.letter.value);
  if (!readable || !is_of_a_practice(was)) return Status::ok();
  if (message.body_case() != was.body_case()) return wrong("is of another kind");
  return compare(mended, named_in(was), poison.was.why == in_words(ledger::Poison::kContradiction));
}

}  // namespace qcdr

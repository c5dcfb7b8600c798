#include "ledger/after_cms.h"

#include <algorithm>
#include <tuple>

#include "ledger/elections.h"
#include "ledger/encoding.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {
namespace {

constexpr std::int64_t kTenThousand = 10'000;

Decimal read_ten_thousandths(ByteReader* reader) {
  return Decimal::ratio(reader->signed_varint(), kTenThousand);
}

std::optional<Decimal> read_optional(ByteReader* reader) {
  if (reader->u8() == 0) return std::nullopt;
  return read_ten_thousandths(reader);
}

Status malformed(const char* what) {
  return Status(ErrorCode::kCorruption, std::string("subject of ") + what + " is malformed");
}

// Visits what is in force of a kind.
Status for_each_in_force(
    const FactTable& facts, FactKind kind,
    const std::function<Status(std::string_view subject, const FactVersion& version)>& visit) {
  return facts.for_each(kind, [&](std::string_view subject, const FactValue& value) -> Status {
    QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, VersionedFact::decode(value));
    return fact.in_force.present() ? visit(subject, fact.in_force) : Status::ok();
  });
}

Result<std::optional<FactVersion>> find_in_force(const FactTable& facts, FactKind kind,
                                                 std::string_view subject) {
  const FactValue* value = facts.find(kind, subject);
  if (value == nullptr) return std::optional<FactVersion>();
  QCDR_ASSIGN_OR_RETURN(VersionedFact fact, VersionedFact::decode(*value));
  if (!fact.in_force.present()) return std::optional<FactVersion>();
  return std::optional<FactVersion>(std::move(fact.in_force));
}

Status read_feedback_content(std::string_view content, SharedFeedback* feedback) {
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  feedback->shared = reader.u8() != 0;
  feedback->released_on = read_date(&reader);
  feedback->final_score = read_ten_thousandths(&reader);
  feedback->adjustment = read_optional(&reader);
  feedback->complex_patient_bonus = read_optional(&reader);
  feedback->purpose = read_text(&reader);
  feedback->document_sha256 = read_text(&reader);
  read_list(&reader, [&] {
    SharedFeedback::Category category;
    category.category = reader.u8();
    category.percent = read_ten_thousandths(&reader);
    category.weight = read_number(&reader);
    feedback->categories.push_back(category);
  });
  read_list(&reader, [&] {
    SharedFeedback::Measure measure;
    measure.id = read_text(&reader);
    measure.points = read_ten_thousandths(&reader);
    measure.rate = read_optional(&reader);
    measure.picked = reader.u8() != 0;
    feedback->measures.push_back(std::move(measure));
  });
  return end_content(reader, known, "CMS's feedback");
}

Status read_review_content(std::string_view content, ReviewCaseFact* review) {
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  const std::string_view entity = reader.raw(EntityId::kBytes);
  if (entity.size() == EntityId::kBytes) review->entity = EntityId::from_bytes(entity.data());
  review->state = static_cast<ReviewState>(reader.u8());
  review->cause = reader.u8();
  review->reached_at = Instant::from_milliseconds(reader.signed_varint());
  const std::int64_t due = reader.signed_varint();
  if (due != 0) review->documents_due_at = Instant::from_milliseconds(due);
  review->revised_score = read_optional(&reader);
  review->cms_number = read_text(&reader);
  review->text = read_text(&reader);
  return end_content(reader, known, "a review case");
}

Result<bool> read_given(std::string_view content, const char* what) {
  ByteReader reader(content);
  const bool known = reader.u8() == kContentVersion;
  const bool given = reader.u8() != 0;
  QCDR_RETURN_IF_ERROR(end_content(reader, known, what));
  return given;
}

}  // namespace

std::string_view feedback_stage_name(FeedbackStage stage) {
  constexpr std::array<std::string_view, 4> kNames = {"unspecified", "preview", "final", "revised"};
  const auto number = static_cast<std::size_t>(stage);
  return number < kNames.size() ? kNames[number] : kNames[0];
}

std::string_view review_state_name(ReviewState state) {
  constexpr std::array<std::string_view, 7> kNames = {"unspecified",        "drafted",  "filed",
                                                      "documentsRequested", "approved", "denied",
                                                      "scoreRevised"};
  const auto number = static_cast<std::size_t>(state);
  return number < kNames.size() ? kNames[number] : kNames[0];
}

const SharedFeedback::Category* SharedFeedback::find_category(std::uint8_t category) const {
  for (const Category& each : categories) {
    if (each.category == category) return &each;
  }
  return nullptr;
}

const SharedFeedback::Measure* SharedFeedback::find_measure(std::string_view id) const {
  for (const Measure& each : measures) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

Result<std::vector<SharedFeedback>> read_feedback(const FactTable& facts) {
  std::vector<SharedFeedback> all;
  const auto visit = [&](std::string_view subject, const FactVersion& version) -> Status {
    ByteReader reader(subject);
    SharedFeedback feedback;
    const std::string_view entity = reader.raw(EntityId::kBytes);
    feedback.stage = static_cast<FeedbackStage>(reader.u8());
    feedback.version = reader.big_u32();
    if (!reader.ok() || !reader.at_end()) return malformed("CMS's feedback");
    feedback.entity = EntityId::from_bytes(entity.data());
    SharedFeedback named = feedback;
    QCDR_RETURN_IF_ERROR(read_feedback_content(version.content, &feedback));
    named.origin = feedback.origin = version.origin;
    named.purpose = feedback.purpose;
    all.push_back(feedback.shared ? std::move(feedback) : std::move(named));
    return Status::ok();
  };
  QCDR_RETURN_IF_ERROR(for_each_in_force(facts, FactKind::kCmsFeedback, visit));
  std::stable_sort(all.begin(), all.end(), [](const SharedFeedback& a, const SharedFeedback& b) {
    return std::tie(a.entity, a.version, a.stage) < std::tie(b.entity, b.version, b.stage);
  });
  return all;
}

const SharedFeedback* newest_feedback(const std::vector<SharedFeedback>& all,
                                      const EntityId& entity) {
  const SharedFeedback* newest = nullptr;
  for (const SharedFeedback& each : all) {
    if (each.entity == entity && each.shared) newest = &each;
  }
  return newest;
}

Result<std::vector<ReviewCaseFact>> read_review_cases(const FactTable& facts) {
  std::vector<ReviewCaseFact> all;
  const auto visit = [&](std::string_view subject, const FactVersion& version) -> Status {
    ReviewCaseFact review;
    review.id = subject;
    review.origin = version.origin;
    QCDR_RETURN_IF_ERROR(read_review_content(version.content, &review));
    all.push_back(std::move(review));
    return Status::ok();
  };
  QCDR_RETURN_IF_ERROR(for_each_in_force(facts, FactKind::kReviewCase, visit));
  return all;
}

Result<std::optional<ReviewAuthorisationFact>> read_review_authorisation(const FactTable& facts,
                                                                         const EntityId& entity) {
  QCDR_ASSIGN_OR_RETURN(const auto version,
                        find_in_force(facts, FactKind::kReviewAuthorisation, entity.bytes()));
  if (!version) return std::optional<ReviewAuthorisationFact>();
  ReviewAuthorisationFact found;
  QCDR_ASSIGN_OR_RETURN(found.given, read_given(version->content, "a review authorisation"));
  found.origin = version->origin;
  return std::optional<ReviewAuthorisationFact>(found);
}

Result<std::vector<RoleGrantFact>> read_role_grants(const FactTable& facts) {
  std::vector<RoleGrantFact> all;
  QCDR_RETURN_IF_ERROR(
      for_each_in_force(facts, FactKind::kRoleGrant,
                        [&](std::string_view subject, const FactVersion& version) -> Status {
                          ByteReader reader(subject);
                          RoleGrantFact grant;
                          grant.user = read_text(&reader);
                          grant.role = static_cast<UserRole>(reader.u8());
                          grant.organisation = static_cast<Organisation>(reader.u8());
                          grant.organisation_id = read_text(&reader);
                          if (reader.ok() && !reader.at_end()) {
                            const std::string_view entity = reader.raw(EntityId::kBytes);
                            if (reader.ok()) grant.entity = EntityId::from_bytes(entity.data());
                          }
                          if (!reader.ok() || !reader.at_end()) return malformed("a role");
                          QCDR_ASSIGN_OR_RETURN(grant.given, read_given(version.content, "a role"));
                          grant.origin = version.origin;
                          all.push_back(std::move(grant));
                          return Status::ok();
                        }));
  return all;
}

Result<std::optional<Origin>> read_preview_acknowledgement(const FactTable& facts,
                                                           std::string_view user) {
  QCDR_ASSIGN_OR_RETURN(
      const auto version,
      find_in_force(facts, FactKind::kConfirmation,
                    confirmation_subject(ConfirmationSubject::kPreviewCanChange, "", user)));
  if (!version) return std::optional<Origin>();
  QCDR_ASSIGN_OR_RETURN(const ConfirmationFact fact, ConfirmationFact::decode(version->content));
  return fact.confirmed ? std::optional<Origin>(version->origin) : std::optional<Origin>();
}

}  // namespace qcdr::ledger

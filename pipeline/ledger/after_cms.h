// What is said after the season, as it stands: CMS's feedback that a practice shares, targeted
// reviews, who may file them, roles of users, acknowledgements of the preview.
//
// Kinds 24 and 27 to 30 of docs/state.md, which nothing that is scored or sent hangs on: the fold
// keeps them, and whoever shows them reads them here. Only what is in force is read.
// Thread-safety: values and free functions over a table that nobody changes meanwhile. Errors:
// kCorruption for content that no correct writer makes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/decimal.h"
#include "ledger/standing.h"

namespace qcdr::ledger {

// Numbers as in the proto CmsFeedback.Stage.
enum class FeedbackStage : std::uint8_t {
  kUnspecified = 0,
  kPreview = 1,
  kFinal = 2,
  kRevised = 3
};
// "preview", "final", "revised".
std::string_view feedback_stage_name(FeedbackStage stage);

struct SharedFeedback {
  struct Category {
    std::uint8_t category = 0;  // number of the proto Category
    Decimal percent;
    std::uint32_t weight = 0;  // percent
  };
  struct Measure {
    std::string id;
    Decimal points;
    std::optional<Decimal> rate;  // percent
    bool picked = false;
  };
  EntityId entity;
  FeedbackStage stage = FeedbackStage::kUnspecified;
  std::uint32_t version = 0;
  bool shared = false;  // false: taken back; nothing of it may be used or shown
  LocalDate released_on;
  Decimal final_score;
  std::optional<Decimal> adjustment;  // percent
  std::optional<Decimal> complex_patient_bonus;
  std::string purpose;
  std::string document_sha256;  // 32 bytes, or empty
  std::vector<Category> categories;
  std::vector<Measure> measures;
  Origin origin;

  const Category* find_category(std::uint8_t category) const;
  const Measure* find_measure(std::string_view id) const;
};
// By entity, then version, then stage. Of one that is taken back only what names it is set.
Result<std::vector<SharedFeedback>> read_feedback(const FactTable& facts);
// The one that counts for an entity: of those that are shared the newest version, of one version
// the latest stage. Null: none.
const SharedFeedback* newest_feedback(const std::vector<SharedFeedback>& all,
                                      const EntityId& entity);

// Numbers as in the proto ReviewCase.State.
enum class ReviewState : std::uint8_t {
  kUnspecified = 0,
  kDrafted = 1,
  kFiled = 2,
  kDocumentsRequested = 3,
  kApproved = 4,
  kDenied = 5,
  kScoreRevised = 6,
};
// "drafted", "filed", "documentsRequested", "approved", "denied", "scoreRevised".
std::string_view review_state_name(ReviewState state);
// A decision closes a review, and CMS does not review it again (42 CFR 414.1385(a)(7)).
constexpr bool is_decision(ReviewState state) {
  return state == ReviewState::kApproved || state == ReviewState::kDenied ||
         state == ReviewState::kScoreRevised;
}

struct ReviewCaseFact {
  std::string id;
  EntityId entity;
  ReviewState state = ReviewState::kUnspecified;
  std::uint8_t cause = 0;  // number of the proto ReviewCase.Cause
  Instant reached_at;
  std::optional<Instant> documents_due_at;
  std::optional<Decimal> revised_score;
  std::string cms_number;
  std::string text;
  Origin origin;
};
Result<std::vector<ReviewCaseFact>> read_review_cases(const FactTable& facts);  // by id

struct ReviewAuthorisationFact {
  bool given = false;
  Origin origin;
};
// None: nobody said anything.
Result<std::optional<ReviewAuthorisationFact>> read_review_authorisation(const FactTable& facts,
                                                                         const EntityId& entity);

// Numbers as in the proto RoleGrant.Role and RoleGrant.Organisation.
enum class UserRole : std::uint8_t {
  kUnspecified = 0,
  kSecurityOfficial = 1,
  kStaffUser = 2,
  kClinician = 3,
};
enum class Organisation : std::uint8_t {
  kUnspecified = 0,
  kPractice = 1,
  kApmEntity = 2,
  kVirtualGroup = 3,
  kIndividual = 4,
};

struct RoleGrantFact {
  std::string user;
  UserRole role = UserRole::kUnspecified;
  Organisation organisation = Organisation::kUnspecified;
  std::string organisation_id;     // CMS's number of a virtual group or APM entity
  std::optional<EntityId> entity;  // of the TIN as a group, or of the pair
  bool given = false;
  Origin origin;
};
Result<std::vector<RoleGrantFact>> read_role_grants(const FactTable& facts);

// The user said that a preview can change. None: not in this practice-year.
Result<std::optional<Origin>> read_preview_acknowledgement(const FactTable& facts,
                                                           std::string_view user);

}  // namespace qcdr::ledger

// The decision to send, as steps of a practice-year's fold.
//
// A request is judged after everything that stands before it on the log: what blocks, CMS's window
// at its own receipt, the certification and whether it covers what would be sent now, and what
// became of earlier documents. What passes is frozen and goes out; what does not is told, and kept
// so that somebody can ask why. Afterwards every record that touches an entity with a document has
// it judged again (settle()): a document that has not been sent is cancelled when something blocks
// it or its data changed; one that CMS has asks for an officer. What was sent is told by receipts.
// What several practices report for is refused here: one practice never sends a part of it.
// Invariants
// - What happens hangs on the log alone, never on where a batch ends: settle() is called after each
//   record, looks at what that record touched, and makes the same of it again.
// - Nothing is frozen without a certification in force over the payload as it stands now.
// - A request id that was heard before, and a receipt that says nothing new, change nothing.
// Sources: 42 CFR 414.1400(b)(3) (consent), 414.1400(a)(5) (certification), 414.1325(e) (window).
// Thread-safety: none. Lifetime: practice-year and maker outlive it; one serves one call.
// Errors: kFailedPrecondition when there is no maker; those of the practice-year.
#pragma once

#include <map>
#include <vector>

#include "ledger/document_maker.h"
#include "ledger/practice_ledger.h"
#include "ledger/submission_facts.h"

namespace qcdr::v1 {
class SubmissionReceipt;
class SubmissionRequest;
}  // namespace qcdr::v1

namespace qcdr::ledger {

// When a record is folded.
struct Moment {
  Offset offset;
  Instant received_at;  // the record's own timestamp
  Instant as_of;        // the partition's time, no earlier
};

// Something that keeps data of an entity here.
struct ClosedGate {
  BlockReason reason = BlockReason::kUnspecified;
  FindingCode code = FindingCode::SUBMISSION_BLOCKED;
  friend bool operator==(const ClosedGate&, const ClosedGate&) = default;
};

class PracticeSubmissions {
 public:
  PracticeSubmissions(PracticeLedger& ledger, const DocumentMaker* maker)
      : ledger_(ledger), maker_(maker) {}

  // Whether the bytes say what a request or a receipt says; others can never be folded.
  static bool is_sound(const v1::SubmissionRequest& request);
  static bool is_sound(const v1::SubmissionReceipt& receipt);

  Status apply(const v1::SubmissionRequest& request, const Moment& moment, Effects* effects);
  Status apply(const v1::SubmissionReceipt& receipt, const Moment& moment, Effects* effects);
  // Judges again what the record at moment.offset touched; with `all`, every document.
  Status settle(const Moment& moment, bool all, Effects* effects);
  // Nothing more of the practice is folded, a no that comes now neither: what was not sent stays
  // here.
  Status cancel_all(const Moment& moment, Effects* effects);
  // False: settle() has nothing to look at. Cheap.
  static bool has_documents(const PracticeLedger& ledger);

  // --- reading
  Result<std::map<std::string, SubmissionRequestFact>> requests() const;  // by request id
  // Of one entity or, without, of all; by entity, category and document id.
  Result<std::vector<SubmissionDocumentFact>> documents(std::optional<EntityId> entity) const;

  // Whose data are asked for.
  struct Entity {
    const TinRow* tin = nullptr;
    const PairRow* pair = nullptr;  // null: the TIN as a group
  };
  Result<std::optional<Entity>> find(const EntityId& entity, std::uint8_t kind) const;
  // What would be sent of an entity now, whatever blocks it.
  Result<MadeDocuments> make(const Entity& entity, std::string_view program,
                             CategoryBits although_reweighted, Instant as_of);
  // What keeps all of it here, beside CMS's window and the certification.
  Result<std::vector<ClosedGate>> gates(const Entity& entity, Instant as_of);
  // Program by the election; empty for a MIPS value pathway that is not named.
  Result<std::string> program_of(const Entity& entity, std::string_view named) const;

 private:
  struct Standing;
  struct Asked;

  // practice_submission_gates.cc
  Result<Standing> standing_of(const Entity& entity, Instant as_of);
  Result<bool> is_shared(const Entity& entity) const;
  Result<bool> audit_is_open(Instant as_of) const;
  Result<std::optional<Certification>> certification(std::string_view id) const;
  Result<bool> withdrawal_is_decided(const Entity& entity,
                                     const SubmissionDocumentFact& document) const;
  // *newest: receipt of the newest upload.
  Result<std::vector<PassedGate>> passed(const Entity& entity, const Certification& certification,
                                         Instant* newest) const;
  Result<MadeDocuments> make(const Entity& entity, const EntityStanding& standing,
                             std::string_view program, CategoryBits although_reweighted) const;

  // practice_submissions.cc
  Status judge(Asked& asked);
  Status judge_sending(Asked& asked);
  Status judge_withdrawal(Asked& asked);
  Status choose(Asked& asked, Standing& standing, const std::string& program,
                const Certification& certification, const Hash256& root);
  Result<bool> covers(Asked& asked, const Certification& certification, const Hash256& root,
                      const std::vector<MadeDocument>& documents);
  Status freeze(Asked& asked, CategoryBits although_reweighted, const Certification& certification,
                const Hash256& root, std::vector<MadeDocument> documents);
  void keep(const Asked& asked, const SubmissionDocumentFact* before,
            CategoryBits although_reweighted, const Certification& certification,
            const Hash256& root, SubmissionDocumentFact* fact);
  FrozenDocument frozen(const Asked& asked, const SubmissionDocumentFact& fact,
                        Instant newest) const;
  void take_away(Asked& asked, SubmissionDocumentFact* document);
  void refuse(Asked& asked, FindingCode code, std::vector<std::string> parameters,
              BlockReason reason = BlockReason::kUnspecified, std::uint8_t category = 0);

  // practice_submission_settle.cc
  Status settle_entity(const EntityId& entity, const Entity& now, const Moment& moment,
                       Effects* effects);
  Status settle_document(SubmissionDocumentFact document, Standing& standing, const Entity& entity,
                         const Moment& moment, Effects* effects);
  Result<std::optional<ClosedGate>> closed_for(const SubmissionDocumentFact& document,
                                               const Standing& standing) const;
  Result<bool> is_unchanged(const SubmissionDocumentFact& document, const Standing& standing,
                            const Entity& entity) const;
  void tell_of_sent(SubmissionDocumentFact* document, const std::optional<ClosedGate>& gate,
                    bool changed, const Moment& moment, Effects* effects);

  // practice_submission_receipts.cc
  void receive(const v1::SubmissionReceipt& receipt, SubmissionDocumentFact* document,
               const Moment& moment, Effects* effects);

  void put(const SubmissionDocumentFact& document);
  void cancel(SubmissionDocumentFact* document, const ClosedGate& gate, const Moment& moment,
              Effects* effects);
  void tell(FindingCode code, const EntityId& entity, std::string_view request_id,
            std::vector<std::string> parameters, const Moment& moment, Effects* effects) const;

  PracticeLedger& ledger_;
  const DocumentMaker* maker_;
};

// "quality", "improvementActivities", "promotingInteroperability".
std::string_view sent_category_name(std::uint8_t category);

enum class SendWindow : std::uint8_t { kNotYet, kOpen, kClosed };
// CMS's window as the calendar has it. A year whose window is not announced is not open yet.
SendWindow send_window(const rulebook::YearRules& rules, Instant at);
// "2023-01-03T10:00:00-05:00 to ...": for people; empty: it is not announced.
std::string send_window_words(const rulebook::YearRules& rules);

}  // namespace qcdr::ledger

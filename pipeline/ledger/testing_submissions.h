// A practice that is ready to be sent, and documents that are easily read, for tests of the
// decision to send.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ledger/practice_submissions.h"
#include "ledger/testing_rows.h"

namespace qcdr::ledger {

inline const Instant kMarch = Season::at("2023-03-06T12:00:00-05:00");
inline const Instant kWindowOpens = Season::at("2023-01-03T10:00:00-05:00");
inline const Instant kWindowLast = Season::at("2023-03-31T20:00:00-04:00");
inline const Instant kWindowClosed = Season::at("2023-03-31T20:00:01-04:00");

inline std::string fake_leaf(const EntityId& entity, PerformanceYear year,
                             const MadeDocument& document) {
  return std::string(view(sha256(std::string(entity.bytes()) + std::to_string(year.value()) +
                                 std::to_string(document.category) + document.program +
                                 std::string(view(document.payload_sha256)))));
}

// Quality and activities as one line each. A "tree" is the hash over all leaves.
class FakeMaker final : public DocumentMaker {
 public:
  Result<MadeDocuments> make(const DocumentInput& input) const override {
    MadeDocuments made;
    const scoring::ScoreInput& score = input.standing->input;
    std::string quality;
    for (const scoring::MeasureInput& measure : score.measures) {
      quality += " " + measure.measure->id + ":" + std::to_string(measure.performance_met) + "/" +
                 std::to_string(measure.eligible_population);
    }
    const auto add = [&](std::uint8_t category, const std::string& text) {
      MadeDocument document;
      document.category = category;
      document.program = input.program;
      document.method = "registry";
      document.payload = "{tin} " + std::to_string(input.npi ? input.npi->value() : 0) + text;
      document.payload_sha256 = sha256(document.payload);
      made.documents.push_back(document);
    };
    if (!quality.empty()) add(1, quality);
    std::string activities;
    for (const auto* activity : score.activities) activities += " " + activity->id;
    if (!activities.empty()) add(3, activities);
    if (leave_out != 0) made.left_out.push_back({leave_out, "cancelsReweighting"});
    return made;
  }
  bool is_certified(const EntityId& entity, PerformanceYear year, const MadeDocument& document,
                    const CertifiedPlace& place, const Hash256& root) const override {
    std::string all;
    for (const Hash256& hash : place.hashes) all += view(hash);
    return place.leaf_index < place.hashes.size() && place.hashes.size() == place.leaves &&
           view(place.hashes[place.leaf_index]) == fake_leaf(entity, year, document) &&
           sha256(all) == root;
  }
  std::uint8_t leave_out = 0;
};

// What was signed for.
struct SignedBatch {
  std::string id;
  Hash256 root{};
  std::vector<std::string> leaves;
};

// Practice 1234: TIN 1 with two clinicians, elected both ways, signed off and registered.
class SubmissionTest : public testing::Test {
 protected:
  SubmissionTest() {
    season.maker = &maker;
    season.after_record = [this] { take(); };
    make_ready();
  }
  ~SubmissionTest() override { season.after_record = nullptr; }

  void take() {
    Effects effects = season.take();
    for (LedgerFinding& finding : effects.findings) {
      if (finding.path.starts_with("submission/")) told.push_back(finding);
    }
    for (DocumentChange& change : effects.documents) out.push_back(std::move(change));
  }
  void record(v1::RecordKind kind, v1::Row row, Instant received) {
    season.record("u" + std::to_string(++uploads), received, kind, std::move(row));
  }
  void make_ready() {
    season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
    record(kRegistrationKind, registration({1}, true, 0), kJune);
    season.option("o", kJune, 1, v1::REPORTING_LEVEL_BOTH);
    for (const int npi : {1, 2}) season.consent("c" + std::to_string(npi), kJune, 1, npi, true);
    v1::Row officer;
    officer.mutable_officer_consent()->set_tin(1);
    officer.mutable_officer_consent()->set_action(v1::CONSENT_ACTION_GRANT);
    record(v1::RECORD_KIND_OFFICER_CONSENT, officer, kJune);
    v1::Row covered;
    covered.mutable_partial_tin_attestation()->set_tin(1);
    covered.mutable_partial_tin_attestation()->set_all_covered(true);
    record(v1::RECORD_KIND_PARTIAL_TIN_ATTESTATION, covered, kJune);
    cases("k", kJune, 4, true);
    record(kSignOffKind, sign_off(Season::day(12, 31)), kLastOfJanuary);
  }
  void cases(const std::string& upload, Instant received, int count, bool met) {
    std::vector<Season::CaseSpec> specs;
    for (int i = 0; i < count; ++i) {
      specs.push_back({"case" + std::to_string(i),
                       Season::day(6, 1 + i),
                       {{1, 1 + i % 2}},
                       Season::temperature(met)});
    }
    season.cases(upload, received, specs);
  }
  EntityId pair(int npi) { return season.pair_row(1, npi).entity; }
  EntityId group() { return season.tin_row(1).group_entity; }
  v1::EntityKind kind_of(const EntityId& entity) {
    return entity == group() ? v1::ENTITY_KIND_GROUP : v1::ENTITY_KIND_INDIVIDUAL;
  }
  PracticeSubmissions submissions() { return {season.practice(), &maker}; }

  // Everything of these entities, as it stands now.
  SignedBatch batch_of(const std::string& id, const std::vector<EntityId>& entities) {
    SignedBatch batch;
    batch.id = id;
    PracticeSubmissions reader = submissions();
    for (const EntityId& entity : entities) {
      const auto found = reader.find(entity, static_cast<std::uint8_t>(kind_of(entity))).value();
      const MadeDocuments made = reader.make(*found, "mips", 0, kMarch).value();
      for (const MadeDocument& each : made.documents) {
        batch.leaves.push_back(fake_leaf(entity, PerformanceYear(2022), each));
      }
    }
    std::sort(batch.leaves.begin(), batch.leaves.end());
    std::string all;
    for (const std::string& leaf : batch.leaves) all += leaf;
    batch.root = sha256(all);
    return batch;
  }
  v1::Row certification(const SignedBatch& batch, const std::string& replaces = "") {
    v1::Row row;
    v1::Certification& fact = *row.mutable_certification();
    fact.set_batch_id(batch.id);
    fact.set_payload_root(std::string(view(batch.root)));
    fact.set_documents(static_cast<std::uint32_t>(batch.leaves.size()));
    fact.set_replaces(replaces);
    return row;
  }
  SignedBatch certify(const std::string& id, const std::vector<EntityId>& entities,
                      Instant received = kMarch, const std::string& replaces = "") {
    SignedBatch batch = batch_of(id, entities);
    record(v1::RECORD_KIND_CERTIFICATION, certification(batch, replaces), received);
    return batch;
  }
  v1::SubmissionRequest request(v1::SubmissionRequest::Action action, const EntityId& entity,
                                const SignedBatch& batch = {}) {
    v1::SubmissionRequest made;
    made.set_request_id("q" + std::to_string(++requests));
    made.set_practice_id(1234);
    made.set_performance_year(2022);
    made.set_entity_id(std::string(entity.bytes()));
    made.set_entity_kind(kind_of(entity));
    made.set_action(action);
    made.set_certification_id(batch.id);
    made.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
    for (std::size_t i = 0; i < batch.leaves.size(); ++i) {
      for (const v1::Category category :
           {v1::CATEGORY_QUALITY, v1::CATEGORY_IMPROVEMENT_ACTIVITIES}) {
        v1::PayloadProof* proof = made.add_proofs();
        proof->set_category(category);
        proof->set_leaf_index(static_cast<std::uint32_t>(i));
        for (const std::string& leaf : batch.leaves) proof->add_hashes(leaf);
      }
    }
    return made;
  }
  void send(const EntityId& entity, const SignedBatch& batch, Instant received = kMarch) {
    season.submit(request(v1::SubmissionRequest::ACTION_SEND, entity, batch), received);
  }
  void receipt(const EntityId& entity, v1::SubmissionReceipt::Outcome outcome,
               std::uint32_t attempt = 1, Instant received = kMarch) {
    v1::SubmissionReceipt made;
    made.set_document_id(hex(view(document(entity).document_id)));
    made.set_practice_id(1234);
    made.set_performance_year(2022);
    made.set_entity_id(std::string(entity.bytes()));
    made.set_category(v1::CATEGORY_QUALITY);
    made.set_outcome(outcome);
    made.set_attempt(attempt);
    season.receive(made, received);
  }
  void opt_out_now(int npi, Instant received = kMarch) {
    record(kOptOutKind, opt_out(1, npi, true), received);
  }
  // The one of quality that nothing superseded.
  SubmissionDocumentFact document(const EntityId& entity) {
    const std::vector<SubmissionDocumentFact> all = submissions().documents(entity).value();
    for (const SubmissionDocumentFact& each : all) {
      if (each.category == 1 && each.state != DocumentState::kSuperseded) return each;
    }
    ADD_FAILURE() << "no document";
    return {};
  }
  DocumentState state(const EntityId& entity) { return document(entity).state; }
  bool is_there(const EntityId& entity) { return !submissions().documents(entity).value().empty(); }
  std::size_t frozen() const {
    return static_cast<std::size_t>(std::count_if(out.begin(), out.end(), is_frozen));
  }
  std::size_t cancelled() const { return out.size() - frozen(); }
  static bool is_frozen(const DocumentChange& change) {
    return std::holds_alternative<FrozenDocument>(change);
  }
  const CancelledDocument& last_cancel() const { return std::get<CancelledDocument>(out.back()); }
  std::multiset<FindingCode> codes() const {
    std::multiset<FindingCode> found;
    for (const LedgerFinding& finding : told) found.insert(static_cast<FindingCode>(finding.code));
    return found;
  }
  std::string reason() const { return told.empty() ? "" : told.back().parameters.back(); }

  FakeMaker maker;
  Season season;
  std::vector<LedgerFinding> told;
  std::vector<DocumentChange> out;
  int uploads = 0;
  int requests = 0;
};

}  // namespace qcdr::ledger

#include "ledger/testing_season.h"

#include <gtest/gtest.h>

#include "rulebook/record_authority.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint32_t kPractice = 1234;
constexpr std::int32_t kYear = 2022;
constexpr int kTins = 4;

std::string token_of(int number) {
  std::string token(TinToken::kBytes, '\0');
  token[0] = static_cast<char>(number);
  return token;
}

}  // namespace

Season::Season() : rules_(rulebook::Rulebook::built_in()) {
  entity_key_.fill(7);
  ledger_ = std::make_unique<Ledger>(rules_, entity_key_, rows, StateDigest());
}

Npi Season::npi(int number) {
  const std::uint64_t first_nine = 200000000 + static_cast<std::uint64_t>(number);
  return Npi::from_trusted(first_nine * 10 +
                           static_cast<std::uint64_t>(npi_check_digit(first_nine)));
}

TinToken Season::tin(int number) {
  return TinToken::from_bytes(token_of(number).data());
}

std::int32_t Season::day(int month, int day_of_month) {
  return LocalDate::from_civil(kYear, month, day_of_month).value().days();
}

Instant Season::at(const char* text) {
  return Instant::parse(text).value();
}

std::vector<std::pair<std::string, std::string>> Season::temperature(bool met) {
  return {{"PQRS424", "4255F"}, {"PQRS424", met ? "G9771" : "G9773"}};
}

v1::ChunkRows Season::with_tins(const std::vector<v1::Row>& source) const {
  v1::ChunkRows chunk;
  for (int number = 1; number <= kTins; ++number) {
    v1::TinEntry* entry = chunk.add_tins();
    entry->set_token(token_of(number));
    entry->set_last_four("000" + std::to_string(number));
    entry->set_encrypted("sealed");
  }
  for (const v1::Row& row : source) *chunk.add_rows() = row;
  return chunk;
}

v1::Row Season::case_row(const CaseSpec& spec) {
  v1::Row row;
  v1::AnesthesiaCase& fact = *row.mutable_anesthesia_case();
  Key256 key{};
  fact.set_case_token(std::string(
      make_case_token(key, PracticeId(kPractice), PerformanceYear(kYear), spec.id).bytes()));
  fact.set_service_date(spec.service_date);
  for (const auto& [tin_number, npi_number] : spec.staff) {
    v1::CaseStaff* staff = fact.add_staff();
    staff->set_tin(static_cast<std::uint32_t>(tin_number));
    staff->set_npi(npi(npi_number).value());
    staff->set_clinician_type(spec.type);
  }
  for (const auto& [measure, code] : spec.codes) {
    fact.add_quality_codes(rulebook::pack_quality_code(code, ""));
    fact.add_quality_measures(rulebook::pack_measure_id(measure));
  }
  fact.set_age_years(50);
  fact.set_anesthesia_minutes(90);
  fact.set_anesthesia_categories(1);
  return row;
}

Offset Season::begin(Instant received) {
  const Offset offset(offset_++);
  as_of_ = std::max(as_of_, received);
  ledger_->make_documents_by(maker);
  ledger_->begin_record({offset, received, as_of_});
  return offset;
}

void Season::end() {
  if (after_record) after_record();
}

void Season::submit(const v1::SubmissionRequest& request, Instant received) {
  wait_until(received);
  begin(received);
  const auto poison = ledger_->check_request(request);
  ASSERT_TRUE(poison.is_ok() && !poison.value());
  const Status applied = ledger_->apply_request(request);
  ASSERT_TRUE(applied.is_ok()) << applied.to_string();
  end();
}

void Season::receive(const v1::SubmissionReceipt& receipt, Instant received) {
  begin(received);
  const auto poison = ledger_->check_receipt(receipt);
  ASSERT_TRUE(poison.is_ok() && !poison.value());
  const Status applied = ledger_->apply_receipt(receipt);
  ASSERT_TRUE(applied.is_ok()) << applied.to_string();
  end();
}

void Season::wait_until(Instant now) {
  if (now <= as_of_) return;
  const Instant before = as_of_;
  const Offset offset = begin(now);
  ledger_->begin_record({offset, now, now});
  std::vector<PracticeYear> deleted;
  ASSERT_TRUE(ledger_->pass_time(before, now, offset, &deleted).is_ok());
  end();
}

Status Season::apply_chunk(const std::string& upload, Instant received, v1::RecordKind kind,
                           std::uint32_t first, const std::vector<v1::Row>& source) {
  v1::Chunk chunk;
  chunk.set_upload_id(upload);
  chunk.set_practice_id(kPractice);
  chunk.set_performance_year(kYear);
  chunk.set_kind(kind);
  chunk.set_first_ordinal(first);
  chunk.set_row_count(static_cast<std::uint32_t>(source.size()));
  chunk.set_received_at(received.milliseconds());
  const bool registry = rulebook::is_for_registry_only(static_cast<std::uint32_t>(kind));
  chunk.mutable_actor()->set_authority(authority.value_or(
      registry ? v1::AUTHORITY_REGISTRY_OPERATOR : v1::AUTHORITY_PRACTICE_ADMINISTRATOR));
  v1::ChunkRows opened = with_tins(source);
  for (int i = 0; i < opened.rows_size(); ++i) {
    opened.mutable_rows(i)->set_ordinal(first + static_cast<std::uint32_t>(i));
  }
  const Status applied = ledger_->apply_chunk(chunk, opened, begin(received));
  end();
  return applied;
}

Status Season::complete(const std::string& upload, Instant received, v1::RecordKind kind,
                        std::uint32_t count, bool refused) {
  v1::UploadCompleted completed;
  completed.set_refused(refused);
  completed.set_upload_id(upload);
  completed.set_practice_id(kPractice);
  completed.set_performance_year(kYear);
  completed.set_kind(kind);
  completed.set_row_count(count);
  completed.set_received_at(received.milliseconds());
  const Status applied = ledger_->complete_upload(completed, begin(received));
  end();
  return applied;
}

void Season::apply(const std::string& upload, Instant received, v1::RecordKind kind,
                   std::vector<v1::Row> source) {
  for (std::size_t first = 0; first < source.size(); first += rows_per_chunk) {
    const std::size_t end = std::min(source.size(), first + rows_per_chunk);
    const std::vector<v1::Row> part(source.begin() + static_cast<std::ptrdiff_t>(first),
                                    source.begin() + static_cast<std::ptrdiff_t>(end));
    const Status applied =
        apply_chunk(upload, received, kind, static_cast<std::uint32_t>(first), part);
    ASSERT_TRUE(applied.is_ok()) << applied.to_string();
  }
  const Status completed =
      complete(upload, received, kind, static_cast<std::uint32_t>(source.size()));
  ASSERT_TRUE(completed.is_ok()) << completed.to_string();
}

void Season::cases(const std::string& upload, Instant received,
                   const std::vector<CaseSpec>& specs) {
  std::vector<v1::Row> made;
  for (const CaseSpec& spec : specs) made.push_back(case_row(spec));
  apply(upload, received, v1::RECORD_KIND_ANESTHESIA_CASE, std::move(made));
}

void Season::roster(const std::string& upload, Instant received,
                    const std::vector<RosterSpec>& specs) {
  std::vector<v1::Row> made;
  for (const RosterSpec& spec : specs) {
    v1::Row row;
    v1::RosterEntry& entry = *row.mutable_roster_entry();
    entry.set_tin(static_cast<std::uint32_t>(spec.tin));
    entry.set_npi(npi(spec.npi).value());
    entry.set_last_name(spec.last_name);
    entry.set_first_name("A.");
    entry.set_clinician_type(spec.type);
    entry.set_start_date(spec.start);
    entry.set_end_date(spec.end);
    made.push_back(std::move(row));
  }
  apply(upload, received, v1::RECORD_KIND_ROSTER_ENTRY, std::move(made));
}

void Season::consent(const std::string& upload, Instant received, int tin_number, int npi_number,
                     bool grants) {
  v1::Row row;
  v1::IndividualConsent& fact = *row.mutable_individual_consent();
  fact.set_tin(static_cast<std::uint32_t>(tin_number));
  fact.set_npi(npi(npi_number).value());
  fact.set_action(grants ? v1::CONSENT_ACTION_GRANT : v1::CONSENT_ACTION_REVOKE);
  apply(upload, received, v1::RECORD_KIND_INDIVIDUAL_CONSENT, {row});
}

void Season::option(const std::string& upload, Instant received, int tin_number,
                    v1::ReportingLevel level) {
  v1::Row row;
  v1::ReportingOption& fact = *row.mutable_reporting_option();
  fact.set_tin(static_cast<std::uint32_t>(tin_number));
  fact.set_level(level);
  fact.set_pathway(v1::PATHWAY_TRADITIONAL);
  apply(upload, received, v1::RECORD_KIND_REPORTING_OPTION, {row});
}

void Season::freeze() {
  RowBatch batch;
  ASSERT_TRUE(ledger_->freeze(&batch).is_ok());
  rows.write(batch);
}

void Season::restart() {
  freeze();
  const StateDigest digest = ledger_->digest();
  take();
  ledger_ = std::make_unique<Ledger>(rules_, entity_key_, rows, digest);
}

StateDigest Season::digest() {
  freeze();
  return ledger_->digest();
}

PracticeLedger& Season::practice() {
  auto found = ledger_->find({PracticeId(kPractice), PerformanceYear(kYear)});
  EXPECT_TRUE(found.is_ok()) << found.status().to_string();
  return *found.value();
}

const EntityCounts& Season::individual(int tin_number, int npi_number) {
  PracticeLedger& ledger = practice();
  const auto tin_ordinal = ledger.pairs().find_tin(tin(tin_number));
  const auto pair = ledger.pairs().find_pair(*tin_ordinal, npi(npi_number));
  return *ledger.individual_counts(ledger.pairs().pair(pair.value())).value();
}

const EntityCounts& Season::group(int tin_number) {
  PracticeLedger& ledger = practice();
  const auto tin_ordinal = ledger.pairs().find_tin(tin(tin_number));
  return *ledger.group_counts(ledger.pairs().tins()[tin_ordinal.value()]).value();
}

ConsentState Season::consent_state(int tin_number, int npi_number) {
  PracticeLedger& ledger = practice();
  const auto tin_ordinal = ledger.pairs().find_tin(tin(tin_number));
  const auto pair = ledger.pairs().find_pair(*tin_ordinal, npi(npi_number));
  return ledger.individual_consent(ledger.pairs().pair(pair.value())).value().state;
}

UploadFact Season::upload(const std::string& id) {
  return *practice().upload(id).value();
}

const TinRow& Season::tin_row(int tin_number) {
  const PairTable& pairs = practice().pairs();
  return pairs.tins()[pairs.find_tin(tin(tin_number)).value()];
}

const PairRow& Season::pair_row(int tin_number, int npi_number) {
  const PairTable& pairs = practice().pairs();
  return pairs.pair(pairs.find_pair(tin_row(tin_number).ordinal, npi(npi_number)).value());
}

std::size_t Season::touched_by_time(Instant before, Instant now) {
  take();
  practice().take_touched();
  std::vector<PracticeYear> deleted;
  EXPECT_TRUE(ledger_->pass_time(before, now, Offset(offset_++), &deleted).is_ok());
  EXPECT_TRUE(deleted.empty());
  return practice().take_touched().size();
}

Status Season::lift_hold(v1::RecordKind kind) {
  return ledger_->lift_hold(PerformanceYear(kYear), static_cast<std::uint32_t>(kind),
                            Offset(offset_++));
}

}  // namespace qcdr::ledger

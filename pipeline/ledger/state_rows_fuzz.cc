// Every decoder of state rows, on any bytes: an error or a value, never a crash, and what decodes
// encodes back to bytes that decode to the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "ledger/audit_chain_row.h"
#include "ledger/case_entry.h"
#include "ledger/count_table.h"
#include "ledger/parked_practices.h"
#include "ledger/practice_ledger.h"
#include "ledger/record_id.h"
#include "ledger/standing.h"
#include "ledger/submission_facts.h"
#include "ledger/upload_fact.h"

namespace qcdr::ledger {
namespace {

void decode_entry(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto entry = decode_case_entry(&reader);
  if (!entry.is_ok()) return;
  ByteWriter writer;
  encode_case_entry(entry.value(), &writer);
  ByteReader again(writer.bytes());
  const auto same = decode_case_entry(&again);
  QCDR_ASSERT(same.is_ok() && same.value().token == entry.value().token);
}

void decode_counts(std::string_view bytes) {
  constexpr std::size_t kMeasures = 3;
  EntityCounts counts(kMeasures);
  ByteReader reader(bytes);
  if (!counts.decode(&reader)) return;
  ByteWriter writer;
  counts.encode(&writer);
  EntityCounts same(kMeasures);
  ByteReader again(writer.bytes());
  QCDR_ASSERT(same.decode(&again) && same == counts);
}

// A store with one row.
class OneRow final : public RowReader {
 public:
  OneRow(std::string key, std::string_view value) : key_(std::move(key)), value_(value) {}
  Result<std::optional<std::string>> get(Family, std::string_view) const override {
    return std::optional<std::string>(value_);
  }
  Status scan(Family, std::string_view, const Visit& visit) const override {
    return visit(key_, value_);
  }

 private:
  std::string key_;
  std::string value_;
};

void load_parked(std::string_view bytes) {
  StateDigest digest;
  const OneRow row(fact_key(kOfThePartition, FactKind::kParked, "1234"), bytes);
  ParkedPractices parked(row, &digest);
  if (!parked.load().is_ok()) return;
  for (const PracticeId practice : parked.practices()) {
    const ParkedPlace place = parked.lay_aside(practice, std::nullopt);
    parked.release({practice, place.since, 0}, true);
  }
  RowBatch batch;
  parked.freeze(&batch);
}

template <class Fact>
void decode_fact(const FactValue& value) {
  const auto fact = Fact::decode(value);
  if (!fact.is_ok()) return;
  QCDR_ASSERT(Fact::decode(fact.value().encode()).is_ok());
}

template <class Content>
void decode_content(std::string_view bytes) {
  const auto content = Content::decode(bytes);
  if (!content.is_ok()) return;
  const std::string encoded = content.value().encode();
  const auto again = Content::decode(encoded);
  QCDR_ASSERT(again.is_ok() && again.value().encode() == encoded);
}

// Contents whose fact has part of them in its subject.
template <class Content>
void decode_with_subject(std::string_view bytes) {
  const std::string_view subject = bytes.substr(0, bytes.size() / 2);
  const auto content = Content::decode(subject, bytes.substr(bytes.size() / 2));
  if (content.is_ok()) (void)content.value().encode();
}

// Layout is its own: the instants and the offset stand behind the content.
void decode_submissions(std::string_view bytes) {
  const std::string layout(bytes.substr(0, std::min<std::size_t>(bytes.size(), 28)));
  const FactValue value{std::string(bytes), layout};
  decode_fact<SubmissionRequestFact>(value);
  const std::string_view subject = bytes.substr(0, bytes.size() / 2);
  const FactValue half{std::string(bytes.substr(bytes.size() / 2)), layout};
  const auto document = SubmissionDocumentFact::decode(subject, half);
  if (!document.is_ok()) return;
  const auto again =
      SubmissionDocumentFact::decode(document.value().subject(), document.value().encode());
  QCDR_ASSERT(again.is_ok() &&
              again.value().encode().canonical == document.value().encode().canonical);
}

void decode_contents(std::string_view bytes) {
  decode_content<Registration>(bytes);
  decode_content<Activity>(bytes);
  decode_content<SignOff>(bytes);
  decode_content<EligibilityEntry>(bytes);
  decode_content<InteroperabilityReport>(bytes);
  decode_content<MeasureResult>(bytes);
  decode_content<Reweighting>(bytes);
  decode_content<Certification>(bytes);
  decode_content<PartialTinAttestation>(bytes);
  decode_content<ConfirmationFact>(bytes);
  decode_submissions(bytes);
  decode_with_subject<OfficerDecision>(bytes);
  decode_with_subject<Membership>(bytes);
  (void)decode_opt_in(bytes).is_ok();
  (void)decode_billed_cases(bytes).is_ok();
  std::string_view upload_id;
  std::uint32_t row = 0;
  (void)split_record_id(bytes, &upload_id, &row);
}

}  // namespace
}  // namespace qcdr::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr::ledger;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const FactValue value{std::string(bytes), std::string(bytes)};
  switch (data[0] % 11) {
    case 0:
      decode_entry(bytes);
      break;
    case 1:
      decode_counts(bytes);
      break;
    case 2:
      decode_fact<Consent>(value);
      break;
    case 3:
      decode_fact<ReportingOptionFact>(value);
      break;
    case 4:
      decode_fact<UploadFact>(value);
      break;
    case 5:
      decode_fact<VersionedFact>(value);
      break;
    case 6:
      decode_fact<OptOutFact>(value);
      break;
    case 7:
      decode_contents(bytes);
      break;
    case 8:
      load_parked(bytes);
      break;
    case 9:
      decode_content<AuditChainRow>(bytes);
      break;
    default:
      (void)decode_practice_layout(value).is_ok();
  }
  return 0;
}

// Decoders of the second stage: stored content and messages from the log. What is read must write
// back to the same bytes; what cannot be read is an error, never a crash.
#include "ledger/entity_ledger.h"
#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {
namespace {

class NoRows final : public RowReader {
 public:
  Result<std::optional<std::string>> get(Family, std::string_view) const override {
    return std::optional<std::string>();
  }
  Status scan(Family, std::string_view, const Visit&) const override { return Status::ok(); }
};

void read_contribution(const std::string& bytes) {
  const auto stored = EntityContribution::decode(bytes);
  if (stored.is_ok()) {
    const auto again = EntityContribution::decode(stored.value().encode());
    QCDR_ASSERT(again.is_ok() && again.value() == stored.value());
  }
  v1::EntityContribution message;
  if (!message.ParseFromString(bytes)) return;
  const NoRows rows;
  EntityLedger ledger(rows, StateDigest());
  if (!ledger.apply(message, Offset(0)).is_ok()) return;
  QCDR_ASSERT(ledger.take_claims().is_ok());
  RowBatch batch;
  ledger.freeze(&batch);
}

void read_claim(const std::string& bytes) {
  const auto stored = StageTwoClaim::decode(bytes);
  if (stored.is_ok()) {
    const auto again = StageTwoClaim::decode(stored.value().encode());
    QCDR_ASSERT(again.is_ok() && again.value() == stored.value());
  }
  v1::StageTwoClaim message;
  if (!message.ParseFromString(bytes)) return;
  const auto read = StageTwoClaim::read(message);
  if (!read.is_ok()) return;
  const auto again = StageTwoClaim::decode(read.value().encode());
  QCDR_ASSERT(again.is_ok() && again.value() == read.value());
}

}  // namespace
}  // namespace qcdr::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  qcdr::ledger::read_contribution(bytes);
  qcdr::ledger::read_claim(bytes);
  return 0;
}

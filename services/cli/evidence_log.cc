#include "cli/evidence_log.h"

#include <fmt/core.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "cli/json_text.h"
#include "cli/json_writer.h"
#include "cli/released_records.h"
#include "common/chunk_seal.h"
#include "common/topic_names.h"
#include "intake/parser.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "review/record_json.h"
#include "scoring/resolved_rules.h"

namespace qcdr {
namespace {

constexpr const char* kDocumentsTopic = "qcdr.public.submission-documents.v1";

const google::protobuf::Message* fact_of(const v1::Row& row) {
  const auto* descriptor = row.GetDescriptor();
  const auto* oneof = descriptor->FindOneofByName("fact");
  const auto* field = row.GetReflection()->GetOneofFieldDescriptor(row, oneof);
  return field == nullptr ? nullptr : &row.GetReflection()->GetMessage(row, field);
}

// Indexes plus one of the TINs that a fact speaks of, its staff's too; none: of no TIN.
void tins_of(const google::protobuf::Message& message, std::set<std::uint32_t>* tins) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  const auto& from = *message.GetReflection();
  from.ListFields(message, &fields);
  for (const auto* field : fields) {
    using Field = google::protobuf::FieldDescriptor;
    if (field->cpp_type() == Field::CPPTYPE_UINT32 && field->name() == "tin") {
      tins->insert(from.GetUInt32(message, field));
    } else if (field->cpp_type() == Field::CPPTYPE_UINT32 && field->name() == "tins") {
      for (int i = 0; i < from.FieldSize(message, field); ++i) {
        tins->insert(from.GetRepeatedUInt32(message, field, i));
      }
    }
  }
}

class Reader {
 public:
  Reader(KeyRing& keys, const WantedEvidence& wanted, Evidence* found)
      : opener_(keys), wanted_(wanted), found_(found) {}

  Status take(const v1::RegistryRecord& message) {
    if (message.has_chunk()) return take_chunk(message.chunk());
    if (message.has_submission_request()) {
      const auto& request = message.submission_request();
      if (is_of(request.performance_year(), request.entity_id())) {
        found_->requests.push_back(request);
      }
    }
    if (message.has_submission_receipt()) take_receipt(message.submission_receipt());
    return Status::ok();
  }

  void take_receipt(const v1::SubmissionReceipt& receipt) {
    if (!is_of(receipt.performance_year(), receipt.entity_id())) return;
    const std::string key = fmt::format("{}/{}/{}/{}", receipt.document_id(), receipt.attempt(),
                                        static_cast<int>(receipt.outcome()), receipt.answered_at());
    if (receipts_.insert(key).second) found_->receipts.push_back(receipt);
  }

 private:
  bool is_of(int year, const std::string& entity) const {
    return year == wanted_.year.value() && wanted_.entities.count(entity) != 0;
  }

  Status take_chunk(const v1::Chunk& chunk) {
    const bool of_it = chunk.practice_id() == wanted_.practice.value() &&
                       chunk.performance_year() == wanted_.year.value() && wanted_.of(chunk.kind());
    if (!of_it) return Status::ok();
    const Status key = opener_.find_key(chunk);
    if (key.code() == ErrorCode::kNotFound) return Status::ok();  // its data were destroyed
    QCDR_RETURN_IF_ERROR(key);
    v1::ChunkRows rows;
    QCDR_RETURN_IF_ERROR(opener_.open(chunk, &rows));
    for (const v1::Row& row : rows.rows()) QCDR_RETURN_IF_ERROR(take_row(chunk, rows, row));
    return Status::ok();
  }

  bool concerns(const v1::ChunkRows& rows, const google::protobuf::Message& fact) const {
    const bool names_somebody = review::names_any_npi(fact);
    if (wanted_.npi.value() != 0 && review::names_npi(fact, wanted_.npi)) return true;
    std::set<std::uint32_t> tins;
    tins_of(fact, &tins);
    if (tins.empty()) return !names_somebody;  // about the practice as a whole
    // A record of a TIN may list clinicians (who performed an activity); of one person it is his.
    const bool of_one = fact.GetDescriptor()->FindFieldByName("npi") != nullptr && names_somebody;
    if (of_one) return false;
    for (const std::uint32_t tin : tins) {
      if (tin == 0 || tin > static_cast<std::uint32_t>(rows.tins_size())) continue;
      const auto token = TinToken::from_string(rows.tins(static_cast<int>(tin) - 1).token());
      if (token.is_ok() && wanted_.tins.count(token.value()) != 0) return true;
    }
    return false;
  }

  Status take_row(const v1::Chunk& chunk, const v1::ChunkRows& rows, const v1::Row& row) {
    const google::protobuf::Message* fact = fact_of(row);
    const bool roster_of_others = chunk.kind() == v1::RECORD_KIND_ROSTER_ENTRY;
    if (fact == nullptr || !concerns(rows, *fact)) return Status::ok();
    if (roster_of_others && !review::names_npi(*fact, wanted_.npi)) return Status::ok();
    if (chunk.kind() == v1::RECORD_KIND_ANESTHESIA_CASE && !review::names_npi(*fact, wanted_.npi)) {
      return Status::ok();
    }
    if (found_->records.size() == kEvidenceRecordsMax) {
      return Status(ErrorCode::kLimitExceeded, "there are more than 2,000,000 records");
    }
    review::RecordReader reader;
    reader.npi = wanted_.npi;
    reader.tin_of = [&rows](std::uint32_t index) -> std::string {
      if (index == 0 || index > static_cast<std::uint32_t>(rows.tins_size())) return "";
      return "*****" + rows.tins(static_cast<int>(index) - 1).last_four();
    };
    EvidenceRecord record;
    record.kind = chunk.kind();
    record.upload_id = chunk.upload_id();
    record.row = row.ordinal();
    record.line = row.location().line();
    record.json = fmt::format(
        "{{\"kind\": {}, \"upload\": {}, \"row\": {}, \"line\": {}, \"byte\": {}, \"path\": {}, "
        "\"receivedAt\": {}, \"recordId\": {}, \"supersedes\": {}, \"action\": {}, \"statedBy\": "
        "{}, \"fact\": {}}}",
        json_text(intake::kind_name(chunk.kind())), json_text(chunk.upload_id()), row.ordinal(),
        row.location().line(), row.location().byte_offset(), json_text(row.location().path()),
        json_instant(Instant::from_milliseconds(chunk.received_at())), json_text(row.record_id()),
        json_text(row.supersedes()), json_text(v1::RowAction_Name(row.action())),
        json_text(v1::Authority_Name(chunk.actor().authority())),
        review::record_json(*fact, reader));
    if (row.has_review_case()) {
      found_->reviews.push_back(
          {row.review_case(), Instant::from_milliseconds(chunk.received_at())});
    }
    found_->uploads.insert(record.upload_id);
    found_->records.push_back(std::move(record));
    return Status::ok();
  }

  ChunkOpener opener_;
  const WantedEvidence& wanted_;
  Evidence* found_;
  std::set<std::string> receipts_;
};

std::string category_word(int category) {
  if (category < 1 || category > static_cast<int>(scoring::kCategories)) return "unknown";
  return std::string(scoring::category_name(static_cast<scoring::Category>(category - 1)));
}

std::string instant_word(std::int64_t milliseconds) {
  return Instant::from_milliseconds(milliseconds).to_string();
}

std::string_view outcome_words(v1::SubmissionReceipt::Outcome outcome) {
  switch (outcome) {
    case v1::SubmissionReceipt::OUTCOME_SENT:
      return "sent";
    case v1::SubmissionReceipt::OUTCOME_READ_BACK_EQUAL:
      return "read back, the same";
    case v1::SubmissionReceipt::OUTCOME_READ_BACK_DIFFERS:
      return "read back, not the same";
    case v1::SubmissionReceipt::OUTCOME_REFUSED:
      return "refused by CMS";
    case v1::SubmissionReceipt::OUTCOME_WITHDRAWN:
      return "withdrawn at CMS";
    case v1::SubmissionReceipt::OUTCOME_CANCELLED:
      return "not sent, cancelled before";
    default:
      return "not known whether CMS has it";
  }
}

}  // namespace

Result<Evidence> read_evidence(LogView& log, KeyRing& keys, const WantedEvidence& wanted) {
  Evidence found;
  Reader reader(keys, wanted, &found);
  QCDR_ASSIGN_OR_RETURN(const ReleasedRecords released, ReleasedRecords::open(log));
  QCDR_RETURN_IF_ERROR(log.for_each(kRegistryRecordsTopic,
                                    practice_partition(wanted.practice, log.partitions()), Offset(),
                                    [&](const stream::Record& record) -> Status {
                                      const auto value = released.value_of(record);
                                      v1::RegistryRecord message;
                                      if (!value || !message.ParseFromString(*value))
                                        return Status::ok();
                                      return reader.take(message);
                                    }));
  for (std::int32_t number = 0; number < log.partitions(); ++number) {
    const Status read = log.for_each(
        kDocumentsTopic, Partition(number), Offset(), [&](const stream::Record& record) {
          v1::SubmissionDocumentRecord message;
          if (record.value && message.ParseFromString(*record.value) && message.has_receipt()) {
            reader.take_receipt(message.receipt());
          }
          return Status::ok();
        });
    if (read.code() == ErrorCode::kNotFound) break;  // a log without that topic
    QCDR_RETURN_IF_ERROR(read);
  }
  return found;
}

std::string receipt_words(const v1::SubmissionReceipt& receipt) {
  return fmt::format(
      "{}: {} {}", category_word(receipt.category()), outcome_words(receipt.outcome()),
      instant_word(receipt.answered_at() != 0 ? receipt.answered_at() : receipt.attempted_at()));
}

std::string receipts_json(const std::vector<v1::SubmissionReceipt>& receipts) {
  JsonWriter json;
  json.begin_object();
  json.field("text", receipts.empty() ? "The log has no receipt of CMS for this: nothing was sent "
                                        "by this registry, or not yet."
                                      : "What CMS answered, as the log has it.");
  json.key("receipts");
  json.begin_array();
  for (const v1::SubmissionReceipt& receipt : receipts) {
    json.begin_object();
    json.field("document", receipt.document_id());
    json.field("category", category_word(receipt.category()));
    json.field("attempt", std::int64_t{receipt.attempt()});
    json.field("outcome", outcome_words(receipt.outcome()));
    json.field("attemptedAt", instant_word(receipt.attempted_at()));
    json.field("answeredAt", instant_word(receipt.answered_at()));
    json.field("httpStatus", std::int64_t{receipt.http_status()});
    json.field("cmsSubmissionId", receipt.cms_submission_id());
    json.field("cmsMeasurementSetId", receipt.cms_measurement_set_id());
    json.field("payloadSha256", hex(receipt.payload_sha256()));
    json.field("readBackSha256", hex(receipt.read_back_sha256()));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::string requests_json(const std::vector<v1::SubmissionRequest>& requests) {
  JsonWriter json;
  json.begin_object();
  json.key("requests");
  json.begin_array();
  for (const v1::SubmissionRequest& request : requests) {
    json.begin_object();
    json.field("request", request.request_id());
    json.field("action", v1::SubmissionRequest::Action_Name(request.action()));
    json.field("requestedAt", instant_word(request.requested_at()));
    json.field("requestedBy", v1::Authority_Name(request.actor().authority()));
    json.field("certification", request.certification_id());
    json.field("reason", request.reason());
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

Result<std::string> uploads_json(LogView& log, const std::set<std::string>& ids) {
  QCDR_ASSIGN_OR_RETURN(const auto uploads, log.uploads());
  JsonWriter json;
  json.begin_object();
  json.key("uploads");
  json.begin_array();
  for (const UploadView& upload : uploads) {
    if (ids.count(upload.upload.upload_id()) == 0) continue;
    json.begin_object();
    json.field("upload", upload.upload.upload_id());
    json.field("kind", intake::kind_name(upload.upload.kind()));
    json.field("format", upload.upload.format());
    json.field("receivedAt", upload.received_at.to_string());
    json.field("state", upload_state_name(upload.state));
    json.field("statedBy", v1::Authority_Name(upload.upload.actor().authority()));
    json.field("bytes", static_cast<std::int64_t>(upload.upload.bytes()));
    json.field("sha256", hex(upload.upload.sha256()));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace qcdr

#include "accounts.h"

#include <fmt/core.h>

#include <functional>

#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/upload.pb.h"

namespace qcdr::crash {
namespace {

constexpr std::size_t kRecordsPerRead = 1000;

// Every message of a topic; `Message` is what its records hold.
template <class Message>
Status for_each(stream::Log& log, stream::Reader& reader, const char* topic,
                const std::function<void(const Message&)>& visit) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(topic));
  for (std::int32_t number = 0; number < partitions; ++number) {
    const Partition partition(number);
    QCDR_ASSIGN_OR_RETURN(Offset from, reader.beginning(topic, partition));
    while (true) {
      QCDR_ASSIGN_OR_RETURN(const auto records,
                            reader.read(topic, partition, from, kRecordsPerRead));
      if (records.empty()) break;
      for (const stream::Record& record : records) {
        if (!record.value) continue;  // only the time
        Message message;
        if (!message.ParseFromString(*record.value)) {
          return Status(ErrorCode::kCorruption, std::string(topic) + " cannot be decoded");
        }
        visit(message);
      }
      from = next(records.back().offset);
    }
  }
  return Status::ok();
}

}  // namespace

Result<Accounts> read_accounts(stream::Log& log) {
  Accounts accounts;
  QCDR_ASSIGN_OR_RETURN(const auto reader, log.reader());
  QCDR_RETURN_IF_ERROR(for_each<v1::Upload>(
      log, *reader, kUploadsTopic,
      [&](const v1::Upload& upload) { ++accounts[upload.upload_id()].received; }));
  QCDR_RETURN_IF_ERROR(for_each<v1::RegistryRecord>(
      log, *reader, kRegistryRecordsTopic, [&](const v1::RegistryRecord& record) {
        if (!record.has_upload_completed()) return;
        UploadAccount& account = accounts[record.upload_completed().upload_id()];
        const std::uint32_t rows = record.upload_completed().row_count();
        if (account.rows_read && *account.rows_read != rows) account.counted_otherwise = true;
        account.rows_read = rows;
      }));
  QCDR_RETURN_IF_ERROR(for_each<v1::FindingRecord>(
      log, *reader, kFindingsTopic, [&](const v1::FindingRecord& record) {
        if (!record.has_outcome()) return;
        UploadAccount& account = accounts[record.outcome().upload_id()];
        ++account.outcomes;
        account.outcome = record.outcome();
      }));
  return accounts;
}

std::string to_json(const Accounts& accounts) {
  std::string text;
  for (const auto& [id, account] : accounts) {
    const v1::UploadOutcome& outcome = account.outcome;
    text += fmt::format(
        "{}\"{}\":{{\"received\":{},\"rowsRead\":{},\"countedOtherwise\":{},\"outcomes\":{},"
        "\"refused\":{},\"accepted\":{},\"held\":{},\"rejected\":{},\"duplicate\":{}}}",
        text.empty() ? "" : ",", id, account.received,
        account.rows_read ? std::to_string(*account.rows_read) : "null", account.counted_otherwise,
        account.outcomes, outcome.refused(), outcome.rows_accepted(), outcome.rows_held(),
        outcome.rows_rejected(), outcome.rows_duplicate());
  }
  return "{" + text + "}";
}

}  // namespace qcdr::crash

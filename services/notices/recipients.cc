#include "notices/recipients.h"

#include <algorithm>

#include "common/topic_names.h"
#include "stream/sealed_blob.h"

namespace qcdr {
namespace {

constexpr std::size_t kReadRecords = 1000;
constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::string_view kOfUpload = "upload:";

}  // namespace

Status Recipients::read_on() {
  if (reader_ == nullptr) {
    QCDR_ASSIGN_OR_RETURN(reader_, log_.reader());
    QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log_.partition_count(kUploadsTopic));
    next_.resize(static_cast<std::size_t>(partitions));
  }
  for (std::size_t number = 0; number < next_.size(); ++number) {
    const Partition partition(static_cast<std::int32_t>(number));
    QCDR_ASSIGN_OR_RETURN(const Offset beginning, reader_->beginning(kUploadsTopic, partition));
    next_[number] = std::max(next_[number], beginning);
    for (;;) {
      QCDR_ASSIGN_OR_RETURN(const auto records,
                            reader_->read(kUploadsTopic, partition, next_[number], kReadRecords));
      if (records.empty()) break;
      for (const stream::Record& record : records) {
        v1::Upload upload;
        if (record.value && upload.ParseFromString(*record.value)) see(upload);
      }
      next_[number] = next(records.back().offset);
    }
  }
  return Status::ok();
}

void Recipients::see(const v1::Upload& upload) {
  Known known;
  known.practice = upload.practice_id();
  known.year = upload.performance_year();
  known.blob = upload.blob_reference();
  known.case_file = upload.format().find("nacor-xml") != std::string::npos;
  known.of_registry = upload.actor().authority() == v1::AUTHORITY_REGISTRY_OPERATOR;
  if (known.case_file) newest_case_file_[known.practice] = upload.upload_id();
  uploads_.emplace(upload.upload_id(), std::move(known));
}

std::vector<std::string> Recipients::listed(const std::string& whom) const {
  const auto found = settings_.recipients.find(whom);
  if (found == settings_.recipients.end()) return {};
  std::vector<std::string> addresses = found->second;
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

Result<std::vector<std::string>> Recipients::of_practice(std::uint32_t practice) {
  std::vector<std::string> addresses = listed(std::to_string(practice));
  const auto newest = newest_case_file_.find(practice);
  if (!addresses.empty() || newest == newest_case_file_.end()) return addresses;
  return named_by(uploads_.at(newest->second));
}

Result<std::vector<std::string>> Recipients::named_by(const Known& upload) {
  auto blob = blobs_.open(upload.blob);
  if (blob.status().code() == ErrorCode::kNotFound) return std::vector<std::string>();
  QCDR_RETURN_IF_ERROR(blob.status());
  auto opened = stream::open_sealed_blob(std::move(blob).value(), [&](const std::string& key_id) {
    return keys_.data_key(PracticeId(upload.practice), PerformanceYear(upload.year), key_id);
  });
  if (opened.status().code() == ErrorCode::kNotFound) return std::vector<std::string>();
  QCDR_RETURN_IF_ERROR(opened.status());
  HeaderAddresses addresses;
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, opened.value()->read(kReadBytes));
    if (bytes.empty() || !addresses.feed(bytes)) break;
  }
  return addresses.take();
}

Result<std::vector<std::string>> Recipients::of(const v1::Notice& notice) {
  const std::string& reference = notice.recipient_reference();
  QCDR_RETURN_IF_ERROR(read_on());
  if (!std::string_view(reference).starts_with(kOfUpload)) {
    return of_practice(notice.practice_id());
  }
  const auto found = uploads_.find(reference.substr(kOfUpload.size()));
  if (found == uploads_.end()) return of_practice(notice.practice_id());
  if (found->second.of_registry) return listed("registry");
  if (found->second.case_file) {
    QCDR_ASSIGN_OR_RETURN(auto addresses, named_by(found->second));
    if (!addresses.empty()) return addresses;
  }
  return of_practice(notice.practice_id());
}

}  // namespace qcdr

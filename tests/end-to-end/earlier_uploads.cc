// earlier_uploads: puts files onto the log of a data directory as earlier versions took them in.
//
//   earlier_uploads DATA_DIR FILE...
//
// Their upload ids were a plain hash of practice, year, kind and bytes, and their records say
// nothing of names. Names begin with the instant of receipt. `qcdr dev` validates and folds them.
// Exit codes: 0 ok, 1 error, 2 usage.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "common/event_headers.h"
#include "common/file_key_ring.h"
#include "common/topic_names.h"
#include "core/bytes.h"
#include "ingest/known_uploads.h"
#include "stream/embedded/embedded_log.h"
#include "stream/file_blob_store.h"
#include "stream/sealed_blob.h"
#include "stream/system_clock.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::int32_t kPartitions = 4;
constexpr std::size_t kIdBytes = 16;

std::string earlier_id(const FileContent& content) {
  ByteWriter writer;
  writer.u32(content.identified.practice.value());
  writer.u32(static_cast<std::uint32_t>(content.identified.year.value()));
  writer.u32(static_cast<std::uint32_t>(content.identified.kind));
  writer.raw(view(content.sha256));
  return hex(view(sha256(writer.bytes())).substr(0, kIdBytes));
}

class Directory {
 public:
  Status open(const std::string& base) {
    std::filesystem::create_directories(base);
    QCDR_ASSIGN_OR_RETURN(keys_, FileKeyRing::open({base + "/keys"}));
    QCDR_ASSIGN_OR_RETURN(blobs_, stream::FileBlobStore::open_store(base + "/blobs"));
    stream::EmbeddedLogOptions options;
    options.directory = base + "/log";
    options.clock = &clock_;
    QCDR_ASSIGN_OR_RETURN(log_, stream::EmbeddedLog::open(options));
    stream::TopicUse use;
    use.replay = true;
    use.partitions = kPartitions;
    QCDR_ASSIGN_OR_RETURN(const auto topics,
                          stream::load_topics("topics.yaml", stream::built_in_topics(), use));
    QCDR_RETURN_IF_ERROR(log_->ensure_topics(topics));
    QCDR_ASSIGN_OR_RETURN(appender_, log_->appender());
    return Status::ok();
  }

  Status take(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    QCDR_ASSIGN_OR_RETURN(const Instant received, Instant::parse(name.substr(0, name.find('_'))));
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    const std::string bytes = text.str();
    bool given = false;
    QCDR_ASSIGN_OR_RETURN(const FileContent content,
                          read_content([&](std::size_t) -> Result<std::string> {
                            return std::exchange(given, true) ? std::string() : bytes;
                          }));
    const std::string id = earlier_id(content);
    const intake::Identified& what = content.identified;
    QCDR_ASSIGN_OR_RETURN(const DataKey key, keys_->current_data_key(what.practice, what.year));
    QCDR_ASSIGN_OR_RETURN(auto blob, blobs_->create());
    QCDR_ASSIGN_OR_RETURN(auto writer,
                          stream::seal_blob(std::move(blob), key, keys_->fresh_nonce()));
    QCDR_RETURN_IF_ERROR(writer->write(bytes));
    QCDR_RETURN_IF_ERROR(writer->commit(id));
    v1::Upload upload;
    upload.set_upload_id(id);
    upload.set_practice_id(what.practice.value());
    upload.set_performance_year(what.year.value());
    upload.set_kind(what.kind);
    upload.mutable_actor()->set_subject("inbox");
    upload.mutable_actor()->set_authority(v1::AUTHORITY_PRACTICE_ADMINISTRATOR);
    upload.set_blob_reference(id);
    upload.set_sha256(std::string(view(content.sha256)));
    upload.set_bytes(bytes.size());
    upload.set_format(what.format);
    upload.set_idempotency_key(id);
    upload.set_key_id(key.id);
    upload.set_test_mode(true);
    return appender_
        ->append({kUploadsTopic, practice_partition(what.practice, kPartitions),
                  practice_key(what.practice), upload.SerializeAsString(), upload_headers(id),
                  received})
        .status();
  }

 private:
  stream::SystemClock clock_;
  std::unique_ptr<FileKeyRing> keys_;
  std::unique_ptr<stream::FileBlobStore> blobs_;
  std::unique_ptr<stream::EmbeddedLog> log_;
  std::unique_ptr<stream::Appender> appender_;
};

Status run(int argc, char** argv) {
  Directory directory;
  QCDR_RETURN_IF_ERROR(directory.open(argv[1]));
  for (int i = 2; i < argc; ++i) QCDR_RETURN_IF_ERROR(directory.take(argv[i]));
  return Status::ok();
}

}  // namespace
}  // namespace qcdr

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: earlier_uploads DATA_DIR FILE...\n");
    return 2;
  }
  const qcdr::Status status = qcdr::run(argc, argv);
  if (!status.is_ok()) std::fprintf(stderr, "earlier_uploads: %s\n", status.to_string().c_str());
  return status.is_ok() ? 0 : 1;
}

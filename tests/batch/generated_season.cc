#include "generated_season.h"

#include <gtest/gtest.h>

#include <map>

#include "core/crypto.h"
#include "generate/generate.h"
#include "intake/chunk_builder.h"
#include "intake/identify.h"
#include "intake/testing_key_ring.h"

namespace qcdr::batch {
namespace {

constexpr std::size_t kInstantCharacters = 20;
constexpr std::size_t kUploadIdBytes = 16;

class MemorySink final : public generate::Sink {
 public:
  Status begin(const std::string& name) override {
    current_ = &files[name];
    return Status::ok();
  }
  Status write(std::string_view bytes) override {
    current_->append(bytes);
    return Status::ok();
  }
  Status end() override { return Status::ok(); }
  std::map<std::string, std::string> files;  // by name, which begins with the instant

 private:
  std::string* current_ = nullptr;
};

void read_file(const std::string& name, const std::string& bytes, intake::TestingKeyRing& keys,
               const ChunkTaker& taker) {
  const std::size_t folder = name.find('/');  // what the registry states stands in one
  const std::size_t first = folder == std::string::npos ? 0 : folder + 1;
  const auto received = Instant::parse(name.substr(first, kInstantCharacters));
  ASSERT_TRUE(received.is_ok()) << name;
  const auto identified = intake::identify(bytes);
  ASSERT_TRUE(identified.is_ok()) << name << ": " << identified.status().to_string();
  v1::Chunk chunk;
  chunk.set_upload_id(hex(view(sha256(name + bytes)).substr(0, kUploadIdBytes)));
  chunk.set_practice_id(identified.value().practice.value());
  chunk.set_performance_year(identified.value().year.value());
  chunk.set_kind(identified.value().kind);
  chunk.set_received_at(received.value().milliseconds());
  chunk.mutable_actor()->set_authority(first == 0 ? v1::AUTHORITY_PRACTICE_ADMINISTRATOR
                                                  : v1::AUTHORITY_REGISTRY_OPERATOR);
  intake::ChunkBuilder builder([&](std::uint32_t first_ordinal, const v1::ChunkRows& rows) {
    chunk.set_first_ordinal(first_ordinal);
    chunk.set_row_count(static_cast<std::uint32_t>(rows.rows_size()));
    taker.chunk(chunk, rows);
    return Status::ok();
  });
  intake::ParserOptions options;
  options.practice = identified.value().practice;
  options.year = identified.value().year;
  options.rules = rulebook::Rulebook::built_in().find_year(options.year);
  options.test_mode = true;
  options.received_at = received.value();
  auto parser = intake::make_parser(identified.value().kind, identified.value().format, options,
                                    keys, builder);
  ASSERT_TRUE(parser.is_ok()) << name;
  ASSERT_TRUE(parser.value()->feed(bytes).is_ok()) << name;
  ASSERT_TRUE(parser.value()->finish().is_ok()) << name;
  ASSERT_TRUE(builder.flush().is_ok()) << name;
  v1::UploadCompleted completed;
  completed.set_upload_id(chunk.upload_id());
  completed.set_practice_id(chunk.practice_id());
  completed.set_performance_year(chunk.performance_year());
  completed.set_kind(chunk.kind());
  completed.set_row_count(builder.row_count());
  completed.set_received_at(chunk.received_at());
  for (const v1::Verdict& verdict : builder.file_verdicts()) *completed.add_verdicts() = verdict;
  taker.completed(completed);
}

}  // namespace

void read_generated_season(const generate::Options& options, const ChunkTaker& taker) {
  MemorySink sink;
  ASSERT_TRUE(generate::generate(options, &sink).is_ok());
  intake::TestingKeyRing keys;
  std::multimap<std::string, std::string> in_time;  // from the name without folder to the name
  for (const auto& [name, bytes] : sink.files) {
    in_time.emplace(name.substr(name.rfind('/') + 1), name);
  }
  for (const auto& [sorted, name] : in_time) read_file(name, sink.files.at(name), keys, taker);
}

}  // namespace qcdr::batch

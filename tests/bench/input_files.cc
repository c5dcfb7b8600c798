// Writes a bench's input to two files that other programs can append to a topic, record by record.
//
// DIRECTORY/sealed has the records of registry-records as the pipeline writes them, sealed with
// keys that are made in DIRECTORY/keys: what `qcdr serve scoring --keys` folds. DIRECTORY/plain has
// the same records with rows that are not sealed, for a program that has no key ring. Practices of
// all partitions stand mixed, in the order of their files. A record, numbers big-endian: partition
// u32 | timestamp in milliseconds i64 | cases in it u32 | text key | text value; text: length u32,
// bytes.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "bench_input.h"
#include "common/chunk_seal.h"
#include "common/file_key_ring.h"
#include "core/bytes.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::bench {
namespace {

struct Files {
  std::ofstream sealed;
  std::ofstream plain;
};

void write_text(ByteWriter& writer, const std::string& text) {
  writer.big_u32(static_cast<std::uint32_t>(text.size()));
  writer.raw(text);
}

void write_record(std::ofstream& file, std::size_t partition, const InputRecord& record,
                  std::uint32_t cases, const std::string& value) {
  ByteWriter writer;
  writer.big_u32(static_cast<std::uint32_t>(partition));
  writer.big_u64(static_cast<std::uint64_t>(record.timestamp.milliseconds()));
  writer.big_u32(cases);
  write_text(writer, record.key);
  write_text(writer, value);
  const std::string bytes = writer.take();
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

Status write_both(Files& files, ChunkOpener& opener, std::size_t partition,
                  const InputRecord& record) {
  v1::RegistryRecord message;
  if (!message.ParseFromString(record.value)) {
    return Status(ErrorCode::kInternal, "a record of the input cannot be decoded");
  }
  std::uint32_t cases = 0;
  if (message.has_chunk()) {
    v1::Chunk& chunk = *message.mutable_chunk();
    v1::ChunkRows rows;
    QCDR_RETURN_IF_ERROR(opener.open(chunk, &rows));
    if (chunk.kind() == v1::RECORD_KIND_ANESTHESIA_CASE) cases = chunk.row_count();
    chunk.set_sealed_rows(rows.SerializeAsString());
    chunk.clear_nonce();
    chunk.clear_key_id();
  }
  write_record(files.sealed, partition, record, cases, record.value);
  write_record(files.plain, partition, record, cases, message.SerializeAsString());
  return Status::ok();
}

// Partitions of a round are mixed in proportion to what each holds.
Status write_round(Files& files, ChunkOpener& opener, const Input& round) {
  std::vector<std::size_t> written(round.partitions.size());
  std::size_t left = 0;
  for (const auto& records : round.partitions) left += records.size();
  for (; left > 0; --left) {
    std::size_t next = round.partitions.size();
    for (std::size_t i = 0; i < round.partitions.size(); ++i) {
      if (written[i] == round.partitions[i].size()) continue;
      if (next == round.partitions.size() || (written[i] + 1) * round.partitions[next].size() <
                                                 (written[next] + 1) * round.partitions[i].size()) {
        next = i;
      }
    }
    QCDR_RETURN_IF_ERROR(write_both(files, opener, next, round.partitions[next][written[next]]));
    ++written[next];
  }
  return Status::ok();
}

Status run(const InputOptions& options, const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  Files files;
  files.sealed.open(directory + "/sealed", std::ios::binary | std::ios::trunc);
  files.plain.open(directory + "/plain", std::ios::binary | std::ios::trunc);
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open({directory + "/keys"}));
  ChunkOpener opener(*keys);
  std::uint64_t cases = 0;
  std::uint64_t records = 0;
  QCDR_RETURN_IF_ERROR(make_input_by_round(options, *keys, [&](const Input& round) {
    cases = round.cases;
    records = round.records;
    return write_round(files, opener, round);
  }));
  files.sealed.close();
  files.plain.close();
  if (!files.sealed || !files.plain) {
    return Status(ErrorCode::kUnavailable, "the files cannot be written");
  }
  fmt::print("{} cases in {} records\n", cases, records);
  return Status::ok();
}

int main_of(int argc, char** argv) {
  InputOptions options;
  options.partitions = 24;
  bool scattered = false;
  std::string directory;
  CLI::App app("Input of a bench as files; see docs/performance.md");
  app.add_option("--cases", options.cases, "Cases of all practices together");
  app.add_option("--practices", options.practices);
  app.add_option("--clinicians", options.clinicians_per_practice, "Per practice");
  app.add_option("--files", options.files_per_practice, "Files of cases per practice");
  app.add_option("--correction-percent", options.corrections_percent);
  app.add_option("--partitions", options.partitions);
  app.add_flag("--scattered", scattered, "Chunks of one row, each of another practice");
  app.add_option("--out", directory, "Directory to write")->required();
  CLI11_PARSE(app, argc, argv);
  if (scattered) options.arrangement = Arrangement::kScattered;
  const Status status = run(options, directory);
  if (status.is_ok()) return 0;
  fmt::print(stderr, "input_files: {}\n", status.to_string());
  return 1;
}

}  // namespace
}  // namespace qcdr::bench

int main(int argc, char** argv) {
  return qcdr::bench::main_of(argc, argv);
}

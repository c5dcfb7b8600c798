// `qcdr dlq list|show|redrive`
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "cli/commands.h"
#include "cli/dead_letters.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/open_log.h"
#include "cli/output.h"
#include "cli/text_table.h"
#include "common/topic_names.h"
#include "core/crypto.h"
#include "core/identifiers.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

struct Options : LogOptions {
  std::string topic;
  std::string at;  // PARTITION/OFFSET on the dead-letter topic
  bool everything = false;
  std::string bytes_to;
  bool json = false;
  std::uint32_t practice = 0;  // 0: none; release it
  bool leave_out = false;
  std::string mended;  // file
};

Result<std::pair<Partition, Offset>> place_of(const std::string& text) {
  int partition = -1;
  long long offset = -1;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d/%lld%c", &partition, &offset, &rest) != 2 || partition < 0 ||
      offset < 0) {
    return Status(ErrorCode::kInvalidArgument,
                  "a dead letter is named PARTITION/OFFSET, as `qcdr dlq list` prints it");
  }
  return std::pair(Partition(partition), Offset(offset));
}

std::string place_text(const stream::Record& letter) {
  return std::to_string(letter.partition.value()) + "/" + std::to_string(letter.offset.value());
}

void write_letter(const LaidAside& each, JsonWriter* json) {
  json->begin_object();
  json->field("topic", each.letter.topic);
  json->field("partition", each.letter.partition.value());
  json->field("offset", each.letter.offset.value());
  json->field("laidAsideAt", each.letter.timestamp.to_string());
  json->field("originalTopic", each.was.topic);
  json->field("originalPartition", each.was.partition.value());
  json->field("originalOffset", each.was.offset.value());
  json->field("receivedAt", each.was.timestamp.to_string());
  json->field("stage", each.was.stage);
  json->field("error", each.was.why);
  json->field("key", each.letter.key);
  const std::string bytes = each.letter.value.value_or("");
  json->field("bytes", static_cast<std::int64_t>(bytes.size()));
  json->field("sha256", hex(view(sha256(bytes))));
  json->flag("laidBack", each.laid_back);
  if (each.was.parked) {
    json->field("parkedPractice", std::int64_t{each.was.parked->practice.value()});
    json->field("parkedAtOffset", each.was.parked->since.value());
    json->field("parkedNumber", static_cast<std::int64_t>(each.was.parked->number));
    json->flag("cannotBeFolded", each.was.poison);
  }
  json->end_object();
}

std::string as_json(const std::vector<LaidAside>& letters) {
  JsonWriter json;
  json.begin_object();
  json.key("deadLetters");
  json.begin_array();
  for (const LaidAside& each : letters) write_letter(each, &json);
  json.end_array();
  json.end_object();
  return json.take();
}

std::string as_text(const std::vector<LaidAside>& letters) {
  TextTable table;
  for (const char* title : {"Dead-letter topic", "Letter", "Laid aside", "Was at", "Stage", "Why",
                            "Parked practice", "Laid back"}) {
    table.column(title);
  }
  for (const LaidAside& each : letters) {
    table.row(
        {each.letter.topic, place_text(each.letter), each.letter.timestamp.to_string(),
         std::to_string(each.was.partition.value()) + "/" + std::to_string(each.was.offset.value()),
         each.was.stage, each.was.why,
         each.was.parked ? std::to_string(each.was.parked->practice.value()) : "",
         each.laid_back ? "yes" : "no"});
  }
  return table.to_text();
}

Result<std::vector<LaidAside>> chosen(DeadLetters& letters, const Options& options) {
  QCDR_ASSIGN_OR_RETURN(std::vector<LaidAside> found, letters.list(options.topic));
  if (!options.everything) {
    std::erase_if(found, [](const LaidAside& each) { return each.laid_back; });
  }
  return found;
}

// 3 when some wait, so that a script can ask.
Result<int> list(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto open, open_log(options, false));
  DeadLetters letters(*open->log, open->replay);
  QCDR_ASSIGN_OR_RETURN(const auto found, chosen(letters, options));
  std::fputs((options.json ? as_json(found) : as_text(found)).c_str(), out());
  const bool waiting =
      std::any_of(found.begin(), found.end(), [](const auto& each) { return !each.laid_back; });
  return static_cast<int>(waiting ? kExitFindings : kExitOk);
}

Status write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file ? Status::ok() : Status(ErrorCode::kIo, path + " cannot be written");
}

Result<int> show(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto place, place_of(options.at));
  QCDR_ASSIGN_OR_RETURN(const auto open, open_log(options, false));
  DeadLetters letters(*open->log, open->replay);
  QCDR_ASSIGN_OR_RETURN(const LaidAside found,
                        letters.find(options.topic, place.first, place.second));
  if (!options.bytes_to.empty()) {
    QCDR_RETURN_IF_ERROR(write_bytes(options.bytes_to, found.letter.value.value_or("")));
  }
  JsonWriter json;
  write_letter(found, &json);
  std::fputs(json.take().c_str(), out());
  return static_cast<int>(kExitOk);
}

Result<int> release(const Options& options, DeadLetters& letters) {
  if (options.topic != kRegistryRecordsTopic &&
      options.topic != stream::dead_letter_topic(kRegistryRecordsTopic)) {
    return Status(ErrorCode::kInvalidArgument,
                  std::string("practices are parked on ") + kRegistryRecordsTopic + " only");
  }
  Cure cure;
  cure.leave_out = options.leave_out;
  if (!options.mended.empty()) {
    std::ifstream file(options.mended, std::ios::binary);
    if (!file) return Status(ErrorCode::kIo, options.mended + " cannot be read");
    cure.mended.emplace(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  QCDR_ASSIGN_OR_RETURN(const std::size_t records,
                        letters.release(PracticeId(options.practice), cure));
  std::fprintf(
      stderr,
      "%zu records of practice %u were laid back; once they are folded, `qcdr dlq list` says "
      "whether more came meanwhile\n",
      records, options.practice);
  return static_cast<int>(kExitOk);
}

// What waits for its practice goes with its practice only.
Result<std::vector<LaidAside>> to_lay_back(DeadLetters& letters, const Options& options) {
  std::vector<LaidAside> found;
  if (options.at.empty()) {
    QCDR_ASSIGN_OR_RETURN(found, chosen(letters, options));
    const std::size_t parked =
        std::erase_if(found, [](const auto& each) { return each.was.parked.has_value(); });
    if (parked > 0) {
      std::fprintf(stderr, "%zu records wait for parked practices: --practice\n", parked);
    }
    return found;
  }
  QCDR_ASSIGN_OR_RETURN(const auto place, place_of(options.at));
  QCDR_ASSIGN_OR_RETURN(LaidAside one, letters.find(options.topic, place.first, place.second));
  if (one.was.parked) {
    return Status(ErrorCode::kFailedPrecondition,
                  "the record waits for its practice, which is parked: --practice " +
                      std::to_string(one.was.parked->practice.value()));
  }
  found.push_back(std::move(one));
  return found;
}

Result<int> redrive(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto open, open_log(options, true));
  DeadLetters letters(*open->log, open->replay);
  if (options.practice != 0) return release(options, letters);
  QCDR_ASSIGN_OR_RETURN(const std::vector<LaidAside> found, to_lay_back(letters, options));
  for (const LaidAside& each : found) QCDR_RETURN_IF_ERROR(letters.lay_back(each));
  std::fprintf(stderr, "%zu records were laid back on their topics\n", found.size());
  return static_cast<int>(kExitOk);
}

void add_where(CLI::App* command, Options* options) {
  add_place_options(command, &options->place, false);
  add_log_options(command, options);
}

int finish(const Result<int>& done) {
  return done.is_ok() ? done.value() : report(done.status());
}

}  // namespace

void add_dlq_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* dlq = app.add_subcommand("dlq", "Records that could not be read and were laid aside");
  dlq->require_subcommand(1);
  dlq->footer("Example:\n  qcdr dlq list --broker 127.0.0.1:9092");
  CLI::App* lists = dlq->add_subcommand("list", "What waits; 3 when something does");
  add_where(lists, options.get());
  lists->add_option("TOPIC", options->topic, "Only of this topic");
  lists->add_flag("--all", options->everything, "Also what was laid back");
  lists->add_flag("--json", options->json, "JSON on standard output");
  lists->footer("Example:\n  qcdr dlq list --config qcdr.yaml --json");
  lists->callback([options, exit_code] { *exit_code = finish(list(*options)); });

  CLI::App* shows = dlq->add_subcommand("show", "Everything about one letter but its bytes");
  add_where(shows, options.get());
  shows->add_option("TOPIC", options->topic, "The topic it was on")->required();
  shows->add_option("LETTER", options->at, "PARTITION/OFFSET on the dead-letter topic")->required();
  shows->add_option("--bytes-to", options->bytes_to,
                    "Writes its bytes into this file; they can hold personal data");
  shows->footer("Example:\n  qcdr dlq show qcdr.internal.uploads.v1 3/17 --broker 127.0.0.1:9092");
  shows->callback([options, exit_code] { *exit_code = finish(show(*options)); });

  CLI::App* redrives = dlq->add_subcommand(
      "redrive", "Lays records back on their topics, with the time they were received first");
  add_where(redrives, options.get());
  redrives->add_option("TOPIC", options->topic, "The topic they were on")->required();
  CLI::Option* letter =
      redrives->add_option("LETTER", options->at, "Only this one: PARTITION/OFFSET");
  CLI::Option* practice =
      redrives
          ->add_option("--practice", options->practice,
                       "Release this parked practice, and lay back all of it that waits")
          ->check(CLI::PositiveNumber)
          ->excludes(letter);
  CLI::Option* without = redrives->add_flag("--without-poison", options->leave_out,
                                            "Leave the record that cannot be folded out, for good");
  redrives
      ->add_option("--mended", options->mended,
                   "File with the bytes of the record that takes its place")
      ->excludes(without)
      ->needs(practice);
  without->needs(practice);
  redrives->footer(
      "Example:\n  qcdr dlq redrive qcdr.internal.uploads.v1 3/17 --config qcdr.yaml\n"
      "  qcdr dlq redrive qcdr.internal.registry-records.v1 --practice 1234 --without-poison "
      "--config qcdr.yaml");
  redrives->callback([options, exit_code] { *exit_code = finish(redrive(*options)); });
}

}  // namespace qcdr

// `qcdr submission preview|list|build|send`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/first_screen.h"
#include "cli/open_log.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/submission_batch.h"
#include "cli/submission_list.h"
#include "cli/submission_preview.h"
#include "cli/submission_send.h"
#include "cli/whole_file.h"
#include "common/event_headers.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"

namespace qcdr {
namespace {

struct Options : LogOptions {
  bool json = false;
  std::uint32_t practice = 0;
  bool certification = false;  // print the file to sign
  std::string batch_file;
  std::string certification_id;
  std::vector<std::string> entities;  // hex; none: all of the batch
  std::string action = "send";
  std::string reason;
  std::string actor = "operator";
  std::string received_at;
};

Result<std::unique_ptr<StateView>> state_of(const Options& options) {
  return StateView::open(state_directories(options.place), key_directory(options.place));
}

Status preview(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto view, state_of(options));
  QCDR_ASSIGN_OR_RETURN(const FirstScreen screen, read_first_screen(*view));
  std::fputs(
      (options.json ? submission_preview_json(screen) : submission_preview_text(screen)).c_str(),
      out());
  return Status::ok();
}

Status list(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto view, state_of(options));
  QCDR_ASSIGN_OR_RETURN(const SubmissionList found, read_submissions(*view));
  std::fputs((options.json ? submission_list_json(found) : submission_list_text(found)).c_str(),
             out());
  return Status::ok();
}

Status build(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto view, state_of(options));
  const auto practice =
      options.practice == 0 ? std::nullopt : std::optional(PracticeId(options.practice));
  QCDR_ASSIGN_OR_RETURN(const auto batches, build_batches(*view, practice));
  const std::string text = options.certification ? certification_csv(batches)
                           : options.json        ? submission_batch_json(batches)
                                                 : submission_batch_text(batches);
  std::fputs(text.c_str(), out());
  return Status::ok();
}

bool is_meant(const Options& options, const SignedEntity& entity) {
  return options.entities.empty() || std::find(options.entities.begin(), options.entities.end(),
                                               entity.entity.to_hex()) != options.entities.end();
}

Result<SendOrder> order_of(const Options& options, OpenLog& open) {
  SendOrder order;
  order.action = options.action == "replace"    ? v1::SubmissionRequest::ACTION_REPLACE
                 : options.action == "withdraw" ? v1::SubmissionRequest::ACTION_WITHDRAW
                 : options.action == "verify"   ? v1::SubmissionRequest::ACTION_VERIFY
                                                : v1::SubmissionRequest::ACTION_SEND;
  order.certification_id = options.certification_id;
  order.reason = options.reason;
  order.actor = options.actor;
  order.requested_at = open.clock.now();
  if (!options.received_at.empty()) {
    if (!open.replay) {
      return Status(ErrorCode::kInvalidArgument,
                    "--received-at: the log says itself when a record was received");
    }
    QCDR_ASSIGN_OR_RETURN(order.requested_at, Instant::parse(options.received_at));
  }
  order.run = options.action + "-" + std::to_string(order.requested_at.milliseconds());
  return order;
}

// The key that is to seal is named with the request, so that whoever folds it seals with the same.
Status send(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const std::string json, read_whole_file(options.batch_file));
  QCDR_ASSIGN_OR_RETURN(const std::vector<SignedBatch> batches, read_signed_batches(json));
  FileKeyRing::Options ring;
  ring.directory = key_directory(options.place);
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open(ring));
  QCDR_ASSIGN_OR_RETURN(const auto open, open_log(options, true));
  QCDR_ASSIGN_OR_RETURN(SendOrder order, order_of(options, *open));
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions,
                        open->log->partition_count(kRegistryRecordsTopic));
  std::vector<stream::OutputRecord> records;
  for (const SignedBatch& batch : batches) {
    if (options.practice != 0 && batch.practice != PracticeId(options.practice)) continue;
    QCDR_ASSIGN_OR_RETURN(const DataKey key, keys->current_data_key(batch.practice, batch.year));
    order.key_id = key.id;
    for (const SignedEntity& entity : batch.entities) {
      if (!is_meant(options, entity)) continue;
      v1::RegistryRecord record;
      QCDR_ASSIGN_OR_RETURN(*record.mutable_submission_request(),
                            make_request(batch, entity, order));
      const auto at = open->replay ? std::optional(order.requested_at) : std::nullopt;
      records.push_back({kRegistryRecordsTopic,
                         practice_partition(batch.practice, partitions),
                         practice_key(batch.practice),
                         record.SerializeAsString(),
                         {{kIdHeader, record.submission_request().request_id()}},
                         at});
    }
  }
  if (records.empty()) return Status(ErrorCode::kNotFound, "the batch has nobody that is meant");
  const std::size_t count = records.size();
  QCDR_ASSIGN_OR_RETURN(const auto appender, open->log->appender());
  QCDR_RETURN_IF_ERROR(appender->append_all(std::move(records)));
  std::fprintf(stderr,
               "%zu requests were written; `qcdr submission list` shows what becomes of them\n",
               count);
  return Status::ok();
}

void add_send(CLI::App* submission, const std::shared_ptr<Options>& options, int* exit_code) {
  CLI::App* command = submission->add_subcommand(
      "send", "Asks for the documents of a certified batch to be sent, replaced or withdrawn");
  add_place_options(command, &options->place, false);
  add_log_options(command, options.get());
  command->add_option("BATCH", options->batch_file, "What `qcdr submission build --json` printed")
      ->required();
  command->add_option("--certification", options->certification_id,
                      "Batch id of the certification; else that of the batch");
  command->add_option("--entity", options->entities, "Only this one, by its id; may be repeated");
  command->add_option("--practice", options->practice, "Only this practice");
  command->add_option("--action", options->action, "send, replace, verify or withdraw")
      ->check(CLI::IsMember({"send", "replace", "verify", "withdraw"}));
  command->add_option("--reason", options->reason, "Why, without personal data");
  command->add_option("--actor", options->actor, "Who asks: the registry's id of an officer");
  command->add_option("--received-at", options->received_at,
                      "When it was asked, on a log that takes the producer's timestamps");
  command->footer("Example:\n  qcdr submission send batch.json --data-dir build/run-local");
  command->callback([options, exit_code] {
    const Status sent = send(*options);
    *exit_code = sent.is_ok() ? kExitOk : report(sent);
  });
}

}  // namespace

void add_submission_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* submission = app.add_subcommand("submission", "What goes to CMS");
  submission->require_subcommand(1);
  submission->footer("Example:\n  qcdr submission preview --json");
  const auto reads = [&](const char* name, const char* about, const char* example, auto run) {
    CLI::App* command = submission->add_subcommand(name, about);
    add_place_options(command, &options->place, true);
    command->add_flag("--json", options->json, "JSON on standard output");
    command->footer(std::string("Example:\n  ") + example);
    command->callback([options, exit_code, run] {
      *exit_code = run_or_ask(data_directory(options->place), [&] { return run(*options); });
    });
    return command;
  };
  reads("preview",
        "The document of each TIN and pair as it would be sent now, or why there is none",
        "qcdr submission preview --data-dir build/run-local --json", preview);
  reads("list", "Documents that were frozen and what became of them; requests and why not",
        "qcdr submission list --data-dir build/run-local", list);
  CLI::App* builds =
      reads("build", "The batch of each practice as it could be certified now, with its root",
            "qcdr submission build --data-dir build/run-local --json > batch.json", build);
  builds->add_option("--practice", options->practice, "Only this practice");
  builds->add_flag("--certification", options->certification,
                   "The file to be signed instead: records of kind certification");
  add_send(submission, options, exit_code);
}

}  // namespace qcdr

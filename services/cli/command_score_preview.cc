// `qcdr score-preview`: the scoring contract on the command line.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "core/time.h"
#include "rulebook/rulebook.h"
#include "scoring/json_document.h"
#include "scoring/score_preview.h"

namespace qcdr {
namespace {

constexpr std::size_t kLineBytesMax = 1U << 20;

struct Options {
  std::string submission;
  std::string profile;
  std::string as_of;
  bool batch = false;
  bool summary = false;
};

Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string text;
  std::string block(64U << 10, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > scoring::kJsonBytesMax) {
      return Status(ErrorCode::kLimitExceeded, name + ": more than 8 MiB");
    }
  }
  return text;
}

// "-" is standard input.
Result<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(std::cin, "standard input");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, path + ": cannot be opened");
  return read_all(file, path);
}

Result<scoring::PreviewOptions> preview_options(const Options& options) {
  scoring::PreviewOptions preview;
  if (options.summary) preview.detail = scoring::TreeDetail::kSummary;
  if (!options.as_of.empty()) {
    QCDR_ASSIGN_OR_RETURN(preview.as_of, Instant::parse(options.as_of));
  }
  return preview;
}

Status preview_one(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const scoring::PreviewOptions preview, preview_options(options));
  QCDR_ASSIGN_OR_RETURN(const std::string submission, read_file(options.submission));
  std::string profile;
  if (!options.profile.empty()) {
    QCDR_ASSIGN_OR_RETURN(profile, read_file(options.profile));
    if (profile.empty()) return Status(ErrorCode::kInvalidArgument, "profile: the file is empty");
  }
  const scoring::PreviewRules rules(rulebook::Rulebook::built_in());
  QCDR_ASSIGN_OR_RETURN(const std::string answer,
                        scoring::preview_score(rules, submission, profile, preview));
  std::fputs((answer + "\n").c_str(), out());
  return Status::ok();
}

// One line in, one line out, in order. A line that cannot be read is answered with its error.
Result<int> preview_lines(std::istream& in, const scoring::PreviewOptions& preview) {
  const scoring::PreviewRules rules(rulebook::Rulebook::built_in());
  int exit_code = kExitOk;
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Result<std::string> answer =
        line.size() > kLineBytesMax
            ? Result<std::string>(Status(ErrorCode::kLimitExceeded, "/: a line of more than 1 MiB"))
            : scoring::preview_line(rules, line, preview);
    if (!answer.is_ok()) {
      exit_code = kExitFindings;
      std::fprintf(stderr, "qcdr: line %llu: %s\n", static_cast<unsigned long long>(number),
                   answer.status().message().c_str());
    }
    const std::string& text =
        answer.is_ok() ? answer.value() : scoring::preview_error_line(answer.status());
    std::fputs((text + "\n").c_str(), out());
  }
  return exit_code;
}

Result<int> preview_batch(const Options& options) {
  if (!options.profile.empty()) {
    return Status(ErrorCode::kInvalidArgument, "--profile: a batch has its profile in each line");
  }
  QCDR_ASSIGN_OR_RETURN(const scoring::PreviewOptions preview, preview_options(options));
  if (options.submission == "-") return preview_lines(std::cin, preview);
  std::ifstream file(options.submission, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, options.submission + ": cannot be opened");
  return preview_lines(file, preview);
}

int run(const Options& options) {
  if (!options.batch) return report(preview_one(options));
  const Result<int> exit_code = preview_batch(options);
  return exit_code.is_ok() ? exit_code.value() : report(exit_code.status());
}

}  // namespace

void add_score_preview_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* preview = app.add_subcommand(
      "score-preview", "Projected score of a QPP submission, without any stored state");
  preview
      ->add_option(
          "submission", options->submission,
          "Submission JSON, or with --batch one {\"submission\", \"profile\"} a line; - is "
          "standard input")
      ->required();
  preview->add_option("--profile", options->profile, "Profile JSON: statuses, type, pathway");
  preview->add_flag("--batch", options->batch, "One answer a line, in order");
  preview->add_flag("--summary", options->summary, "Leave out the parts of the score");
  preview->add_option("--as-of", options->as_of,
                      "Use only factors that were released by then; all by default");
  preview->footer(
      "Examples:\n"
      "  qcdr score-preview submission.json --profile profile.json\n"
      "  qcdr score-preview --batch --summary - < lines.ndjson > answers.ndjson\n"
      "Exit codes: 0 ok, 2 the input is wrong (a JSON pointer says where), 3 some lines of a batch "
      "are.");
  preview->callback([options, exit_code] { *exit_code = run(*options); });
}

}  // namespace qcdr

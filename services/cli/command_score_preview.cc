// `qcdr score-preview`: the scoring contract on the command line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/rulebook_directory.h"
#include "core/time.h"
#include "rulebook/rulebook.h"
#include "scoring/json_document.h"
#include "scoring/score_preview.h"

namespace qcdr {
namespace {

constexpr std::size_t kBlockBytes = 64U << 10;

struct Options {
  std::string submission;
  std::string profile;
  std::string as_of;
  std::string rulebook;  // a directory; empty: the one that is built in
  bool batch = false;
  bool summary = false;
};

// Stops behind the limit: what is too long is told like everything else.
std::string read_all(std::istream& in) {
  std::string text;
  std::string block(kBlockBytes, '\0');
  while (text.size() <= scoring::kJsonBytesMax &&
         (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

// "-" is standard input.
Result<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(std::cin);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, path + ": cannot be opened");
  return read_all(file);
}

// The lines of a batch with where they begin. Of a line that is too long only as much is kept as
// shows it.
class BatchLines {
 public:
  explicit BatchLines(std::istream& in) : in_(in) {}

  bool next() {
    line_.clear();
    place_.byte_offset = next_offset_;
    ++place_.line;
    bool any = false;
    while (at_ < block_.size() || fill()) {
      any = true;
      const std::size_t end = std::min(block_.find('\n', at_), block_.size());
      const std::size_t room = scoring::kPreviewLineBytesMax + 1 - line_.size();
      line_.append(block_, at_, std::min(end - at_, room));
      next_offset_ += end - at_;
      at_ = end;
      if (at_ == block_.size()) continue;
      ++at_;
      ++next_offset_;
      break;
    }
    return any;
  }
  bool is_blank() const { return line_.find_first_not_of(" \t\r") == std::string::npos; }
  const std::string& line() const { return line_; }
  const scoring::PreviewPlace& place() const { return place_; }

 private:
  bool fill() {
    block_.resize(kBlockBytes);
    in_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
    block_.resize(static_cast<std::size_t>(in_.gcount()));
    at_ = 0;
    return !block_.empty();
  }

  std::istream& in_;
  std::string block_;
  std::string line_;
  std::size_t at_ = 0;
  std::uint64_t next_offset_ = 0;
  scoring::PreviewPlace place_;
};

Result<scoring::PreviewOptions> preview_options(const Options& options) {
  scoring::PreviewOptions preview;
  if (options.summary) preview.detail = scoring::TreeDetail::kSummary;
  if (!options.as_of.empty()) {
    QCDR_ASSIGN_OR_RETURN(preview.as_of, Instant::parse(options.as_of));
  }
  return preview;
}

// The answer to standard output, its errors to standard error.
void print(const scoring::PreviewAnswer& answer, const std::string& place) {
  for (const scoring::PreviewFinding& finding : answer.findings) {
    if (describe(finding.code).severity < FindingSeverity::ERROR) continue;
    std::fprintf(stderr, "qcdr: %s%s\n", place.c_str(), scoring::finding_line(finding).c_str());
  }
  std::fputs((answer.json + "\n").c_str(), out());
}

// Rules of the rulebook that is asked for, with the rulebook where it is not the built-in one.
class Rules {
 public:
  static Result<Rules> of(const Options& options) {
    Rules rules;
    if (!options.rulebook.empty()) {
      QCDR_ASSIGN_OR_RETURN(rules.own_, load_rulebook_directory(options.rulebook));
      if (rules.own_->years().empty()) {
        return Status(ErrorCode::kInvalidArgument, options.rulebook + ": a rulebook without years");
      }
    }
    const rulebook::Rulebook& from = rules.own_ ? *rules.own_ : rulebook::Rulebook::built_in();
    rules.rules_ = std::make_unique<scoring::PreviewRules>(from);
    return rules;
  }
  const scoring::PreviewRules& get() const { return *rules_; }

 private:
  std::unique_ptr<rulebook::Rulebook> own_;
  std::unique_ptr<scoring::PreviewRules> rules_;  // refers to the rulebook
};

Result<int> preview_one(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const scoring::PreviewOptions preview, preview_options(options));
  QCDR_ASSIGN_OR_RETURN(const std::string submission, read_file(options.submission));
  std::string profile;
  if (!options.profile.empty()) {
    QCDR_ASSIGN_OR_RETURN(profile, read_file(options.profile));
    if (profile.empty()) return Status(ErrorCode::kInvalidArgument, "profile: the file is empty");
  }
  QCDR_ASSIGN_OR_RETURN(const Rules rules, Rules::of(options));
  const auto answer = scoring::preview_score(rules.get(), submission, profile, preview);
  print(answer, "");
  return answer.has_errors ? kExitFindings : kExitOk;
}

// One line in, one line out, in order, whatever is wrong with a line.
int preview_lines(const scoring::PreviewRules& rules, std::istream& in,
                  const scoring::PreviewOptions& preview) {
  int exit_code = kExitOk;
  for (BatchLines lines(in); lines.next();) {
    if (lines.is_blank()) continue;
    const auto answer = scoring::preview_line(rules, lines.line(), preview, lines.place());
    if (answer.has_errors) exit_code = kExitFindings;
    print(answer, "line " + std::to_string(lines.place().line) + ": ");
  }
  return exit_code;
}

Result<int> preview_batch(const Options& options) {
  if (!options.profile.empty()) {
    return Status(ErrorCode::kInvalidArgument, "--profile: a batch has its profile in each line");
  }
  QCDR_ASSIGN_OR_RETURN(const scoring::PreviewOptions preview, preview_options(options));
  QCDR_ASSIGN_OR_RETURN(const Rules rules, Rules::of(options));
  if (options.submission == "-") return preview_lines(rules.get(), std::cin, preview);
  std::ifstream file(options.submission, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, options.submission + ": cannot be opened");
  return preview_lines(rules.get(), file, preview);
}

int run(const Options& options) {
  const Result<int> exit_code = options.batch ? preview_batch(options) : preview_one(options);
  return exit_code.is_ok() ? exit_code.value() : report(exit_code.status());
}

}  // namespace

void add_score_preview_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* preview = app.add_subcommand(
      "score-preview", "Projected score of a QPP submission, without any stored state");
  preview
      ->add_option("submission", options->submission,
                   "Submission JSON, or {\"submission\", \"profile\", \"changes\"}; with --batch "
                   "one a line; "
                   "- is standard input")
      ->required();
  preview->add_option("--profile", options->profile, "Profile JSON: statuses, type, pathway");
  preview->add_flag("--batch", options->batch, "One answer a line, in order");
  preview->add_flag("--summary", options->summary, "Leave out the parts of the score");
  preview->add_option("--as-of", options->as_of,
                      "Use only factors that were released by then; all by default");
  preview->add_option("--rulebook", options->rulebook,
                      "A directory of rules instead of those that are built in");
  preview->footer(
      "Examples:\n"
      "  qcdr score-preview submission.json --profile profile.json\n"
      "  qcdr score-preview --batch --summary - < lines.ndjson > answers.ndjson\n"
      "What is wrong with a submission stands in the findings of its answer; the rest is scored.\n"
      "Exit codes: 0 ok, 2 no such file, 3 a finding is an error.");
  preview->callback([options, exit_code] { *exit_code = run(*options); });
}

}  // namespace qcdr

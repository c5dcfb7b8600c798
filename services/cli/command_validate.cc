// `qcdr validate FILE...`: the findings of files, offline, before they are uploaded.
#include <fcntl.h>
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <set>

#include "calendar/judge.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/file_source.h"
#include "cli/offline_dry_run.h"
#include "cli/offline_keys.h"
#include "cli/rejected_rows.h"
#include "cli/text_table.h"
#include "core/finding_codes.h"
#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/parser.h"
#include "rulebook/record_authority.h"
#include "rulebook/record_year.h"
#include "rulebook/rulebook.h"
#include "stream/file.h"
#include "stream/system_clock.h"

namespace qcdr {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string kind;
  int year = 0;
  std::string received_at;
  std::string format = "text";
  bool strict = false;
  bool production = false;
  bool registry = false;
  std::string rejected_rows;        // where they are written; empty: nowhere
  std::size_t rejected_offset = 0;  // so many of them are passed over
  PlaceOptions place;               // of a season; no data directory: no scores
  std::uint64_t upload_bytes_max = intake::kDefaultMaxUploadBytes;
};

constexpr std::size_t kFindingsShownMax = 10'000;

template <class Consent>
bool revokes(const Consent& consent) {
  return consent.action() == v1::CONSENT_ACTION_REVOKE;
}

// Collects findings; rows themselves are not kept.
class Findings final : public intake::RowSink {
 public:
  Status row(v1::Row row, const intake::TinTable&) override {
    ++rows;
    for (const v1::Verdict& verdict : row.verdicts()) add(verdict);
    if (row.has_anesthesia_case()) {
      months[static_cast<std::size_t>(
          LocalDate::from_days(row.anesthesia_case().service_date()).month())]++;
    }
    // A no is never late.
    revocations += (row.has_individual_consent() && revokes(row.individual_consent())) ||
                   (row.has_officer_consent() && revokes(row.officer_consent()));
    // With opt-outs the filing is the no.
    filings += row.has_opt_out() && !revokes(row.opt_out());
    return Status::ok();
  }
  void file_finding(v1::Verdict verdict) override { add(verdict); }
  void add(const v1::Verdict& verdict) {
    const FindingDescription* description = find_finding(verdict.code());
    const FindingSeverity severity =
        description != nullptr ? description->severity : FindingSeverity::ERROR;
    if (severity >= FindingSeverity::ERROR) ++errors;
    if (severity == FindingSeverity::FATAL) ++fatal;
    if (severity == FindingSeverity::WARNING) ++warnings;
    if (verdicts.size() < kFindingsShownMax) verdicts.push_back(verdict);
  }

  std::vector<v1::Verdict> verdicts;
  std::array<std::size_t, 13> months{};
  std::size_t rows = 0;
  std::size_t revocations = 0;
  std::size_t filings = 0;
  std::size_t errors = 0;  // fatal ones too
  std::size_t fatal = 0;
  std::size_t warnings = 0;
};

// Hands each row to both.
class BothSinks final : public intake::RowSink {
 public:
  BothSinks(Findings& findings, RejectedRows& rejected)
      : findings_(findings), rejected_(rejected) {}
  Status row(v1::Row row, const intake::TinTable& tins) override {
    QCDR_RETURN_IF_ERROR(findings_.row(row, tins));
    return rejected_.row(std::move(row), tins);
  }
  void file_finding(v1::Verdict verdict) override { findings_.file_finding(std::move(verdict)); }
  bool wants_source() const override { return true; }
  void source(intake::SourceRow row) override { rejected_.source(std::move(row)); }

 private:
  Findings& findings_;
  RejectedRows& rejected_;
};

// Closed to others: it holds what the file holds.
Status write_rejected_rows(const std::string& path, const std::string& csv) {
  constexpr unsigned kForTheOwner = 0600;
  QCDR_ASSIGN_OR_RETURN(stream::File file,
                        stream::File::open(path, O_WRONLY | O_CREAT | O_TRUNC, kForTheOwner));
  return file.write_at(0, csv);
}

struct Outcome {
  Findings findings;
  intake::Identified identified;
  bool late = false;
};

std::string escape_json(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '"' || c == '\\') escaped.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

std::string message_of(const v1::Verdict& verdict) {
  const std::vector<std::string> parameters(verdict.parameters().begin(),
                                            verdict.parameters().end());
  return finding_message(verdict.code(), parameters);
}

std::string hint_of(const v1::Verdict& verdict) {
  const FindingDescription* description = find_finding(verdict.code());
  return std::string(description != nullptr ? description->hint : "");
}

std::string severity_of(const v1::Verdict& verdict) {
  const FindingDescription* description = find_finding(verdict.code());
  return std::string(description != nullptr ? severity_name(description->severity) : "error");
}

void print_json(const std::string& name, const Outcome& outcome) {
  for (const v1::Verdict& verdict : outcome.findings.verdicts) {
    std::printf(
        "{\"file\": \"%s\", \"code\": \"%s\", \"severity\": \"%s\", \"message\": \"%s\", "
        "\"hint\": \"%s\", \"location\": {\"line\": %u, \"column\": %u, \"byteOffset\": %llu, "
        "\"path\": \"%s\"}}\n",
        escape_json(name).c_str(), print_code(verdict.code()).c_str(), severity_of(verdict).c_str(),
        escape_json(message_of(verdict)).c_str(), escape_json(hint_of(verdict)).c_str(),
        verdict.location().line(), verdict.location().column(),
        static_cast<unsigned long long>(verdict.location().byte_offset()),
        escape_json(verdict.location().path()).c_str());
  }
}

void print_csv(const std::string& name, const Outcome& outcome) {
  TextTable table;
  for (const char* title :
       {"file", "code", "severity", "line", "column", "path", "message", "hint"}) {
    table.column(title);
  }
  for (const v1::Verdict& verdict : outcome.findings.verdicts) {
    table.row({name, print_code(verdict.code()), severity_of(verdict),
               std::to_string(verdict.location().line()),
               std::to_string(verdict.location().column()), verdict.location().path(),
               message_of(verdict), hint_of(verdict)});
  }
  std::fputs(table.to_csv().c_str(), stdout);
}

// "1 row", "2 rows".
std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void print_text(const std::string& name, const Outcome& outcome) {
  std::set<std::uint32_t> hinted;
  for (const v1::Verdict& verdict : outcome.findings.verdicts) {
    std::printf("%s: %s\n", name.c_str(), intake::render(verdict).c_str());
    const std::string hint = hint_of(verdict);
    if (!hint.empty() && hinted.insert(verdict.code()).second)
      std::printf("    %s\n", hint.c_str());
  }
  if (outcome.identified.kind == v1::RECORD_KIND_UNSPECIFIED) {
    std::fprintf(stderr, "%s: not read, %s\n", name.c_str(),
                 counted(outcome.findings.errors, "error").c_str());
    return;
  }
  std::fprintf(stderr, "%s: %s, practice %u, year %d, %s, %s, %s%s\n", name.c_str(),
               intake::kind_name(outcome.identified.kind).c_str(),
               outcome.identified.practice.value(), outcome.identified.year.value(),
               counted(outcome.findings.rows, "row").c_str(),
               counted(outcome.findings.errors, "error").c_str(),
               counted(outcome.findings.warnings, "warning").c_str(),
               outcome.late ? ", received after its date" : "");
}

// The same judgement as in the ledger, for a file that nobody has received before.
bool is_late(const Outcome& outcome, Instant received_at) {
  const auto* rules =
      rulebook::find_record_year(rulebook::Rulebook::built_in(), outcome.identified.year);
  if (rules == nullptr) return false;
  const auto late = [&](std::string_view kind, std::optional<int> month) {
    return calendar::judge(*rules, kind, received_at, month, false, {}).outcome !=
           calendar::CalendarOutcome::kOnTime;
  };
  const bool grants = outcome.findings.rows > outcome.findings.revocations;
  switch (outcome.identified.kind) {
    case v1::RECORD_KIND_ANESTHESIA_CASE:
      for (int month = 1; month <= 12; ++month) {
        if (outcome.findings.months[static_cast<std::size_t>(month)] > 0 &&
            late(rulebook::kinds::kAnesthesiaCase, month)) {
          return true;
        }
      }
      return false;
    case v1::RECORD_KIND_ROSTER_ENTRY:
      return late(rulebook::kinds::kRoster, std::nullopt);
    case v1::RECORD_KIND_INDIVIDUAL_CONSENT:
      return grants && late(rulebook::kinds::kIndividualConsent, std::nullopt);
    case v1::RECORD_KIND_OFFICER_CONSENT:
      return grants && late(rulebook::kinds::kOfficerConsent, std::nullopt);
    case v1::RECORD_KIND_REPORTING_OPTION:
      return late(rulebook::kinds::kReportingOption, std::nullopt);
    case v1::RECORD_KIND_PRACTICE_REGISTRATION:
      return late(rulebook::kinds::kRegistration, std::nullopt);
    case v1::RECORD_KIND_ACTIVITY_ATTESTATION:
      return late(rulebook::kinds::kActivityAttestation, std::nullopt);
    case v1::RECORD_KIND_RECONCILIATION_SIGN_OFF:
      return late(rulebook::kinds::kReconciliationSignOff, std::nullopt);
    case v1::RECORD_KIND_OPT_OUT:
      return (outcome.findings.filings > 0 && late(rulebook::kinds::kOptOut, std::nullopt)) ||
             (outcome.findings.rows > outcome.findings.filings &&
              late(rulebook::kinds::kOptOutRevocation, std::nullopt));
    default:
      return false;
  }
}

bool refuses(const Status& status) {
  return status.code() == ErrorCode::kInvalidArgument || status.code() == ErrorCode::kLimitExceeded;
}

// Feeds each parser until it refuses the file: refusals are findings already.
class Reading {
 public:
  void add(std::unique_ptr<intake::Parser> parser) { parsers_.push_back(std::move(parser)); }
  Status feed(std::string_view bytes) {
    return each([&](intake::Parser& parser) { return parser.feed(bytes); });
  }
  Status finish() {
    return each([](intake::Parser& parser) { return parser.finish(); });
  }
  bool ended() const { return parsers_.empty(); }

 private:
  template <class Step>
  Status each(const Step& step) {
    for (std::size_t i = 0; i < parsers_.size();) {
      const Status status = step(*parsers_[i]);
      if (!refuses(status)) QCDR_RETURN_IF_ERROR(status);
      if (status.is_ok()) {
        ++i;
      } else {
        parsers_.erase(parsers_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    return Status::ok();
  }
  std::vector<std::unique_ptr<intake::Parser>> parsers_;
};

Status read_through(Reading& reading, const std::string& head, const ByteSource& source) {
  std::string bytes = head;
  while (!bytes.empty() && !reading.ended()) {
    QCDR_RETURN_IF_ERROR(reading.feed(bytes));
    QCDR_ASSIGN_OR_RETURN(bytes, source(1 << 18));
  }
  return reading.finish();
}

// As the ledger judges it: what only the registry may say needs the registry's inbox.
void check_authority(const Options& options, Outcome* outcome) {
  const v1::RecordKind kind = outcome->identified.kind;
  if (options.registry || !rulebook::is_for_registry_only(static_cast<std::uint32_t>(kind))) return;
  outcome->findings.add(
      intake::make_verdict(FindingCode::AUTHORITY_MISSING, {}, "", {intake::kind_name(kind)}));
}

Status check_file(const std::string& path, const Options& options,
                  std::optional<Instant> received_at, Outcome* outcome) {
  QCDR_ASSIGN_OR_RETURN(const ByteSource source, open_source(path));
  std::string head;
  while (head.size() < intake::kIdentifyBytes) {
    QCDR_ASSIGN_OR_RETURN(const std::string more, source(intake::kIdentifyBytes - head.size()));
    if (more.empty()) break;
    head += more;
  }
  v1::Verdict why;
  const auto identified = intake::identify(head, &why);
  if (!identified.is_ok()) {
    outcome->findings.add(why);
    return Status::ok();
  }
  outcome->identified = identified.value();
  check_authority(options, outcome);
  if (!options.kind.empty() && intake::kind_from_name(options.kind) != outcome->identified.kind) {
    return Status(ErrorCode::kInvalidArgument,
                  "the file is of kind " + intake::kind_name(outcome->identified.kind));
  }
  if (options.year != 0 && options.year != outcome->identified.year.value()) {
    return Status(ErrorCode::kInvalidArgument,
                  "the file is of year " + std::to_string(outcome->identified.year.value()));
  }
  intake::ParserOptions parsing;
  parsing.practice = outcome->identified.practice;
  parsing.year = outcome->identified.year;
  parsing.rules = rulebook::find_record_year(rulebook::Rulebook::built_in(), parsing.year);
  parsing.test_mode = !options.production;
  parsing.received_at = received_at;
  parsing.forms_at = received_at ? *received_at : stream::SystemClock().now();
  parsing.max_bytes = options.upload_bytes_max;
  OfflineKeys keys;
  RejectedRows rejected(outcome->identified.kind, options.rejected_offset);
  BothSinks both(outcome->findings, rejected);
  const bool wanted = !options.rejected_rows.empty();
  intake::RowSink& sink = wanted ? static_cast<intake::RowSink&>(both) : outcome->findings;
  Reading reading;
  std::vector<v1::RecordKind> kinds = {outcome->identified.kind};
  const std::vector<v1::RecordKind>& further = outcome->identified.further;
  kinds.insert(kinds.end(), further.begin(), further.end());
  for (const v1::RecordKind kind : kinds) {
    // Of a file of several kinds the rejected rows of the first are written: a file of rows is of
    // one kind.
    intake::RowSink& rows = kind == kinds.front() ? sink : outcome->findings;
    QCDR_ASSIGN_OR_RETURN(
        auto parser, intake::make_parser(kind, outcome->identified.format, parsing, keys, rows));
    reading.add(std::move(parser));
  }
  QCDR_RETURN_IF_ERROR(read_through(reading, head, source));
  if (wanted && outcome->findings.fatal == 0 && rejected.rows() > 0) {
    QCDR_RETURN_IF_ERROR(write_rejected_rows(options.rejected_rows, rejected.csv()));
    const RejectedPage page{{}, options.rejected_offset, rejected.rows(), rejected.left()};
    if (page.left > 0) {
      std::fprintf(stderr, "%s, with --rejected-offset %zu\n", rows_left_text(page).c_str(),
                   page.first + page.rows);
    }
  }
  if (const auto refusal = refuse_year(parsing.year); refusal && outcome->findings.fatal == 0) {
    outcome->findings.add(*refusal);
  }
  outcome->late = received_at && is_late(*outcome, *received_at);
  return Status::ok();
}

// The scores that the file would bring, behind its findings.
Status print_dry_run(const std::string& path, const Options& options,
                     std::optional<Instant> received_at) {
  OfflineDryRun dry_run;
  dry_run.place = options.place;
  dry_run.channel = options.registry ? Channel::kRegistry : Channel::kPractice;
  dry_run.test_mode = !options.production;
  dry_run.received_at = received_at;
  QCDR_ASSIGN_OR_RETURN(const std::string text,
                        offline_dry_run(path, dry_run, options.format == "json"));
  std::fputs(text.c_str(), stdout);
  return Status::ok();
}

int run(const Options& options) {
  std::optional<Instant> received_at;
  if (!options.received_at.empty()) {
    const auto parsed = Instant::parse(options.received_at);
    if (!parsed.is_ok()) return report(parsed.status());
    received_at = parsed.value();
  }
  if (!options.rejected_rows.empty() && options.files.size() != 1) {
    return report(Status(ErrorCode::kInvalidArgument, "--rejected-rows is of one file"));
  }
  int exit_code = kExitOk;
  for (const std::string& path : options.files) {
    Outcome outcome;
    const Status status = check_file(path, options, received_at, &outcome);
    if (!status.is_ok()) return report(status);
    const std::string name =
        path == "-" ? "standard input" : std::filesystem::path(path).filename().string();
    if (options.format == "json") {
      print_json(name, outcome);
    } else if (options.format == "csv") {
      print_csv(name, outcome);
    } else {
      print_text(name, outcome);
    }
    if (!options.place.data_directory.empty()) {
      const Status scored = print_dry_run(path, options, received_at);
      if (!scored.is_ok()) return report(scored);
    }
    if (outcome.findings.errors > 0) {
      exit_code = kExitFindings;
    } else if (outcome.late && exit_code == kExitOk) {
      exit_code = kExitDeadline;
    } else if (options.strict && outcome.findings.warnings > 0 && exit_code == kExitOk) {
      exit_code = kExitWarnings;
    }
  }
  return exit_code;
}

}  // namespace

void add_validate_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("validate", "The findings of files, offline; nothing is kept");
  command->add_option("files", options->files, "Files; \"-\" is standard input")->required();
  command->add_option("--kind", options->kind, "What the files must be");
  command->add_option("--year", options->year, "Performance year that the files must be of");
  command->add_option("--received-at", options->received_at,
                      "Judges deadlines as if received at this instant");
  command->add_option("--format", options->format, "text, json (one object a line) or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}));
  command->add_flag("--strict", options->strict, "Warnings give exit code 4");
  command->add_flag("--registry", options->registry,
                    "The files will go through the registry's own inbox");
  command->add_flag("--production", options->production, "CMS's test identifiers are refused");
  command->add_option("--rejected-offset", options->rejected_offset,
                      "So many rejected rows are passed over, for the next file");
  command->add_option("--rejected-rows", options->rejected_rows,
                      "Writes the rows that would not be used, as they came, into this CSV file");
  command->add_option("--data-dir", options->place.data_directory,
                      "Also tells the scores that the files would bring to this season");
  command->add_option("--keys", options->place.key_directory,
                      "Key directory of the season, when it is shared with others");
  command->add_option("--upload-bytes-max", options->upload_bytes_max, "A longer file is refused")
      ->capture_default_str();
  command->footer(
      "Exit codes: 0 clean, 3 errors found, 4 warnings under --strict, 5 deadline passed.\n"
      "Example:\n  qcdr validate cases.xml --received-at 2023-02-16T00:00:00-06:00");
  command->callback([options, exit_code] { *exit_code = run(*options); });
}

}  // namespace qcdr

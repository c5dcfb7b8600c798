// `qcdr audit pack`, and what `qcdr audit verify --pack` says
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "cli/audit_pack.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/pack_commands.h"
#include "cli/place_options.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string npi;
  int year = 0;
  std::string out;
};

// "-": a line of standard input, so that the NPI stands in no list of processes.
Result<Npi> npi_of(std::string text) {
  if (text == "-") std::getline(std::cin, text);
  Npi npi;
  if (check_npi(text, &npi) != NpiVerdict::kValid) {
    return Status(ErrorCode::kInvalidArgument, "--npi is no NPI: ten digits with a check digit");
  }
  return npi;
}

Status make(const Options& options) {
  PackOf whom;
  QCDR_ASSIGN_OR_RETURN(whom.npi, npi_of(options.npi));
  whom.year = options.year;
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
  QCDR_ASSIGN_OR_RETURN(const review::Pack pack, make_audit_pack(*log, *view, whom));
  QCDR_RETURN_IF_ERROR(pack.write(options.out).with_context(options.out));
  std::fprintf(out(), "%s\n", pack.root().c_str());
  std::fprintf(stderr, "%zu files in %s; keep the root apart from them\n", pack.files(),
               options.out.c_str());
  return Status::ok();
}

}  // namespace

Status verify_pack(const std::string& directory, const std::string& root, bool as_json,
                   bool* whole) {
  QCDR_ASSIGN_OR_RETURN(const review::PackCheck check, review::check_pack(directory, root));
  *whole = check.whole();
  if (!as_json) {
    for (const std::string& fault : check.faults) std::fprintf(out(), "%s\n", fault.c_str());
    std::fprintf(out(), "%s: %zu files, root %s\n", check.whole() ? "whole" : "NOT whole",
                 check.files, check.root.c_str());
    return Status::ok();
  }
  JsonWriter json;
  json.begin_object();
  json.flag("whole", check.whole());
  json.field("root", check.root);
  json.field("files", static_cast<std::int64_t>(check.files));
  json.key("faults");
  json.begin_array();
  for (const std::string& fault : check.faults) json.text(fault);
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), out());
  return Status::ok();
}

void add_audit_pack(CLI::App& audit, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = audit.add_subcommand(
      "pack", "All that CMS's audit of one clinician asks for, in a folder that proves itself");
  add_place_options(command, &options->place, true);
  command->add_option("--npi", options->npi, "NPI of the clinician; -: a line of standard input")
      ->required();
  command->add_option("--year", options->year, "Performance year; without it every one there is");
  command->add_option("--out", options->out, "A new folder, for its owner alone")->required();
  command->footer(
      "Prints the root of the pack. It holds personal data: docs/privacy.md says how to keep it.\n"
      "Example:\n  qcdr audit pack --data-dir data --year 2022 --npi - --out pack < npi.txt");
  command->callback([options, exit_code] { *exit_code = report(make(*options)); });
}

}  // namespace qcdr

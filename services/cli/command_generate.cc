// `qcdr generate`
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "generate/generate.h"

namespace qcdr {
namespace {

Status run(const generate::Options& options, const std::string& directory) {
  QCDR_RETURN_IF_ERROR(generate::check(options));
  QCDR_ASSIGN_OR_RETURN(auto sink, generate::DirectorySink::open(directory));
  const bool progress = ::isatty(STDERR_FILENO) != 0;
  QCDR_ASSIGN_OR_RETURN(const generate::Summary summary,
                        generate::generate(options, sink.get(), [&](std::uint32_t done) {
                          if (progress)
                            std::fprintf(stderr, "\r%u of %u practices", done, options.practices);
                        }));
  if (progress) std::fputc('\n', stderr);
  std::fprintf(stderr, "%llu files, %llu bytes, %llu cases, %llu corrections, %llu rows\n",
               static_cast<unsigned long long>(summary.files),
               static_cast<unsigned long long>(summary.bytes),
               static_cast<unsigned long long>(summary.cases),
               static_cast<unsigned long long>(summary.corrections),
               static_cast<unsigned long long>(summary.rows));
  return Status::ok();
}

}  // namespace

void add_generate_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<generate::Options>();
  auto directory = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "generate", "Writes an inbox of made-up practices; equal options give equal bytes");
  command->add_option("--practices", options->practices, "Number of practices")
      ->capture_default_str();
  command->add_option("--clinicians", options->clinicians_per_practice, "Clinicians per practice")
      ->capture_default_str();
  command->add_option("--cases", options->cases_per_practice, "Cases per practice")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed")->capture_default_str();
  command
      ->add_option("--corrections", options->corrections_percent,
                   "Percent of cases that a later file changes")
      ->capture_default_str();
  command->add_option("--first-practice", options->first_practice, "Id of the first practice")
      ->capture_default_str();
  command->add_option("--year", options->year, "Performance year")->capture_default_str();
  command->add_flag("--all-kinds", options->all_kinds,
                    "Every kind of record, withdrawals and late files too; what only the "
                    "registry states is put beside it, into OUT-registry");
  command->add_flag("--scatter", options->scatter, "Each case is an upload of its own");
  command->add_option("--out", *directory, "Directory to write; must be empty or not exist")
      ->required();
  command->footer(
      "Examples:\n"
      "  qcdr generate --practices 3 --clinicians 20 --cases 1000 --seed 7 --out inbox\n"
      "  qcdr generate --practices 200 --clinicians 50 --cases 5000 --all-kinds --out inbox\n"
      "  qcdr dev --once --inbox inbox --registry-inbox inbox-registry --data-dir data");
  command->callback(
      [options, directory, exit_code] { *exit_code = report(run(*options, *directory)); });
}

}  // namespace qcdr

// `qcdr reference load|list`
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/progress_line.h"
#include "cli/stop_signal.h"
#include "core/zone.h"
#include "intake/npi_extract.h"
#include "reference/npi_registries.h"
#include "rulebook/rulebook.h"
#include "validation/controller.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string directory;
  std::string file;
  std::string base;
  std::string as_of;
  bool json = false;
};

constexpr std::size_t kReadBytes = std::size_t{1} << 20;

std::string reference_directory(const Options& options) {
  return options.directory.empty() ? data_directory(options.place) + "/reference"
                                   : options.directory;
}

Status read_extract(const std::string& path, intake::NpiExtract* extract) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr) return Status(ErrorCode::kNotFound, "the file cannot be opened");
  std::string buffer(kReadBytes, '\0');
  std::error_code error;
  const std::uintmax_t all = std::filesystem::file_size(path, error);
  std::uintmax_t read = 0;
  ProgressLine progress("reading");
  for (;;) {
    if (stop_requested()) return Status(ErrorCode::kAborted, "stopped; nothing was written");
    const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get());
    if (size == 0) break;
    QCDR_RETURN_IF_ERROR(extract->feed(std::string_view(buffer).substr(0, size)));
    read += size;
    if (!error && all > 0) progress.percent(static_cast<int>(read * 100 / all));
  }
  if (std::ferror(file.get()) != 0) return Status(ErrorCode::kIo, "the file cannot be read");
  return extract->finish();
}

void print_title(const reference::NpiRegistryTitle& title, JsonWriter* json) {
  json->begin_object();
  json->field("name", "nppes");
  json->field("listDate", title.list_date.to_string());
  json->field("sha256", hex(view(title.digest)));
  json->field("file", title.path);
  json->end_object();
}

// A list that no season takes lies there for nothing; most likely its day was mistyped.
void warn_of_day(LocalDate date) {
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  std::optional<LocalDate> first;
  std::optional<LocalDate> last;
  for (const PerformanceYear year : rulebook.years()) {
    const rulebook::YearRules& rules = *rulebook.find_year(year);
    if (takes_npi_registry(rules, date)) return;
    const std::optional<Instant> end = end_of_season(rules);
    const auto begin = LocalDate::from_civil(year.value(), 1, 1);
    if (!end || !begin.is_ok()) continue;
    first = std::min(first.value_or(begin.value()), begin.value());
    const LocalDate closes = local_date(Zone::kEastern, *end);
    last = std::max(last.value_or(closes), closes);
  }
  if (!first) return;
  std::fprintf(
      stderr,
      "qcdr: no season takes a list of %s: seasons last from January 1 of their year until "
      "CMS's window closes, the first from %s, the last until %s\n",
      date.to_string().c_str(), first->to_string().c_str(), last->to_string().c_str());
}

Status load(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const LocalDate date, LocalDate::parse(options.as_of));
  reference::NpiRegistryWriter writer(date);
  if (!options.base.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto base, reference::NpiRegistry::open(options.base));
    if (date <= base->list_date()) {
      return Status(ErrorCode::kInvalidArgument, "the base is of the same day or a later one");
    }
    writer.add_all(*base);
  }
  const reference::NpiRegistries known(reference_directory(options));
  QCDR_ASSIGN_OR_RETURN(const auto before, known.titles());
  intake::NpiExtract extract(writer);
  QCDR_RETURN_IF_ERROR(read_extract(options.file, &extract));
  QCDR_ASSIGN_OR_RETURN(const auto title, writer.write(reference_directory(options)));
  for (const auto& other : before) {
    if (other.list_date != date || other.digest == title.digest) continue;
    // Which of two lists of one day counts would be an accident.
    std::filesystem::remove(title.path);
    return Status(ErrorCode::kAlreadyExists,
                  "another list of that day is there, " + other.path +
                      "; correct it with the list of a later day, or delete it while nothing runs "
                      "that has taken it");
  }
  warn_of_day(date);
  if (options.json) {
    JsonWriter json;
    print_title(title, &json);
    std::fputs(json.take().c_str(), out());
  } else {
    std::fprintf(out(), "%llu rows, %llu of them not readable: %s\n",
                 static_cast<unsigned long long>(extract.rows()),
                 static_cast<unsigned long long>(extract.rows_passed_over()), title.path.c_str());
  }
  return Status::ok();
}

Status list(const Options& options) {
  const reference::NpiRegistries registries(reference_directory(options));
  QCDR_ASSIGN_OR_RETURN(const auto titles, registries.titles());
  if (options.json) {
    JsonWriter json;
    json.begin_object();
    json.key("references");
    json.begin_array();
    for (const auto& title : titles) print_title(title, &json);
    json.end_array();
    json.end_object();
    std::fputs(json.take().c_str(), out());
    return Status::ok();
  }
  for (const auto& title : titles) {
    std::fprintf(out(), "nppes  %s  %s\n", title.list_date.to_string().c_str(),
                 hex(view(title.digest)).c_str());
  }
  if (titles.empty()) std::fputs("There are no reference data yet.\n", out());
  return Status::ok();
}

void add_options(CLI::App* command, const std::shared_ptr<Options>& options) {
  add_place_options(command, &options->place, false);
  command->add_option("--reference", options->directory,
                      "Reference directory, instead of --data-dir's");
  command->add_flag("--json", options->json, "JSON on standard output");
}

}  // namespace

void add_reference_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* reference =
      app.add_subcommand("reference", "Lists that others publish: the NPI register");
  reference->require_subcommand(1);
  CLI::App* add = reference->add_subcommand(
      "load", "Takes CMS's file of the NPI register (NPPES) as a dated snapshot");
  add_options(add, options);
  add->add_option("file", options->file, "npidata_pfile CSV, unpacked")->required();
  add->add_option("--as-of", options->as_of, "Day of the list, like 2023-01-08")->required();
  add->add_option("--base", options->base,
                  "Earlier snapshot that the file only changes: for CMS's weekly files");
  add->footer(
      "A running pipeline takes the newest snapshot of its reference directory by itself: every "
      "NPI of the\n"
      "year whose season is open is looked up, and again whenever a clinician is new.\n"
      "Examples:\n"
      "  qcdr reference load npidata_pfile.csv --as-of 2023-01-08 --data-dir data\n"
      "  qcdr reference load weekly.csv --as-of 2023-01-15 --base "
      "data/reference/nppes-2023-01-08-....qnpi");
  add->callback([options, exit_code] { *exit_code = report(load(*options)); });
  CLI::App* all = reference->add_subcommand("list", "Snapshots that are there");
  add_options(all, options);
  all->callback([options, exit_code] { *exit_code = report(list(*options)); });
}

}  // namespace qcdr

// `qcdr findings list|explain`
#include <CLI/CLI.hpp>
#include <cctype>
#include <cstdio>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/text_table.h"
#include "core/finding_explanations.h"

namespace qcdr {
namespace {

struct Options {
  std::string family;
  std::string code;
  bool json = false;
  bool csv = false;
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

void write_description(const FindingDescription& finding, JsonWriter* json) {
  const FindingExplanation* explanation = explain_finding(finding.code);
  json->begin_object();
  json->field("code", print_code(finding.code));
  json->field("identifier", finding.identifier);
  json->field("severity", severity_name(finding.severity));
  json->field("title", finding.title);
  json->field("message", finding.message);
  json->field("hint", finding.hint);
  json->field("effect", effect_text(finding.effect));
  json->field("from", family_source(finding.family));
  json->field("why", explanation != nullptr ? explanation->why : "");
  json->field("example", explanation != nullptr ? explanation->example : "");
  json->field("docUrl", finding_document_link(code_number(finding.code)));
  json->end_object();
}

Status list(const Options& options) {
  const std::string family = upper(options.family);
  std::vector<const FindingDescription*> wanted;
  for (const FindingDescription& finding : all_findings()) {
    if (family.empty() || family_name(finding.family) == family) wanted.push_back(&finding);
  }
  if (wanted.empty()) return Status(ErrorCode::kNotFound, "no finding is of this family");
  if (options.json) {
    JsonWriter json;
    json.begin_object();
    json.key("findings");
    json.begin_array();
    for (const FindingDescription* finding : wanted) write_description(*finding, &json);
    json.end_array();
    json.end_object();
    std::fputs(json.take().c_str(), out());
    return Status::ok();
  }
  TextTable table;
  for (const char* title : {"Code", "Severity", "Title", "Identifier"}) table.column(title);
  for (const FindingDescription* finding : wanted) {
    table.row({print_code(finding->code), std::string(severity_name(finding->severity)),
               std::string(finding->title), std::string(finding->identifier)});
  }
  std::fputs((options.csv ? table.to_csv() : table.to_text()).c_str(), out());
  return Status::ok();
}

// By code, with or without "QCDR-", or by identifier; capitals do not matter.
const FindingDescription* find_by_text(const std::string& text) {
  const std::string wanted = upper(text);
  for (const FindingDescription& finding : all_findings()) {
    const std::string code = print_code(finding.code);
    if (wanted == code || "QCDR-" + wanted == code || wanted == finding.identifier) return &finding;
  }
  return nullptr;
}

Status explain(const Options& options) {
  const FindingDescription* finding = find_by_text(options.code);
  if (finding == nullptr) {
    return Status(ErrorCode::kNotFound, "no such finding; `qcdr findings list` shows them all");
  }
  if (options.json) {
    JsonWriter json;
    write_description(*finding, &json);
    std::fputs(json.take().c_str(), out());
    return Status::ok();
  }
  std::fputs(finding_page(*finding).c_str(), out());
  return Status::ok();
}

}  // namespace

void add_findings_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("findings", "What findings mean, and what to do");
  command->require_subcommand(1);
  command->footer("Example:\n  qcdr findings explain QCDR-ROS-0007");
  CLI::App* list_command = command->add_subcommand("list", "Every finding there is");
  list_command->add_option("family", options->family, "Only this family, like ROS");
  CLI::Option* json = list_command->add_flag("--json", options->json, "JSON on standard output");
  list_command->add_flag("--csv", options->csv, "CSV on standard output")->excludes(json);
  list_command->footer("Examples:\n  qcdr findings list\n  qcdr findings list ROS --csv");
  list_command->callback([options, exit_code] { *exit_code = report(list(*options)); });
  CLI::App* explain_command =
      command->add_subcommand("explain", "One finding: meaning, cause, remedy, example");
  explain_command->add_option("code", options->code, "Like QCDR-ROS-0007, or its identifier")
      ->required();
  explain_command->add_flag("--json", options->json, "JSON on standard output");
  explain_command->footer("Example:\n  qcdr findings explain ROS-0007");
  explain_command->callback([options, exit_code] { *exit_code = report(explain(*options)); });
}

}  // namespace qcdr

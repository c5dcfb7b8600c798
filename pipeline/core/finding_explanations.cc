#include "core/finding_explanations.h"

#include <algorithm>

namespace qcdr {
namespace {

constexpr FindingExplanation kExplanations[] = {
#define QCDR_EXPLAIN(identifier, why, example) {FindingCode::identifier, why, example},
#include "core/finding_explanations.def"
#undef QCDR_EXPLAIN
};

// Markdown would take what looks like a tag for one.
std::string markdown(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

std::string remedy_of(const FindingDescription& finding) {
  std::string remedy(finding.message);
  if (!finding.hint.empty()) remedy.append(" ").append(finding.hint);
  return remedy;
}

}  // namespace

const FindingExplanation* explain_finding(FindingCode code) {
  const auto* found =
      std::find_if(std::begin(kExplanations), std::end(kExplanations),
                   [code](const FindingExplanation& entry) { return entry.code == code; });
  return found != std::end(kExplanations) ? found : nullptr;
}

std::string_view family_source(FindingFamily family) {
  switch (family) {
    case FindingFamily::FIL:
      return "Any file, as a whole";
    case FindingFamily::SCH:
      return "Any file, one record or row of it";
    case FindingFamily::REG:
      return "Registrations, reporting options and elections";
    case FindingFamily::ROS:
      return "Roster files, and cases that name clinicians";
    case FindingFamily::REC:
      return "Rosters and cases, compared with each other";
    case FindingFamily::CON:
      return "Files of consents";
    case FindingFamily::IA:
      return "Attestations of improvement activities";
    case FindingFamily::OPT:
      return "Files of opt-outs";
    case FindingFamily::CAS:
      return "Files of cases";
    case FindingFamily::MEA:
      return "Quality codes on cases, measure results, and measurements of a submission that is previewed";
    case FindingFamily::PI:
      return "Promoting interoperability reports";
    case FindingFamily::DL:
      return "Any record, by the instant of its receipt";
    case FindingFamily::XRF:
      return "Records of different kinds, compared with each other";
    case FindingFamily::SUB:
      return "Submissions in the form of the QPP submissions API, as `score-preview` reads them";
    case FindingFamily::SYS:
      return "The pipeline itself";
  }
  return "";
}

std::string finding_document_link(std::uint32_t code) {
  std::string link = "docs/findings.md#";
  for (char c : print_code(code)) {
    link.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return link;
}

std::string finding_page(const FindingDescription& finding) {
  const FindingExplanation* explanation = explain_finding(finding.code);
  std::string page = print_code(finding.code);
  page.append(": ").append(finding.title).append("\n");
  page.append(severity_name(finding.severity)).append(", ").append(finding.identifier);
  if (explanation != nullptr) page.append("\n\nWhat it means\n  ").append(explanation->why);
  page.append("\n\nWhat to do\n  ").append(remedy_of(finding));
  page.append("\n\nWhat it does\n  ").append(effect_text(finding.effect));
  page.append("\n\nWhere it comes from\n  ").append(family_source(finding.family)).append(".");
  if (explanation != nullptr) page.append("\n\nExample\n  ").append(explanation->example);
  page.append("\n\n").append(finding_document_link(code_number(finding.code))).append("\n");
  return page;
}

std::string finding_section(const FindingDescription& finding) {
  const FindingExplanation* explanation = explain_finding(finding.code);
  std::string section = "### " + print_code(finding.code) + "\n\n";
  section.append("**").append(finding.title).append("** (").append(severity_name(finding.severity));
  section.append(", `").append(finding.identifier).append("`)\n\n");
  if (explanation != nullptr) {
    section.append("- Means: ").append(markdown(explanation->why)).append("\n");
  }
  section.append("- To do: ").append(markdown(remedy_of(finding))).append("\n");
  section.append("- Effect: ").append(effect_text(finding.effect)).append("\n");
  if (explanation != nullptr) {
    section.append("- Example: ").append(markdown(explanation->example)).append("\n");
  }
  return section;
}

}  // namespace qcdr

#include "core/finding_codes.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

#include "core/finding_explanations.h"

namespace qcdr {
namespace {

constexpr char kReleasedPath[] = "pipeline/core/finding_codes.released.csv";
constexpr char kDocumentPath[] = "docs/findings.md";

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string released_list() {
  std::string text = "code,identifier\n";
  for (const FindingDescription& finding : all_findings()) {
    text += print_code(finding.code) + "," + std::string(finding.identifier) + "\n";
  }
  return text;
}

std::string document() {
  std::string text =
      "# Findings\n\n"
      "What the pipeline says about data. A code is permanent: it is never renumbered and never\n"
      "used for something else. `{0}`, `{1}`, `{2}` stand for names of elements, codes and "
      "limits;\n"
      "no text carries an identifier of a person. `qcdr findings explain CODE` shows the same.\n\n"
      "This page is written from `pipeline/core/finding_codes.def` and\n"
      "`pipeline/core/finding_explanations.def`; a test compares them.\n";
  FindingFamily family{};
  for (const FindingDescription& finding : all_findings()) {
    if (finding.family != family) {
      family = finding.family;
      text += "\n## " + std::string(family_name(family)) + "\n\n" +
              std::string(family_source(family)) + ".\n";
    }
    text += "\n" + finding_section(finding);
  }
  return text;
}

bool update_wanted() {
  return std::getenv("QCDR_UPDATE_FINDINGS") != nullptr;
}

// Lines of the committed list that the registry does not have any more.
std::vector<std::string> broken_promises() {
  std::vector<std::string> broken;
  std::istringstream lines(read_file(kReleasedPath));
  std::string line;
  while (std::getline(lines, line)) {
    if (released_list().find("\n" + line + "\n") == std::string::npos &&
        line != "code,identifier") {
      broken.push_back(line);
    }
  }
  return broken;
}

// The released list may only grow, so updating is refused while a line of it is broken.
TEST(FindingCodes, ReleasedCodesKeepTheirIdentifiers) {
  const std::vector<std::string> broken = broken_promises();
  ASSERT_TRUE(broken.empty()) << broken.front();
  if (update_wanted()) std::ofstream(kReleasedPath, std::ios::binary) << released_list();
  EXPECT_EQ(read_file(kReleasedPath), released_list());
}

// A hint is the second sentence that a practice needs: where to look, or whom to ask.
TEST(FindingCodes, EveryFindingHasAHint) {
  for (const FindingDescription& finding : all_findings()) {
    EXPECT_GT(finding.hint.size(), 14U) << finding.identifier;
    EXPECT_NE(finding.hint, finding.message) << finding.identifier;
    ASSERT_FALSE(finding.hint.empty());
    EXPECT_EQ(finding.hint.back(), '.') << finding.identifier;
  }
}

TEST(FindingCodes, EveryFindingIsExplained) {
  for (const FindingDescription& finding : all_findings()) {
    const FindingExplanation* explanation = explain_finding(finding.code);
    ASSERT_NE(explanation, nullptr) << finding.identifier << ": see finding_explanations.def";
    EXPECT_GT(explanation->why.size(), 20U) << finding.identifier;
    EXPECT_EQ(explanation->why.back(), '.') << finding.identifier;
    EXPECT_GT(explanation->example.size(), 5U) << finding.identifier;
    EXPECT_NE(family_source(finding.family), "") << finding.identifier;
  }
}

TEST(FindingCodes, DocumentHasAnAnchorForEveryLink) {
  const std::string text = read_file(kDocumentPath);
  for (const FindingDescription& finding : all_findings()) {
    EXPECT_NE(text.find("\n### " + print_code(finding.code) + "\n"), std::string::npos)
        << finding.identifier;
  }
  EXPECT_EQ(finding_document_link(code_number(FindingCode::ROSTER_ENTRY_PROVISIONAL)),
            "docs/findings.md#qcdr-ros-0007");
}

TEST(FindingCodes, PageSaysWhatToDo) {
  const std::string page = finding_page(describe(FindingCode::ROSTER_ENTRY_PROVISIONAL));
  for (const char* part : {"QCDR-ROS-0007: A clinician on cases", "What it means", "What to do",
                           "or waive the finding for a locum.", "Where it comes from", "Example"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
}

TEST(FindingCodes, SectionKeepsWhatLooksLikeATag) {
  const std::string section = finding_section(describe(FindingCode::XML_DOCTYPE_REFUSED));
  EXPECT_NE(section.find("&lt;!DOCTYPE"), std::string::npos);
  EXPECT_EQ(section.find('<'), std::string::npos);
}

TEST(FindingCodes, DocumentShowsTheRegistry) {
  if (update_wanted()) std::ofstream(kDocumentPath, std::ios::binary) << document();
  EXPECT_EQ(read_file(kDocumentPath), document());
}

TEST(FindingCodes, IdentifiersAndTextsAreSound) {
  std::set<std::string_view> identifiers;
  for (const FindingDescription& finding : all_findings()) {
    EXPECT_TRUE(identifiers.insert(finding.identifier).second) << finding.identifier;
    EXPECT_FALSE(finding.title.empty()) << finding.identifier;
    EXPECT_EQ(finding.message.back(), '.') << finding.identifier;
    EXPECT_EQ(finding.message.find('|'), std::string_view::npos) << finding.identifier;
    for (std::size_t at = finding.message.find('{'); at != std::string_view::npos;
         at = finding.message.find('{', at + 1)) {
      const std::string_view mark = finding.message.substr(at, 3);
      EXPECT_TRUE(mark == "{0}" || mark == "{1}" || mark == "{2}") << finding.identifier;
    }
    const bool refuses = finding.effect == FindingEffect::UPLOAD_REFUSED ||
                         finding.effect == FindingEffect::NOT_SCORED;
    if (finding.severity == FindingSeverity::FATAL) {
      EXPECT_TRUE(refuses) << finding.identifier;
    }
    EXPECT_FALSE(effect_text(finding.effect).empty());
  }
}

TEST(FindingCodes, PrintsAndFinds) {
  EXPECT_EQ(print_code(FindingCode::ROSTER_ENTRY_PROVISIONAL), "QCDR-ROS-0007");
  EXPECT_EQ(code_number(FindingCode::ROSTER_ENTRY_PROVISIONAL), 40007U);
  EXPECT_EQ(describe(FindingCode::CASE_REPLACED).identifier, "CASE_REPLACED");
  EXPECT_EQ(find_finding(49999), nullptr);
  EXPECT_EQ(find_finding(0), nullptr);
  EXPECT_EQ(print_code(2'560'001), "QCDR-XXX-0001");
}

TEST(FindingCodes, PutsParametersIn) {
  const std::vector<std::string> both{"12", "11"};
  const std::vector<std::string> one{"12"};
  const std::uint32_t ragged = code_number(FindingCode::CSV_ROW_RAGGED);
  EXPECT_EQ(finding_message(ragged, both),
            "Give 12 fields, as the header line has; this row has 11.");
  EXPECT_EQ(finding_message(ragged, one),
            "Give 12 fields, as the header line has; this row has ?.");
  EXPECT_NE(finding_message(1, {}).find("not known"), std::string::npos);
}

}  // namespace
}  // namespace qcdr

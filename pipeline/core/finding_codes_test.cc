#include "core/finding_codes.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

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
      "used for something else. `{0}` and `{1}` stand for names of elements, codes and limits;\n"
      "no text carries an identifier of a person.\n\n"
      "This page is written from `pipeline/core/finding_codes.def`; a test compares the two.\n";
  FindingFamily family{};
  for (const FindingDescription& finding : all_findings()) {
    if (finding.family != family) {
      family = finding.family;
      text += "\n## " + std::string(family_name(family)) +
              "\n\n| code | identifier | severity | title | what to do | hint | effect |\n"
              "|---|---|---|---|---|---|---|\n";
    }
    text += "| " + print_code(finding.code) + " | " + std::string(finding.identifier) + " | " +
            std::string(severity_name(finding.severity)) + " | " + std::string(finding.title) +
            " | " + std::string(finding.message) + " | " + std::string(finding.hint) + " | " +
            std::string(effect_text(finding.effect)) + " |\n";
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
      EXPECT_TRUE(mark == "{0}" || mark == "{1}") << finding.identifier;
    }
    const bool refuses = finding.effect == FindingEffect::UPLOAD_REFUSED;
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

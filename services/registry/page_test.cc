#include "registry/page.h"

namespace qcdr::registry {
namespace {

TEST(PageTest, TextIsNeverMarkup) {
  const std::string page = whole_page("<b>", page_heading("a & b") + page_paragraph("<script>\"'"));
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_NE(page.find("<title>&lt;b&gt;</title>"), std::string::npos);
  EXPECT_NE(page.find("<h2>a &amp; b</h2>"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;&quot;&#39;"), std::string::npos);
}

TEST(PageTest, NeedsNothingFromElsewhereAndPrints) {
  const std::string page = whole_page("Title", page_paragraph("Text"));
  for (const char* never : {"http://", "https://", "<script", "<img", "<link", "url("}) {
    EXPECT_EQ(page.find(never), std::string::npos) << never;
  }
  for (const char* always : {"<!DOCTYPE html>", "<html lang=\"en\">", "charset=\"utf-8\"",
                             "name=\"viewport\"", "<main>", "@media print"}) {
    EXPECT_NE(page.find(always), std::string::npos) << always;
  }
}

TEST(PageTest, TablesAreHeaded) {
  PageTable table("Rates", {"What", "Rate"}, true);
  table.row({"Sample", "3 %"});
  const std::string html = table.take();
  EXPECT_NE(html.find("<caption>Rates</caption>"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"col\">What</th><th scope=\"col\" class=\"n\">Rate</th>"),
            std::string::npos);
  EXPECT_NE(html.find("<th scope=\"row\">Sample</th><td class=\"n\">3 %</td>"), std::string::npos);
}

}  // namespace
}  // namespace qcdr::registry

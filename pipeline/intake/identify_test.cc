// Files that are not what they are named: what identify() says of them, and where.
#include "intake/identify.h"

#include <gtest/gtest.h>

#include "intake/findings.h"

namespace qcdr::intake {
namespace {

v1::Verdict refusal_of(std::string_view bytes) {
  v1::Verdict why;
  EXPECT_FALSE(identify(bytes, &why).is_ok()) << bytes;
  return why;
}

constexpr std::string_view kColumns =
    "practice_id,performance_year,tin,npi,action,signer_name,signed_at\r\n";

TEST(Identify, AnOpenQuoteInTheFirstRowIsToldWhereItOpens) {
  const v1::Verdict why = refusal_of(
      std::string(kColumns) + "1234,2022,000456789,2000010019,GRANT,\"Abbott,2022-12-01\r\n");
  EXPECT_EQ(why.code(), code_number(FindingCode::CSV_QUOTE_UNTERMINATED));
  EXPECT_EQ(why.location().line(), 2U);
  EXPECT_EQ(why.location().column(), 38U);
}

TEST(Identify, AHeaderWithoutARowHasNoRecords) {
  EXPECT_EQ(refusal_of(kColumns).code(), code_number(FindingCode::NO_RECORDS));
}

TEST(Identify, AWebPageIsNamedAsOne) {
  for (const std::string_view page :
       {"<!DOCTYPE html><html><body>Please sign in</body></html>", "\n  <HTML><head></head></HTML>",
        "\xEF\xBB\xBF<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">"}) {
    EXPECT_EQ(refusal_of(page).code(), code_number(FindingCode::WEB_PAGE_GIVEN)) << page;
  }
  EXPECT_EQ(
      refusal_of("<!DOCTYPE AnesthesiaRecords [<!ENTITY a \"b\">]><AnesthesiaRecords/>").code(),
      code_number(FindingCode::XML_DOCTYPE_REFUSED));
  EXPECT_EQ(refusal_of("<htm").code(), code_number(FindingCode::XML_NOT_WELL_FORMED));
}

}  // namespace
}  // namespace qcdr::intake

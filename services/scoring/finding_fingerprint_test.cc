#include "scoring/finding_fingerprint.h"

#include <gtest/gtest.h>

#include "ledger/finding_subject.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr {
namespace {

using ledger::finding_subject;

Key256 key_of(std::uint8_t byte) {
  Key256 key;
  key.fill(byte);
  return key;
}

ledger::LedgerFinding some_finding() {
  ledger::LedgerFinding finding;
  finding.practice_year = {PracticeId(1234), PerformanceYear(2022)};
  finding.upload_id = "first";
  finding.code = 40007;
  finding.line = 12;
  finding.path = "NPI";
  finding.parameters = {"a", "b"};
  finding.subject = "somebody";
  return finding;
}

TEST(FindingFingerprint, DoesNotHangOnUploadOrLine) {
  ledger::LedgerFinding again = some_finding();
  again.upload_id = "second";
  again.line = 99;
  again.row = 7;
  again.has_row = true;
  const std::string fingerprint = finding_fingerprint(key_of(1), some_finding());
  EXPECT_EQ(fingerprint.size(), kFingerprintBytes);
  EXPECT_EQ(fingerprint, finding_fingerprint(key_of(1), again));
}

TEST(FindingFingerprint, HangsOnEverythingElse) {
  const std::string fingerprint = finding_fingerprint(key_of(1), some_finding());
  std::vector<ledger::LedgerFinding> others(6, some_finding());
  others[0].code = 40008;
  others[1].path = "TIN";
  others[2].parameters = {"ab", ""};
  others[3].subject = "somebody else";
  others[4].practice_year.practice = PracticeId(1235);
  others[5].practice_year.year = PerformanceYear(2021);
  for (const ledger::LedgerFinding& other : others) {
    EXPECT_NE(fingerprint, finding_fingerprint(key_of(1), other));
  }
  EXPECT_NE(fingerprint, finding_fingerprint(key_of(2), some_finding()));
}

TEST(FindingSubject, NamesTheCaseOrThePair) {
  v1::ChunkRows rows;
  rows.add_tins()->set_token("token-of-tin");
  v1::Row consent;
  consent.mutable_individual_consent()->set_tin(1);
  consent.mutable_individual_consent()->set_npi(7);
  v1::Row roster;
  roster.mutable_roster_entry()->set_tin(1);
  roster.mutable_roster_entry()->set_npi(7);
  v1::Row later = consent;
  later.set_ordinal(5);
  later.mutable_individual_consent()->set_signer_name("B");
  EXPECT_FALSE(finding_subject(consent, rows).empty());
  EXPECT_EQ(finding_subject(consent, rows), finding_subject(later, rows));
  EXPECT_NE(finding_subject(consent, rows), finding_subject(roster, rows));
  later.mutable_individual_consent()->set_npi(8);
  EXPECT_NE(finding_subject(consent, rows), finding_subject(later, rows));
  v1::Row one_case;
  one_case.mutable_anesthesia_case()->set_case_token("case-token-1");
  EXPECT_EQ(finding_subject(one_case, rows), "case-token-1");
}

TEST(FindingSubject, IsEmptyWhenNobodyIsNamed) {
  v1::ChunkRows rows;
  v1::Row unread;
  EXPECT_EQ(finding_subject(unread, rows), "");
  v1::Row bad_index;
  bad_index.mutable_officer_consent()->set_tin(3);
  EXPECT_EQ(finding_subject(bad_index, rows), "");
}

}  // namespace
}  // namespace qcdr

// The JSON reader by itself, held against a library, and how members find their fields.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "intake/json_reader.h"
#include "intake/json_records.h"
#include "intake/limits.h"
#include "intake/testing_collector.h"

namespace qcdr::intake {
namespace {

class Events final : public JsonHandler {
 public:
  Status json_begin(bool object, const Place&) override {
    text += object ? "{" : "[";
    return Status::ok();
  }
  Status json_end(bool object) override {
    text += object ? "}" : "]";
    return Status::ok();
  }
  Status json_key(std::string_view key, const Place&) override {
    text.append(key).append(":");
    return Status::ok();
  }
  Status json_scalar(const JsonScalar& scalar) override {
    text += "<" + std::string(scalar.text) + "@" + std::to_string(scalar.place.line) + "." +
            std::to_string(scalar.place.column) + (scalar.cut ? "!" : "") + ">";
    return Status::ok();
  }
  std::string text;
};

// What the reader gave; "?" when it refused.
std::string read(std::string_view bytes, std::size_t piece = 1 << 20) {
  Events events;
  JsonReader reader(events);
  Status status;
  while (status.is_ok() && !bytes.empty()) {
    status = reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  if (status.is_ok()) status = reader.finish();
  EXPECT_EQ(status.is_ok(), !reader.failure().has_value());
  return status.is_ok() ? events.text : "?";
}

TEST(JsonReader, ReadsValuesWithTheirPlaces) {
  EXPECT_EQ(read("{\"a\": [1, -2.5e3,\n true], \"b\":null}"),
            "{a:[<1@1.8><-2.5e3@1.11><true@2.2>]b:<@2.13>}");
  EXPECT_EQ(read("\xEF\xBB\xBF{}"), "{}");
  EXPECT_EQ(read("{}\n{}"), "{}{}");
  EXPECT_EQ(read("\"\\u00e9\\n\\ud83d\\ude00\""), "<\xC3\xA9\n\xF0\x9F\x98\x80@1.1>");
}

TEST(JsonReader, RefusesWhatIsNoJson) {
  for (const char* bad :
       {"{",    "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}",       "[01]",        "[1.]",     "[.5]",
        "[+1]", "[1e]", "\"a",     "\"\\x\"",    "\"\\ud800\"", "\"\\ude00\"", "\"\t\"",   "[tru]",
        "]",    "{]",   "[1 2]",   "\"\xC3\"",   "\xEF\xBB",    "[\"a\":1]",   "{\"a\":1]"}) {
    EXPECT_EQ(read(bad), "?") << bad;
  }
  EXPECT_EQ(read(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')).size(),
            2 * kMaxJsonDepth);
  EXPECT_EQ(read(std::string(kMaxJsonDepth + 1, '[')), "?");
}

TEST(JsonReader, CutsWhatIsTooLong) {
  const std::string text(kMaxJsonTextBytes + 1, 'x');
  EXPECT_NE(read("\"" + text + "\"").find("!>"), std::string::npos);
}

// The cut of the stream never shows, and the verdict is that of a library.
TEST(JsonReader, AgreesWithALibraryForEveryCut) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {"{",  "}",    "[",    "]",   ",",     ":",       "\"a\"",
                                           "1",  "-0.5", "true", "nul", "\"\\n", "\"",      " ",
                                           "\n", "0",    "1E",   "\\",  "null",  "{\"k\":", "2"};
  int good = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = round % 2 == 0 ? "[" : "{\"a\":";
    const std::size_t length = 1 + random() % 6;
    for (std::size_t i = 0; i < length; ++i) bytes += pieces[random() % pieces.size()];
    bytes += round % 2 == 0 ? "]" : "}";
    const std::string whole = read(bytes);
    EXPECT_EQ(read(bytes, 1), whole) << bytes;
    const bool valid = nlohmann::json::accept(bytes);
    // The library takes one value, the reader one behind the other.
    EXPECT_TRUE(!valid || whole != "?") << bytes;
    // Nor does it take numbers beyond its own range.
    if (!valid && whole != "?" && bytes.find('E') == std::string::npos) {
      EXPECT_TRUE(whole.find("}{") != std::string::npos || whole.find("][") != std::string::npos ||
                  whole.find("]{") != std::string::npos || whole.find("}[") != std::string::npos ||
                  whole.find("]<") != std::string::npos || whole.find("}<") != std::string::npos)
          << bytes;
    }
    good += valid;
  }
  EXPECT_GT(good, 200);
}

std::string sample(const std::string& name) {
  std::ifstream stream("tests/data/intake/" + name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

TestingCollector parse(v1::RecordKind kind, const std::string& name) {
  TestingCollector got;
  EXPECT_TRUE(testing_parse(kind, kFormatJson, sample(name), 7, testing_options(), got).is_ok());
  return got;
}

TEST(JsonParser, ReadsARegistrationAsOneRecord) {
  const auto got = parse(v1::RECORD_KIND_PRACTICE_REGISTRATION, "single-registration.json");
  ASSERT_EQ(got.facts(), 1U);
  EXPECT_EQ(got.rows[0].record_id(), "r-1");
  const v1::PracticeRegistration& fact = got.rows[0].practice_registration();
  EXPECT_EQ(fact.tier(), v1::PracticeRegistration::TIER_QUALITY_REPORTING);
  EXPECT_EQ(fact.champion().name(), "Dana Champion");
  EXPECT_EQ(fact.billing_contact().email(), "ap@example.org");
  ASSERT_EQ(fact.vendors_size(), 1);
  EXPECT_EQ(fact.vendors(0).types_size(), 2);
  ASSERT_EQ(fact.headcounts_size(), 2);
  EXPECT_EQ(fact.headcounts(0).provider(), "PHYSICIAN_MEMBER");
  EXPECT_EQ(fact.headcounts(0).count(), 22U);
  ASSERT_EQ(fact.agreements_size(), 2);
  EXPECT_EQ(fact.agreements(1).name(), "baa");
  EXPECT_EQ(LocalDate::from_days(fact.paid_on()).to_string(), "2022-09-14");
  EXPECT_EQ(fact.tins_size(), 1);
}

TEST(JsonParser, ReadsSignerEvidenceAndWaivers) {
  const auto consents = parse(v1::RECORD_KIND_INDIVIDUAL_CONSENT, "single-consent.json");
  const v1::IndividualConsent& consent = consents.rows[0].individual_consent();
  EXPECT_EQ(consent.permits(), 7U);
  EXPECT_EQ(consent.categories_size(), 3);
  EXPECT_EQ(consent.signer_authority(), v1::AUTHORITY_CLINICIAN_SELF);
  EXPECT_EQ(consent.signature_method(), "esign");
  EXPECT_EQ(consent.template_version(), "2022.1");
  // The signer's own instant goes before that of the submission.
  EXPECT_EQ(Instant::from_milliseconds(consent.signed_at()).to_string(),
            "2022-11-19T15:00:00.000Z");

  const auto attestations = parse(v1::RECORD_KIND_ACTIVITY_ATTESTATION, "single-attestation.json");
  const v1::ActivityAttestation& attestation = attestations.rows[0].activity_attestation();
  EXPECT_EQ(attestation.activity_id(), "IA_PSPA_7");
  EXPECT_EQ(attestation.performing_npis_size(), 2);
  EXPECT_EQ(attestation.performing_count(), 31U);
  EXPECT_EQ(attestation.billing_count(), 43U);
  EXPECT_EQ(attestation.evidence(0).sha256().size(), 32U);
  EXPECT_NE(attestation.attester().signed_at(), 0);

  const auto signatures = parse(v1::RECORD_KIND_RECONCILIATION_SIGN_OFF, "single-sign-off.json");
  const v1::ReconciliationSignOff& sign_off = signatures.rows[0].reconciliation_sign_off();
  ASSERT_EQ(sign_off.waivers_size(), 1);
  EXPECT_EQ(sign_off.waivers(0).code(), code_number(FindingCode::NO_CASES));
  EXPECT_EQ(sign_off.waivers(0).reason(), "parental leave");
  EXPECT_EQ(sign_off.open_warnings(), 2U);
}

// A no must not get lost: the TIN of an opt-out that cannot be read is handed on.
TEST(JsonParser, KeepsTheTinOfAnUnreadableOptOut) {
  TestingCollector got;
  ASSERT_TRUE(testing_parse(v1::RECORD_KIND_OPT_OUT, kFormatCsv, sample("opt-out-bad-rows.csv"),
                            1 << 20, testing_options(), got)
                  .is_ok());
  ASSERT_EQ(got.rows.size(), 2U);
  EXPECT_EQ(got.rows[0].verdicts_size(), 0);
  ASSERT_EQ(got.rows[1].verdicts_size(), 1);
  EXPECT_EQ(got.rows[1].opt_out().tin(), 1U);
  EXPECT_EQ(got.rows[1].opt_out().npi(), 0U);
  EXPECT_EQ(got.rows[1].opt_out().action(), v1::CONSENT_ACTION_UNSPECIFIED);
}

// Taking a record back needs no more than its name.
TEST(JsonParser, ReadsWithdrawals) {
  const std::string head = "{\"kind\":\"opt-out\",\"practiceId\":1234,\"performanceYear\":2022,";
  const auto row_of = [&](const std::string& members) {
    TestingCollector got;
    EXPECT_TRUE(testing_parse(v1::RECORD_KIND_OPT_OUT, kFormatJson, head + members + "}", 1 << 20,
                              testing_options(), got)
                    .is_ok());
    return got.rows.at(0);
  };
  const v1::Row good = row_of("\"recordAction\":\"WITHDRAW\",\"supersedes\":\"r-1\"");
  EXPECT_EQ(good.verdicts_size(), 0);
  EXPECT_EQ(good.action(), v1::ROW_ACTION_WITHDRAW);
  EXPECT_EQ(good.supersedes(), "r-1");
  EXPECT_EQ(good.fact_case(), v1::Row::FACT_NOT_SET);
  const v1::Row nameless = row_of("\"recordAction\":\"WITHDRAW\"");
  EXPECT_GT(nameless.verdicts_size(), 0);
  EXPECT_EQ(nameless.action(), v1::ROW_ACTION_UNSPECIFIED);
}

}  // namespace
}  // namespace qcdr::intake

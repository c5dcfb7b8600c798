// The smaller parts: text, places, identifiers, tokens, chunks.
#include <gtest/gtest.h>

#include <set>

#include "core/crypto.h"
#include "intake/chunk_builder.h"
#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/identity_checks.h"
#include "intake/line_index.h"
#include "intake/nacor_elements.h"
#include "intake/nacor_values.h"
#include "intake/repeat_filter.h"
#include "intake/testing_key_ring.h"
#include "intake/utf8.h"

namespace qcdr::intake {
namespace {

TEST(Utf8, KnowsWhatIsWellFormed) {
  for (const char* good : {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                           "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF", "abcdefghijklmnop\xC3\xA9"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  }
  // Overlong, surrogate, above the range, stray and missing continuation.
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\x80", "\xC3", "\xC3(", "abcdefgh\xFFijk"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << bad;
  }
  Utf8Validator validator;
  EXPECT_EQ(validator.feed("0123456789\xFFx"), 10U);
}

TEST(LineIndex, FindsLinesAcrossPieces) {
  LineIndex lines;
  lines.feed("ab\r");
  lines.feed("\ncd\n\nx\ry");
  const auto at = [&](std::uint64_t offset) {
    const Place place = lines.locate(offset);
    return std::to_string(place.line) + ":" + std::to_string(place.column);
  };
  EXPECT_EQ(at(0), "1:1");
  EXPECT_EQ(at(2), "1:3");
  EXPECT_EQ(at(4), "2:1");
  EXPECT_EQ(at(6), "2:3");
  EXPECT_EQ(at(7), "3:1");
  EXPECT_EQ(at(8), "4:1");
  EXPECT_EQ(at(10), "5:1");
  EXPECT_EQ(at(11), "5:2");
}

TEST(IdentityChecks, Tins) {
  EXPECT_EQ(check_tin_text("000456789", true), std::nullopt);
  EXPECT_EQ(check_tin_text("000456789", false), FindingCode::TIN_TEST_NOT_ALLOWED);
  EXPECT_EQ(check_tin_text("00-456789", true), FindingCode::TIN_FORMAT);
  EXPECT_EQ(check_tin_text("222222222", true), FindingCode::TIN_FORMAT);
  EXPECT_EQ(check_tin_text("", true), FindingCode::TIN_FORMAT);
  EXPECT_FALSE(has_unusual_prefix("000456789"));
  EXPECT_TRUE(has_unusual_prefix("070000000"));
  EXPECT_FALSE(has_unusual_prefix("010000000"));
}

TEST(IdentityChecks, TinsAsSpreadsheetsLeaveThem) {
  EXPECT_EQ(read_csv_tin("0456789", false).tin, "000456789");
  EXPECT_EQ(read_csv_tin("0456789", false).repaired, FindingCode::TIN_ZEROS_RESTORED);
  EXPECT_EQ(read_csv_tin("0456789", true).tin, "0456789");
  EXPECT_EQ(read_csv_tin("456789", false).repaired, std::nullopt);
  EXPECT_EQ(read_csv_tin("00-0456789", true).tin, "000456789");
  EXPECT_EQ(read_csv_tin("00-0456789", true).repaired, FindingCode::TIN_HYPHEN_REMOVED);
  EXPECT_EQ(read_csv_tin("000-45-6789", true).repaired, std::nullopt);
}

TEST(IdentityChecks, Npis) {
  Npi npi;
  EXPECT_EQ(check_npi_text("2000010019", false, &npi), std::nullopt);
  EXPECT_EQ(npi.value(), 2000010019U);
  EXPECT_EQ(check_npi_text("2000010018", false, &npi), FindingCode::NPI_CHECK_DIGIT);
  EXPECT_EQ(check_npi_text("3000010019", false, &npi), FindingCode::NPI_FORMAT);
  EXPECT_EQ(check_npi_text("200001001", false, &npi), FindingCode::NPI_FORMAT);
  EXPECT_EQ(check_npi_text("0777777777", false, &npi), FindingCode::NPI_FORMAT);
  EXPECT_EQ(check_npi_text("9876543210", false, &npi), FindingCode::NPI_FORMAT);
  EXPECT_EQ(check_npi_text("0777777777", true, &npi), std::nullopt);
  EXPECT_EQ(check_npi_text("9876543210", true, &npi), std::nullopt);
  EXPECT_EQ(check_npi_text("0000000000", true, &npi), FindingCode::NPI_FORMAT);
}

TEST(NacorValues, FormsAreStrict) {
  for (const char* good :
       {"PQRS424", "AQI48", "IIM001", "Quantum31", "ABG44", "EPREOP31", "MEDNAX54"}) {
    EXPECT_TRUE(is_measure_form(good)) << good;
  }
  for (const char* bad : {"", "424", "PQRS42", "PQRS4244", "xPQRS424", "AQI4a", "pqrs424"}) {
    EXPECT_FALSE(is_measure_form(bad)) << bad;
  }
  for (const char* good : {"4255F", "G9771", "M1142", "10A01", "1081", "54A"}) {
    EXPECT_TRUE(is_quality_code_form(good)) << good;
  }
  for (const char* bad :
       {"", "977", "G977", "G97711", "g9771", "4255G", "42F5F", "10a01", "1A", "54a", "H9771"}) {
    EXPECT_FALSE(is_quality_code_form(bad)) << bad;
  }
  EXPECT_TRUE(is_modifier_form("8P"));
  EXPECT_FALSE(is_modifier_form("4P"));
  EXPECT_TRUE(is_procedure_code_form("0042T"));
  EXPECT_EQ(procedure_code_number("0042T"), std::nullopt);
  EXPECT_EQ(procedure_code_number("00790"), 790U);
  EXPECT_EQ(practice_number("12"), std::nullopt);
  EXPECT_EQ(practice_number("123456"), std::nullopt);
  EXPECT_EQ(practice_number("01234"), PracticeId(1234));
}

TEST(NacorElements, TableFindsChildren) {
  EXPECT_EQ(find_child(ElementType::kStaff, "StaffTaxID"), kMaxChildren);
  const std::size_t index = find_child(ElementType::kStaff, "NPI");
  ASSERT_LT(index, kMaxChildren);
  EXPECT_EQ(children_of(ElementType::kStaff)[index].field, Field::kNpi);
  EXPECT_TRUE(children_of(ElementType::kOpaque).empty());
}

TEST(RepeatFilter, TellsTheLineBefore) {
  RepeatFilter filter;
  const auto token = [](std::uint32_t number) {
    std::array<std::uint8_t, TinToken::kBytes> bytes{};
    const Hash256 hash = sha256(std::to_string(number));
    std::copy_n(hash.begin(), bytes.size(), bytes.begin());
    return CaseToken::from_bytes(bytes.data());
  };
  for (std::uint32_t i = 0; i < 20'000; ++i) EXPECT_EQ(filter.remember(token(i), i), std::nullopt);
  EXPECT_EQ(filter.size(), 20'000U);
  for (std::uint32_t i = 0; i < 20'000; ++i) EXPECT_EQ(filter.remember(token(i), i + 1), i);
  EXPECT_EQ(filter.remember(token(7), 1), 8U);
}

TEST(TinTable, TokenisesOnceAndEncrypts) {
  TestingKeyRing keys;
  TinTable tins(keys);
  bool is_new = false;
  EXPECT_EQ(tins.number_of("000456789", &is_new), 1U);
  EXPECT_TRUE(is_new);
  EXPECT_EQ(tins.number_of("000654321"), 2U);
  EXPECT_EQ(tins.number_of("000456789", &is_new), 1U);
  EXPECT_FALSE(is_new);
  const v1::TinEntry& entry = tins.entry(1);
  EXPECT_EQ(entry.token(), make_tin_token(keys.token_key(), "000456789").bytes());
  EXPECT_EQ(entry.last_four(), "6789");
  EXPECT_TRUE(entry.test());
  EXPECT_EQ(entry.SerializeAsString().find("000456789"), std::string::npos);
  EXPECT_EQ(open_tin(keys.tin_key(), entry).value(), "000456789");
  v1::TinEntry moved = entry;
  moved.set_token(tins.entry(2).token());
  EXPECT_EQ(open_tin(keys.tin_key(), moved).status().code(), ErrorCode::kCorruption);
}

v1::Row case_row(std::uint32_t ordinal, std::uint32_t tin, std::size_t padding = 0) {
  v1::Row row;
  row.set_ordinal(ordinal);
  row.mutable_anesthesia_case()->add_staff()->set_tin(tin);
  row.set_supersedes(std::string(padding, 'x'));
  return row;
}

struct Chunks {
  std::vector<std::uint32_t> first;
  std::vector<v1::ChunkRows> rows;
  ChunkBuilder::Emit emit() {
    return [this](std::uint32_t ordinal, v1::ChunkRows chunk) {
      first.push_back(ordinal);
      rows.push_back(std::move(chunk));
      return Status::ok();
    };
  }
};

TEST(ChunkBuilder, CutsAtTheNumberOfRows) {
  TestingKeyRing keys;
  TinTable tins(keys);
  tins.number_of("000456789");
  tins.number_of("000654321");
  Chunks chunks;
  ChunkBuilder builder(chunks.emit());
  for (std::uint32_t i = 0; i < 600; ++i) {
    ASSERT_TRUE(builder.row(case_row(i, i < 256 ? 1 : 2), tins).is_ok());
  }
  ASSERT_TRUE(builder.flush().is_ok());
  EXPECT_EQ(chunks.first, (std::vector<std::uint32_t>{0, 256, 512}));
  EXPECT_EQ(builder.row_count(), 600U);
  // The second chunk knows one TIN, as its number 1.
  ASSERT_EQ(chunks.rows[1].tins_size(), 1);
  EXPECT_EQ(chunks.rows[1].tins(0).last_four(), "4321");
  EXPECT_EQ(chunks.rows[1].rows(0).anesthesia_case().staff(0).tin(), 1U);
  EXPECT_EQ(chunks.rows[2].rows_size(), 88);
}

TEST(ChunkBuilder, CutsAtTheNumberOfBytes) {
  TestingKeyRing keys;
  TinTable tins(keys);
  Chunks chunks;
  ChunkBuilder builder(chunks.emit());
  for (std::uint32_t i = 0; i < 100; ++i) {
    const std::string tin = "000" + std::to_string(100'000 + i);
    ASSERT_TRUE(builder.row(case_row(i, tins.number_of(tin), 5000), tins).is_ok());
  }
  ASSERT_TRUE(builder.flush().is_ok());
  int rows = 0;
  for (const v1::ChunkRows& chunk : chunks.rows) {
    EXPECT_LE(chunk.ByteSizeLong(), kMaxChunkBytes);
    EXPECT_EQ(chunk.tins_size(), chunk.rows_size());
    rows += chunk.rows_size();
  }
  EXPECT_EQ(rows, 100);
  EXPECT_GE(chunks.rows.size(), 8U);
  EXPECT_LE(chunks.rows.size(), 10U);
}

TEST(ChunkBuilder, KeepsFindingsOfTheFileAndCounts) {
  Chunks chunks;
  ChunkBuilder builder(chunks.emit());
  builder.file_finding(make_verdict(FindingCode::CSV_COLUMN_UNKNOWN, Place{}, "", {"x"}));
  EXPECT_FALSE(builder.refused());
  builder.file_finding(make_verdict(FindingCode::FILE_TOO_LARGE, Place{}, ""));
  EXPECT_TRUE(builder.refused());
  EXPECT_EQ(builder.file_verdicts().size(), 2U);
  EXPECT_EQ(builder.counts().at(code_number(FindingCode::CSV_COLUMN_UNKNOWN)), 1U);
  EXPECT_TRUE(builder.flush().is_ok());
  EXPECT_TRUE(chunks.rows.empty());
}

TEST(Findings, RenderInOneLine) {
  EXPECT_EQ(render(make_verdict(FindingCode::ELEMENT_MISSING, Place{4, 7, 99}, "/a/b", {"c"})),
            "QCDR-SCH-0001 error An element is missing: Give c. (line 4, column 7, /a/b)");
  EXPECT_EQ(render(make_verdict(FindingCode::NO_RECORDS, Place{2, 1, 9}, "")),
            "QCDR-FIL-0023 fatal File has no records: Upload a file with at least one record. "
            "(line 2, column 1)");
  v1::Verdict unknown;
  unknown.set_code(99'999);
  EXPECT_NE(render(unknown).find("not known"), std::string::npos);
}

TEST(Findings, NamesAreMadeSafe) {
  EXPECT_EQ(safe_name("Shoe_Size-9"), "Shoe_Size-#");
  EXPECT_EQ(safe_name("000456789"), "#########");
  EXPECT_EQ(safe_name("a b\xC3\xA9"), "a?b??");
  EXPECT_EQ(safe_name(std::string(100, 'a')).size(), 40U);
}

TEST(Identify, NamesOfKindsGoBothWays) {
  for (int kind = v1::RecordKind_MIN + 1; kind <= v1::RecordKind_MAX; ++kind) {
    EXPECT_EQ(kind_from_name(kind_name(static_cast<v1::RecordKind>(kind))), kind);
  }
  EXPECT_EQ(kind_from_name("x"), v1::RECORD_KIND_UNSPECIFIED);
  EXPECT_EQ(kind_name(v1::RECORD_KIND_UNSPECIFIED), "unspecified");
}

// What cannot be told apart from an opt-out file is one, and its sender hears that it holds nobody.
TEST(Identify, AnOptOutFileOfAnUnknownPracticeSaysWhatToDo) {
  const auto told = [](std::string_view bytes) {
    const auto identified = identify(bytes);
    return !identified.is_ok() &&
           identified.status().message().find("nothing is held") != std::string::npos;
  };
  EXPECT_TRUE(told("performance_year,tin,npi,opt_out\n2022,000220001,2000010019,FILE\n"));
  EXPECT_TRUE(told(R"({"kind": "opt-out", "performanceYear": 2022, "records": [{"tin": "1"}]})"));
  EXPECT_FALSE(told("performance_year,tin,npi,action\n2022,000220001,2000010019,GRANT\n"));
  const auto known = identify("practice_id,performance_year,opt_out\n1234,2022,FILE\n");
  ASSERT_TRUE(known.is_ok());
  EXPECT_EQ(known.value().kind, v1::RECORD_KIND_OPT_OUT);
  EXPECT_EQ(known.value().practice, PracticeId(1234));
}

TEST(Identify, HeaderMustComeEarly) {
  std::string bytes = "<AnesthesiaRecords><RecordHeader><EmailSet>";
  bytes += std::string(kIdentifyBytes, ' ');
  v1::Verdict why;
  EXPECT_FALSE(identify(bytes, &why).is_ok());
  EXPECT_EQ(why.code(), code_number(FindingCode::HEADER_INCOMPLETE));
}

}  // namespace
}  // namespace qcdr::intake

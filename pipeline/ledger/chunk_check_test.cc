// What is found in a chunk before it is folded; and that nothing is found where the fold finds
// nothing.
#include "ledger/chunk_check.h"

#include <gtest/gtest.h>

#include "ledger/testing_season.h"

namespace qcdr::ledger {
namespace {

class ChunkCheck : public testing::Test {
 protected:
  ChunkCheck() {
    chunk_.set_upload_id("u");
    chunk_.set_practice_id(1234);
    chunk_.set_performance_year(2022);
    chunk_.set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
    chunk_.set_row_count(1);
    v1::TinEntry& tin = *rows_.add_tins();
    tin.set_token(std::string(TinToken::kBytes, '\1'));
    tin.set_last_four("6789");
    row_ = rows_.add_rows();
  }
  v1::AnesthesiaCase& anesthesia_case(int staff = 1) {
    v1::AnesthesiaCase& fact = *row_->mutable_anesthesia_case();
    fact.set_case_token(std::string(CaseToken::kBytes, 'c'));
    fact.set_service_date(Season::day(6, 1));
    for (int i = 0; i < staff; ++i) {
      v1::CaseStaff& who = *fact.add_staff();
      who.set_tin(1);
      who.set_npi(Season::npi(i).value());
    }
    return fact;
  }
  // Whether the fold itself refuses it; it may have changed something by then.
  bool fold_refuses() {
    MemoryRows store;
    const LedgerRules rules(rulebook::Rulebook::built_in());
    const Key256 key{};
    Ledger ledger(rules, key, store, StateDigest());
    return !ledger.apply_chunk(chunk_, rows_, Offset(0)).is_ok();
  }
  void expect(std::optional<Poison> wanted) {
    EXPECT_EQ(check_rows(chunk_, rows_), wanted);
    EXPECT_EQ(fold_refuses(), wanted.has_value());
  }

  v1::Chunk chunk_;
  v1::ChunkRows rows_;
  v1::Row* row_;
};

TEST_F(ChunkCheck, ASoundCaseIsSound) {
  anesthesia_case();
  expect(std::nullopt);
}

TEST_F(ChunkCheck, ARowThatCouldNotBeReadIsSound) {
  expect(std::nullopt);
}

TEST_F(ChunkCheck, AnotherNumberOfRows) {
  anesthesia_case();
  chunk_.set_row_count(2);
  expect(Poison::kMalformed);
}

TEST_F(ChunkCheck, RowsThatAreNotConsecutive) {
  anesthesia_case();
  *rows_.add_rows() = *row_;
  rows_.mutable_rows(1)->set_ordinal(2);
  chunk_.set_row_count(2);
  expect(Poison::kMalformed);
  rows_.mutable_rows(1)->set_ordinal(1);
  expect(std::nullopt);
}

TEST_F(ChunkCheck, ATinThatTheChunkDoesNotHave) {
  anesthesia_case().mutable_staff(0)->set_tin(2);
  expect(Poison::kMalformed);
}

TEST_F(ChunkCheck, AStaffMemberWithoutAValidTinIsSound) {
  anesthesia_case().mutable_staff(0)->set_tin(0);
  expect(std::nullopt);
}

TEST_F(ChunkCheck, ATinWhoseTokenIsNone) {
  anesthesia_case();
  rows_.mutable_tins(0)->set_token("short");
  expect(Poison::kMalformed);
}

TEST_F(ChunkCheck, ACaseWhoseTokenIsNone) {
  anesthesia_case().set_case_token("short");
  expect(Poison::kMalformed);
}

TEST_F(ChunkCheck, MoreStaffThanACaseMayHave) {
  anesthesia_case(static_cast<int>(kPairsPerCaseMax));
  expect(std::nullopt);
  // The same ones again are no more.
  *row_->mutable_anesthesia_case()->add_staff() = row_->anesthesia_case().staff(0);
  expect(std::nullopt);
  v1::CaseStaff& one_more = *row_->mutable_anesthesia_case()->add_staff();
  one_more.set_tin(1);
  one_more.set_npi(Season::npi(99).value());
  expect(Poison::kMalformed);
}

// Every kind of fact, with a TIN that is there, with none, and with one that the chunk lacks: what
// is found is what the fold would refuse.
TEST_F(ChunkCheck, FindsInEveryKindWhatTheFoldWouldRefuse) {
  const auto* type = v1::Row::descriptor();
  const auto* facts = type->FindOneofByName("fact");
  ASSERT_NE(facts, nullptr);
  int refused = 0;
  for (int i = 0; i < facts->field_count(); ++i) {
    for (const std::uint32_t tin : {1u, 0u, 2u}) {
      row_->Clear();
      auto* fact = row_->GetReflection()->MutableMessage(row_, facts->field(i));
      const auto* field = fact->GetDescriptor()->FindFieldByName("tin");
      const auto* several = fact->GetDescriptor()->FindFieldByName("tins");
      if (field != nullptr) fact->GetReflection()->SetUInt32(fact, field, tin);
      if (several != nullptr) fact->GetReflection()->AddUInt32(fact, several, tin);
      if (row_->has_anesthesia_case()) {
        row_->clear_anesthesia_case();
        anesthesia_case().mutable_staff(0)->set_tin(tin);
      }
      chunk_.set_kind(static_cast<v1::RecordKind>(1 + i));
      chunk_.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
      const bool found = check_rows(chunk_, rows_).has_value();
      refused += found ? 1 : 0;
      EXPECT_EQ(found, fold_refuses()) << facts->field(i)->name() << ", TIN " << tin;
    }
  }
  EXPECT_GT(refused, 30);
}

TEST_F(ChunkCheck, AnAuditCorrectionThatNamesNoCase) {
  chunk_.set_kind(v1::RECORD_KIND_AUDIT_CORRECTION);
  chunk_.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
  row_->mutable_audit_correction()->add_case_tokens(std::string(CaseToken::kBytes, 'c'));
  expect(std::nullopt);
  row_->mutable_audit_correction()->add_case_tokens("short");
  expect(Poison::kMalformed);
}

TEST_F(ChunkCheck, AWaiverOfATinThatTheChunkDoesNotHave) {
  chunk_.set_kind(v1::RECORD_KIND_RECONCILIATION_SIGN_OFF);
  row_->mutable_reconciliation_sign_off()->set_tin(1);
  row_->mutable_reconciliation_sign_off()->add_waivers()->set_tin(1);
  expect(std::nullopt);
  row_->mutable_reconciliation_sign_off()->add_waivers()->set_tin(9);
  EXPECT_EQ(check_rows(chunk_, rows_), Poison::kMalformed);
}

}  // namespace
}  // namespace qcdr::ledger

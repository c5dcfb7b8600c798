// Values and choices of a later release are told from fields of one. Later messages are made by
// their numbers, as they come from the wire.
#include "common/known_values.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <set>

#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "qcdr/v1/upload.pb.h"

namespace qcdr {
namespace {

constexpr int kPlainNumber = 9;    // of a field of Row that nobody has yet
constexpr int kFactNumber = 4711;  // of a fact that nobody has yet

template <class Message>
void add_unknown(Message* message, int number) {
  message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(number, "later");
}

// Says what is expected to be named, too.
void expect_unknown(const Status& status, const std::string& named) {
  EXPECT_EQ(status.code(), ErrorCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(named), std::string::npos) << status.message();
}
void expect_unknown(const google::protobuf::Message& message, const std::string& named) {
  expect_unknown(check_values_known(message), named);
}
void expect_unknown(const v1::ChunkRows& rows, const std::string& named) {
  expect_unknown(check_values_known(rows), named);
  expect_unknown(check_rows_known(rows), named);
}

TEST(KnownValuesTest, EmptyAndUnspecifiedAreKnown) {
  EXPECT_TRUE(check_values_known(v1::RegistryRecord()).is_ok());
  EXPECT_TRUE(check_values_known(v1::ChunkRows()).is_ok());
  v1::ChunkRows rows;
  rows.add_rows();
  EXPECT_TRUE(check_values_known(rows).is_ok() && check_rows_known(rows).is_ok());
}

TEST(KnownValuesTest, FieldsOfALaterReleaseArePassedOver) {
  v1::ChunkRows rows;
  add_unknown(&rows, kFactNumber);
  v1::Row& row = *rows.add_rows();
  add_unknown(&row, kPlainNumber);
  v1::CaseStaff& staff = *row.mutable_anesthesia_case()->add_staff();
  staff.set_clinician_type(v1::CLINICIAN_TYPE_OTHER);
  add_unknown(&staff, kFactNumber);
  add_unknown(row.add_verdicts(), kFactNumber);
  EXPECT_TRUE(check_values_known(rows).is_ok() && check_rows_known(rows).is_ok());
  rows.mutable_rows(0)->clear_fact();  // a row that could not be read
  EXPECT_TRUE(check_values_known(rows).is_ok() && check_rows_known(rows).is_ok());
}

TEST(KnownValuesTest, AValueOfALaterReleaseIsNamed) {
  v1::ChunkRows rows;
  rows.add_rows();
  v1::Row& row = *rows.add_rows();
  v1::CaseStaff& staff = *row.mutable_anesthesia_case()->add_staff();
  row.mutable_anesthesia_case()->add_staff();
  staff.set_clinician_type(static_cast<v1::ClinicianType>(7));
  expect_unknown(rows, "qcdr.v1.CaseStaff.clinician_type is 7");
  staff.set_clinician_type(v1::CLINICIAN_TYPE_CRNA);
  row.set_action(static_cast<v1::RowAction>(-1));
  expect_unknown(rows, "qcdr.v1.Row.action is -1");
}

TEST(KnownValuesTest, AValueInARepeatedFieldIsNamed) {
  v1::ChunkRows rows;
  v1::IndividualConsent& consent = *rows.add_rows()->mutable_individual_consent();
  consent.add_categories(v1::CATEGORY_QUALITY);
  EXPECT_TRUE(check_values_known(rows).is_ok() && check_rows_known(rows).is_ok());
  consent.add_categories(static_cast<v1::Category>(5));
  expect_unknown(rows, "qcdr.v1.IndividualConsent.categories is 5");
}

TEST(KnownValuesTest, AFactOfALaterReleaseIsNamed) {
  v1::ChunkRows rows;
  add_unknown(rows.add_rows(), kFactNumber);
  expect_unknown(rows, "qcdr.v1.Row.fact is 4711");
}

TEST(KnownValuesTest, AnAnswerOfALaterReleaseIsNamed) {
  v1::ChunkRows rows;
  v1::InteroperabilityMeasure& measure =
      *rows.add_rows()->mutable_promoting_interoperability()->add_measures();
  EXPECT_TRUE(check_values_known(rows).is_ok() && check_rows_known(rows).is_ok());
  add_unknown(&measure, 4);
  expect_unknown(rows, "qcdr.v1.InteroperabilityMeasure.value is 4");
  measure.set_attested(false);
  EXPECT_TRUE(check_values_known(rows).is_ok() && check_rows_known(rows).is_ok());
}

// Enum fields that a message can hold, and oneofs; of rows, without the facts that are no cases.
void collect(const google::protobuf::Descriptor* type, std::set<std::string>* names) {
  for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
    names->insert(type->oneof_decl(i)->full_name());
  }
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->enum_type() != nullptr) names->insert(field->full_name());
    const bool is_other_fact = type == v1::Row::descriptor() &&
                               field->real_containing_oneof() != nullptr &&
                               field->number() != v1::Row::kAnesthesiaCaseFieldNumber;
    if (field->message_type() != nullptr && !is_other_fact) collect(field->message_type(), names);
  }
}

// Another name here: is_known_case() in known_values.cc must look at it.
TEST(KnownValuesTest, NothingOfACaseIsLeftOut) {
  std::set<std::string> names;
  collect(v1::ChunkRows::descriptor(), &names);
  EXPECT_EQ(names, (std::set<std::string>{"qcdr.v1.CaseStaff.clinician_type", "qcdr.v1.Row.action",
                                          "qcdr.v1.Row.fact"}));
}

TEST(KnownValuesTest, EnvelopesAreLookedAt) {
  v1::RegistryRecord record;
  record.mutable_chunk()->mutable_actor()->set_authority(static_cast<v1::Authority>(8));
  expect_unknown(record, "qcdr.v1.Actor.authority is 8");
  add_unknown(record.mutable_control(), 10);
  expect_unknown(record, "qcdr.v1.ControlRecord.event is 10");
  record.Clear();
  add_unknown(&record, 7);
  expect_unknown(record, "qcdr.v1.RegistryRecord.body is 7");
  v1::Upload upload;
  upload.set_kind(static_cast<v1::RecordKind>(27));
  expect_unknown(upload, "qcdr.v1.Upload.kind is 27");
  v1::EntityContribution contribution;
  contribution.add_blockers()->set_reason(static_cast<v1::Blocker::Reason>(99));
  expect_unknown(contribution, "qcdr.v1.Blocker.reason is 99");
}

// The second stage carries numbers of values in fields of other types.
TEST(KnownValuesTest, ANumberThatStandsForAValueIsNamed) {
  v1::EntityContribution contribution;
  contribution.set_reporting_level(v1::REPORTING_LEVEL_BOTH);
  contribution.set_clinician_types(std::string("\1\6", 2));
  EXPECT_TRUE(check_values_known(contribution).is_ok());
  contribution.set_clinician_types(std::string("\1\xff", 2));
  expect_unknown(contribution, "qcdr.v1.EntityContribution.clinician_types is 255");
  contribution.clear_clinician_types();
  contribution.set_reporting_level(4);
  expect_unknown(contribution, "qcdr.v1.EntityContribution.reporting_level is 4");

  v1::RegistryRecord record;
  v1::StageTwoClaim& claim = *record.mutable_stage_two_claim();
  claim.add_others()->set_reporting_level(v1::REPORTING_LEVEL_GROUP);
  claim.add_other_clinician_types(v1::CLINICIAN_TYPE_OTHER);
  EXPECT_TRUE(check_values_known(record).is_ok());
  claim.add_others()->set_reporting_level(4'000'000'000);
  expect_unknown(record, "qcdr.v1.ClaimingPractice.reporting_level is 4000000000");
  claim.clear_others();
  claim.add_other_clinician_types(256);
  expect_unknown(record, "qcdr.v1.StageTwoClaim.other_clinician_types is 256");
}

TEST(KnownValuesTest, ANumberInAShareOfAVirtualGroupIsNamed) {
  v1::EntityContribution contribution;
  v1::VirtualGroupShare& share = *contribution.mutable_virtual_group_share();
  v1::ContributedApproval& approval = *share.mutable_reports()->add_approvals();
  approval.set_reason(v1::ReweightingApproval::REASON_NOT_SCORABLE);
  approval.set_category(v1::CATEGORY_PROMOTING_INTEROPERABILITY);
  const int kinds = v1::SpecialStatus::Kind_MAX;
  for (int kind = 1; kind <= kinds; ++kind) {
    share.add_tins_with_status(70);
    share.add_tins_without_status(0);
  }
  EXPECT_TRUE(check_values_known(contribution).is_ok());
  approval.set_reason(6);
  expect_unknown(contribution, "qcdr.v1.ContributedApproval.reason is 6");
  approval.set_reason(1);
  approval.set_category(5);
  expect_unknown(contribution, "qcdr.v1.ContributedApproval.category is 5");
  approval.set_category(1);
  share.add_tins_with_status(1);
  expect_unknown(contribution,
                 "qcdr.v1.VirtualGroupShare.tins_with_status is " + std::to_string(kinds + 1));
  share.mutable_tins_with_status()->RemoveLast();
  share.add_tins_without_status(1);
  expect_unknown(contribution,
                 "qcdr.v1.VirtualGroupShare.tins_without_status is " + std::to_string(kinds + 1));
}

}  // namespace
}  // namespace qcdr

#include "intake/nacor_elements.h"

#include <array>
#include <iterator>

namespace qcdr::intake {
namespace {

using T = ElementType;
using F = Field;

constexpr bool kRequired = true, kOptional = false;
constexpr bool kOnce = false, kMany = true;

// Grouped by parent, in the order of ElementType.
constexpr Element kElements[] = {
    {T::kDocument, "AnesthesiaRecords", T::kRecords, F::kNone, kRequired, kOnce},

    {T::kRecords, "RecordHeader", T::kHeader, F::kNone, kRequired, kOnce},
    {T::kRecords, "AnesthesiaRecord", T::kRecord, F::kNone, kRequired, kMany},

    {T::kHeader, "PracticeID", T::kOpaque, F::kPracticeId, kRequired, kOnce},
    {T::kHeader, "CreatedBy", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kHeader, "CreateDate", T::kOpaque, F::kCreateDate, kRequired, kOnce},
    {T::kHeader, "EmailSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kHeader, "AQIXMLVersion", T::kOpaque, F::kVersion, kRequired, kOnce},
    {T::kHeader, "VendorSet", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kRecord, "Demographic", T::kDemographic, F::kNone, kRequired, kOnce},
    {T::kRecord, "Procedure", T::kProcedure, F::kNone, kRequired, kOnce},
    {T::kRecord, "AnesthesiaCase", T::kCase, F::kNone, kRequired, kOnce},
    {T::kRecord, "PreOp", T::kPreOp, F::kNone, kRequired, kOnce},
    {T::kRecord, "IntraOp", T::kOpaque, F::kNone, kRequired, kOnce},
    {T::kRecord, "PostOp", T::kPostOp, F::kNone, kRequired, kOnce},
    {T::kRecord, "TimingMilestones", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kRecord, "OutcomesEvents", T::kOutcomes, F::kNone, kOptional, kOnce},
    {T::kRecord, "AnesthesiaDetails", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kDemographic, "PatientID", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kDemographic, "DOB", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kDemographic, "HomeZip", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kDemographic, "HomeState", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kDemographic, "HomeCity", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kDemographic, "Race", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kDemographic, "PatientSex", T::kOpaque, F::kNone, kRequired, kOnce},

    {T::kProcedure, "ProcedureID", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "FacilityID", T::kOpaque, F::kNone, kRequired, kOnce},
    {T::kProcedure, "ProcedureLocation", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "ProcStartTime", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "ProcEndTime", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "AdmissionStatus", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "ProcStatus", T::kOpaque, F::kProcedureStatus, kRequired, kOnce},
    {T::kProcedure, "TransferStatus", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "AdmissionDate", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "ProcedureNotes", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kProcedure, "CPTSet", T::kCptSet, F::kNone, kOptional, kOnce},

    // An empty optional set says the same as none.
    {T::kCptSet, "CPT", T::kCpt, F::kNone, kOptional, kMany},

    {T::kCpt, "CPTRank", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kCpt, "CPTValue", T::kOpaque, F::kSurgicalCpt, kRequired, kOnce},
    {T::kCpt, "CPTModifier", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kCase, "AnesthesiaRecordID", T::kOpaque, F::kCaseId, kRequired, kOnce},
    {T::kCase, "AnesthesiaCoverage", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kCase, "AnesthesiaStaffSet", T::kStaffSet, F::kNone, kRequired, kOnce},
    {T::kCase, "MonitoringSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kCase, "AnesthesiaMethodSet", T::kMethodSet, F::kNone, kRequired, kOnce},
    {T::kCase, "AirwayManagementSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kCase, "CPTAnesSet", T::kAnesthesiaCptSet, F::kNone, kOptional, kOnce},

    {T::kStaffSet, "AnesthesiaStaff", T::kStaff, F::kNone, kRequired, kMany},

    {T::kStaff, "TaxID", T::kOpaque, F::kTin, kRequired, kOnce},
    {T::kStaff, "NPI", T::kOpaque, F::kNpi, kRequired, kOnce},
    {T::kStaff, "StaffResponsibility", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kStaff, "ProviderCredentials", T::kOpaque, F::kCredential, kRequired, kOnce},
    {T::kStaff, "StaffSignIn", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kStaff, "StaffSignOut", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kStaff, "StaffNotes", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kMethodSet, "AnesthesiaMethod", T::kMethod, F::kNone, kRequired, kMany},

    {T::kMethod, "AnesthesiaCategory", T::kOpaque, F::kCategory, kRequired, kOnce},
    {T::kMethod, "AnesthesiaSubCategory", T::kOpaque, F::kSubCategory, kOptional, kOnce},
    {T::kMethod, "AnesthesiaStartTime", T::kOpaque, F::kStart, kRequired, kOnce},
    {T::kMethod, "AnesthesiaEndTime", T::kOpaque, F::kEnd, kRequired, kOnce},
    {T::kMethod, "AnesthesiaInduction", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kMethod, "AnesthesiaInductionStartTime", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kMethod, "AnesthesiaMaintenance", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kMethod, "AnesthesiaNotes", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kAnesthesiaCptSet, "CPTAnes", T::kAnesthesiaCpt, F::kNone, kOptional, kMany},

    {T::kAnesthesiaCpt, "CPTAnesValue", T::kOpaque, F::kAnesthesiaCpt, kRequired, kOnce},
    {T::kAnesthesiaCpt, "CPTAnesModifier", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kAnesthesiaCpt, "CPTAnesDescription", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kPreOp, "Age", T::kOpaque, F::kAge, kRequired, kOnce},
    {T::kPreOp, "Weight", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPreOp, "WeightInKg", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPreOp, "Height", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPreOp, "HeightInCm", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPreOp, "ASAClass", T::kOpaque, F::kAsaClass, kRequired, kOnce},
    {T::kPreOp, "PreAnesthStatus", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPreOp, "ICDSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPreOp, "PreLabSet", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kPostOp, "PostOpDisposition", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPostOp, "PostOpDispDateTime", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPostOp, "PostOpDischarge", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPostOp, "PostOpDischargeDateTime", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPostOp, "LengthOfHospitalStay", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPostOp, "PaymentMethod", T::kOpaque, F::kNone, kRequired, kMany},
    {T::kPostOp, "PostOpLabSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kPostOp, "ICDSet", T::kOpaque, F::kNone, kOptional, kOnce},

    {T::kOutcomes, "ICEventSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kOutcomes, "OutcomeSet", T::kOpaque, F::kNone, kOptional, kOnce},
    {T::kOutcomes, "QCDRSet", T::kQcdrSet, F::kNone, kOptional, kOnce},

    {T::kQcdrSet, "QCDR", T::kQcdr, F::kNone, kOptional, kMany},

    {T::kQcdr, "QCDRMeasure", T::kOpaque, F::kMeasure, kRequired, kOnce},
    {T::kQcdr, "QCDRCodeValue", T::kOpaque, F::kCode, kRequired, kOnce},
    {T::kQcdr, "QCDRModifier", T::kOpaque, F::kModifier, kOptional, kOnce},
};

struct Range {
  std::size_t first = 0;
  std::size_t count = 0;
};

constexpr std::array<Range, kElementTypeCount> make_ranges() {
  std::array<Range, kElementTypeCount> ranges{};
  for (std::size_t i = 0; i < std::size(kElements); ++i) {
    Range& range = ranges[static_cast<std::size_t>(kElements[i].parent)];
    if (range.count == 0) range.first = i;
    ++range.count;
  }
  return ranges;
}
constexpr std::array<Range, kElementTypeCount> kRanges = make_ranges();

constexpr bool table_is_sound() {
  for (const Range& range : kRanges) {
    if (range.count > kMaxChildren) return false;
  }
  for (std::size_t i = 1; i < std::size(kElements); ++i) {
    if (kElements[i].parent < kElements[i - 1].parent) return false;
  }
  return true;
}
static_assert(table_is_sound(), "grouped by parent, at most kMaxChildren each");

}  // namespace

std::span<const Element> children_of(ElementType parent) {
  const Range& range = kRanges[static_cast<std::size_t>(parent)];
  return {kElements + range.first, range.count};
}

std::size_t find_child(ElementType parent, std::string_view name) {
  const std::span<const Element> children = children_of(parent);
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (children[i].name == name) return i;
  }
  return kMaxChildren;
}

}  // namespace qcdr::intake

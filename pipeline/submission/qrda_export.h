// Sets of one entity as a QRDA category III document (CDA XML), the other form that CMS takes.
//
// It carries electronic measures of the year's list, activities and promoting interoperability.
// What it cannot carry is told and goes as JSON only: QCDR measures, measures that were not
// collected electronically, amounts, and counts that the form cannot say: cases without an outcome
// would be read as not met. The initial population is not known here and stands as large as the
// denominator.
// Source: structure and roots as CMSgov/qpp-conversion-tool and its samples have them; GUIDs of
// rulebook/ecqm_measures.def. Ids inside the document are made of its content, so the same sets
// make the same document. The TIN is kTinPlaceholder, as in a payload.
// Thread-safety: pure function. Ownership: values. Errors: kInvalidArgument for sets of different
// entities, years or programs, or none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/time.h"
#include "rulebook/rulebook.h"
#include "submission/measurement_set.h"

namespace qcdr::submission {

// The registry's name space for numbers of practices, as intake reads it.
inline constexpr std::string_view kQrdaPracticeRoot =
    "2.25.141592653589793238462643383279502884197";

struct QrdaOptions {
  Instant created_at;
  std::string registry_name;           // who made the document
  std::optional<PracticeId> practice;  // whose data it is in
};

enum class QrdaGap : std::uint8_t {
  kRegistryMeasure,  // a QCDR measure
  kNotElectronic,    // not collected from a record system
  kAmount,           // no proportion
  kNotOfList,        // the year's list has no GUID for it, or not one for each of its rates
  kNoPopulation,     // cases of a kind that the measure has no population for
  kUnreportedCases,  // eligible cases without an outcome
};
// "registryMeasure".
std::string_view qrda_gap_name(QrdaGap gap);

struct QrdaNotCarried {
  SetCategory category = SetCategory::kQuality;
  std::string measure_id;
  QrdaGap reason = QrdaGap::kNotElectronic;
  friend bool operator==(const QrdaNotCarried&, const QrdaNotCarried&) = default;
};

struct QrdaExport {
  std::string xml;          // empty: nothing can be carried
  std::size_t carried = 0;  // measurements
  std::vector<QrdaNotCarried> not_carried;
};

Result<QrdaExport> export_qrda(std::span<const MeasurementSet> sets, const QrdaOptions& options);

}  // namespace qcdr::submission

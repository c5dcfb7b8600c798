// The sections of a QRDA category III document. Internal to qrda_export.h.
// Thread-safety: none; one per document.
#pragma once

#include <string>
#include <vector>

#include "submission/qrda_export.h"
#include "submission/xml_out.h"

namespace qcdr::submission {

// Ids that are made of what the document says and a number.
class QrdaIds {
 public:
  explicit QrdaIds(std::string seed) : seed_(std::move(seed)) {}
  // "D5E68474-5760-51E7-9256-09173F13E4C5": in the form of a name-based UUID.
  std::string next();

 private:
  std::string seed_;
  std::size_t made_ = 0;
};

// A quality measurement that can be carried; else why not.
std::optional<QrdaGap> qrda_gap(const MeasurementSet& set, const Measurement& measurement);

// Sections with what can be carried, each with its reporting period.
void add_quality_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out);
void add_activities_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out);
void add_interoperability_section(const MeasurementSet& set, QrdaIds* ids, XmlOut* out);

// "20220101".
std::string qrda_date(LocalDate date);

}  // namespace qcdr::submission

// What is read of a QRDA category III document: whose it is, of which period, and the counts of
// each electronic clinical quality measure.
//
// Source: HL7 CDA R2 implementation guide for QRDA category III, as CMS's guides for eligible
// clinicians take it; template and identifier roots as CMS's converter reads them. Promoting
// interoperability, improvement activities and supplemental data are passed over unread.
// Thread-safety: none; one per document.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "intake/findings.h"
#include "intake/limits.h"
#include "intake/xml_reader.h"

namespace qcdr::intake {

// The registry's own name space for numbers of practices: an OID under 2.25, which needs no
// authority (ITU-T X.667). An <id> of this root anywhere in the header names the practice.
inline constexpr std::string_view kPracticeRoot = "2.25.141592653589793238462643383279502884197";

struct QrdaHeader {
  bool is_category_three = false;
  std::string practice;
  std::string program;  // "MIPS_GROUP"
  std::string tin;
  std::string npi;
  std::size_t tins = 0;
  std::size_t npis = 0;
  // As the document has it, "20220101": of the service event, which record systems often leave as
  // it was, and of the reporting parameters, which stand in the body and count.
  std::string period_from;
  std::string period_to;
  std::string reported_from;
  std::string guide;  // date of CMS's guide for eligible clinicians, "2021-07-01"
  Place place;        // of the document
};

// A population of a measure with its count.
struct QrdaPopulation {
  std::string type;  // "DENOM"
  std::string guid;  // in capitals; empty: none
  std::string count;
  std::size_t counts = 0;  // how many stand there
  std::size_t guids = 0;
};

struct QrdaMeasure {
  Place place;
  std::size_t number = 0;  // among the measures of the document, from 1
  std::vector<std::string> guids;
  std::vector<QrdaPopulation> populations;
  std::vector<std::string> rates;
  bool is_cut = false;  // has more than the limit
};

// Reads one document. `on_header` comes before the first measure or at the end of the document,
// once; `on_measure` at the end of each. Either may stop the reader.
class QrdaWalk final : public XmlHandler {
 public:
  using OnHeader = std::function<void(const QrdaHeader&)>;
  using OnMeasure = std::function<void(const QrdaMeasure&)>;
  // `on_period` comes at the reporting parameters, whose period is in the header then.
  QrdaWalk(OnHeader on_header, OnMeasure on_measure, OnHeader on_period,
           std::function<Place()> place)
      : on_header_(std::move(on_header)),
        on_measure_(std::move(on_measure)),
        on_period_(std::move(on_period)),
        place_(std::move(place)) {}

  const QrdaHeader& header() const { return header_; }
  bool header_read() const { return header_told_; }
  // The root element is that of a clinical document.
  bool is_clinical_document() const { return is_clinical_document_; }

 private:
  // Elements that mean something here; all others are kOther.
  enum class Tag : std::uint8_t {
    kOther,
    kDocument,
    kTemplateId,
    kId,
    kRecipient,
    kDocumentationOf,
    kServiceEvent,
    kEffectiveTime,
    kLow,
    kHigh,
    kComponent,
    kAct,
    kOrganizer,
    kObservation,
    kCode,
    kValue,
    kExternalDocument,
    kExternalObservation,
  };
  struct Observation {
    std::string type;
    std::string code;
    std::string value;
    std::string guid;
    std::size_t guids = 0;
    std::string count;
    std::size_t counts = 0;
    std::size_t level = 0;  // of the element
  };

  void start_element(std::string_view) override {}
  void start_element_with(std::string_view name, const XmlAttributes& attributes) override;
  void end_element() override;
  void text(std::string_view) override {}

  static Tag tag_of(std::string_view name);
  bool is_within(Tag tag) const;
  Tag parent() const { return stack_.empty() ? Tag::kOther : stack_.back(); }
  void read_header(Tag tag, const XmlAttributes& attributes);
  void read_measure(Tag tag, const XmlAttributes& attributes);
  void read_parameters(Tag tag, const XmlAttributes& attributes);
  void end_observation();
  void end_measure();
  void tell_header();

  OnHeader on_header_;
  OnMeasure on_measure_;
  OnHeader on_period_;
  std::function<Place()> place_;
  QrdaHeader header_;
  bool header_told_ = false;
  bool is_clinical_document_ = false;
  std::vector<Tag> stack_;
  std::vector<Observation> observations_;
  std::size_t organizer_level_ = 0;  // 0: outside
  bool is_measure_ = false;          // the organizer is of a quality measure
  bool in_parameters_ = false;       // the act is that of the reporting parameters
  QrdaMeasure measure_;
  std::size_t measures_ = 0;
};

}  // namespace qcdr::intake

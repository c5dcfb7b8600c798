// Parser of NACOR anesthesia XML: one row per AnesthesiaRecord.
//
// Structure comes from the table of nacor_elements.h, values go to NacorHeader and CaseDraft; here
// are the walk through the elements, places and paths, and the row.
// Thread-safety, ownership, errors: see Parser.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "intake/case_draft.h"
#include "intake/case_source.h"
#include "intake/measure_checks.h"
#include "intake/nacor_elements.h"
#include "intake/nacor_header.h"
#include "intake/parser.h"
#include "intake/repeat_filter.h"
#include "intake/xml_reader.h"

namespace qcdr::intake {

class NacorXmlParser final : public Parser, private XmlHandler {
 public:
  NacorXmlParser(const ParserOptions& options, KeyRing& keys, RowSink& sink);

  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  // An element that is open. `counts` are those of its children.
  struct Frame {
    const Element* element = nullptr;
    std::uint32_t index = 1;  // among its siblings of the same name
    Place place;
    std::array<std::uint32_t, kMaxChildren> counts{};
  };

  void start_element(std::string_view name) override;
  void end_element() override;
  void text(std::string_view piece) override;

  ElementType current_type() const;
  // "/AnesthesiaRecords/AnesthesiaRecord[17]/PreOp", then "/" and `last` unless that is empty.
  std::string path(std::string_view last = {}) const;
  void unknown_element(std::string_view name);
  void repeated_element(const Element& element);
  void enter(const Element& element);
  void leave_value(const Frame& frame);
  void leave_group(const Frame& frame);
  void check_children(const Frame& frame);

  void begin_record();
  void end_header();
  void end_record(const Frame& frame);
  void check_codes();
  void emit(const Frame& frame);

  // A complaint about the record at hand; the first kMaxRowVerdicts are kept.
  void complain(const Complaint& complaint, const Place& place, std::string_view path);
  void refuse(const HeaderComplaint& complaint);
  Status report(Status status);

  const ParserOptions options_;
  RowSink& sink_;
  XmlReader reader_;
  TinTable tins_;
  NacorHeader header_;
  CaseDraft draft_;
  std::optional<CaseSource> source_;  // none: the sink does not want it
  MeasureChecks measure_checks_;
  RepeatFilter repeats_;
  std::set<std::string> unknown_told_;

  std::vector<Frame> frames_;  // the first one stands for the document
  int skip_depth_ = 0;         // inside an element that is not read
  std::string value_;
  std::size_t text_bytes_ = 0;
  bool text_too_long_told_ = false;

  v1::Row row_;
  bool in_record_ = false;
  bool record_is_lost_ = false;
  bool header_seen_ = false;
  std::uint32_t next_ordinal_ = 0;
  bool reported_ = false;
};

}  // namespace qcdr::intake

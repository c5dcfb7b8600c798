// Parser of QRDA category III documents: one measure result per electronic clinical quality measure
// of the group or clinician that the document is of.
//
// The findings say what CMS's converter would refuse, in words of ours; docs/formats.md has its
// codes beside them. Thread-safety, ownership, errors: see Parser.
#pragma once

#include <set>
#include <string>

#include "intake/node_rows.h"
#include "intake/parser.h"
#include "intake/qrda_document.h"

namespace qcdr::intake {

// Whether the header says enough; else what refuses the file. `practice_known`: the sender's.
std::optional<v1::Verdict> check_qrda_header(const QrdaHeader& header, bool practice_known);
// "2022": of the reporting parameters, else, of a document that is not read to its end, of the
// guide (published the year before), else of the service event. Empty: it does not say.
std::string qrda_year(const QrdaHeader& header, bool is_whole);

class QrdaParser final : public Parser {
 public:
  QrdaParser(const RecordTable& table, const ParserOptions& options, KeyRing& keys, RowSink& sink);

  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  void take_header(const QrdaHeader& header);
  void take_measure(const QrdaMeasure& measure);
  void take_period(const QrdaHeader& header);
  // The counts of the measure's rates as members; what is wrong is added to the record's
  // complaints.
  void add_counts(const QrdaMeasure& measure, NodeRecord* record);
  Status report(Status status);

  const ParserOptions options_;
  RowSink& sink_;
  NodeRows rows_;
  QrdaWalk walk_;
  XmlReader reader_;
  std::set<std::string> measures_;  // GUIDs met
  bool reported_ = false;
};

}  // namespace qcdr::intake

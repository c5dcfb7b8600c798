// Reads an anesthesia case from the values of a form: the same checks as for NACOR XML, with the
// names of columns in place of elements.
//
// Thread-safety: none; one per upload. Options, keys and TINs outlive it.
#pragma once

#include <functional>
#include <vector>

#include "intake/case_draft.h"
#include "intake/measure_checks.h"
#include "intake/record_table.h"
#include "intake/record_values.h"
#include "intake/repeat_filter.h"

namespace qcdr::intake {

class CaseReader {
 public:
  // Tells what is wrong with a field of the record.
  using Complain = std::function<void(std::size_t field, const Complaint& complaint)>;
  // The items of a list field, each with as many parts as the table gives.
  using Items = std::function<std::vector<ListItem>(std::size_t field)>;

  CaseReader(const ParserOptions& options, KeyRing& keys, TinTable& tins);

  // Reads every value. finish() then checks the whole; build() may be called when no complaint
  // took the record away.
  void read(const RecordTable& table, const RecordValues& values, const Items& items,
            const Complain& complain);
  void finish(const RecordTable& table, const Complain& complain);
  // To be called for cases that are kept: tells when the file has named the case before.
  void remember(const RecordTable& table, std::uint32_t line, const Complain& complain);
  void build(v1::AnesthesiaCase* result) const { draft_.build(0, result); }
  // Also when a complaint took the record away.
  void build_mistyped(v1::Row* row) const { draft_.build_mistyped(row); }

 private:
  struct Call {
    const RecordTable& table;
    const RecordValues& values;
    const Items& items;
    const Complain& complain;
  };
  void set(const Call& call, std::string_view field, std::string_view name, Field value,
           std::string_view text);
  void read_staff(const Call& call);
  void read_methods(const Call& call);
  void read_codes(const Call& call);
  void read_procedures(const Call& call, std::string_view field, Field value);

  const ParserOptions& options_;
  TinTable& tins_;
  CaseDraft draft_;
  MeasureChecks measure_checks_;
  RepeatFilter repeats_;
};

}  // namespace qcdr::intake

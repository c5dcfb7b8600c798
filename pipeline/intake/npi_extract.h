// Reads CMS's file of the national register (NPPES "npidata_pfile", CSV) into a snapshot.
//
// Columns are found by their names; those that reconciliation does not ask for are passed over, and
// so is every row without a valid NPI. Of a row that cannot be read otherwise the NPI counts as
// issued, and nothing else is known of it. Both are counted as passed over. The file is some 10 GB
// and 8 million rows: it is read as it comes, and what is kept of a row is some 60 bytes.
// Thread-safety: none. Lifetime: the writer outlives it. Errors: kInvalidArgument for what is not
// such a file; kLimitExceeded for more rows than a register has.
#pragma once

#include <array>

#include "intake/csv_reader.h"
#include "reference/npi_registry.h"

namespace qcdr::intake {

class NpiExtract final : private CsvHandler {
 public:
  explicit NpiExtract(reference::NpiRegistryWriter& writer) : writer_(writer), reader_(*this) {}

  Status feed(std::string_view bytes) { return reader_.feed(bytes); }
  Status finish();
  std::uint64_t rows() const { return rows_; }
  std::uint64_t rows_passed_over() const { return passed_over_; }

 private:
  enum Column : std::size_t {
    kNpi,
    kEntityType,
    kLastName,
    kFirstName,
    kOtherLastName,
    kDeactivated,
    kReactivated,
    kColumns,
  };
  Status csv_row(const CsvRow& row) override;
  Status read_header(const CsvRow& row);
  std::string_view field(const CsvRow& row, Column column) const;

  reference::NpiRegistryWriter& writer_;
  CsvReader reader_;
  std::array<std::size_t, kColumns> places_{};
  bool header_seen_ = false;
  std::uint64_t rows_ = 0;
  std::uint64_t passed_over_ = 0;
};

}  // namespace qcdr::intake

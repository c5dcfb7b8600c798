// The data dictionary and the templates, written from the table of records.
//
// docs/records/<kind>.md and docs/records/templates/<kind>.csv and .json are these texts; a test
// compares them and parses the templates.
// Thread-safety: free functions.
#pragma once

#include <string>

#include "intake/record_table.h"

namespace qcdr::intake {

// The page of a kind.
std::string dictionary_page(const RecordTable& table);
// The list of pages.
std::string dictionary_index();
// A header line and one row.
std::string csv_template(const RecordTable& table);
// One document with one record.
std::string json_template(const RecordTable& table);

}  // namespace qcdr::intake

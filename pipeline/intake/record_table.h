// The kinds of records and the fields of each: the one table from which the CSV reader, the JSON
// reader, the data dictionary (docs/records) and the templates are made.
//
// A field has one name everywhere: `signed_at` is a CSV column as it is and the JSON member
// `signedAt`. Values that are lists stand in one CSV cell, separated by ';', the parts of an item
// by
// ':'; in JSON they are arrays of objects. What a value becomes is said by `target`, a path within
// the kind's message of the wire contract.
// Thread-safety: free functions over constant tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "qcdr/v1/common.pb.h"

namespace google::protobuf {
class Message;
}

namespace qcdr::intake {

class RecordReader;

enum class FieldType : std::uint8_t {
  kPracticeId,     // the uploader's
  kYear,           // the upload's
  kRecordId,       // the source's own id of the record
  kSupersedes,     // id of the record that this one replaces
  kRecordAction,   // what the record does to the one it names
  kTin,            // nine digits
  kTins,           // list of TINs
  kNpi,            // ten digits with check digit
  kNpis,           // list of NPIs
  kDate,           // 2022-11-08
  kInstant,        // date, or instant with offset
  kSignature,      // the same, not later than the receipt
  kText,           // text
  kTexts,          // list of texts
  kCount,          // whole number
  kCounts,         // whole numbers, separated by '+'
  kYesNo,          // yes or no
  kChoice,         // one of a list
  kChoices,        // some of a list
  kBits,           // some of a list, as bits
  kHash,           // SHA-256 in hexadecimal digits
  kTenThousandth,  // decimal number with at most four places
  kFindingCode,    // a finding by identifier or code
  kCaseIds,        // list of AnesthesiaRecordIDs, kept as keyed tokens
  kStatus,         // special status: yes, no or empty
  kItems,          // list of items with parts
  kCredential,     // what a clinician is
  kRosterStatus,   // ACTIVE, LEAVE, TERMINATED
  kCaseValue,      // read by the case reader
  kNotRead,        // known, and not read
};

enum class Need : std::uint8_t {
  kValue,     // the column, and a value in every row
  kColumn,    // the column; a value may be left out
  kOptional,  // not even the column
};

struct Choice {
  std::string_view name;
  int number;
};

// A part of an item of a list.
struct Part {
  std::string_view name;
  std::string_view target;  // path within the item's message
  FieldType type = FieldType::kText;
  bool needed = true;
  std::span<const Choice> choices = {};
  std::string_view alias = {};  // another JSON member that is read as this part
};

struct RecordField {
  std::string_view name;
  FieldType type = FieldType::kText;
  Need need = Need::kOptional;
  std::string_view target = {};  // path within the message
  std::string_view meaning = {};
  std::string_view example = {};  // of the template; empty: left out
  std::span<const Choice> choices = {};
  std::span<const Part> parts = {};
  std::string_view aliases = {};  // further JSON paths, separated by spaces: "signer.name"
  std::uint32_t at_most = 0;      // of a count, or bytes of a text; 0: the general limit
  int number = 0;                 // of a special status
};

struct RecordTable {
  v1::RecordKind kind;
  std::string_view name;  // on the command line and in files
  std::string_view title;
  std::string_view meaning;
  std::string_view fact;  // field of qcdr.v1.Row
  std::span<const RecordField> own_fields;
  // What the values of one record say together; may be null.
  void (*check)(const google::protobuf::Message& fact, RecordReader& reader) = nullptr;
  std::string_view other_names = {};  // further names in files, separated by spaces
  std::string_view passed_over = {};  // JSON paths that are known and not read
  // A record that cannot be read is handed on with what could be read of it: a no must not get
  // lost.
  bool keep_unreadable = false;
};

// All kinds, in the order of the wire contract.
std::span<const RecordTable* const> record_tables();
// Null for UNSPECIFIED.
const RecordTable* find_table(v1::RecordKind kind);
// By its name or one of its other names; capitals, '-' and '_' do not count. Null: no such kind.
const RecordTable* find_table(std::string_view name);
// Fields of every record and the kind's own, in the order of the documentation.
const std::vector<RecordField>& fields_of(const RecordTable& table);
// JSON members that stand on records of every kind and are not read.
std::string_view members_passed_over();
// Index among fields_of(); asserts that there is such a field.
std::size_t field_index(const RecordTable& table, std::string_view name);

// "signed_at" as JSON writes it: "signedAt".
std::string json_name(std::string_view name);
// Letters and digits in capitals, nothing else: for comparing names and choices.
std::string bare(std::string_view text);

// The tables by family, each in its own file.
std::span<const RecordTable> practice_tables();
std::span<const RecordTable> consent_tables();
std::span<const RecordTable> attestation_tables();
std::span<const RecordTable> count_tables();
std::span<const RecordTable> cms_tables();
std::span<const RecordTable> decision_tables();

}  // namespace qcdr::intake

// Turns the values of one record into a fact, checking every field as its kind's table says.
//
// One reader per upload: it knows the upload's TINs and, for a roster, the pairs seen so far.
// Invariant: every field of the table that has a target is read here; none is read elsewhere, but
// the values of an anesthesia case, which CaseReader reads.
// Thread-safety: none. Table, options, keys and TINs outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/case_reader.h"
#include "intake/fact_writer.h"
#include "intake/parser.h"
#include "intake/record_table.h"
#include "intake/record_values.h"
#include "intake/roster_pairs.h"

namespace qcdr::intake {

class RecordReader {
 public:
  RecordReader(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
               TinTable& tins);

  // Fills verdicts and, unless one of them takes the row away, the fact. A verdict that refuses
  // the upload is returned instead.
  std::optional<v1::Verdict> read(const RecordValues& values, v1::Row* row);

  // Takes the fact off a row that is lost. Of an opt-out its TIN stays: a no must not get lost, and
  // who is meant by the rest is for people to settle.
  void drop(v1::Row* row) const;

  // For checks of a whole record, while read() runs.
  void complain(FindingCode code, std::string_view field, std::vector<std::string> parameters = {});
  bool given(std::string_view field) const;
  const rulebook::YearRules* rules() const { return options_.rules; }

 private:
  struct Rule {
    FactTarget target;
    std::vector<FactTarget> parts;
  };
  // One value that has a name, a type and a place to go to.
  struct Scalar {
    FieldType type;
    std::string name;
    std::span<const Choice> choices;
    std::uint32_t at_most;
    const FactTarget* target;
  };

  void complain_at(std::size_t field, const Complaint& complaint);
  // As this format writes it: a column or a JSON member.
  std::string name_of(std::size_t field) const;
  std::string path_of(std::size_t field) const;
  bool check_needs();
  // The line where the pair of a roster stood before, with a period that overlaps.
  std::optional<std::uint32_t> remember_pair(const v1::RosterEntry& entry);
  std::optional<v1::Verdict> check_practice(std::size_t field);
  void check_year(std::size_t field);
  void read_field(std::size_t field, google::protobuf::Message* fact);
  void read_list(std::size_t field, google::protobuf::Message* fact);
  void read_items(std::size_t field, google::protobuf::Message* fact);
  void read_scalar(std::size_t field, const Scalar& scalar, std::string_view text, bool quoted,
                   google::protobuf::Message* fact);
  void read_identity(std::size_t field, const Scalar& scalar, std::string_view text, bool quoted,
                     google::protobuf::Message* fact);
  void read_moment(std::size_t field, const Scalar& scalar, std::string_view text,
                   google::protobuf::Message* fact);
  void read_number(std::size_t field, const Scalar& scalar, std::string_view text,
                   google::protobuf::Message* fact);
  void read_choices(std::size_t field, google::protobuf::Message* fact);
  void read_status(std::size_t field, google::protobuf::Message* fact);
  void read_credential(std::size_t field, google::protobuf::Message* fact);
  void read_roster_status(std::size_t field, google::protobuf::Message* fact);
  void read_envelope(std::size_t field);
  void read_case(v1::AnesthesiaCase* result);
  void use_new_name(v1::MeasureResult* result);
  std::vector<ListItem> items_of(std::size_t field, std::size_t parts) const;

  const RecordTable& table_;
  const std::vector<RecordField>& fields_;
  const ParserOptions& options_;
  KeyRing& keys_;
  TinTable& tins_;
  std::vector<Rule> rules_;
  RosterPairs pairs_;
  CaseReader cases_;

  // While read() runs.
  const RecordValues* values_ = nullptr;
  v1::Row* row_ = nullptr;
  bool row_is_lost_ = false;
};

}  // namespace qcdr::intake

#include "intake/record_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "core/crypto.h"
#include "intake/identity_checks.h"
#include "intake/limits.h"
#include "intake/nacor_values.h"
#include "intake/text.h"
#include "intake/value_forms.h"

namespace qcdr::intake {

using google::protobuf::Message;

namespace {

constexpr std::size_t kMaxPracticeDigits = 5;
constexpr char kBetweenItems = ';';
constexpr char kBetweenParts = ':';

const google::protobuf::FieldDescriptor* fact_field(const RecordTable& table) {
  const auto* field = v1::Row::descriptor()->FindFieldByName(std::string(table.fact));
  QCDR_ASSERT(field != nullptr && field->message_type() != nullptr);
  return field;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::vector<std::string_view> cut(std::string_view text, char separator, std::size_t pieces_max) {
  std::vector<std::string_view> pieces;
  while (pieces.size() + 1 < pieces_max) {
    const std::size_t end = text.find(separator);
    if (end == std::string_view::npos) break;
    pieces.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(trimmed(text));
  return pieces;
}

}  // namespace

RecordReader::RecordReader(const RecordTable& table, const ParserOptions& options, KeyRing& keys,
                           TinTable& tins)
    : table_(table),
      fields_(fields_of(table)),
      options_(options),
      keys_(keys),
      tins_(tins),
      cases_(options, keys, tins) {
  const google::protobuf::Descriptor* fact = fact_field(table)->message_type();
  for (const RecordField& field : fields_) {
    Rule& rule = rules_.emplace_back();
    if (field.target.empty()) continue;
    rule.target = FactTarget(fact, field.target);
    if (field.type != FieldType::kItems) continue;
    for (const Part& part : field.parts) {
      rule.parts.emplace_back(rule.target.item(), part.target);
    }
  }
}

void RecordReader::complain_at(std::size_t field, const Complaint& complaint) {
  const bool any_error = table_.kind != v1::RECORD_KIND_ANESTHESIA_CASE &&
                         describe(complaint.code).severity >= FindingSeverity::ERROR;
  if (takes_row_away(complaint.code) || any_error) row_is_lost_ = true;
  if (static_cast<std::size_t>(row_->verdicts_size()) >= kMaxRowVerdicts) return;
  const FieldValue& value = values_->fields[field];
  // What is wrong with it cannot be seen, so the remedy of its form would help nobody.
  const bool hidden = row_is_lost_ && without_invisible_ends(value.text) != value.text;
  *row_->add_verdicts() =
      hidden ? make_verdict(FindingCode::INVISIBLE_CHARACTER, value.place, path_of(field),
                            {name_of(field)})
             : make_verdict(complaint.code, value.place, path_of(field), complaint.parameters);
}

std::string RecordReader::name_of(std::size_t field) const {
  return values_->is_json ? json_name(fields_[field].name) : std::string(fields_[field].name);
}

std::string RecordReader::path_of(std::size_t field) const {
  const FieldValue& value = values_->fields[field];
  if (!value.path.empty()) return value.path;
  return values_->is_json ? values_->path + "/" + name_of(field) : name_of(field);
}

void RecordReader::complain(FindingCode code, std::string_view field,
                            std::vector<std::string> parameters) {
  complain_at(field_index(table_, field), {code, std::move(parameters)});
}

bool RecordReader::given(std::string_view field) const {
  return !values_->fields[field_index(table_, field)].empty();
}

std::optional<std::uint32_t> RecordReader::remember_pair(const v1::RosterEntry& entry) {
  const Result<TinToken> token = TinToken::from_string(tins_.entry(entry.tin()).token());
  QCDR_ASSERT(token.is_ok());
  return pairs_.remember(token.value(), entry.npi(), entry.start_date(), entry.end_date(),
                         values_->place.line);
}

// A row that takes a record back may name just that record: false when its fact is not whole.
bool RecordReader::check_needs() {
  const bool takes_back = given("record_action") && given("supersedes");
  bool whole = true;
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    if (fields_[field].need != Need::kValue || !values_->fields[field].empty()) continue;
    whole = false;
    const bool of_the_file =
        fields_[field].type == FieldType::kPracticeId || fields_[field].type == FieldType::kYear;
    if (takes_back && !of_the_file) continue;
    complain_at(field, {FindingCode::FIELD_MISSING, {name_of(field)}});
  }
  return whole;
}

std::optional<v1::Verdict> RecordReader::check_practice(std::size_t field) {
  const FieldValue& value = values_->fields[field];
  if (value.empty()) return std::nullopt;
  const std::string name = name_of(field);
  // Leading zeros get lost in spreadsheets, so practice ids are compared as numbers.
  const std::optional<std::uint32_t> number = small_number(value.text, kMaxPracticeDigits);
  if (!number.has_value()) {
    complain_at(field, {FindingCode::VALUE_FORM, {name, "three to five digits"}});
    return std::nullopt;
  }
  if (PracticeId(*number) == options_.practice) return std::nullopt;
  return make_verdict(FindingCode::PRACTICE_MISMATCH, value.place, path_of(field), {name});
}

void RecordReader::check_year(std::size_t field) {
  const std::string wanted = std::to_string(options_.year.value());
  const FieldValue& value = values_->fields[field];
  if (value.empty() || value.text == wanted) return;
  complain_at(field, {FindingCode::ROW_YEAR_MISMATCH, {wanted}});
}

void RecordReader::read_identity(std::size_t field, const Scalar& scalar, std::string_view text,
                                 bool quoted, Message* fact) {
  if (scalar.type == FieldType::kNpi || scalar.type == FieldType::kNpis) {
    Npi npi;
    if (const auto wrong = read_npi(text, scalar.name, options_.test_mode, &npi)) {
      return complain_at(field, *wrong);
    }
    return scalar.target->put_number(fact, static_cast<std::int64_t>(npi.value()));
  }
  std::string tin;
  std::optional<FindingCode> repaired;
  if (const auto wrong = read_tin(text, scalar.name, quoted, options_.test_mode, &tin, &repaired)) {
    return complain_at(field, *wrong);
  }
  if (repaired.has_value()) complain_at(field, {*repaired, {scalar.name}});
  bool is_new = false;
  const std::uint32_t number = tins_.number_of(tin, &is_new);
  if (is_new && has_unusual_prefix(tin)) {
    complain_at(field, {FindingCode::TIN_PREFIX_UNUSUAL, {}});
  }
  scalar.target->put_number(fact, number);
}

void RecordReader::read_moment(std::size_t field, const Scalar& scalar, std::string_view text,
                               Message* fact) {
  if (scalar.type == FieldType::kDate) {
    std::int32_t days = 0;
    if (const auto wrong = read_date(text, scalar.name, &days)) return complain_at(field, *wrong);
    return scalar.target->put_number(fact, days);
  }
  std::int64_t milliseconds = 0;
  const bool signature = scalar.type == FieldType::kSignature;
  if (const auto wrong = read_instant(text, scalar.name, signature, &milliseconds)) {
    return complain_at(field, *wrong);
  }
  if (signature && options_.received_at.has_value() &&
      milliseconds > options_.received_at->milliseconds()) {
    complain_at(field, {FindingCode::SIGNATURE_AFTER_RECEIPT, {}});
  }
  scalar.target->put_number(fact, milliseconds);
}

void RecordReader::read_number(std::size_t field, const Scalar& scalar, std::string_view text,
                               Message* fact) {
  std::uint32_t count = 0;
  std::int64_t number = 0;
  bool flag = false;
  Wrong wrong;
  switch (scalar.type) {
    case FieldType::kCount:
      wrong = read_count(text, scalar.name, scalar.at_most, &count);
      number = count;
      break;
    case FieldType::kTenThousandth:
      wrong = read_ten_thousandths(text, scalar.name, scalar.at_most, &number);
      break;
    case FieldType::kFindingCode:
      wrong = read_finding_code(text, scalar.name, &count);
      number = count;
      break;
    default:
      QCDR_ASSERT(scalar.type == FieldType::kYesNo);
      wrong = read_yes_no(text, scalar.name, &flag);
      number = flag ? 1 : 0;
  }
  if (wrong.has_value()) return complain_at(field, *wrong);
  scalar.target->put_number(fact, number);
}

void RecordReader::read_scalar(std::size_t field, const Scalar& scalar, std::string_view text,
                               bool quoted, Message* fact) {
  switch (scalar.type) {
    case FieldType::kTin:
    case FieldType::kTins:
    case FieldType::kNpi:
    case FieldType::kNpis:
      return read_identity(field, scalar, text, quoted, fact);
    case FieldType::kDate:
    case FieldType::kInstant:
    case FieldType::kSignature:
      return read_moment(field, scalar, text, fact);
    case FieldType::kCount:
    case FieldType::kTenThousandth:
    case FieldType::kFindingCode:
    case FieldType::kYesNo:
      return read_number(field, scalar, text, fact);
    case FieldType::kChoice: {
      const Choice* choice = nullptr;
      if (const auto wrong = read_choice(text, scalar.name, scalar.choices, &choice)) {
        return complain_at(field, *wrong);
      }
      return scalar.target->takes_text() ? scalar.target->put_text(fact, lower(choice->name))
                                         : scalar.target->put_number(fact, choice->number);
    }
    case FieldType::kHash: {
      std::string bytes;
      if (const auto wrong = read_hash(text, scalar.name, &bytes)) {
        return complain_at(field, *wrong);
      }
      return scalar.target->put_text(fact, std::move(bytes));
    }
    case FieldType::kCounts:
      for (const std::string_view piece : cut(text, '+', kMaxListItems)) {
        std::uint32_t count = 0;
        if (const auto wrong = read_count(piece, scalar.name, 0, &count)) {
          return complain_at(field, *wrong);
        }
        scalar.target->put_number(fact, count);
      }
      return;
    case FieldType::kCaseIds:
      if (const auto wrong = check_text(text, scalar.name, kMaxValueBytes)) {
        return complain_at(field, *wrong);
      }
      return scalar.target->put_text(
          fact, std::string(make_case_token(keys_.token_key(), options_.practice, options_.year,
                                            std::string(text))
                                .bytes()));
    default:
      if (const auto wrong = check_text(text, scalar.name, scalar.at_most)) {
        return complain_at(field, *wrong);
      }
      scalar.target->put_text(fact, std::string(text));
  }
}

std::vector<ListItem> RecordReader::items_of(std::size_t field, std::size_t parts) const {
  const FieldValue& value = values_->fields[field];
  if (value.items != nullptr) return *value.items;
  std::vector<ListItem> items;
  for (const std::string_view text : cut(value.text, kBetweenItems, SIZE_MAX)) {
    if (text.empty()) continue;
    ListItem item;
    for (const std::string_view part : cut(text, kBetweenParts, parts)) item.emplace_back(part);
    items.push_back(std::move(item));
  }
  return items;
}

void RecordReader::read_list(std::size_t field, Message* fact) {
  const RecordField& rule = fields_[field];
  const std::vector<ListItem> items = items_of(field, 1);
  const std::size_t limit = rule.type == FieldType::kTins ? kMaxTinsPerRecord : kMaxListItems;
  if (items.size() > limit) {
    return complain_at(field,
                       {FindingCode::TOO_MANY_ITEMS, {name_of(field), std::to_string(limit)}});
  }
  const Scalar scalar{rule.type, name_of(field), {}, 0, &rules_[field].target};
  const bool quoted = values_->fields[field].items != nullptr;
  for (const ListItem& item : items) {
    if (!item.empty()) read_scalar(field, scalar, item[0], quoted, fact);
  }
}

void RecordReader::read_items(std::size_t field, Message* fact) {
  const RecordField& rule = fields_[field];
  const std::vector<ListItem> items = items_of(field, rule.parts.size());
  if (items.size() > kMaxItems) {
    return complain_at(field,
                       {FindingCode::TOO_MANY_ITEMS, {name_of(field), std::to_string(kMaxItems)}});
  }
  for (const ListItem& item : items) {
    Message* target = rules_[field].target.add_item(fact);
    for (std::size_t i = 0; i < rule.parts.size(); ++i) {
      const Part& part = rule.parts[i];
      const std::string part_name =
          values_->is_json ? json_name(part.name) : std::string(part.name);
      const std::string name = part_name + " of " + name_of(field);
      if (i >= item.size() || item[i].empty()) {
        if (part.needed) complain_at(field, {FindingCode::FIELD_MISSING, {name}});
        continue;
      }
      const Scalar scalar{part.type, name, part.choices, 0, &rules_[field].parts[i]};
      read_scalar(field, scalar, item[i], true, target);
    }
  }
}

void RecordReader::read_choices(std::size_t field, Message* fact) {
  const RecordField& rule = fields_[field];
  std::int64_t bits = 0;
  std::vector<int> seen;
  for (const ListItem& item : items_of(field, 1)) {
    const Choice* choice = nullptr;
    const std::string text = item.empty() ? "" : item[0];
    if (const auto wrong = read_choice(text, name_of(field), rule.choices, &choice)) {
      return complain_at(field, *wrong);
    }
    if (std::find(seen.begin(), seen.end(), choice->number) != seen.end()) continue;
    seen.push_back(choice->number);
    bits |= choice->number;
    if (rule.type == FieldType::kChoices) rules_[field].target.put_number(fact, choice->number);
  }
  if (rule.type == FieldType::kBits) rules_[field].target.put_number(fact, bits);
}

// A special status that is not given stays unknown: no item is made for it.
void RecordReader::read_status(std::size_t field, Message* fact) {
  const RecordField& rule = fields_[field];
  const std::string_view text = values_->fields[field].text;
  if (bare(text) == "UNKNOWN") return;
  bool value = false;
  if (const auto wrong = read_yes_no(text, name_of(field), &value))
    return complain_at(field, *wrong);
  Message* item = rules_[field].target.add_item(fact);
  FactTarget(item->GetDescriptor(), "kind").put_number(item, rule.number);
  FactTarget(item->GetDescriptor(), "value").put_number(item, value ? 1 : 0);
}

void RecordReader::read_credential(std::size_t field, Message* fact) {
  if (const auto type = clinician_type(values_->fields[field].text)) {
    return rules_[field].target.put_number(fact, *type);
  }
  complain_at(field, {FindingCode::ROSTER_CREDENTIAL_UNKNOWN, {credential_list()}});
}

void RecordReader::read_roster_status(std::size_t field, Message* fact) {
  const std::string status = upper(values_->fields[field].text);
  if (status == "ACTIVE" || status == "LEAVE") return;
  if (status != "TERMINATED") {
    return complain_at(field, {FindingCode::ROSTER_STATUS_UNKNOWN, {"ACTIVE, LEAVE, TERMINATED"}});
  }
  rules_[field].target.put_number(fact, 1);
  if (!given("end_date")) complain_at(field, {FindingCode::ROSTER_TERMINATED_WITHOUT_END, {}});
}

// What stands on the row beside the fact.
void RecordReader::read_envelope(std::size_t field) {
  const RecordField& rule = fields_[field];
  const std::string_view text = values_->fields[field].text;
  if (rule.type == FieldType::kRecordAction) {
    const Choice* choice = nullptr;
    if (const auto wrong = read_choice(text, name_of(field), rule.choices, &choice)) {
      return complain_at(field, *wrong);
    }
    row_->set_action(static_cast<v1::RowAction>(choice->number));
    if (!given("supersedes")) {
      complain(FindingCode::FIELD_MISSING, "supersedes", {"supersedes"});
    }
    return;
  }
  if (const auto wrong = check_text(text, name_of(field), 0)) return complain_at(field, *wrong);
  if (rule.type == FieldType::kRecordId) row_->set_record_id(std::string(text));
  if (rule.type == FieldType::kSupersedes) row_->set_supersedes(std::string(text));
}

void RecordReader::read_field(std::size_t field, Message* fact) {
  const RecordField& rule = fields_[field];
  const FieldValue& value = values_->fields[field];
  if (value.empty()) return;
  switch (rule.type) {
    case FieldType::kPracticeId:
    case FieldType::kYear:
    case FieldType::kCaseValue:
    case FieldType::kNotRead:
      return;
    case FieldType::kRecordId:
    case FieldType::kSupersedes:
    case FieldType::kRecordAction:
      return read_envelope(field);
    case FieldType::kTins:
    case FieldType::kNpis:
    case FieldType::kTexts:
    case FieldType::kCaseIds:
      return read_list(field, fact);
    case FieldType::kItems:
      return read_items(field, fact);
    case FieldType::kChoices:
    case FieldType::kBits:
      return read_choices(field, fact);
    case FieldType::kStatus:
      return read_status(field, fact);
    case FieldType::kCredential:
      return read_credential(field, fact);
    case FieldType::kRosterStatus:
      return read_roster_status(field, fact);
    default:
      break;
  }
  const Scalar scalar{rule.type, name_of(field), rule.choices, rule.at_most, &rules_[field].target};
  read_scalar(field, scalar, value.text, value.quoted, fact);
}

std::optional<v1::Verdict> RecordReader::read(const RecordValues& values, v1::Row* row) {
  QCDR_ASSERT(values.fields.size() == fields_.size());
  values_ = &values;
  row_ = row;
  row_is_lost_ = false;
  const bool whole = check_needs();
  if (std::optional<v1::Verdict> refusal = check_practice(0)) return refusal;
  check_year(1);
  Message* fact = row->GetReflection()->MutableMessage(row, fact_field(table_));
  for (std::size_t field = 0; field < fields_.size(); ++field) read_field(field, fact);
  if (row->has_measure_result()) use_new_name(row->mutable_measure_result());
  if (whole && table_.check != nullptr) table_.check(*fact, *this);
  if (whole && row->has_anesthesia_case()) {
    read_case(row->mutable_anesthesia_case());
    cases_.build_mistyped(row);
  }
  if (row_is_lost_) {
    drop(row);
  } else if (!whole) {
    row->clear_fact();
  } else if (row->has_roster_entry()) {
    if (const auto line = remember_pair(row->roster_entry())) {
      complain(FindingCode::ROSTER_PAIR_REPEATED, "npi", {std::to_string(*line)});
    }
  }
  return std::nullopt;
}

void RecordReader::use_new_name(v1::MeasureResult* result) {
  const rulebook::MeasureAlias* alias =
      rules() == nullptr ? nullptr : rules()->find_measure_alias(result->measure_id());
  if (alias == nullptr) return;
  complain(FindingCode::MEASURE_RENAMED, "measure_id", {result->measure_id(), alias->to});
  result->set_measure_id(alias->to);
}

void RecordReader::drop(v1::Row* row) const {
  row->set_action(v1::ROW_ACTION_UNSPECIFIED);
  const std::uint32_t tin = row->opt_out().tin();
  row->clear_fact();
  if (table_.keep_unreadable && tin != 0) row->mutable_opt_out()->set_tin(tin);
}

void RecordReader::read_case(v1::AnesthesiaCase* result) {
  const CaseReader::Complain tell = [this](std::size_t field, const Complaint& complaint) {
    complain_at(field, complaint);
  };
  const CaseReader::Items items = [this](std::size_t field) {
    return items_of(field, std::max<std::size_t>(fields_[field].parts.size(), 1));
  };
  cases_.read(table_, *values_, items, tell);
  if (row_is_lost_) return;
  cases_.finish(table_, tell);
  if (row_is_lost_) return;
  cases_.remember(table_, values_->place.line, tell);
  cases_.build(result);
}

}  // namespace qcdr::intake

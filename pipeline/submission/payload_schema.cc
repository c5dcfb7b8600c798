#include "submission/payload_schema.h"

#include <algorithm>
#include <array>

#include "core/identifiers.h"
#include "scoring/json_document.h"
#include "submission/measurement_set.h"
#include "submission/payload_walk.h"

namespace qcdr::submission {
namespace {

constexpr std::size_t kNpiDigits = 10;
constexpr std::size_t kTinDigits = 9;
constexpr std::int64_t kYearMax = 9999;

bool all_digits(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "pi" for both of its names.
std::string category_of(std::string_view word) {
  return word == "aci" ? "pi" : std::string(word);
}

std::string category_of_measure(std::string_view id) {
  if (id.starts_with("IA_")) return "ia";
  if (id.starts_with("PI_") || id.starts_with("ACI_")) return "pi";
  return "quality";
}

class Check {
 public:
  explicit Check(const PayloadSchema& schema) : walk_(schema) {}

  std::vector<PayloadProblem> run(const PayloadNode& document) {
    PayloadNode root = document;
    // A submission may stand in "data" and "submission", as CMS answers it.
    for (const char* key : {"data", "submission"}) {
      const auto inner = root.member(key);
      const bool is_set = root.member("measurements") || root.member("category");
      if (!inner || is_set || !inner->is(JsonValue::Kind::kObject)) continue;
      root = PayloadNode{inner->value, ""};
    }
    if (!root.is(JsonValue::Kind::kObject)) {
      walk_.add("", ProblemKind::kWrongType, "an object is expected");
    } else if (root.member("measurementSets")) {
      check_submission(root);
    } else if (root.member("measurements") || root.member("category")) {
      check_set_alone(root);
    } else if (root.member("measureId")) {
      check_measurement_alone(root);
    } else {
      walk_.add("", ProblemKind::kMissing, "neither a submission nor a set nor a measurement");
    }
    return walk_.take();
  }

 private:
  // False: the year is not known, and a problem says so.
  bool choose_year(const std::optional<PayloadNode>& said, const std::optional<PayloadNode>& set) {
    if (said) {
      const auto number = scoring::JsonCursor(*said->value, "").whole(0, kYearMax);
      const bool good =
          number.is_ok() &&
          walk_.choose_year(PerformanceYear(static_cast<std::int32_t>(number.value())));
      if (!good) walk_.add(said->path, ProblemKind::kInvalidValue, "no such performance year");
      return good;
    }
    if (walk_.schema().year) return known_year(*walk_.schema().year);
    const auto start = set ? set->member("performanceStart") : std::nullopt;
    const Result<LocalDate> date =
        start ? LocalDate::parse(start->word())
              : Result<LocalDate>(Status(ErrorCode::kNotFound, "no period"));
    if (date.is_ok()) return known_year(PerformanceYear(date.value().year()));
    walk_.add("performanceYear", ProblemKind::kMissing, "the performance year is not said");
    return false;
  }
  bool known_year(PerformanceYear year) {
    if (walk_.choose_year(year)) return true;
    walk_.add("performanceYear", ProblemKind::kInvalidValue, "no such performance year");
    return false;
  }

  void check_word(const PayloadNode& node, WordList list, std::string_view what) {
    if (has_word(walk_.year(), list, node.word())) return;
    walk_.add(node.path, ProblemKind::kInvalidValue, std::string(what));
  }

  // Who it is about; the entity's type.
  std::string check_entity(const PayloadNode& submission) {
    if (!walk_.check_fields(submission, PayloadObject::kSubmission)) return "";
    const PayloadNode type = *submission.member("entityType");
    check_word(type, WordList::kEntityType, "no such kind of entity in the year");
    const std::optional<EntityKind> kind = find_entity_kind(type.word());
    if (!kind) return "";
    check_numbers(submission, *kind);
    return std::string(type.word());
  }

  void check_numbers(const PayloadNode& submission, EntityKind kind) {
    const auto tin = submission.member("taxpayerIdentificationNumber");
    const auto npi = submission.member("nationalProviderIdentifier");
    const auto number = submission.member("entityId");
    const auto presence = [&](const std::optional<PayloadNode>& node, bool needed,
                              std::string_view key) {
      if (node.has_value() == needed) return node.has_value();
      walk_.add(submission.within(key), needed ? ProblemKind::kMissing : ProblemKind::kInvalidValue,
                needed ? "this kind of entity needs it" : "this kind of entity has none");
      return false;
    };
    if (presence(tin, has_tin(kind), "taxpayerIdentificationNumber")) {
      const bool good =
          walk_.as_we_send() ? tin->word() == kTinPlaceholder : all_digits(tin->word(), kTinDigits);
      if (!good) walk_.add(tin->path, ProblemKind::kInvalidValue, "no TIN in the form it goes in");
    }
    if (presence(npi, kind == EntityKind::kIndividual, "nationalProviderIdentifier")) {
      Npi checked;
      const bool good = walk_.as_we_send() ? check_npi(npi->word(), &checked) == NpiVerdict::kValid
                                           : all_digits(npi->word(), kNpiDigits);
      if (!good) walk_.add(npi->path, ProblemKind::kInvalidValue, "no NPI");
    }
    presence(number, !has_tin(kind), "entityId");
  }

  void check_submission(const PayloadNode& submission) {
    const PayloadNode sets = *submission.member("measurementSets");
    std::optional<PayloadNode> first;
    if (sets.is(JsonValue::Kind::kList) && !sets.value->items.empty()) first = sets.item(0);
    if (!choose_year(submission.member("performanceYear"), first)) return;
    const std::string entity = check_entity(submission);
    if (!sets.is(JsonValue::Kind::kList)) return;  // told with the fields
    std::set<std::array<std::string, 3>> seen;
    for (std::size_t i = 0; i < sets.value->items.size(); ++i) {
      const PayloadNode set = sets.item(i);
      const SetContext context = check_set(set, entity, false);
      if (!seen.insert({context.category, context.method, context.program}).second) {
        walk_.add(set.path, ProblemKind::kDuplicate,
                  "two sets of one category, method and program");
      }
    }
  }

  void check_set_alone(const PayloadNode& set) {
    const auto submission = set.member("submission");
    const bool has_entity = submission && submission->is(JsonValue::Kind::kObject);
    if (!choose_year(has_entity ? submission->member("performanceYear") : std::nullopt, set)) {
      return;
    }
    const bool partial = !set.member("category");  // the body of a PATCH
    std::string entity;
    if (has_entity) {
      entity = check_entity(*submission);
    } else if (!partial && !set.member("submissionId")) {
      walk_.add("submission", ProblemKind::kMissing, "whose set it is is not said");
    }
    check_set(set, entity, partial);
  }

  void check_measurement_alone(const PayloadNode& measurement) {
    if (!choose_year(std::nullopt, std::nullopt)) return;
    SetContext context;
    context.program = kProgramMips;
    check_measurement(measurement, context);
  }

  SetContext check_set(const PayloadNode& set, const std::string& entity, bool partial) {
    SetContext context;
    context.entity_type = entity;
    const bool good = walk_.check_fields(set, PayloadObject::kSet, partial);
    const auto word = [&](std::string_view key) {
      const auto member = set.member(key);
      return member ? std::string(member->word()) : std::string();
    };
    context.category = category_of(word("category"));
    context.method = word("submissionMethod");
    context.program = word("programName").empty() ? std::string(kProgramMips) : word("programName");
    if (!good) return context;
    if (!partial) {
      check_word(*set.member("category"), WordList::kCategory, "no such category in the year");
      check_word(*set.member("submissionMethod"), WordList::kMethod, "no registry's method");
    }
    check_program(set, context);
    check_period(set, context);
    check_interoperability_set(set, context);
    if (const auto measurements = set.member("measurements")) {
      check_measurements(*measurements, context);
    }
    return context;
  }

  void check_program(const PayloadNode& set, const SetContext& context) {
    const auto program = set.member("programName");
    if (!program || program->word().empty()) return;
    const bool pathway = has_word(walk_.year(), WordList::kPathway, program->word());
    if (!pathway) check_word(*program, WordList::kProgram, "no such program in the year");
    const bool app = program->word() == kProgramApp;
    if (context.entity_type.empty() || (!app && !pathway)) return;
    const WordList takes = app ? WordList::kAppEntity : WordList::kPathwayEntity;
    if (has_word(walk_.year(), takes, context.entity_type)) return;
    walk_.add(program->path, ProblemKind::kInvalidValue,
              "the program does not take this kind of entity");
  }

  void check_period(const PayloadNode& set, const SetContext& context) {
    const auto start = set.member("performanceStart");
    const auto end = set.member("performanceEnd");
    if (!start || !end) return;
    const LocalDate first = LocalDate::parse(start->word()).value();
    const LocalDate last = LocalDate::parse(end->word()).value();
    if (last < first) {
      walk_.add(end->path, ProblemKind::kInvalidValue, "the period ends before it begins");
    }
    if (!walk_.as_we_send()) return;
    const int year = walk_.year().value();
    const bool whole_year = first.year() == year && first.month() == 1 && first.day() == 1 &&
                            last.year() == year && last.month() == 12 && last.day() == 31;
    if (first.year() != year || last.year() != year) {
      walk_.add(start->path, ProblemKind::kInvalidValue, "the period is not of the year");
    } else if (context.category == "quality" && !whole_year) {
      walk_.add(start->path, ProblemKind::kInvalidValue, "quality is of the calendar year");
    }
  }

  void check_interoperability_set(const PayloadNode& set, const SetContext& context) {
    const auto cehrt = set.member("cehrtId");
    const bool said = cehrt && !cehrt->word().empty();
    if (context.category != "pi") {
      if (said && !context.category.empty()) {
        walk_.add(cehrt->path, ProblemKind::kInvalidValue, "of promoting interoperability only");
      }
      return;
    }
    if (!context.entity_type.empty() &&
        !has_word(walk_.year(), WordList::kInteroperabilityEntity, context.entity_type)) {
      walk_.add(set.within("category"), ProblemKind::kInvalidValue,
                "this kind of entity sends no promoting interoperability");
    }
    if (said && !is_cehrt_id(walk_.year(), cehrt->word())) {
      walk_.add(cehrt->path, ProblemKind::kInvalidValue, "no certification identifier of the year");
    } else if (!said && walk_.holds(PayloadRule::kCehrtNeeded)) {
      walk_.add(set.within("cehrtId"), ProblemKind::kMissing, "the field is needed");
    }
  }

  void check_measurements(const PayloadNode& measurements, const SetContext& context) {
    std::set<std::string_view> seen;
    if (walk_.as_we_send() && measurements.value->items.empty()) {
      walk_.add(measurements.path, ProblemKind::kMissing, "an empty set is not sent");
    }
    for (std::size_t i = 0; i < measurements.value->items.size(); ++i) {
      const PayloadNode measurement = measurements.item(i);
      check_measurement(measurement, context);
      const auto id = measurement.member("measureId");
      if (id && !seen.insert(id->word()).second) {
        walk_.add(id->path, ProblemKind::kDuplicate, "the measure stands twice");
      }
    }
    if (context.category.empty() || context.category == "pi") {
      check_contradictions(measurements, &walk_);
    }
  }

  void check_measurement(const PayloadNode& measurement, const SetContext& context) {
    if (!walk_.check_fields(measurement, PayloadObject::kMeasurement)) return;
    const PayloadNode id = *measurement.member("measureId");
    const std::string category =
        context.category.empty() ? category_of_measure(id.word()) : context.category;
    if (category == "quality") {
      check_quality_measurement(measurement, context, &walk_);
    } else if (category == "ia") {
      check_activity(measurement, context, &walk_);
    } else if (category == "pi") {
      check_interoperability(measurement, &walk_);
    }
  }

  PayloadWalk walk_;
};

}  // namespace

std::string_view problem_kind_name(ProblemKind kind) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "notJson",      "tooLarge",  "missing",       "unknownField", "wrongType",
      "invalidValue", "duplicate", "contradiction", "tooMany"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<PayloadProblem> validate_payload(std::string_view json, const PayloadSchema& schema) {
  if (json.size() > kPayloadBytesMax) {
    return {{"", ProblemKind::kTooLarge, "the payload is too large"}};
  }
  scoring::JsonFault fault;
  const Result<JsonValue> root = scoring::parse_json(json, &fault);
  if (!root.is_ok()) {
    const bool form = fault.kind == scoring::JsonFaultKind::kNotJson ||
                      fault.kind == scoring::JsonFaultKind::kKeyRepeated;
    return {{"", form ? ProblemKind::kNotJson : ProblemKind::kTooLarge, "it cannot be read"}};
  }
  return Check(schema).run({&root.value(), ""});
}

}  // namespace qcdr::submission

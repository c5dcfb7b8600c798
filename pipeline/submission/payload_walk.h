// Parts of the schema's check: the walk's state, places and fields. Internal to payload_schema.h.
// Thread-safety: none; one per payload.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/decimal.h"
#include "core/time.h"
#include "scoring/json_document.h"
#include "submission/payload_schema.h"
#include "submission/payload_table.h"

namespace qcdr::submission {

using scoring::JsonValue;

// A value and its place as CMS writes it.
struct PayloadNode {
  const JsonValue* value = nullptr;
  std::string path;

  bool is(JsonValue::Kind kind) const { return value->kind == kind; }
  // Nothing: absent or null.
  std::optional<PayloadNode> member(std::string_view key) const;
  PayloadNode item(std::size_t index) const;
  // "category" within it.
  std::string within(std::string_view key) const;
  // Empty for anything but a text.
  std::string_view word() const;
};

// What is known of the set that is looked at.
struct SetContext {
  std::string category;     // "quality", "ia", "pi"; empty: not said
  std::string method;       // empty: not said
  std::string program;      // "mips" where it is not said
  std::string entity_type;  // empty: not said
};

class PayloadWalk {
 public:
  explicit PayloadWalk(const PayloadSchema& schema) : schema_(schema) {}

  const PayloadSchema& schema() const { return schema_; }
  bool as_we_send() const { return schema_.strictness == Strictness::kAsWeSend; }
  // Sets the year and its rules. False: the rulebook has none of it.
  bool choose_year(PerformanceYear year);
  bool has_year() const { return rules_ != nullptr; }
  PerformanceYear year() const { return year_; }
  const rulebook::YearRules& rules() const { return *rules_; }
  bool holds(PayloadRule rule) const { return has_year() && rule_holds(year_, rule); }

  void add(std::string path, ProblemKind kind, std::string message);
  std::vector<PayloadProblem> take() { return std::move(problems_); }

  // Types, needs and unknown fields of an object. False: it is no object, or a needed field is
  // missing or of another type.
  bool check_fields(const PayloadNode& node, PayloadObject object, bool partial = false);
  // A whole number from zero, which check_fields() found good; zero where it is absent.
  static std::int64_t whole(const PayloadNode& node, std::string_view key);
  static std::optional<Decimal> number(const PayloadNode& node);

 private:
  bool check_type(const PayloadNode& node, const PayloadField& field);
  bool check_rate(const PayloadNode& node);

  const PayloadSchema& schema_;
  PerformanceYear year_;
  const rulebook::YearRules* rules_ = nullptr;
  std::vector<PayloadProblem> problems_;
};

// payload_quality.cc, payload_attested.cc: the measurements of a set.
void check_quality_measurement(const PayloadNode& measurement, const SetContext& set,
                               PayloadWalk* walk);
void check_activity(const PayloadNode& measurement, const SetContext& set, PayloadWalk* walk);
void check_interoperability(const PayloadNode& measurement, PayloadWalk* walk);
// What cannot stand beside each other in one report.
void check_contradictions(const PayloadNode& measurements, PayloadWalk* walk);

}  // namespace qcdr::submission

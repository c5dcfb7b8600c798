#include "rulebook/specification_file.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "rulebook/field_reader.h"

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::pair<std::string_view, CodeBucket>, 5> kBuckets = {{
    {"denominator", CodeBucket::kDenominator},
    {"denominator-exclusion", CodeBucket::kDenominatorExclusion},
    {"met", CodeBucket::kMet},
    {"exception", CodeBucket::kException},
    {"not-met", CodeBucket::kNotMet},
}};

// Bits of AnesthesiaCase.anesthesia_categories in the wire contract.
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 7> kCategories = {{
    {"general", 1},
    {"spinal", 2},
    {"epidural", 4},
    {"other-neuraxial", 8},
    {"monitored-anesthesia-care", 16},
    {"peripheral-nerve-block", 32},
    {"other", 64},
}};

constexpr int kMaximumAge = 150;
constexpr int kMaximumMinutes = 7 * 24 * 60;

template <class Words>
auto read_choice(const Words& words, const DocumentNode& node, FileErrors& errors) {
  for (const auto& word : words) {
    if (node.kind == DocumentNode::Kind::kScalar && word.first == node.scalar) return word.second;
  }
  errors.add(node.line, fmt::format("\"{}\" is not known here", node.scalar));
  return words.front().second;
}

void read_age(FieldReader* file, MeasureSpecification* specification, FileErrors& errors) {
  const DocumentNode* node = file->find("age_years");
  if (node == nullptr) return;
  FieldReader reader(*node, errors);
  specification->age_years_min = reader.optional_integer("minimum", 0, kMaximumAge, 0);
  specification->age_years_max = reader.optional_integer("maximum", 1, kMaximumAge, 0);
  reader.finish();
}

SpecificationCode read_code(const DocumentNode& node, FileErrors& errors) {
  FieldReader reader(node, errors);
  SpecificationCode code;
  code.code = reader.text("code");
  code.modifier = reader.optional_text("modifier");
  code.bucket = read_choice(kBuckets, reader.require("bucket"), errors);
  code.meaning = reader.text("meaning");
  code.packed = pack_quality_code(code.code, code.modifier);
  if (code.packed == 0) errors.add(node.line, "a code has at most 5 characters, a modifier 2");
  reader.finish();
  return code;
}

}  // namespace

Result<MeasureSpecification> parse_specification(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  MeasureSpecification specification;
  file.text("description");
  specification.measure_id = file.text("measure");
  specification.source_id = file.text("source_id");
  specification.packed_measure_id = pack_measure_id(specification.measure_id);
  specification.packed_source_id = pack_measure_id(specification.source_id);
  if (specification.packed_measure_id == 0 || specification.packed_source_id == 0) {
    errors.add(root.line, "a measure id has 1 to 8 characters");
  }
  read_age(&file, &specification, errors);
  specification.anesthesia_minutes_min =
      file.optional_integer("anesthesia_minutes_minimum", 0, kMaximumMinutes, 0);
  if (const DocumentNode* node = file.find("anesthesia_categories"); node != nullptr) {
    for (const DocumentNode& item : node->items) {
      specification.anesthesia_categories |= read_choice(kCategories, item, errors);
    }
    if (specification.anesthesia_categories == 0) errors.add(node->line, "a list is expected");
  }
  const DocumentNode& codes = file.require("codes");
  if (codes.items.empty()) errors.add(codes.line, "a list of codes is expected");
  for (const DocumentNode& item : codes.items) {
    specification.codes.push_back(read_code(item, errors));
  }
  specification.unmodelled = file.optional_text("unmodelled");
  specification.citation = file.citation("reference");
  file.finish();
  if (!errors.is_ok()) return errors.first();
  return specification;
}

}  // namespace qcdr::rulebook

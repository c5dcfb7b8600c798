#include "rulebook/specification_file.h"

#include <fmt/core.h>

#include <array>
#include <set>
#include <utility>

#include "rulebook/field_reader.h"
#include "rulebook/year_range.h"

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

struct DatedCode {
  YearRange years;
  SpecificationCode code;
};

DatedCode read_code(const DocumentNode& node, FileErrors& errors) {
  FieldReader reader(node, errors);
  DatedCode dated;
  SpecificationCode& code = dated.code;
  code.code = reader.text("code");
  code.modifier = reader.optional_text("modifier");
  code.bucket = read_choice(kBuckets, reader.require("bucket"), errors);
  code.meaning = reader.text("meaning");
  dated.years = read_optional_range(reader.find("years"), errors);
  code.packed = pack_quality_code(code.code, code.modifier);
  if (code.packed == 0) errors.add(node.line, "a code has at most 5 characters, a modifier 2");
  reader.finish();
  return dated;
}

std::vector<DatedCode> read_codes(FieldReader* reader, FileErrors& errors) {
  std::vector<DatedCode> codes;
  const DocumentNode& node = reader->require("codes");
  if (node.items.empty()) errors.add(node.line, "a list of codes is expected");
  for (const DocumentNode& item : node.items) codes.push_back(read_code(item, errors));
  return codes;
}

// One rate of a measure; a name that CMS changed stands with its years.
struct Rate {
  YearRange years;
  std::string stratum;
  std::vector<DatedCode> codes;
};

std::vector<Rate> read_strata(const DocumentNode& node, FileErrors& errors) {
  std::vector<Rate> rates;
  if (node.items.empty()) errors.add(node.line, "a list of strata is expected");
  for (const DocumentNode& item : node.items) {
    FieldReader reader(item, errors);
    const std::vector<DatedCode> codes = read_codes(&reader, errors);
    const DocumentNode& names = reader.require("names");
    if (names.entries.empty()) errors.add(names.line, "names by year are expected");
    for (const DocumentEntry& entry : names.entries) {
      rates.push_back(
          {read_range(entry.key, entry.line, errors), read_word(entry.value, errors), codes});
    }
    reader.finish();
  }
  return rates;
}

constexpr std::array<std::pair<std::string_view, OverallRate>, 3> kOverallRates = {{
    {"of-cases", OverallRate::kNone},
    {"average", OverallRate::kAverage},
    {"pooled", OverallRate::kPooled},
}};

using OverallByYear = std::vector<std::pair<YearRange, OverallRate>>;

OverallByYear read_overall(const DocumentNode& node, FileErrors& errors) {
  OverallByYear overall;
  if (node.entries.empty()) errors.add(node.line, "ways by year are expected");
  for (const DocumentEntry& entry : node.entries) {
    overall.emplace_back(read_range(entry.key, entry.line, errors),
                         read_choice(kOverallRates, entry.value, errors));
  }
  return overall;
}

void read_conditions(FieldReader* file, MeasureSpecification* specification, FileErrors& errors) {
  read_age(file, specification, errors);
  specification->anesthesia_minutes_min =
      file->optional_integer("anesthesia_minutes_minimum", 0, kMaximumMinutes, 0);
  if (const DocumentNode* node = file->find("anesthesia_categories"); node != nullptr) {
    for (const DocumentNode& item : node->items) {
      specification->anesthesia_categories |= read_choice(kCategories, item, errors);
    }
    if (specification->anesthesia_categories == 0) errors.add(node->line, "a list is expected");
  }
}

class SpecificationFile {
 public:
  explicit SpecificationFile(std::string_view path) : errors_(path) {}

  Result<std::vector<DatedSpecification>> read(const DocumentNode& root) {
    FieldReader file(root, errors_);
    line_ = root.line;
    file.text("description");
    common_.measure_id = file.text("measure");
    common_.source_id = file.text("source_id");
    common_.packed_measure_id = pack_measure_id(common_.measure_id);
    common_.packed_source_id = pack_measure_id(common_.source_id);
    if (common_.packed_measure_id == 0 || common_.packed_source_id == 0) {
      errors_.add(root.line, "a measure id has 1 to 8 characters");
    }
    years_ = range_of(&file, "years");
    seen_ = range_of(&file, "codes_seen");
    read_conditions(&file, &common_, errors_);
    if (const DocumentNode* strata = file.find("strata"); strata != nullptr) {
      rates_ = read_strata(*strata, errors_);
      overall_ = read_overall(file.require("overall"), errors_);
    } else {
      rates_.push_back({years_, "", read_codes(&file, errors_)});
    }
    common_.unmodelled = file.optional_text("unmodelled");
    common_.citation = file.citation("reference");
    file.finish();
    if (errors_.is_ok()) resolve();
    if (!errors_.is_ok()) return errors_.first();
    return std::move(dated_);
  }

 private:
  YearRange range_of(FieldReader* file, std::string_view key) {
    const DocumentNode& node = file->require(key);
    return errors_.is_ok() ? read_range(node.scalar, node.line, errors_) : YearRange{};
  }

  void resolve() {
    for (int year = years_.first; year <= years_.last; ++year) {
      std::set<std::string> strata;
      for (const Rate& rate : rates_) {
        if (!rate.years.contains(year)) continue;
        if (!strata.insert(rate.stratum).second) {
          errors_.add(line_, fmt::format("{} has the stratum {} twice", year, rate.stratum));
        }
        add(year, rate);
      }
    }
    if (dated_.empty()) errors_.add(line_, "no year has codes");
  }

  void add(int year, const Rate& rate) {
    DatedSpecification dated{PerformanceYear(year), line_, common_};
    MeasureSpecification& specification = dated.specification;
    specification.stratum = rate.stratum;
    for (const DatedCode& code : rate.codes) {
      if (code.years.contains(year)) specification.codes.push_back(code.code);
    }
    for (const auto& [years, way] : overall_) {
      if (years.contains(year)) specification.overall = way;
    }
    if (!seen_.contains(year)) {
      const std::string seen = seen_.first == seen_.last
                                   ? std::to_string(seen_.first)
                                   : fmt::format("{} to {}", seen_.first, seen_.last);
      specification.citation.title.append(fmt::format("; codes of {}, assumed for {}", seen, year));
    }
    dated_.push_back(std::move(dated));
  }

  FileErrors errors_;
  int line_ = 0;
  MeasureSpecification common_;
  YearRange years_;
  YearRange seen_;  // the years whose codes were read somewhere
  std::vector<Rate> rates_;
  OverallByYear overall_;
  std::vector<DatedSpecification> dated_;
};

}  // namespace

Result<std::vector<DatedSpecification>> parse_specification(std::string_view path,
                                                            std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  return SpecificationFile(path).read(root);
}

}  // namespace qcdr::rulebook

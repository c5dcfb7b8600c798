#include "submission/qrda_export.h"

#include <fmt/core.h>

#include <array>

#include "submission/payload.h"
#include "submission/qrda_body.h"

namespace qcdr::submission {
namespace {

constexpr std::string_view kTinRoot = "2.16.840.1.113883.4.2";
constexpr std::string_view kNpiRoot = "2.16.840.1.113883.4.6";
constexpr std::string_view kProgramRoot = "2.16.840.1.113883.3.249.7";
constexpr std::string_view kPathwayRoot = "2.16.840.1.113883.3.249.5.6";
constexpr std::string_view kCehrtRoot = "2.16.840.1.113883.3.2074.1";

// The date of CMS's guide for the year, with which a document says which one it follows. Those of
// 2019, 2020, 2022 and 2025 were seen; the others are unverified.
std::string guide_of(PerformanceYear year) {
  constexpr int kFirstOfDecember = 2023;
  constexpr int kOfJuly = 2022;
  const bool in_may = year.value() >= 2019 && year.value() < kOfJuly;
  const char* day = year.value() >= kFirstOfDecember ? "12-01" : in_may ? "05-01" : "07-01";
  return fmt::format("{}-{}", year.value() - 1, day);
}

std::string program_of(const MeasurementSet& set) {
  const bool app = set.program == kProgramApp;
  switch (set.entity.kind) {
    case EntityKind::kIndividual:
      return app ? "MIPS_APP1_INDIV" : "MIPS_INDIV";
    case EntityKind::kGroup:
      return app ? "MIPS_APP1_GROUP" : "MIPS_GROUP";
    case EntityKind::kVirtualGroup:
      return "MIPS_VIRTUALGROUP";
    case EntityKind::kApm:
      return app ? "MIPS_APP1_APMENTITY" : "MIPS_APMENTITY";
    case EntityKind::kSubgroup:
      return "MIPS_SUBGROUP";
  }
  return "";
}

// Of the number by which CMS knows the entity; empty: it has a TIN.
std::string_view number_root(EntityKind kind) {
  switch (kind) {
    case EntityKind::kApm:
      return "2.16.840.1.113883.3.249.5.4";
    case EntityKind::kVirtualGroup:
      return "2.16.840.1.113883.3.249.5.2";
    case EntityKind::kSubgroup:
      return "2.16.840.1.113883.3.249.5.5";
    case EntityKind::kIndividual:
    case EntityKind::kGroup:
      return "";
  }
  return "";
}

// "20230315200000+0000".
std::string stamp(Instant instant) {
  std::string digits;
  for (const char c : instant.to_string()) {
    if (c >= '0' && c <= '9') digits += c;
  }
  constexpr std::size_t kToSeconds = 14;
  return digits.substr(0, kToSeconds) + "+0000";
}

class Document {
 public:
  Document(std::span<const MeasurementSet> sets, const QrdaOptions& options)
      : sets_(sets), options_(options), ids_(submission_json(sets)) {}

  std::string write() {
    out_.start("ClinicalDocument", {{"xmlns", "urn:hl7-org:v3"},
                                    {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"}});
    add_head();
    add_author();
    add_custodian();
    add_recipient();
    add_participants();
    add_performer();
    add_consent();
    out_.start("component").start("structuredBody");
    for (const MeasurementSet& set : sets_) add_section(set);
    out_.end().end().end();
    return out_.take();
  }

 private:
  const MeasurementSet& first() const { return sets_.front(); }

  void add_head() {
    out_.leaf("realmCode", {{"code", "US"}});
    out_.leaf("typeId", {{"root", "2.16.840.1.113883.1.3"}, {"extension", "POCD_HD000040"}});
    out_.leaf("templateId",
              {{"root", "2.16.840.1.113883.10.20.27.1.1"}, {"extension", "2020-12-01"}});
    const std::string guide = guide_of(first().year);
    out_.leaf("templateId", {{"root", "2.16.840.1.113883.10.20.27.1.2"}, {"extension", guide}});
    out_.leaf("id", {{"root", ids_.next()}});
    out_.leaf("code", {{"code", "55184-6"}, {"codeSystem", "2.16.840.1.113883.6.1"}});
    out_.text("title", "QRDA Calculated Summary Report");
    out_.leaf("effectiveTime", {{"value", stamp(options_.created_at)}});
    out_.leaf("confidentialityCode", {{"code", "N"}, {"codeSystem", "2.16.840.1.113883.5.25"}});
    out_.leaf("languageCode", {{"code", "en"}});
    out_.leaf("setId", {{"root", ids_.next()}});
    out_.leaf("versionNumber", {{"value", "1"}});
    out_.start("recordTarget").start("patientRole");
    out_.leaf("id", {{"nullFlavor", "NA"}});
    out_.end().end();
  }

  void add_author() {
    out_.start("author");
    out_.leaf("time", {{"value", stamp(options_.created_at)}});
    out_.start("assignedAuthor");
    out_.leaf("id", {{"root", ids_.next()}});
    out_.start("assignedAuthoringDevice").text("softwareName", "qcdr").end();
    out_.start("representedOrganization").text("name", options_.registry_name).end();
    out_.end().end();
  }

  void add_custodian() {
    out_.start("custodian").start("assignedCustodian").start("representedCustodianOrganization");
    if (options_.practice) {
      const std::string practice = std::to_string(options_.practice->value());
      out_.leaf("id", {{"root", kQrdaPracticeRoot}, {"extension", practice}});
    } else {
      out_.leaf("id", {{"root", ids_.next()}});
    }
    out_.text("name", options_.registry_name);
    out_.end().end().end();
  }

  void add_recipient() {
    const std::string program = program_of(first());
    out_.start("informationRecipient").start("intendedRecipient");
    out_.leaf("id", {{"root", kProgramRoot}, {"extension", program}});
    out_.end().end();
    out_.start("legalAuthenticator");
    out_.leaf("time", {{"value", stamp(options_.created_at)}});
    out_.leaf("signatureCode", {{"code", "S"}});
    out_.start("assignedEntity").leaf("id", {{"root", ids_.next()}}).end();
    out_.end();
  }

  void add_participants() {
    std::string cehrt_id;
    for (const MeasurementSet& set : sets_) {
      if (!set.cehrt_id.empty()) cehrt_id = set.cehrt_id;
    }
    const bool pathway = first().program != kProgramMips && first().program != kProgramApp;
    if (cehrt_id.empty() && !pathway) return;
    out_.start("participant", {{"typeCode", "DEV"}});
    out_.start("associatedEntity", {{"classCode", "RGPR"}});
    if (!cehrt_id.empty()) out_.leaf("id", {{"root", kCehrtRoot}, {"extension", cehrt_id}});
    if (pathway) out_.leaf("id", {{"root", kPathwayRoot}, {"extension", first().program}});
    out_.leaf("code", {{"code", "129465004"}, {"codeSystem", "2.16.840.1.113883.6.96"}});
    out_.end().end();
  }

  // Whose data they are, and of when.
  void add_performer() {
    out_.start("documentationOf", {{"typeCode", "DOC"}});
    out_.start("serviceEvent", {{"classCode", "PCPR"}}).start("effectiveTime");
    LocalDate from = first().start;
    LocalDate to = first().end;
    for (const MeasurementSet& set : sets_) {
      if (set.start < from) from = set.start;
      if (to < set.end) to = set.end;
    }
    out_.leaf("low", {{"value", qrda_date(from)}});
    out_.leaf("high", {{"value", qrda_date(to)}});
    out_.end();
    out_.start("performer", {{"typeCode", "PRF"}}).start("assignedEntity");
    if (first().entity.kind == EntityKind::kIndividual) {
      const std::string npi = fmt::format("{:010}", first().entity.npi.value());
      out_.leaf("id", {{"root", kNpiRoot}, {"extension", npi}});
    }
    out_.start("representedOrganization");
    if (has_tin(first().entity.kind)) {
      out_.leaf("id", {{"root", kTinRoot}, {"extension", kTinPlaceholder}});
    } else {
      out_.leaf("id",
                {{"root", number_root(first().entity.kind)}, {"extension", first().entity.number}});
    }
    out_.end().end().end();
    out_.end().end();
  }

  void add_consent() {
    out_.start("authorization").start("consent");
    out_.leaf("id", {{"root", ids_.next()}});
    out_.leaf("code", {{"code", "425691002"}, {"codeSystem", "2.16.840.1.113883.6.96"}});
    out_.leaf("statusCode", {{"code", "completed"}});
    out_.end().end();
  }

  void add_section(const MeasurementSet& set) {
    switch (set.category) {
      case SetCategory::kQuality:
        return add_quality_section(set, &ids_, &out_);
      case SetCategory::kActivities:
        return add_activities_section(set, &ids_, &out_);
      case SetCategory::kInteroperability:
        return add_interoperability_section(set, &ids_, &out_);
    }
  }

  std::span<const MeasurementSet> sets_;
  const QrdaOptions& options_;
  QrdaIds ids_;
  XmlOut out_;
};

Status check_sets(std::span<const MeasurementSet> sets) {
  const auto refuse = [](std::string_view what) {
    return Status(ErrorCode::kInvalidArgument, std::string(what));
  };
  if (sets.empty()) return refuse("no sets");
  for (const MeasurementSet& set : sets) {
    const MeasurementSet& first = sets.front();
    if (!(set.entity == first.entity) || set.year != first.year || set.program != first.program) {
      return refuse("sets of different entities, years or programs");
    }
  }
  return Status::ok();
}

}  // namespace

std::string_view qrda_gap_name(QrdaGap gap) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "registryMeasure", "notElectronic", "amount", "notOfList", "noPopulation", "unreportedCases"};
  return kNames[static_cast<std::size_t>(gap)];
}

Result<QrdaExport> export_qrda(std::span<const MeasurementSet> sets, const QrdaOptions& options) {
  QCDR_RETURN_IF_ERROR(check_sets(sets));
  QrdaExport exported;
  std::vector<MeasurementSet> carried;
  for (const MeasurementSet& set : sets) {
    MeasurementSet kept = set;
    kept.measurements.clear();
    for (const Measurement& measurement : set.measurements) {
      const std::optional<QrdaGap> gap =
          set.category == SetCategory::kQuality ? qrda_gap(set, measurement) : std::nullopt;
      if (gap) {
        exported.not_carried.push_back({set.category, measurement.measure_id, *gap});
      } else {
        kept.measurements.push_back(measurement);
      }
    }
    if (kept.measurements.empty()) continue;
    exported.carried += kept.measurements.size();
    carried.push_back(std::move(kept));
  }
  if (!carried.empty()) exported.xml = Document(carried, options).write();
  return exported;
}

}  // namespace qcdr::submission

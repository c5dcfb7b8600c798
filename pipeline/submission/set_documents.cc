#include "submission/set_documents.h"

#include <algorithm>

#include "submission/manifest.h"
#include "submission/payload.h"
#include "submission/set_builder.h"

namespace qcdr::submission {
namespace {

SetInput set_input(const ledger::DocumentInput& input) {
  SetInput set;
  set.accepted = &input.standing->input;
  if (input.npi) {
    set.entity.kind = EntityKind::kIndividual;
    set.entity.npi = *input.npi;
  }
  set.program = input.program;
  set.withheld = withheld_categories(input.standing->readiness);
  set.chosen = input.although_reweighted;
  set.activities_period = activities_period(input.activities);
  if (input.interoperability != nullptr) {
    set.interoperability_period = interoperability_period(*input.interoperability);
    set.cehrt_id = input.interoperability->cehrt_id;
  }
  return set;
}

std::optional<SetCategory> category_of(std::uint8_t number) {
  for (const SetCategory category : kSetCategories) {
    if (category_number(category) == number) return category;
  }
  return std::nullopt;
}

}  // namespace

Result<ledger::MadeDocuments> SetDocuments::make(const ledger::DocumentInput& input) const {
  QCDR_ASSIGN_OR_RETURN(const BuiltSets built, build_sets(set_input(input)));
  ledger::MadeDocuments made;
  for (const MeasurementSet& set : built.sets) {
    ledger::MadeDocument document;
    document.category = category_number(set.category);
    document.program = set.program;
    document.method = submission_method_name(set.method);
    document.payload = payload_json(set);
    document.payload_sha256 = submission::payload_sha256(document.payload);
    made.documents.push_back(std::move(document));
  }
  for (const Excluded& excluded : built.excluded) {
    if (!excluded.measure_id.empty()) continue;  // a measure; the category goes
    made.left_out.push_back(
        {category_number(excluded.category), std::string(exclusion_name(excluded.reason))});
  }
  return made;
}

bool SetDocuments::is_certified(const EntityId& entity, PerformanceYear year,
                                const ledger::MadeDocument& document,
                                const ledger::CertifiedPlace& place, const Hash256& root) const {
  const std::optional<SetCategory> category = category_of(document.category);
  if (!category) return false;
  ManifestLeaf leaf;
  leaf.entity = entity;
  leaf.year = year;
  leaf.category = *category;
  leaf.program = document.program;
  leaf.payload = document.payload_sha256;
  InclusionProof proof;
  proof.index = place.leaf_index;
  proof.count = place.leaves;
  proof.path = place.hashes;
  return is_included(leaf, proof, root);
}

const ledger::DocumentMaker& set_documents() {
  static const SetDocuments made;
  return made;
}

}  // namespace qcdr::submission

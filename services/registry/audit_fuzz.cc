// Plans and filled work lists come back from people: whatever they hold is read or refused.
#include <cstddef>
#include <cstdint>

#include "core/assert.h"
#include "registry/audit_report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace registry = qcdr::registry;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plan = registry::read_audit_plan(text);
  if (plan.is_ok()) QCDR_ASSERT(plan.value().sample.size() <= plan.value().universe());
  registry::PlanOnFile known;
  known.year = 2022;
  known.individuals = 2;
  known.sample = {{"a", "individual", {"c1", "c2"}}, {"b", "group", {"c3"}}};
  const auto results = registry::read_audit_results(text, known);
  if (!results.is_ok()) return 0;
  QCDR_ASSERT(results.value().submitters_with_error.size() <= known.sample.size());
  QCDR_ASSERT(results.value().cases_with_error.size() <= results.value().cases_checked);
  return 0;
}

// Every other kind of record of a generated practice: what Options.all_kinds adds to a season.
//
// Proportions are those of a registry's season, as README.md lists them. What is drawn here never
// changes the files of practice_files.h or the cases.
// Thread-safety: none; one thread writes into one sink.
#pragma once

#include "generate/practice_writer.h"

namespace qcdr::generate {

// organisation_files.cc: registration and payment, roles, memberships, changed elections, a second
// roster and whether its losses are confirmed.
Status write_organisation_files(const Practice& practice);
// permission_files.cc: opt-outs, sign-offs, opt-in elections, confirmations.
Status write_permission_files(const Practice& practice);
// evidence_files.cc: activities, promoting interoperability, measure results, billed cases.
Status write_evidence_files(const Practice& practice);
// registry_files.cc: CMS's lists and approvals, what the registry's officers decide, certification,
// feedback and reviews.
Status write_registry_files(const Practice& practice);
// withdrawn_cases.cc: cases that never were, taken back by a table.
Status write_withdrawn_cases(const Practice& practice);

// Cases that are sent again after the final date: too late, or because an audit asks for them.
bool is_corrected_late(const Practice& practice, std::uint32_t number);
bool is_audited(const Practice& practice);
// The first few of an audited practice are named.
bool is_in_audit(const Practice& practice, std::uint32_t number);
inline constexpr std::uint32_t kAuditedCasesMax = 5;

}  // namespace qcdr::generate

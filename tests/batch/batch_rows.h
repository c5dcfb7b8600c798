// How the rows of each kind change a season. Internal to the batch fold.
// Thread-safety: free functions.
#pragma once

#include "batch_season.h"

namespace qcdr::batch {

// A row in its place.
struct RowPlace {
  Season* season = nullptr;
  Upload* upload = nullptr;
  const v1::ChunkRows* chunk = nullptr;
  const v1::Row* row = nullptr;
  std::int64_t received_at = 0;
  std::string supersedes;    // what the whole upload replaces
  bool of_registry = false;  // it came through the registry's own channel

  Origin origin() const { return {received_at, upload->ordinal, row->ordinal()}; }
  Instant received() const { return Instant::from_milliseconds(received_at); }
  // The TIN of an index plus one; nothing for 0.
  Result<std::optional<TinToken>> tin(std::uint32_t index_plus_one) const;
  // The same, and the season knows the TIN from now on.
  Result<std::optional<TinToken>> note_tin(std::uint32_t index_plus_one) const;
};

// Whom a record is about.
struct Subject {
  TinToken tin;
  std::uint64_t npi = 0;
  std::string entity;
  bool group() const { return npi == 0; }
};
// The season knows the TIN from now on. Errors: kCorruption when there is none.
Result<Subject> subject_of(const RowPlace& place, std::uint32_t tin, std::uint64_t npi);

// Counts the row and tells why.
void reject(const RowPlace& place, FindingCode why);
// Ordinals of an upload and of a row in it.
using RecordRow = std::pair<std::uint32_t, std::uint32_t>;
bool takes_back(const RowPlace& place);
// A row that takes back just what it names in `supersedes`.
void take_back_named(const RowPlace& place);
// `named`: only what came from that record; else all that is said of it.
void take_back(const RowPlace& place, const FactName& name, const RecordRow* named = nullptr);

Status take_case(const RowPlace& place);
Status take_consent(const RowPlace& place);
Status take_officer_consent(const RowPlace& place);
Status take_election(const RowPlace& place);
Status take_opt_out(const RowPlace& place);
// A row of an opt-out file that says nothing.
void hold_unreadable(const RowPlace& place, const TinToken& tin);
// What a record id names; with a TIN what is of it or of none. Says how many.
std::size_t clear_unreadable(Season* season, const std::string& record_id);
std::size_t clear_unreadable(Season* season, const std::string& record_id, const TinToken& tin);
void revoke_permission(const RowPlace& place, const FactName& name);
void revoke_opt_out(const RowPlace& place, const std::string& entity);
// Takes effect, for these categories; none: for all.
void take_revocation(OptOutState* state, const Origin& origin, std::uint8_t categories);
// An opt-out file ended: refused as a whole it holds, one that can be read ends that.
void end_opt_outs(Season* season, Upload* upload);
Status take_registration(const RowPlace& place);
Status take_activity(const RowPlace& place);
Status take_sign_off(const RowPlace& place);
Status take_confirmation(const RowPlace& place);
Status take_opt_in(const RowPlace& place);
Status take_decision(const RowPlace& place);
Status take_extension(const RowPlace& place);
// Kinds of which the last version counts and nothing else happens.
Status take_plain_record(const RowPlace& place);

Status stage_roster_line(const RowPlace& place);
// At the end of a roster's upload.
void settle_roster(Season* season, const std::string& upload_id, Upload* upload);
void confirm_roster(const RowPlace& place);
bool is_overtaken(const Season& season, const Upload& waiting);
void take_waiting_roster(Season* season, const std::string& upload_id, Upload* upload);
// Whether a practice may not state records of the kind.
bool is_the_registrys(std::uint32_t record_kind);
// An audit correction names the case, and is open for what is received then.
bool audit_accepts(const Season& season, const CaseToken& token, Instant received_at);
// Named cases that wait count from now on.
std::size_t lift_audited(Season* season, const v1::AuditCorrection& correction);
// A control event lifts what is held of a kind of records.
void lift_hold(Season* season, std::uint32_t record_kind);

// True when a new version is in force. `content` is canonical; `tins` of a registration.
bool take_version(const RowPlace& place, const FactName& name, std::string content,
                  std::string_view calendar_kind, bool replaces_one_in_time = false,
                  std::vector<TinToken> tins = {});
enum class Taken : std::uint8_t { kAccepted, kHeld, kDuplicate };
Taken put_version(Versions* versions, FactVersion fresh, bool in_time);
void remember_record(const RowPlace& place);
// What an id names, of records that came before an upload; two that stand: neither.
struct NamedRecord {
  std::optional<RecordRow> row;
  bool ambiguous = false;
};
NamedRecord find_record(const Season& season, const std::string& record_id,
                        std::uint32_t before_upload);
// What stands of the registration is what the registry said.
bool registration_is_the_registrys(const Season& season);
// "<upload id>/<row>".
bool split_record_id(const std::string& id, std::string* upload_id, std::uint32_t* row);
// An opt-in that was confirmed after it was elected.
bool is_confirmed(const Season& season, const std::string& entity);

// Canonical contents.
std::string content_of(const v1::PracticeRegistration& fact, const std::vector<TinToken>& tins);
std::string content_of_activity(const v1::ActivityAttestation& fact, std::uint32_t numerator,
                                std::uint32_t denominator);

// Findings that block sending, of a TIN, that nobody waived or cleared; without GROUP_PARTIAL_TIN.
std::size_t open_blocking_findings(const Season& season, const TinToken& tin);

// What the calendar says of a fact. `month` 0: the fact has none.
rulebook::CalendarOutcome judge(const Season& season, std::string_view kind, Instant received_at,
                                int month, bool replaces_one_in_time);
// Date at the registry, in days.
std::int32_t registry_day(const Season& season, Instant instant);

// Outcome by measure slot of what is in a measure's eligible population. *contradictions counts
// measures with more than one kind of outcome code.
std::map<std::size_t, std::uint8_t> outcomes_of(const rulebook::YearRules& rules,
                                                const v1::AnesthesiaCase& fact,
                                                std::uint32_t* contradictions);

}  // namespace qcdr::batch

// A record of which the last version counts: what is in force, and beside it the last version that
// came too late and waits for an officer, an extension or a lifted hold.
//
// Most kinds of records are kept this way; what a version says is its own small encoding (see the
// header of the kind). Canonical form:
//   flags u8 (1 in force, 2 held, 4 the held one was refused), then for the first two flags:
//   origin | text(content)
// Invariants
// - A held version never changes the one in force.
// - What is accepted in time is newer than what was held before: it takes the held version away.
// - The same content again changes nothing, except that it takes a held version away when in time.
// - Who was refused may be let in by an officer later, and by nothing else; another content that
//   comes late is held anew.
// Thread-safety: values.
#pragma once

#include "core/bytes.h"
#include "ledger/standing.h"

namespace qcdr::ledger {

struct FactVersion {
  Origin origin;
  std::string content;  // empty: there is none
  bool present() const { return !content.empty(); }
};

struct VersionedFact {
  FactVersion in_force;
  FactVersion held;
  bool held_refused = false;  // an officer said no to the held one

  bool empty() const { return !in_force.present() && !held.present(); }
  // Somebody has to decide about it.
  bool waits() const { return held.present() && !held_refused; }
  FactValue encode() const;
  static Result<VersionedFact> decode(const FactValue& value);
};

// What became of a version.
enum class Taken : std::uint8_t { kAccepted, kHeld, kDuplicate };

Taken take_version(VersionedFact* fact, std::string content, bool on_time, const Origin& origin);
// Lets the held version in. False: none is held.
bool promote(VersionedFact* fact);
// Says no to the held version. False: none waits.
bool refuse(VersionedFact* fact);

}  // namespace qcdr::ledger

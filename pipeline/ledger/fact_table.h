// The facts of one practice-year: small values by kind and subject, all of them in memory.
//
// Invariants
// - A value is text(canonical) followed by layout bytes. Only the canonical part is content: it
// goes
//   into the state digest; ordinals and other layout stand behind it.
// - The digest changes with every put and erase, at once.
// Thread-safety: none. The digest outlives the table.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>

#include "core/digest.h"
#include "core/rows.h"
#include "ledger/keys.h"

namespace qcdr::ledger {

// The two parts of a fact's value.
struct FactValue {
  std::string canonical;
  std::string layout;
};

class FactTable {
 public:
  FactTable(PracticeYear id, StateDigest* digest) : id_(id), digest_(digest) {}

  // Reads all facts of the practice-year. The digest already counts them.
  Status load(const RowReader& rows);
  void put(FactKind kind, std::string_view subject, const FactValue& value);
  void erase(FactKind kind, std::string_view subject);
  const FactValue* find(FactKind kind, std::string_view subject) const;
  using Visit = std::function<Status(std::string_view subject, const FactValue& value)>;
  // In order of subject.
  Status for_each(FactKind kind, const Visit& visit) const {
    return for_each_from(kind, "", visit);
  }
  // Only those whose subject begins with `prefix`.
  Status for_each_from(FactKind kind, std::string_view prefix, const Visit& visit) const;
  bool empty() const { return values_.empty(); }
  std::uint32_t count(FactKind kind) const { return kinds_[static_cast<std::uint8_t>(kind)]; }
  // Adds the item of every fact, from nothing but the values: for verification.
  void add_items(StateDigest* digest) const;

  void freeze(RowBatch* batch);
  std::size_t dirty_bytes() const { return dirty_bytes_; }
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  Hash256 item(const std::string& key, const FactValue& value) const;

  PracticeYear id_;
  StateDigest* digest_;
  std::map<std::string, FactValue, std::less<>> values_;  // key: kind byte, subject
  std::array<std::uint32_t, 256> kinds_{};                // facts of each kind
  std::set<std::string> dirty_;
  std::size_t dirty_bytes_ = 0;
  std::size_t memory_bytes_ = 0;
};

}  // namespace qcdr::ledger

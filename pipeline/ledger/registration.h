// Registration of a practice for a performance year.
//
// States are what the record shows, in their order: ordered, agreements signed, invoiced, paid,
// active, closed. Active: every agreement is signed and the order is paid. The date of registration
// applies to the first record; a later one (payment, agreement) replaces it whenever it comes.
// A practice tells of its payment; what the registry states of it, and that it closed the
// registration, overrules what the practice says before and after.
// Content (version 1): u8 1 | enrollment u8 | tier u8 | mechanism u8 | signed ordered, paid, closed
//   | text(invoice) | varint number of TINs, each TIN token | varint number of headcounts, each
//   text(provider), varint count | varint number of agreements, each text(name), signed date |
//   text(practice name).
// Lists are sorted. Source: the registry's order form and agreements. Thread-safety: values.
#pragma once

#include <vector>

#include "core/time.h"
#include "ledger/versioned_fact.h"

namespace qcdr::ledger {

enum class RegistrationState : std::uint8_t {
  kNone,
  kOrdered,
  kAgreementsSigned,
  kInvoiced,
  kPaid,  // paid, with an agreement missing
  kActive,
  kClosed,
};
std::string_view registration_state_name(RegistrationState state);

struct Registration {
  struct Headcount {
    std::string provider;
    std::uint32_t count = 0;
    friend auto operator<=>(const Headcount&, const Headcount&) = default;
  };
  struct Agreement {
    std::string name;
    LocalDate signed_on;
    friend auto operator<=>(const Agreement&, const Agreement&) = default;
  };
  std::uint8_t enrollment = 0;  // numbers of the proto PracticeRegistration
  std::uint8_t tier = 0;
  std::uint8_t mechanism = 0;
  LocalDate ordered_on;  // zero: not said
  LocalDate paid_on;     // zero: not paid
  LocalDate closed_on;   // zero: open
  std::string invoice;
  std::vector<TinToken> tins;
  std::vector<Headcount> headcounts;
  std::vector<Agreement> agreements;
  std::string practice_name;

  bool agreements_signed() const;  // all that the registry asks for
  std::vector<std::string_view> missing_agreements() const;
  bool paid() const { return paid_on.days() != 0; }
  bool closed() const { return closed_on.days() != 0; }
  bool names(const TinToken& tin) const;
  std::uint32_t clinicians_paid_for() const;  // 0: not said
  RegistrationState state() const;
  // What the registry said of payment and closing stands, whatever the practice says; and so does
  // the number of clinicians that was paid for, when the registry said it.
  void take_word_of(const Registration& registry);

  std::string encode() const;
  static Result<Registration> decode(std::string_view content);
};

// What stands: `in_force` decides; `held` came after its date.
struct RegistrationStanding {
  std::optional<Registration> in_force;
  std::optional<Registration> held;  // came after its date
  bool held_refused = false;         // and an officer said no
  Origin origin;
  Origin held_origin;
  RegistrationState state() const {
    return in_force ? in_force->state() : RegistrationState::kNone;
  }
};

}  // namespace qcdr::ledger

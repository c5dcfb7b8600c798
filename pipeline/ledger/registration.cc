#include "ledger/registration.h"

#include <algorithm>
#include <array>

#include "ledger/encoding.h"

namespace qcdr::ledger {
namespace {

// What the registry asks every practice to sign, and how forms write it.
struct AskedAgreement {
  std::string_view name;
  std::string_view in_forms;
};
constexpr std::array<AskedAgreement, 3> kAgreements = {{{"participation", "participation"},
                                                        {"quality-addendum", "qualityAddendum"},
                                                        {"business-associate", "baa"}}};

}  // namespace

std::string_view registration_state_name(RegistrationState state) {
  switch (state) {
    case RegistrationState::kNone:
      return "not registered";
    case RegistrationState::kOrdered:
      return "ordered";
    case RegistrationState::kAgreementsSigned:
      return "agreements signed";
    case RegistrationState::kInvoiced:
      return "invoiced";
    case RegistrationState::kPaid:
      return "paid";
    case RegistrationState::kActive:
      return "active";
    case RegistrationState::kClosed:
      return "closed";
  }
  return "unknown";
}

std::vector<std::string_view> Registration::missing_agreements() const {
  std::vector<std::string_view> missing;
  for (const AskedAgreement& asked : kAgreements) {
    const bool there =
        std::any_of(agreements.begin(), agreements.end(), [&](const Agreement& each) {
          return (each.name == asked.name || each.name == asked.in_forms) &&
                 each.signed_on.days() != 0;
        });
    if (!there) missing.push_back(asked.name);
  }
  return missing;
}

bool Registration::agreements_signed() const {
  return missing_agreements().empty();
}

bool Registration::names(const TinToken& tin) const {
  return std::find(tins.begin(), tins.end(), tin) != tins.end();
}

std::uint32_t Registration::clinicians_paid_for() const {
  std::uint32_t total = 0;
  for (const Headcount& headcount : headcounts) total += headcount.count;
  return total;
}

RegistrationState Registration::state() const {
  if (closed()) return RegistrationState::kClosed;
  if (paid()) return agreements_signed() ? RegistrationState::kActive : RegistrationState::kPaid;
  if (!agreements_signed()) return RegistrationState::kOrdered;
  return invoice.empty() ? RegistrationState::kAgreementsSigned : RegistrationState::kInvoiced;
}

void Registration::take_word_of(const Registration& registry) {
  paid_on = registry.paid_on;
  closed_on = registry.closed_on;
  if (!registry.headcounts.empty()) headcounts = registry.headcounts;
}

std::string Registration::encode() const {
  ByteWriter writer = begin_content();
  writer.u8(enrollment);
  writer.u8(tier);
  writer.u8(mechanism);
  write_date(ordered_on, &writer);
  write_date(paid_on, &writer);
  write_date(closed_on, &writer);
  writer.text(invoice);
  writer.varint(tins.size());
  for (const TinToken& tin : tins) writer.raw(tin.bytes());
  writer.varint(headcounts.size());
  for (const Headcount& headcount : headcounts) {
    writer.text(headcount.provider);
    writer.varint(headcount.count);
  }
  writer.varint(agreements.size());
  for (const Agreement& agreement : agreements) {
    writer.text(agreement.name);
    write_date(agreement.signed_on, &writer);
  }
  writer.text(practice_name);
  return writer.take();
}

Result<Registration> Registration::decode(std::string_view content) {
  ByteReader reader(content);
  Registration registration;
  const bool known = reader.u8() == kContentVersion;
  registration.enrollment = reader.u8();
  registration.tier = reader.u8();
  registration.mechanism = reader.u8();
  registration.ordered_on = read_date(&reader);
  registration.paid_on = read_date(&reader);
  registration.closed_on = read_date(&reader);
  registration.invoice = read_text(&reader);
  read_list(&reader, [&] {
    const std::string_view token = reader.raw(TinToken::kBytes);
    if (reader.ok()) registration.tins.push_back(TinToken::from_bytes(token.data()));
  });
  read_list(&reader, [&] {
    Headcount headcount;
    headcount.provider = read_text(&reader);
    headcount.count = read_number(&reader);
    registration.headcounts.push_back(std::move(headcount));
  });
  read_list(&reader, [&] {
    Agreement agreement;
    agreement.name = read_text(&reader);
    agreement.signed_on = read_date(&reader);
    registration.agreements.push_back(std::move(agreement));
  });
  registration.practice_name = read_text(&reader);
  QCDR_RETURN_IF_ERROR(end_content(reader, known, "registration"));
  return registration;
}

}  // namespace qcdr::ledger

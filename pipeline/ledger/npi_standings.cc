#include "ledger/npi_standings.h"

#include "core/bytes.h"

namespace qcdr::ledger {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kIssued = 1;
constexpr std::uint8_t kOrganization = 2;

std::string subject_of(Npi npi) {
  ByteWriter subject;
  subject.big_u64(npi.value());
  return subject.take();
}

// By the second byte of UTF-8 after 0xC3, from 0x80: the plain letters of what stands there, in
// capitals.
// '*': no letter. Small ones are 0x20 further on.
constexpr std::string_view kPlainLetters = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTS";

// Letters only, in capitals and without accents: the register has no others. None when a letter of
// another script is among them.
std::optional<std::string> letters(std::string_view name) {
  constexpr unsigned char kLatin = 0xC3;
  constexpr unsigned char kFirst = 0x80;
  constexpr unsigned char kSmall = 0x20;
  std::string kept;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (c >= 'a' && c <= 'z') {
      kept.push_back(static_cast<char>(c - 'a' + 'A'));
    } else if (c >= 'A' && c <= 'Z') {
      kept.push_back(static_cast<char>(c));
    } else if (c >= kFirst) {
      if (c != kLatin || i + 1 == name.size()) return std::nullopt;
      const auto second = static_cast<unsigned char>(name[++i]);
      if (second < kFirst) return std::nullopt;
      const char plain = kPlainLetters[std::size_t{second} % kSmall];
      if (plain == '*') continue;
      kept.push_back(plain);
    }
  }
  return kept;
}

LocalDate read_date(ByteReader* reader) {
  return LocalDate::from_days(static_cast<std::int32_t>(reader->varint()));
}

}  // namespace

bool NpiStanding::has_last_name(std::string_view name) const {
  const auto wanted = letters(name);
  const auto legal = letters(entry.last_name);
  const auto other = letters(entry.other_last_name);
  if (!wanted || !legal || !other || wanted->empty() || legal->empty()) return true;
  if (*wanted == *legal || *wanted == *other) return true;
  // One of two names joined by a hyphen or a space is that person's name, too.
  return legal->find(*wanted) != std::string::npos || wanted->find(*legal) != std::string::npos;
}

std::string NpiStanding::encode() const {
  ByteWriter writer;
  writer.u8(kVersion);
  writer.u8(
      static_cast<std::uint8_t>((issued ? kIssued : 0) | (entry.organization ? kOrganization : 0)));
  writer.varint(static_cast<std::uint64_t>(entry.deactivated.days()));
  writer.varint(static_cast<std::uint64_t>(entry.reactivated.days()));
  writer.text(entry.last_name);
  writer.text(entry.other_last_name);
  writer.text(entry.first_name);
  return writer.take();
}

Result<NpiStanding> NpiStanding::decode(std::string_view content, Npi npi) {
  ByteReader reader(content);
  const std::uint8_t version = reader.u8();
  const std::uint8_t flags = reader.u8();
  NpiStanding standing;
  standing.issued = (flags & kIssued) != 0;
  standing.entry.npi = standing.issued ? npi : Npi();
  standing.entry.organization = (flags & kOrganization) != 0;
  standing.entry.deactivated = read_date(&reader);
  standing.entry.reactivated = read_date(&reader);
  standing.entry.last_name = reader.text();
  standing.entry.other_last_name = reader.text();
  standing.entry.first_name = reader.text();
  if (!reader.ok() || !reader.at_end() || version != kVersion) {
    return Status(ErrorCode::kCorruption, "what the NPI register says cannot be decoded");
  }
  return standing;
}

Result<bool> NpiStandings::look_up(Npi npi) {
  QCDR_ASSERT(lookup_ != nullptr);
  NpiStanding now;
  if (std::optional<NpiEntry> entry = lookup_->find(npi)) {
    now.issued = true;
    now.entry = std::move(*entry);
  }
  QCDR_ASSIGN_OR_RETURN(const std::optional<NpiStanding> before, find(npi));
  if (before == now) return false;
  facts_->put(FactKind::kNpi, subject_of(npi), {now.encode(), ""});
  return true;
}

Result<std::optional<NpiStanding>> NpiStandings::find(Npi npi) const {
  const FactValue* value = facts_->find(FactKind::kNpi, subject_of(npi));
  if (value == nullptr) return std::optional<NpiStanding>();
  QCDR_ASSIGN_OR_RETURN(NpiStanding standing, NpiStanding::decode(value->canonical, npi));
  return std::optional<NpiStanding>(std::move(standing));
}

}  // namespace qcdr::ledger

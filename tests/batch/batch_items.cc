#include "batch_items.h"

#include "batch_claims.h"
#include "core/bytes.h"

namespace qcdr::batch {
namespace {

class Items {
 public:
  explicit Items(const Season& season) : season_(season) {}

  ByteWriter begin(char letter) const {
    ByteWriter writer;
    writer.u8(static_cast<std::uint8_t>(letter));
    writer.big_u32(season_.id.practice.value());
    writer.big_u16(static_cast<std::uint16_t>(season_.id.year.value()));
    return writer;
  }
  void add(ByteWriter writer) { items_.push_back(writer.take()); }
  void fact(Kind kind, std::string_view subject, const ByteWriter& canonical) {
    ByteWriter writer = begin('F');
    std::string name(1, static_cast<char>(kind));
    name.append(subject);
    writer.text(name);
    writer.raw(canonical.bytes());
    add(std::move(writer));
  }
  std::vector<std::string> take() { return std::move(items_); }

 private:
  const Season& season_;
  std::vector<std::string> items_;
};

void write(const Origin& origin, ByteWriter* writer) {
  writer->signed_varint(origin.received_at);
  writer->varint(origin.upload);
  writer->varint(origin.row);
}

void write(const Scope& scope, ByteWriter* writer) {
  writer->u8(scope.categories);
  writer->signed_varint(scope.from);
  writer->signed_varint(scope.to);
}

void write(const Election& election, ByteWriter* writer) {
  writer->u8(static_cast<std::uint8_t>(election.level));
  writer->u8(static_cast<std::uint8_t>(election.pathway));
  write(election.origin, writer);
}

void add_permission(Kind kind, std::string_view subject, const Permission& permission,
                    Items* items) {
  ByteWriter canonical;
  canonical.u8(static_cast<std::uint8_t>(permission.standing));
  write(permission.origin, &canonical);
  if (permission.more || !(permission.scope == Scope())) write(permission.scope, &canonical);
  if (permission.more) {
    write(permission.more->first, &canonical);
    write(permission.more->second, &canonical);
  }
  items->fact(kind, subject, canonical);
}

// What a register says is kept of everybody who was ever seen.
void add_npi_facts(const Season& season, Items* items) {
  if (season.npi_registry == nullptr) return;
  std::set<std::uint64_t> npis;
  for (const auto& [name, pair] : season.pairs) npis.insert(name.npi);
  for (const std::uint64_t npi : npis) {
    const auto entry = season.npi_registry->find(Npi::from_trusted(npi));
    const NpiEntry said = entry.value_or(NpiEntry());
    ByteWriter subject;
    subject.big_u64(npi);
    ByteWriter canonical;
    canonical.u8(1);
    canonical.u8(static_cast<std::uint8_t>((entry ? 1 : 0) | (said.organization ? 2 : 0)));
    canonical.varint(static_cast<std::uint64_t>(said.deactivated.days()));
    canonical.varint(static_cast<std::uint64_t>(said.reactivated.days()));
    canonical.text(said.last_name);
    canonical.text(said.other_last_name);
    canonical.text(said.first_name);
    items->fact(kNpi, subject.bytes(), canonical);
  }
}

void add_roster_facts(const Season& season, Items* items) {
  for (const auto& [tin, last_four] : season.tins) {
    ByteWriter canonical;
    canonical.text(last_four);
    items->fact(kTin, tin.bytes(), canonical);
  }
  for (const auto& [name, pair] : season.pairs) {
    ByteWriter canonical;
    canonical.u64(name.npi);
    canonical.u8(pair.listed ? 1 : 0);
    canonical.u8(static_cast<std::uint8_t>(pair.line.type));
    canonical.u8(static_cast<std::uint8_t>(pair.type));
    canonical.signed_varint(pair.line.start);
    canonical.signed_varint(pair.line.end);
    canonical.text(pair.line.last_name);
    canonical.text(pair.line.first_name);
    for (const auto& [start, end] : pair.line.later) {
      canonical.signed_varint(start);
      canonical.signed_varint(end);
    }
    items->fact(kPair, season.entity(name).bytes(), canonical);
  }
  if (season.roster_upload.empty()) return;
  ByteWriter canonical;
  canonical.text(season.roster_upload);
  canonical.varint(season.roster_rows);
  items->fact(kRoster, "", canonical);
}

void add_permissions(const Season& season, Items* items) {
  for (const auto& [name, permission] : season.permissions) {
    add_permission(name.kind, name.subject, permission, items);
  }
  for (const auto& [tin, elections] : season.elections) {
    ByteWriter canonical;
    write(elections.in_force, &canonical);
    write(elections.held, &canonical);
    if (elections.held_refused || elections.let_in_at_upload > 0) {
      canonical.u8(elections.held_refused ? 1 : 0);
      canonical.varint(elections.let_in_at_upload);
    }
    items->fact(kElection, tin, canonical);
  }
}

void add_opt_outs(const Season& season, Items* items) {
  for (const auto& [entity, state] : season.opt_outs) {
    ByteWriter canonical;
    canonical.u8(state.filed ? 1 : 2);
    canonical.u8(state.categories);
    canonical.u8(state.reason);
    write(state.origin, &canonical);
    canonical.u8(state.revocation_refused ? 2 : state.held_revocation ? 1 : 0);
    write(state.held_revocation.value_or(Origin()), &canonical);
    if (state.held_categories != 0 || !(state.since == state.origin)) {
      write(state.since, &canonical);
    }
    if (state.held_categories != 0) canonical.u8(state.held_categories);
    items->fact(kOptOut, entity, canonical);
  }
  for (const auto& [row, origin] : season.unreadable) {
    ByteWriter subject;
    subject.raw(row.tin.bytes());
    subject.big_u32(row.upload);
    subject.big_u32(row.row);
    ByteWriter canonical;
    write(origin, &canonical);
    items->fact(kUnreadableOptOut, subject.bytes(), canonical);
  }
}

void add_versions(const Season& season, Items* items) {
  for (const auto& [name, versions] : season.facts) {
    ByteWriter canonical;
    canonical.u8(static_cast<std::uint8_t>((versions.in_force ? 1 : 0) | (versions.held ? 2 : 0) |
                                           (versions.held_refused ? 4 : 0)));
    for (const auto* version : {&versions.in_force, &versions.held}) {
      if (!*version) continue;
      write((*version)->origin, &canonical);
      canonical.text((*version)->content);
    }
    items->fact(name.kind, name.subject, canonical);
  }
}

void add_claims(const Season& season, Items* items) {
  for (const auto& [entity, claim] : season.claims) {
    if (claim.others_size() == 0) continue;
    ByteWriter canonical;
    canonical.raw(content_of(claim));
    items->fact(kClaim, entity, canonical);
  }
}

void add_staged(const std::string& upload_id, const Upload& upload, Items* items) {
  for (const auto& [row, line] : upload.staged) {
    ByteWriter subject;
    subject.text(upload_id);
    subject.big_u32(row);
    ByteWriter canonical;
    canonical.raw(line.pair.tin.bytes());
    canonical.u64(line.pair.npi);
    canonical.u8(static_cast<std::uint8_t>(line.type));
    canonical.signed_varint(line.start);
    canonical.signed_varint(line.end);
    canonical.text(line.last_name);
    canonical.text(line.first_name);
    items->fact(kStagedRow, subject.bytes(), canonical);
  }
}

void add_upload(const std::string& upload_id, const Upload& upload, Items* items) {
  ByteWriter canonical;
  canonical.varint(upload.ordinal);
  canonical.varint(upload.kind);
  canonical.signed_varint(upload.received_at);
  canonical.signed_varint(upload.file_written);
  canonical.varint(upload.next_row);
  canonical.u8(static_cast<std::uint8_t>((upload.parked ? 1 : 0) | (upload.completed ? 2 : 0) |
                                         (upload.refused ? 4 : 0)));
  for (const std::uint32_t rows :
       {upload.accepted, upload.held, upload.rejected, upload.duplicate}) {
    canonical.varint(rows);
  }
  canonical.varint(upload.codes.size());
  for (const auto& [code, count] : upload.codes) {
    canonical.varint(code);
    canonical.varint(count);
  }
  items->fact(kUpload, upload_id, canonical);
}

void add_sums(const Season& season, const TinToken& tin, const EntityId& entity, const Sums& sums,
              Items* items) {
  if (sums.empty()) return;
  ByteWriter writer = items->begin('K');
  writer.raw(tin.bytes());
  writer.raw(entity.bytes());
  for (const std::uint32_t cases : sums.cases) writer.varint(cases);
  for (std::size_t slot = 0; slot < season.rules->specifications().size(); ++slot) {
    const auto found = sums.measures.find(slot);
    for (std::size_t in_class = 0; in_class < sums.cases.size(); ++in_class) {
      const Tally tally = found == sums.measures.end() ? Tally() : found->second[in_class];
      writer.varint(tally.eligible);
      if (tally.eligible == 0) continue;
      for (const std::uint32_t count : {tally.met, tally.not_met, tally.exception}) {
        writer.varint(count);
      }
    }
  }
  items->add(std::move(writer));
}

void write(const Season& season, const std::optional<Version>& version, ByteWriter* writer) {
  writer->u8(version ? 1 : 0);
  if (!version) return;
  const LocalDate first_day = LocalDate::from_civil(season.id.year.value(), 1, 1).value();
  writer->u32(version->upload);
  writer->u32(version->row);
  writer->u16(static_cast<std::uint16_t>(version->service_date - first_day.days()));
  writer->u8(static_cast<std::uint8_t>(static_cast<int>(version->timeliness) |
                                       (version->refused ? 4 : 0)));
  writer->u8(static_cast<std::uint8_t>(version->pairs.size()));
  for (const PairName& pair : version->pairs) {
    writer->raw(season.entity(pair).bytes().substr(0, 8));
  }
  // "The outcomes as stored": their number, then measure slot << 3 | outcome, ascending.
  writer->u8(static_cast<std::uint8_t>(version->outcomes.size()));
  for (const auto& [slot, outcome] : version->outcomes) {
    writer->u8(static_cast<std::uint8_t>(slot << 3 | outcome));
  }
}

void add_cases(const Season& season, Items* items) {
  for (const auto& [token, subject] : season.cases) {
    ByteWriter writer = items->begin('C');
    writer.raw(token.bytes());
    write(season, subject.counting, &writer);
    write(season, subject.held, &writer);
    items->add(std::move(writer));
  }
}

}  // namespace

std::vector<std::string> items_of(const Season& season, const SeasonSums& sums) {
  Items items(season);
  ByteWriter measures;
  for (const rulebook::MeasureSpecification& specification : season.rules->specifications()) {
    const std::string& stratum = specification.stratum;
    measures.text(stratum.empty() ? specification.measure_id
                                  : specification.measure_id + "/" + stratum);
  }
  items.fact(kMeasures, "", measures);
  add_roster_facts(season, &items);
  add_npi_facts(season, &items);
  add_permissions(season, &items);
  add_opt_outs(season, &items);
  add_versions(season, &items);
  add_claims(season, &items);
  for (const auto& [upload_id, upload] : season.uploads) {
    add_upload(upload_id, upload, &items);
    add_staged(upload_id, upload, &items);
  }
  for (const auto& [pair, counts] : sums.individuals) {
    add_sums(season, pair.tin, season.entity(pair), counts, &items);
  }
  for (const auto& [tin, counts] : sums.groups) {
    add_sums(season, tin, season.entity(tin), counts, &items);
  }
  add_cases(season, &items);
  return items.take();
}

StateDigest digest_of(const std::vector<std::string>& items) {
  StateDigest digest;
  for (const std::string& item : items) digest.add_item(item);
  return digest;
}

}  // namespace qcdr::batch

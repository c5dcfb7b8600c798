#include "scoring/standing_sender.h"

#include "common/topic_names.h"
#include "ledger/standing_message.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/score_projection.pb.h"

namespace qcdr {
namespace {

// docs/architecture.md: a projection is small enough to be kept for every entity of a season.
constexpr std::size_t kProjectionBytesMax = 1024;

void set_version(const stream::OutputVersion& version, v1::EntityVersion* out) {
  out->set_generation(version.generation.value());
  out->set_offset(version.offset.value());
  out->set_index(version.index);
}

}  // namespace

struct StandingSender::Messages {
  v1::ScoreProjection projection;
  v1::Readiness readiness;
};

StandingSender::StandingSender(Partition partition, const Hash256& rulebook_digest)
    : partition_(partition),
      rulebook_digest_(rulebook_digest),
      messages_(std::make_unique<Messages>()) {}

StandingSender::~StandingSender() = default;

void StandingSender::send_message(const char* topic, const std::string& key,
                                  std::optional<std::string> value, Offset cause,
                                  stream::OutputSink& sink) const {
  sink.send(cause, {topic, partition_, key, std::move(value), {}, std::nullopt});
}

void StandingSender::send_tombstones(const ledger::VanishedEntity& vanished,
                                     stream::OutputSink& sink) const {
  const std::string key = ledger::projection_key(vanished.practice_year, vanished.entity);
  send_message(kScoreProjectionsTopic, key, std::nullopt, vanished.cause, sink);
  send_message(kReadinessTopic, key, std::nullopt, vanished.cause, sink);
}

Status StandingSender::send_touched(ledger::PracticeLedger& practice,
                                    ledger::StandingReader& reader,
                                    const ledger::PracticeLedger::Touched& touched, Instant as_of,
                                    stream::OutputSink& sink) {
  const ledger::PairTable& pairs = practice.pairs();
  QCDR_ASSIGN_OR_RETURN(const ledger::EntityStanding standing,
                        touched.group ? reader.group(pairs.tins()[touched.ordinal])
                                      : reader.individual(pairs.pair(touched.ordinal)));
  const ledger::EntityProjection entity{practice.id(), touched.entity, touched.group,
                                        standing.data.facts.cases_counted,
                                        standing.data.facts.cases_held};
  const std::string key = ledger::projection_key(practice.id(), touched.entity);
  const std::string_view rulebook = view(rulebook_digest_);

  v1::ScoreProjection& projection = messages_->projection;
  ledger::fill_standing(entity, standing, &projection);
  projection.set_rulebook_digest(rulebook.data(), rulebook.size());
  set_version(sink.next_version(touched.cause), projection.mutable_version());
  std::string value = projection.SerializeAsString();
  if (value.size() > kProjectionBytesMax) {  // causes can be made again from the rest
    projection.mutable_as_things_stand()->clear_causes();
    projection.mutable_if_all_open_items_done()->clear_causes();
    value = projection.SerializeAsString();
  }
  send_message(kScoreProjectionsTopic, key, std::move(value), touched.cause, sink);

  v1::Readiness& readiness = messages_->readiness;
  ledger::fill_readiness(entity, standing, as_of, practice.rules().year->registry().zone,
                         &readiness);
  readiness.set_rulebook_digest(rulebook.data(), rulebook.size());
  set_version(sink.next_version(touched.cause), readiness.mutable_version());
  send_message(kReadinessTopic, key, readiness.SerializeAsString(), touched.cause, sink);
  return Status::ok();
}

Status StandingSender::send(ledger::Ledger& ledger, const ledger::Effects& effects, Instant as_of,
                            stream::OutputSink& sink) {
  for (const ledger::VanishedEntity& vanished : effects.vanished) send_tombstones(vanished, sink);
  for (const ledger::PracticeYear id : effects.touched) {
    QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, ledger.find(id));
    ledger::StandingReader reader(*practice, as_of);
    for (const ledger::PracticeLedger::Touched& touched : practice->take_touched()) {
      if (touched.vanished) {
        send_tombstones({touched.cause, id, touched.entity}, sink);
        continue;
      }
      QCDR_RETURN_IF_ERROR(send_touched(*practice, reader, touched, as_of, sink));
    }
  }
  return Status::ok();
}

}  // namespace qcdr

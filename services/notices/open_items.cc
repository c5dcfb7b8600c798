#include "notices/open_items.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>

#include "ledger/standing_reader.h"

namespace qcdr {
namespace {

using ledger::Block;
using ledger::PointCost;
using ledger::Readiness;

// Somebody said no, to the set as a whole: it is not asked for.
bool is_refused(const Readiness& readiness) {
  return std::any_of(readiness.blocks.begin(), readiness.blocks.end(),
                     [](const Block& block) { return block.refused; });
}

bool can_be_done(const Readiness& readiness, Instant now, Instant passes_at) {
  if (is_refused(readiness)) return false;
  const auto in_time = [&](const ledger::Limit& limit) {
    return now < limit.ends && limit.ends <= passes_at;
  };
  return std::any_of(readiness.blocks.begin(), readiness.blocks.end(),
                     [&](const Block& block) {
                       return !block.closed && !block.held_late && in_time(block.limit);
                     }) ||
         std::any_of(readiness.costs.begin(), readiness.costs.end(),
                     [&](const PointCost& cost) { return in_time(cost.limit); });
}

void count(const Readiness& readiness, CutOff* cut) {
  if (is_refused(readiness)) return;
  if (readiness.will_be_sent()) {
    ++cut->ready;
  } else if (readiness.can_be_sent()) {
    ++cut->open;
  } else {
    ++cut->closed;
  }
}

}  // namespace

Result<std::uint64_t> count_open_items(ledger::PracticeLedger& practice, Instant now,
                                       Instant passes_at) {
  std::uint64_t open = 0;
  ledger::StandingReader reader(practice, now);
  for (const ledger::TinRow& tin : practice.pairs().tins()) {
    QCDR_ASSIGN_OR_RETURN(const ledger::EntityStanding standing, reader.group(tin));
    if (can_be_done(standing.readiness, now, passes_at)) ++open;
  }
  for (const ledger::PairRow& pair : practice.pairs().pairs()) {
    if (!pair.reports_individually()) continue;
    QCDR_ASSIGN_OR_RETURN(const ledger::EntityStanding standing, reader.individual(pair));
    if (can_be_done(standing.readiness, now, passes_at)) ++open;
  }
  return open;
}

Result<CutOff> count_sets(ledger::PracticeLedger& practice, Instant at) {
  CutOff cut;
  ledger::ReadinessReader reader(practice, at);
  for (const ledger::TinRow& tin : practice.pairs().tins()) {
    QCDR_ASSIGN_OR_RETURN(const Readiness readiness, reader.group_blocks(tin, at));
    count(readiness, &cut);
  }
  for (const ledger::PairRow& pair : practice.pairs().pairs()) {
    if (!pair.reports_individually()) continue;
    QCDR_ASSIGN_OR_RETURN(const Readiness readiness, reader.individual_blocks(pair, at));
    count(readiness, &cut);
  }
  return cut;
}

std::string canonical_bytes(const v1::Notice& notice) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  QCDR_ASSERT(notice.SerializeToCodedStream(&coded));
  coded.Trim();
  return bytes;
}

}  // namespace qcdr

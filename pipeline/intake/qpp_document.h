// A submission in CMS's JSON form as records of ours: of a set of measurements each measure result,
// each activity, or the promoting-interoperability report.
//
// Read are a submission, {"submission": ...}, {"data": {"submission": ...}}, and a single
// measurement set with its submission inside, as they go to CMS. A record is made in our own JSON
// form, with the places of the submission, and goes on as any other does. Exclusions are taken out
// of the eligible population; an activity with the value false is no record. What CMS's form does
// not have, and a record needs, is read beside it: `practiceId` beside or in the submission,
// `attester` {name, signedAt, role} in the set, in the submission or beside it. Source: CMS's
// schema of submissions; 42 CFR 414.1400 for what a third party may send. Thread-safety: free
// functions.
#pragma once

#include <string>
#include <vector>

#include "intake/json_records.h"
#include "intake/node_rows.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr::intake {

// The object looks like a submission or a set of measurements.
bool is_qpp_document(const JsonNode& document);
// What a set of a category carries; UNSPECIFIED for no category of ours.
v1::RecordKind kind_of_category(std::string_view category);
std::string submission_categories();

struct QppHead {
  std::string practice;  // empty: it says nothing of it
  std::string year;
  Place place;
  std::vector<v1::RecordKind> kinds;  // of its sets, each once, by number
};
QppHead qpp_head(const JsonNode& document);

// Records of a kind, in the order of the document. `pointer`: of the document. A set of an unknown
// category gives one record with a complaint, of whatever kind is asked for first.
std::vector<NodeRecord> qpp_records(const JsonNode& document, const std::string& pointer,
                                    v1::RecordKind kind);

}  // namespace qcdr::intake

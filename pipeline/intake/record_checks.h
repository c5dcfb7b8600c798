// What the values of one record say together, by kind. Only what needs no state: deadlines, ninety
// days, shares and who may send are judged by the ledger.
// Thread-safety: free functions.
#pragma once

namespace google::protobuf {
class Message;
}

namespace qcdr::intake {
class RecordReader;
}

namespace qcdr::intake::checks {

void roster_entry(const google::protobuf::Message& fact, RecordReader& reader);
void role_grant(const google::protobuf::Message& fact, RecordReader& reader);
void confirmation(const google::protobuf::Message& fact, RecordReader& reader);
void individual_consent(const google::protobuf::Message& fact, RecordReader& reader);
void activity_attestation(const google::protobuf::Message& fact, RecordReader& reader);
void promoting_interoperability(const google::protobuf::Message& fact, RecordReader& reader);
void measure_result(const google::protobuf::Message& fact, RecordReader& reader);
void billed_cases(const google::protobuf::Message& fact, RecordReader& reader);
void eligibility_snapshot(const google::protobuf::Message& fact, RecordReader& reader);
void entity_membership(const google::protobuf::Message& fact, RecordReader& reader);
void cms_feedback(const google::protobuf::Message& fact, RecordReader& reader);
void deadline_extension(const google::protobuf::Message& fact, RecordReader& reader);
void audit_correction(const google::protobuf::Message& fact, RecordReader& reader);

}  // namespace qcdr::intake::checks

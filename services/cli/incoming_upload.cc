#include "cli/incoming_upload.h"

#include "cli/json_writer.h"
#include "cli/upload_desk.h"
#include "cli/upload_report.h"
#include "common/topic_names.h"
#include "intake/findings.h"
#include "intake/parser.h"

namespace qcdr {
namespace {

constexpr int kAccepted = 202;
constexpr int kBadRequest = 400;
constexpr int kForbidden = 403;
constexpr int kPayloadTooLarge = 413;
constexpr int kUnprocessable = 422;
constexpr const char* kActor = "http";

UploadReply problem(int status, std::string_view detail, const std::optional<v1::Verdict>& why) {
  JsonWriter json;
  json.begin_object();
  json.field("type", "about:blank");
  json.field("status", std::int64_t{status});
  json.field("detail", detail);
  json.key("findings");
  json.begin_array();
  if (why) {
    v1::Finding finding;
    finding.set_code(why->code());
    *finding.mutable_location() = why->location();
    *finding.mutable_parameters() = why->parameters();
    write_finding(finding, &json);
  }
  json.end_array();
  json.end_object();
  UploadReply reply;
  reply.status = status;
  reply.type = "application/problem+json";
  reply.body = json.take();
  return reply;
}

UploadReply refusal_of(const Status& status, bool digest_differs,
                       const std::optional<v1::Verdict>& why) {
  if (digest_differs) {
    return problem(kBadRequest, "the content has another digest than was given", why);
  }
  if (status.code() == ErrorCode::kPermissionDenied) {
    return problem(kForbidden, "the file belongs to another practice", why);
  }
  if (status.code() == ErrorCode::kLimitExceeded && !why) {
    return problem(kPayloadTooLarge, "the file is too long", why);
  }
  return problem(kUnprocessable, "the file is refused", why);
}

UploadReply taken(const KnownUploads::Keyed& upload) {
  JsonWriter json;
  json.begin_object();
  json.field("uploadId", upload.upload_id);
  json.field("practice", std::int64_t{upload.identified.practice.value()});
  json.field("performanceYear", std::int64_t{upload.identified.year.value()});
  json.field("kind", intake::kind_name(upload.identified.kind));
  json.field("format", upload.identified.format);
  json.field("bytes", static_cast<std::int64_t>(upload.bytes));
  json.field("receivedAt", upload.received_at.to_string());
  json.end_object();
  UploadReply reply;
  reply.status = kAccepted;
  reply.body = json.take();
  reply.location = "/v1/uploads/" + upload.upload_id;
  return reply;
}

class IncomingUpload final : public Incoming {
 public:
  IncomingUpload(PipelineDesk& desk, const Delivery& delivery, std::string token)
      : desk_(desk), delivery_(delivery), token_(std::move(token)) {
    UploadRequest request;
    request.practice = delivery.practice;
    request.actor = kActor;
    request.test_mode = desk.parts().test_mode;
    if (!token_.empty()) {
      // No file has such a name, so it is no upload of a folder.
      request.name = "/idempotency-key/" + token_;
      request.idempotency_key = token_;
    }
    reception_ = desk.parts().ingest->receive(std::move(request));
  }
  ~IncomingUpload() override {
    if (!token_.empty()) desk_.release_key(token_);
  }

  Status write(std::string_view bytes) override { return reception_->write(bytes); }

  Result<UploadReply> finish() override {
    const auto accepted =
        reception_->finish([this](const intake::Identified& what, const Hash256& content,
                                  const std::string&) { return check(what, content); });
    if (again_) return taken(*again_);
    if (desk_.parts().tell) desk_.parts().tell(accepted);
    QCDR_RETURN_IF_ERROR(accepted.status());
    const AcceptedUpload& upload = accepted.value();
    return taken({upload.upload_id, "", upload.received_at, upload.bytes, upload.identified});
  }

  UploadReply refusal(const Status& status) override {
    return refusal_of(status, digest_differs_, reception_->why());
  }

 private:
  Status check(const intake::Identified& what, const Hash256& content) {
    if (delivery_.digest && *delivery_.digest != content) {
      digest_differs_ = true;
      return Status(ErrorCode::kInvalidArgument, "another digest");
    }
    if (token_.empty()) return Status::ok();
    QCDR_ASSIGN_OR_RETURN(const auto known, desk_.find_key(token_));
    if (!known) return Status::ok();
    if (known->sha256 != view(content)) {
      return Status(ErrorCode::kAlreadyExists, "the key was used for other content");
    }
    // A crash came between the records of a file of several kinds: they are sent again.
    if (known->identified.kind != what.kind) return Status::ok();
    again_ = *known;
    return Status(ErrorCode::kAlreadyExists, "the same content came before");
  }

  PipelineDesk& desk_;
  const Delivery delivery_;
  const std::string token_;  // of the idempotency key; empty: none
  std::unique_ptr<Reception> reception_;
  std::optional<KnownUploads::Keyed> again_;
  bool digest_differs_ = false;
};

class IncomingDryRun final : public Incoming {
 public:
  IncomingDryRun(PipelineDesk& desk, const Delivery& delivery)
      : desk_(desk),
        delivery_(delivery),
        file_(desk.parts().keys, desk.parts().clock.now(),
              {desk.parts().dry_run_bytes_max, desk.parts().test_mode, Channel::kPractice,
               delivery.practice}) {}

  Status write(std::string_view bytes) override { return file_.write(bytes); }

  Result<UploadReply> finish() override {
    QCDR_RETURN_IF_ERROR(file_.finish());
    if (delivery_.digest && *delivery_.digest != file_.content()) {
      digest_differs_ = true;
      return Status(ErrorCode::kInvalidArgument, "another digest");
    }
    const DeskParts& parts = desk_.parts();
    QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, parts.log.partition_count(kUploadsTopic));
    UploadReply reply;
    QCDR_RETURN_IF_ERROR(parts.with_state(delivery_.practice, [&](StateView& view) -> Status {
      QCDR_ASSIGN_OR_RETURN(const DryRunAnswer answer,
                            dry_run(file_, view, parts.keys, partitions));
      reply.body = dry_run_json(answer, parts.keys.token_key());
      return Status::ok();
    }));
    return reply;
  }

  UploadReply refusal(const Status& status) override {
    return refusal_of(status, digest_differs_, file_.why());
  }

 private:
  PipelineDesk& desk_;
  const Delivery delivery_;
  DryRunFile file_;
  bool digest_differs_ = false;
};

}  // namespace

Result<std::unique_ptr<Incoming>> make_incoming_upload(PipelineDesk& desk,
                                                       const Delivery& delivery) {
  std::string token;
  if (!delivery.idempotency_key.empty()) {
    token = idempotency_token(desk.parts().keys.token_key(), delivery.practice,
                              delivery.idempotency_key);
    if (!desk.reserve_key(token)) {
      return Status(ErrorCode::kAborted, "a request with this key is being answered");
    }
  }
  return std::unique_ptr<Incoming>(
      std::make_unique<IncomingUpload>(desk, delivery, std::move(token)));
}

Result<std::unique_ptr<Incoming>> make_dry_run(PipelineDesk& desk, const Delivery& delivery) {
  return std::unique_ptr<Incoming>(std::make_unique<IncomingDryRun>(desk, delivery));
}

}  // namespace qcdr

// `qcdr serve submission`: sends the documents that were decided to be sent.
#include <chrono>
#include <random>
#include <thread>

#include "cli/serve.h"
#include "cli/state_directory.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/system_clock.h"
#include "submission/curl_transport.h"
#include "submission/json_read_back.h"
#include "submission/submission_sender.h"
#include "submission/submission_window.h"

namespace qcdr {
namespace {

constexpr std::int64_t kIdleMilliseconds = 100;
constexpr std::int64_t kSecond = 1'000;

CurlSettings transport_settings(const CmsSettings& settings, bool allow_loopback_http) {
  CurlSettings curl;
  curl.certificates_file = settings.certificates_file;
  curl.proxy = settings.proxy;
  curl.connect_milliseconds = settings.connect_seconds * kSecond;
  curl.call_milliseconds = settings.call_seconds * kSecond;
  curl.answer_bytes_max = static_cast<std::size_t>(settings.answer_bytes_max);
  curl.allow_loopback_http = allow_loopback_http;
  return curl;
}

// The places of a delivery, as crash points of the process.
class ProcessPoints final : public submission::SendPoints {
 public:
  explicit ProcessPoints(stream::CrashPoints& points) : points_(points) {}
  void reached(submission::SendPoint point) override {
    stream::CrashPoint named{};
    if (stream::crash_point_from_name(submission::send_point_name(point), &named)) {
      points_.reached(named);
    }
  }

 private:
  stream::CrashPoints& points_;
};

}  // namespace

Status serve_submission(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "submission"));
  const std::string& directory = options.config.state_directory;
  QCDR_ASSIGN_OR_RETURN(const StateDirectory claimed, StateDirectory::claim(directory));
  parts.telemetry->process().watch_disk("state", directory);
  // What is wrong with the settings is told before the cluster is waited for.
  QCDR_ASSIGN_OR_RETURN(const CmsSettings settings, read_cms_settings(options.cms_file));
  QCDR_RETURN_IF_ERROR(check_base_address(settings.base_address(), options.cms_loopback_http));
  QCDR_RETURN_IF_ERROR(read_cms_token(settings).status());
  QCDR_ASSIGN_OR_RETURN(
      auto transport, CurlTransport::open(transport_settings(settings, options.cms_loopback_http)));
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  QCDR_RETURN_IF_ERROR(check_belongs_to("state_dir", directory, parts.owner));
  stream::RocksdbOptions store_options;
  store_options.directory = directory;
  store_options.crash_points = parts.crash_points.get();
  stream::RocksdbStores stores(store_options);
  stream::SystemClock clock;
  std::mt19937_64 random{std::random_device{}()};
  SubmissionMetrics metrics(parts.telemetry->registry());
  ProcessPoints points(*parts.crash_points);
  const submission::JsonReadBack check;
  const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
  const auto make_client = [&]() -> Result<std::unique_ptr<submission::CmsCalls>> {
    QCDR_ASSIGN_OR_RETURN(std::string token, read_cms_token(settings));
    return std::unique_ptr<submission::CmsCalls>(std::make_unique<submission::CmsClient>(
        submission::CmsEndpoint{settings.base_address(), settings.submissions_per_page},
        std::move(token), *transport,
        [&points] { points.reached(submission::SendPoint::kRequestSent); }));
  };
  // A replayed season is over: its windows are closed by the clock on the wall, and open in it.
  const auto window = [&](PerformanceYear year) {
    return options.config.replay ? submission::PermitAnswer::kGo
                                 : window_at(rulebook, year, clock.now());
  };
  QCDR_ASSIGN_OR_RETURN(
      const auto sender,
      SubmissionSender::open(
          options.config.slot,
          {settings, *parts.log, stores, *parts.keys, make_client, check, points, clock, metrics,
           window, [&random](std::uint64_t below) { return random() % below; }}));
  const Status ran = run_steps(options, parts.telemetry->health(), [&]() -> Result<bool> {
    QCDR_ASSIGN_OR_RETURN(const bool worked, sender->step());
    if (!worked) {
      std::this_thread::sleep_for(
          std::chrono::milliseconds(sender->wait_milliseconds(kIdleMilliseconds)));
    }
    return worked || !sender->idle();
  });
  QCDR_RETURN_IF_ERROR(ran);
  // The other partitions went on; whoever started this must still hear of it.
  return sender->stopped();
}

}  // namespace qcdr

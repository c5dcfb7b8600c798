// Bytes per second of the parsers, chunks included, on a file of the size of a busy month.
#include <benchmark/benchmark.h>

#include "intake/chunk_builder.h"
#include "intake/testing_key_ring.h"

namespace qcdr::intake {
namespace {

constexpr int kRecords = 4000;

std::string nacor_file() {
  std::string text =
      "<AnesthesiaRecords><RecordHeader><PracticeID>1234</PracticeID>"
      "<CreateDate>2022-12-05T03:15:00</CreateDate><AQIXMLVersion>2022V1.0</AQIXMLVersion>"
      "</RecordHeader>\n";
  for (int i = 0; i < kRecords; ++i) {
    text +=
        "  <AnesthesiaRecord>\n    <Demographic><PatientID>P</PatientID><DOB>1961-04-02</DOB>"
        "<PatientSex>Female</PatientSex></Demographic>\n    <Procedure><FacilityID>F01</FacilityID>"
        "<ProcStatus>Elective</ProcStatus><CPTSet><CPT><CPTValue>47562</CPTValue></CPT></CPTSet>"
        "</Procedure>\n    <AnesthesiaCase><AnesthesiaRecordID>C-" +
        std::to_string(i) +
        "</AnesthesiaRecordID><AnesthesiaStaffSet>\n      <AnesthesiaStaff><TaxID>000456789</TaxID>"
        "<NPI>2000010019</NPI><ProviderCredentials>Anesthesiologist</ProviderCredentials>"
        "</AnesthesiaStaff>\n      <AnesthesiaStaff><TaxID>000456789</TaxID><NPI>2000010035</NPI>"
        "<ProviderCredentials>Certified Registered Nurse Anesthetist</ProviderCredentials>"
        "</AnesthesiaStaff>\n      </AnesthesiaStaffSet><AnesthesiaMethodSet><AnesthesiaMethod>"
        "<AnesthesiaCategory>General Anesthesia</AnesthesiaCategory>"
        "<AnesthesiaStartTime>2022-11-08T07:32:00</AnesthesiaStartTime>"
        "<AnesthesiaEndTime>2022-11-08T09:21:00</AnesthesiaEndTime></AnesthesiaMethod>"
        "</AnesthesiaMethodSet></AnesthesiaCase>\n    <PreOp><Age>61</Age><ASAClass>II</ASAClass>"
        "</PreOp>\n    <IntraOp/>\n    <PostOp><PaymentMethod><PaymentCode>Commercial</PaymentCode>"
        "</PaymentMethod></PostOp>\n    <OutcomesEvents><QCDRSet>\n";
    for (const char* code : {"4255F", "G9771"}) {
      text += "      <QCDR><QCDRMeasure>PQRS424</QCDRMeasure><QCDRCodeValue>" + std::string(code) +
              "</QCDRCodeValue></QCDR>\n";
    }
    text += "    </QCDRSet></OutcomesEvents>\n  </AnesthesiaRecord>\n";
  }
  return text + "</AnesthesiaRecords>\n";
}

std::string roster_file() {
  std::string text =
      "practice_id,performance_year,tin,npi,last_name,first_name,credential,start_date,end_date\n";
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    const std::uint64_t digits = 200'100'000 + i;
    text += "1234,2022,000456789," + std::to_string(digits) +
            std::to_string(npi_check_digit(digits)) +
            ",\"Family, Jr.\",Given,Anesthesiologist,2019-07-01,\n";
  }
  return text;
}

void parse(benchmark::State& state, v1::RecordKind kind, std::string_view format,
           const std::string& bytes) {
  TestingKeyRing keys;
  ParserOptions options;
  options.practice = PracticeId(1234);
  options.year = PerformanceYear(2022);
  options.rules = rulebook::Rulebook::built_in().find_year(options.year);
  options.test_mode = true;
  for (auto _ : state) {
    ChunkBuilder builder([](std::uint32_t, v1::ChunkRows) { return Status::ok(); });
    auto parser = make_parser(kind, format, options, keys, builder);
    if (!parser.value()->feed(bytes).is_ok() || !parser.value()->finish().is_ok() ||
        !builder.flush().is_ok() || builder.row_count() != kRecords) {
      state.SkipWithError("the file was refused");
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.SetItemsProcessed(state.iterations() * kRecords);
}

void nacor_xml(benchmark::State& state) {
  parse(state, v1::RECORD_KIND_ANESTHESIA_CASE, kFormatNacorXml, nacor_file());
}
BENCHMARK(nacor_xml)->Unit(benchmark::kMillisecond);

void roster_csv(benchmark::State& state) {
  parse(state, v1::RECORD_KIND_ROSTER_ENTRY, kFormatCsv, roster_file());
}
BENCHMARK(roster_csv)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qcdr::intake

BENCHMARK_MAIN();

// Any bytes as CMS's file of the NPI register: no crash, and the same outcome whole and in pieces.
#include <cstdlib>

#include "intake/npi_extract.h"

namespace {

struct Outcome {
  bool accepted = false;
  std::uint64_t rows = 0;
  std::uint64_t passed_over = 0;
  std::size_t entries = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t piece) {
  qcdr::reference::NpiRegistryWriter writer{qcdr::LocalDate::from_days(19'000)};
  qcdr::intake::NpiExtract extract(writer);
  qcdr::Status status;
  while (status.is_ok() && !bytes.empty()) {
    const std::string_view taken = bytes.substr(0, piece);
    bytes.remove_prefix(taken.size());
    status = extract.feed(taken);
  }
  if (status.is_ok()) status = extract.finish();
  return {status.is_ok(), extract.rows(), extract.rows_passed_over(), writer.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read(bytes, size + 1);
  if (whole.entries > whole.rows || whole.entries + whole.passed_over < whole.rows) std::abort();
  if (!(whole == read(bytes, 5))) std::abort();
  return 0;
}

// The administrative uploads of a generated practice: roster, reporting options, consents.
//
// CSV of RFC 4180 with a header line, CRLF, fields quoted only where they must be.
// A file without a row is not written.
// Thread-safety: none; one thread writes into one sink.
#pragma once

#include <cstdint>

#include "generate/file_writer.h"
#include "generate/population.h"

namespace qcdr::generate {

// `second_of_day` is when the practice uploads, on each of the days of the season's calendar.
Status write_practice_files(const Options& options, const Population& population,
                            std::uint32_t practice, std::int32_t second_of_day, FileWriter* writer);

}  // namespace qcdr::generate

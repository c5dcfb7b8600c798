// Takes identifiers out of text that is about to leave the process: the net below the typed fields
// of a log line, for text that somebody else made (an error of a library, the name of a file).
//
// Removed, each with "[removed]" in its place: nine digits in a row (a TIN, perhaps a Social
// Security number), also with the hyphens of 00-0000000 and 000-00-0000; ten digits that are a
// valid NPI; and longer runs, which could hold either. Letters beside them do not save them. What
// it takes by mistake is a number of ours in a text; numbers that matter are typed fields, which
// are not scrubbed. Thread-safety: pure function.
#pragma once

#include <string>
#include <string_view>

namespace qcdr {

std::string scrub_identifiers(std::string_view text);

}  // namespace qcdr

// A notice in words. It names the practice by its number, figures and dates, and gives a link;
// titles of deadlines come from the calendar, times are the registry's (Chicago).
// Thread-safety: free functions.
#pragma once

#include <string>

#include "qcdr/v1/notice.pb.h"

namespace qcdr {

struct NoticeWords {
  std::string subject;
  std::string body;
};
NoticeWords notice_words(const v1::Notice& notice, const std::string& link_base);

}  // namespace qcdr

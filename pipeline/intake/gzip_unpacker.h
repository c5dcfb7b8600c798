// Gzip after RFC 1952: one file, of one member or several.
// Thread-safety, ownership, errors: see Unpacker.
#pragma once

#include "intake/inflater.h"
#include "intake/unpacker.h"

namespace qcdr::intake {

class GzipUnpacker final : public Unpacker {
 public:
  GzipUnpacker(UnpackHandler& handler, std::uint64_t bytes_max)
      : Unpacker(handler, bytes_max), inflater_(Inflater::Form::kGzip) {}
  Status feed(std::string_view bytes) override;
  Status finish() override;

 private:
  Inflater inflater_;
  std::string slice_;
  bool begun_ = false;
  bool in_member_ = false;
};

}  // namespace qcdr::intake

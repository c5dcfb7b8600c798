// What the fold finds of rows of an upload, asked of the state as it stands: for those whose
// findings are not published any more.
//
// Rows are folded in memory as an upload of their own, received when the first one was, and thrown
// away. A row that was refused is refused again, unless what it lacked is there by now.
// Thread-safety: none. Lifetime: the view outlives it. Errors: those of the state.
#pragma once

#include <memory>

#include "cli/rejected_rows.h"
#include "cli/state_view.h"

namespace qcdr {

class StateRowJudge final : public RowJudge {
 public:
  // kNotFound: there is no state of the practice here.
  static Result<std::unique_ptr<StateRowJudge>> open(StateView& view, const UploadView& upload);
  ~StateRowJudge() override;

  Status judge(std::uint32_t first_ordinal, v1::ChunkRows rows, const Tell& tell) override;

 private:
  struct Parts;
  explicit StateRowJudge(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace qcdr

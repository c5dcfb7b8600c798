package qcdr.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import qcdr.v1.FindingOuterClass.FindingCount;
import qcdr.v1.FindingOuterClass.UploadOutcome;
import qcdr.v1.ReadinessOuterClass.Blocker;
import qcdr.v1.ReadinessOuterClass.PointCost;
import qcdr.v1.ReadinessOuterClass.Readiness;
import qcdr.v1.ScoreProjectionOuterClass.ProjectedScore;
import qcdr.v1.ScoreProjectionOuterClass.ScoreProjection;

/** Writes what was read as lines of JSON, for the comparison with what the command line prints. */
final class RowWriter {
  private final ObjectMapper mapper = new ObjectMapper();
  private final Writer output;

  RowWriter(Writer output) {
    this.output = output;
  }

  void entity(ScoreProjection projection, Readiness readiness) throws IOException {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("row", "entity");
    row.put("practice", projection.getPracticeId());
    row.put("performanceYear", projection.getPerformanceYear());
    row.put("level", projection.getGroup() ? "group" : "individual");
    row.put("reportsAs", readiness.getReportsAs().name());
    row.put("counted", projection.getCasesCounted());
    row.put("held", projection.getCasesHeld());
    row.put("asThingsStand", score(projection.getAsThingsStand()));
    row.put("ifAllOpenItemsDone", score(projection.hasIfAllOpenItemsDone()
        ? projection.getIfAllOpenItemsDone() : projection.getAsThingsStand()));
    List<Object> blocks = new ArrayList<>();
    for (Blocker block : readiness.getBlocksList()) {
      blocks.add(List.of(block.getReason().name(), block.getHeldLate(), block.getRefused(),
          block.getClosed()));
    }
    row.put("blocks", blocks);
    List<Object> costs = new ArrayList<>();
    for (PointCost cost : readiness.getCostsList()) {
      costs.add(List.of(cost.getReason().name(), cost.getMeasureId(), cost.getMonth(),
          cost.getCases(), cost.getPointsAtMost()));
    }
    row.put("costs", costs);
    write(row);
  }

  void outcome(UploadOutcome outcome) throws IOException {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("row", "upload");
    row.put("id", outcome.getUploadId());
    row.put("practice", outcome.getPracticeId());
    row.put("performanceYear", outcome.getPerformanceYear());
    row.put("refused", outcome.getRefused());
    row.put("rows", List.of(outcome.getRowsAccepted(), outcome.getRowsHeld(),
        outcome.getRowsRejected(), outcome.getRowsDuplicate()));
    List<Object> findings = new ArrayList<>();
    for (FindingCount count : outcome.getFindingsList()) {
      findings.add(List.of(count.getCode(), count.getCount()));
    }
    row.put("findings", findings);
    write(row);
  }

  /** How many findings of a code were published for an upload. */
  void findings(String uploadId, int code, int count) throws IOException {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("row", "findings");
    row.put("id", uploadId);
    row.put("code", code);
    row.put("count", count);
    write(row);
  }

  private static List<Long> score(ProjectedScore score) {
    return List.of(score.getValue(), score.getLow(), score.getHigh(), score.getAdjustment());
  }

  private void write(Map<String, Object> row) throws IOException {
    output.write(mapper.writeValueAsString(row));
    output.write('\n');
  }
}

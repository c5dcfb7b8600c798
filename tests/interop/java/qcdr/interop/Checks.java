package qcdr.interop;

/** Counts checks and prints each: "ok NAME", or "FAIL NAME" with what is wrong. */
final class Checks {
  private int passed;
  private int failed;

  void check(String name, boolean good, String detail) {
    if (good) {
      ++passed;
      System.out.println("ok   " + name);
    } else {
      ++failed;
      System.out.println("FAIL " + name);
      System.out.println("     " + detail);
    }
  }

  /** A check over many records: the first that is wrong, or null, and how many were looked at. */
  void over(String name, int looked, String firstWrong) {
    check(name + " (" + looked + " records)", firstWrong == null && looked > 0,
        looked == 0 ? "there are none" : firstWrong);
  }

  int failed() {
    return failed;
  }

  String summary() {
    return passed + " checks passed, " + failed + " failed";
  }
}

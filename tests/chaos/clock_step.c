/* Steps the wall clock of one process: loaded with LD_PRELOAD, it adds the seconds that stand, as eight
 * bytes, in the file that CLOCK_STEP_FILE names. The file may change at any time.
 *
 * Only what asks for the time of day is answered otherwise. Waits until an instant are left alone, and
 * with them timespec_get(), from which the client library works them out: a library that shifts one
 * without the other makes waits an hour long that were to take a second, which no clock ever does. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t* step_seconds;

__attribute__((constructor)) static void open_step(void) {
  const char* path = getenv("CLOCK_STEP_FILE");
  const int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) abort();
  void* place = mmap(NULL, sizeof(*step_seconds), PROT_READ, MAP_SHARED, file, 0);
  if (place == MAP_FAILED) abort();
  step_seconds = place;
  close(file);
}

static int64_t step(void) {
  return step_seconds == NULL ? 0 : *step_seconds;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  const int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += step();
  }
  return result;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  const int result = (int)syscall(SYS_gettimeofday, now, zone);
  if (result == 0 && now != NULL) now->tv_sec += step();
  return result;
}

time_t time(time_t* now) {
  struct timespec answer;
  clock_gettime(CLOCK_REALTIME, &answer);
  if (now != NULL) *now = answer.tv_sec;
  return answer.tv_sec;
}

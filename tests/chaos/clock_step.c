/* Steps the wall clock of one process: loaded with LD_PRELOAD, it adds the seconds that stand, as eight
 * bytes, in the file that CLOCK_STEP_FILE names. The file may change at any time.
 *
 * Whoever asks for the time of day gets the stepped one. Waits until a time of day are handed on by the
 * clock that the kernel has, so that a second remains a second; what this cannot show is a step while
 * such a wait is under way. Clocks that only measure are left alone, as by any real step. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* Below are times since the machine started: some waits are until one of these. */
static const time_t kTimesOfDayBegin = 1000000000;

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
  if (result == 0) now->tv_sec += step();
  return result;
}

int timespec_get(struct timespec* now, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

time_t time(time_t* now) {
  struct timespec answer;
  clock_gettime(CLOCK_REALTIME, &answer);
  if (now != NULL) *now = answer.tv_sec;
  return answer.tv_sec;
}

static struct timespec of_kernel(const struct timespec* until) {
  struct timespec result = *until;
  if (result.tv_sec > kTimesOfDayBegin) result.tv_sec -= step();
  return result;
}

int pthread_cond_timedwait(pthread_cond_t* restrict condition, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict until) {
  static int (*next)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
  if (next == NULL) next = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  const struct timespec shifted = of_kernel(until);
  return next(condition, mutex, &shifted);
}

int cnd_timedwait(cnd_t* restrict condition, mtx_t* restrict mutex,
                  const struct timespec* restrict until) {
  static int (*next)(cnd_t*, mtx_t*, const struct timespec*);
  if (next == NULL) next = dlsym(RTLD_NEXT, "cnd_timedwait");
  const struct timespec shifted = of_kernel(until);
  return next(condition, mutex, &shifted);
}

/*
 * Wrong time and slow disks for one process, loaded before libc (LD_PRELOAD): the wall clock is ahead by so many
 * nanoseconds, and each fsync, fdatasync and write to a file opened with O_DSYNC takes so many longer. Both numbers
 * stand in a file that is mapped into memory, so whoever writes there changes them at once, and asking for the time
 * costs no system call more.
 *
 * Steady clocks stay as they are, and so do the times that the kernel itself gives to files. What the process
 * starts is not concerned: the variables that load this are gone before its program begins.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000LL

struct faults {
  int64_t ahead_ns;
  int64_t sync_delay_ns;
};

static const volatile struct faults none;
static const volatile struct faults *faults = &none;

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static ssize_t (*real_pwrite64)(int, const void *, size_t, off64_t);

/* Others may be loaded, and ask for the time, before `begin` runs. */
static void *resolve(void **real, const char *name) {
  if (*real == NULL) *real = dlsym(RTLD_NEXT, name);
  return *real;
}
#define REAL(name) ((typeof(real_##name))resolve((void **)&real_##name, #name))

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("HEARTH_TEST_LIBC_FAULTS");
  int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    void *mapped = mmap(NULL, sizeof(struct faults), PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) faults = mapped;
    close(file);
  }
  unsetenv("LD_PRELOAD");
  unsetenv("HEARTH_TEST_LIBC_FAULTS");
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = REAL(clock_gettime)(clock, now);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  int64_t ns = now->tv_sec * NS_PER_S + now->tv_nsec + faults->ahead_ns;
  now->tv_sec = ns / NS_PER_S;
  now->tv_nsec = ns % NS_PER_S;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *seconds) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (seconds != NULL) *seconds = exact.tv_sec;
  return exact.tv_sec;
}

static void wait_for_disk(void) {
  int64_t ns = faults->sync_delay_ns;
  if (ns <= 0) return;
  struct timespec left = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
  while (nanosleep(&left, &left) != 0) {
  }
}

int fsync(int file) {
  wait_for_disk();
  return REAL(fsync)(file);
}

int fdatasync(int file) {
  wait_for_disk();
  return REAL(fdatasync)(file);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t position) {
  if (faults->sync_delay_ns > 0 && (fcntl(file, F_GETFL) & O_DSYNC) != 0) wait_for_disk();
  return REAL(pwrite64)(file, bytes, count, position);
}

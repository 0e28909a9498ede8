/* A disk that fails, preloaded into the daemon: one operation on the files of the database ends in an input/output error (EIO).
 *
 * FAILING_DISK names the operation and the how-manieth of it: `write 7`, `sync 3`, `read 5`, `truncate 1`; `write 7-` fails from there on
 * for ever. FAILING_DISK_HIT names a file that is made when it comes to that.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int passed;

static int is_of_the_database(int file) {
  char link[32], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return strstr(name, "/postroom.db") != NULL && strstr(name, "-shm") == NULL;
}

static int fails(const char *operation, int file) {
  const char *order = getenv("FAILING_DISK");
  size_t length = strlen(operation);
  if (order == NULL || strncmp(order, operation, length) != 0 || order[length] != ' ' || !is_of_the_database(file)) return 0;
  char *end;
  int wanted = (int)strtol(order + length + 1, &end, 10);
  int now = atomic_fetch_add(&passed, 1) + 1;
  if (now < wanted || (now > wanted && *end != '-')) return 0;
  const char *hit = getenv("FAILING_DISK_HIT");
  if (hit != NULL) close(open(hit, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  errno = EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  return fails("write", file) ? -1 : REAL(pwrite64)(file, bytes, count, at);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
  return fails("write", file) ? -1 : REAL(pwrite)(file, bytes, count, at);
}
ssize_t pread64(int file, void *bytes, size_t count, off64_t at) {
  return fails("read", file) ? -1 : REAL(pread64)(file, bytes, count, at);
}
ssize_t pread(int file, void *bytes, size_t count, off_t at) {
  return fails("read", file) ? -1 : REAL(pread)(file, bytes, count, at);
}
int fsync(int file) { return fails("sync", file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails("sync", file) ? -1 : REAL(fdatasync)(file); }
int ftruncate64(int file, off64_t length) { return fails("truncate", file) ? -1 : REAL(ftruncate64)(file, length); }
int ftruncate(int file, off_t length) { return fails("truncate", file) ? -1 : REAL(ftruncate)(file, length); }

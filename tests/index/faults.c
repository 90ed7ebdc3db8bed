/* Makes the n-th write, sync or rename of this process fail; loaded before libc (LD_PRELOAD) and armed from Python through ctypes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/types.h>

static volatile long counted = 0, failing = 0;
static volatile int armed = 0, with = 0, onward = 0;

/* at: which call fails, 0 for none; error: its errno; stays: the calls after it fail too, as on a disk that is full. */
void faults_arm(long at, int error, int stays) {
    counted = 0, failing = at, with = error, onward = stays, armed = 1;
}

long faults_disarm(void) {
    armed = 0;
    return counted;
}

static int fails(void) {
    if (!armed) return 0;
    long now = ++counted;
    if (!failing || now < failing || (now > failing && !onward)) return 0;
    errno = with;
    return 1;
}

#define NEXT(name) \
    static __typeof__(name) *next; \
    if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);

ssize_t write(int fd, const void *from, size_t size) {
    NEXT(write)
    return fails() ? -1 : next(fd, from, size);
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
    NEXT(pwrite)
    return fails() ? -1 : next(fd, from, size, at);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
    NEXT(pwrite64)
    return fails() ? -1 : next(fd, from, size, at);
}
ssize_t sendfile(int to, int from, off_t *at, size_t size) {
    NEXT(sendfile)
    return fails() ? -1 : next(to, from, at, size);
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t size) {
    NEXT(sendfile64)
    return fails() ? -1 : next(to, from, at, size);
}
size_t fwrite(const void *from, size_t size, size_t number, FILE *file) {
    NEXT(fwrite)
    return fails() ? 0 : next(from, size, number, file);
}
int fsync(int fd) {
    NEXT(fsync)
    return fails() ? -1 : next(fd);
}
int fdatasync(int fd) {
    NEXT(fdatasync)
    return fails() ? -1 : next(fd);
}
int ftruncate64(int fd, off64_t size) {
    NEXT(ftruncate64)
    return fails() ? -1 : next(fd, size);
}
int rename(const char *old, const char *new) {
    NEXT(rename)
    return fails() ? -1 : next(old, new);
}

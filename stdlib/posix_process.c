// SPDX-License-Identifier: MIT
// posix_process.c - the part of module posix about this process: environment, descriptors,
// identity.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "stdlib/posix.h"
#include "vm/bytes.h"
#include "vm/codec.h"
#include "vm/file.h"
#include "vm/set.h"
#include "vm/vm.h"

extern char **environ;

static Value text(const char *s)
{
    return value_object(codec_from_os(s, strlen(s)));
}

// Environment

NATIVE(posix_environ, "_environ()", "Return the environment as a dict.")
{
    Dict *dict = dict_new();
    for (char **p = environ; p && *p; p++) {
        const char *equals = strchr(*p, '=');
        if (!equals) continue;
        Str *key = codec_from_os(*p, (size_t)(equals - *p));
        if (dict_find_str(dict, key) == VALUE_UNBOUND) dict_set_str(dict, key, text(equals + 1));
    }
    return value_object(dict);
}

NATIVE(posix_putenv, "putenv(name: str, value: str, /)", "Set an environment variable.")
{
    const char *name = codec_to_os(vm, as_str(args[0]));
    const char *value = name ? codec_to_os(vm, as_str(args[1])) : NULL;
    if (!value) return VALUE_ERROR;
    if (*name == '\0' || strchr(name, '='))
        return raise_error(vm, EXC_ValueError, "illegal environment variable name");
    return posix_result(vm, setenv(name, value, 1), VALUE_NONE);
}

NATIVE(posix_unsetenv, "unsetenv(name: str, /)", "Remove an environment variable.")
{
    const char *name = codec_to_os(vm, as_str(args[0]));
    return name ? posix_result(vm, unsetenv(name), VALUE_NONE) : VALUE_ERROR;
}

// Descriptors

static int fd_arg(Value v)
{
    int64_t fd = arg_ssize(v);
    return fd < 0 || fd > INT32_MAX ? -1 : (int)fd;
}

NATIVE(posix_open, "open(path, flags: ssize, mode: ssize = 511, *, dir_fd=None)",
       "Open a file; return the descriptor.")
{
    Value shown;
    int dir;
    if (!posix_dir_fd(vm, args[3], &dir)) return VALUE_ERROR;
    const char *path = posix_path(vm, "open", args[0], &shown);
    if (!path) return VALUE_ERROR;
    stream_sync_path(vm, path, true);
    bool has_retried = false;
    for (;;) {
        int fd = openat(dir, path, (int)arg_ssize(args[1]) | O_CLOEXEC, (mode_t)arg_ssize(args[2]));
        if (fd >= 0) return small_int(fd);
        if (!stream_may_retry(vm, errno, &has_retried)) return raise_os_error(vm, errno, shown);
    }
}

NATIVE(posix_close, "close(fd: ssize)", "Close a descriptor.")
{
    return posix_result(vm, close(fd_arg(args[0])), VALUE_NONE);
}

NATIVE(posix_read, "read(fd: ssize, length: ssize, /)",
       "Read at most length bytes from a descriptor.")
{
    int64_t size = arg_ssize(args[1]);
    if (size < 0) return raise_os_error(vm, EINVAL, VALUE_NONE);
    Str *data = bytes_alloc((size_t)size);
    for (;;) {
        ssize_t n = read(fd_arg(args[0]), (char *)(uintptr_t)data->data, (size_t)size);
        if (n >= 0)
            return n == size ? value_object(data) : value_object(bytes_new(data->data, (size_t)n));
        if (errno != EINTR) return raise_os_error(vm, errno, VALUE_NONE);
        if (vm_pending_signal(vm) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    }
}

NATIVE(posix_write, "write(fd: ssize, data, /)", "Write bytes to a descriptor; return how many.")
{
    Span span;
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    for (;;) {
        ssize_t n = write(fd_arg(args[0]), span.data, span.size);
        if (n >= 0) return int_from_int64(n);
        if (errno != EINTR) return raise_os_error(vm, errno, VALUE_NONE);
        if (vm_pending_signal(vm) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    }
}

NATIVE(posix_pread, "pread(fd: ssize, length: ssize, offset: ssize, /)",
       "Read at most length bytes at an offset, without moving the position.")
{
    int64_t size = arg_ssize(args[1]);
    if (size < 0) return raise_os_error(vm, EINVAL, VALUE_NONE);
    Str *data = bytes_alloc((size_t)size);
    ssize_t n = pread(fd_arg(args[0]), (char *)(uintptr_t)data->data, (size_t)size,
                      (off_t)arg_ssize(args[2]));
    if (n < 0) return raise_os_error(vm, errno, VALUE_NONE);
    return n == size ? value_object(data) : value_object(bytes_new(data->data, (size_t)n));
}

NATIVE(posix_pwrite, "pwrite(fd: ssize, data, offset: ssize, /)",
       "Write bytes at an offset, without moving the position; return how many.")
{
    Span span;
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    ssize_t n = pwrite(fd_arg(args[0]), span.data, span.size, (off_t)arg_ssize(args[2]));
    return n < 0 ? raise_os_error(vm, errno, VALUE_NONE) : int_from_int64(n);
}

NATIVE(posix_fchdir, "fchdir(fd: ssize)",
       "Change the current folder to the one that a descriptor is of.")
{
    return posix_result(vm, fchdir(fd_arg(args[0])), VALUE_NONE);
}

NATIVE(posix_fchmod, "fchmod(fd: ssize, mode: ssize)",
       "Change who may use the file that a descriptor is of.")
{
    return posix_result(vm, fchmod(fd_arg(args[0]), (mode_t)arg_ssize(args[1])), VALUE_NONE);
}

NATIVE(posix_fchown, "fchown(fd: ssize, uid: ssize, gid: ssize)",
       "Change the owner of the file that a descriptor is of.")
{
    int r = fchown(fd_arg(args[0]), (uid_t)arg_ssize(args[1]), (gid_t)arg_ssize(args[2]));
    return posix_result(vm, r, VALUE_NONE);
}

NATIVE(posix_sync, "sync()", "Have everything written to the disks.")
{
    sync();
    return VALUE_NONE;
}

NATIVE(posix_lseek, "lseek(fd: ssize, position: ssize, whence: ssize, /)",
       "Change the position of a descriptor.")
{
    off_t at = lseek(fd_arg(args[0]), (off_t)arg_ssize(args[1]), (int)arg_ssize(args[2]));
    return at < 0 ? raise_os_error(vm, errno, VALUE_NONE) : int_from_int64(at);
}

NATIVE(posix_pipe, "pipe()", "Make a pipe; return its two descriptors (read, write).")
{
    int fds[2];
    bool has_retried = false;
    while (pipe2(fds, O_CLOEXEC) != 0)
        if (!stream_may_retry(vm, errno, &has_retried))
            return raise_os_error(vm, errno, VALUE_NONE);
    return value_object(tuple_of(2, small_int(fds[0]), small_int(fds[1])));
}

NATIVE(posix_dup, "dup(fd: ssize, /)", "Return a copy of a descriptor.")
{
    bool has_retried = false;
    for (;;) {
        int fd = fcntl(fd_arg(args[0]), F_DUPFD_CLOEXEC, 0);
        if (fd >= 0) return small_int(fd);
        if (!stream_may_retry(vm, errno, &has_retried))
            return raise_os_error(vm, errno, VALUE_NONE);
    }
}

NATIVE(posix_dup2, "dup2(fd: ssize, fd2: ssize, inheritable: bool = True)",
       "Copy a descriptor to another number.")
{
    int fd = dup2(fd_arg(args[0]), fd_arg(args[1]));
    return fd < 0 ? raise_os_error(vm, errno, VALUE_NONE) : small_int(fd);
}

NATIVE(posix_isatty, "isatty(fd: ssize, /)", "Return whether a descriptor is a terminal.")
{
    return value_bool(isatty(fd_arg(args[0])));
}

NATIVE(posix_fsync, "fsync(fd: ssize)", "Wait until the file is on the disk.")
{
    return posix_result(vm, fsync(fd_arg(args[0])), VALUE_NONE);
}

NATIVE(posix_ftruncate, "ftruncate(fd: ssize, length: ssize, /)", "Cut a file off.")
{
    return posix_result(vm, ftruncate(fd_arg(args[0]), (off_t)arg_ssize(args[1])), VALUE_NONE);
}

NATIVE(posix_terminal_size, "_terminal_size(fd: ssize = 1, /)",
       "Return (columns, lines) of a terminal.")
{
    struct winsize size;
    if (ioctl(fd_arg(args[0]), TIOCGWINSZ, &size) != 0)
        return raise_os_error(vm, errno, VALUE_NONE);
    return value_object(tuple_of(2, small_int(size.ws_col), small_int(size.ws_row)));
}

// Identity and the rest

NATIVE(posix_getpid, "getpid()", "Return the number of this process.")
{
    return small_int(getpid());
}
NATIVE(posix_getppid, "getppid()", "Return the number of the parent process.")
{
    return small_int(getppid());
}
NATIVE(posix_getuid, "getuid()", "Return the user's number.")
{
    return int_from_uint64(getuid());
}
NATIVE(posix_geteuid, "geteuid()", "Return the effective user's number.")
{
    return int_from_uint64(geteuid());
}
NATIVE(posix_getgid, "getgid()", "Return the group's number.")
{
    return int_from_uint64(getgid());
}
NATIVE(posix_getegid, "getegid()", "Return the effective group's number.")
{
    return int_from_uint64(getegid());
}
NATIVE(posix_umask, "umask(mask: ssize, /)", "Set the mask of new files; return the old one.")
{
    return small_int(umask((mode_t)arg_ssize(args[0])));
}
NATIVE(posix_cpu_count, "cpu_count()", "Return the number of processors.")
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? small_int(n) : VALUE_NONE;
}
NATIVE(posix_affinity, "sched_getaffinity(pid: ssize, /)",
       "Return the numbers of the processors that a process (0: this one) may use.")
{
    Set *found = set_new();
#ifdef __linux__
    cpu_set_t cpus;
    if (sched_getaffinity((pid_t)arg_ssize(args[0]), sizeof cpus, &cpus) != 0)
        return raise_os_error(vm, errno, VALUE_NONE);
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &cpus) && !set_add(vm, found, small_int(i))) return VALUE_ERROR;
#else
    for (long i = 0, n = sysconf(_SC_NPROCESSORS_ONLN); i < n; i++)
        if (!set_add(vm, found, small_int(i))) return VALUE_ERROR;
#endif
    return value_object(found);
}

NATIVE(posix_strerror, "strerror(code: ssize, /)", "Return the text of an error number.")
{
    return text(strerror((int)arg_ssize(args[0])));
}

NATIVE(posix_getlogin, "getlogin()", "Return the user's name.")
{
    char name[256];
    int r = getlogin_r(name, sizeof name);
    return r == 0 ? text(name) : raise_os_error(vm, r, VALUE_NONE);
}

NATIVE(posix_urandom, "urandom(size: ssize, /)", "Return random bytes for cryptography.")
{
    int64_t size = arg_ssize(args[0]);
    if (size < 0) return raise_error(vm, EXC_ValueError, "negative argument not allowed");
    Str *data = bytes_alloc((size_t)size);
    for (size_t done = 0; done < (size_t)size;) {
        ssize_t n = getrandom((char *)(uintptr_t)data->data + done, (size_t)size - done, 0);
        if (n < 0 && errno != EINTR) return raise_os_error(vm, errno, VALUE_NONE);
        if (n > 0) done += (size_t)n;
    }
    return value_object(data);
}

NATIVE(posix_uname, "_uname()", "Return the five texts of uname(2).")
{
    struct utsname u;
    if (uname(&u) != 0) return raise_os_error(vm, errno, VALUE_NONE);
    return value_object(tuple_of(5, text(u.sysname), text(u.nodename), text(u.release),
                                 text(u.version), text(u.machine)));
}

NATIVE(posix_times, "_times()", "Return the processor times and the elapsed time.")
{
    struct tms t;
    double tick = (double)sysconf(_SC_CLK_TCK), elapsed = (double)times(&t);
    return value_object(
        tuple_of(5, value_float((double)t.tms_utime / tick),
                 value_float((double)t.tms_stime / tick), value_float((double)t.tms_cutime / tick),
                 value_float((double)t.tms_cstime / tick), value_float(elapsed / tick)));
}

NATIVE(posix_getloadavg, "getloadavg()", "Return the load of the last 1, 5 and 15 minutes.")
{
    double load[3];
    if (getloadavg(load, 3) != 3)
        return raise_error(vm, EXC_OSError, "Load averages are unobtainable");
    return value_object(
        tuple_of(3, value_float(load[0]), value_float(load[1]), value_float(load[2])));
}

NATIVE(posix_system, "system(command: str)", "Run a command in a shell; return its wait status.")
{
    const char *command = codec_to_os(vm, as_str(args[0]));
    return command ? small_int(system(command)) : VALUE_ERROR;
}

NATIVE(posix_kill, "kill(pid: ssize, signal: ssize, /)", "Send a signal to a process.")
{
    Value v = posix_result(vm, kill((pid_t)arg_ssize(args[0]), (int)arg_ssize(args[1])), VALUE_NONE);
    if (is_error(v)) return v;
    return vm_pending_signal(vm) && !vm_handle_interrupt(vm) ? VALUE_ERROR : v;  // it may have been for us
}

NATIVE(posix_exit, "_exit(status: ssize)", "Leave at once, without writing out files.")
{
    _exit((int)arg_ssize(args[0]));
}

NATIVE(posix_abort, "abort()", "Abort the process.")
{
    abort();
}

NATIVE(posix_exitcode, "waitstatus_to_exitcode(status: ssize)",
       "Return the exit code that a wait status means.")
{
    int status = (int)arg_ssize(args[0]);
    if (WIFEXITED(status)) return small_int(WEXITSTATUS(status));
    if (WIFSIGNALED(status)) return small_int(-WTERMSIG(status));
    return raise_error(vm, EXC_ValueError, "invalid wait status: %d", status);
}

static const NativeDef *const process_natives[] = {
    &def_posix_environ,       &def_posix_putenv,   &def_posix_unsetenv,
    &def_posix_open,          &def_posix_close,    &def_posix_read,
    &def_posix_write,         &def_posix_lseek,    &def_posix_pread,
    &def_posix_pwrite,        &def_posix_fchdir,   &def_posix_fchmod,
    &def_posix_fchown,        &def_posix_sync,     &def_posix_affinity,
    &def_posix_pipe,          &def_posix_dup,      &def_posix_dup2,
    &def_posix_isatty,        &def_posix_fsync,    &def_posix_ftruncate,
    &def_posix_terminal_size, &def_posix_getpid,   &def_posix_getppid,
    &def_posix_getuid,        &def_posix_geteuid,  &def_posix_getgid,
    &def_posix_getegid,       &def_posix_umask,    &def_posix_cpu_count,
    &def_posix_strerror,      &def_posix_getlogin, &def_posix_urandom,
    &def_posix_uname,         &def_posix_times,    &def_posix_getloadavg,
    &def_posix_system,        &def_posix_kill,     &def_posix_exit,
    &def_posix_abort,         &def_posix_exitcode, NULL,
};

bool posix_setup_process(VM *vm, Module *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"F_OK", F_OK},
        {"R_OK", R_OK},
        {"W_OK", W_OK},
        {"X_OK", X_OK},
        {"O_RDONLY", O_RDONLY},
        {"O_WRONLY", O_WRONLY},
        {"O_RDWR", O_RDWR},
        {"O_APPEND", O_APPEND},
        {"O_CREAT", O_CREAT},
        {"O_EXCL", O_EXCL},
        {"O_TRUNC", O_TRUNC},
        {"O_NONBLOCK", O_NONBLOCK},
        {"O_CLOEXEC", O_CLOEXEC},
        {"O_DIRECTORY", O_DIRECTORY},
        {"O_NOFOLLOW", O_NOFOLLOW},
        {"O_SYNC", O_SYNC},
        {"O_NOCTTY", O_NOCTTY},
        {"O_NDELAY", O_NDELAY},
        {"O_DSYNC", O_DSYNC},
        {"O_ACCMODE", O_ACCMODE},
        {"EX_OK", EX_OK},
        {"EX_USAGE", EX_USAGE},
        {"EX_DATAERR", EX_DATAERR},
        {"EX_NOINPUT", EX_NOINPUT},
        {"EX_NOUSER", EX_NOUSER},
        {"EX_NOHOST", EX_NOHOST},
        {"EX_UNAVAILABLE", EX_UNAVAILABLE},
        {"EX_SOFTWARE", EX_SOFTWARE},
        {"EX_OSERR", EX_OSERR},
        {"EX_OSFILE", EX_OSFILE},
        {"EX_CANTCREAT", EX_CANTCREAT},
        {"EX_IOERR", EX_IOERR},
        {"EX_TEMPFAIL", EX_TEMPFAIL},
        {"EX_PROTOCOL", EX_PROTOCOL},
        {"EX_NOPERM", EX_NOPERM},
        {"EX_CONFIG", EX_CONFIG},
    };
    natives_define(vm, module->dict, process_natives, NULL, str_from_cstr("posix"));
    for (size_t i = 0; i < countof(constants); i++)
        dict_set_str(module->dict, str_intern(constants[i].name, strlen(constants[i].name)),
                     small_int(constants[i].value));
    return true;
}

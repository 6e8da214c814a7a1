// SPDX-License-Identifier: MIT
// posix_system.c - the part of module posix about file systems, users, groups, limits, and what descriptors are set to.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "stdlib/posix.h"
#include "vm/codec.h"
#include "vm/vm.h"

static int descriptor(Value v)
{
    int64_t fd = arg_ssize(v);
    return fd < 0 || fd > INT32_MAX ? -1 : (int)fd;
}

// An int, or the OSError of errno for -1.
static Value number(VM *vm, int64_t n)
{
    return n == -1 ? raise_os_error(vm, errno, VALUE_NONE) : int_from_int64(n);
}

static Value text(const char *s)
{
    return value_object(codec_from_os(s, strlen(s)));
}

// File systems

NATIVE(posix_statvfs, "_statvfs(path)", "Return the 11 numbers of statvfs(3).")
{
    Value shown;
    int fd;
    struct statvfs info;
    const char *path = posix_path_or_fd(vm, "statvfs", args[0], &shown, &fd);
    if (!path) return VALUE_ERROR;
    if ((fd < 0 ? statvfs(path, &info) : fstatvfs(fd, &info)) != 0)
        return raise_os_error(vm, errno, fd < 0 ? shown : VALUE_NONE);
    const uint64_t numbers[] = {info.f_bsize, info.f_frsize, info.f_blocks, info.f_bfree, info.f_bavail, info.f_files,
                                info.f_ffree, info.f_favail, info.f_flag, info.f_namemax, info.f_fsid};
    Tuple *t = tuple_new(countof(numbers));
    for (size_t i = 0; i < countof(numbers); i++) t->items[i] = int_from_uint64(numbers[i]);
    return value_object(t);
}

NATIVE(posix_major, "major(device: ssize, /)", "Return the major number of a device.")
{
    return int_from_int64((int64_t)major((dev_t)arg_ssize(args[0])));
}

NATIVE(posix_minor, "minor(device: ssize, /)", "Return the minor number of a device.")
{
    return int_from_int64((int64_t)minor((dev_t)arg_ssize(args[0])));
}

NATIVE(posix_makedev, "makedev(major: ssize, minor: ssize, /)", "Return the device of these numbers.")
{
    return int_from_uint64(makedev((unsigned)arg_ssize(args[0]), (unsigned)arg_ssize(args[1])));
}

NATIVE(posix_sync, "sync()", "Write everything to the disks.")
{
    sync();
    return VALUE_NONE;
}

// Descriptors

NATIVE(posix_pipe2, "pipe2(flags: cint, /)", "Make a pipe with flags such as O_CLOEXEC; return (reading end, writing end).")
{
    int ends[2];
    if (pipe2(ends, (int)as_int(args[0])) != 0) return raise_os_error(vm, errno, VALUE_NONE);
    return value_object(tuple_of(2, small_int(ends[0]), small_int(ends[1])));
}

NATIVE(posix_fdatasync, "fdatasync(fd: ssize)", "Wait until the data of the file are on the disk.")
{
    return posix_result(vm, fdatasync(descriptor(args[0])), VALUE_NONE);
}

NATIVE(posix_closerange, "closerange(fd_low: cint, fd_high: cint, /)", "Close the descriptors from fd_low to fd_high - 1.")
{
    for (int64_t fd = as_int(args[0]); fd < as_int(args[1]); fd++) close((int)fd);
    return VALUE_NONE;
}

NATIVE(posix_get_inheritable, "get_inheritable(fd: ssize, /)", "Return whether programs that are started get the descriptor.")
{
    int flags = fcntl(descriptor(args[0]), F_GETFD);
    return flags < 0 ? raise_os_error(vm, errno, VALUE_NONE) : value_bool(!(flags & FD_CLOEXEC));
}

NATIVE(posix_set_inheritable, "set_inheritable(fd: ssize, inheritable: bool, /)", "Change that.")
{
    int fd = descriptor(args[0]), flags = fcntl(fd, F_GETFD), bit = args[1] == VALUE_TRUE ? 0 : FD_CLOEXEC;
    return posix_result(vm, flags < 0 ? flags : fcntl(fd, F_SETFD, (flags & ~FD_CLOEXEC) | bit), VALUE_NONE);
}

NATIVE(posix_get_blocking, "get_blocking(fd: ssize, /)", "Return whether reading and writing wait.")
{
    int flags = fcntl(descriptor(args[0]), F_GETFL);
    return flags < 0 ? raise_os_error(vm, errno, VALUE_NONE) : value_bool(!(flags & O_NONBLOCK));
}

NATIVE(posix_set_blocking, "set_blocking(fd: ssize, blocking: bool, /)", "Change that.")
{
    int fd = descriptor(args[0]), flags = fcntl(fd, F_GETFL), bit = args[1] == VALUE_TRUE ? 0 : O_NONBLOCK;
    return posix_result(vm, flags < 0 ? flags : fcntl(fd, F_SETFL, (flags & ~O_NONBLOCK) | bit), VALUE_NONE);
}

NATIVE(posix_lockf, "lockf(fd: ssize, command: cint, length: ssize, /)", "Lock, test or unlock a part of a file: F_LOCK and so on.")
{
    return posix_result(vm, lockf(descriptor(args[0]), (int)as_int(args[1]), (off_t)arg_ssize(args[2])), VALUE_NONE);
}

NATIVE(posix_ttyname, "ttyname(fd: ssize, /)", "Return the name of the terminal.")
{
    const char *name = ttyname(descriptor(args[0]));
    return name ? text(name) : raise_os_error(vm, errno, VALUE_NONE);
}

NATIVE(posix_ctermid, "ctermid()", "Return the name of the terminal of this process.")
{
    char name[L_ctermid];
    return text(ctermid(name));
}

// Processes, users, groups

NATIVE(posix_getpgrp, "getpgrp()", "Return the process group.")
{
    return small_int(getpgrp());
}

NATIVE(posix_getpgid, "getpgid(pid: cint)", "Return the process group of a process.")
{
    return number(vm, getpgid((pid_t)as_int(args[0])));
}

NATIVE(posix_getsid, "getsid(pid: cint, /)", "Return the session of a process.")
{
    return number(vm, getsid((pid_t)as_int(args[0])));
}

NATIVE(posix_nice, "nice(increment: cint, /)", "Lower the priority of this process; return what it is.")
{
    errno = 0;
    int value = nice((int)as_int(args[0]));
    return value == -1 && errno ? raise_os_error(vm, errno, VALUE_NONE) : small_int(value);
}

NATIVE(posix_getpriority, "getpriority(which: cint, who: cint)", "Return a priority; which is PRIO_PROCESS, PRIO_PGRP or PRIO_USER.")
{
    errno = 0;
    int value = getpriority((int)as_int(args[0]), (id_t)as_int(args[1]));
    return value == -1 && errno ? raise_os_error(vm, errno, VALUE_NONE) : small_int(value);
}

NATIVE(posix_getgroups, "getgroups()", "Return the groups of this process.")
{
    gid_t groups[65536 / sizeof(gid_t)];
    int n = getgroups((int)countof(groups), groups);
    if (n < 0) return raise_os_error(vm, errno, VALUE_NONE);
    List *list = list_new((size_t)n);
    for (int i = 0; i < n; i++) list_append(list, small_int(groups[i]));
    return value_object(list);
}

NATIVE(posix_user_name, "_user_name(uid: ssize, /)", "Return the name of a user, None if there is none.")
{
    const struct passwd *user = getpwuid((uid_t)arg_ssize(args[0]));
    return user ? text(user->pw_name) : VALUE_NONE;
}

NATIVE(posix_group_name, "_group_name(gid: ssize, /)", "Return the name of a group, None if there is none.")
{
    const struct group *group = getgrgid((gid_t)arg_ssize(args[0]));
    return group ? text(group->gr_name) : VALUE_NONE;
}

NATIVE(posix_sched_yield, "sched_yield()", "Let others run.")
{
    sched_yield();
    return VALUE_NONE;
}

NATIVE(posix_sysconf, "_sysconf(name: cint, /)", "Return a limit or setting of the system.")
{
    errno = 0;
    long value = sysconf((int)as_int(args[0]));
    return value == -1 && errno ? raise_os_error(vm, errno, VALUE_NONE) : int_from_int64(value);
}

static const NativeDef *const system_natives[] = {
    &def_posix_statvfs, &def_posix_major, &def_posix_minor, &def_posix_makedev, &def_posix_sync, &def_posix_pipe2,
    &def_posix_fdatasync, &def_posix_closerange, &def_posix_get_inheritable, &def_posix_set_inheritable,
    &def_posix_get_blocking, &def_posix_set_blocking, &def_posix_lockf, &def_posix_ttyname, &def_posix_ctermid,
    &def_posix_getpgrp, &def_posix_getpgid, &def_posix_getsid, &def_posix_nice, &def_posix_getpriority,
    &def_posix_getgroups, &def_posix_user_name, &def_posix_group_name, &def_posix_sched_yield, &def_posix_sysconf, NULL,
};

typedef struct Constant {
    const char *name;
    int value;
} Constant;

static void define_constants(Dict *dict, const Constant *constants, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dict_set_str(dict, str_intern(constants[i].name, strlen(constants[i].name)), small_int(constants[i].value));
}

bool posix_setup_system(VM *vm, Module *module)
{
    static const Constant constants[] = {
        {"SEEK_DATA", SEEK_DATA}, {"SEEK_HOLE", SEEK_HOLE}, {"O_ASYNC", O_ASYNC}, {"O_DIRECT", O_DIRECT},
        {"O_LARGEFILE", O_LARGEFILE}, {"O_NOATIME", O_NOATIME}, {"O_PATH", O_PATH}, {"O_RSYNC", O_RSYNC},
        {"O_TMPFILE", O_TMPFILE}, {"F_LOCK", F_LOCK}, {"F_TEST", F_TEST}, {"F_TLOCK", F_TLOCK}, {"F_ULOCK", F_ULOCK},
        {"PRIO_PROCESS", PRIO_PROCESS}, {"PRIO_PGRP", PRIO_PGRP}, {"PRIO_USER", PRIO_USER}, {"NGROUPS_MAX", 65536},
        {"TMP_MAX", TMP_MAX}, {"ST_RDONLY", ST_RDONLY}, {"ST_NOSUID", ST_NOSUID}, {"ST_NODEV", ST_NODEV},
        {"ST_NOEXEC", ST_NOEXEC}, {"ST_SYNCHRONOUS", ST_SYNCHRONOUS}, {"ST_MANDLOCK", ST_MANDLOCK}, {"ST_WRITE", ST_WRITE},
        {"ST_APPEND", ST_APPEND}, {"ST_NOATIME", ST_NOATIME}, {"ST_NODIRATIME", ST_NODIRATIME}, {"ST_RELATIME", ST_RELATIME},
    };
    static const Constant settings[] = {
        {"SC_ARG_MAX", _SC_ARG_MAX}, {"SC_CHILD_MAX", _SC_CHILD_MAX}, {"SC_CLK_TCK", _SC_CLK_TCK},
        {"SC_NGROUPS_MAX", _SC_NGROUPS_MAX}, {"SC_OPEN_MAX", _SC_OPEN_MAX}, {"SC_STREAM_MAX", _SC_STREAM_MAX},
        {"SC_TZNAME_MAX", _SC_TZNAME_MAX}, {"SC_VERSION", _SC_VERSION}, {"SC_PAGE_SIZE", _SC_PAGE_SIZE},
        {"SC_PAGESIZE", _SC_PAGESIZE}, {"SC_NPROCESSORS_CONF", _SC_NPROCESSORS_CONF},
        {"SC_NPROCESSORS_ONLN", _SC_NPROCESSORS_ONLN}, {"SC_PHYS_PAGES", _SC_PHYS_PAGES},
        {"SC_AVPHYS_PAGES", _SC_AVPHYS_PAGES}, {"SC_IOV_MAX", _SC_IOV_MAX}, {"SC_LINE_MAX", _SC_LINE_MAX},
        {"SC_LOGIN_NAME_MAX", _SC_LOGIN_NAME_MAX}, {"SC_TTY_NAME_MAX", _SC_TTY_NAME_MAX},
        {"SC_GETPW_R_SIZE_MAX", _SC_GETPW_R_SIZE_MAX}, {"SC_GETGR_R_SIZE_MAX", _SC_GETGR_R_SIZE_MAX},
    };
    natives_define(vm, module->dict, system_natives, NULL, str_from_cstr("posix"));
    define_constants(module->dict, constants, countof(constants));
    Dict *names = dict_new();
    define_constants(names, settings, countof(settings));
    dict_set_str(module->dict, str_from_cstr("sysconf_names"), value_object(names));
    return true;
}

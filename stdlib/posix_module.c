// SPDX-License-Identifier: MIT
// posix_module.c - what module os asks the operating system: files by name. Folders are in
// posix_folder.c, the rest of posix in posix_process.c; os itself, os.path, stat_result, DirEntry
// and walk are written in Rill.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "stdlib/posix.h"
#include "vm/codec.h"
#include "vm/file.h"
#include "vm/vm.h"

// Arguments and results

const char *posix_path(VM *vm, const char *function, Value v, Value *shown)
{
    if (is_str(v) || is_bytes(v) || special_lookup(vm, v, S(__fspath__)) != VALUE_UNBOUND) {
        const char *path = file_path(vm, v, shown);
        if (!path && error_is(vm, EXC_ValueError) && is_object(*shown) &&
            str_has_nul(as_str(*shown))) {
            error_take(vm);
            raise_error(vm, EXC_ValueError, "%s: embedded null character in path", function);
        }
        return path;
    }
    raise_error(vm, EXC_TypeError, "%s: path should be string, bytes or os.PathLike, not %s",
                function, type_name(vm, v));
    return NULL;
}

const char *posix_path_or_fd(VM *vm, const char *function, Value v, Value *shown, int *fd)
{
    int64_t n;
    *fd = -1;
    if (is_str(v) || is_bytes(v) || special_lookup(vm, v, S(__fspath__)) != VALUE_UNBOUND)
        return posix_path(vm, function, v, shown);
    if (is_any_int(v) && int_to_int64(v, &n) && n >= 0 && n <= INT_MAX) {
        *fd = (int)n;
        *shown = v;
        return "";
    }
    raise_error(vm, EXC_TypeError,
                "%s: path should be string, bytes, os.PathLike or integer, not %s", function,
                type_name(vm, v));
    return NULL;
}

bool posix_dir_fd(VM *vm, Value v, int *fd)
{
    int64_t n;
    *fd = AT_FDCWD;
    if (v == VALUE_NONE) return true;
    if (!is_any_int(v)) {
        raise_error(vm, EXC_TypeError, "argument should be integer or None, not %s",
                    type_name(vm, v));
        return false;
    }
    if (!int_to_int64(v, &n) || n < INT_MIN || n > INT_MAX) {
        raise_error(vm, EXC_OverflowError,
                    int_sign(v) < 0 ? "fd is less than minimum" : "fd is greater than maximum");
        return false;
    }
    *fd = (int)n;
    return true;
}

Value posix_result(VM *vm, int r, Value filename)
{
    return r == 0 ? VALUE_NONE : raise_os_error(vm, errno, filename);
}

static Value result_of_two(VM *vm, int r, Value from, Value to)
{
    if (r == 0) return VALUE_NONE;
    raise_os_error(vm, errno, from);
    exception_set_field(as_exception(vm->exception), FIELD_FILENAME2, to);
    return VALUE_ERROR;
}

Value posix_name_like(Value model, const char *text)
{
    if (is_bytes(model)) return value_object(bytes_new(text, strlen(text)));
    return value_object(codec_from_os(text, strlen(text)));
}

// Files. In all of them dir_fd is the folder that a relative path begins in.

// A path and a dir_fd, the arguments of the *at functions; NULL: raised.
static const char *path_at(VM *vm, const char *function, Value path, Value dir_fd, Value *shown,
                           int *dir)
{
    return posix_dir_fd(vm, dir_fd, dir) ? posix_path(vm, function, path, shown) : NULL;
}

static Value remove_at(VM *vm, const char *function, Value *args, int flags)
{
    Value shown;
    int dir;
    const char *path = path_at(vm, function, args[0], args[1], &shown, &dir);
    return path ? posix_result(vm, unlinkat(dir, path, flags), shown) : VALUE_ERROR;
}

NATIVE(posix_remove, "remove(path, *, dir_fd=None)", "Remove a file.")
{
    return remove_at(vm, "remove", args, 0);
}

NATIVE(posix_unlink, "unlink(path, *, dir_fd=None)", "Remove a file.")
{
    return remove_at(vm, "unlink", args, 0);
}

NATIVE(posix_rmdir, "rmdir(path, *, dir_fd=None)", "Remove an empty folder.")
{
    return remove_at(vm, "rmdir", args, AT_REMOVEDIR);
}

NATIVE(posix_mkdir, "mkdir(path, mode: ssize = 511, *, dir_fd=None)", "Make a folder.")
{
    Value shown;
    int dir;
    const char *path = path_at(vm, "mkdir", args[0], args[2], &shown, &dir);
    return path ? posix_result(vm, mkdirat(dir, path, (mode_t)arg_ssize(args[1])), shown)
                : VALUE_ERROR;
}

NATIVE(posix_mkfifo, "mkfifo(path, mode: ssize = 438, *, dir_fd=None)", "Make a named pipe.")
{
    Value shown;
    int dir;
    const char *path = path_at(vm, "mkfifo", args[0], args[2], &shown, &dir);
    return path ? posix_result(vm, mkfifoat(dir, path, (mode_t)arg_ssize(args[1])), shown)
                : VALUE_ERROR;
}

// rename and link: args are from, to and the folders of both.
static Value call_pair(VM *vm, const char *function, Value *args, int flags)
{
    Value from, to;
    int from_dir, to_dir;
    const char *from_path = path_at(vm, function, args[0], args[2], &from, &from_dir);
    const char *to_path = from_path ? path_at(vm, function, args[1], args[3], &to, &to_dir) : NULL;
    if (!to_path) return VALUE_ERROR;
    int r = flags < 0 ? renameat(from_dir, from_path, to_dir, to_path)
                      : linkat(from_dir, from_path, to_dir, to_path, flags);
    return result_of_two(vm, r, from, to);
}

NATIVE(posix_rename, "rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
       "Rename a file or folder.")
{
    return call_pair(vm, "rename", args, -1);
}
NATIVE(posix_replace, "replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
       "Rename a file or folder, over what has that name.")
{
    return call_pair(vm, "replace", args, -1);
}
NATIVE(posix_link,
       "link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks: bool = True)",
       "Make a hard link.")
{
    return call_pair(vm, "link", args, 0);
}

NATIVE(posix_symlink, "symlink(src, dst, target_is_directory=False, *, dir_fd=None)",
       "Make a symbolic link.")
{
    Value from, to;
    int dir;
    const char *from_path = posix_path(vm, "symlink", args[0], &from);
    const char *to_path = from_path ? path_at(vm, "symlink", args[1], args[3], &to, &dir) : NULL;
    return to_path ? result_of_two(vm, symlinkat(from_path, dir, to_path), from, to) : VALUE_ERROR;
}

NATIVE(posix_readlink, "readlink(path, *, dir_fd=None)", "Return what a symbolic link says.")
{
    Value shown;
    int dir;
    char target[PATH_MAX];
    const char *path = path_at(vm, "readlink", args[0], args[1], &shown, &dir);
    if (!path) return VALUE_ERROR;
    ssize_t n = readlinkat(dir, path, target, sizeof target - 1);
    if (n < 0) return raise_os_error(vm, errno, shown);
    target[n] = '\0';
    return posix_name_like(shown, target);
}

static Value nanoseconds(struct timespec t)
{
    return int_from_int64((int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
}

static Value stat_tuple(const struct stat *s)
{
    return value_object(tuple_of(
        13, int_from_uint64(s->st_mode), int_from_uint64(s->st_ino), int_from_uint64(s->st_dev),
        int_from_uint64(s->st_nlink), int_from_uint64(s->st_uid), int_from_uint64(s->st_gid),
        int_from_int64(s->st_size), nanoseconds(s->st_atim), nanoseconds(s->st_mtim),
        nanoseconds(s->st_ctim), int_from_int64(s->st_blocks), int_from_int64(s->st_blksize),
        int_from_uint64(s->st_rdev)));
}

NATIVE(posix_stat, "_stat(path, follow_symlinks: bool = True, dir_fd=None)",
       "Return the 13 numbers of stat(2), times in nanoseconds.")
{
    Value shown;
    int fd, dir;
    struct stat info;
    bool follows = args[1] == VALUE_TRUE;
    if (!posix_dir_fd(vm, args[2], &dir)) return VALUE_ERROR;
    const char *path = posix_path_or_fd(vm, follows ? "stat" : "lstat", args[0], &shown, &fd);
    if (!path) return VALUE_ERROR;
    if (fd < 0) stream_sync_path(vm, path, false);
    int r =
        fd >= 0 ? fstat(fd, &info) : fstatat(dir, path, &info, follows ? 0 : AT_SYMLINK_NOFOLLOW);
    if (r != 0) return raise_os_error(vm, errno, fd >= 0 ? VALUE_NONE : shown);
    return stat_tuple(&info);
}

NATIVE(
    posix_kind, "_kind(path)",
    "Return what a path leads to: 'd', 'f', '?' or, if nothing, ''. Raises nothing for bad paths.")
{
    Value shown;
    int fd;
    struct stat info;
    const char *path = posix_path_or_fd(vm, "stat", args[0], &shown, &fd);
    if (!path) {
        if (!error_is(vm, EXC_ValueError)) return VALUE_ERROR;
        error_take(vm);
        return value_object(str_empty);
    }
    int r = fd >= 0 ? fstat(fd, &info) : stat(path, &info);
    const char *kind = r != 0                  ? ""
                       : S_ISDIR(info.st_mode) ? "d"
                       : S_ISREG(info.st_mode) ? "f"
                                               : "?";
    return value_object(str_from_cstr(kind));
}

NATIVE(posix_access,
       "access(path, mode: ssize, *, dir_fd=None, effective_ids: bool = False, follow_symlinks: "
       "bool = True)",
       "Return whether the file may be used that way.")
{
    Value shown;
    int dir, flags = (args[3] == VALUE_TRUE ? AT_EACCESS : 0) |
                     (args[4] == VALUE_TRUE ? 0 : AT_SYMLINK_NOFOLLOW);
    const char *path = path_at(vm, "access", args[0], args[2], &shown, &dir);
    return path ? value_bool(faccessat(dir, path, (int)arg_ssize(args[1]), flags) == 0)
                : VALUE_ERROR;
}

NATIVE(posix_chmod, "chmod(path, mode: ssize, *, dir_fd=None, follow_symlinks: bool = True)",
       "Change who may use a file.")
{
    Value shown;
    int fd, dir, flags = args[3] == VALUE_TRUE ? 0 : AT_SYMLINK_NOFOLLOW;
    mode_t mode = (mode_t)arg_ssize(args[1]);
    if (!posix_dir_fd(vm, args[2], &dir)) return VALUE_ERROR;
    const char *path = posix_path_or_fd(vm, "chmod", args[0], &shown, &fd);
    if (!path) return VALUE_ERROR;
    return posix_result(vm, fd >= 0 ? fchmod(fd, mode) : fchmodat(dir, path, mode, flags), shown);
}

NATIVE(posix_chown,
       "chown(path, uid: ssize, gid: ssize, *, dir_fd=None, follow_symlinks: bool = True)",
       "Change the owner and the group of a file; -1: keep it.")
{
    Value shown;
    int fd, dir, flags = args[4] == VALUE_TRUE ? 0 : AT_SYMLINK_NOFOLLOW;
    uid_t uid = (uid_t)arg_ssize(args[1]);
    gid_t gid = (gid_t)arg_ssize(args[2]);
    if (!posix_dir_fd(vm, args[3], &dir)) return VALUE_ERROR;
    const char *path = posix_path_or_fd(vm, "chown", args[0], &shown, &fd);
    if (!path) return VALUE_ERROR;
    return posix_result(vm, fd >= 0 ? fchown(fd, uid, gid) : fchownat(dir, path, uid, gid, flags),
                        shown);
}

NATIVE(posix_truncate, "truncate(path, length: ssize)", "Cut a file off.")
{
    Value shown;
    int fd;
    off_t length = (off_t)arg_ssize(args[1]);
    const char *path = posix_path_or_fd(vm, "truncate", args[0], &shown, &fd);
    if (!path) return VALUE_ERROR;
    return posix_result(vm, fd >= 0 ? ftruncate(fd, length) : truncate(path, length), shown);
}

static bool time_arg(VM *vm, Value v, struct timespec *out)
{
    double seconds;
    if (!is_any_float(v) && is_error(v = value_index(vm, v))) return false;
    if (is_int(v)) {
        *out = (struct timespec){.tv_sec = as_int(v)};
        return true;
    }
    if (!number_to_double(vm, v, &seconds)) return false;
    time_t whole = (time_t)seconds;
    if ((double)whole > seconds) whole--;
    *out = (struct timespec){.tv_sec = whole, .tv_nsec = (long)((seconds - (double)whole) * 1e9)};
    return true;
}

// An int of nanoseconds.
static bool nanoseconds_arg(VM *vm, Value v, struct timespec *out)
{
    int64_t n;
    v = value_index(vm, v);
    if (is_error(v)) return false;
    if (!int_to_int64(v, &n)) {
        raise_error(vm, EXC_OverflowError, "timestamp out of range for platform time_t");
        return false;
    }
    int64_t rest = n % 1000000000;
    *out = (struct timespec){.tv_sec = n / 1000000000 - (rest < 0),
                             .tv_nsec = rest + (rest < 0) * 1000000000};
    return true;
}

static bool times_arg(VM *vm, Value seconds, Value ns, struct timespec *out)
{
    bool has_ns = ns != VALUE_UNBOUND;
    Value pair = has_ns ? ns : seconds;
    if (has_ns && seconds != VALUE_NONE) {
        raise_error(vm, EXC_ValueError,
                    "utime: you may specify either 'times' or 'ns' but not both");
        return false;
    }
    if (!is_tuple(pair) || as_tuple(pair)->len != 2) {
        raise_error(vm, EXC_TypeError,
                    has_ns ? "utime: 'ns' must be a tuple of two ints"
                           : "utime: 'times' must be either a tuple of two ints or None");
        return false;
    }
    for (int i = 0; i < 2; i++) {
        Value v = as_tuple(pair)->items[i];
        if (has_ns ? !nanoseconds_arg(vm, v, &out[i]) : !time_arg(vm, v, &out[i])) return false;
    }
    return true;
}

NATIVE(posix_utime, "utime(path, times=None, *, ns=?, dir_fd=None, follow_symlinks: bool = True)",
       "Set the times (access, modification) of a file; None: now.")
{
    Value shown;
    struct timespec times[2];
    bool is_now = args[1] == VALUE_NONE && args[2] == VALUE_UNBOUND;
    int fd, dir, flags = args[4] == VALUE_TRUE ? 0 : AT_SYMLINK_NOFOLLOW;
    if (!posix_dir_fd(vm, args[3], &dir)) return VALUE_ERROR;
    const char *path = posix_path_or_fd(vm, "utime", args[0], &shown, &fd);
    if (!path || (!is_now && !times_arg(vm, args[1], args[2], times))) return VALUE_ERROR;
    const struct timespec *set = is_now ? NULL : times;
    return posix_result(vm, fd >= 0 ? futimens(fd, set) : utimensat(dir, path, set, flags), shown);
}

NATIVE(posix_fspath, "fspath(path)", "Return the str or bytes of a path object.")
{
    Value shown;
    if (is_str(args[0]) || is_bytes(args[0])) return args[0];
    return file_path(vm, args[0], &shown) ? shown : VALUE_ERROR;
}

static const NativeDef *const natives[] = {
    &def_posix_mkdir,
    &def_posix_rmdir,
    &def_posix_mkfifo,
    &def_posix_remove,
    &def_posix_unlink,
    &def_posix_rename,
    &def_posix_replace,
    &def_posix_link,
    &def_posix_symlink,
    &def_posix_readlink,
    &def_posix_stat,
    &def_posix_kind,
    &def_posix_access,
    &def_posix_chmod,
    &def_posix_chown,
    &def_posix_truncate,
    &def_posix_utime,
    &def_posix_fspath,
    NULL,
};

static bool set_up(VM *vm, Module *module)
{
    return posix_setup_folders(vm, module) && posix_setup_process(vm, module) && posix_setup_system(vm, module);
}

const ModuleDef module_posix = {
    .name = "posix",
    .doc = "What the operating system offers; use module os.",
    .natives = natives,
    .setup = set_up,
};

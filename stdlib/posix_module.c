// SPDX-License-Identifier: MIT
// posix_module.c - what module os asks the operating system: files by name. The rest of posix is in
// posix_process.c; os itself, os.path, stat_result, DirEntry and walk are written in Rill.
#include <dirent.h>
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

// Of a function that also takes a descriptor: *fd is it, or -1.
static const char *path_or_fd(VM *vm, const char *function, Value v, Value *shown, int *fd)
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

// A name from the system, of the type of the path that was asked about.
static Value name_like(Value model, const char *text)
{
    if (is_bytes(model)) return value_object(bytes_new(text, strlen(text)));
    return value_object(codec_from_os(text, strlen(text)));
}

// Folders

NATIVE(posix_getcwd, "getcwd()", "Return the current folder.")
{
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder)) return raise_os_error(vm, errno, VALUE_NONE);
    return value_object(codec_from_os(folder, strlen(folder)));
}

NATIVE(posix_chdir, "chdir(path)", "Change the current folder.")
{
    Value shown;
    const char *path = posix_path(vm, "chdir", args[0], &shown);
    return path ? posix_result(vm, chdir(path), shown) : VALUE_ERROR;
}

NATIVE(posix_mkdir, "mkdir(path, mode: ssize = 511)", "Make a folder.")
{
    Value shown;
    const char *path = posix_path(vm, "mkdir", args[0], &shown);
    return path ? posix_result(vm, mkdir(path, (mode_t)arg_ssize(args[1])), shown) : VALUE_ERROR;
}

NATIVE(posix_rmdir, "rmdir(path)", "Remove an empty folder.")
{
    Value shown;
    const char *path = posix_path(vm, "rmdir", args[0], &shown);
    return path ? posix_result(vm, rmdir(path), shown) : VALUE_ERROR;
}

static DIR *open_folder(VM *vm, const char *function, Value v, Value *shown)
{
    if (v == VALUE_NONE) v = value_object(str_from_cstr("."));
    if (!is_str(v) && !is_bytes(v) && special_lookup(vm, v, S(__fspath__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError,
                    "%s: path should be string, bytes, os.PathLike, integer or None, not %s",
                    function, type_name(vm, v));
        return NULL;
    }
    const char *path = posix_path(vm, function, v, shown);
    if (!path) return NULL;
    bool has_retried = false;
    for (;;) {
        DIR *dir = opendir(path);
        if (dir || !stream_may_retry(vm, errno, &has_retried)) {
            if (!dir) raise_os_error(vm, errno, *shown);
            return dir;
        }
    }
}

static bool is_dots(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

NATIVE(posix_listdir, "listdir(path=None)", "Return the names in a folder, in no particular order.")
{
    Value shown;
    DIR *dir = open_folder(vm, "listdir", args[0], &shown);
    if (!dir) return VALUE_ERROR;
    List *names = list_new(0);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (!is_dots(e->d_name)) list_append(names, name_like(shown, e->d_name));
    closedir(dir);
    return value_object(names);
}

NATIVE(posix_scan, "_scan(path=None)", "Return (name, kind, inode) of everything in a folder.")
{
    Value shown;
    DIR *dir = open_folder(vm, "scandir", args[0], &shown);
    if (!dir) return VALUE_ERROR;
    List *entries = list_new(0);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (is_dots(e->d_name)) continue;
        const char *kind = e->d_type == DT_DIR   ? "d"
                           : e->d_type == DT_REG ? "f"
                           : e->d_type == DT_LNK ? "l"
                                                 : "?";
        Value name = name_like(shown, e->d_name), kind_text = value_object(str_from_cstr(kind));
        list_append(entries, value_object(tuple_of(3, name, kind_text, int_from_uint64(e->d_ino))));
    }
    closedir(dir);
    return value_object(entries);
}

// Files

NATIVE(posix_remove, "remove(path)", "Remove a file.")
{
    Value shown;
    const char *path = posix_path(vm, "remove", args[0], &shown);
    return path ? posix_result(vm, unlink(path), shown) : VALUE_ERROR;
}

NATIVE(posix_unlink, "unlink(path)", "Remove a file.")
{
    Value shown;
    const char *path = posix_path(vm, "unlink", args[0], &shown);
    return path ? posix_result(vm, unlink(path), shown) : VALUE_ERROR;
}

typedef int (*PairCall)(const char *from, const char *to);

static Value call_pair(VM *vm, const char *function, PairCall call, Value a, Value b)
{
    Value from, to;
    const char *from_path = posix_path(vm, function, a, &from);
    const char *to_path = from_path ? posix_path(vm, function, b, &to) : NULL;
    return to_path ? result_of_two(vm, call(from_path, to_path), from, to) : VALUE_ERROR;
}

NATIVE(posix_rename, "rename(src, dst)", "Rename a file or folder.")
{
    return call_pair(vm, "rename", rename, args[0], args[1]);
}
NATIVE(posix_replace, "replace(src, dst)", "Rename a file or folder, over what has that name.")
{
    return call_pair(vm, "replace", rename, args[0], args[1]);
}
NATIVE(posix_link, "link(src, dst)", "Make a hard link.")
{
    return call_pair(vm, "link", link, args[0], args[1]);
}
NATIVE(posix_symlink, "symlink(src, dst, target_is_directory=False)", "Make a symbolic link.")
{
    return call_pair(vm, "symlink", symlink, args[0], args[1]);
}

NATIVE(posix_readlink, "readlink(path)", "Return what a symbolic link says.")
{
    Value shown;
    char target[PATH_MAX];
    const char *path = posix_path(vm, "readlink", args[0], &shown);
    if (!path) return VALUE_ERROR;
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n < 0) return raise_os_error(vm, errno, shown);
    target[n] = '\0';
    return name_like(shown, target);
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

NATIVE(posix_stat, "_stat(path, follow_symlinks: bool = True)",
       "Return the 13 numbers of stat(2), times in nanoseconds.")
{
    Value shown;
    int fd;
    struct stat info;
    const char *path =
        path_or_fd(vm, args[1] == VALUE_TRUE ? "stat" : "lstat", args[0], &shown, &fd);
    if (!path) return VALUE_ERROR;
    if (fd < 0) stream_sync_path(path);
    int r = fd >= 0                 ? fstat(fd, &info)
            : args[1] == VALUE_TRUE ? stat(path, &info)
                                    : lstat(path, &info);
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
    const char *path = path_or_fd(vm, "stat", args[0], &shown, &fd);
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

NATIVE(posix_access, "access(path, mode: ssize)", "Return whether the file may be used that way.")
{
    Value shown;
    const char *path = posix_path(vm, "access", args[0], &shown);
    return path ? value_bool(access(path, (int)arg_ssize(args[1])) == 0) : VALUE_ERROR;
}

NATIVE(posix_chmod, "chmod(path, mode: ssize)", "Change who may use a file.")
{
    Value shown;
    const char *path = posix_path(vm, "chmod", args[0], &shown);
    return path ? posix_result(vm, chmod(path, (mode_t)arg_ssize(args[1])), shown) : VALUE_ERROR;
}

NATIVE(posix_truncate, "truncate(path, length: ssize)", "Cut a file off.")
{
    Value shown;
    const char *path = posix_path(vm, "truncate", args[0], &shown);
    return path ? posix_result(vm, truncate(path, (off_t)arg_ssize(args[1])), shown) : VALUE_ERROR;
}

static bool time_arg(VM *vm, Value v, struct timespec *out)
{
    double seconds;
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

NATIVE(posix_utime, "utime(path, times=None)",
       "Set the times (access, modification) of a file; None: now.")
{
    Value shown, pair[2];
    struct timespec times[2];
    const char *path = posix_path(vm, "utime", args[0], &shown);
    if (!path) return VALUE_ERROR;
    if (args[1] == VALUE_NONE) return posix_result(vm, utimensat(AT_FDCWD, path, NULL, 0), shown);
    if (!is_tuple(args[1]) || as_tuple(args[1])->len != 2)
        return raise_error(vm, EXC_TypeError,
                           "utime: 'times' must be either a tuple of two ints or None");
    memcpy(pair, as_tuple(args[1])->items, sizeof pair);
    if (!time_arg(vm, pair[0], &times[0]) || !time_arg(vm, pair[1], &times[1])) return VALUE_ERROR;
    return posix_result(vm, utimensat(AT_FDCWD, path, times, 0), shown);
}

NATIVE(posix_fspath, "fspath(path)", "Return the str or bytes of a path object.")
{
    Value shown;
    if (is_str(args[0]) || is_bytes(args[0])) return args[0];
    return file_path(vm, args[0], &shown) ? shown : VALUE_ERROR;
}

static const NativeDef *const natives[] = {
    &def_posix_getcwd,   &def_posix_chdir,   &def_posix_mkdir,
    &def_posix_rmdir,    &def_posix_listdir, &def_posix_scan,
    &def_posix_remove,   &def_posix_unlink,  &def_posix_rename,
    &def_posix_replace,  &def_posix_link,    &def_posix_symlink,
    &def_posix_readlink, &def_posix_stat,    &def_posix_kind,
    &def_posix_access,   &def_posix_chmod,   &def_posix_truncate,
    &def_posix_utime,    &def_posix_fspath,  NULL,
};

const ModuleDef module_posix = {
    .name = "posix",
    .doc = "What the operating system offers; use module os.",
    .natives = natives,
    .setup = posix_setup_process,
};

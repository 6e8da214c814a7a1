// SPDX-License-Identifier: MIT
// posix_folder.c - the part of module posix about folders: the current one, and what is in one.
// INVARIANT: a Folder's dir is open, or NULL: it was read to its end, closed, or given up by a
// finaliser.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "stdlib/posix.h"
#include "vm/codec.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/vm.h"

typedef struct Folder {
    DIR *dir;
    bool is_fd;  // it was given as a descriptor, which has to stay at the start
} Folder;

typedef struct FolderReader {  // what os.scandir goes through
    Object object;
    Folder *folder;
    Value shown;
} FolderReader;

static Class *reader_class;

NATIVE(posix_getcwd, "getcwd()", "Return the current folder.")
{
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder)) return raise_os_error(vm, errno, VALUE_NONE);
    return value_object(codec_from_os(folder, strlen(folder)));
}

NATIVE(posix_chdir, "chdir(path)", "Change the current folder.")
{
    Value shown;
    int fd;
    const char *path = posix_path_or_fd(vm, "chdir", args[0], &shown, &fd);
    return path ? posix_result(vm, fd >= 0 ? fchdir(fd) : chdir(path), shown) : VALUE_ERROR;
}

// Reading

static void close_folder(Folder *f)
{
    if (f->dir && f->is_fd) rewinddir(f->dir);
    if (f->dir) closedir(f->dir);
    f->dir = NULL;
}

static void close_abandoned(void *folder, void *data)
{
    (void)data;
    close_folder(folder);
}

static DIR *open_path(VM *vm, const char *path, int fd, Value shown)
{
    bool has_retried = false;
    for (;;) {
        int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
        DIR *dir = fd < 0 ? opendir(path) : copy < 0 ? NULL : fdopendir(copy);
        if (dir) return dir;
        int code = errno;
        if (copy >= 0) close(copy);
        if (stream_may_retry(vm, code, &has_retried)) continue;
        raise_os_error(vm, code, fd < 0 ? shown : VALUE_NONE);
        return NULL;
    }
}

static Folder *open_folder(VM *vm, const char *function, Value v, Value *shown)
{
    int fd;
    if (v == VALUE_NONE) v = value_object(str_from_cstr("."));
    if (!is_str(v) && !is_bytes(v) && !is_any_int(v) &&
        special_lookup(vm, v, S(__fspath__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError,
                    "%s: path should be string, bytes, os.PathLike, integer or None, not %s",
                    function, type_name(vm, v));
        return NULL;
    }
    const char *path = posix_path_or_fd(vm, function, v, shown, &fd);
    DIR *dir = path ? open_path(vm, path, fd, *shown) : NULL;
    if (!dir) return NULL;
    Folder *f = gc_alloc(sizeof *f);
    f->dir = dir;
    f->is_fd = fd >= 0;
    return f;
}

// The next entry but "." and ".."; NULL: no more, and the folder is closed.
static const struct dirent *read_entry(Folder *f)
{
    while (f->dir) {
        const struct dirent *e = readdir(f->dir);
        if (!e) {
            close_folder(f);
        } else if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            return e;
        }
    }
    return NULL;
}

static Value entry_tuple(Value shown, const struct dirent *e)
{
    const char *kind = e->d_type == DT_DIR   ? "d"
                       : e->d_type == DT_REG ? "f"
                       : e->d_type == DT_LNK ? "l"
                                             : "?";
    Value name = posix_name_like(shown, e->d_name), text = value_object(str_from_cstr(kind));
    return value_object(tuple_of(3, name, text, int_from_uint64(e->d_ino)));
}

NATIVE(posix_listdir, "listdir(path=None)", "Return the names in a folder, in no particular order.")
{
    Value shown;
    Folder *f = open_folder(vm, "listdir", args[0], &shown);
    if (!f) return VALUE_ERROR;
    List *names = list_new(0);
    for (const struct dirent *e; (e = read_entry(f)) != NULL;)
        list_append(names, posix_name_like(shown, e->d_name));
    return value_object(names);
}

NATIVE(posix_scan, "_scan(path=None)", "Return (name, kind, inode) of everything in a folder.")
{
    Value shown;
    Folder *f = open_folder(vm, "scandir", args[0], &shown);
    if (!f) return VALUE_ERROR;
    List *entries = list_new(0);
    for (const struct dirent *e; (e = read_entry(f)) != NULL;)
        list_append(entries, entry_tuple(shown, e));
    return value_object(entries);
}

// The reader

static FolderReader *as_reader(Value v)
{
    return as_pointer(v);
}

NATIVE(posix_folder, "_folder(path=None)", "Return a reader of a folder, for scandir.")
{
    Value shown;
    Folder *f = open_folder(vm, "scandir", args[0], &shown);
    if (!f) return VALUE_ERROR;
    gc_set_finalizer(f, close_abandoned, NULL);
    FolderReader *r = object_alloc(reader_class, KIND_OPAQUE, sizeof *r);
    r->folder = f;
    r->shown = shown;
    return value_object(r);
}

NATIVE(reader_read, "read(self, /)", "Return (name, kind, inode) of the next entry, or None.")
{
    const struct dirent *e = read_entry(as_reader(args[0])->folder);
    return e ? entry_tuple(as_reader(args[0])->shown, e) : VALUE_NONE;
}

NATIVE(reader_close, "close(self, /)", "Read no more.")
{
    close_folder(as_reader(args[0])->folder);
    return VALUE_NONE;
}

bool posix_setup_folders(VM *vm, Module *module)
{
    static const NativeDef *const natives[] = {&def_posix_getcwd,  &def_posix_chdir,
                                               &def_posix_listdir, &def_posix_scan,
                                               &def_posix_folder,  NULL};
    static const NativeDef *const methods[] = {&def_reader_read, &def_reader_close, NULL};
    static const TypeDef type = {
        .name = "posix._FolderReader",
        .kind = KIND_OPAQUE,
        .doc = "Reads the entries of a folder one by one.",
        .methods = methods,
        .flags = CLASS_FINAL,
        .object_size = sizeof(FolderReader),
    };
    reader_class = class_define(vm, &type, NULL);
    natives_define(vm, module->dict, natives, NULL, str_from_cstr("posix"));
    return true;
}

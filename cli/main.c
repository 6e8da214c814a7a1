// SPDX-License-Identifier: MIT
// main.c - the program rill: its command line, and the exit statuses it promises:
// the script's own, 1 after an uncaught exception, 2 if there is nothing to run, 130 after Ctrl-C,
// 141 when the reader of its output has gone.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/api.h"
#include "vm/codec.h"
#include "vm/coding.h"
#include "vm/file.h"
#include "vm/gc.h"

enum { STATUS_USAGE = 2 };

typedef enum Action {
    RUN_FILE,
    RUN_CODE,
    RUN_MODULE,
    RUN_STDIN,
    DISASSEMBLE,
    CHECK,
    EXPLAIN
} Action;

typedef struct Options {
    Action action;
    const char *what;  // file, code or module
    int first_arg;     // index in argv of the script's first argument
    bool plain_errors, generator_warnings;
} Options;

static const char help_text[] =
    "usage: rill [option] ... [FILE | -c CODE | -m MODULE | -] [arg] ...\n"
    "Run a Rill program: a strict subset of Python 3.13.\n"
    "\n"
    "  FILE             run the program in FILE\n"
    "  -c CODE          run CODE\n"
    "  -m MODULE        run a module as a program\n"
    "  -                run what comes from standard input (the default when it is no terminal)\n"
    "  arg ...          arguments of the program, in sys.argv[1:]\n"
    "  --dis FILE       print the bytecode of FILE beside its source lines\n"
    "  --check FILE     list what in FILE is not part of Rill, without running it\n"
    "  --explain NAME   a lesson about an error or a note, with examples; without NAME, their "
    "list\n"
    "  --plain-errors   tracebacks exactly as Python prints them, without notes of Rill's own\n"
    "  -W generators    warn about generators that are dropped unused or iterated again\n"
    "  -V, --version    print the version\n"
    "  -h, --help       print this\n";

static VM *interrupted_vm;

static void on_interrupt(__attribute__((unused)) int signal_number)
{
    if (interrupted_vm) interrupted_vm->interrupt |= INTERRUPT_SIGNAL;
}

// Without SA_RESTART: a read that waits gives up, and KeyboardInterrupt is raised.
static void set_signals(VM *vm)
{
    interrupted_vm = vm;
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;  // writing to a closed pipe raises BrokenPipeError instead
    sigaction(SIGPIPE, &action, NULL);
}

static int usage_error(const char *fmt, const char *what)
{
    fprintf(stderr, "rill: ");
    fprintf(stderr, fmt, what);
    fprintf(stderr, "\nTry `rill --help`.\n");
    return STATUS_USAGE;
}

// The options that are followed by what to run. 1: found; 0: not one of them; -1: its argument
// lacks.
static int action_option(Options *o, int argc, char **argv, int i)
{
    static const struct {
        const char *name;
        Action action;
    } actions[] = {
        {"-c", RUN_CODE}, {"-m", RUN_MODULE}, {"--dis", DISASSEMBLE}, {"--check", CHECK}};
    for (size_t k = 0; k < countof(actions); k++) {
        const char *name = actions[k].name;
        bool is_short = name[1] != '-';
        if (is_short ? strncmp(argv[i], name, 2) != 0 : strcmp(argv[i], name) != 0) continue;
        bool is_joined = is_short && argv[i][2] != '\0';
        if (!is_joined && i + 1 == argc) return -1;
        o->action = actions[k].action;
        o->what = is_joined ? argv[i] + 2 : argv[i + 1];
        o->first_arg = is_joined ? i + 1 : i + 2;
        return 1;
    }
    return 0;
}

// -1: go on and run; else the exit status.
static int parse_options(Options *o, int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        const char *arg = argv[i];
        if (strcmp(arg, "-h") == 0 || strcmp(arg, "--help") == 0)
            return fputs(help_text, stdout), 0;
        if (strcmp(arg, "-V") == 0 || strcmp(arg, "--version") == 0)
            return printf("Rill %s\n", RILL_VERSION), 0;
        if (strcmp(arg, "--plain-errors") == 0) {
            o->plain_errors = true;
            continue;
        }
        if (strncmp(arg, "-W", 2) == 0) {
            if (arg[2] == '\0' && ++i == argc)
                return usage_error("argument expected for the %s option", "-W");
            const char *what = arg[2] ? arg + 2 : argv[i];
            if (strcmp(what, "generators") == 0) o->generator_warnings = true;
            continue;
        }
        if (strcmp(arg, "--explain") == 0) {
            o->action = EXPLAIN;
            o->what = i + 1 < argc ? argv[i + 1] : NULL;
            o->first_arg = argc;
            return -1;
        }
        if (strcmp(arg, "--") == 0) {
            i++;
            break;
        }
        int found = action_option(o, argc, argv, i);
        if (found < 0) return usage_error("argument expected for the %s option", arg);
        if (found > 0) return -1;
        return usage_error("unknown option %s", arg);
    }
    o->action = i < argc && strcmp(argv[i], "-") != 0 ? RUN_FILE : RUN_STDIN;
    o->what = i < argc ? argv[i] : NULL;
    o->first_arg = i < argc ? i + 1 : i;
    return -1;
}

// Source text

// The script's name in tracebacks and __file__ is absolute, as in CPython.
static Str *absolute_name(const char *path)
{
    char folder[PATH_MAX];
    Str *name = codec_from_os(path, strlen(path));
    if (path[0] == '/' || !getcwd(folder, sizeof folder)) return name;
    if (path[0] == '.' && path[1] == '/') path += 2;
    return str_format("%s/%s", codec_from_os(folder, strlen(folder))->data,
                      codec_from_os(path, strlen(path))->data);
}

static int cannot_open(const char *path, int code)
{
    fprintf(stderr, "rill: can't open file '%s': [Errno %d] %s\n", absolute_name(path)->data, code,
            strerror(code));
    return STATUS_USAGE;
}

static Str *read_descriptor(VM *vm, int fd)
{
    Stream *s = stream_of_fd(fd, true, false, false);
    Value bytes = stream_read(vm, s, -1);
    return is_error(bytes) ? NULL : as_str(bytes);
}

// One line for text that is not UTF-8: where, and which byte.
static int report_bad_text(const char *path, const Str *bytes, size_t bad_at)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < bad_at; i++) {
        unsigned char c = (unsigned char)bytes->data[i];
        if (c == '\n')
            line++, column = 1;
        else if ((c & 0xC0) != 0x80)
            column++;
    }
    fprintf(stderr, "rill: %s:%d:%d: not UTF-8 text (byte 0x%02x)\n", path, line, column,
            (unsigned char)bytes->data[bad_at]);
    return STATUS_USAGE;
}

// The program text; NULL with *status set if there is none.
static Str *read_source(VM *vm, const char *path, int *status)
{
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : 0;
    struct stat info;
    *status = 0;
    if (fd < 0) return *status = cannot_open(path, errno), NULL;
    if (path && fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) *status = cannot_open(path, EISDIR);
    Str *bytes = *status ? NULL : read_descriptor(vm, fd);
    if (path) close(fd);
    if (*status) return NULL;
    size_t bad_at, size = bytes ? bytes->size : 0;
    const char *text = bytes ? bytes->data : NULL;
    if (!bytes || !coding_to_utf8(vm, &text, &size, true))
        *status = api_report_error(vm);
    else if (!utf8_is_valid(text, size, &bad_at))
        *status = report_bad_text(path ? path : "<stdin>", bytes, bad_at);
    return *status ? NULL : str_new(text, size);
}

// Running

static int run_source(VM *vm, Str *source, Str *filename)
{
    Code *code = vm->compile(vm, source, filename, COMPILE_EXEC, false);
    if (code && api_run_code(vm, code)) return 0;
    Value exception = vm->exception;
    int status = api_report_error(vm);
    if (!exception_matches(vm, exception, EXC_SystemExit)) vm->handled = exception;  // sys.last_exc: see watch_finish
    return status;
}

// sys.path[0]: the folder of the script, links resolved.
static void set_script_folder(RillVM *rill, const char *path)
{
    char resolved[PATH_MAX];
    if (!realpath(path, resolved)) return;
    char *slash = strrchr(resolved, '/');
    if (slash) slash[slash == resolved] = '\0';
    rill_set_path(rill, resolved);
}

static int run_file(RillVM *rill, const char *path)
{
    int status;
    Str *source = read_source(rill->vm, path, &status);
    if (!source) return status;
    set_script_folder(rill, path);
    Str *name = absolute_name(path);
    dict_set_str(rill->vm->main->dict, S(__file__), value_object(name));
    return run_source(rill->vm, source, name);
}

static int run_stdin(RillVM *rill)
{
    int status;
    rill_set_path(rill, "");
    if (isatty(0) && isatty(1)) return repl_run(rill);
    Str *source = read_source(rill->vm, NULL, &status);
    return source ? run_source(rill->vm, source, str_from_cstr("<stdin>")) : status;
}

static int run_code(RillVM *rill, const char *code)
{
    rill_set_path(rill, "");
    size_t bad_at;
    Str *bytes = bytes_new(code, strlen(code));
    if (!utf8_is_valid(bytes->data, bytes->size, &bad_at))
        return report_bad_text("<string>", bytes, bad_at);
    return run_source(rill->vm, str_format("%s\n", code), str_from_cstr("<string>"));
}

static int run_module(RillVM *rill, const char *name)
{
    VM *vm = rill->vm;
    char folder[PATH_MAX];
    rill_set_path(rill, getcwd(folder, sizeof folder) ? folder : "");
    Str *filename = NULL, *module = codec_from_os(name, strlen(name));
    bool is_package = false;
    Str *source = module_find_source(vm, module, &filename, &is_package);
    if (source && is_package) {
        module = str_format("%s.__main__", module->data);
        source = module_find_source(vm, module, &filename, &is_package);
    }
    if (!source) {
        if (vm->exception != VALUE_UNBOUND) return api_report_error(vm);
        fprintf(stderr, "rill: No module named %s\n", module->data);
        return 1;
    }
    Value argv = dict_find_str(vm->sys->dict, S(argv));
    if (argv != VALUE_UNBOUND && is_list(argv) && as_list(argv)->len)
        as_list(argv)->items[0] = value_object(filename);
    dict_set_str(vm->main->dict, S(__file__), value_object(filename));
    const char *dot = strrchr(module->data, '.');
    Str *package = dot ? str_new(module->data, (size_t)(dot - module->data)) : str_empty;
    dict_set_str(vm->main->dict, S(__package__), value_object(package));
    return run_source(vm, source, filename);
}

static int disassemble(RillVM *rill, const char *path)
{
    VM *vm = rill->vm;
    int status;
    Str *source = read_source(vm, path, &status);
    if (!source) return status;
    Code *code = vm->compile(vm, source, codec_from_os(path, strlen(path)), COMPILE_EXEC, false);
    if (!code) return api_report_error(vm);
    StrBuilder b = {0};
    code_disassemble(code, &b, source);
    Value out = dict_find_str(vm->sys->dict, S(stdout));
    return file_write_str(vm, out, builder_str(&b)) ? 0 : api_report_error(vm);
}

static int check(RillVM *rill, const char *path)
{
    int status;
    Str *source = read_source(rill->vm, path, &status);
    set_script_folder(rill, path);
    return source ? check_run(rill->vm, source, codec_from_os(path, strlen(path))) : status;
}

static int run(RillVM *rill, const Options *o)
{
    switch (o->action) {
    case RUN_FILE: return run_file(rill, o->what);
    case RUN_CODE: return run_code(rill, o->what);
    case RUN_MODULE: return run_module(rill, o->what);
    case RUN_STDIN: return run_stdin(rill);
    case DISASSEMBLE: return disassemble(rill, o->what);
    case CHECK: return check(rill, o->what);
    case EXPLAIN: return explain_run(o->what);
    }
    return STATUS_USAGE;
}

// sys.argv: what was run, then its arguments.
static void set_args(RillVM *rill, const Options *o, int argc, char **argv)
{
    const char *first = o->action == RUN_CODE     ? "-c"
                        : o->action == RUN_MODULE ? "-m"
                        : o->what                 ? o->what
                                                  : "";
    int n = argc - o->first_arg + 1;
    char **args = gc_alloc_array((size_t)n, sizeof *args);
    args[0] = (char *)(uintptr_t)first;
    for (int i = 1; i < n; i++)
        args[i] = argv[o->first_arg + i - 1];
    rill->vm->argc = n;
    rill->vm->argv = args;
    rill_set_args(rill, n, args);
}

int main(int argc, char **argv)
{
    Options o = {0};
    int status = parse_options(&o, argc, argv);
    if (status >= 0) return fflush(stdout) == 0 ? status : 1;
    RillVM *rill = rill_new();
    if (!rill) return fprintf(stderr, "rill: out of memory\n"), 1;
    rill->vm->plain_errors = o.plain_errors;
    rill->vm->generator_warnings = o.generator_warnings;
    set_signals(rill->vm);
    set_args(rill, &o, argc, argv);
    status = run(rill, &o);
    return api_finish(rill->vm, status);
}

// SPDX-License-Identifier: MIT
// time_module.c - the module time: clocks, sleeping, calendar time of the system.
#include <errno.h>
#include <math.h>
#include <time.h>

#include "stdlib/stdlib.h"
#include "stdlib/strptime.h"
#include "stdlib/struct_sequence.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"

enum { NS_PER_SECOND = 1000000000 };

static SequenceType time_type = {
    .name = "time.struct_time",
    .doc = "The time value as returned by gmtime(), localtime(), and strptime(), and\n"
           "accepted by asctime(), mktime() and strftime().",
    .fields = {"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday",
               "tm_isdst", "tm_zone", "tm_gmtoff"},
    .n_visible = 9,
    .can_make = true,
};
static Class *time_class;  // of the one living VM
static VM *time_class_vm;

static Class *struct_time(VM *vm)
{
    if (time_class_vm != vm) {
        time_class = struct_sequence_define(vm, &time_type);
        time_class_vm = vm;
    }
    return time_class;
}

// Clocks

static Value read_clock(VM *vm, clockid_t id, bool in_ns)
{
    struct timespec t;
    if (clock_gettime(id, &t) != 0) return raise_os_error(vm, errno, VALUE_NONE);
    int64_t ns = (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
    if (in_ns) return int_from_int64(ns);
    return value_float((double)(ns / NS_PER_SECOND) + 1e-9 * (double)(ns % NS_PER_SECOND));
}

NATIVE(time, "time()", "Return the current time in seconds since the Epoch.")
{
    return read_clock(vm, CLOCK_REALTIME, false);
}
NATIVE(time_ns, "time_ns()", "Return the current time in nanoseconds since the Epoch.")
{
    return read_clock(vm, CLOCK_REALTIME, true);
}
NATIVE(monotonic, "monotonic()", "Monotonic clock, cannot go backward.")
{
    return read_clock(vm, CLOCK_MONOTONIC, false);
}
NATIVE(monotonic_ns, "monotonic_ns()", "Monotonic clock, cannot go backward, as nanoseconds.")
{
    return read_clock(vm, CLOCK_MONOTONIC, true);
}
NATIVE(perf_counter, "perf_counter()", "Performance counter for benchmarking.")
{
    return read_clock(vm, CLOCK_MONOTONIC, false);
}
NATIVE(perf_counter_ns, "perf_counter_ns()", "Performance counter for benchmarking as nanoseconds.")
{
    return read_clock(vm, CLOCK_MONOTONIC, true);
}
NATIVE(process_time, "process_time()",
       "Process time for profiling: sum of the kernel and user-space CPU time.")
{
    return read_clock(vm, CLOCK_PROCESS_CPUTIME_ID, false);
}
NATIVE(process_time_ns, "process_time_ns()", "Process time for profiling as nanoseconds.")
{
    return read_clock(vm, CLOCK_PROCESS_CPUTIME_ID, true);
}
NATIVE(thread_time, "thread_time()", "Thread time for profiling.")
{
    return read_clock(vm, CLOCK_THREAD_CPUTIME_ID, false);
}
NATIVE(thread_time_ns, "thread_time_ns()", "Thread time for profiling as nanoseconds.")
{
    return read_clock(vm, CLOCK_THREAD_CPUTIME_ID, true);
}
NATIVE(clock_gettime, "clock_gettime(clk_id: ssize, /)",
       "The time of a clock in seconds.")
{
    return read_clock(vm, (clockid_t)arg_ssize(args[0]), false);
}
NATIVE(clock_gettime_ns, "clock_gettime_ns(clk_id: ssize, /)",
       "The time of a clock in nanoseconds, an int.")
{
    return read_clock(vm, (clockid_t)arg_ssize(args[0]), true);
}

NATIVE(clock_getres, "clock_getres(clk_id: ssize, /)", "The resolution of a clock in seconds.")
{
    struct timespec t;
    if (clock_getres((clockid_t)arg_ssize(args[0]), &t) != 0) return raise_os_error(vm, errno, VALUE_NONE);
    return value_float((double)t.tv_sec + (double)t.tv_nsec * 1e-9);
}

static Value clock_info(VM *vm, clockid_t id, const char *implementation, bool is_monotonic)
{
    struct timespec t = {0, 1};
    clock_getres(id, &t);
    Value v = simple_namespace_new(vm);
    Object *o = as_object(v);
    bool ok = instance_set(vm, o, str_intern("implementation", 14),
                           value_object(str_from_cstr(implementation))) &&
              instance_set(vm, o, str_intern("monotonic", 9), value_bool(is_monotonic)) &&
              instance_set(vm, o, str_intern("adjustable", 10), value_bool(id == CLOCK_REALTIME)) &&
              instance_set(vm, o, str_intern("resolution", 10),
                           value_float((double)t.tv_sec + (double)t.tv_nsec * 1e-9));
    return ok ? v : VALUE_ERROR;
}

NATIVE(get_clock_info, "%get_clock_info(name: str, /)", "Get information of the specified clock.")
{
    Str *name = as_str(args[0]);
    if (str_is(name, "time"))
        return clock_info(vm, CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false);
    if (str_is(name, "monotonic") || str_is(name, "perf_counter"))
        return clock_info(vm, CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true);
    if (str_is(name, "process_time"))
        return clock_info(vm, CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)",
                          true);
    if (str_is(name, "thread_time"))
        return clock_info(vm, CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)",
                          true);
    return raise_error(vm, EXC_ValueError, "unknown clock");
}

// Sleeping

// Seconds as a timespec; ints are exact.
static bool get_duration(VM *vm, Value v, struct timespec *out)
{
    double d;
    if (is_any_float(v)) {
        d = float_value(v);
        if (d != d) {
            raise_error(vm, EXC_ValueError, "Invalid value NaN (not a number)");
            return false;
        }
    } else {
        Value i = value_index(vm, v);
        bool overflow = false;
        if (is_error(i)) return false;
        d = int_to_double(i, &overflow);
        if (overflow) d = int_sign(i) * 1e300;
    }
    if (fabs(d) > 9e18) {
        raise_error(vm, EXC_OverflowError, "timestamp out of range for platform time_t");
        return false;
    }
    if (d < 0) {
        raise_error(vm, EXC_ValueError, "sleep length must be non-negative");
        return false;
    }
    double whole = floor(d);
    out->tv_sec = (time_t)whole;
    out->tv_nsec = (long)ceil((d - whole) * 1e9);
    if (out->tv_nsec >= NS_PER_SECOND) out->tv_sec++, out->tv_nsec -= NS_PER_SECOND;
    return true;
}

NATIVE(sleep, "sleep(object, /)",
       "Delay execution for a given number of seconds.  The argument may be\n"
       "a floating-point number for subsecond precision.")
{
    struct timespec duration, deadline;
    if (!get_duration(vm, args[0], &duration)) return VALUE_ERROR;
    if (vm_pending_signal(vm) && !vm_handle_interrupt(vm)) return VALUE_ERROR;  // it came before
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += duration.tv_sec;
    deadline.tv_nsec += duration.tv_nsec;
    if (deadline.tv_nsec >= NS_PER_SECOND) deadline.tv_sec++, deadline.tv_nsec -= NS_PER_SECOND;
    int result;
#ifdef __APPLE__
    while ((result = nanosleep(&duration, &duration)) != 0 && errno == EINTR)
#else
    while ((result = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL)) == EINTR)
#endif
        if (vm_pending_signal(vm) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    (void)result;
    return VALUE_NONE;
}

// Calendar time

static bool get_seconds(VM *vm, Value v, time_t *out)
{
    int64_t i;
    if (v == VALUE_NONE) {
        *out = time(NULL);
        return true;
    }
    if (is_any_float(v)) {
        double d = floor(float_value(v));
        if (d != d) {
            raise_error(vm, EXC_ValueError, "Invalid value NaN (not a number)");
            return false;
        }
        if (fabs(d) < 9e18) {
            *out = (time_t)d;
            return true;
        }
    } else {
        Value n = value_index(vm, v);
        if (is_error(n)) return false;
        if (int_to_int64(n, &i)) {
            *out = (time_t)i;
            return true;
        }
    }
    raise_error(vm, EXC_OverflowError, "timestamp out of range for platform time_t");
    return false;
}

static Value from_tm(VM *vm, const struct tm *t, const char *zone)
{
    Value items[] = {
        int_from_int64((int64_t)t->tm_year + 1900),
        small_int(t->tm_mon + 1),
        small_int(t->tm_mday),
        small_int(t->tm_hour),
        small_int(t->tm_min),
        small_int(t->tm_sec),
        small_int((t->tm_wday + 6) % 7),
        small_int(t->tm_yday + 1),
        small_int(t->tm_isdst),
        value_object(str_from_cstr(zone)),
        small_int(t->tm_gmtoff),
    };
    return struct_sequence_new(vm, struct_time(vm), items, countof(items));
}

NATIVE(gmtime, "%gmtime(seconds = None, /)",
       "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.\n"
       "GMT).  When 'seconds' is not passed in, convert the current time instead.")
{
    time_t seconds;
    struct tm t;
    if (!get_seconds(vm, args[0], &seconds)) return VALUE_ERROR;
    if (!gmtime_r(&seconds, &t)) return raise_os_error(vm, errno, VALUE_NONE);
    return from_tm(vm, &t, t.tm_zone ? t.tm_zone : "UTC");
}

NATIVE(localtime, "%localtime(seconds = None, /)",
       "Convert seconds since the Epoch to a time tuple expressing local time.\n"
       "When 'seconds' is not passed in, convert the current time instead.")
{
    time_t seconds;
    struct tm t;
    if (!get_seconds(vm, args[0], &seconds)) return VALUE_ERROR;
    if (!localtime_r(&seconds, &t)) return raise_os_error(vm, errno, VALUE_NONE);
    return from_tm(vm, &t, t.tm_zone ? t.tm_zone : "");
}

// A time tuple as a struct tm, not checked. Nothing of the script's is kept but tm_zone.
static bool to_tm(VM *vm, Value v, const char *function, struct tm *t)
{
    memset(t, 0, sizeof *t);
    if (!is_tuple(v)) {
        raise_error(vm, EXC_TypeError, "Tuple or struct_time argument required");
        return false;
    }
    if (as_tuple(v)->len != 9) {
        raise_error(vm, EXC_TypeError, "%s(): illegal time tuple argument", function);
        return false;
    }
    int64_t n[9];
    for (int i = 0; i < 9; i++) {
        Value item = value_index(vm, as_tuple(v)->items[i]);
        if (is_error(item)) return false;
        if (int_to_int64(item, &n[i]) && n[i] == (int)n[i]) continue;
        raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
        return false;
    }
    if (n[0] - 1900 < INT32_MIN) {
        raise_error(vm, EXC_OverflowError, "year out of range");
        return false;
    }
    *t = (struct tm){.tm_year = (int)(n[0] - 1900),
                     .tm_mon = (int)n[1] - 1,
                     .tm_mday = (int)n[2],
                     .tm_hour = (int)n[3],
                     .tm_min = (int)n[4],
                     .tm_sec = (int)n[5],
                     .tm_wday = (int)((n[6] + 1) % 7),
                     .tm_yday = (int)n[7] - 1,
                     .tm_isdst = (int)n[8]};
    if (class_of(vm, v) != struct_time(vm)) return true;
    Value zone = value_getattr(vm, v, str_intern("tm_zone", 7));
    Value offset = value_getattr(vm, v, str_intern("tm_gmtoff", 9));
    if (is_str(zone)) t->tm_zone = str_cstr(as_str(zone));
    if (is_int(offset)) t->tm_gmtoff = (long)as_int(offset);
    return true;
}

// Zeros stand for the lowest value, as in CPython.
static bool check_tm(VM *vm, struct tm *t)
{
    if (t->tm_mon == -1) t->tm_mon = 0;
    if (t->tm_mday == 0) t->tm_mday = 1;
    if (t->tm_yday == -1) t->tm_yday = 0;
    const char *what = NULL;
    if (t->tm_mon < 0 || t->tm_mon > 11)
        what = "month";
    else if (t->tm_mday < 0 || t->tm_mday > 31)
        what = "day of month";
    else if (t->tm_hour < 0 || t->tm_hour > 23)
        what = "hour";
    else if (t->tm_min < 0 || t->tm_min > 59)
        what = "minute";
    else if (t->tm_sec < 0 || t->tm_sec > 61)
        what = "seconds";
    else if (t->tm_wday < 0)
        what = "day of week";
    else if (t->tm_yday < 0 || t->tm_yday > 365)
        what = "day of year";
    if (what) raise_error(vm, EXC_ValueError, "%s out of range", what);
    return !what;
}

static Value format_asctime(const struct tm *t)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return value_object(str_format("%s %s%3d %.2d:%.2d:%.2d %d", days[t->tm_wday],
                                   months[t->tm_mon], t->tm_mday, t->tm_hour, t->tm_min, t->tm_sec,
                                   1900 + t->tm_year));
}

static bool tuple_or_now(VM *vm, Value v, const char *function, struct tm *t)
{
    if (v != VALUE_UNBOUND) return to_tm(vm, v, function, t);
    time_t now = time(NULL);
    return localtime_r(&now, t) != NULL;
}

NATIVE(asctime, "asctime(tuple = ?, /)",
       "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.\n"
       "When the time tuple is not present, current time as returned by localtime()\n"
       "is used.")
{
    struct tm t;
    if (!tuple_or_now(vm, args[0], "asctime", &t) || !check_tm(vm, &t)) return VALUE_ERROR;
    return format_asctime(&t);
}

NATIVE(ctime, "%ctime(seconds = None, /)",
       "Convert a time in seconds since the Epoch to a string in local time.\n"
       "This is equivalent to asctime(localtime(seconds)).")
{
    time_t seconds;
    struct tm t;
    if (!get_seconds(vm, args[0], &seconds)) return VALUE_ERROR;
    if (!localtime_r(&seconds, &t)) return raise_os_error(vm, errno, VALUE_NONE);
    return format_asctime(&t);
}

NATIVE(mktime, "mktime(object, /)",
       "Convert a time tuple in local time to seconds since the Epoch.\n"
       "Note that mktime(gmtime(0)) will not generally return zero for most\n"
       "time zones; instead the returned value will either be equal to that\n"
       "of the timezone or altzone attributes on the time module.")
{
    struct tm t;
    if (!to_tm(vm, args[0], "mktime", &t)) return VALUE_ERROR;
    t.tm_wday = -1;
    time_t seconds = mktime(&t);
    if (seconds == (time_t)-1 && t.tm_wday == -1)
        return raise_error(vm, EXC_OverflowError, "mktime argument out of range");
    return value_float((double)seconds);
}

NATIVE(strftime, "%strftime(format: str, tuple = ?, /)",
       "Convert a time tuple to a string according to a format specification.\n"
       "When the time tuple is not present, current time as returned by localtime()\n"
       "is used.")
{
    struct tm t;
    Str *format = as_str(args[0]);
    if (!tuple_or_now(vm, args[1], "strftime", &t) || !check_tm(vm, &t)) return VALUE_ERROR;
    if (t.tm_isdst < -1) t.tm_isdst = -1;
    if (t.tm_isdst > 1) t.tm_isdst = 1;
    if (!t.tm_zone) t.tm_zone = tzname[t.tm_isdst > 0];
    if (str_has_nul(format)) return raise_error(vm, EXC_ValueError, "embedded null character");
    // A letter in front: an empty result is no failure then.
    Str *with_mark = str_format("x%s", str_cstr(format));
    size_t cap = 256 + 16 * with_mark->size;
    for (;; cap *= 2) {
        char *out = gc_alloc_atomic(cap);
        size_t n = strftime(out, cap, with_mark->data, &t);
        if (n > 0) return value_object(str_new(out + 1, n - 1));
        if (cap > 65536 * with_mark->size) return raise_error(vm, EXC_MemoryError, "%s", "");
    }
}

NATIVE(strptime, "strptime(string, format = '%a %b %d %H:%M:%S %Y', /)",
       "Parse a string to a time tuple according to a format specification.")
{
    ParsedTime p;
    for (int i = 0; i < 2; i++) {
        if (is_str(args[i])) continue;
        Str *c = value_repr(vm, value_object(class_of(vm, args[i])));
        if (!c) return VALUE_ERROR;
        return raise_error(vm, EXC_TypeError, "strptime() argument %d must be str, not %s", i,
                           c->data);
    }
    if (!strptime_parse(vm, as_str(args[0]), as_str(args[1]), &p, 1)) return VALUE_ERROR;
    Value items[] = {
        small_int(p.year),
        small_int(p.month),
        small_int(p.day),
        small_int(p.hour),
        small_int(p.minute),
        small_int(p.second),
        small_int(p.weekday),
        small_int(p.yday),
        small_int(p.isdst),
        p.zone ? value_object(p.zone) : VALUE_NONE,
        p.has_offset ? small_int(p.offset) : VALUE_NONE,
    };
    return struct_sequence_new(vm, struct_time(vm), items, countof(items));
}

// Time zones

static void set_name(Dict *dict, const char *name, Value v)
{
    dict_set_str(dict, str_intern(name, strlen(name)), v);
}

// Offsets and names in January and July: the greater offset is that of summer time.
static void set_zone(Dict *dict)
{
    enum { YEAR = (365 * 24 + 6) * 3600 };
    time_t start = time(NULL) / YEAR * YEAR, middle = start + YEAR / 2;
    struct tm january, july;
    tzset();
    localtime_r(&start, &january);
    localtime_r(&middle, &july);
    bool is_south = january.tm_gmtoff > july.tm_gmtoff;
    const struct tm *winter = is_south ? &july : &january, *summer = is_south ? &january : &july;
    set_name(dict, "timezone", small_int(-winter->tm_gmtoff));
    set_name(dict, "altzone", small_int(-summer->tm_gmtoff));
    set_name(dict, "daylight", small_int(winter->tm_gmtoff != summer->tm_gmtoff));
    Value first = value_object(str_from_cstr(winter->tm_zone));
    set_name(dict, "tzname",
             value_object(tuple_of(2, first, value_object(str_from_cstr(summer->tm_zone)))));
}

NATIVE(tzset, "tzset()",
       "Initialize, or reinitialize, the local timezone to the value stored in\n"
       "os.environ['TZ'].")
{
    Value module = dict_find_str(vm->modules, str_intern("time", 4));
    if (is_kind(module, KIND_MODULE)) set_zone(as_module(module)->dict);
    return VALUE_NONE;
}

static const NativeDef *const time_natives[] = {
    &def_time,
    &def_time_ns,
    &def_monotonic,
    &def_monotonic_ns,
    &def_perf_counter,
    &def_perf_counter_ns,
    &def_process_time,
    &def_process_time_ns,
    &def_thread_time,
    &def_thread_time_ns,
    &def_clock_gettime,
    &def_clock_gettime_ns,
    &def_clock_getres,
    &def_get_clock_info,
    &def_sleep,
    &def_gmtime,
    &def_localtime,
    &def_asctime,
    &def_ctime,
    &def_mktime,
    &def_strftime,
    &def_strptime,
    &def_tzset,
    NULL,
};

static bool setup(VM *vm, Module *module)
{
    Dict *d = module->dict;
    set_name(d, "struct_time", value_object(struct_time(vm)));
    set_name(d, "CLOCK_REALTIME", small_int(CLOCK_REALTIME));
    set_name(d, "CLOCK_MONOTONIC", small_int(CLOCK_MONOTONIC));
    set_name(d, "CLOCK_PROCESS_CPUTIME_ID", small_int(CLOCK_PROCESS_CPUTIME_ID));
    set_name(d, "CLOCK_THREAD_CPUTIME_ID", small_int(CLOCK_THREAD_CPUTIME_ID));
#ifdef __linux__
    set_name(d, "CLOCK_BOOTTIME", small_int(CLOCK_BOOTTIME));
    set_name(d, "CLOCK_MONOTONIC_RAW", small_int(CLOCK_MONOTONIC_RAW));
    set_name(d, "CLOCK_TAI", small_int(CLOCK_TAI));
#endif
    set_zone(d);
    return true;
}

const ModuleDef module_time = {
    "time",
    "This module provides various functions to manipulate time values.",
    time_natives,
    setup,
};

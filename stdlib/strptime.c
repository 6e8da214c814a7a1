// SPDX-License-Identifier: MIT
// strptime.c - a matcher for date formats. It backtracks over the lengths that a directive may
// take, in the order of the alternatives of CPython's regular expressions (Lib/_strptime.py), so
// that it accepts the same texts with the same results.
#include "stdlib/strptime.h"
#include "vm/set.h"
#include "vm/warn.h"

#include <ctype.h>
#include <strings.h>
#include <time.h>

static const char *const day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

enum { ABSENT = -1000000 };

typedef struct Match {
    VM *vm;
    const char *text, *end;  // of the data
    const char *format;      // the whole format, expanded
    const char *stop;        // where the data that matched ends
    bool failed;             // an exception is set
    // What was found; ABSENT if it was not
    int year, short_year, month, day, hour, hour12, minute, second, fraction, weekday, yday,
        week_sunday, week_monday, iso_year, iso_week, pm, zone_index;
    bool has_offset;
    int offset, offset_microseconds;
    const char *zone, *zone_end;
} Match;

static bool match_here(Match *m, const char *format, const char *p);

// The calendar

bool date_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && date_is_leap(year));
}

static int days_before_year(int year)
{
    int y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400;
}

int date_to_ordinal(int year, int month, int day)
{
    int n = days_before_year(year) + day;
    for (int i = 1; i < month; i++)
        n += date_days_in_month(year, i);
    return n;
}

void date_from_ordinal(int ordinal, int *year, int *month, int *day)
{
    int y = (int)(((int64_t)ordinal * 400) / 146097) + 1;
    while (days_before_year(y) >= ordinal)
        y--;
    while (days_before_year(y + 1) < ordinal)
        y++;
    int left = ordinal - days_before_year(y), m = 1;
    while (left > date_days_in_month(y, m))
        left -= date_days_in_month(y, m++);
    *year = y;
    *month = m;
    *day = left;
}

// Numbers

typedef struct NumberRule {
    char directive;
    int low, high;  // with the full number of digits
    int digits;
    bool may_be_short;  // fewer digits are fine, if the value is at least `low`
    bool may_be_space;  // a space may stand for a leading zero
} NumberRule;

static const NumberRule number_rules[] = {
    {'d', 1, 31, 2, true, true},     {'H', 0, 23, 2, true, false},    {'I', 1, 12, 2, true, true},
    {'m', 1, 12, 2, true, false},    {'M', 0, 59, 2, true, false},    {'S', 0, 61, 2, true, false},
    {'U', 0, 53, 2, true, false},    {'W', 0, 53, 2, true, false},    {'V', 1, 53, 2, true, false},
    {'w', 0, 6, 1, false, false},    {'u', 1, 7, 1, false, false},    {'y', 0, 99, 2, false, false},
    {'Y', 0, 9999, 4, false, false}, {'G', 0, 9999, 4, false, false}, {'j', 1, 366, 3, true, false},
};

static int *number_field(Match *m, char directive)
{
    switch (directive) {
    case 'd': return &m->day;
    case 'H': return &m->hour;
    case 'I': return &m->hour12;
    case 'm': return &m->month;
    case 'M': return &m->minute;
    case 'S': return &m->second;
    case 'U': return &m->week_sunday;
    case 'W': return &m->week_monday;
    case 'V': return &m->iso_week;
    case 'y': return &m->short_year;
    case 'Y': return &m->year;
    case 'G': return &m->iso_year;
    case 'j': return &m->yday;
    default: return &m->weekday;
    }
}

static int read_digits(const char *p, const char *end, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (p + i >= end || !isdigit((unsigned char)p[i])) return -1;
        value = value * 10 + p[i] - '0';
    }
    return value;
}

static int weekday_of_digit(char directive, int value)
{
    if (directive == 'w') return value == 0 ? 6 : value - 1;
    return directive == 'u' ? value - 1 : value;
}

static bool match_number(Match *m, const NumberRule *rule, const char *format, const char *p)
{
    int *field = number_field(m, rule->directive);
    for (int n = rule->digits; n >= 1; n--) {
        int value = read_digits(p, m->end, n);
        if (value < rule->low || value > rule->high) continue;
        if (n < rule->digits && !rule->may_be_short) break;
        *field = weekday_of_digit(rule->directive, value);
        if (match_here(m, format, p + n)) return true;
        if (m->failed) return false;
    }
    if (!rule->may_be_space || p >= m->end || *p != ' ') return false;
    int value = read_digits(p + 1, m->end, 1);
    if (value < 1) return false;
    *field = value;
    return match_here(m, format, p + 2);
}

// %f: one to six digits
static bool match_fraction(Match *m, const char *format, const char *p)
{
    for (int n = 6; n >= 1; n--) {
        int value = read_digits(p, m->end, n);
        if (value < 0) continue;
        for (int i = n; i < 6; i++)
            value *= 10;
        m->fraction = value;
        if (match_here(m, format, p + n)) return true;
        if (m->failed) return false;
    }
    return false;
}

// Names

static bool starts_with(const Match *m, const char *p, const char *word, size_t n)
{
    return (size_t)(m->end - p) >= n && strncasecmp(p, word, n) == 0;
}

static bool match_names(Match *m, const char *const *names, int n_names, size_t size, int base,
                        int *field, const char *format, const char *p)
{
    for (int i = 0; i < n_names; i++) {
        size_t n = size ? size : strlen(names[i]);
        if (!starts_with(m, p, names[i], n)) continue;
        *field = i + base;
        if (match_here(m, format, p + n)) return true;
        if (m->failed) return false;
    }
    return false;
}

static bool match_zone(Match *m, const char *format, const char *p)
{
    const char *names[] = {"utc", "gmt", tzname[0], tzname[1]};
    for (int i = 0; i < 4; i++) {
        size_t n = strlen(names[i]);
        if (n == 0 || !starts_with(m, p, names[i], n)) continue;
        m->zone_index = i == 3 ? 1 : 0;
        m->zone = p;
        m->zone_end = p + n;
        return match_here(m, format, p + n);
    }
    return false;
}

// %z: [+-]HH:?MM(:?SS(.ffffff)?)? or Z
// The fraction of a second in an offset, if there is one. Returns where it ends.
static const char *read_fraction(Match *m, const char *p, int sign)
{
    int n = 0, value = 0;
    if (p + 1 >= m->end || *p != '.' || !isdigit((unsigned char)p[1])) return p;
    for (p++; n < 6 && p < m->end && isdigit((unsigned char)*p); n++, p++)
        value = 10 * value + *p - '0';
    for (; n < 6; n++)
        value *= 10;
    m->offset_microseconds = sign * value;
    return p;
}

static bool match_offset(Match *m, const char *format, const char *p)
{
    m->has_offset = true;
    m->offset = m->offset_microseconds = 0;
    if (p < m->end && *p == 'Z') return match_here(m, format, p + 1);
    if (p >= m->end || (*p != '+' && *p != '-')) return false;
    int sign = *p == '-' ? -1 : 1;
    int hours = read_digits(++p, m->end, 2);
    if (hours < 0) return false;
    p += 2;
    bool has_colon = p < m->end && *p == ':';
    int minutes = read_digits(p += has_colon, m->end, 2);
    if (minutes < 0 || minutes > 59) return false;
    p += 2;
    int seconds = 0;
    const char *q = p + (has_colon && p < m->end && *p == ':');
    if (!has_colon || q > p) {
        seconds = read_digits(q, m->end, 2);
        if (seconds < 0 || seconds > 59)
            seconds = 0;
        else
            p = read_fraction(m, q + 2, sign);
    }
    m->offset = sign * (hours * 3600 + minutes * 60 + seconds);
    return match_here(m, format, p);
}

static bool bad_directive(Match *m, const char *format)
{
    StrBuilder b = {0};
    m->failed = true;
    if (*format == 0) {
        raise_error(m->vm, EXC_ValueError, "stray %% in format '%s'", m->format);
        return false;
    }
    const char *end = format;
    uint32_t c = utf8_decode(&end);
    builder_add_char(&b, c);
    raise_error(m->vm, EXC_ValueError, "'%s' is a bad directive in format '%s'",
                builder_str(&b)->data, m->format);
    return false;
}

// format is at the letter of a directive.
static bool match_directive(Match *m, const char *format, const char *p)
{
    static const char *const am_pm[] = {"am", "pm"};
    char c = *format;
    for (size_t i = 0; i < countof(number_rules); i++)
        if (number_rules[i].directive == c) return match_number(m, &number_rules[i], format + 1, p);
    switch (c) {
    case 'f': return match_fraction(m, format + 1, p);
    case 'a': return match_names(m, day_names, 7, 3, 0, &m->weekday, format + 1, p);
    case 'A': return match_names(m, day_names, 7, 0, 0, &m->weekday, format + 1, p);
    case 'b': return match_names(m, month_names, 12, 3, 1, &m->month, format + 1, p);
    case 'B': return match_names(m, month_names, 12, 0, 1, &m->month, format + 1, p);
    case 'p': return match_names(m, am_pm, 2, 0, 0, &m->pm, format + 1, p);
    case 'Z': return match_zone(m, format + 1, p);
    case 'z': return match_offset(m, format + 1, p);
    case '%': return p < m->end && *p == '%' && match_here(m, format + 1, p + 1);
    default: return bad_directive(m, format);
    }
}

static bool match_here(Match *m, const char *format, const char *p)
{
    for (; *format; format++) {
        if (isspace((unsigned char)*format)) {
            if (p >= m->end || !isspace((unsigned char)*p)) return false;
            while (isspace((unsigned char)format[1]))
                format++;
            while (p < m->end && isspace((unsigned char)*p))
                p++;
        } else if (*format == '%') {
            if (vm_check_c_stack(m->vm)) return match_directive(m, format + 1, p);
            m->failed = true;
            return false;
        } else {
            if (p >= m->end || tolower((unsigned char)*p) != tolower((unsigned char)*format))
                return false;
            p++;
        }
    }
    m->stop = p;
    return true;
}

// %c, %x and %X stand for other directives.
static Str *expand(const Str *format)
{
    StrBuilder b = {0};
    for (size_t i = 0; i < format->size; i++) {
        char next = i + 1 < format->size ? format->data[i + 1] : 0;
        const char *text = next == 'c'   ? "%a %b %d %H:%M:%S %Y"
                           : next == 'x' ? "%m/%d/%y"
                           : next == 'X' ? "%H:%M:%S"
                           : next == '%' ? "%%"
                                         : NULL;
        if (format->data[i] == '%' && text)
            builder_add_cstr(&b, text), i++;
        else
            builder_add_byte(&b, format->data[i]);
    }
    return builder_str(&b);
}

// An unknown directive is an error even where the data does not match.
static bool check_format(Match *m)
{
    for (const char *p = m->format; *p; p++) {
        if (*p != '%') continue;
        p++;
        if (*p == 0 || !strchr("dHImMSUWVwuyYGjfaAbBpZz%", *p)) return bad_directive(m, p);
    }
    return true;
}

// Putting the parts together

static bool check_iso(Match *m)
{
    const char *problem = NULL;
    bool has_weekday = m->weekday != ABSENT;
    if (m->iso_year != ABSENT) {
        if (m->yday != ABSENT)
            problem =
                "Day of the year directive '%j' is not compatible with ISO year directive '%G'. "
                "Use '%Y' instead.";
        else if (m->iso_week == ABSENT || !has_weekday)
            problem = "ISO year directive '%G' must be used with the ISO week directive '%V' and a "
                      "weekday "
                      "directive ('%A', '%a', '%w', or '%u').";
    } else if (m->iso_week != ABSENT) {
        problem = m->year == ABSENT || !has_weekday ? "ISO week directive '%V' must be used with "
                                                      "the ISO year directive '%G' and a weekday "
                                                      "directive ('%A', '%a', '%w', or '%u')."
                                                    : "ISO week directive '%V' is incompatible "
                                                      "with the year directive '%Y'. Use the ISO "
                                                      "year '%G' instead.";
    }
    if (problem) raise_error(m->vm, EXC_ValueError, "%s", problem);
    return !problem;
}

static int weekday_of(int ordinal)
{
    return (ordinal + 6) % 7;
}

// The day of the year from a week number and a day of the week.
static int yday_of_week(int year, int week, int weekday, bool starts_monday)
{
    int first = weekday_of(date_to_ordinal(year, 1, 1));
    if (!starts_monday) {
        first = (first + 1) % 7;
        weekday = (weekday + 1) % 7;
    }
    int week_0_length = (7 - first) % 7;
    if (week == 0) return 1 + weekday - first;
    return 1 + week_0_length + 7 * (week - 1) + weekday;
}

static int ordinal_of_iso(int year, int week, int weekday)
{
    int first = weekday_of(date_to_ordinal(year, 1, 1));
    int monday = date_to_ordinal(year, 1, 1) - first + (first > 3 ? 7 : 0);
    return monday + 7 * (week - 1) + weekday;
}

static int or_default(int value, int otherwise)
{
    return value == ABSENT ? otherwise : value;
}

static void set_clock(const Match *m, ParsedTime *t)
{
    t->hour = or_default(m->hour, 0);
    if (m->hour12 != ABSENT) {
        bool is_pm = m->pm == 1;
        t->hour = m->hour12 % 12 + (is_pm ? 12 : 0);
    }
    t->minute = or_default(m->minute, 0);
    t->second = or_default(m->second, 0);
    t->microsecond = or_default(m->fraction, 0);
    t->has_offset = m->has_offset;
    t->offset = m->offset;
    t->offset_microseconds = m->offset_microseconds;
    t->isdst = or_default(m->zone_index, -1);
    t->zone = m->zone ? str_new(m->zone, (size_t)(m->zone_end - m->zone)) : NULL;
}

static bool set_date(Match *m, ParsedTime *t)
{
    bool is_leap_day = m->year == ABSENT && m->month == 2 && m->day == 29;
    int year = or_default(m->year, is_leap_day ? 1904 : 1900), month = or_default(m->month, 1),
        day = or_default(m->day, 1), yday = m->yday;
    if (yday == ABSENT && m->weekday != ABSENT) {
        int week = or_default(m->week_sunday, m->week_monday);
        if (week != ABSENT)
            yday = yday_of_week(year, week, m->weekday, m->week_sunday == ABSENT);
        else if (m->iso_year != ABSENT) {
            date_from_ordinal(ordinal_of_iso(m->iso_year, m->iso_week, m->weekday), &year, &month,
                              &day);
        }
        if (yday != ABSENT && yday <= 0) {
            year--;
            yday += date_is_leap(year) ? 366 : 365;
        }
    }
    if (year < 1) {
        raise_error(m->vm, EXC_ValueError, "year %d is out of range", year);
        return false;
    }
    if (yday != ABSENT) {
        date_from_ordinal(yday - 1 + date_to_ordinal(year, 1, 1), &year, &month, &day);
    } else if (day > date_days_in_month(year, month)) {
        raise_error(m->vm, EXC_ValueError, "day is out of range for month");
        return false;
    }
    int ordinal = date_to_ordinal(year, month, day);
    t->yday = yday != ABSENT ? yday : ordinal - date_to_ordinal(year, 1, 1) + 1;
    t->weekday = or_default(m->weekday, weekday_of(ordinal));
    t->year = is_leap_day ? 1900 : year;
    t->month = month;
    t->day = day;
    return true;
}

// A day without a year cannot be 29 February. As in CPython, which remembers formats, once for
// each.
static bool warn_of_missing_year(VM *vm, Str *format, int level)
{
    static Set *known;
    bool has_day = false;
    for (const char *p = format->data; (p = strchr(p, '%')) != NULL && p[1]; p += 2) {
        if (strchr("YyG", p[1])) return true;
        has_day |= p[1] == 'd';
    }
    if (!has_day) return true;
    if (!known) known = set_new();
    int found = set_contains(vm, known, value_object(format));
    if (found || !set_add(vm, known, value_object(format))) return found > 0;
    return warn_above(
        vm, EXC_DeprecationWarning,
        str_from_cstr(
            "Parsing dates involving a day of month without a year specified is ambiguious\n"
            "and fails to parse leap day. The default behavior will change in Python 3.15\n"
            "to either always raise an exception or to use a different default year (TBD).\n"
            "To avoid trouble, add a specific year to the input & format.\n"
            "See https://github.com/python/cpython/issues/70647."),
        level);
}

bool strptime_parse(VM *vm, Str *text, Str *format, ParsedTime *out, int level)
{
    Str *expanded = expand(format);
    if (!warn_of_missing_year(vm, expanded, level)) return false;
    Match m = {
        .vm = vm,
        .text = text->data,
        .end = text->data + text->size,
        .format = expanded->data,
        .year = ABSENT,
        .short_year = ABSENT,
        .month = ABSENT,
        .day = ABSENT,
        .hour = ABSENT,
        .hour12 = ABSENT,
        .minute = ABSENT,
        .second = ABSENT,
        .fraction = ABSENT,
        .weekday = ABSENT,
        .yday = ABSENT,
        .week_sunday = ABSENT,
        .week_monday = ABSENT,
        .iso_year = ABSENT,
        .iso_week = ABSENT,
        .pm = ABSENT,
        .zone_index = ABSENT,
    };
    if (!check_format(&m)) return false;
    bool found = match_here(&m, m.format, m.text);
    if (m.failed) return false;
    if (!found) {
        raise_error(vm, EXC_ValueError, "time data %s does not match format %s",
                    str_repr(text)->data, str_repr(format)->data);
        return false;
    }
    if (m.stop != m.end) {
        raise_error(vm, EXC_ValueError, "unconverted data remains: %s",
                    str_new(m.stop, (size_t)(m.end - m.stop))->data);
        return false;
    }
    if (m.short_year != ABSENT) m.year = m.short_year + (m.short_year <= 68 ? 2000 : 1900);
    if (!check_iso(&m) || !set_date(&m, out)) return false;
    set_clock(&m, out);
    return true;
}

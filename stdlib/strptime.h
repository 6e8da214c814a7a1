// SPDX-License-Identifier: MIT
// strptime.h - text to dates by a format, as time.strptime and datetime.strptime do it.
#ifndef RILL_STDLIB_STRPTIME_H
#define RILL_STDLIB_STRPTIME_H

#include "vm/vm.h"

typedef struct ParsedTime {
    int year, month, day, hour, minute, second, microsecond;
    int weekday;  // 0: Monday
    int yday;     // from 1
    int isdst;    // -1: not known
    bool has_offset;
    int offset, offset_microseconds;  // of %z, seconds east of UTC
    Str *zone;                        // of %Z; NULL if none
} ParsedTime;

bool strptime_parse(VM *vm, Str *text, Str *format, ParsedTime *out,
                    int level) RILL_FALLIBLE;  // ValueError; level: whose line warnings are about (warn.h)

// The calendar. Ordinals count from 1 for January 1 of year 1; months and days from 1; Monday is 0.
bool date_is_leap(int year);
int date_days_in_month(int year, int month);
int date_to_ordinal(int year, int month, int day);
void date_from_ordinal(int ordinal, int *year, int *month, int *day);

#endif

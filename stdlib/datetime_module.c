// SPDX-License-Identifier: MIT
// datetime_module.c - the module _datetime: what rill/datetime.rill needs from C. The classes keep
// their values in __slots__ that scripts cannot write.
#include "stdlib/stdlib.h"
#include "stdlib/strptime.h"
#include "vm/gc.h"

NATIVE(make, "make(cls, *values)",
       "Return a new instance of a class with __slots__, whose first slots have these values.")
{
    const Tuple *values = as_tuple(args[1]);
    Class *c = is_class(args[0]) ? as_class(args[0]) : NULL;
    if (!c || c->kind != KIND_INSTANCE || c->n_members < values->len)
        return raise_error(vm, EXC_TypeError, "make() needs a class with %zu slots", values->len);
    Instance *o = instance_new(vm, c);
    memcpy(o->slots, values->items, values->len * sizeof(Value));
    return value_object(o);
}

NATIVE(seal, "seal(cls, name: str, /)",
       "Let a class show itself as if it were written in C. Its slots can no longer be written.")
{
    if (!is_class(args[0])) return raise_error(vm, EXC_TypeError, "seal() needs a class");
    class_seal(as_class(args[0]), gc_strdup(str_cstr(as_str(args[1]))));
    return VALUE_NONE;
}

NATIVE(to_ordinal, "to_ordinal(year: ssize, month: ssize, day: ssize, /)",
       "Return the number of days until a valid date; January 1 of year 1 is 1.")
{
    return small_int(
        date_to_ordinal((int)arg_ssize(args[0]), (int)arg_ssize(args[1]), (int)arg_ssize(args[2])));
}

NATIVE(from_ordinal, "from_ordinal(ordinal: ssize, /)",
       "Return (year, month, day). ordinal must be that of a date.")
{
    int year, month, day;
    date_from_ordinal((int)arg_ssize(args[0]), &year, &month, &day);
    return value_object(tuple_of(3, small_int(year), small_int(month), small_int(day)));
}

NATIVE(days_in_month, "days_in_month(year: ssize, month: ssize, /)",
       "Return how many days a month has.")
{
    return small_int(date_days_in_month((int)arg_ssize(args[0]), (int)arg_ssize(args[1])));
}

NATIVE(strptime, "strptime(text: str, format: str, /)",
       "Return (year, month, day, hour, minute, second, microsecond, offset, offset microseconds, "
       "zone name). "
       "offset is None without %z, the name None without %Z.")
{
    ParsedTime p;
    if (!strptime_parse(vm, as_str(args[0]), as_str(args[1]), &p, 2)) return VALUE_ERROR;
    return value_object(
        tuple_of(10, small_int(p.year), small_int(p.month), small_int(p.day), small_int(p.hour),
                 small_int(p.minute), small_int(p.second), small_int(p.microsecond),
                 p.has_offset ? small_int(p.offset) : VALUE_NONE, small_int(p.offset_microseconds),
                 p.zone ? value_object(p.zone) : VALUE_NONE));
}

static const NativeDef *const natives[] = {
    &def_make,     &def_seal, &def_to_ordinal, &def_from_ordinal, &def_days_in_month,
    &def_strptime, NULL};

const ModuleDef module__datetime = {
    .name = "_datetime",
    .doc = "The calendar, for the module datetime.",
    .natives = natives,
};

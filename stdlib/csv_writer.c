// SPDX-License-Identifier: MIT
// csv_writer.c - csv.writer.
#include "stdlib/csv.h"
#include "vm/float.h"
#include "vm/iter.h"

typedef struct Writer {
    Object object;  // KIND_OPAQUE
    CsvDialect *dialect;
    Value write;
} Writer;

// A record while it is made.
typedef struct Record {
    VM *vm;
    const CsvDialect *dialect;
    StrBuilder text;
    size_t n_fields;
} Record;

static Class *writer_class;

static bool is_special(const CsvDialect *d, uint32_t c)
{
    if (c == d->delimiter || c == d->quote || c == d->escape || c == '\n' || c == '\r') return true;
    for (const char *p = d->line_terminator->data, *end = p + d->line_terminator->size; p < end;)
        if (utf8_decode(&p) == c) return true;
    return false;
}

// A special character. false: raised.
static bool add_special(Record *r, uint32_t c, bool *is_quoted)
{
    const CsvDialect *d = r->dialect;
    bool wants_escape =
        d->quoting == QUOTE_NONE || c == d->escape || (c == d->quote && !d->double_quote);
    if (wants_escape && d->escape == CSV_NO_CHAR) {
        raise_csv_error(r->vm, "need to escape, but no escapechar set");
        return false;
    }
    if (wants_escape)
        builder_add_char(&r->text, d->escape);
    else if (c == d->quote)
        builder_add_char(&r->text, c);
    if (!wants_escape) *is_quoted = true;
    builder_add_char(&r->text, c);
    return true;
}

static bool add_chars(Record *r, const Str *text, bool *is_quoted)
{
    for (const char *p = text->data, *end = p + text->size; p < end;) {
        const char *from = p;
        uint32_t c = utf8_decode(&p);
        if (!is_special(r->dialect, c))
            builder_add(&r->text, from, (size_t)(p - from));
        else if (!add_special(r, c, is_quoted))
            return false;
    }
    return true;
}

static bool add_field(Record *r, const Str *text, bool is_none_field, bool is_quoted)
{
    const CsvDialect *d = r->dialect;
    if (d->delimiter == ' ' && d->skip_initial_space && text->size == 0) {
        bool stays_bare =
            is_none_field && (d->quoting == QUOTE_STRINGS || d->quoting == QUOTE_NOTNULL);
        if (d->quoting == QUOTE_NONE || stays_bare) {
            raise_csv_error(
                r->vm,
                "empty field must be quoted if delimiter is a space and skipinitialspace is true");
            return false;
        }
        is_quoted = true;
    }
    if (r->n_fields++ > 0) builder_add_char(&r->text, d->delimiter);
    size_t start = r->text.size;
    if (!add_chars(r, text, &is_quoted)) return false;
    if (!is_quoted) return true;
    char quote[4];
    size_t n = (size_t)utf8_encode(d->quote, quote);
    builder_reserve(&r->text, 2 * n);
    memmove(r->text.data + start + n, r->text.data + start, r->text.size - start);
    memcpy(r->text.data + start, quote, n);
    r->text.size += n;
    builder_add(&r->text, quote, n);
    return true;
}

static bool is_number(VM *vm, Value v)
{
    if (is_any_int(v) || is_any_float(v)) return true;
    return special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND ||
           special_lookup(vm, v, S(__int__)) != VALUE_UNBOUND ||
           special_lookup(vm, v, S(__float__)) != VALUE_UNBOUND;
}

static bool wants_quotes(VM *vm, CsvQuoting quoting, Value v)
{
    switch (quoting) {
    case QUOTE_ALL: return true;
    case QUOTE_NONNUMERIC: return !is_number(vm, v);
    case QUOTE_STRINGS: return is_str(v);
    case QUOTE_NOTNULL: return !is_none(v);
    default: return false;
    }
}

static bool add_value(Record *r, Value v)
{
    bool is_quoted = wants_quotes(r->vm, r->dialect->quoting, v);
    Str *text = is_none(v) ? str_empty : value_str(r->vm, v);
    return text && add_field(r, text, is_none(v), is_quoted);
}

// A record of one empty field would be an empty line.
static bool mend_empty(Record *r, bool is_none_field)
{
    CsvQuoting quoting = r->dialect->quoting;
    if (r->n_fields == 0 || r->text.size > 0) return true;
    if (quoting == QUOTE_NONE ||
        (is_none_field && (quoting == QUOTE_STRINGS || quoting == QUOTE_NOTNULL))) {
        raise_csv_error(r->vm, "single empty field record must be quoted");
        return false;
    }
    r->n_fields = 0;
    return add_field(r, str_empty, true, true);
}

static Value write_row(VM *vm, Writer *w, Value row)
{
    Record r = {.vm = vm, .dialect = w->dialect};
    Value v, last = VALUE_NONE, iterator = value_iter(vm, row);
    if (is_error(iterator)) {
        if (!error_is(vm, EXC_TypeError)) return VALUE_ERROR;
        error_take(vm);
        return raise_csv_error(vm, "iterable expected, not %s", type_name(vm, row));
    }
    while ((v = iterator_advance(vm, iterator)) != VALUE_STOP) {
        if (is_error(v) || !add_value(&r, v)) return VALUE_ERROR;
        last = v;
    }
    if (!mend_empty(&r, is_none(last))) return VALUE_ERROR;
    builder_add_str(&r.text, w->dialect->line_terminator);
    Value text = value_object(builder_str(&r.text));
    return value_call(vm, w->write, 1, &text);
}

NATIVE(writer_writerow, "writerow(self, row, /)",
       "writerow(iterable)\n\n"
       "Construct and write a CSV record from an iterable of fields.  Non-string\n"
       "elements will be converted to string.")
{
    return write_row(vm, as_pointer(args[0]), args[1]);
}

NATIVE(writer_writerows, "writerows(self, rows, /)",
       "writerows(iterable of iterables)\n\n"
       "Construct and write a series of iterables to a csv file.  Non-string\n"
       "elements will be converted to string.")
{
    Value row, iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    while ((row = iterator_advance(vm, iterator)) != VALUE_STOP)
        if (is_error(row) || is_error(write_row(vm, as_pointer(args[0]), row))) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(csv_writer, "writer(fileobj, dialect = ?, /, **fmtparams)",
       "An object that writes rows as CSV text to a file, or to anything with a write method: "
       "writerow(fields),\n"
       "writerows(rows). The other arguments are those of csv.reader.")
{
    CsvDialect *dialect = csv_dialect_make(vm, args[1], as_dict(args[2]));
    if (!dialect) return VALUE_ERROR;
    Value write = value_find_attr(vm, args[0], S(write));
    if (is_error(write)) return write;
    if (write == VALUE_UNBOUND || !value_is_callable(vm, write))
        return raise_error(vm, EXC_TypeError, "argument 1 must have a \"write\" method");
    Writer *w = object_alloc(writer_class, KIND_OPAQUE, sizeof(Writer));
    w->dialect = dialect;
    w->write = write;
    return value_object(w);
}

static Value get_dialect(VM *vm, Value self)
{
    (void)vm;
    return value_object(((Writer *)as_pointer(self))->dialect);
}

void csv_writer_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_writer_writerow, &def_writer_writerows, NULL};
    static const GetSetDef getset[] = {{"dialect", get_dialect, NULL, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "_csv.writer",
        .kind = KIND_OPAQUE,
        .doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\n"
               "in CSV format from sequence input.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
        .object_size = sizeof(Writer)};
    static const NativeDef *const natives[] = {&def_csv_writer, NULL};
    writer_class = class_define(vm, &type, NULL);
    dict_set_str(module->dict, str_from_cstr("Writer"), value_object(writer_class));
    natives_define(vm, module->dict, natives, NULL, str_from_cstr("_csv"));
}

// SPDX-License-Identifier: MIT
// csv_reader.c - csv.reader: an iterator that takes lines from another one as it needs them.
//
// A state machine over the characters of lines, each followed by an END. Runs of plain characters
// are taken at once, and a field that is one such run between delimiters is cut out of its line.
#include "stdlib/csv.h"
#include "vm/float.h"
#include "vm/iter.h"

enum { END = 0x110001 };  // of a line

typedef enum State {
    START_RECORD,
    START_FIELD,
    ESCAPED,
    IN_FIELD,
    IN_QUOTES,
    ESCAPED_IN_QUOTES,
    QUOTE_IN_QUOTES,
    EAT_LINE_END,
    AFTER_ESCAPED_LINE_END
} State;

typedef struct Reader {
    Iterator base;
    Value lines;
    CsvDialect *dialect;
    List *fields;      // of the record so far
    StrBuilder field;  // so far
    State state;
    bool is_unquoted;  // the field had no quotes
    int64_t line_number;
} Reader;

static Class *reader_class;
static int64_t field_limit = 128 * 1024;

static Reader *as_reader(Value v)
{
    return (Reader *)as_pointer(v);
}

// Fields

static bool check_size(VM *vm, const char *data, size_t size)
{
    if (likely(size <= (size_t)field_limit) || utf8_length(data, size) <= (size_t)field_limit)
        return true;
    raise_csv_error(vm, "field larger than field limit (%lld)", (long long)field_limit);
    return false;
}

static bool save_text(VM *vm, Reader *r, Str *text)
{
    CsvQuoting quoting = r->dialect->quoting;
    Value v = value_object(text);
    if (unlikely(quoting == QUOTE_NONNUMERIC || quoting == QUOTE_STRINGS ||
                 quoting == QUOTE_NOTNULL) &&
        r->is_unquoted) {
        if (text->size == 0 && quoting != QUOTE_NONNUMERIC)
            v = VALUE_NONE;
        else if (text->size && quoting != QUOTE_NOTNULL)
            v = float_from_object(vm, v);
        if (is_error(v)) return false;
    }
    list_append(r->fields, v);
    r->is_unquoted = true;
    return true;
}

static bool save_field(VM *vm, Reader *r)
{
    return save_text(vm, r, r->field.size ? builder_str(&r->field) : str_empty);
}

static bool add_char(VM *vm, Reader *r, uint32_t c)
{
    builder_add_char(&r->field, c);
    return check_size(vm, r->field.data, r->field.size);
}

// The machine

static bool is_line_end(uint32_t c)
{
    return c == '\n' || c == '\r' || c == END;
}

static bool end_record(VM *vm, Reader *r, uint32_t c)
{
    r->state = c == END ? START_RECORD : EAT_LINE_END;
    return save_field(vm, r);
}

static bool end_field(VM *vm, Reader *r)
{
    r->state = START_FIELD;
    return save_field(vm, r);
}

static bool start_field(VM *vm, Reader *r, uint32_t c)
{
    const CsvDialect *d = r->dialect;
    if (is_line_end(c)) return end_record(vm, r, c);
    if (c == d->quote && d->quoting != QUOTE_NONE) {
        r->is_unquoted = false;
        r->state = IN_QUOTES;
        return true;
    }
    if (c == d->escape) {
        r->state = ESCAPED;
        return true;
    }
    if (c == ' ' && d->skip_initial_space) return true;
    if (c == d->delimiter) return save_field(vm, r);
    r->state = IN_FIELD;
    return add_char(vm, r, c);
}

static bool in_field(VM *vm, Reader *r, uint32_t c)
{
    const CsvDialect *d = r->dialect;
    if (is_line_end(c)) return end_record(vm, r, c);
    if (c == d->delimiter) return end_field(vm, r);
    r->state = c == d->escape ? ESCAPED : IN_FIELD;
    return c == d->escape || add_char(vm, r, c);
}

static bool in_quotes(VM *vm, Reader *r, uint32_t c)
{
    const CsvDialect *d = r->dialect;
    if (c == END) return true;
    if (c == d->escape) {
        r->state = ESCAPED_IN_QUOTES;
        return true;
    }
    if (c != d->quote || d->quoting == QUOTE_NONE) return add_char(vm, r, c);
    r->state = d->double_quote ? QUOTE_IN_QUOTES : IN_FIELD;
    return true;
}

static const char *shown(uint32_t c)
{
    return str_from_char(c)->data;
}

static bool after_quote(VM *vm, Reader *r, uint32_t c)
{
    const CsvDialect *d = r->dialect;
    if (c == d->quote && d->quoting != QUOTE_NONE) {
        r->state = IN_QUOTES;
        return add_char(vm, r, c);
    }
    if (c == d->delimiter) return end_field(vm, r);
    if (is_line_end(c)) return end_record(vm, r, c);
    r->state = IN_FIELD;
    if (!d->is_strict) return add_char(vm, r, c);
    raise_csv_error(vm, "'%s' expected after '%s'", shown(d->delimiter), shown(d->quote));
    return false;
}

static bool step(VM *vm, Reader *r, uint32_t c)
{
    switch (r->state) {
    case START_RECORD:
        if (c == END) return true;
        r->state = is_line_end(c) ? EAT_LINE_END : START_FIELD;
        return r->state == EAT_LINE_END || start_field(vm, r, c);
    case START_FIELD: return start_field(vm, r, c);
    case ESCAPED:
        r->state = c == '\n' || c == '\r' ? AFTER_ESCAPED_LINE_END : IN_FIELD;
        return add_char(vm, r, c == END ? '\n' : c);
    case AFTER_ESCAPED_LINE_END: return c == END || in_field(vm, r, c);
    case IN_FIELD: return in_field(vm, r, c);
    case IN_QUOTES: return in_quotes(vm, r, c);
    case ESCAPED_IN_QUOTES: r->state = IN_QUOTES; return add_char(vm, r, c == END ? '\n' : c);
    case QUOTE_IN_QUOTES: return after_quote(vm, r, c);
    case EAT_LINE_END: break;
    }
    if (c == END) r->state = START_RECORD;
    if (is_line_end(c)) return true;
    raise_csv_error(vm, "new-line character seen in unquoted field - "
                        "do you need to open the file with newline=''?");
    return false;
}

// Plain characters from p on: how many bytes.
static size_t plain_run(const Reader *r, const char *p, const char *end)
{
    const char *from = p;
    while (p < end && !r->dialect->is_special[(unsigned char)*p])
        p++;
    return (size_t)(p - from);
}

static bool starts_field(const Reader *r)
{
    return r->state == START_FIELD || r->state == START_RECORD;
}

// Takes a run of plain characters at *p. A whole field becomes one at once.
static bool take_run(VM *vm, Reader *r, Str *line, const char **p, const char *end)
{
    const char *from = *p;
    size_t n = plain_run(r, from, end);
    if (n == 0) return true;
    *p += n;
    if (starts_field(r) && *p < end && (unsigned char)**p == r->dialect->delimiter) {
        size_t at = (size_t)(from - line->data);
        ++*p;
        r->state = START_FIELD;
        return check_size(vm, from, n) && save_text(vm, r, str_piece(line, at, at + n));
    }
    if (starts_field(r)) r->state = IN_FIELD;
    builder_add(&r->field, from, n);
    return check_size(vm, r->field.data, r->field.size);
}

static bool read_line(VM *vm, Reader *r, Str *line)
{
    const char *p = line->data, *end = p + line->size;
    while (p < end) {
        if (r->state == IN_FIELD || r->state == IN_QUOTES || starts_field(r)) {
            const char *before = p;
            if (!take_run(vm, r, line, &p, end)) return false;
            if (p == end) break;
            if (p != before) continue;
        }
        if (!step(vm, r, utf8_decode(&p))) return false;
    }
    return step(vm, r, END);
}

// The end of the lines inside a record. VALUE_STOP: there was none.
static Value end_of_lines(VM *vm, Reader *r)
{
    if (r->field.size == 0 && r->state != IN_QUOTES) return VALUE_STOP;
    if (r->dialect->is_strict) return raise_csv_error(vm, "unexpected end of data");
    return save_field(vm, r) ? value_object(r->fields) : VALUE_ERROR;
}

static Value next_record(VM *vm, Iterator *self)
{
    Reader *r = (Reader *)self;
    r->fields = list_new(r->fields ? r->fields->len : 0);
    r->field.size = 0;
    r->state = START_RECORD;
    r->is_unquoted = true;
    do {
        Value line = iterator_advance(vm, r->lines);
        if (is_error(line)) return line;
        if (line == VALUE_STOP) return end_of_lines(vm, r);
        if (!is_str(line))
            return raise_csv_error(
                vm,
                "iterator should return strings, not %s (the file should be opened in text mode)",
                type_name(vm, line));
        r->line_number++;
        if (!read_line(vm, r, as_str(line))) return VALUE_ERROR;
    } while (r->state != START_RECORD);
    return value_object(r->fields);
}

NATIVE(csv_reader, "reader(iterable, dialect = ?, /, **fmtparams)",
       "Yield the rows of CSV text as lists of fields. iterable gives its lines: a file opened "
       "with newline='', or any other.\n\n"
       "dialect is a name or a Dialect; its attributes may be given as keyword arguments: "
       "csv.reader(lines, delimiter=';').\n"
       "line_num is the number of lines read, which is more than that of rows where fields have "
       "line ends in them.")
{
    Value lines = value_iter(vm, args[0]);
    if (is_error(lines)) return lines;
    CsvDialect *dialect = csv_dialect_make(vm, args[1], as_dict(args[2]));
    if (!dialect) return VALUE_ERROR;
    Reader *r = object_alloc(reader_class, KIND_ITERATOR, sizeof(Reader));
    memset((char *)r + sizeof(Object), 0, sizeof(Reader) - sizeof(Object));
    r->base.next = next_record;
    r->lines = lines;
    r->dialect = dialect;
    return value_object(r);
}

NATIVE(
    csv_field_size_limit, "field_size_limit(new_limit = ?)",
    "How long a field may be; new_limit is the limit from now on. Returns the old one.")
{
    int64_t old = field_limit;
    if (args[0] == VALUE_UNBOUND) return int_from_int64(old);
    if (!is_any_int(args[0])) return raise_error(vm, EXC_TypeError, "limit must be an integer");
    if (!int_to_int64(args[0], &field_limit)) {
        field_limit = old;
        return raise_error(vm, EXC_OverflowError, "Python int too large to convert to C long");
    }
    return int_from_int64(old);
}

static Value get_dialect(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_reader(self)->dialect);
}

static Value get_line_num(VM *vm, Value self)
{
    (void)vm;
    return int_from_int64(as_reader(self)->line_number);
}

void csv_reader_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&iterator_def_iter, &iterator_def_next, NULL};
    static const GetSetDef getset[] = {{"dialect", get_dialect, NULL, NULL},
                                       {"line_num", get_line_num, NULL, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "_csv.reader",
        .kind = KIND_ITERATOR,
        .doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\n"
               "in CSV format.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
        .object_size = sizeof(Reader)};
    static const NativeDef *const natives[] = {&def_csv_reader, &def_csv_field_size_limit, NULL};
    reader_class = class_define(vm, &type, NULL);
    field_limit = 128 * 1024;
    dict_set_str(module->dict, str_from_cstr("Reader"), value_object(reader_class));
    natives_define(vm, module->dict, natives, NULL, str_from_cstr("_csv"));
}

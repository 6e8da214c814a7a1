// SPDX-License-Identifier: MIT
// csv_dialect.c - the dialects of CSV, their names, and _csv.Error.
#include "stdlib/csv.h"

static Class *dialect_class, *error_class;
static Dict *names;  // registered dialects

Value raise_csv_error(VM *vm, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str *message = str_vformat(format, args);
    va_end(args);
    Value e = exception_call(vm, error_class, tuple_of(1, value_object(message)));
    return is_error(e) ? e : raise_value(vm, e);
}

static bool is_dialect(VM *vm, Value v)
{
    return is_kind(v, KIND_OPAQUE) && class_of(vm, v) == dialect_class;
}

// Parameters

enum {
    P_DELIMITER,
    P_DOUBLEQUOTE,
    P_ESCAPECHAR,
    P_LINETERMINATOR,
    P_QUOTECHAR,
    P_QUOTING,
    P_SKIPINITIALSPACE,
    P_STRICT,
    P_COUNT
};
static const char *const parameters[P_COUNT] = {"delimiter",        "doublequote", "escapechar",
                                                "lineterminator",   "quotechar",   "quoting",
                                                "skipinitialspace", "strict"};

static bool get_char(VM *vm, const Value *given, int which, uint32_t *c)
{
    Value v = given[which];
    const char *name = parameters[which];
    bool or_none = which != P_DELIMITER;
    if (v == VALUE_UNBOUND) return true;
    *c = CSV_NO_CHAR;
    if (is_none(v) && or_none) return true;
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "\"%s\" must be string%s, not %s", name,
                    or_none ? " or None" : "", type_name(vm, v));
        return false;
    }
    if (str_length(as_str(v)) != 1) {
        raise_error(vm, EXC_TypeError, "\"%s\" must be a 1-character string", name);
        return false;
    }
    *c = str_char_at(as_str(v), 0);
    return true;
}

static bool get_bool(VM *vm, Value v, bool *flag)
{
    if (v == VALUE_UNBOUND) return true;
    int truth = value_truth(vm, v);
    *flag = truth > 0;
    return truth >= 0;
}

static bool get_quoting(VM *vm, Value v, CsvDialect *d)
{
    int64_t quoting = -1;
    if (v == VALUE_UNBOUND) return true;
    if (!is_any_int(v)) {
        raise_error(vm, EXC_TypeError, "\"quoting\" must be an integer");
        return false;
    }
    if (!int_to_int64(v, &quoting) || quoting < 0 || quoting >= QUOTING_COUNT) {
        raise_error(vm, EXC_TypeError, "bad \"quoting\" value");
        return false;
    }
    d->quoting = (CsvQuoting)quoting;
    return true;
}

static bool get_terminator(VM *vm, Value v, CsvDialect *d)
{
    if (v == VALUE_UNBOUND) return true;
    if (is_str(v)) {
        d->line_terminator = str_exact(as_str(v));
        return true;
    }
    raise_error(vm, EXC_TypeError,
                is_none(v) ? "lineterminator must be set" : "\"lineterminator\" must be a string");
    return false;
}

static bool contains(const Str *s, uint32_t c)
{
    char text[4];
    if (c == CSV_NO_CHAR) return false;
    return text_find(s->data, s->size, text, (size_t)utf8_encode(c, text)) >= 0;
}

static bool check_chars(VM *vm, const CsvDialect *d)
{
    static const char *const char_names[3] = {"delimiter", "escapechar", "quotechar"};
    const uint32_t chars[3] = {d->delimiter, d->escape, d->quote};
    for (int i = 0; i < 3; i++) {
        bool is_bad_space = i > 0 && chars[i] == ' ' && d->skip_initial_space;
        if (chars[i] != '\n' && chars[i] != '\r' && !is_bad_space) continue;
        raise_error(vm, EXC_ValueError, "bad %s value", char_names[i]);
        return false;
    }
    for (int i = 0; i < 3; i++) {
        for (int j = i + 1; j < 3; j++) {
            if (chars[i] == CSV_NO_CHAR || chars[i] != chars[j]) continue;
            raise_error(vm, EXC_ValueError, "bad %s or %s value", char_names[i], char_names[j]);
            return false;
        }
    }
    for (int i = 0; i < 3; i++) {
        if (!contains(d->line_terminator, chars[i])) continue;
        raise_error(vm, EXC_ValueError, "bad %s or lineterminator value", char_names[i]);
        return false;
    }
    return true;
}

static void mark_special(CsvDialect *d)
{
    const uint32_t chars[] = {d->delimiter, d->quote, d->escape, '\n', '\r', ' '};
    memset(d->is_special, 0, sizeof d->is_special);
    for (size_t i = 0; i < countof(chars); i++) {
        char text[4];
        if (chars[i] == CSV_NO_CHAR || (chars[i] == ' ' && i == 5 && !d->skip_initial_space))
            continue;
        utf8_encode(chars[i], text);
        d->is_special[(unsigned char)text[0]] = true;
    }
}

static bool fill(VM *vm, CsvDialect *d, const Value *given)
{
    d->delimiter = ',';
    d->quote = '"';
    d->escape = CSV_NO_CHAR;
    d->double_quote = true;
    d->skip_initial_space = d->is_strict = false;
    d->quoting = QUOTE_MINIMAL;
    d->line_terminator = str_from_cstr("\r\n");
    if (!get_char(vm, given, P_DELIMITER, &d->delimiter) ||
        !get_bool(vm, given[P_DOUBLEQUOTE], &d->double_quote) ||
        !get_char(vm, given, P_ESCAPECHAR, &d->escape) ||
        !get_terminator(vm, given[P_LINETERMINATOR], d) ||
        !get_char(vm, given, P_QUOTECHAR, &d->quote) || !get_quoting(vm, given[P_QUOTING], d) ||
        !get_bool(vm, given[P_SKIPINITIALSPACE], &d->skip_initial_space) ||
        !get_bool(vm, given[P_STRICT], &d->is_strict))
        return false;
    if (d->quote == CSV_NO_CHAR && given[P_QUOTING] == VALUE_UNBOUND) d->quoting = QUOTE_NONE;
    if (d->quote == CSV_NO_CHAR && d->quoting != QUOTE_NONE) {
        raise_error(vm, EXC_TypeError, "quotechar must be set if quoting enabled");
        return false;
    }
    mark_special(d);
    return check_chars(vm, d);
}

// What is given: keywords, and then the attributes of the base.
static bool collect(VM *vm, Value base, Dict *keywords, Value *given)
{
    Value key, v;
    for (int i = 0; i < P_COUNT; i++)
        given[i] = VALUE_UNBOUND;
    for (size_t pos = 0; keywords && dict_next(keywords, &pos, &key, &v);) {
        int i = 0;
        while (i < P_COUNT && !str_is(as_str(key), parameters[i]))
            i++;
        if (i == P_COUNT) {
            raise_error(vm, EXC_TypeError, "this function got an unexpected keyword argument '%s'",
                        str_cstr(as_str(key)));
            return false;
        }
        given[i] = v;
    }
    for (int i = 0; base != VALUE_UNBOUND && i < P_COUNT; i++) {
        if (given[i] != VALUE_UNBOUND) continue;
        given[i] = value_find_attr(vm, base, str_intern(parameters[i], strlen(parameters[i])));
        if (is_error(given[i])) return false;
    }
    return true;
}

// The dialect of that name; VALUE_ERROR if there is none.
static Value find_name(VM *vm, Value name)
{
    Value v = is_str(name) ? dict_find_str(names, str_exact(as_str(name))) : VALUE_UNBOUND;
    return v == VALUE_UNBOUND ? raise_csv_error(vm, "unknown dialect") : v;
}

CsvDialect *csv_dialect_make(VM *vm, Value base, Dict *keywords)
{
    Value given[P_COUNT];
    if (keywords && dict_find_str(keywords, str_from_cstr("dialect")) != VALUE_UNBOUND) {
        Str *key = str_from_cstr("dialect");
        keywords = dict_copy(keywords);
        base = dict_find_str(keywords, key);
        dict_delete_str(keywords, key);
    }
    if (base != VALUE_UNBOUND && is_str(base) && is_error(base = find_name(vm, base))) return NULL;
    bool has_changes = keywords && keywords->len;
    if (base != VALUE_UNBOUND && is_dialect(vm, base) && !has_changes) return as_csv_dialect(base);
    if (!collect(vm, base, keywords, given)) return NULL;
    CsvDialect *d = object_alloc(dialect_class, KIND_OPAQUE, sizeof(CsvDialect));
    d->line_terminator = NULL;
    return fill(vm, d, given) ? d : NULL;
}

// Names

NATIVE(csv_register_dialect, "register_dialect(name, dialect = ?, /, **fmtparams)",
       "Give a dialect a name. The attributes of a Dialect may be given as keyword arguments.")
{
    if (!is_str(args[0])) return raise_error(vm, EXC_TypeError, "dialect name must be a string");
    const CsvDialect *d = csv_dialect_make(vm, args[1], as_dict(args[2]));
    if (!d) return VALUE_ERROR;
    dict_set_str(names, str_exact(as_str(args[0])), value_object(d));
    return VALUE_NONE;
}

NATIVE(csv_unregister_dialect, "unregister_dialect(name)",
       "Forget the dialect with this name; Error if there is none.")
{
    if (is_error(find_name(vm, args[0]))) return VALUE_ERROR;
    dict_delete_str(names, str_exact(as_str(args[0])));
    return VALUE_NONE;
}

NATIVE(csv_get_dialect, "get_dialect(name)",
       "The dialect with this name; Error if there is none.")
{
    return find_name(vm, args[0]);
}

NATIVE(csv_list_dialects, "list_dialects()",
       "The names of all dialects.")
{
    List *list = list_new(names->len);
    Value name, ignored;
    for (size_t pos = 0; dict_next(names, &pos, &name, &ignored);)
        list_append(list, name);
    return value_object(list);
}

// The type

NATIVE(dialect_new, "__new__(cls, dialect = ?, /, **fmtparams)",
       "CSV dialect\n\nThe Dialect type records CSV dialect options.")
{
    Value base = args[1] != VALUE_UNBOUND && is_none(args[1]) ? VALUE_UNBOUND : args[1];
    CsvDialect *d = csv_dialect_make(vm, base, as_dict(args[2]));
    return d ? value_object(d) : VALUE_ERROR;
}

static Value char_value(uint32_t c)
{
    return c == CSV_NO_CHAR ? VALUE_NONE : value_object(str_from_char(c));
}

#define GETTER(name, result)                        \
    static Value get_##name(VM *vm, Value self)     \
    {                                               \
        (void)vm;                                   \
        const CsvDialect *d = as_csv_dialect(self); \
        return result;                              \
    }
GETTER(delimiter, char_value(d->delimiter))
GETTER(quotechar, char_value(d->quote))
GETTER(escapechar, char_value(d->escape))
GETTER(doublequote, value_bool(d->double_quote))
GETTER(skipinitialspace, value_bool(d->skip_initial_space))
GETTER(strict, value_bool(d->is_strict))
GETTER(quoting_value, small_int(d->quoting))
GETTER(lineterminator, value_object(d->line_terminator))
#undef GETTER

static void define_error(VM *vm, Module *module)
{
    static const TypeDef type = {
        .name = "_csv.Error", .kind = KIND_EXCEPTION, .flags = CLASS_HAS_DICT};
    error_class = class_define(vm, &type, exception_class(vm, EXC_Exception));
    dict_set_str(module->dict, str_from_cstr("Error"), value_object(error_class));
}

void csv_dialect_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_dialect_new, NULL};
    static const GetSetDef getset[] = {{"delimiter", get_delimiter, NULL, NULL},
                                       {"doublequote", get_doublequote, NULL, NULL},
                                       {"escapechar", get_escapechar, NULL, NULL},
                                       {"lineterminator", get_lineterminator, NULL, NULL},
                                       {"quotechar", get_quotechar, NULL, NULL},
                                       {"quoting", get_quoting_value, NULL, NULL},
                                       {"skipinitialspace", get_skipinitialspace, NULL, NULL},
                                       {"strict", get_strict, NULL, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {.name = "_csv.Dialect",
                                 .kind = KIND_OPAQUE,
                                 .doc =
                                     "CSV dialect\n\nThe Dialect type records CSV dialect options.",
                                 .methods = methods,
                                 .getset = getset,
                                 .flags = CLASS_FINAL,
                                 .object_size = sizeof(CsvDialect)};
    static const NativeDef *const natives[] = {&def_csv_register_dialect,
                                               &def_csv_unregister_dialect, &def_csv_get_dialect,
                                               &def_csv_list_dialects, NULL};
    dialect_class = class_define(vm, &type, NULL);
    names = dict_new();
    define_error(vm, module);
    dict_set_str(module->dict, str_from_cstr("Dialect"), value_object(dialect_class));
    natives_define(vm, module->dict, natives, NULL, str_from_cstr("_csv"));
}

// SPDX-License-Identifier: MIT
// re_flag.c - re.RegexFlag: ints that show the names of their bits.
#include "stdlib/re.h"

static Class *flag_class;

static const struct {
    const char *name, *letter;
    uint32_t flag;
} flags[] = {{"ASCII", "A", RE_ASCII},         {"IGNORECASE", "I", RE_IGNORECASE},
             {"LOCALE", "L", RE_LOCALE},       {"UNICODE", "U", RE_UNICODE},
             {"MULTILINE", "M", RE_MULTILINE}, {"DOTALL", "S", RE_DOTALL},
             {"VERBOSE", "X", RE_VERBOSE},     {"DEBUG", NULL, RE_DEBUG}};
enum { ALL_FLAGS = 511 };

static void add_name(StrBuilder *b, const char *prefix, const char *name)
{
    if (b->size) builder_add_byte(b, '|');
    builder_format(b, "%s%s", prefix, name);
}

// In the order in which a Pattern shows them.
void regex_flags_text(uint32_t value, StrBuilder *out)
{
    static const char order[] = "ILMSUX";
    StrBuilder b = {0};
    for (const char *p = order; *p; p++)
        for (size_t i = 0; i < countof(flags); i++)
            if (flags[i].letter && *flags[i].letter == *p && value & flags[i].flag)
                add_name(&b, "re.", flags[i].name);
    if (value & RE_DEBUG) add_name(&b, "re.", "DEBUG");
    if (value & RE_ASCII) add_name(&b, "re.", "ASCII");
    for (size_t i = 0; i < countof(flags); i++)
        value &= ~flags[i].flag;
    if (value) add_name(&b, "", str_format("0x%x", value)->data);
    builder_add(out, b.data, b.size);
}

static int64_t value_of(Value v)
{
    int64_t i = 0;
    (void)int_to_int64(v, &i);
    return i;
}

// A negative number stands for all bits but some: those of the flags, or as many as it has itself.
static int64_t canonical(int64_t value)
{
    if (value >= 0) return value;
    int64_t end = ALL_FLAGS + 1;
    while (value < -end) end *= 2;
    return end * (end > ALL_FLAGS + 1 && value == -end ? 2 : 1) + value;
}

// The names joined; NULL if the value has none of them.
static Str *names_of(int64_t value, const char *prefix)
{
    StrBuilder b = {0};
    bool has_name = false;
    value = canonical(value);
    if (value == 0) return str_format("%sNOFLAG", prefix);
    for (size_t i = 0; i < countof(flags); i++) {
        if (!(value & flags[i].flag)) continue;
        add_name(&b, prefix, flags[i].name);
        value &= ~(int64_t)flags[i].flag;
        has_name = true;
    }
    if (!has_name) return NULL;
    if (value) add_name(&b, "", str_format("0x%llx", (long long)value)->data);
    return builder_str(&b);
}

static Value flag_new(int64_t value)
{
    return int_copy_as(small_int(value), flag_class->root->id);
}

NATIVE(flag_repr, "__repr__(self, /)", "Return repr(self).")
{
    Str *names = names_of(value_of(args[0]), "re.");
    return value_object(names ? names
                              : str_format("re.RegexFlag(%lld)", (long long)value_of(args[0])));
}

NATIVE(flag_str, "__str__(self, /)", "Return str(self).")
{
    return native_flag_repr(vm, args);
}

NATIVE(flag_format, "__format__(self, format_spec, /)",
       "The number as a text, laid out as format_spec says.")
{
    if (is_str(args[1]) && as_str(args[1])->size == 0) return native_flag_repr(vm, args);
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "__format__() argument must be str");
    Str *text = value_format(vm, int_normal(args[0]), as_str(args[1]));
    return text ? value_object(text) : VALUE_ERROR;
}

static Value combine(const Value *args, char op)
{
    if (!is_any_int(args[0]) || !is_any_int(args[1])) return VALUE_NOT_IMPLEMENTED;
    int64_t a = value_of(args[0]), b = value_of(args[1]);
    return flag_new(op == '|' ? a | b : op == '&' ? a & b : a ^ b);
}

#define OPERATOR(name, op)                                                                 \
    NATIVE(flag_##name, "__" #name "__(self, value, /)", "Combine the bits of two flags.") \
    {                                                                                      \
        return combine(args, op);                                                          \
    }
OPERATOR(or, '|')
OPERATOR(ror, '|')
OPERATOR(and, '&')
OPERATOR(rand, '&')
OPERATOR(xor, '^')
OPERATOR(rxor, '^')
#undef OPERATOR

NATIVE(flag_invert, "__invert__(self, /)", "The flags that are not set.")
{
    return flag_new(canonical(~value_of(args[0])));
}

static Value get_name(VM *vm, Value self)
{
    (void)vm;
    Str *names = names_of(value_of(self), "");
    return names ? value_object(names) : VALUE_NONE;
}

static Value get_value(VM *vm, Value self)
{
    (void)vm;
    return int_normal(self);
}

static void set_flag(Module *module, const char *name, Value v, bool also_in_module)
{
    dict_set_str(flag_class->dict, str_from_cstr(name), v);
    if (also_in_module) dict_set_str(module->dict, str_from_cstr(name), v);
}

void regex_flag_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_flag_repr,   &def_flag_str, &def_flag_format,
                                               &def_flag_or,     &def_flag_ror, &def_flag_and,
                                               &def_flag_rand,   &def_flag_xor, &def_flag_rxor,
                                               &def_flag_invert, NULL};
    static const GetSetDef getset[] = {{"name", get_name, NULL, "The names of the bits."},
                                       {"value", get_value, NULL, "The number."},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "re.RegexFlag",
        .kind = KIND_INT,
        .doc = "The flags of regular expressions.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    flag_class = class_define(vm, &type, vm->classes[KIND_INT]);
    dict_set_str(module->dict, str_from_cstr("RegexFlag"), value_object(flag_class));
    for (size_t i = 0; i < countof(flags); i++) {
        Value v = flag_new(flags[i].flag);
        set_flag(module, flags[i].name, v, true);
        if (flags[i].letter) set_flag(module, flags[i].letter, v, true);
    }
    set_flag(module, "NOFLAG", flag_new(0), true);
}

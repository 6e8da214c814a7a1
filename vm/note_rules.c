// SPDX-License-Identifier: MIT
// note_rules.c - one function for each line of notes.def: the text of the note, or NULL if the
// exception is about something else. They read the message, whose wording is CPython's, and look at
// the source text of what failed; none runs code of scripts.
#include <stdlib.h>

#include "vm/gc.h"
#include "vm/note_rules.h"
#include "vm/suggest.h"
#include "vm/vm.h"

bool note_split(const Failure *f, char wanted, Str **head, Str **inside)
{
    return f->text && source_split(f->text, head, inside) == wanted;
}

// The argument of a call, or the whole.
Str *note_iterated(const Failure *f)
{
    Str *head, *inside;
    if (!f->text) return NULL;
    if (source_evaluate(f, f->text) != VALUE_UNBOUND) return f->text;
    if (!note_split(f, '(', &head, &inside)) return f->text;
    if (ends(head, ".send")) return str_new(head->data, head->size - 5);
    if (ends(head, ".__next__")) return str_new(head->data, head->size - 9);
    Value callee = source_evaluate(f, head);
    bool is_native = is_kind(callee, KIND_NATIVE) || is_class(callee);
    return is_native ? source_first_argument(inside) : f->text;
}

// Generators used as something else

static Str *generator_name(const Failure *f)
{
    if (!is_generator(f->subject)) return str_from_cstr("a generator");
    return as_generator(f->subject)->frame.function->name;
}

// The type named in a message 'TYPE' object ..., if its values come one at a time; else NULL.
static const char *lazy_type(const Str *message, const char *after)
{
    static const char *const types[] = {"generator", "map",       "filter",    "zip",
                                        "enumerate", "reversed", "islice", "chain"};
    for (size_t i = 0; i < countof(types); i++)
        if (str_is(message, str_format(after, types[i])->data)) return types[i];
    return NULL;
}

// "a generator", "an enumerate object"
static Str *kind_of(const char *type)
{
    if (strcmp(type, "generator") == 0) return str_from_cstr("a generator");
    return str_format("%s %s object", strchr("aei", type[0]) ? "an" : "a", type);
}

Str *note_generator_index(const Failure *f)
{
    const char *type = lazy_type(f->message, "'%s' object is not subscriptable");
    if (!type) return NULL;
    const char *kind = kind_of(type)->data;
    Str *head, *inside;
    if (!note_split(f, '[', &head, &inside))
        return str_format("%s is %s: its values come one at a time and have no index; "
                          "next(g) takes one, list(g) makes a list of all",
                          generator_name(f)->data, kind);
    head = source_shown(head);
    if (strchr(inside->data, ':'))
        return str_format("%s is %s: its values come one at a time and cannot be sliced; "
                          "itertools.islice() takes some, list(%s) makes a list of all",
                          head->data, kind, head->data);
    return str_format("%s is %s: its values come one at a time and have no index; "
                      "next(%s) takes the first, list(%s)[%s] makes a list of all",
                      head->data, kind, head->data, head->data, source_shown(inside)->data);
}

Str *note_generator_len(const Failure *f)
{
    const char *type = lazy_type(f->message, "object of type '%s' has no len()");
    if (!type) return NULL;
    Str *head, *inside;
    Str *name = note_split(f, '(', &head, &inside) && str_is(head, "len") ? source_shown(inside)
                                                                          : str_from_cstr("g");
    if (strstr(name->data, " for ")) name = str_from_cstr("g");
    return str_format(
        "%s is %s: its values do not exist until they are asked for, so they have no "
        "number; len(list(%s)) makes them all and counts them",
        name->data, kind_of(type)->data, name->data);
}

Str *note_generator_attribute(const Failure *f)
{
    Value name = exception_field(f->exception, FIELD_NAME),
          obj = exception_field(f->exception, FIELD_OBJ);
    if (!is_str(name) || !is_generator(obj) || !str_is(as_str(name), "next")) return NULL;
    return str_from_cstr("the next value of a generator g is next(g)");
}

Str *note_send_unstarted(const Failure *f)
{
    if (!begins(f->message, "can't send non-None value to a just-started generator")) return NULL;
    Str *head, *inside;
    Str *name = str_from_cstr("the generator");
    if (note_split(f, '(', &head, &inside) && ends(head, ".send"))
        name = str_new(head->data, head->size - 5);
    bool is_name = source_is_name(name);
    return str_format(
        "%s has not run up to its first yield, so nothing in it can receive the value; "
        "call next(%s) once before send()",
        name->data, is_name ? name->data : "g");
}

Str *note_already_executing(const Failure *f)
{
    if (!begins(f->message, "generator already executing")) return NULL;
    return str_format(
        "%s is running now: it was asked for its next value by something it is waiting for itself",
        generator_name(f)->data);
}

Str *note_stop_inside(const Failure *f)
{
    if (!str_is(f->message, "generator raised StopIteration")) return NULL;
    return str_from_cstr(
        "a next() inside the generator found nothing left; next(it, default) does not raise, "
        "and `return` ends a generator");
}

Str *note_ignored_exit(const Failure *f)
{
    if (!str_is(f->message, "generator ignored GeneratorExit")) return NULL;
    return str_from_cstr(
        "close() raises GeneratorExit where the generator waits; after that it may clean up "
        "and return, but not yield again");
}

// Exhausted generators

static Value used_up(const Failure *f, Str **name)
{
    *name = note_iterated(f);
    Value v = f->subject != VALUE_UNBOUND ? f->subject
              : *name                     ? source_evaluate(f, *name)
                                          : VALUE_UNBOUND;
    if (!is_generator(v) || generator_state(as_generator(v)) != GEN_DONE) return VALUE_UNBOUND;
    if (*name && source_evaluate(f, *name) == v) return v;
    *name = source_variable(f->vm, f->raised->function, f->raised->locals, v);
    if (!*name) *name = as_generator(v)->frame.function->name;
    return v;
}

// The generator's end was seen by the instruction that failed.
static bool ended_here(const Failure *f, const Generator *g)
{
    return f->raised && g->ended_in && function_original(g->ended_in) == function_original(f->raised->function) && g->frame.pc == f->raised->pc;
}

static Str *runs_only_once(const Failure *f, const Generator *g, const Str *name)
{
    Str *end = generator_end_text(f->vm, g, f->at.filename);
    if (!end) return NULL;
    return str_format("%s %s, and a generator runs only once: make a new one to start again",
                      name->data, end->data);
}

Str *note_exhausted_next(const Failure *f)
{
    Str *name;
    Value v = used_up(f, &name);
    if (v == VALUE_UNBOUND) return NULL;
    if (!ended_here(f, as_generator(v))) return runs_only_once(f, as_generator(v), name);
    return str_format("%s has no more values; next(%s, default) gives the default then, a for loop "
                      "ends by itself",
                      name->data, name->data);
}

Str *note_exhausted_empty(const Failure *f)
{
    bool is_empty = ends(f->message, "iterable argument is empty") || ends(f->message, ", got 0)");
    Str *name;
    Value v = is_empty ? used_up(f, &name) : VALUE_UNBOUND;
    if (v == VALUE_UNBOUND || ended_here(f, as_generator(v))) return NULL;
    return runs_only_once(f, as_generator(v), name);
}

// Functions and what they return

// HEAD(f) -> HEAD(f())
static Str *with_call(const Failure *f, const Str *name)
{
    Str *head, *inside;
    if (!note_split(f, '(', &head, &inside) || str_equal(f->text, name))
        return str_format("%s()", name->data);
    return str_format("%s(%s()%s)", head->data, name->data, inside->data + name->size);
}

Str *note_uncalled_function(const Failure *f)
{
    bool is_use = ends(f->message, "is not iterable") || ends(f->message, "is not an iterator") ||
                  ends(f->message, "is not subscriptable") || ends(f->message, "has no len()");
    Value callee = f->subject;
    if (is_kind(callee, KIND_BOUND_METHOD)) callee = ((BoundMethod *)as_pointer(callee))->function;
    if (!is_use || !is_function(callee)) return NULL;
    Function *function = as_function(callee);
    Str *head, *inside, *name = note_iterated(f);
    if (note_split(f, '[', &head, &inside)) name = head;
    if (!name || !source_is_name(name)) name = function->name;
    if (function->code->flags & CODE_GENERATOR)
        return str_format("%s is a generator function: %s() makes the generator, so write %s",
                          name->data, name->data, with_call(f, name)->data);
    return str_format("%s is a function: did you mean to call it, %s()?", name->data, name->data);
}

static Str *value_shown(const Failure *f, Value v)
{
    if (is_object(v) && !value_is_plain(v))
        return str_format("an object of type '%s'", type_name(f->vm, v));
    Str *text = value_repr(f->vm, v);
    return text ? source_shown(text) : str_from_cstr("an object");
}

Str *note_no_yield(const Failure *f)
{
    Str *head, *inside, *text = note_iterated(f);
    if (f->subject == VALUE_UNBOUND || !text || !ends(f->message, "is not iterable")) return NULL;
    if (source_split(text, &head, &inside) != '(') return NULL;
    Value callee = source_evaluate(f, head);
    if (!is_function(callee) || as_function(callee)->code->flags & CODE_GENERATOR) return NULL;
    Str *definition = source_definition(f, as_function(callee)->code);
    return str_format("%s gave %s: %s has no yield, so it is no generator function%s%s%s",
                      source_shown(text)->data, value_shown(f, f->subject)->data, head->data,
                      definition ? " (" : "", definition ? definition->data : "",
                      definition ? ")" : "");
}

Str *note_is_none(Str *text)
{
    Str *head, *inside;
    const char *verb = source_split(text, &head, &inside) == '(' ? "returned" : "is";
    return str_format("%s %s None", source_shown(text)->data, verb);
}

// The operand that is None: of what "for +: 'NoneType' and 'int'" is about.
static Str *none_operand(const Failure *f)
{
    const char *left = strstr(f->message->data, ": 'NoneType' and "),
               *right = strstr(f->message->data, "' and 'NoneType'");
    const char *symbol = strstr(f->message->data, " for "), *end = strchr(f->message->data, ':');
    if (begins(f->message, "'")) {  // '<' not supported between instances of 'NoneType' and 'int'
        symbol = f->message->data - 4;
        end = strchr(f->message->data + 1, '\'');
        left = strstr(f->message->data, " of 'NoneType'");
    }
    if ((!left && !right) || !symbol || !end || !f->text) return NULL;
    Str *op = str_new(symbol + 5, (size_t)(end - symbol - 5)), *a, *b;
    if (!source_operands(f->text, op, &a, &b)) return NULL;
    Str *operand = left ? a : b;
    return str_is(operand, "None") ? NULL : note_is_none(operand);
}

Str *note_none_value(const Failure *f)
{
    Str *head, *inside;
    if (str_is(f->message, "object of type 'NoneType' has no len()"))
        return note_split(f, '(', &head, &inside) && str_is(head, "len") ? note_is_none(inside)
                                                                         : NULL;
    if (strstr(f->message->data, "'NoneType'") && (begins(f->message, "unsupported operand type") ||
                                                   strstr(f->message->data, "not supported between")))
        return none_operand(f);
    if (!begins(f->message, "'NoneType' object ") &&
        !begins(f->message, "cannot unpack non-iterable NoneType"))
        return NULL;
    if (ends(f->message, "is not subscriptable") || ends(f->message, "item assignment"))
        return note_split(f, '[', &head, &inside) ? note_is_none(head) : NULL;
    if (ends(f->message, "is not callable"))
        return note_split(f, '(', &head, &inside) ? note_is_none(head) : NULL;
    Str *text = note_iterated(f);
    bool is_iteration =
        ends(f->message, "is not iterable") || ends(f->message, "is not an iterator");
    return text && is_iteration ? note_is_none(text) : NULL;
}

Str *note_none_attribute(const Failure *f)
{
    if (!begins(f->message, "'NoneType' object has no attribute")) return NULL;
    Value name = exception_field(f->exception, FIELD_NAME);
    if (!is_str(name) || !f->text || !ends(f->text, as_str(name)->data)) return NULL;
    size_t n = f->text->size - as_str(name)->size;
    return n > 1 && f->text->data[n - 1] == '.' ? note_is_none(str_new(f->text->data, n - 1))
                                                : NULL;
}

Str *note_text_plus_number(const Failure *f)
{
    const Str *m = f->message;
    bool is_text_first = begins(m, "can only concatenate str (not \"int\")") ||
                         begins(m, "can only concatenate str (not \"float\")");
    bool is_number_first = begins(m, "unsupported operand type(s) for +: 'int' and 'str'") ||
                           begins(m, "unsupported operand type(s) for +: 'float' and 'str'");
    if (is_text_first)
        return str_from_cstr(
            "text and a number do not add up: str(number) makes text of it, as f\"{number}\" does");
    if (is_number_first)
        return str_from_cstr(
            "a number and text do not add up: int(text) or float(text) makes a number of it");
    return NULL;
}

Str *note_wrong_arguments(const Failure *f)
{
    bool is_wrong = strstr(f->message->data, "() missing ") ||
                    strstr(f->message->data, " positional argument") ||
                    strstr(f->message->data, "() got an unexpected keyword argument");
    Str *head, *inside;
    if (!is_wrong || !note_split(f, '(', &head, &inside)) return NULL;
    Value callee = source_evaluate(f, head);
    if (is_class(callee)) callee = class_lookup(f->vm, as_class(callee), S(__init__));
    if (!is_function(callee)) return NULL;
    Str *definition = source_definition(f, as_function(callee)->code);
    return definition ? str_format("defined in %s", definition->data) : NULL;
}

Str *note_endless_recursion(const Failure *f)
{
    enum { MANY = 100 };
    int n = 0;
    for (const Traceback *tb = f->exception->traceback; tb; tb = tb->next)
        if (tb->function->code == f->raised->function->code) n++;
    if (n < MANY) return NULL;
    return str_format(
        "%s called itself %d times: does a case end the recursion, and is it reached?",
        f->raised->function->name->data, n);
}

// Keys, indices, names

Str *note_find_swapped(List *names, const Str *name)
{
    for (size_t i = 0; i < names->len; i++) {
        Str *s = as_str(names->items[i]);
        size_t k = 0;
        if (s->size != name->size || s->size < 3) continue;
        while (k < s->size && s->data[k] == name->data[k])
            k++;
        if (k + 1 >= s->size || s->data[k] != name->data[k + 1] || s->data[k + 1] != name->data[k])
            continue;
        if (memcmp(s->data + k + 2, name->data + k + 2, s->size - k - 2) == 0) return s;
    }
    return NULL;
}

Str *note_similar(List *names, Str *name)
{
    Str *closest = note_find_swapped(names, name);
    if (!closest) closest = suggest_closest(names, name);
    return closest ? str_format("did you mean %s?", str_repr(closest)->data) : NULL;
}

static Str *list_keys(const List *keys)
{
    enum { MANY = 8 };
    if (keys->len == 0 || keys->len > MANY) return NULL;
    StrBuilder b = {0};
    builder_add_cstr(&b, keys->len == 1 ? "the only key is " : "the keys are ");
    for (size_t i = 0; i < keys->len; i++)
        builder_format(&b, "%s%s", i ? ", " : "", str_repr(as_str(keys->items[i]))->data);
    return b.size < 100 ? builder_str(&b) : NULL;
}

static Str *similar_text_key(Dict *dict, Str *key)
{
    List *keys = list_new(16);
    size_t pos = 0;
    Value k, v;
    bool is_number = false;
    while (dict_next(dict, &pos, &k, &v)) {
        if (is_str(k))
            list_append(keys, k);
        else
            is_number |= is_int(k) && str_is(key, str_format("%lld", (long long)as_int(k))->data);
    }
    if (is_number) return str_format("the key %s is there, as a number and not as text", key->data);
    Str *similar = note_similar(keys, key);
    return similar ? similar : list_keys(keys);
}

Str *note_similar_key(const Failure *f)
{
    Str *head, *inside;
    const Tuple *args = as_tuple(f->exception->args);
    bool is_item = note_split(f, '[', &head, &inside);
    bool is_pop = !is_item && note_split(f, '(', &head, &inside) && ends(head, ".pop");
    if (args->len != 1 || !(is_item || is_pop)) return NULL;
    if (is_pop) head = str_new(head->data, head->size - 4);
    Value dict = source_evaluate(f, head), key = args->items[0];
    if (!is_kind(dict, KIND_DICT)) return NULL;
    if (as_dict(dict)->len == 0) return str_format("%s is empty", source_shown(head)->data);
    if (is_str(key)) return similar_text_key(as_dict(dict), as_str(key));
    if (!is_int(key)) return NULL;
    Str *text = str_format("%lld", (long long)as_int(key));
    if (dict_find_str(as_dict(dict), str_intern_str(text)) == VALUE_UNBOUND) return NULL;
    return str_format("the key '%s' is there, as text and not as a number", text->data);
}

Str *note_index_range(const Failure *f)
{
    Str *head, *inside;
    if (!ends(f->message, " index out of range") || !note_split(f, '[', &head, &inside)) return NULL;
    Value v = source_evaluate(f, head);
    if (!is_list(v) && !is_tuple(v)) return NULL;
    size_t len = is_list(v) ? as_list(v)->len : as_tuple(v)->len;
    head = source_shown(head);
    if (len == 0) return str_format("%s is empty", head->data);
    if (len == 1) return str_format("%s has one item, at index 0", head->data);
    return str_format("%s has %zu items, at the indices 0 to %zu", head->data, len, len - 1);
}

Str *note_local_name(const Failure *f)
{
    static const char before[] = "cannot access local variable '";
    if (!f->raised || !begins(f->message, before)) return NULL;
    const char *start = f->message->data + sizeof before - 1, *end = strchr(start, '\'');
    Str *name = end ? str_intern(start, (size_t)(end - start)) : str_empty;
    const Function *function = f->raised->function;
    if (!function->globals || dict_find_str(function->globals->dict, name) == VALUE_UNBOUND)
        return NULL;
    const char *text = name->data;
    return str_format("%s is assigned to in %s, so it is a local variable in all of it; `global "
                      "%s` as its first line "
                      "makes it the module's",
                      text, function->name->data, text);
}

static bool is_known_module(VM *vm, const Str *name)
{
    const List *names = module_names(vm);
    for (size_t i = 0; i < names->len; i++)
        if (str_equal(as_str(names->items[i]), name)) return true;
    return false;
}

// People get the first letter right.
Str *note_closest_module(VM *vm, Str *name)
{
    List *names = module_names(vm), *like = list_new(16);
    for (size_t i = 0; i < names->len; i++)
        if (as_str(names->items[i])->data[0] == name->data[0]) list_append(like, names->items[i]);
    Str *swapped = note_find_swapped(like, name);
    return swapped ? swapped : suggest_closest(like, name);
}

Str *note_module_name(const Failure *f)
{
    Value v = exception_field(f->exception, FIELD_IMPORT_NAME);
    if (!is_str(v)) return NULL;
    if (suggest_is_stdlib_module(as_str(v)) && !is_known_module(f->vm, as_str(v)))
        return str_format("%s is a module of CPython that Rill does not have", as_str(v)->data);
    Str *closest = note_closest_module(f->vm, as_str(v));
    return closest ? str_format("did you mean '%s'?", closest->data) : NULL;
}

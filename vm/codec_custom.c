// SPDX-License-Identifier: MIT
// codec_custom.c - see codec_custom.h. The functions called here are in stdlib/rill/codecs.rill.
#include "vm/codec_custom.h"

#include "vm/bytes.h"
#include "vm/vm.h"

static Value function_of_codecs(VM *vm, const char *name)
{
    Value module = module_import(vm, str_from_cstr("codecs"));
    return is_error(module) ? module : value_getattr(vm, module, str_intern(name, strlen(name)));
}

static Str *run(VM *vm, const char *function, Str *data, const char *encoding, const char *errors)
{
    if (!vm->compile) {  // no modules in Rill
        raise_error(vm, EXC_LookupError, "unknown encoding: %s", encoding);
        return NULL;
    }
    Value f = function_of_codecs(vm, function);
    if (is_error(f)) return NULL;
    Value args[] = {value_object(data), value_object(str_from_cstr(encoding)), value_object(str_from_cstr(errors))};
    Value v = value_call(vm, f, countof(args), args);
    return is_error(v) ? NULL : as_str(v);
}

Str *codec_custom_encode(VM *vm, Str *text, const char *encoding, const char *errors)
{
    return run(vm, "_encode_text", str_exact(text), encoding, errors);
}

Str *codec_custom_decode(VM *vm, Str *bytes, const char *encoding, const char *errors)
{
    return run(vm, "_decode_text", bytes, encoding, errors);
}

static bool find_position(VM *vm, Value v, size_t n, size_t *position)
{
    int64_t at;
    v = value_index(vm, v);
    if (is_error(v)) return false;
    if (!int_to_int64(v, &at)) at = INT64_MAX;
    if (at < 0) at += (int64_t)n;
    *position = (size_t)at;
    if (at >= 0 && *position <= n) return true;
    raise_error(vm, EXC_IndexError, "position %lld from error handler out of bounds", (long long)at);
    return false;
}

Str *codec_custom_replace(VM *vm, const char *handler, bool takes_bytes, size_t n, size_t *go_on)
{
    Value e = error_take(vm);
    Value f = function_of_codecs(vm, "lookup_error"), name = value_object(str_from_cstr(handler));
    if (!is_error(f)) f = value_call(vm, f, 1, &name);
    Value v = is_error(f) ? f : value_call(vm, f, 1, &e);
    if (is_error(v)) return NULL;
    const Tuple *pair = is_tuple(v) && as_tuple(v)->len == 2 ? as_tuple(v) : NULL;
    if (pair && (is_str(pair->items[0]) || (takes_bytes && is_bytes(pair->items[0]))))
        return find_position(vm, pair->items[1], n, go_on) ? as_str(pair->items[0]) : NULL;
    raise_error(vm, EXC_TypeError, "%scoding error handler must return (%s, int) tuple", takes_bytes ? "en" : "de",
                takes_bytes ? "str/bytes" : "str");
    return NULL;
}

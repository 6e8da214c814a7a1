// SPDX-License-Identifier: MIT
// hashlib_module.c - the module hashlib: MD5, SHA-1 and SHA-2 of libmd.
#include <md5.h>
#include <sha1.h>
#include <sha2.h>

#include "stdlib/stdlib.h"
#include "vm/bytes.h"

typedef union HashState {
    MD5_CTX md5;
    SHA1_CTX sha1;
    SHA2_CTX sha2;
} HashState;

typedef struct Algorithm {
    const char *name;
    size_t digest_size, block_size;
    void (*start)(HashState *state);
    void (*add)(HashState *state, const uint8_t *data, size_t size);
    void (*finish)(HashState *state, uint8_t *digest);
} Algorithm;

enum { MAX_DIGEST = 64 };

// libmd's functions with one type for all states.
#define ALGORITHM(field, name, Name)                                           \
    static void name##_start(HashState *state)                                 \
    {                                                                          \
        Name##Init(&state->field);                                             \
    }                                                                          \
    static void name##_add(HashState *state, const uint8_t *data, size_t size) \
    {                                                                          \
        Name##Update(&state->field, data, size);                               \
    }                                                                          \
    static void name##_finish(HashState *state, uint8_t *digest)               \
    {                                                                          \
        Name##Final(digest, &state->field);                                    \
    }
ALGORITHM(md5, md5, MD5)
ALGORITHM(sha1, sha1, SHA1)
ALGORITHM(sha2, sha256, SHA256)
ALGORITHM(sha2, sha384, SHA384)
ALGORITHM(sha2, sha512, SHA512)

// SHA-224 is SHA-256 from another start, cut off; not every libmd has it.
static void sha224_start(HashState *state)
{
    static const uint32_t start[8] = {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939,
                                      0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4};
    SHA256Init(&state->sha2);
    memcpy(state->sha2.state.st32, start, sizeof start);
}

static void sha224_finish(HashState *state, uint8_t *digest)
{
    uint8_t whole[SHA256_DIGEST_LENGTH];
    SHA256Final(whole, &state->sha2);
    memcpy(digest, whole, 28);
}

static const Algorithm algorithms[] = {
    {"md5", 16, 64, md5_start, md5_add, md5_finish},
    {"sha1", 20, 64, sha1_start, sha1_add, sha1_finish},
    {"sha224", 28, 64, sha224_start, sha256_add, sha224_finish},
    {"sha256", 32, 64, sha256_start, sha256_add, sha256_finish},
    {"sha384", 48, 128, sha384_start, sha384_add, sha384_finish},
    {"sha512", 64, 128, sha512_start, sha512_add, sha512_finish},
};

typedef struct Hash {
    Object object;  // KIND_OPAQUE
    const Algorithm *algorithm;
    HashState state;
} Hash;

static Class *hash_class;

static Hash *as_hash(Value v)
{
    return (Hash *)as_pointer(v);
}

static bool add_data(VM *vm, Hash *h, Value data)
{
    if (is_str(data)) {
        raise_error(vm, EXC_TypeError, "Strings must be encoded before hashing");
        return false;
    }
    if (!has_bytes(data)) {
        raise_error(vm, EXC_TypeError, "object supporting the buffer API required");
        return false;
    }
    Span span = bytes_span(data);
    h->algorithm->add(&h->state, (const uint8_t *)span.data, span.size);
    return true;
}

static Value hash_new(VM *vm, const Algorithm *algorithm, Value data)
{
    Hash *h = object_alloc(hash_class, KIND_OPAQUE, sizeof *h);
    h->algorithm = algorithm;
    algorithm->start(&h->state);
    return add_data(vm, h, data) ? value_object(h) : VALUE_ERROR;
}

// A copy of the state is finished: more data may follow.
static Str *digest_of(const Hash *h, bool is_hex)
{
    static const char hex[] = "0123456789abcdef";
    uint8_t digest[MAX_DIGEST];
    HashState state = h->state;
    h->algorithm->finish(&state, digest);
    size_t n = h->algorithm->digest_size;
    if (!is_hex) return bytes_new(digest, n);
    char text[2 * MAX_DIGEST];
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    return str_new(text, 2 * n);
}

// The type

NATIVE(hash_new, "__new__(cls, /, *args, **kwargs)",
       "Hash objects are made by the functions of the module.")
{
    return raise_error(vm, EXC_TypeError, "cannot create '%s' instances",
                       as_class(args[0])->full_name);
}

NATIVE(hash_update, "update(self, obj, /)",
       "Update this hash object's state with the provided string.")
{
    return add_data(vm, as_hash(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(hash_digest, "digest(self, /)", "Return the digest value as a bytes object.")
{
    return value_object(digest_of(as_hash(args[0]), false));
}

NATIVE(hash_hexdigest, "hexdigest(self, /)",
       "Return the digest value as a string of hexadecimal digits.")
{
    return value_object(digest_of(as_hash(args[0]), true));
}

NATIVE(hash_copy, "copy(self, /)", "Return a copy of the hash object.")
{
    const Hash *self = as_hash(args[0]);
    Hash *h = object_alloc(hash_class, KIND_OPAQUE, sizeof *h);
    h->algorithm = self->algorithm;
    h->state = self->state;
    return value_object(h);
}

NATIVE(hash_repr, "__repr__(self, /)", "Return repr(self).")
{
    return value_object(str_format("<%s _hashlib.HASH object @ %p>",
                                   as_hash(args[0])->algorithm->name, as_pointer(args[0])));
}

static Value get_name(VM *vm, Value self)
{
    (void)vm;
    return value_object(str_from_cstr(as_hash(self)->algorithm->name));
}
static Value get_digest_size(VM *vm, Value self)
{
    (void)vm;
    return small_int((int64_t)as_hash(self)->algorithm->digest_size);
}
static Value get_block_size(VM *vm, Value self)
{
    (void)vm;
    return small_int((int64_t)as_hash(self)->algorithm->block_size);
}

static void define_hash(VM *vm)
{
    static const NativeDef *const methods[] = {&def_hash_new,
                                               &def_hash_update,
                                               &def_hash_digest,
                                               &def_hash_hexdigest,
                                               &def_hash_copy,
                                               &def_hash_repr,
                                               NULL};
    static const GetSetDef getset[] = {
        {"name", get_name, NULL, "Canonical name of this hash object."},
        {"digest_size", get_digest_size, NULL, "How many bytes the digest has."},
        {"block_size", get_block_size, NULL, "How many bytes the algorithm takes at a time."},
        {0},
    };
    static const TypeDef type = {
        .name = "_hashlib.HASH",
        .kind = KIND_OPAQUE,
        .doc = "A hash is an object used to calculate a checksum of a string of information.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
        .object_size = sizeof(Hash),
    };
    hash_class = class_define(vm, &type, NULL);
}

// The functions

#define CONSTRUCTOR(name, i)                                                         \
    NATIVE(name, #name "(string = b'', *, usedforsecurity: bool = True)",            \
           "Returns a " #name " hash object; optionally initialized with a string.") \
    {                                                                                \
        return hash_new(vm, &algorithms[i], args[0]);                                \
    }
CONSTRUCTOR(md5, 0)
CONSTRUCTOR(sha1, 1)
CONSTRUCTOR(sha224, 2)
CONSTRUCTOR(sha256, 3)
CONSTRUCTOR(sha384, 4)
CONSTRUCTOR(sha512, 5)

static bool is_same_name(const Str *name, const char *known)
{
    size_t i = 0;
    for (; i < name->size && known[i]; i++)
        if ((name->data[i] | 0x20) != (known[i] | 0x20)) return false;
    return i == name->size && !known[i];
}

static Value hash_by_name(VM *vm, Value name, Value data)
{
    if (!is_str(name)) return raise_error(vm, EXC_TypeError, "name must be a string");
    for (size_t i = 0; i < countof(algorithms); i++)
        if (is_same_name(as_str(name), algorithms[i].name))
            return hash_new(vm, &algorithms[i], data);
    return raise_error(vm, EXC_ValueError, "unsupported hash type %s", as_str(name)->data);
}

NATIVE(by_name, "new(name, data = b'', *, usedforsecurity: bool = True)",
       "Return a new hashing object using the named algorithm;\noptionally initialized with data.")
{
    return hash_by_name(vm, args[0], args[1]);
}

static bool add_file(VM *vm, Hash *h, Value file)
{
    Value size = small_int(1 << 18);
    for (;;) {
        Value data = value_call_method(vm, file, S(read), 1, &size);
        if (is_error(data) || !add_data(vm, h, data)) return false;
        if (bytes_span(data).size == 0) return true;
    }
}

NATIVE(file_digest, "file_digest(fileobj, digest, /, *, _bufsize = 262144)",
       "Hash the contents of a file-like object. Returns a digest object.\n\n"
       "fileobj must be open for reading bytes; digest is a name, or a function that returns a new "
       "hash object.")
{
    Value h = is_str(args[1]) ? hash_by_name(vm, args[1], value_object(bytes_empty))
                              : value_call(vm, args[1], 0, NULL);
    if (is_error(h)) return h;
    Str *readable = str_intern("readable", 8);
    Value able = value_find_attr(vm, args[0], readable);
    if (is_error(able)) return able;
    if (able == VALUE_UNBOUND ||
        value_find_attr(vm, args[0], str_intern("readinto", 8)) == VALUE_UNBOUND) {
        Str *text = value_repr(vm, args[0]);
        return text ? raise_error(vm, EXC_ValueError,
                                  "'%s' is not a file-like object in binary reading mode.",
                                  text->data)
                    : VALUE_ERROR;
    }
    if (!is_kind(h, KIND_OPAQUE) || class_of(vm, h) != hash_class)
        return raise_error(vm, EXC_TypeError,
                           "digest must be a name or a constructor of this module");
    return add_file(vm, as_hash(h), args[0]) ? h : VALUE_ERROR;
}

static const NativeDef *const natives[] = {
    &def_md5,    &def_sha1,    &def_sha224,      &def_sha256, &def_sha384,
    &def_sha512, &def_by_name, &def_file_digest, NULL,
};

static bool setup(VM *vm, Module *module)
{
    define_hash(vm);
    Set *names = set_new();
    for (size_t i = 0; i < countof(algorithms); i++)
        if (!set_add(vm, names, value_object(str_from_cstr(algorithms[i].name)))) return false;
    dict_set_str(module->dict, str_intern("algorithms_available", 20), value_object(names));
    dict_set_str(module->dict, str_intern("algorithms_guaranteed", 21), value_object(names));
    return true;
}

const ModuleDef module_hashlib = {
    .name = "hashlib",
    .doc = "Message digests: md5, sha1, sha224, sha256, sha384 and sha512.",
    .natives = natives,
    .setup = setup,
};

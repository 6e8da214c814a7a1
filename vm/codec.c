// SPDX-License-Identifier: MIT
// codec.c - encoding and decoding text, and what is done about errors.
// Positions in errors are CPython's: bytes when decoding, code points when encoding.
#include "vm/codec.h"

#include <string.h>

#include "vm/charmap.h"
#include "vm/codec_custom.h"
#include "vm/error.h"
#include "vm/vm.h"

typedef enum Codec {
    CODEC_UTF8,
    CODEC_UTF8_SIG,
    CODEC_ASCII,
    CODEC_LATIN1,
    CODEC_CHARMAP,  // and the rest of enum Charmap
    CODEC_CHARMAP_END = CODEC_CHARMAP + CHARMAP_COUNT,
    CODEC_ESCAPE = CODEC_CHARMAP_END,
    CODEC_RAW_ESCAPE,
    CODEC_UTF16,
    CODEC_UTF16_LE,
    CODEC_UTF16_BE,
    CODEC_UTF32,
    CODEC_UTF32_LE,
    CODEC_UTF32_BE,
    CODEC_UNKNOWN
} Codec;

// As errors name them.
static const char *name_of(Codec codec)
{
    static const char *const names[] = {"utf-8", "utf-8-sig", "ascii", "latin-1"};
    static const char *const later[] = {
        "unicodeescape", "rawunicodeescape", "utf-16",    "utf-16-le",
        "utf-16-be",     "utf-32",           "utf-32-le", "utf-32-be",
    };
    return codec < CODEC_CHARMAP       ? names[codec]
           : codec < CODEC_CHARMAP_END ? "charmap"
                                       : later[codec - CODEC_CHARMAP_END];
}

static const struct Alias {
    const char *name;
    Codec codec;
} aliases[] = {
    {"utf_8", CODEC_UTF8}, {"utf8", CODEC_UTF8}, {"u8", CODEC_UTF8}, {"utf", CODEC_UTF8},
    {"cp65001", CODEC_UTF8}, {"utf8_ucs2", CODEC_UTF8}, {"utf8_ucs4", CODEC_UTF8},
    {"utf_8_sig", CODEC_UTF8_SIG}, {"utf8_sig", CODEC_UTF8_SIG}, {"ascii", CODEC_ASCII},
    {"us_ascii", CODEC_ASCII}, {"646", CODEC_ASCII}, {"us", CODEC_ASCII},
    {"ansi_x3.4_1968", CODEC_ASCII}, {"ansi_x3_4_1968", CODEC_ASCII}, {"cp367", CODEC_ASCII},
    {"csascii", CODEC_ASCII}, {"ibm367", CODEC_ASCII}, {"iso646_us", CODEC_ASCII},
    {"iso_646.irv_1991", CODEC_ASCII}, {"iso_ir_6", CODEC_ASCII}, {"latin_1", CODEC_LATIN1},
    {"latin1", CODEC_LATIN1}, {"latin", CODEC_LATIN1}, {"l1", CODEC_LATIN1},
    {"iso_8859_1", CODEC_LATIN1}, {"iso8859_1", CODEC_LATIN1}, {"iso8859", CODEC_LATIN1},
    {"8859", CODEC_LATIN1}, {"cp819", CODEC_LATIN1}, {"ibm819", CODEC_LATIN1},
    {"csisolatin1", CODEC_LATIN1}, {"iso_ir_100", CODEC_LATIN1}, {"iso_8859_1_1987", CODEC_LATIN1},
    {"unicode_escape", CODEC_ESCAPE}, {"unicodeescape", CODEC_ESCAPE},
    {"raw_unicode_escape", CODEC_RAW_ESCAPE}, {"rawunicodeescape", CODEC_RAW_ESCAPE},
    {"utf_16", CODEC_UTF16}, {"utf16", CODEC_UTF16}, {"u16", CODEC_UTF16},
    {"utf_16_le", CODEC_UTF16_LE}, {"utf_16le", CODEC_UTF16_LE},
    {"unicodelittleunmarked", CODEC_UTF16_LE}, {"utf_16_be", CODEC_UTF16_BE},
    {"utf_16be", CODEC_UTF16_BE}, {"unicodebigunmarked", CODEC_UTF16_BE}, {"utf_32", CODEC_UTF32},
    {"utf32", CODEC_UTF32}, {"u32", CODEC_UTF32}, {"utf_32_le", CODEC_UTF32_LE},
    {"utf_32le", CODEC_UTF32_LE}, {"utf_32_be", CODEC_UTF32_BE}, {"utf_32be", CODEC_UTF32_BE},
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Lower case, every run of other characters one `_`, none at the ends.
static bool normalize(const char *name, char *out, size_t room)
{
    size_t n = 0;
    bool gap = false;
    for (; *name; name++) {
        if (!is_alnum(*name) && *name != '.') {
            gap = true;
            continue;
        }
        if (n + 3 > room) return false;
        if (gap && n > 0) out[n++] = '_';
        gap = false;
        out[n++] = (char)(*name >= 'A' && *name <= 'Z' ? *name | 0x20 : *name);
    }
    out[n] = '\0';
    return true;
}

static Codec find_codec(const char *encoding)
{
    char name[40];
    if (strcmp(encoding, "utf-8") == 0) return CODEC_UTF8;
    if (!normalize(encoding, name, sizeof name)) return CODEC_UNKNOWN;
    for (size_t i = 0; i < countof(aliases); i++)
        if (strcmp(name, aliases[i].name) == 0) return aliases[i].codec;
    int map = charmap_find(name);
    return map < 0 ? CODEC_UNKNOWN : CODEC_CHARMAP + (Codec)map;
}

const char *codec_name(const char *encoding)
{
    Codec codec = find_codec(encoding);
    return codec == CODEC_UNKNOWN ? NULL : name_of(codec);
}

const char *codec_lookup_name(const char *encoding)
{
    Codec codec = find_codec(encoding);
    if (codec == CODEC_LATIN1) return "iso8859-1";
    if (codec == CODEC_ESCAPE) return "unicode-escape";
    if (codec == CODEC_RAW_ESCAPE) return "raw-unicode-escape";
    if (codec >= CODEC_CHARMAP && codec < CODEC_CHARMAP_END) return charmap_name((Charmap)(codec - CODEC_CHARMAP));
    return codec == CODEC_UNKNOWN ? NULL : name_of(codec);
}

// Error handlers

typedef enum Handler {
    HANDLER_STRICT,
    HANDLER_IGNORE,
    HANDLER_REPLACE,
    HANDLER_BACKSLASH,
    HANDLER_ESCAPE,
    HANDLER_PASS,
    HANDLER_XML,
    HANDLER_NAME,
    HANDLER_UNKNOWN
} Handler;

static Handler find_handler(const char *errors)
{
    static const char *const names[] = {
        "strict",          "ignore",        "replace",           "backslashreplace",
        "surrogateescape", "surrogatepass", "xmlcharrefreplace", "namereplace",
    };
    for (size_t i = 0; i < countof(names); i++)
        if (strcmp(errors, names[i]) == 0) return (Handler)i;
    return HANDLER_UNKNOWN;
}

// Decoding

typedef struct Decoder {
    VM *vm;
    Codec codec;  // with a byte order
    const char *errors;
    const char *data;
    size_t size, at;
    StrBuilder out;
} Decoder;

static bool decode_strict(Decoder *d, size_t n_bad, const char *reason)
{
    raise_unicode_decode(d->vm, name_of(d->codec), bytes_new(d->data, d->size), d->at,
                         d->at + n_bad, reason);
    return false;
}

static uint32_t load_unit(const Decoder *d, size_t at, int width, bool is_big)
{
    uint32_t c = 0;
    for (int i = 0; i < width; i++) {
        int shift = 8 * (is_big ? width - 1 - i : i);
        c |= (uint32_t)(unsigned char)d->data[at + (size_t)i] << shift;
    }
    return c;
}

// The surrogate that is at d->at in the encoding's form, and how many bytes it has; 0: there is
// none.
static size_t encoded_surrogate(const Decoder *d, uint32_t *c)
{
    size_t left = d->size - d->at;
    if (d->codec == CODEC_UTF8) {
        const unsigned char *u = (const unsigned char *)d->data + d->at;
        if (left < 3 || u[0] != 0xED || (u[1] & 0xE0) != 0xA0 || (u[2] & 0xC0) != 0x80) return 0;
        const char *p = d->data + d->at;
        *c = utf8_decode(&p);
        return 3;
    }
    bool is_wide = d->codec == CODEC_UTF32_LE || d->codec == CODEC_UTF32_BE;
    bool is_big = d->codec == CODEC_UTF16_BE || d->codec == CODEC_UTF32_BE;
    size_t width = is_wide ? 4 : 2;
    if (d->codec < CODEC_UTF16 || left < width) return 0;
    *c = load_unit(d, d->at, (int)width, is_big);
    return is_surrogate(*c) ? width : 0;
}

static bool decode_escape(Decoder *d, size_t n_bad, const char *reason)
{
    size_t n = 0;
    for (; n < n_bad; n++) {
        unsigned char c = (unsigned char)d->data[d->at + n];
        if (c < 0x80) break;
        builder_add_char(&d->out, 0xDC00u + c);
    }
    if (n == 0) return decode_strict(d, n_bad, reason);
    d->at += n;
    return true;
}

static bool decode_pass(Decoder *d, size_t n_bad, const char *reason)
{
    uint32_t c;
    size_t n = encoded_surrogate(d, &c);
    if (n == 0) return decode_strict(d, n_bad, reason);
    builder_add_char(&d->out, c);
    d->at += n;
    return true;
}

// By a handler of the program.
static bool decode_otherwise(Decoder *d, size_t n_bad, const char *reason)
{
    (void)decode_strict(d, n_bad, reason);
    Str *text = codec_custom_replace(d->vm, d->errors, false, d->size, &d->at);
    if (text) builder_add_str(&d->out, text);
    return text != NULL;
}

// The n_bad bytes at d->at do not decode. Goes past them, or raises.
static bool decode_error(Decoder *d, size_t n_bad, const char *reason)
{
    switch (find_handler(d->errors)) {
    case HANDLER_STRICT: return decode_strict(d, n_bad, reason);
    case HANDLER_IGNORE: break;
    case HANDLER_REPLACE: builder_add_char(&d->out, 0xFFFD); break;
    case HANDLER_BACKSLASH:
        for (size_t i = 0; i < n_bad; i++)
            builder_format(&d->out, "\\x%02x", (unsigned char)d->data[d->at + i]);
        break;
    case HANDLER_ESCAPE: return decode_escape(d, n_bad, reason);
    case HANDLER_PASS: return decode_pass(d, n_bad, reason);
    case HANDLER_XML:
    case HANDLER_NAME:
        raise_error(d->vm, EXC_TypeError,
                    "don't know how to handle UnicodeDecodeError in error callback");
        return false;
    case HANDLER_UNKNOWN: return decode_otherwise(d, n_bad, reason);
    }
    d->at += n_bad;
    return true;
}

static bool decode_utf8(Decoder *d)
{
    while (d->at < d->size) {
        size_t good = d->size - d->at;
        (void)utf8_is_valid(d->data + d->at, good, &good);
        builder_add(&d->out, d->data + d->at, good);
        d->at += good;
        if (d->at == d->size) break;
        int n_bad = 0;
        const char *reason = NULL;
        (void)utf8_check(d->data + d->at, d->data + d->size, &n_bad, &reason);
        if (!decode_error(d, (size_t)n_bad, reason)) return false;
    }
    return true;
}

static bool decode_ascii(Decoder *d)
{
    while (d->at < d->size) {
        unsigned char c = (unsigned char)d->data[d->at];
        if (c < 0x80) {
            builder_add_byte(&d->out, (char)c);
            d->at++;
        } else if (!decode_error(d, 1, "ordinal not in range(128)")) {
            return false;
        }
    }
    return true;
}

static bool decode_utf16(Decoder *d)
{
    bool is_big = d->codec == CODEC_UTF16_BE;
    while (d->at < d->size) {
        size_t left = d->size - d->at;
        uint32_t low, c = left < 2 ? 0 : load_unit(d, d->at, 2, is_big);
        bool ok = true;
        if (left < 2)
            ok = decode_error(d, 1, "truncated data");
        else if (!is_surrogate(c))
            builder_add_char(&d->out, c), d->at += 2;
        else if (c >= 0xDC00)
            ok = decode_error(d, 2, "illegal encoding");
        else if (left < 4)
            ok = decode_error(d, left, "unexpected end of data");
        else if (low = load_unit(d, d->at + 2, 2, is_big), low < 0xDC00 || low > 0xDFFF)
            ok = decode_error(d, 2, "illegal UTF-16 surrogate");
        else {
            builder_add_char(&d->out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
            d->at += 4;
        }
        if (!ok) return false;
    }
    return true;
}

static bool decode_utf32(Decoder *d)
{
    bool is_big = d->codec == CODEC_UTF32_BE;
    while (d->at < d->size) {
        size_t left = d->size - d->at;
        uint32_t c = left < 4 ? 0 : load_unit(d, d->at, 4, is_big);
        bool ok = true;
        if (left < 4)
            ok = decode_error(d, left, "truncated data");
        else if (is_surrogate(c))
            ok = decode_error(d, 4, "code point in surrogate code point range(0xd800, 0xe000)");
        else if (c > CODE_POINT_MAX)
            ok = decode_error(d, 4, "code point not in range(0x110000)");
        else
            builder_add_char(&d->out, c), d->at += 4;
        if (!ok) return false;
    }
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_charmap(Decoder *d)
{
    const uint16_t *map = charmaps[d->codec - CODEC_CHARMAP];
    while (d->at < d->size) {
        unsigned char c = (unsigned char)d->data[d->at];
        uint32_t decoded = c < 0x80 ? c : map[c - 0x80];
        if (c >= 0x80 && !decoded) {
            if (!decode_error(d, 1, "character maps to <undefined>")) return false;
            continue;
        }
        builder_add_char(&d->out, decoded);
        d->at++;
    }
    return true;
}

// The escape of n hexadecimal digits whose letter is at d->at + 1.
static bool decode_number(Decoder *d, size_t n)
{
    static const char *const truncated[] = {"truncated \\xXX escape", "truncated \\uXXXX escape",
                                            "truncated \\UXXXXXXXX escape"};
    uint32_t c = 0;
    size_t i = 0;
    for (; i < n && d->at + 2 + i < d->size; i++) {
        int digit = hex_digit(d->data[d->at + 2 + i]);
        if (digit < 0) break;
        c = c << 4 | (uint32_t)digit;
    }
    if (i < n) return decode_error(d, i + 2, truncated[n / 4]);
    if (c > CODE_POINT_MAX)
        return decode_error(d, n + 2,
                            d->codec == CODEC_ESCAPE ? "illegal Unicode character" : "\\Uxxxxxxxx out of range");
    builder_add_char(&d->out, c);
    d->at += n + 2;
    return true;
}

static bool decode_character_name(Decoder *d)
{
    const char *name = d->data + d->at + 3, *end = d->data + d->size;
    const char *close = d->at + 2 < d->size && name[-1] == '{' ? memchr(name, '}', (size_t)(end - name)) : NULL;
    if (!close || close == name) {
        size_t n_bad = close ? 4 : d->at + 2 < d->size && name[-1] == '{' ? d->size - d->at : 2;
        return decode_error(d, n_bad, "malformed \\N character escape");
    }
    int64_t c = d->vm->find_character(name, (size_t)(close - name));
    if (c < 0) return decode_error(d, (size_t)(close + 1 - d->data) - d->at, "unknown Unicode character name");
    builder_add_char(&d->out, (uint32_t)c);
    d->at = (size_t)(close + 1 - d->data);
    return true;
}

static bool decode_octal(Decoder *d)
{
    uint32_t c = 0;
    size_t end = d->at + 4 < d->size ? d->at + 4 : d->size;
    for (d->at++; d->at < end && d->data[d->at] >= '0' && d->data[d->at] <= '7'; d->at++)
        c = c << 3 | (uint32_t)(d->data[d->at] - '0');
    builder_add_char(&d->out, c);
    return true;
}

// A backslash and what comes after it.
static bool decode_backslash(Decoder *d)
{
    static const char letters[] = "\\'\"abfnrtv", meant[] = "\\'\"\a\b\f\n\r\t\v";
    char c = d->data[d->at + 1];
    const char *letter = strchr(letters, c);
    switch (c) {
    case 'x': return decode_number(d, 2);
    case 'u': return decode_number(d, 4);
    case 'U': return decode_number(d, 8);
    case 'N': return decode_character_name(d);
    case '\n': d->at += 2; return true;
    default: break;
    }
    if (c >= '0' && c <= '7') return decode_octal(d);
    if (c && letter)
        builder_add_byte(&d->out, meant[letter - letters]);
    else
        builder_add_byte(&d->out, '\\'), builder_add_char(&d->out, (unsigned char)c);
    d->at += 2;
    return true;
}

static bool decode_escapes(Decoder *d)
{
    while (d->at < d->size) {
        unsigned char c = (unsigned char)d->data[d->at];
        bool ok = true, is_last = d->at + 1 == d->size;
        if (c != '\\' || (is_last && d->codec == CODEC_RAW_ESCAPE))
            builder_add_char(&d->out, c), d->at++;
        else if (is_last)
            ok = decode_error(d, 1, "\\ at end of string");
        else if (d->codec == CODEC_ESCAPE)
            ok = decode_backslash(d);
        else if ((d->data[d->at + 1] | 32) == 'u')
            ok = decode_number(d, d->data[d->at + 1] == 'u' ? 4 : 8);
        else {
            builder_add_byte(&d->out, '\\');
            builder_add_char(&d->out, (unsigned char)d->data[d->at + 1]);
            d->at += 2;
        }
        if (!ok) return false;
    }
    return true;
}

static bool starts_with(const Decoder *d, const char *mark, size_t n)
{
    return d->size >= n && memcmp(d->data, mark, n) == 0;
}

// Skip a byte order mark and settle on the codec it names; without one, little-endian.
static void read_mark(Decoder *d)
{
    if (d->codec == CODEC_UTF16) {
        bool is_big = starts_with(d, "\xFE\xFF", 2);
        if (is_big || starts_with(d, "\xFF\xFE", 2)) d->at = 2;
        d->codec = is_big ? CODEC_UTF16_BE : CODEC_UTF16_LE;
    } else if (d->codec == CODEC_UTF32) {
        bool is_big = starts_with(d, "\0\0\xFE\xFF", 4);
        if (is_big || starts_with(d, "\xFF\xFE\0\0", 4)) d->at = 4;
        d->codec = is_big ? CODEC_UTF32_BE : CODEC_UTF32_LE;
    } else if (d->codec == CODEC_UTF8_SIG) {
        if (starts_with(d, "\xEF\xBB\xBF", 3)) {
            d->data += 3;
            d->size -= 3;
        }
        d->codec = CODEC_UTF8;
    }
}

static bool decode_all(Decoder *d)
{
    switch (d->codec) {
    case CODEC_UTF8: return decode_utf8(d);
    case CODEC_ASCII: return decode_ascii(d);
    case CODEC_ESCAPE:
    case CODEC_RAW_ESCAPE: return decode_escapes(d);
    case CODEC_UTF16_LE:
    case CODEC_UTF16_BE: return decode_utf16(d);
    default: return d->codec < CODEC_UTF16 ? decode_charmap(d) : decode_utf32(d);
    }
}

Str *codec_decode(VM *vm, const char *data, size_t size, const char *encoding, const char *errors)
{
    if (size == 0) return str_empty;  // whatever the encoding is called
    Codec codec = find_codec(encoding);
    if (codec == CODEC_UNKNOWN) return codec_custom_decode(vm, bytes_new(data, size), encoding, errors);
    Decoder d = {.vm = vm, .codec = codec, .errors = errors, .data = data, .size = size};
    read_mark(&d);
    if (d.codec < CODEC_CHARMAP_END && utf8_is_ascii(d.data, d.size)) return str_new(d.data, d.size);
    if (d.codec == CODEC_UTF8 && utf8_is_valid(d.data, d.size, NULL))
        return str_new(d.data, d.size);
    if (d.codec == CODEC_LATIN1) return str_from_latin1(d.data, d.size);
    builder_reserve(&d.out, d.size);
    return decode_all(&d) ? builder_str(&d.out) : NULL;
}

// Encoding

typedef struct Encoder {
    VM *vm;
    Codec codec;  // with a byte order
    Codec named;  // as errors name it
    const char *errors;
    Str *text;
    StrBuilder out;
} Encoder;

static void put_unit(Encoder *e, uint32_t c, int width, bool is_big)
{
    for (int i = 0; i < width; i++) {
        int shift = 8 * (is_big ? width - 1 - i : i);
        builder_add_byte(&e->out, (char)(c >> shift));
    }
}

// The byte that stands for c from 128 on; 0: there is none.
static unsigned in_charmap(Codec codec, uint32_t c)
{
    const uint16_t *map = charmaps[codec - CODEC_CHARMAP];
    for (unsigned i = 0; i < 128; i++)
        if (map[i] == c) return 128 + i;
    return 0;
}

static void put_escape(Encoder *e, uint32_t c)
{
    bool is_raw = e->codec == CODEC_RAW_ESCAPE;
    const char *special = c && c < 0x80 ? strchr("\\\t\n\r", (int)c) : NULL;
    if (special && !is_raw)
        builder_add_byte(&e->out, '\\'), builder_add_byte(&e->out, "\\tnr"[special - strchr("\\\t\n\r", '\\')]);
    else if (is_raw ? c < 0x100 : c >= 0x20 && c < 0x7F)
        builder_add_byte(&e->out, (char)c);
    else
        builder_format(&e->out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
}

static void put_char(Encoder *e, uint32_t c)
{
    if (e->codec >= CODEC_CHARMAP && e->codec < CODEC_UTF16) {
        if (e->codec >= CODEC_ESCAPE)
            put_escape(e, c);
        else
            builder_add_byte(&e->out, (char)(c < 0x80 ? c : in_charmap(e->codec, c)));
        return;
    }
    bool is_big = e->codec == CODEC_UTF16_BE || e->codec == CODEC_UTF32_BE;
    switch (e->codec) {
    case CODEC_ASCII:
    case CODEC_LATIN1: builder_add_byte(&e->out, (char)c); break;
    case CODEC_UTF8: builder_add_char(&e->out, c); break;
    case CODEC_UTF16_LE:
    case CODEC_UTF16_BE:
        if (c >= 0x10000) {
            put_unit(e, 0xD800 + ((c - 0x10000) >> 10), 2, is_big);
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        put_unit(e, c, 2, is_big);
        break;
    default: put_unit(e, c, 4, is_big); break;
    }
}

static bool can_encode(Codec codec, uint32_t c)
{
    if (codec == CODEC_ASCII) return c < 0x80;
    if (codec == CODEC_LATIN1) return c < 0x100;
    if (codec == CODEC_ESCAPE || codec == CODEC_RAW_ESCAPE) return true;
    if (codec >= CODEC_CHARMAP && codec < CODEC_CHARMAP_END) return c < 0x80 || in_charmap(codec, c);
    return !is_surrogate(c);
}

// A run of characters that cannot be encoded: bytes [p, end), code points [from, to).
typedef struct BadRun {
    const char *p, *end;
    size_t from, to;
} BadRun;

static bool encode_strict(Encoder *e, const BadRun *run)
{
    const char *reason = e->codec == CODEC_ASCII    ? "ordinal not in range(128)"
                         : e->codec == CODEC_LATIN1 ? "ordinal not in range(256)"
                         : e->codec < CODEC_UTF16 && e->codec >= CODEC_CHARMAP
                             ? "character maps to <undefined>"
                             : "surrogates not allowed";
    raise_unicode_encode(e->vm, name_of(e->named), str_exact(e->text), run->from, run->to,
                         reason);
    return false;
}

static void put_text(Encoder *e, const char *ascii)
{
    for (; *ascii; ascii++)
        put_char(e, (unsigned char)*ascii);
}

static void put_replacement(Encoder *e, Handler handler, uint32_t c)
{
    char text[16] = "?";
    StrBuilder b = {.data = text, .cap = sizeof text - 1};
    Str *name = handler == HANDLER_NAME ? e->vm->character_name(c) : NULL;
    if (name) {
        put_text(e, "\\N{");
        put_text(e, name->data);
        put_text(e, "}");
        return;
    }
    if (handler == HANDLER_NAME) handler = HANDLER_BACKSLASH;
    if (handler == HANDLER_XML)
        builder_format(&b, "&#%u;", (unsigned)c);
    else if (handler == HANDLER_BACKSLASH && c < 0x100)
        builder_format(&b, "\\x%02x", (unsigned)c);
    else if (handler == HANDLER_BACKSLASH && c < 0x10000)
        builder_format(&b, "\\u%04x", (unsigned)c);
    else if (handler == HANDLER_BACKSLASH)
        builder_format(&b, "\\U%08x", (unsigned)c);
    put_text(e, text);
}

static bool encode_escape(Encoder *e, BadRun *run)
{
    bool has_units = e->codec >= CODEC_UTF16;
    while (run->p < run->end) {
        const char *next = run->p;
        uint32_t c = utf8_decode(&next);
        if (has_units || c < 0xDC80 || c > 0xDCFF) return encode_strict(e, run);
        builder_add_byte(&e->out, (char)(c - 0xDC00));
        run->p = next;
        run->from++;
    }
    return true;
}

static bool encode_pass(Encoder *e, const BadRun *run)
{
    const char *p = run->p;
    if (e->codec > CODEC_UTF8_SIG && e->codec < CODEC_UTF16) return encode_strict(e, run);
    while (p < run->end)
        put_char(e, utf8_decode(&p));
    return true;
}

// By a handler of the program, which says with which character to go on.
static bool encode_otherwise(Encoder *e, BadRun *run)
{
    size_t go_on;
    (void)encode_strict(e, run);
    Str *instead = codec_custom_replace(e->vm, e->errors, true, str_length(e->text), &go_on);
    if (!instead) return false;
    if (is_bytes(value_object(instead))) {
        builder_add(&e->out, instead->data, instead->size);
    } else {
        for (const char *p = instead->data, *end = p + instead->size; p < end;) {
            uint32_t c = utf8_decode(&p);
            if (!can_encode(e->codec, c)) return encode_strict(e, run);
            put_char(e, c);
        }
    }
    const char *p = e->text->data;
    for (run->to = 0; run->to < go_on; run->to++) utf8_decode(&p);
    run->end = p;
    return true;
}

static bool encode_error(Encoder *e, BadRun *run)
{
    Handler handler = find_handler(e->errors);
    switch (handler) {
    case HANDLER_STRICT: return encode_strict(e, run);
    case HANDLER_IGNORE: return true;
    case HANDLER_ESCAPE: return encode_escape(e, run);
    case HANDLER_PASS: return encode_pass(e, run);
    case HANDLER_UNKNOWN: return encode_otherwise(e, run);
    default: break;
    }
    const char *p = run->p;
    while (p < run->end)
        put_replacement(e, handler, utf8_decode(&p));
    return true;
}

static bool encode_all(Encoder *e)
{
    const char *p = e->text->data, *end = p + e->text->size;
    bool joins_runs = e->codec < CODEC_UTF16;
    for (size_t at = 0; p < end; at++) {
        BadRun run = {.p = p, .from = at};
        uint32_t c = utf8_decode(&p);
        if (can_encode(e->codec, c)) {
            put_char(e, c);
            continue;
        }
        while (joins_runs && p < end) {
            const char *next = p;
            if (can_encode(e->codec, utf8_decode(&next))) break;
            p = next;
            at++;
        }
        run.end = p;
        run.to = at + 1;
        if (!encode_error(e, &run)) return false;
        p = run.end;
        at = run.to - 1;
    }
    return true;
}

static bool has_surrogate(const Str *s)
{
    const char *p = s->data, *end = p + s->size;
    while ((p = memchr(p, 0xED, (size_t)(end - p))) != NULL) {
        if ((unsigned char)p[1] >= 0xA0) return true;
        p++;
    }
    return false;
}

// A codec that writes a mark is the little-endian one after it.
static void write_mark(Encoder *e)
{
    if (e->codec == CODEC_UTF8_SIG) {
        builder_add_cstr(&e->out, "\xEF\xBB\xBF");
        e->codec = e->named = CODEC_UTF8;
    } else if (e->codec == CODEC_UTF16) {
        builder_add(&e->out, "\xFF\xFE", 2);
        e->codec = CODEC_UTF16_LE;
    } else if (e->codec == CODEC_UTF32) {
        builder_add(&e->out, "\xFF\xFE\0\0", 4);
        e->codec = CODEC_UTF32_LE;
    }
}

Str *codec_encode(VM *vm, Str *text, const char *encoding, const char *errors)
{
    Codec codec = find_codec(encoding);
    if (codec == CODEC_UNKNOWN) return codec_custom_encode(vm, text, encoding, errors);
    bool is_ascii_like = codec == CODEC_UTF8 || codec == CODEC_ASCII || codec == CODEC_LATIN1;
    if (is_ascii_like && str_is_ascii(text)) return bytes_new(text->data, text->size);
    if (codec == CODEC_UTF8 && !has_surrogate(text)) return bytes_new(text->data, text->size);
    Encoder e = {.vm = vm, .codec = codec, .named = codec, .errors = errors, .text = text};
    builder_reserve(&e.out, text->size + 4);
    write_mark(&e);
    return encode_all(&e) ? builder_bytes(&e.out) : NULL;
}

// The operating system

Str *codec_from_os(const char *text, size_t size)
{
    if (utf8_is_valid(text, size, NULL)) return str_new(text, size);
    Decoder d = {.codec = CODEC_UTF8, .errors = "surrogateescape", .data = text, .size = size};
    (void)decode_utf8(&d);  // cannot fail: bytes that do not decode are not ASCII
    return builder_str(&d.out);
}

const char *codec_to_os(VM *vm, Str *text)
{
    if (str_has_nul(text)) {
        raise_error(vm, EXC_ValueError, "embedded null byte");
        return NULL;
    }
    if (str_is_ascii(text)) return str_cstr(text);
    Str *bytes = codec_encode(vm, text, "utf-8", "surrogateescape");
    return bytes ? bytes->data : NULL;
}

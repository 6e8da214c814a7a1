// SPDX-License-Identifier: MIT
// test_str.c - strings, UTF-8, searching, codecs and formatting below the level of scripts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/bytes.h"
#include "vm/codec.h"
#include "vm/fields.h"
#include "vm/gc.h"
#include "vm/percent.h"
#include "vm/unicode.h"

static VM *vm;

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static Str *text_of(const char *utf8)
{
    return str_from_cstr(utf8);
}

static void assert_text(const Str *s, const char *wanted)
{
    assert_non_null(s);
    assert_int_equal(s->size, strlen(wanted));
    assert_memory_equal(s->data, wanted, s->size);
    assert_int_equal(str_length(s), utf8_length(wanted, s->size));
    assert_int_equal(str_is_ascii(s), s->size == str_length(s));
}

static void assert_raised(ExceptionKind kind, const char *message)
{
    assert_true(error_is(vm, kind));
    Str *text = value_str(vm, error_take(vm));
    assert_non_null(text);
    assert_string_equal(text->data, message);
}

static void lengths_are_counted_in_code_points(void **state)
{
    (void)state;
    assert_int_equal(str_length(text_of("")), 0);
    assert_int_equal(str_length(text_of("abc")), 3);
    assert_int_equal(str_length(text_of("h\u00e9llo \u20ac \U0001F600")), 9);
    assert_true(str_is_ascii(text_of("plain")));
    assert_false(str_is_ascii(text_of("\u00e9")));
}

// As utf8_is_valid, character by character.
static bool is_valid_slowly(const char *text, size_t size, size_t *bad_at)
{
    const char *p = text, *end = text + size, *reason;
    int n_bad;
    for (int n; p < end; p += n) {
        n = utf8_check(p, end, &n_bad, &reason);
        *bad_at = (size_t)(p - text);
        if (n == 0) return false;
    }
    return true;
}

static int endings_slowly(const char *p, const char *end)
{
    int kinds = 0;
    for (; p < end; p++) {
        bool has_lf = *p == '\r' && p + 1 < end && p[1] == '\n';
        if (*p == '\n') kinds |= ENDING_LF;
        if (*p == '\r') kinds |= has_lf ? ENDING_CRLF : ENDING_CR;
        p += has_lf;
    }
    return kinds;
}

static void assert_scanned_rightly(const char *text, size_t size)
{
    size_t bad_at = 0, slow_bad_at = 0, continuations = 0, high = 0, prefix = 0;
    bool is_valid = is_valid_slowly(text, size, &slow_bad_at);
    for (size_t i = 0; i < size; i++) {
        continuations += (text[i] & 0xC0) == 0x80;
        high += (unsigned char)text[i] >= 0x80;
        prefix += high == 0;
    }
    assert_int_equal(utf8_is_valid(text, size, &bad_at), is_valid);
    if (!is_valid) assert_int_equal(bad_at, slow_bad_at);
    assert_int_equal(utf8_length(text, size), size - continuations);
    assert_int_equal(text_count_high(text, size), high);
    assert_int_equal(utf8_ascii_prefix(text, size), prefix);
    assert_int_equal(text_line_endings(text, text + size), endings_slowly(text, text + size));
}

static void blocks_of_text_are_scanned_as_single_characters_are(void **state)
{
    (void)state;
    static const char *const parts[] = {"a", "line\n", "\r\n", "\r", "\u00e9", "\u07ff", "\u0800", "\ud7ff", "\uffff", "\U00010000",
                                        "\U0010FFFF", "a longer piece of plain text, of more than forty bytes, and then some",
                                        "\xC0\x80", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                                        "\xF5", "\x80", "\xE2\x82", "\xF0\x9F\x98"};
    enum { N_VALID = 12 };
    uint32_t random = 1;
    for (int round = 0; round < 30000; round++) {
        char text[512];
        size_t size = 0, wanted = round % 400;
        bool is_bad_allowed = round % 3 == 0;
        while (size < wanted) {
            random = random * 1664525 + 1013904223;
            const char *part = parts[(random >> 8) % (is_bad_allowed && random >> 28 == 0 ? countof(parts) : N_VALID)];
            memcpy(text + size, part, strlen(part));
            size += strlen(part);
        }
        assert_scanned_rightly(text + random % 4 * (size > 4), size - random % 4 * (size > 4));
    }
}

static void single_latin_characters_are_shared(void **state)
{
    (void)state;
    assert_ptr_equal(text_of("a"), str_latin1['a']);
    assert_ptr_equal(str_from_char(0xE9), str_latin1[0xE9]);
    assert_ptr_equal(bytes_new("\xFF", 1), bytes_single[0xFF]);
    assert_ptr_equal(text_of(""), str_empty);
}

static void interning_gives_one_object_per_text(void **state)
{
    (void)state;
    Str *a = str_intern("interned-name", 13), *b = str_intern_str(text_of("interned-name"));
    assert_ptr_equal(a, b);
    assert_ptr_equal(str_intern("__init__", 8), S(__init__));
    assert_false(str_equal(a, str_intern("interned-Name", 13)));
}

static void many_interned_strings_are_found_again(void **state)
{
    (void)state;
    Str *first[5000];
    for (int i = 0; i < 5000; i++)
        first[i] = str_intern_str(str_format("unit_%d", i));
    for (int i = 0; i < 5000; i++)
        assert_ptr_equal(first[i], str_intern_str(str_format("unit_%d", i)));
}

static void every_character_of_a_long_text_is_found_through_the_index(void **state)
{
    (void)state;
    StrBuilder b = {0};
    const uint32_t chars[] = {'a', 0xE9, 0x20AC, 0x1F600, 'z', 0xDC80};
    for (size_t i = 0; i < 3000; i++)
        builder_add_char(&b, chars[i % countof(chars)]);
    Str *s = builder_str(&b);
    assert_int_equal(str_length(s), 3000);
    for (size_t i = 3000; i-- > 0;)
        assert_int_equal(str_char_at(s, i), chars[i % countof(chars)]);
    assert_int_equal(str_offset(s, 3000), s->size);
    assert_text(str_slice(s, 2997, 3000), "\U0001F600z\xED\xB2\x80");
    assert_int_equal(str_length(str_slice(s, 31, 2900)), 2869);
}

static void repeated_appending_is_linear_and_keeps_old_strings(void **state)
{
    (void)state;
    Str *s = text_of("start "), *old = NULL;
    for (int i = 0; i < 200000; i++) {
        s = str_concat(vm, s, text_of(i % 3 ? "x" : "\u00e9"));
        if (i == 100000) old = s;
    }
    assert_int_equal(str_length(s), 200006);
    assert_int_equal(str_length(old), 100007);
    assert_memory_equal(s->data, old->data, old->size);
    Str *other = str_concat(vm, old, text_of("!"));  // old is not the newest of its buffer
    assert_int_equal(other->data[old->size], '!');
    assert_int_equal(s->data[s->size], '\0');
    assert_int_equal(str_char_at(old, 100006), str_char_at(s, 100006));
    assert_int_equal(strlen(str_cstr(old)), old->size);
}

static void a_shared_buffer_survives_a_collection(void **state)
{
    (void)state;
    Str *s = text_of("");
    for (int i = 0; i < 3000; i++)
        s = str_concat(vm, s, text_of("0123456789"));
    gc_collect();
    for (int i = 0; i < 200; i++)
        (void)text_of("something else of some length to fill memory");
    for (size_t i = 0; i < s->size; i++)
        assert_int_equal(s->data[i], '0' + (int)(i % 10));
}

static void slices_with_steps_go_both_ways(void **state)
{
    (void)state;
    Str *s = text_of("0123456789"), *u = text_of("a\u00e9\u20acz");
    assert_text(as_str(str_slice_step(s, 1, 3, 3)), "147");
    assert_text(as_str(str_slice_step(s, 9, -4, 3)), "951");
    assert_text(as_str(str_slice_step(u, 3, -1, 4)), "z\u20ac\u00e9a");
    assert_text(as_str(str_slice_step(u, 0, 2, 2)), "a\u20ac");
    assert_ptr_equal(as_pointer(str_slice_step(s, 4, 2, 1)), str_latin1['4']);
}

static void hashes_agree_exactly_for_equal_texts(void **state)
{
    (void)state;
    char a[80], b[80];
    for (size_t n = 0; n < 70; n++) {
        memset(a, 'q', n);
        memset(b, 'q', n);
        assert_true(text_hash(a, n) == text_hash(b, n));
        if (n == 0) continue;
        b[n / 2]++;
        assert_false(text_hash(a, n) == text_hash(b, n));
    }
    assert_true(str_hash(bytes_new("ab", 2)) == str_hash(text_of("ab")));
}

static void order_is_by_code_point(void **state)
{
    (void)state;
    assert_true(str_compare(text_of("a"), text_of("b")) < 0);
    assert_true(str_compare(text_of("ab"), text_of("a")) > 0);
    assert_true(str_compare(text_of("\uffff"), text_of("\U00010000")) < 0);
    assert_true(str_compare(text_of("z"), text_of("\u00e9")) < 0);
    assert_int_equal(str_compare(text_of("same"), text_of("same")), 0);
}

static void searching_finds_first_and_last(void **state)
{
    (void)state;
    const char *s = "abracadabra";
    assert_int_equal(text_find(s, 11, "abra", 4), 0);
    assert_int_equal(text_rfind(s, 11, "abra", 4), 7);
    assert_int_equal(text_find(s, 11, "c", 1), 4);
    assert_int_equal(text_rfind(s, 11, "x", 1), -1);
    assert_int_equal(text_rfind(s, 11, "", 0), 11);
    assert_int_equal(text_find(s, 3, "abra", 4), -1);
    assert_int_equal(text_count(s, 11, "a", 1, SIZE_MAX), 5);
    assert_int_equal(text_count("aaaa", 4, "aa", 2, SIZE_MAX), 2);
    assert_int_equal(text_count("aaaa", 4, "a", 1, 3), 3);
}

static void repr_chooses_quotes_and_escapes(void **state)
{
    (void)state;
    assert_text(str_repr(text_of("plain")), "'plain'");
    assert_text(str_repr(text_of("it's")), "\"it's\"");
    assert_text(str_repr(text_of("'\"")), "'\\'\"'");
    assert_text(str_repr(text_of("\n\t\\\x7f")), "'\\n\\t\\\\\\x7f'");
    assert_text(str_repr(text_of("\u00e9\u00a0\u200b\U0001F600")),
                "'\u00e9\\xa0\\u200b\U0001F600'");
    assert_text(str_repr(str_from_char(0xDC80)), "'\\udc80'");
    assert_text(str_ascii_repr(text_of("\u00e9\u20ac\U0001F600")), "'\\xe9\\u20ac\\U0001f600'");
    assert_text(bytes_repr("a'\xff\0", 4), "b\"a'\\xff\\x00\"");
}

static void invalid_utf8_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int n_bad;
        const char *reason;
    } cases[] = {
        {"\xFF", 1, "invalid start byte"},
        {"\x80", 1, "invalid start byte"},
        {"\xC0\x80", 1, "invalid start byte"},
        {"\xC3", 1, "unexpected end of data"},
        {"\xE2\x82", 2, "unexpected end of data"},
        {"\xE2\x82x", 2, "invalid continuation byte"},
        {"\xED\xA0\x80", 1, "invalid continuation byte"},
        {"\xF4\x90\x80\x80", 1, "invalid continuation byte"},
        {"\xF0\x9F\x98", 3, "unexpected end of data"},
    };
    for (size_t i = 0; i < countof(cases); i++) {
        int n_bad = 0;
        const char *reason = NULL, *p = cases[i].text;
        assert_int_equal(utf8_check(p, p + strlen(p), &n_bad, &reason), 0);
        assert_int_equal(n_bad, cases[i].n_bad);
        assert_string_equal(reason, cases[i].reason);
    }
    size_t bad_at = 0;
    assert_false(utf8_is_valid("0123456789\xC3\xA9\xC3", 13, &bad_at));
    assert_int_equal(bad_at, 12);
}

static void codecs_go_there_and_back(void **state)
{
    (void)state;
    static const char *const names[] = {"utf-8",    "UTF8",   "utf-8-sig", "utf-16", "utf_16_be",
                                        "UTF-16LE", "utf-32", "utf-32-be", "U32"};
    Str *s = text_of("a\u00e9\u20ac\U0001F600\n");
    for (size_t i = 0; i < countof(names); i++) {
        Str *bytes = codec_encode(vm, s, names[i], "strict");
        assert_non_null(bytes);
        assert_true(str_equal(s, codec_decode(vm, bytes->data, bytes->size, names[i], "strict")));
    }
    Str *bytes = codec_encode(vm, text_of("\u00e9\u00ff"), "Latin 1", "strict");
    assert_int_equal(bytes->size, 2);
    assert_text(codec_decode(vm, "\xE9\xFF", 2, "iso-8859-1", "strict"), "\u00e9\u00ff");
}

static void errors_of_codecs_are_handled_as_asked(void **state)
{
    (void)state;
    const char *bad = "a\xFFz";
    assert_text(codec_decode(vm, bad, 3, "utf-8", "replace"), "a\uFFFDz");
    assert_text(codec_decode(vm, bad, 3, "ascii", "ignore"), "az");
    assert_text(codec_decode(vm, bad, 3, "utf-8", "backslashreplace"), "a\\xffz");
    Str *escaped = codec_decode(vm, bad, 3, "utf-8", "surrogateescape");
    assert_int_equal(str_char_at(escaped, 1), 0xDCFF);
    assert_string_equal(codec_to_os(vm, escaped), bad);
    assert_true(str_equal(codec_from_os(bad, 3), escaped));
    Str *s = text_of("x\u20acy");
    assert_string_equal(codec_encode(vm, s, "ascii", "xmlcharrefreplace")->data, "x&#8364;y");
    assert_string_equal(codec_encode(vm, s, "latin-1", "backslashreplace")->data, "x\\u20acy");
    assert_null(codec_encode(vm, s, "ascii", "strict"));
    assert_raised(EXC_UnicodeEncodeError, "'ascii' codec can't encode character '\\u20ac' in "
                                          "position 1: ordinal not in range(128)");
    assert_null(codec_decode(vm, bad, 3, "utf-8", "strict"));
    assert_raised(EXC_UnicodeDecodeError,
                  "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte");
    assert_null(codec_decode(vm, bad, 3, "klingon", "strict"));
    assert_raised(EXC_LookupError, "unknown encoding: klingon");
}

static void numbers_are_formatted_as_specified(void **state)
{
    (void)state;
    static const struct {
        double d;
        const char *spec, *wanted;
    } cases[] = {
        {1234567.891, ",.2f", "1,234,567.89"},
        {1.0, "012,.1f", "00,000,001.0"},
        {0.1234, ".1%", "12.3%"},
        {1e16, "#", "1.e+16"},
        {100.0, ".1", "1e+02"},
        {-0.001, "z.1f", "0.0"},
        {1.5, "+010.3e", "+1.500e+00"},
        {2.675, ".2f", "2.67"},
        {-1.5, "*^10", "***-1.5***"},
    };
    for (size_t i = 0; i < countof(cases); i++)
        assert_text(float_format(vm, value_any_float(cases[i].d), text_of(cases[i].spec)), cases[i].wanted);
    assert_text(int_format(vm, small_int(-255), text_of("#010x")), "-0x00000ff");
    assert_text(int_format(vm, small_int(1234567), text_of("_")), "1_234_567");
    assert_text(str_format_spec(vm, text_of("\u00e9t\u00e9"), text_of("\u20ac>5.2")),
                "\u20ac\u20ac\u20ac\u00e9t");
    assert_null(int_format(vm, small_int(1), text_of(".2d")));
    assert_raised(EXC_ValueError, "Precision not allowed in integer format specifier");
}

static void percent_formatting_takes_tuples_and_mappings(void **state)
{
    (void)state;
    Value pair = value_object(tuple_of(2, small_int(7), value_float(2.5)));
    assert_text(percent_format(vm, text_of("%03d|%-6.1f|"), pair), "007|2.5   |");
    Dict *d = dict_new();
    dict_set_str(d, text_of("k"), small_int(255));
    assert_text(percent_format(vm, text_of("%(k)#x%%"), value_object(d)), "0xff%");
    assert_null(percent_format(vm, text_of("%d %d"), small_int(1)));
    assert_raised(EXC_TypeError, "not enough arguments for format string");
}

static void fields_nest_and_number_themselves(void **state)
{
    (void)state;
    Tuple *args = tuple_of(2, value_object(text_of("ab")), small_int(6));
    Value none = value_object(dict_new());
    assert_text(fields_format(vm, text_of("{{{:>{}}}}"), args, none), "{    ab}");
    assert_text(fields_format(vm, text_of("{1!r}{0!r}"), args, none), "6'ab'");
    assert_null(fields_format(vm, text_of("{}{0}"), args, none));
    assert_raised(EXC_ValueError, "cannot switch from automatic field numbering to manual field "
                                  "specification");
}

static void characters_have_their_properties(void **state)
{
    (void)state;
    uint32_t out[3];
    assert_int_equal(unicode_upper(0xDF, out), 2);
    assert_int_equal(out[1], 'S');
    assert_int_equal(unicode_decimal_value(0x0664), 4);
    assert_int_equal(unicode_decimal_value(0x1D7FF), 9);
    assert_int_equal(unicode_decimal_value(0xB2), -1);
    assert_true(unicode_is_digit(0xB2));
    assert_true(unicode_is_numeric(0xBD));
    assert_true(unicode_is_lower(0xAA));
    assert_false(unicode_is_printable(0xAD));
    assert_true(unicode_is_id_start('_'));
    assert_false(unicode_is_id_start('1'));
}

static void a_bytearray_grows_and_shrinks_at_both_ends(void **state)
{
    (void)state;
    Bytearray *b = bytearray_new("abc", 3);
    for (int i = 0; i < 1000; i++)
        assert_true(bytearray_splice(vm, b, b->size, b->size, "xyz", 3));
    for (int i = 0; i < 1000; i++)
        assert_true(bytearray_splice(vm, b, 0, 3, NULL, 0));
    assert_int_equal(b->size, 3);
    assert_string_equal(b->data, "xyz");
    assert_true(bytearray_splice(vm, b, 1, 2, "12345", 5));
    assert_string_equal(b->data, "x12345z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_counted_in_code_points),
        cmocka_unit_test(blocks_of_text_are_scanned_as_single_characters_are),
        cmocka_unit_test(single_latin_characters_are_shared),
        cmocka_unit_test(interning_gives_one_object_per_text),
        cmocka_unit_test(many_interned_strings_are_found_again),
        cmocka_unit_test(every_character_of_a_long_text_is_found_through_the_index),
        cmocka_unit_test(repeated_appending_is_linear_and_keeps_old_strings),
        cmocka_unit_test(a_shared_buffer_survives_a_collection),
        cmocka_unit_test(slices_with_steps_go_both_ways),
        cmocka_unit_test(hashes_agree_exactly_for_equal_texts),
        cmocka_unit_test(order_is_by_code_point),
        cmocka_unit_test(searching_finds_first_and_last),
        cmocka_unit_test(repr_chooses_quotes_and_escapes),
        cmocka_unit_test(invalid_utf8_is_told_apart),
        cmocka_unit_test(codecs_go_there_and_back),
        cmocka_unit_test(errors_of_codecs_are_handled_as_asked),
        cmocka_unit_test(numbers_are_formatted_as_specified),
        cmocka_unit_test(percent_formatting_takes_tuples_and_mappings),
        cmocka_unit_test(fields_nest_and_number_themselves),
        cmocka_unit_test(characters_have_their_properties),
        cmocka_unit_test(a_bytearray_grows_and_shrinks_at_both_ends),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

// SPDX-License-Identifier: MIT
// file.c - the text layer of file objects: decoding in pieces, lines, line endings, encoding.
// Opening and the sources are in file_open.c.
//
// Decoding goes in pieces of 8192 bytes, as in CPython, so that a decoding error is met at the same
// line and names the same position. check_more looks at one piece and moves the mark `checked`
// over it; only bytes before that mark become strings. From `odd_until` on a line ends at the next "\n",
// which costs one memchr and one copy.
// INVARIANT: stream->checked never lies inside a character or, with any ending allowed, inside
// "\r\n".
#include "vm/file.h"

#include <stdio.h>

#include "vm/codec.h"
#include "vm/gc.h"
#include "vm/vm.h"

enum { PIECE = 8192, MAX_CHAR = 4 };

Value raise_unsupported(VM *vm, const char *message)
{
    Tuple *args = tuple_of(1, value_object(str_from_cstr(message)));
    return raise_value(vm, value_object(exception_alloc(vm->unsupported_operation, args)));
}

Value raise_closed(VM *vm)
{
    return raise_error(vm, EXC_ValueError, "I/O operation on closed file.");
}

Value file_raise_closed(VM *vm, const File *f, const char *text)
{
    if (!f->raw->is_detached) return raise_error(vm, EXC_ValueError, "%s", text);
    return raise_error(vm, EXC_ValueError, f->type == FILE_TEXT ? "underlying buffer has been detached"
                                                               : "raw stream has been detached");
}

static Value raise_closed_text(VM *vm, const File *f)
{
    return file_raise_closed(vm, f, "I/O operation on closed file.");
}

static bool ready_to_read(VM *vm, File *f)
{
    if (likely(f->stream->is_readable && !f->stream->is_closed)) return true;
    if (f->raw->is_closed)
        raise_closed_text(vm, f);
    else
        raise_unsupported(vm, "not readable");
    return false;
}

// Decoding

static Str *decode(VM *vm, File *f, const char *p, size_t size)
{
    return codec_decode(vm, p, size, f->encoding->data, f->errors->data);
}

// buf[from..to) as a str; NULL: raised.
static Str *make_str(VM *vm, File *f, size_t from, size_t to)
{
    Stream *s = f->stream;
    const char *p = s->buf + from;
    size_t size = to - from;
    if (to <= s->plain_until) return str_new_ascii(p, size);
    if (f->codec == FILE_LATIN1) return str_from_latin1(p, size);
    if (from < s->bad_until && !utf8_is_ascii(p, size)) return decode(vm, f, p, size);
    return str_new(p, size);
}

// Is p[0..n) the beginning of a character that may go on?
static bool is_cut_off(const char *p, size_t n)
{
    unsigned char lead = (unsigned char)p[0];
    size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || n >= size) return false;
    if (n == 1) return true;
    unsigned char second = (unsigned char)p[1];
    unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) return false;
    return n == 2 || ((unsigned char)p[2] & 0xC0) == 0x80;
}

// Which line endings the piece has.
static void note_endings(File *f, size_t from, size_t n)
{
    Stream *s = f->stream;
    const char *p = s->buf + from;
    if (!memchr(p, '\r', n)) {
        if (!(f->seen & ENDING_LF) && memchr(p, '\n', n)) f->seen |= ENDING_LF;
        return;
    }
    int kinds = text_line_endings(p, p + n);
    f->seen |= (uint8_t)kinds;
    s->cr_until = from + n;
    if (kinds & ENDING_CR) s->odd_until = from + n;
}

// Examine buf[from..from+n): how many bytes can be used, less than n before a cut off character or
// ending; -1: undecodable.
static int64_t check_piece(VM *vm, File *f, size_t from, size_t n, bool at_end)
{
    Stream *s = f->stream;
    const char *p = s->buf + from;
    size_t used = n, ascii = utf8_ascii_prefix(p, n), bad_at = 0;
    if (ascii < n) {
        bool is_bad = f->codec == FILE_ASCII;
        if (f->codec == FILE_UTF8 && !utf8_is_valid(p + ascii, n - ascii, &bad_at)) {
            bad_at += ascii;
            if (!at_end && n - bad_at < MAX_CHAR && is_cut_off(p + bad_at, n - bad_at))
                used = bad_at;
            else
                is_bad = true;
        }
        if (is_bad && f->is_strict) return decode(vm, f, p, n) ? (int64_t)n : -1;
        if (is_bad) s->bad_until = from + used;
    }
    if (f->newline <= NEWLINE_KEEP && used > 0) {
        // A "\r" at the end waits for what follows it.
        if (p[used - 1] == '\r' && !at_end) used--;
        note_endings(f, from, used);
    }
    if (f->newline > NEWLINE_LF) s->odd_until = s->cr_until = from + used;
    bool goes_on = s->plain_until == from || s->pos == from;
    if (goes_on && s->cr_until <= from) s->plain_until = from + (ascii < used ? ascii : used);
    return (int64_t)used;
}

// The mark that begins UTF-8 files of some systems.
static bool skip_bom(VM *vm, File *f)
{
    Stream *s = f->stream;
    f->has_bom = false;
    if (f->codec != FILE_UTF8 || stream_tell(s) != 0) return true;
    s->checked = s->plain_until = s->pos;
    while (s->end - s->pos < 3) {
        int r = stream_fill(vm, s);
        if (r < 0) return false;
        if (r == 0) return true;
    }
    if (memcmp(s->buf + s->pos, "\xEF\xBB\xBF", 3) == 0) s->pos += 3;
    return true;
}

// Reading goes on behind what could not be decoded, as in CPython: it is lost, with the line that led to it.
static int skip_undecodable(Stream *s, size_t n)
{
    s->checked += n;
    s->pos = s->plain_until = s->checked;
    return -1;
}

// Examine one more piece, reading if need be: 1; 0 at the end of the file; -1 raised. buf may move.
static int check_more(VM *vm, File *f)
{
    Stream *s = f->stream;
    if (unlikely(f->has_bom) && !skip_bom(vm, f)) return -1;
    if (s->checked < s->pos) s->checked = s->plain_until = s->pos;
    bool at_end = false;
    for (;;) {
        size_t n = s->end - s->checked;
        int64_t at = s->offset - (int64_t)n - f->origin;
        size_t limit = (size_t)(((at + MAX_CHAR - 1) / PIECE + 1) * PIECE - at);
        if (n > limit) n = limit;
        if (n > 0) {
            int64_t used = check_piece(vm, f, s->checked, n, at_end);
            if (used < 0) return skip_undecodable(s, n);
            s->checked += (size_t)used;
            if (used > 0) return 1;
        } else if (at_end) {
            return 0;
        }
        int r = stream_fill(vm, s);
        if (r < 0) return -1;
        at_end = r == 0;
    }
}

// Lines

// The end of the first line ending in buf[from..checked), 0 if there is none. *has_cr: it begins
// with "\r". An ending that may go on past `checked` does not count.
static size_t find_ending(const File *f, size_t from, bool *has_cr)
{
    const Stream *s = f->stream;
    const char *p = s->buf + from;
    size_t n = s->checked - from;
    *has_cr = false;
    if (f->newline <= NEWLINE_LF) {
        const char *lf = memchr(p, '\n', n);
        if (lf) n = (size_t)(lf - p);
        if (from >= s->odd_until) {
            *has_cr = lf && from < s->cr_until && lf > p && lf[-1] == '\r';
            return lf ? from + n + 1 : 0;
        }
        const char *cr = memchr(p, '\r', n);
        if (!cr) return lf ? from + n + 1 : 0;
        size_t at = from + (size_t)(cr - p) + 1;
        *has_cr = true;
        if (at == s->checked) return 0;
        return s->buf[at] == '\n' ? at + 1 : at;
    }
    for (const char *end = p + n; (p = memchr(p, '\r', (size_t)(end - p))) != NULL; p++) {
        if (f->newline == NEWLINE_CR) return (size_t)(p - s->buf) + 1;
        if (p + 1 == end) return 0;
        if (p[1] == '\n') return (size_t)(p - s->buf) + 2;
    }
    return 0;
}

// Find where the line at pos ends, not in its first `scanned` bytes: pos + *size. 1, or 0 if there is no text left, -1 raised.
static int find_line(VM *vm, File *f, size_t scanned, size_t *size, bool *has_cr)
{
    Stream *s = f->stream;
    for (;;) {
        size_t from = s->pos + scanned;
        if (s->checked > from) {
            size_t end = find_ending(f, from, has_cr);
            if (end) {
                *size = end - s->pos;
                return 1;
            }
            // The last byte is looked at again: it may be the beginning of an ending.
            scanned = s->checked - s->pos - 1;
        }
        int r = check_more(vm, f);
        if (r < 0) return -1;
        if (r == 0) {
            *size = s->end - s->pos;
            *has_cr = f->newline <= NEWLINE_KEEP && *size && s->buf[s->end - 1] == '\r';
            return *size > 0;
        }
    }
}

// The line of `size` bytes at pos, its ending translated.
static Str *make_line(VM *vm, File *f, size_t size, bool has_cr)
{
    Stream *s = f->stream;
    size_t from = s->pos, to = from + size;
    if (likely(!has_cr || f->newline != NEWLINE_UNIVERSAL)) return make_str(vm, f, from, to);
    size_t text_end = s->buf[to - 1] == '\n' ? to - 2 : to - 1;
    if (text_end == from) return str_latin1['\n'];
    if (likely(from >= s->bad_until)) {
        Str *line = make_str(vm, f, from, text_end + 1);  // more than one character: a new one
        ((char *)(uintptr_t)line->data)[line->size - 1] = '\n';
        return line;
    }
    Str *text = make_str(vm, f, from, text_end);
    if (!text) return NULL;
    Str *line = str_alloc(text->size + 1, str_length(text) + 1);
    memcpy((char *)(uintptr_t)line->data, text->data, text->size);
    ((char *)(uintptr_t)line->data)[text->size] = '\n';
    return line;
}

// How many of the n bytes at p the first `chars` characters take. *got: how many there are.
static size_t bytes_of_chars(const File *f, const char *p, size_t n, size_t chars, size_t *got)
{
    if (f->codec == FILE_LATIN1 || f->codec == FILE_ASCII) {
        *got = n < chars ? n : chars;
        return *got;
    }
    size_t i = 0, count = 0;
    while (i < n) {
        if (((unsigned char)p[i] & 0xC0) != 0x80 && count++ == chars) {
            count--;
            break;
        }
        i++;
    }
    *got = count;
    return i;
}

// How far what comes next is plain, where that is not known.
static void find_plain(Stream *s)
{
    if (s->plain_until > s->pos || s->pos >= s->checked || s->pos < s->cr_until) return;
    s->plain_until = s->pos + utf8_ascii_prefix(s->buf + s->pos, s->checked - s->pos);
}

// Any line, which does not end in its first `scanned` bytes.
static Value next_line(VM *vm, File *f, size_t scanned, int64_t limit)
{
    Stream *s = f->stream;
    size_t size;
    bool has_cr;
    int r = find_line(vm, f, scanned, &size, &has_cr);
    if (r <= 0) return r < 0 ? VALUE_ERROR : VALUE_STOP;
    Str *line = make_line(vm, f, size, has_cr);
    if (!line) return VALUE_ERROR;
    if (limit >= 0 && str_length(line) > (uint64_t)limit) {
        size_t got;
        size = bytes_of_chars(f, s->buf + s->pos, size, (size_t)limit, &got);
        line = str_slice(line, 0, (size_t)limit);
    }
    s->pos += size;
    find_plain(s);
    return value_object(line);
}

// A line, of which is known that it does not end where the text is plain.
static NOINLINE Value next_odd_line(VM *vm, File *f)
{
    const Stream *s = f->stream;
    size_t plain = s->plain_until > s->pos ? s->plain_until - s->pos : 0;
    return ready_to_read(vm, f) ? next_line(vm, f, plain, -1) : VALUE_ERROR;
}

// The end of the line at pos if it is plain; else NULL.
static inline const char *find_plain_ending(const Stream *s)
{
    if (unlikely(s->pos >= s->plain_until)) return NULL;
    return memchr(s->buf + s->pos, '\n', s->plain_until - s->pos);
}

static inline Value take_plain_line(Stream *s, const char *lf)
{
    const char *p = s->buf + s->pos;
    size_t size = (size_t)(lf - p) + 1;
    s->pos += size;
    return value_object(str_new_ascii(p, size));
}

Value file_read_text_line(VM *vm, File *f, int64_t limit)
{
    if (limit < 0) {
        const char *lf = find_plain_ending(f->stream);
        if (likely(lf != NULL)) return take_plain_line(f->stream, lf);
    } else {
        if (!ready_to_read(vm, f)) return VALUE_ERROR;
        if (limit == 0) return value_object(str_empty);
    }
    Value line = limit < 0 ? next_odd_line(vm, f) : next_line(vm, f, 0, limit);
    return line == VALUE_STOP ? value_object(str_empty) : line;
}

static NOINLINE Value next_odd_line_of_loop(VM *vm, File *f)
{
    Value line = next_odd_line(vm, f);
    if (line == VALUE_STOP) f->can_tell = true;
    return line;
}

Value file_next_text_line(VM *vm, Value file)
{
    File *f = as_file(file);
    const char *lf = find_plain_ending(f->stream);
    f->can_tell = false;
    return likely(lf != NULL) ? take_plain_line(f->stream, lf) : next_odd_line_of_loop(vm, f);
}

Value file_next_binary_line(VM *vm, Value file)
{
    File *f = as_file(file);
    if (f->raw->is_closed && (f->raw->is_readable || f->type == FILE_RAW))
        return file_raise_closed(vm, f, f->type == FILE_RAW ? "I/O operation on closed file"
                                                            : "readline of closed file");
    if (!f->raw->is_readable)
        return raise_unsupported(vm, f->type == FILE_RAW ? "File not open for reading" : "read");
    Value line = stream_read_line(vm, f->raw, -1);
    if (is_error(line) || as_str(line)->size) return line;
    return VALUE_STOP;
}

// Any number of characters

// Append the text buf[from..to) with its line endings translated. False: raised.
static bool add_translated(VM *vm, File *f, StrBuilder *b, size_t from, size_t to)
{
    Stream *s = f->stream;
    bool translates = f->newline == NEWLINE_UNIVERSAL && from < s->cr_until;
    while (from < to) {
        const char *cr = translates ? memchr(s->buf + from, '\r', to - from) : NULL;
        size_t end = cr ? (size_t)(cr - s->buf) : to;
        Str *text = make_str(vm, f, from, end);
        if (!text) return false;
        builder_add_str(b, text);
        if (!cr) return true;
        builder_add_byte(b, '\n');
        from = end + 1;
        if (from < to && s->buf[from] == '\n') from++;
    }
    return true;
}

static Value read_all(VM *vm, File *f)
{
    Stream *s = f->stream;
    if (f->has_bom && !skip_bom(vm, f)) return VALUE_ERROR;
    if (!stream_fill_all(vm, s)) return VALUE_ERROR;
    if (s->checked < s->pos) s->checked = s->plain_until = s->pos;
    size_t n = s->end - s->checked;
    if (n > 0 && check_piece(vm, f, s->checked, n, true) < 0) return skip_undecodable(s, n), VALUE_ERROR;
    s->checked = s->end;
    Str *all = NULL;
    if (s->pos >= s->end) {
        all = str_empty;
    } else if (f->newline == NEWLINE_UNIVERSAL && s->pos < s->cr_until) {
        StrBuilder b = {0};
        if (add_translated(vm, f, &b, s->pos, s->end)) all = builder_str(&b);
    } else {
        all = make_str(vm, f, s->pos, s->end);
    }
    if (!all) return VALUE_ERROR;
    s->pos = s->end;
    stream_drop_buffer(s);
    return value_object(all);
}

// Take at most `chars` characters that lie before `checked`; how many, or -1 if raised.
static int64_t take_chars(VM *vm, File *f, StrBuilder *b, size_t chars)
{
    Stream *s = f->stream;
    size_t from = s->pos, to = s->checked, got = 0;
    bool translates = f->newline == NEWLINE_UNIVERSAL && from < s->cr_until;
    const char *cr = translates ? memchr(s->buf + from, '\r', to - from) : NULL;
    if (cr == s->buf + from) {
        // An ending by itself. Whether "\n" follows may need the next piece.
        if (from + 1 == to && check_more(vm, f) < 0) return -1;
        builder_add_byte(b, '\n');
        s->pos++;
        if (s->pos < s->checked && s->buf[s->pos] == '\n') s->pos++;
        return 1;
    }
    if (cr) to = (size_t)(cr - s->buf);
    find_plain(s);
    if (to <= s->plain_until) {
        got = to - from < chars ? to - from : chars;
        to = from + got;
    } else {
        to = from + bytes_of_chars(f, s->buf + from, to - from, chars, &got);
    }
    Str *text = make_str(vm, f, from, to);
    if (!text) return -1;
    builder_add_str(b, text);
    s->pos = to;
    return (int64_t)got;
}

Value file_read_text(VM *vm, File *f, int64_t n)
{
    if (!ready_to_read(vm, f)) return VALUE_ERROR;
    if (n < 0) return read_all(vm, f);
    Stream *s = f->stream;
    StrBuilder b = {0};
    while (n > 0) {
        if (s->pos >= s->checked) {
            int r = check_more(vm, f);
            if (r < 0) return VALUE_ERROR;
            if (r == 0) break;
        }
        int64_t got = take_chars(vm, f, &b, (size_t)n);
        if (got < 0) return VALUE_ERROR;
        n -= got;
    }
    return value_object(builder_str(&b));
}

// Writing

static bool has_surrogate(const Str *s)
{
    const char *p = s->data, *end = p + s->size;
    while ((p = memchr(p, 0xED, (size_t)(end - p))) != NULL) {
        if ((unsigned char)p[1] >= 0xA0) return true;
        p++;
    }
    return false;
}

static Str *translate_newlines(const Str *s, const char *newline)
{
    StrBuilder b = {0};
    const char *p = s->data, *end = p + s->size, *lf;
    while ((lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        builder_add(&b, p, (size_t)(lf - p));
        builder_add_cstr(&b, newline);
        p = lf + 1;
    }
    builder_add(&b, p, (size_t)(end - p));
    return builder_str(&b);
}

// The bytes of s in the file's encoding: s itself where they are the same. NULL: raised.
static Str *encode(VM *vm, File *f, Str *s)
{
    bool is_same = f->codec == FILE_OTHER ? false
                   : str_is_ascii(s)      ? true
                                          : f->codec == FILE_UTF8 && !has_surrogate(s);
    if (is_same) return s;
    const char *encoding =
        f->has_bom && f->codec == FILE_OTHER ? f->encoding->data : file_unit_codec(f);
    return codec_encode(vm, s, encoding, f->errors->data);
}

// What begins a file of utf-8-sig. That of utf-16 and utf-32 comes from encode.
static bool write_bom(VM *vm, File *f)
{
    if (stream_tell(f->raw) != 0) f->has_bom = false;
    if (!f->has_bom || f->codec != FILE_UTF8) return true;
    return stream_write(vm, f->raw, "\xEF\xBB\xBF", 3);
}

// An object below may have been closed by itself.
static bool is_closed_below(VM *vm, File *f)
{
    Stream *raw = f->raw;
    int was_closed = raw->source->was_closed ? raw->source->was_closed(vm, raw) : 0;
    if (was_closed > 0) raise_closed_text(vm, f);
    return was_closed != 0;
}

bool file_write_text(VM *vm, File *f, Str *s)
{
    Stream *raw = f->raw;
    if (unlikely(raw->fd < 0) && !raw->is_closed && is_closed_below(vm, f)) return false;
    if (unlikely(raw->is_closed)) return raise_closed_text(vm, f), false;
    if (unlikely(!raw->is_writable)) return raise_unsupported(vm, "not writable"), false;
    // After reading, a write goes behind the piece that was decoded, as CPython's does.
    if (unlikely(raw->end) && raw == f->stream && raw->checked > raw->pos) raw->pos = raw->checked;
    if (unlikely(f->has_bom) && !write_bom(vm, f)) return false;
    if (unlikely(f->newline >= NEWLINE_CR) && memchr(s->data, '\n', s->size))
        s = translate_newlines(s, f->newline == NEWLINE_CR ? "\r" : "\r\n");
    Str *bytes = encode(vm, f, s);
    f->has_bom = false;
    if (!bytes || !stream_write(vm, raw, bytes->data, bytes->size)) return false;
    if (f->is_line_buffered && (memchr(s->data, '\n', s->size) || memchr(s->data, '\r', s->size)))
        return stream_flush(vm, raw);
    return !f->writes_through || !raw->uses_read1 || stream_write_out(vm, raw);
}

bool file_write_str(VM *vm, Value file, Str *s)
{
    return file_write_text(vm, as_file(file), s);
}

bool file_flush(VM *vm, Value file)
{
    File *f = as_file(file);
    if (f->raw->is_closed) return raise_closed_text(vm, f), false;
    return stream_flush(vm, f->raw);
}

bool file_flush_all(VM *vm)
{
    return stream_flush_all(vm);
}

// Position

static bool check_seekable(VM *vm, File *f)
{
    if (f->raw->is_closed)
        raise_closed_text(vm, f);
    else if (!f->raw->is_seekable)
        raise_unsupported(vm, "underlying stream is not seekable");
    else
        return true;
    return false;
}

Value file_tell_text(VM *vm, File *f)
{
    if (!check_seekable(vm, f)) return VALUE_ERROR;
    if (!f->can_tell)
        return raise_error(vm, EXC_OSError, "telling position disabled by next() call");
    if (!stream_flush(vm, f->raw)) return VALUE_ERROR;
    int64_t at = stream_tell(f->raw);
    if (f->stream == f->raw) return int_from_int64(at);
    // What was decoded but not taken yet counts as not read.
    size_t n = f->stream->end - f->stream->pos;
    if (n == 0) return int_from_int64(at);
    Str *rest = codec_encode(vm, str_new(f->stream->buf + f->stream->pos, n), file_unit_codec(f),
                             f->errors->data);
    return rest ? int_from_int64(at - (int64_t)rest->size) : VALUE_ERROR;
}

static Value raise_seek(VM *vm, const char *fmt, Value v)
{
    Str *text = value_repr(vm, v);
    return text ? raise_error(vm, EXC_ValueError, fmt, text->data) : VALUE_ERROR;
}

Value file_seek_text(VM *vm, File *f, Value cookie, int64_t whence)
{
    int64_t offset;
    if (!check_seekable(vm, f)) return VALUE_ERROR;
    cookie = value_index(vm, cookie);
    if (is_error(cookie)) return VALUE_ERROR;
    bool fits = int_to_int64(cookie, &offset);
    if (whence == 1 && !(fits && offset == 0))
        return raise_unsupported(vm, "can't do nonzero cur-relative seeks");
    if (whence == 2 && !(fits && offset == 0))
        return raise_unsupported(vm, "can't do nonzero end-relative seeks");
    if (whence < 0 || whence > 2)
        return raise_error(vm, EXC_ValueError, "invalid whence (%lld, should be 0, 1 or 2)",
                           (long long)whence);
    if (int_sign(cookie) < 0) return raise_seek(vm, "negative seek position %s", cookie);
    if (!fits) return raise_error(vm, EXC_OverflowError, "int too large to convert");
    if (whence == 1) {
        cookie = file_tell_text(vm, f);
        if (is_error(cookie) || !int_to_int64(cookie, &offset)) return VALUE_ERROR;
        whence = 0;
    }
    int64_t at = stream_seek(vm, f->raw, offset, (int)whence);
    if (at < 0) return VALUE_ERROR;
    Stream *s = f->stream;
    if (s != f->raw) f->stream = s = file_transcode(f);
    s->checked = s->plain_until = s->pos;
    f->origin = s == f->raw ? at : 0;
    f->can_tell = true;
    file_codec_of(f->encoding->data, &f->has_bom);
    f->has_bom &= at == 0;
    return int_from_int64(at);
}

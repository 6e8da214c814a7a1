// SPDX-License-Identifier: MIT
// lexer.re - the scanner: one call, one token. Indentation is layout.c's business.
// Literals are delimited here and decoded in literals.c.
// INVARIANT: the text ends with "\n\0" and holds no other NUL.

#include "compiler/lexer.h"

#include "compiler/grammar.h"
#include "vm/gc.h"
#include "vm/unicode.h"

void lexer_init(Lexer *lexer, SourceText source)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->source = source;
    lexer->cursor = lexer->line_start = source.text;
    lexer->line = 1;
    lexer->at_line_start = true;
    lexer->cap_tokens = 16 + (int)(source.size / 4);
    lexer->tokens = gc_alloc_atomic((size_t)lexer->cap_tokens * sizeof(Token));
}

void lexer_add(Lexer *lexer, int type, Span span, const char *start, const char *end)
{
    if (lexer->n_tokens == lexer->cap_tokens) {
        lexer->cap_tokens *= 2;
        lexer->tokens = gc_realloc(lexer->tokens, (size_t)lexer->cap_tokens * sizeof(Token));
    }
    const char *text = lexer->source.text;
    lexer->tokens[lexer->n_tokens++] =
        (Token){type, (int)(start - text), (int)(end - text), lexer->n_brackets, span};
}

void lexer_refuse(Lexer *lexer, int token, const char *message)
{
    if (lexer->n_refusals == lexer->cap_refusals) {
        int cap = 8 + 2 * lexer->cap_refusals;
        Refusal *old = lexer->refusals;
        lexer->refusals = gc_alloc_array((size_t)cap, sizeof(Refusal));
        if (old != NULL) memcpy(lexer->refusals, old, (size_t)lexer->n_refusals * sizeof(Refusal));
        lexer->cap_refusals = cap;
    }
    lexer->refusals[lexer->n_refusals++] = (Refusal){token, message};
}

void lexer_fail(Lexer *lexer, Diagnostic d)
{
    lexer->failed = true;
    lexer->error = d;
    lexer_add(lexer, TK_ERROR, (Span){d.line, d.col - 1, d.end_line, d.end_col - 1}, lexer->cursor,
              lexer->cursor);
}

static void fail_at(Lexer *lexer, int line, const char *line_start, const char *to, Str *message)
{
    int col = (int)(to - line_start);
    lexer_fail(lexer, (Diagnostic){EXC_SyntaxError, message, line, col, line, col, true});
}

void lexer_fail_here(Lexer *lexer, ExceptionKind kind, Str *message)
{
    int col = (int)(lexer->cursor - lexer->line_start);
    lexer_fail(lexer, (Diagnostic){kind, message, lexer->line, col, lexer->line, col, true});
}

static Span span_here(const Lexer *lexer, const char *start, const char *end)
{
    return (Span){lexer->line, (int)(start - lexer->line_start), lexer->line,
                  (int)(end - lexer->line_start)};
}

static void new_line(Lexer *lexer, const char *start)
{
    lexer->line++;
    lexer->line_start = start;
}

static FString *innermost(Lexer *lexer)
{
    return lexer->n_fstrings == 0 ? NULL : &lexer->fstrings[lexer->n_fstrings - 1];
}

// Whether the next token stands in a replacement field, but in no bracket inside of it.
static bool at_field_level(Lexer *lexer)
{
    FString *f = innermost(lexer);
    return f != NULL && f->n_fields > 0 && lexer->n_brackets == f->field_depth[f->n_fields - 1];
}

// Brackets

static bool open_bracket(Lexer *lexer, char c)
{
    if (lexer->n_brackets == MAX_BRACKETS) {
        lexer_fail_here(lexer, EXC_SyntaxError, str_from_cstr("too many nested parentheses"));
        return false;
    }
    lexer->brackets[lexer->n_brackets++] =
        (Bracket){c, lexer->line, (int)(lexer->cursor - 1 - lexer->line_start)};
    return true;
}

static Str *mismatch_message(Lexer *lexer, char c)
{
    Bracket open = lexer->brackets[lexer->n_brackets - 1];
    if (open.open == '{' && at_field_level(lexer)) return str_format("f-string: unmatched '%c'", c);
    if (open.line != lexer->line)
        return str_format("closing parenthesis '%c' does not match opening parenthesis '%c' "
                          "on line %d", c, open.open, open.line);
    return str_format("closing parenthesis '%c' does not match opening parenthesis '%c'", c,
                      open.open);
}

static bool close_bracket(Lexer *lexer, char c)
{
    FString *f = innermost(lexer);
    Str *message = NULL;
    if (f != NULL && lexer->n_brackets == f->base_depth)
        message = str_format(c == '}' ? "f-string: single '%c' is not allowed"
                                      : "f-string: unmatched '%c'", c);
    else if (lexer->n_brackets == 0)
        message = str_format("unmatched '%c'", c);
    else {
        char open = lexer->brackets[lexer->n_brackets - 1].open;
        char close = open == '(' ? ')' : open == '[' ? ']' : '}';
        if (c != close) message = mismatch_message(lexer, c);
    }
    if (message != NULL) {
        lexer_fail_here(lexer, EXC_SyntaxError, message);
        return false;
    }
    if (c == '}' && at_field_level(lexer)) {
        f->n_fields--;
        f->in_literal = true;
        f->in_fresh_spec = false;
    }
    lexer->n_brackets--;
    return true;
}

// Numbers: delimited by hand, for the sake of the messages. Each returns the end or NULL.

static const char *bad_number(Lexer *lexer, const char *at, Str *message)
{
    fail_at(lexer, lexer->line, lexer->line_start, at, message);
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c)
{
    return is_digit(c) || c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

// A number may touch a keyword that can follow it, as in `1if x else y`.
static const char *end_number(Lexer *lexer, const char *p, const char *kind)
{
    static const char *const words[] = {"if", "in", "is", "and", "else", "for", "or", "not"};
    for (size_t i = 0; i < countof(words); i++) {
        size_t size = strlen(words[i]);
        if (strncmp(p, words[i], size) != 0) continue;
        bool goes_on = is_name_byte(p[size]) || (unsigned char)p[size] >= 0x80;
        if (i >= 3 && goes_on) continue;  // CPYTHON: the first three may go on
        int col = (int)(p - lexer->line_start);
        caution_add(&lexer->cautions, (Span){lexer->line, col, lexer->line, col + 1},
                    str_format("invalid %s literal", kind));
        return p;
    }
    if (is_name_byte(*p)) return bad_number(lexer, p, str_format("invalid %s literal", kind));
    return p;
}

static const char *scan_digits(Lexer *lexer, const char *p)
{
    for (;;) {
        while (is_digit(*p)) p++;
        if (*p != '_') return p;
        if (!is_digit(*++p)) return bad_number(lexer, p, str_from_cstr("invalid decimal literal"));
    }
}

static bool is_digit_of(char c, int base)
{
    if (base == 16) return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
    return c >= '0' && c < '0' + base;
}

static const char *bad_digit(Lexer *lexer, const char *p, const char *kind)
{
    return bad_number(lexer, p + 1, str_format("invalid digit '%c' in %s literal", *p, kind));
}

static const char *scan_based(Lexer *lexer, const char *p, int base, const char *kind)
{
    for (;;) {
        if (*p == '_') p++;
        if (!is_digit_of(*p, base)) {
            if (is_digit(*p))
                return bad_digit(lexer, p, kind);
            return bad_number(lexer, p, str_format("invalid %s literal", kind));
        }
        while (is_digit_of(*p, base)) p++;
        if (*p != '_') break;
    }
    if (is_digit(*p)) return bad_digit(lexer, p, kind);
    return end_number(lexer, p, kind);
}

static const char *scan_exponent(Lexer *lexer, const char *p)
{
    if ((*p | 32) == 'e') {
        const char *digits = p + 1;
        if (*digits == '+' || *digits == '-') {
            if (!is_digit(*++digits))
                return bad_number(lexer, digits, str_from_cstr("invalid decimal literal"));
        } else if (!is_digit(*digits)) {
            return end_number(lexer, p, "decimal");
        }
        p = scan_digits(lexer, digits);
        if (p == NULL) return NULL;
    }
    if ((*p | 32) == 'j') {
        lexer_refuse(lexer, lexer->n_tokens, "Rill has no complex numbers");
        return end_number(lexer, p + 1, "imaginary");
    }
    return end_number(lexer, p, "decimal");
}

static const char *scan_number(Lexer *lexer, const char *start)
{
    const char *p = start, *zeros_end = NULL;
    if (*p == '0') {
        switch (p[1] | 32) {
        case 'x': return scan_based(lexer, p + 2, 16, "hexadecimal");
        case 'o': return scan_based(lexer, p + 2, 8, "octal");
        case 'b': return scan_based(lexer, p + 2, 2, "binary");
        default: break;
        }
        while (*p == '0' || (*p == '_' && is_digit(p[1]))) p++;
        if (is_digit(*p)) zeros_end = p + 1;
    }
    if (*p != '.') p = scan_digits(lexer, p);
    if (p == NULL) return NULL;
    if (*p == '.') {
        p++;
        if (is_digit(*p)) p = scan_digits(lexer, p);
        if (p == NULL) return NULL;
    } else if (zeros_end != NULL && (*p | 32) != 'e' && (*p | 32) != 'j') {
        int col = (int)(start - lexer->line_start);
        Str *message = str_from_cstr("leading zeros in decimal integer literals are not permitted; "
                                     "use an 0o prefix for octal integers");
        int end_col = (int)(zeros_end - lexer->line_start);
        lexer_fail(lexer, (Diagnostic){EXC_SyntaxError, message, lexer->line, col + 1, lexer->line,
                                       end_col, true});
        return NULL;
    }
    return scan_exponent(lexer, p);
}

// Strings

static Str *unterminated_message(Lexer *lexer, char quote, bool triple, int last,
                                 bool escaped_quote)
{
    FString *f = innermost(lexer);
    if (f != NULL && f->quote == quote && f->triple == triple)
        return str_from_cstr("f-string: expecting '}'");  // the quote was to end the f-string
    return str_format("unterminated %sstring literal (detected at line %d)%s",
                      triple ? "triple-quoted " : "", last,
                      escaped_quote && !triple ? "; perhaps you escaped the end quote?" : "");
}

// p is at the opening quote, start at the prefix.
static void scan_string(Lexer *lexer, const char *start, const char *p)
{
    char quote = *p;
    bool triple = p[1] == quote && p[2] == quote;
    int line = lexer->line, quotes = 0;
    bool escaped_quote = false;
    const char *line_start = lexer->line_start;
    p += triple ? 3 : 1;
    while (quotes < (triple ? 3 : 1)) {
        char c = *p++;
        quotes = c == quote ? quotes + 1 : 0;
        if (c == '\\' && *p != '\0') {
            if (*p == quote) escaped_quote = true;
            c = *p++;
        } else if (c == '\0' || (c == '\n' && !triple)) {
            lexer->ends_early = c == '\0';
            int last = lexer->line - (c == '\0');
            Str *message = unterminated_message(lexer, quote, triple, last, escaped_quote);
            fail_at(lexer, line, line_start, start + 1, message);
            return;
        }
        if (c == '\n') new_line(lexer, p);
    }
    lexer->cursor = p;
    Span span = {line, (int)(start - line_start), lexer->line, (int)(p - lexer->line_start)};
    lexer_add(lexer, TK_STRING, span, start, p);
}

static void open_fstring(Lexer *lexer, const char *start, const char *quote)
{
    if (lexer->n_fstrings == MAX_FSTRINGS) {
        lexer_fail_here(lexer, EXC_SyntaxError, str_from_cstr("too many nested f-strings"));
        return;
    }
    bool triple = quote[1] == *quote && quote[2] == *quote;
    lexer->cursor = quote + (triple ? 3 : 1);
    FString *f = &lexer->fstrings[lexer->n_fstrings++];
    *f = (FString){.quote = *quote, .triple = triple, .in_literal = true,
                   .raw = (*start | 32) == 'r' || (start[1] | 32) == 'r',
                   .base_depth = lexer->n_brackets, .line = lexer->line, .start = start,
                   .line_start = lexer->line_start};
    lexer_add(lexer, TK_FSTART, span_here(lexer, start, lexer->cursor), start, lexer->cursor);
}

static void unterminated_fstring(Lexer *lexer, const FString *f, bool at_end)
{
    Str *message = str_format("unterminated %sf-string literal (detected at line %d)",
                              f->triple ? "triple-quoted " : "", lexer->line - at_end);
    lexer->ends_early = f->triple;
    fail_at(lexer, f->line, f->line_start, f->start + 1, message);
}

// The end of a piece of literal text that begins at start; *p is what ends it.
static void add_middle(Lexer *lexer, Span span, const char *start, const char *p)
{
    lexer->cursor = p;
    span.end_line = lexer->line;
    span.end_col = (int)(p - lexer->line_start);
    if (p > start) lexer_add(lexer, TK_FMIDDLE, span, start, p);
}

static void close_fstring(Lexer *lexer, const char *p, const FString *f)
{
    lexer->cursor = p + (f->triple ? 3 : 1);
    lexer_add(lexer, TK_FEND, span_here(lexer, p, lexer->cursor), p, lexer->cursor);
    lexer->n_fstrings--;
}

static void open_field(Lexer *lexer, FString *f)
{
    if (f->n_fields == MAX_FIELDS) {
        Str *message = str_from_cstr("f-string: expressions nested too deeply");
        lexer_fail_here(lexer, EXC_SyntaxError, message);
        return;
    }
    const char *start = lexer->cursor++;
    if (!open_bracket(lexer, '{')) return;
    f->field_depth[f->n_fields++] = lexer->n_brackets;
    f->in_literal = false;
    lexer_add(lexer, TK_LBRACE, span_here(lexer, start, lexer->cursor), start, lexer->cursor);
}

static const char *skip_escape(Lexer *lexer, const FString *f, const char *p)
{
    if ((*p == '{' || *p == '}') && !f->raw)
        caution_add(&lexer->cautions, span_here(lexer, p - 1, p),
                    str_format("invalid escape sequence '\\%c'", *p));
    if (*p == '{' || *p == '}' || *p == '\0' || *p == '\n') return p;
    if (f->raw || p[0] != 'N' || p[1] != '{') return p + 1;
    while (*p != '}' && *p != '\n' && *p != '\0' && *p != f->quote) p++;
    return *p == '}' ? p + 1 : p;
}

// Literal text of an f-string, up to a field, its end, or (in a format spec) the end of the field.
static void scan_literal(Lexer *lexer)
{
    FString *f = innermost(lexer);
    const char *start = lexer->cursor, *p = start;
    bool in_spec = f->n_fields > 0;
    Span span = span_here(lexer, start, start);
    for (;; p++) {
        if (*p == f->quote && (!f->triple || (p[1] == f->quote && p[2] == f->quote))) {
            add_middle(lexer, span, start, p);
            close_fstring(lexer, p, f);
            return;
        }
        if (*p == '\0' || (*p == '\n' && !f->triple && !f->in_fresh_spec)) {
            unterminated_fstring(lexer, f, *p == '\0');
            return;
        }
        if (*p == '{' && (in_spec || p[1] != '{')) {
            add_middle(lexer, span, start, p);
            open_field(lexer, f);
            return;
        }
        if ((*p == '\n' && !f->triple) || (*p == '}' && (in_spec || p[1] != '}'))) {
            add_middle(lexer, span, start, p);
            f->in_literal = false;
            return;
        }
        if (*p == '{' || *p == '}')
            p++;
        else if (*p == '\\')
            p = skip_escape(lexer, f, p + 1) - 1;
        if (*p == '\\' && p[1] == '\n') p++;  // a continued line
        if (*p == '\n') new_line(lexer, p + 1);
    }
}

// Names

// cursor is behind the name; checked only if it holds something beyond ASCII.
static bool check_name(Lexer *lexer, const char *start)
{
    for (const char *p = start; p < lexer->cursor;) {
        bool first = p == start;
        uint32_t c = utf8_decode(&p);
        if (c < 0x80 || (first ? unicode_is_id_start(c) : unicode_is_id_continue(c))) continue;
        lexer->cursor = p;
        unsigned code = c;
        Str *shown = str_from_char(c);
        Str *message = unicode_is_printable(c)
                           ? str_format("invalid character '%s' (U+%04X)", shown->data, code)
                           : str_format("invalid non-printable character U+%04X", code);
        lexer_fail_here(lexer, EXC_SyntaxError, message);
        return false;
    }
    return true;
}

Diagnostic lexer_unclosed(const Lexer *lexer)
{
    Bracket b = lexer->brackets[lexer->n_brackets - 1];
    Str *message = str_format("'%c' was never closed", b.open);
    return (Diagnostic){EXC_SyntaxError, message, b.line, b.col + 1, b.line, 0, false};
}

// The end of the text inside a bracket; elsewhere a newline comes before it, and layout.c sees it.
static void scan_end(Lexer *lexer)
{
    lexer->ends_early = lexer->open_bracket = true;
    lexer_fail(lexer, lexer_unclosed(lexer));
}

bool lexer_continue_line(Lexer *lexer, const char *p)
{
    if (*p == '\n' && p[1] != '\0') {
        new_line(lexer, p + 1);
        lexer->cursor = p + 1;
        return true;
    }
    int col = (int)(p + 1 - lexer->line_start);
    Diagnostic d = {EXC_SyntaxError, NULL, lexer->line, col, lexer->line, 0, false};
    if (*p == '\n' && lexer->n_brackets > 0) {
        scan_end(lexer);
        return false;
    }
    if (*p == '\n') {
        lexer->ends_early = true;
        d.end_col = -1;
        d.message = str_from_cstr("unexpected EOF while parsing");
    } else {
        d.message = str_from_cstr("unexpected character after line continuation character");
    }
    lexer_fail(lexer, d);
    return false;
}

static void scan_colon(Lexer *lexer, const char *start)
{
    if (at_field_level(lexer)) {  // the format spec begins, even if it begins with "="
        lexer->cursor = start + 1;
        innermost(lexer)->in_literal = innermost(lexer)->in_fresh_spec = true;
    }
    lexer_add(lexer, lexer->cursor > start + 1 ? TK_COLONEQUAL : TK_COLON,
              span_here(lexer, start, lexer->cursor), start, lexer->cursor);
}

static void scan_code(Lexer *lexer)
{
    const char *start, *p, *marker, *comment = NULL;
again:
    start = p = lexer->cursor;
#define TOKEN(type) \
    do { lexer->cursor = p; \
        lexer_add(lexer, TK_##type, span_here(lexer, start, p), start, p); return; } while (0)
    /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYPEEK = "(unsigned char)*p";
    re2c:define:YYSKIP = "++p;";
    re2c:define:YYBACKUP = "marker = p;";
    re2c:define:YYRESTORE = "p = marker;";
    re2c:define:YYCURSOR = p;
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;
    re2c:indent:string = "    ";

    name_start = [A-Za-z_\x80-\xff];
    name = name_start [A-Za-z0-9_\x80-\xff]*;

    [ \t\f]+        { lexer->cursor = p; goto again; }
    "#" [^\n\x00]*  { lexer->cursor = p; comment = start; goto again; }
    "\n" {
        lexer->cursor = p;
        if (lexer->n_brackets == 0) {
            if (comment != NULL) start = comment;  // as CPython has it
            lexer_add(lexer, TK_NEWLINE, span_here(lexer, start, p), start, p);
            lexer->at_line_start = true;
        }
        new_line(lexer, p);
        if (lexer->n_brackets > 0) goto again;
        return;
    }
    "\x00"  { scan_end(lexer); return; }
    "\\"    { if (lexer_continue_line(lexer, p)) goto again; return; }

    "False" { TOKEN(FALSE); }       "None" { TOKEN(NONE); }         "True" { TOKEN(TRUE); }
    "and" { TOKEN(AND); }           "as" { TOKEN(AS); }             "assert" { TOKEN(ASSERT); }
    "async" { TOKEN(ASYNC); }       "await" { TOKEN(AWAIT); }       "break" { TOKEN(BREAK); }
    "class" { TOKEN(CLASS); }       "continue" { TOKEN(CONTINUE); } "def" { TOKEN(DEF); }
    "del" { TOKEN(DEL); }           "elif" { TOKEN(ELIF); }         "else" { TOKEN(ELSE); }
    "except" { TOKEN(EXCEPT); }     "finally" { TOKEN(FINALLY); }   "for" { TOKEN(FOR); }
    "from" { TOKEN(FROM); }         "global" { TOKEN(GLOBAL); }     "if" { TOKEN(IF); }
    "import" { TOKEN(IMPORT); }     "in" { TOKEN(IN); }             "is" { TOKEN(IS); }
    "lambda" { TOKEN(LAMBDA); }     "nonlocal" { TOKEN(NONLOCAL); } "not" { TOKEN(NOT); }
    "or" { TOKEN(OR); }             "pass" { TOKEN(PASS); }         "raise" { TOKEN(RAISE); }
    "return" { TOKEN(RETURN); }     "try" { TOKEN(TRY); }           "while" { TOKEN(WHILE); }
    "with" { TOKEN(WITH); }         "yield" { TOKEN(YIELD); }
    name {
        lexer->cursor = p;
        if (!check_name(lexer, start)) return;
        TOKEN(NAME);
    }

    ("." | "") [0-9] {
        p = scan_number(lexer, start);
        if (p == NULL) return;
        TOKEN(NUMBER);
    }
    ('r' | 'u' | 'b' | 'br' | 'rb')? ["'] { scan_string(lexer, start, p - 1); return; }
    ('f' | 'fr' | 'rf') ["']              { open_fstring(lexer, start, p - 1); return; }
    ('t' | 'tr' | 'rt') ["'] {
        lexer_refuse(lexer, lexer->n_tokens, "Rill has no t-strings");
        scan_string(lexer, p - 1, p - 1);
        return;
    }

    "(" { lexer->cursor = p; if (!open_bracket(lexer, '(')) return; TOKEN(LPAR); }
    "[" { lexer->cursor = p; if (!open_bracket(lexer, '[')) return; TOKEN(LSQB); }
    "{" { lexer->cursor = p; if (!open_bracket(lexer, '{')) return; TOKEN(LBRACE); }
    ")" { lexer->cursor = p; if (!close_bracket(lexer, ')')) return; TOKEN(RPAR); }
    "]" { lexer->cursor = p; if (!close_bracket(lexer, ']')) return; TOKEN(RSQB); }
    "}" { lexer->cursor = p; if (!close_bracket(lexer, '}')) return; TOKEN(RBRACE); }
    ":" "="? { lexer->cursor = p; scan_colon(lexer, start); return; }

    "," { TOKEN(COMMA); }        ";" { TOKEN(SEMI); }         "." { TOKEN(DOT); }
    "..." { TOKEN(ELLIPSIS); }   "=" { TOKEN(EQUAL); }        "->" { TOKEN(RARROW); }
    "@" { TOKEN(AT); }           "!" { TOKEN(EXCLAMATION); }  "+" { TOKEN(PLUS); }
    "-" { TOKEN(MINUS); }        "*" { TOKEN(STAR); }         "/" { TOKEN(SLASH); }
    "//" { TOKEN(DSLASH); }      "%" { TOKEN(PERCENT); }      "**" { TOKEN(DSTAR); }
    "<<" { TOKEN(LSHIFT); }      ">>" { TOKEN(RSHIFT); }      "&" { TOKEN(AMP); }
    "|" { TOKEN(VBAR); }         "^" { TOKEN(CIRCUMFLEX); }   "~" { TOKEN(TILDE); }
    "<" { TOKEN(LT); }           ">" { TOKEN(GT); }           "<=" { TOKEN(LE); }
    ">=" { TOKEN(GE); }          "==" { TOKEN(EQ); }          "!=" { TOKEN(NE); }
    "+=" { TOKEN(PLUSEQ); }      "-=" { TOKEN(MINUSEQ); }     "*=" { TOKEN(STAREQ); }
    "/=" { TOKEN(SLASHEQ); }     "//=" { TOKEN(DSLASHEQ); }   "%=" { TOKEN(PERCENTEQ); }
    "**=" { TOKEN(DSTAREQ); }    "<<=" { TOKEN(LSHIFTEQ); }   ">>=" { TOKEN(RSHIFTEQ); }
    "&=" { TOKEN(AMPEQ); }       "|=" { TOKEN(VBAREQ); }      "^=" { TOKEN(CIRCUMFLEXEQ); }
    "@=" { TOKEN(ATEQ); }

    "<>" | [$?`]  { TOKEN(BAD); }
    * {
        lexer->cursor = p;
        Str *message = str_format("invalid non-printable character U+%04X", (unsigned char)*start);
        lexer_fail_here(lexer, EXC_SyntaxError, message);
        return;
    }
    */
#undef TOKEN
}

void lexer_next(Lexer *lexer)
{
    FString *f = innermost(lexer);
    if (f != NULL && f->in_literal)
        scan_literal(lexer);
    else
        scan_code(lexer);
}

// SPDX-License-Identifier: MIT
// caret.c - tokens of a piece of source text, and its outermost operation by operator precedence.
// The rules are those of CPython's traceback.py (PEP 657), which parses the same text.
#include "vm/caret.h"

#include "vm/gc.h"

typedef enum TokenKind {
    TOKEN_NAME,
    TOKEN_KEYWORD,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_OPERATOR
} TokenKind;

typedef struct Token {
    TokenKind kind;
    size_t start, end;  // in the text
    int match;          // of a bracket: the index of its partner
} Token;

typedef struct Tokens {
    const char *text;
    size_t size;
    Token *items;
    int len, cap;
} Tokens;

static const char *const keywords[] = {
    "and",    "as",   "assert", "async",  "await",  "break",   "class",    "continue",
    "def",    "del",  "elif",   "else",   "except", "finally", "for",      "from",
    "global", "if",   "import", "in",     "is",     "lambda",  "nonlocal", "not",
    "or",     "pass", "raise",  "return", "try",    "while",   "with",     "yield",
};

static bool is_keyword(const char *text, size_t size)
{
    for (size_t i = 0; i < countof(keywords); i++)
        if (strlen(keywords[i]) == size && memcmp(keywords[i], text, size) == 0) return true;
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           (c & 0x80);
}

// Strings

static size_t skip_string(const char *text, size_t size, size_t i, bool is_format);

// From after the { of a replacement field to after its }; size if there is no end.
static size_t skip_field(const char *text, size_t size, size_t i)
{
    int depth = 0;
    while (i < size) {
        char c = text[i];
        if (c == '\'' || c == '"') {
            char before = i > 0 ? text[i - 1] : 0;
            i = skip_string(text, size, i, before == 'f' || before == 'F');
            continue;
        }
        i++;
        if (c == '{' || c == '(' || c == '[')
            depth++;
        else if ((c == '}' || c == ')' || c == ']') && depth-- == 0)
            return i;
    }
    return size;
}

// From the opening quote at i to after the closing one; size if there is none.
static size_t skip_string(const char *text, size_t size, size_t i, bool is_format)
{
    char quote = text[i];
    bool is_triple = i + 2 < size && text[i + 1] == quote && text[i + 2] == quote;
    size_t n = is_triple ? 3 : 1;
    i += n;
    while (i < size) {
        if (text[i] == quote && i + n <= size &&
            (!is_triple || (text[i + 1] == quote && text[i + 2] == quote)))
            return i + n;
        if (text[i] == '\n' && !is_triple) return size + 1;
        if (text[i] == '\\')
            i += 2;
        else if (is_format && text[i] == '{' && i + 1 < size && text[i + 1] == '{')
            i += 2;
        else if (is_format && text[i] == '{')
            i = skip_field(text, size, i + 1);
        else
            i++;
    }
    return size + 1;
}

// The length of a string prefix (r, b, f, rb, ...) with a quote behind it, or -1.
static int string_prefix(const char *text, size_t size, size_t i, bool *is_format)
{
    int n = 0;
    *is_format = false;
    while (n < 3 && i + (size_t)n < size) {
        char c = text[i + (size_t)n];
        if (c == '\'' || c == '"') return n;
        if (!c || !strchr("rRbBuUfF", c)) return -1;
        if (c == 'f' || c == 'F') *is_format = true;
        n++;
    }
    return -1;
}

// Tokens

static void add_token(Tokens *t, TokenKind kind, size_t start, size_t end)
{
    if (t->len == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 32;
        Token *items = gc_alloc_atomic((size_t)t->cap * sizeof(Token));
        if (t->len) memcpy(items, t->items, (size_t)t->len * sizeof(Token));
        t->items = items;
    }
    t->items[t->len++] = (Token){kind, start, end, -1};
}

static size_t operator_size(const char *p, size_t left)
{
    static const char *const operators[] = {
        "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "==", "!=", "<=",
        ">=",  "->",  ":=",  "+=",  "-=",  "*=", "/=", "%=", "&=", "|=", "^=", "@=",
    };
    for (size_t i = 0; i < countof(operators); i++) {
        size_t n = strlen(operators[i]);
        if (n <= left && memcmp(p, operators[i], n) == 0) return n;
    }
    return *p && strchr("+-*/%@&|^~<>()[]{},:.;=!", *p) ? 1 : 0;
}

static size_t skip_number(const char *text, size_t size, size_t i)
{
    bool is_hex = i + 1 < size && text[i] == '0' && (text[i + 1] == 'x' || text[i + 1] == 'X');
    for (; i < size; i++) {
        char c = text[i];
        bool is_exponent = !is_hex && (c == 'e' || c == 'E');
        if (is_exponent && i + 1 < size && (text[i + 1] == '+' || text[i + 1] == '-'))
            i++;
        else if (!is_name_char(c) && c != '.')
            break;
    }
    return i;
}

// One token at i, which is no space; the position after it, 0 if there is none.
static size_t scan_token(Tokens *t, size_t i)
{
    const char *text = t->text;
    size_t size = t->size, end = i;
    bool is_format;
    int prefix = string_prefix(text, size, i, &is_format);
    if (prefix >= 0) {
        end = skip_string(text, size, i + (size_t)prefix, is_format);
        if (end > size) return 0;
        add_token(t, TOKEN_STRING, i, end);
    } else if (is_digit(text[i]) || (text[i] == '.' && i + 1 < size && is_digit(text[i + 1]))) {
        end = skip_number(text, size, i);
        add_token(t, TOKEN_NUMBER, i, end);
    } else if (is_name_char(text[i])) {
        while (end < size && is_name_char(text[end]))
            end++;
        add_token(t, is_keyword(text + i, end - i) ? TOKEN_KEYWORD : TOKEN_NAME, i, end);
    } else {
        size_t n = operator_size(text + i, size - i);
        if (n == 0) return 0;
        end = i + n;
        add_token(t, TOKEN_OPERATOR, i, end);
    }
    return end;
}

static bool scan(Tokens *t)
{
    for (size_t i = 0; i < t->size;) {
        char c = t->text[i];
        if (c == '#') {
            while (i < t->size && t->text[i] != '\n')
                i++;
        } else if (is_space(c) || c == '\\') {
            i++;
        } else {
            i = scan_token(t, i);
            if (i == 0) return false;
        }
    }
    return true;
}

static char first_char(const Tokens *t, int i)
{
    return t->items[i].kind == TOKEN_OPERATOR ? t->text[t->items[i].start] : 0;
}

static bool is_operator(const Tokens *t, int i, const char *text)
{
    const Token *token = &t->items[i];
    size_t n = strlen(text);
    return token->kind == TOKEN_OPERATOR && token->end - token->start == n &&
           memcmp(t->text + token->start, text, n) == 0;
}

// Give brackets their partners; false if they do not fit.
static bool match_brackets(Tokens *t)
{
    int *open = gc_alloc_atomic((size_t)(t->len + 1) * sizeof(int));
    int depth = 0;
    for (int i = 0; i < t->len; i++) {
        char c = first_char(t, i);
        if (c == '(' || c == '[' || c == '{') open[depth++] = i;
        if (c != ')' && c != ']' && c != '}') continue;
        if (depth == 0) return false;
        int partner = open[--depth];
        char expected = c == ')' ? '(' : c == ']' ? '[' : '{';
        if (first_char(t, partner) != expected) return false;
        t->items[partner].match = i;
        t->items[i].match = partner;
    }
    return depth == 0;
}

static bool tokens_of(Tokens *t, const char *text, size_t size)
{
    *t = (Tokens){.text = text, .size = size};
    return scan(t) && t->len > 0 && match_brackets(t);
}

// Expressions

// Tokens [lo, hi) are one pair of parentheses around a single expression: no tuple, no generator.
static bool is_group(const Tokens *t, int lo, int hi)
{
    if (hi - lo < 3 || !is_operator(t, lo, "(") || t->items[lo].match != hi - 1) return false;
    for (int i = lo + 1; i < hi - 1; i++) {
        if (is_operator(t, i, ",")) return false;
        const Token *token = &t->items[i];
        if (token->kind == TOKEN_KEYWORD && memcmp(t->text + token->start, "for", 3) == 0)
            return false;
        if (token->match > i) i = token->match;
    }
    return true;
}

enum { PRECEDENCE_POWER = 8 };

static int binary_precedence(const Tokens *t, int i)
{
    static const struct {
        const char *text;
        int precedence;
    } table[] = {
        {"|", 1},
        {"^", 2},
        {"&", 3},
        {"<<", 4},
        {">>", 4},
        {"+", 5},
        {"-", 5},
        {"*", 6},
        {"@", 6},
        {"/", 6},
        {"//", 6},
        {"%", 6},
        {"**", PRECEDENCE_POWER},
    };
    for (size_t k = 0; k < countof(table); k++)
        if (is_operator(t, i, table[k].text)) return table[k].precedence;
    return 0;
}

static bool is_unary(const Tokens *t, int i)
{
    return is_operator(t, i, "+") || is_operator(t, i, "-") || is_operator(t, i, "~");
}

// The outermost operation of an expression without redundant parentheses around it.
typedef struct Root {
    int op, precedence;  // of the binary operator; precedence 0: none
    int trailer;         // the opening bracket of the last subscript or call; -1: none
} Root;

// An operand starts at i: the index after its first part; -1 if it is none.
static int skip_operand(const Tokens *t, int i)
{
    const Token *token = &t->items[i];
    char c = first_char(t, i);
    if (c == '(' || c == '[' || c == '{') return token->match + 1;
    if (token->kind == TOKEN_KEYWORD) return -1;
    if (token->kind == TOKEN_OPERATOR) return is_operator(t, i, "...") ? i + 1 : -1;
    return i + 1;
}

static bool find_root(const Tokens *t, int lo, int hi, Root *root)
{
    *root = (Root){-1, 0, -1};
    bool wants_operand = true;
    for (int i = lo; i < hi;) {
        if (wants_operand) {
            if (is_unary(t, i)) {
                i++;
                continue;
            }
            i = skip_operand(t, i);
            if (i < 0) return false;
            wants_operand = false;
            root->trailer = -1;
            continue;
        }
        int precedence = binary_precedence(t, i);
        if (precedence) {
            bool is_lower = precedence < root->precedence ||
                            (precedence == root->precedence && precedence != PRECEDENCE_POWER);
            if (!root->precedence || is_lower) *root = (Root){i, precedence, -1};
            wants_operand = true;
            i++;
        } else if (is_operator(t, i, "(") || is_operator(t, i, "[")) {
            root->trailer = i;
            i = t->items[i].match + 1;
        } else if (is_operator(t, i, ".") && i + 1 < hi && t->items[i + 1].kind == TOKEN_NAME) {
            root->trailer = -1;
            i += 2;
        } else if (t->items[i].kind == TOKEN_STRING && t->items[i - 1].kind == TOKEN_STRING) {
            i++;
        } else {
            return false;
        }
    }
    return !wants_operand;
}

// An operator has one or two characters: a second one that is no part of the right operand,
// as traceback.py sees it: the operand's place does not include parentheses around it.
static void operator_place(const Tokens *t, int op, int hi, CaretAnchors *anchors)
{
    int right = op + 1;
    while (is_group(t, right, hi))
        right++, hi--;
    size_t start = t->items[op].start, next = start + 1;
    char c = next < t->size ? t->text[next] : '\n';
    bool is_part = next < t->items[right].start && !is_space(c) && c != '\\' && c != '#';
    *anchors = (CaretAnchors){start, next + is_part};
}

bool caret_find_anchors(const char *text, size_t size, CaretAnchors *anchors)
{
    Tokens t;
    Root root;
    if (!tokens_of(&t, text, size)) return false;
    int lo = 0, hi = t.len;
    while (is_group(&t, lo, hi))
        lo++, hi--;
    if (!find_root(&t, lo, hi, &root)) return false;
    if (root.precedence == PRECEDENCE_POWER && is_unary(&t, lo)) return false;
    if (root.precedence) {
        operator_place(&t, root.op, hi, anchors);
        return true;
    }
    if (root.trailer < 0 || is_unary(&t, lo)) return false;
    *anchors = (CaretAnchors){t.items[root.trailer].start, t.items[hi - 1].end};
    return true;
}

// Tokens from i on are a call of a name, maybe in parentheses, and the end of the statement.
static bool is_call_of_name(const Tokens *t, int i, size_t *start, size_t *end)
{
    int n_open = 0;
    while (i < t->len && is_operator(t, i, "("))
        i++, n_open++;
    if (i + 2 >= t->len || t->items[i].kind != TOKEN_NAME || !is_operator(t, i + 1, "("))
        return false;
    *start = t->items[i].start;
    i = t->items[i + 1].match;
    *end = t->items[i++].end;
    for (; n_open > 0; n_open--, i++)
        if (i >= t->len || !is_operator(t, i, ")")) return false;
    return i == t->len || is_operator(t, i, ";");
}

bool caret_is_plain_call(const char *text, size_t size, size_t *start, size_t *end)
{
    Tokens t;
    if (!tokens_of(&t, text, size) || t.len < 3) return false;
    const Token *first = &t.items[0];
    if (first->kind == TOKEN_KEYWORD && first->end - first->start == 6 &&
        memcmp(text + first->start, "return", 6) == 0)
        return is_call_of_name(&t, 1, start, end);
    if (first->kind == TOKEN_NAME && is_operator(&t, 1, "="))
        return is_call_of_name(&t, 2, start, end);
    return false;
}

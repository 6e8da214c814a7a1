// SPDX-License-Identifier: MIT
// peg.c - reads the rules of mistakes.def once, and matches tokens against them.
// Only used when the text is known to be wrong, so clarity comes before speed; what is matched is
// remembered per rule and token, which keeps the time linear.

#include "compiler/peg.h"

#include "compiler/grammar.h"
#include "vm/gc.h"

enum { MAX_DEPTH = 6000, C_STACK_RESERVE = 256 * 1024 };

typedef enum PatternOp {
    PATTERN_TOKEN,
    PATTERN_SOFT,
    PATTERN_RULE,
    PATTERN_QUIET,
    PATTERN_CHOICE,
    PATTERN_SEQUENCE,
    PATTERN_OPTIONAL,
    PATTERN_REPEAT,
    PATTERN_AND,
    PATTERN_NOT,
    PATTERN_FORCED,
    PATTERN_CUT
} PatternOp;

typedef struct Pattern {
    PatternOp op;
    int value;        // token type, rule, or the least count of a REPEAT
    char capture;     // 'a', 'b', 'r' or 0
    bool is_mistake;  // SEQUENCE
    MatchKind kind;   // SEQUENCE: MATCH_TOKENS if it has no name
    MistakeId mistake;
    Str *text;  // FORCED
    struct Pattern **items;
    int n_items;
    struct Pattern *separator;  // REPEAT
} Pattern;

typedef struct Memo {
    uint32_t key;  // 0: free
    int end;
    const Match *match;
} Memo;

static const char *const rule_names[] = {
#define RULE(name, text) #name,
#include "compiler/mistakes.def"
};
static const char *const rule_texts[] = {
#define RULE(name, text) text,
#include "compiler/mistakes.def"
};
static const char *const kind_names[] = {
#define KIND(name, text) #name,
#include "compiler/mistakes.def"
};
static const char *const mistake_names[] = {
#define MISTAKE(name, where, message) #name,
#include "compiler/mistakes.def"
};

static Pattern *rules[RULE_COUNT];
static bool is_left_recursive[RULE_COUNT];
static bool
    is_shared[RULE_COUNT];  // remembered whether or not mistakes were tried: as CPython does

// Reading the rules

static Pattern *read_choice(const char **p);

static void skip_space(const char **p)
{
    while (**p == ' ')
        (*p)++;
}

static Pattern *pattern_new(PatternOp op, int value)
{
    Pattern *pattern = gc_alloc(sizeof(Pattern));
    pattern->op = op;
    pattern->value = value;
    return pattern;
}

static void add_item(Pattern *pattern, Pattern *item)
{
    Pattern **items = gc_alloc_array((size_t)pattern->n_items + 1, sizeof(Pattern *));
    if (pattern->n_items > 0)
        memcpy(items, pattern->items, (size_t)pattern->n_items * sizeof(Pattern *));
    items[pattern->n_items++] = item;
    pattern->items = items;
}

static Pattern *wrap(PatternOp op, int value, Pattern *item)
{
    Pattern *pattern = pattern_new(op, value);
    add_item(pattern, item);
    return pattern;
}

static size_t read_word(const char **p, const char **word)
{
    *word = *p;
    while (**p == '_' || ((**p | 32) >= 'a' && (**p | 32) <= 'z'))
        (*p)++;
    return (size_t)(*p - *word);
}

static int find_word(const char *const *words, int n, const char *word, size_t size)
{
    for (int i = 0; i < n; i++)
        if (strncmp(words[i], word, size) == 0 && words[i][size] == '\0') return i;
    return -1;
}

// The type of a token, from its text.
static int token_type(const char *text, size_t size)
{
    switch (*text) {
    case ')': return TK_RPAR;
    case ']': return TK_RSQB;
    case '}': return TK_RBRACE;
    default: break;
    }
    Lexer *lexer = gc_alloc(sizeof(Lexer));
    Str *line = str_format("%.*s\n", (int)size, text);
    lexer_init(lexer, (SourceText){line, line->data, line->size});
    lexer_next(lexer);
    return lexer->tokens[0].type;
}

static Pattern *read_token(const char **p)
{
    const char *start = ++*p;
    while (**p != '\'')
        (*p)++;
    size_t size = (size_t)((*p)++ - start);
    Pattern *pattern = pattern_new(PATTERN_TOKEN, token_type(start, size));
    pattern->text = str_new(start, size);
    return pattern;
}

static Pattern *read_name(const char **p)
{
    static const char *const classes[] = {"NAME",   "NUMBER", "STRING", "NEWLINE", "INDENT",
                                          "DEDENT", "END",    "FSTART", "FMIDDLE", "FEND"};
    static const int types[] = {TK_NAME,   TK_NUMBER, TK_STRING, TK_NEWLINE, TK_INDENT,
                                TK_DEDENT, TK_END,    TK_FSTART, TK_FMIDDLE, TK_FEND};
    const char *word;
    size_t size = read_word(p, &word);
    if (size == 4 && memcmp(word, "SOFT", 4) == 0) return pattern_new(PATTERN_SOFT, 0);
    if (strncmp(word, "expression_quiet", size) == 0 && size == strlen("expression_quiet"))
        return pattern_new(PATTERN_QUIET, RULE_expression_quiet);
    int class_ = find_word(classes, countof(classes), word, size);
    if (class_ >= 0) return pattern_new(PATTERN_TOKEN, types[class_]);
    int rule = find_word(rule_names, RULE_COUNT, word, size);
    assert(rule >= 0);
    return pattern_new(PATTERN_RULE, rule);
}

static Pattern *read_atom(const char **p)
{
    skip_space(p);
    if (**p == '\'') return read_token(p);
    if (**p != '(' && **p != '[') return read_name(p);
    bool optional = *(*p)++ == '[';
    Pattern *choice = read_choice(p);
    (*p)++;
    return optional ? wrap(PATTERN_OPTIONAL, 0, choice) : choice;
}

static Pattern *read_repeated(const char **p)
{
    Pattern *atom = read_atom(p);
    if (**p == '.') {
        (*p)++;
        Pattern *repeat = wrap(PATTERN_REPEAT, 1, read_atom(p));
        repeat->separator = atom;
        (*p)++;  // the +
        return repeat;
    }
    if (**p != '*' && **p != '+') return atom;
    return wrap(PATTERN_REPEAT, *(*p)++ == '+', atom);
}

static Pattern *read_item(const char **p)
{
    char c = **p;
    if (c == '~') {
        (*p)++;
        return pattern_new(PATTERN_CUT, 0);
    }
    if (c == '&' && (*p)[1] == '&') {
        *p += 2;
        Pattern *token = read_atom(p);
        token->op = PATTERN_FORCED;
        return token;
    }
    if (c == '&' || c == '!') {
        (*p)++;
        return wrap(c == '&' ? PATTERN_AND : PATTERN_NOT, 0, read_atom(p));
    }
    char capture = (c == 'a' || c == 'b' || c == 'r') && (*p)[1] == ':' ? c : 0;
    if (capture) *p += 2;
    Pattern *item = read_repeated(p);
    if (capture) {
        item = wrap(PATTERN_CHOICE, 0, wrap(PATTERN_SEQUENCE, 0, item));
        item->capture = capture;
    }
    return item;
}

static Pattern *read_sequence(const char **p)
{
    Pattern *sequence = pattern_new(PATTERN_SEQUENCE, 0);
    const char *word;
    for (;;) {
        skip_space(p);
        switch (**p) {
        case '\0':
        case '|':
        case ')':
        case ']': return sequence;
        case '?':
            (*p)++;
            sequence->is_mistake = true;
            break;
        case '=':
        case '@': {
            bool is_kind = *(*p)++ == '=';
            size_t size = read_word(p, &word);
            int i = is_kind ? find_word(kind_names, countof(kind_names), word, size)
                            : find_word(mistake_names, countof(mistake_names), word, size);
            assert(i >= 0);
            if (is_kind)
                sequence->kind = (MatchKind)(MATCH_GROUP + 1 + i);
            else
                sequence->mistake = (MistakeId)(MISTAKE_NONE + 1 + i);
            break;
        }
        default: add_item(sequence, read_item(p));
        }
    }
}

static Pattern *read_choice(const char **p)
{
    Pattern *choice = wrap(PATTERN_CHOICE, 0, read_sequence(p));
    while (**p == '|') {
        (*p)++;
        add_item(choice, read_sequence(p));
    }
    return choice;
}

static void read_rules(void)
{
    for (int i = 0; i < RULE_COUNT; i++) {
        const char *p = rule_texts[i];
        is_shared[i] = *p == '^';
        p += is_shared[i];
        rules[i] = read_choice(&p);
        assert(*p == '\0');
        const Pattern *first = rules[i]->items[0]->items[0];  // never a mistake in such a rule
        is_left_recursive[i] = first->op == PATTERN_RULE && first->value == i;
    }
}

// Matching

static const Match empty_match = {.kind = MATCH_TOKENS};

static const Match *match_pattern(Peg *peg, const Pattern *pattern, int *pos);

static Match *match_new(MatchKind kind, int first, int end)
{
    Match *match = gc_alloc(sizeof(Match));
    *match = (Match){.kind = kind, .first = first, .end = end};
    return match;
}

// NULL and stopped at the lexer's error.
static const Token *look(Peg *peg, int pos)
{
    if (peg->stopped) return NULL;
    const Token *t = &peg->tokens[pos < peg->n_tokens ? pos : peg->n_tokens - 1];
    if (pos >= peg->n_seen && pos < peg->n_tokens) peg->n_seen = pos + 1;
    if (t->type == TK_ERROR) peg->stopped = peg->hit_error = true;
    return peg->stopped ? NULL : t;
}

// CPYTHON: the beginning of a soft keyword counts as one.
static bool is_soft_keyword(const Peg *peg, const Token *t)
{
    static const char *const words[] = {"match", "case", "type", "_"};
    size_t size = (size_t)(t->end - t->start);
    for (size_t i = 0; i < countof(words) && t->type == TK_NAME; i++)
        if (strncmp(words[i], peg->lexer->source.text + t->start, size) == 0) return true;
    return false;
}

static const Match *match_token(Peg *peg, const Pattern *pattern, int *pos)
{
    const Token *t = look(peg, *pos);
    if (t == NULL) return NULL;
    if (pattern->op == PATTERN_SOFT ? !is_soft_keyword(peg, t) : t->type != pattern->value) {
        if (pattern->op == PATTERN_FORCED) {
            peg->missing(peg, *pos, pattern->text->data, peg->data);
            peg->stopped = true;
        }
        return NULL;
    }
    Match *match = match_new(t->type == TK_NAME ? MATCH_name : MATCH_TOKENS, *pos, *pos + 1);
    if (*pos < peg->n_tokens - 1) ++*pos;
    return match;
}

static void add_one(Match *to, const Match *match)
{
    int n = to->n_items;
    if ((n & (n - 1)) == 0) {  // 0, 1, 2, 4, ...: full
        Match **items = gc_alloc_array(n == 0 ? 1 : 2 * (size_t)n, sizeof(Match *));
        if (n > 0) memcpy(items, to->items, (size_t)n * sizeof(Match *));
        to->items = items;
    }
    to->items[to->n_items++] = (Match *)match;
}

// Adds a match to those of a sequence; the parts of a nested group count singly.
static void add_match(Match *to, const Match *match)
{
    if (match->kind == MATCH_TOKENS) return;
    if (match->kind != MATCH_GROUP) add_one(to, match);
    for (int i = 0; i < match->n_items && match->kind == MATCH_GROUP; i++)
        add_one(to, match->items[i]);
}

static const Match *match_repeat(Peg *peg, const Pattern *pattern, int *pos)
{
    Match *all = match_new(MATCH_GROUP, *pos, *pos);
    for (int n = 0;; n++) {
        int at = *pos;
        if (n > 0 && pattern->separator != NULL &&
            match_pattern(peg, pattern->separator, &at) == NULL)
            break;
        const Match *match = match_pattern(peg, pattern->items[0], &at);
        if (match == NULL && n < pattern->value) return NULL;
        if (match == NULL || at == *pos) break;
        add_match(all, match);
        *pos = at;
    }
    if (peg->stopped) return NULL;
    all->end = *pos;
    if (all->n_items == 0) all->kind = MATCH_TOKENS;
    return all->n_items == 1 ? all->items[0] : all;
}

// What a sequence yields: the part marked r, its one part, or a match of its own.
static const Match *finish_sequence(const Pattern *pattern, Match *all, const Match *result,
                                    const Match *last, int end)
{
    if (result != NULL) return result;
    if (pattern->kind == MATCH_TOKENS) {
        if (all->n_items == 1) return all->items[0];
        if (pattern->n_items == 1 && all->n_items == 0) return last;
        all->kind = all->n_items == 0 ? MATCH_TOKENS : MATCH_GROUP;
    } else {
        all->kind = pattern->kind;
    }
    all->end = end;
    return all;
}

static const Match *match_sequence(Peg *peg, const Pattern *pattern, int *pos, bool *cut)
{
    const Match *a = NULL, *b = NULL, *result = NULL, *match = NULL;
    Match *all = match_new(MATCH_TOKENS, *pos, *pos);
    int at = *pos;
    for (int i = 0; i < pattern->n_items; i++) {
        const Pattern *item = pattern->items[i];
        if (item->op == PATTERN_CUT) {
            *cut = true;
            continue;
        }
        match = match_pattern(peg, item, &at);
        if (match == NULL || peg->stopped) return NULL;
        if (item->capture == 'a') a = match;
        if (item->capture == 'b') b = match;
        if (item->capture == 'r') result = match;
        add_match(all, match);
    }
    if (pattern->mistake != MISTAKE_NONE) {
        if (peg->say(peg, pattern->mistake, a, b, at, peg->data)) peg->stopped = true;
        return NULL;
    }
    *pos = at;
    return finish_sequence(pattern, all, result, match, at);
}

static const Match *match_choice(Peg *peg, const Pattern *pattern, int *pos)
{
    for (int i = 0; i < pattern->n_items && !peg->stopped; i++) {
        const Pattern *alternative = pattern->items[i];
        if (alternative->is_mistake && !peg->explain) continue;
        bool cut = false;
        const Match *match = match_sequence(peg, alternative, pos, &cut);
        if (match != NULL || cut) return match;
    }
    return NULL;
}

static uint32_t memo_key(const Peg *peg, RuleId rule, int pos)
{
    return (((uint32_t)pos * RULE_COUNT + (uint32_t)rule) << 1 |
            (peg->explain && !is_shared[rule])) +
           1;
}

static Memo *find_memo(Peg *peg, uint32_t key)
{
    if (2 * peg->n_memo >= peg->cap_memo) {
        int old_cap = peg->cap_memo;
        Memo *old = peg->memo;
        peg->cap_memo = old_cap == 0 ? 1024 : 2 * old_cap;
        peg->memo = gc_alloc_array((size_t)peg->cap_memo, sizeof(Memo));
        peg->n_memo = 0;
        for (int i = 0; i < old_cap; i++) {
            if (old[i].key == 0) continue;
            *find_memo(peg, old[i].key) = old[i];
            peg->n_memo++;
        }
        if (old != NULL) gc_free(old);
    }
    uint32_t mask = (uint32_t)peg->cap_memo - 1, i = key * 2654435761u >> 7 & mask;
    while (peg->memo[i].key != 0 && peg->memo[i].key != key)
        i = (i + 1) & mask;
    return &peg->memo[i];
}

static void remember(Peg *peg, uint32_t key, const Match *match, int end)
{
    Memo *memo = find_memo(peg, key);
    if (memo->key == 0) peg->n_memo++;
    *memo = (Memo){key, end, match};
}

// A left-recursive rule first fails at its own start, then grows as long as it can.
static const Match *match_growing(Peg *peg, RuleId rule, int *pos, uint32_t key)
{
    const Match *best = NULL;
    int best_end = *pos;
    for (;;) {
        remember(peg, key, best, best_end);
        int at = *pos;
        const Match *match = match_choice(peg, rules[rule], &at);
        if (match == NULL || at <= best_end) break;
        best = match;
        best_end = at;
    }
    remember(peg, key, best, best_end);
    *pos = best_end;
    return best;
}

static const Match *match_rule(Peg *peg, RuleId rule, int *pos)
{
    if (look(peg, *pos) == NULL) return NULL;
    uint32_t key = memo_key(peg, rule, *pos);
    Memo *memo = find_memo(peg, key);
    if (memo->key == key) {
        if (memo->match != NULL) *pos = memo->end;
        return memo->match;
    }
    char *stack = __builtin_frame_address(0);
    if (++peg->depth > MAX_DEPTH || stack < peg->lexer->c_stack_limit + C_STACK_RESERVE) {
        peg->stopped = true;
        return NULL;
    }
    const Match *match;
    if (is_left_recursive[rule]) {
        match = match_growing(peg, rule, pos, key);
    } else {
        match = match_choice(peg, rules[rule], pos);
        remember(peg, key, match, *pos);
    }
    peg->depth--;
    return peg->stopped ? NULL : match;
}

static const Match *match_pattern(Peg *peg, const Pattern *pattern, int *pos)
{
    const Match *match;
    int at = *pos;
    switch (pattern->op) {
    case PATTERN_TOKEN:
    case PATTERN_SOFT:
    case PATTERN_FORCED: return match_token(peg, pattern, pos);
    case PATTERN_RULE: return match_rule(peg, (RuleId)pattern->value, pos);
    case PATTERN_CHOICE: return match_choice(peg, pattern, pos);
    case PATTERN_REPEAT: return match_repeat(peg, pattern, pos);
    case PATTERN_OPTIONAL:
        match = match_pattern(peg, pattern->items[0], pos);
        return match != NULL ? match : peg->stopped ? NULL : &empty_match;
    case PATTERN_AND:
        return match_pattern(peg, pattern->items[0], &at) != NULL ? &empty_match : NULL;
    case PATTERN_NOT:
        match = match_pattern(peg, pattern->items[0], &at);
        return match != NULL || peg->stopped ? NULL : &empty_match;
    case PATTERN_QUIET: {
        bool explain = peg->explain;
        peg->explain = false;
        match = match_rule(peg, (RuleId)pattern->value, pos);
        peg->explain = explain;
        return match;
    }
    case PATTERN_SEQUENCE:
    case PATTERN_CUT: break;  // only inside of a choice
    }
    assert(false);
    return NULL;
}

const Match *peg_match(Peg *peg, RuleId rule, int *pos)
{
    if (rules[0] == NULL) read_rules();
    return match_rule(peg, rule, pos);
}

void peg_forget(Peg *peg)
{
    peg->memo = NULL;
    peg->n_memo = peg->cap_memo = 0;
}

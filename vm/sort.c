// SPDX-License-Identifier: MIT
// sort.c - list.sort: a stable merge sort that finds runs, merges them in powersort's order and
// gallops where one run wins often (Tim Peters' algorithm as CPython has it, with the merge order
// of Munro and Wild). Keys are computed once; the values of a sort with keys move along with them.
// INVARIANT: when a comparison raises, the arrays hold a permutation of what they held before.
#include "vm/gc.h"
#include "vm/sequence.h"
#include "vm/vm.h"

enum { MIN_GALLOP = 7, MAX_RUNS = 85, MAX_MIN_RUN = 64 };

typedef struct Slots {  // a place in the keys and the same place in the values (NULL: no keys
                        // given)
    Value *keys, *values;
} Slots;

typedef struct Run {
    size_t start, len;
    int power;
} Run;

typedef int (*Less)(Sorter *s, Value a, Value b);  // 1/0/-1

struct Sorter {
    VM *vm;
    Slots all;
    size_t len;
    Less less;
    Less first_less;  // of tuples: how their first items compare
    bool is_int;      // all keys are small ints: words compare like the numbers
    size_t min_gallop;
    Slots temp;  // room for the smaller run of a merge
    size_t temp_cap;
    Run runs[MAX_RUNS];
    int n_runs;
    const Sorter *outer;  // the sort whose key function or comparison runs this one
};

// Comparison

static int less_any(Sorter *s, Value a, Value b)
{
    return value_compare_bool(s->vm, COMPARE_LT, a, b);
}

static int less_int(Sorter *s, Value a, Value b)
{
    (void)s;
    return a < b;
}

static int less_float(Sorter *s, Value a, Value b)
{
    (void)s;
    return as_float(a) < as_float(b);
}

static int less_str(Sorter *s, Value a, Value b)
{
    (void)s;
    return str_compare(as_str(a), as_str(b)) < 0;
}

static int same_first(Sorter *s, Value a, Value b)
{
    if (s->first_less == less_int) return a == b;
    if (s->first_less == less_float) return as_float(a) == as_float(b);
    if (s->first_less == less_str) return str_equal(as_str(a), as_str(b));
    return value_equal(s->vm, a, b);
}

// Tuples of at least one item; first items are all of the type first_less is for.
static int less_tuple(Sorter *s, Value a, Value b)
{
    Tuple *x = as_tuple(a), *y = as_tuple(b);
    int same = same_first(s, x->items[0], y->items[0]);
    if (same < 0) return -1;
    if (!same) return s->first_less(s, x->items[0], y->items[0]);
    for (size_t i = 1; i < x->len && i < y->len; i++) {
        same = value_equal(s->vm, x->items[i], y->items[i]);
        if (same < 0) return -1;
        if (!same) return less_any(s, x->items[i], y->items[i]);
    }
    return x->len < y->len;
}

static Less less_for(const Value *keys, size_t len, size_t stride_tuple)
{
    bool ints = true, floats = true, strings = true;
    for (size_t i = 0; i < len && (ints || floats || strings); i++) {
        Value v = stride_tuple ? as_tuple(keys[i])->items[0] : keys[i];
        ints &= is_int(v);
        floats &= is_float(v);
        strings &= is_exact(v, KIND_STR);
    }
    return ints ? less_int : floats ? less_float : strings ? less_str : less_any;
}

static void choose_comparison(Sorter *s)
{
    const Value *keys = s->all.keys;
    s->less = less_for(keys, s->len, 0);
    if (s->less == less_any) {
        size_t i = 0;
        while (i < s->len && is_exact(keys[i], KIND_TUPLE) && as_tuple(keys[i])->len)
            i++;
        if (i == s->len) {
            s->first_less = less_for(keys, s->len, 1);
            s->less = less_tuple;
        }
    }
    s->is_int = s->less == less_int;
}

static inline int less(Sorter *s, Value a, Value b)
{
    return s->is_int ? a < b : s->less(s, a, b);
}

// Moving keys together with their values

static inline Slots at(Slots p, size_t i)
{
    return (Slots){p.keys + i, p.values ? p.values + i : NULL};
}

static inline void put(Slots to, size_t i, Slots from, size_t j)
{
    to.keys[i] = from.keys[j];
    if (to.values) to.values[i] = from.values[j];
}

static inline void copy(Slots to, Slots from, size_t n)
{
    memmove(to.keys, from.keys, n * sizeof(Value));
    if (to.values) memmove(to.values, from.values, n * sizeof(Value));
}

static void reverse_values(Value *p, size_t n)
{
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        Value v = p[i];
        p[i] = p[--j];
        p[j] = v;
    }
}

static void reverse(Slots p, size_t n)
{
    if (n < 2) return;
    reverse_values(p.keys, n);
    if (p.values) reverse_values(p.values, n);
}

// Runs

// Length of the run at p: ascending, or strictly descending and then reversed. 0: raised.
static size_t count_run(Sorter *s, Slots p, size_t n)
{
    if (n < 2) return n;
    size_t i = 2;
    int descending = less(s, p.keys[1], p.keys[0]);
    if (descending < 0) return 0;
    for (; i < n; i++) {
        int r = less(s, p.keys[i], p.keys[i - 1]);
        if (r < 0) return 0;
        if (r != descending) break;
    }
    if (descending) reverse(p, i);
    return i;
}

// p[0..sorted) is sorted: insert the rest of p[0..n).
static bool insertion_sort(Sorter *s, Slots p, size_t n, size_t sorted)
{
    for (size_t i = sorted; i < n; i++) {
        Value key = p.keys[i], value = p.values ? p.values[i] : 0;
        size_t lo = 0, hi = i;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            int r = less(s, key, p.keys[mid]);
            if (r < 0) return false;
            if (r)
                hi = mid;
            else
                lo = mid + 1;
        }
        memmove(p.keys + lo + 1, p.keys + lo, (i - lo) * sizeof(Value));
        p.keys[lo] = key;
        if (!p.values) continue;
        memmove(p.values + lo + 1, p.values + lo, (i - lo) * sizeof(Value));
        p.values[lo] = value;
    }
    return true;
}

static size_t min_run_length(size_t n)
{
    size_t low_bits = 0;
    while (n >= MAX_MIN_RUN) {
        low_bits |= n & 1;
        n >>= 1;
    }
    return n + low_bits;
}

// The power of the boundary between a run at s1 of n1 keys and the next of n2 (listsort.txt).
static int boundary_power(size_t s1, size_t n1, size_t n2, size_t n)
{
    int power = 0;
    size_t a = 2 * s1 + n1, b = a + n1 + n2;
    for (;;) {
        power++;
        if (a >= n) {
            a -= n;
            b -= n;
        } else if (b >= n) {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

// Galloping. Both find in the sorted p[0..n) the place of key, starting the search at `hint`:
// left before, right after all keys equal to it. -1: raised.

static int64_t bisect(Sorter *s, Value key, const Value *p, int64_t lo, int64_t hi, bool right)
{
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        int r = right ? less(s, key, p[mid]) : less(s, p[mid], key);
        if (r < 0) return -1;
        if (r == (right ? 1 : 0))
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

// Is the place of key beyond p[i]?
static inline int is_beyond(Sorter *s, Value key, Value item, bool right)
{
    if (!right) return less(s, item, key);
    int r = less(s, key, item);
    return r < 0 ? r : !r;
}

static int64_t gallop(Sorter *s, Value key, const Value *p, size_t n, size_t hint, bool right)
{
    int64_t last = 0, step = 1, from = (int64_t)hint;
    int beyond = is_beyond(s, key, p[hint], right);
    if (beyond < 0) return -1;
    int64_t max = beyond ? (int64_t)n - from : from + 1;
    while (step < max) {
        int r = is_beyond(s, key, p[beyond ? from + step : from - step], right);
        if (r < 0) return -1;
        if (r != beyond) break;
        last = step;
        step = step > INT64_MAX / 4 ? max : 2 * step + 1;
    }
    if (step > max) step = max;
    if (beyond) return bisect(s, key, p, from + last + 1, from + step, right);
    return bisect(s, key, p, from - step + 1, from - last, right);
}

// Merging

static void reserve_temp(Sorter *s, size_t n)
{
    if (n <= s->temp_cap) return;
    s->temp.keys = gc_alloc_array(n, sizeof(Value));
    s->temp.values = s->all.values ? gc_alloc_array(n, sizeof(Value)) : NULL;
    s->temp_cap = n;
}

// The state of a merge: what is left of run a and of run b, and where the next key goes.
typedef struct Merge {
    Slots a, b, to;
    size_t a_len, b_len;
} Merge;

// One key at a time, from the front, until a run wins often or ends. -1: raised.
static int merge_low_singly(Sorter *s, Merge *m)
{
    size_t a_wins = 0, b_wins = 0;
    while (a_wins < s->min_gallop && b_wins < s->min_gallop) {
        int r = less(s, m->b.keys[0], m->a.keys[0]);
        if (r < 0) return -1;
        Slots *from = r ? &m->b : &m->a;
        put(m->to, 0, *from, 0);
        m->to = at(m->to, 1);
        *from = at(*from, 1);
        if (r) {
            b_wins++;
            a_wins = 0;
            if (--m->b_len == 0) return 0;
        } else {
            a_wins++;
            b_wins = 0;
            if (--m->a_len == 1) return 0;
        }
    }
    return 1;
}

static void take_low(Merge *m, bool from_a, size_t n)
{
    Slots *from = from_a ? &m->a : &m->b;
    copy(m->to, *from, n);
    m->to = at(m->to, n);
    *from = at(*from, n);
    *(from_a ? &m->a_len : &m->b_len) -= n;
}

// Whole stretches, while they are long. 1: go on singly; 0: a run ended; -1: raised.
static int merge_low_galloping(Sorter *s, Merge *m)
{
    int64_t n, k;
    s->min_gallop++;
    do {
        s->min_gallop -= s->min_gallop > 1;
        n = gallop(s, m->b.keys[0], m->a.keys, m->a_len, 0, true);
        if (n < 0) return -1;
        take_low(m, true, (size_t)n);
        if (m->a_len <= 1) return 0;
        take_low(m, false, 1);
        if (m->b_len == 0) return 0;
        k = gallop(s, m->a.keys[0], m->b.keys, m->b_len, 0, false);
        if (k < 0) return -1;
        take_low(m, false, (size_t)k);
        if (m->b_len == 0) return 0;
        take_low(m, true, 1);
        if (m->a_len == 1) return 0;
    } while (n >= MIN_GALLOP || k >= MIN_GALLOP);
    s->min_gallop++;
    return 1;
}

// Run a, the shorter one, is in temp. Its last key is known to be greater than all of run b.
static bool merge_low(Sorter *s, Slots a, size_t a_len, Slots b, size_t b_len)
{
    reserve_temp(s, a_len);
    copy(s->temp, a, a_len);
    Merge m = {.a = s->temp, .b = b, .to = a, .a_len = a_len, .b_len = b_len};
    take_low(&m, false, 1);
    int r = m.b_len && m.a_len > 1;
    while (r > 0) {
        r = merge_low_singly(s, &m);
        if (r > 0) r = merge_low_galloping(s, &m);
    }
    if (r == 0 && m.a_len == 1) take_low(&m, false, m.b_len);
    copy(m.to, m.a, m.a_len);
    return r >= 0;
}

// The same from the back: run b is in temp. a, b and to are the starts of what is left;
// to has a_len + b_len places.
static void take_high(Merge *m, bool from_a, size_t n)
{
    size_t *len = from_a ? &m->a_len : &m->b_len;
    size_t end = m->a_len + m->b_len;
    copy(at(m->to, end - n), at(from_a ? m->a : m->b, *len - n), n);
    *len -= n;
}

static int merge_high_singly(Sorter *s, Merge *m)
{
    size_t a_wins = 0, b_wins = 0;
    while (a_wins < s->min_gallop && b_wins < s->min_gallop) {
        int r = less(s, m->b.keys[m->b_len - 1], m->a.keys[m->a_len - 1]);
        if (r < 0) return -1;
        size_t end = m->a_len + m->b_len - 1;
        if (r) {
            put(m->to, end, m->a, --m->a_len);
            a_wins++;
            b_wins = 0;
            if (m->a_len == 0) return 0;
        } else {
            put(m->to, end, m->b, --m->b_len);
            b_wins++;
            a_wins = 0;
            if (m->b_len == 1) return 0;
        }
    }
    return 1;
}

static int merge_high_galloping(Sorter *s, Merge *m)
{
    int64_t n, k;
    s->min_gallop++;
    do {
        s->min_gallop -= s->min_gallop > 1;
        n = gallop(s, m->b.keys[m->b_len - 1], m->a.keys, m->a_len, m->a_len - 1, true);
        if (n < 0) return -1;
        n = (int64_t)m->a_len - n;
        take_high(m, true, (size_t)n);
        if (m->a_len == 0) return 0;
        take_high(m, false, 1);
        if (m->b_len <= 1) return 0;
        k = gallop(s, m->a.keys[m->a_len - 1], m->b.keys, m->b_len, m->b_len - 1, false);
        if (k < 0) return -1;
        k = (int64_t)m->b_len - k;
        take_high(m, false, (size_t)k);
        if (m->b_len <= 1) return 0;
        take_high(m, true, 1);
        if (m->a_len == 0) return 0;
    } while (n >= MIN_GALLOP || k >= MIN_GALLOP);
    s->min_gallop++;
    return 1;
}

// Run b, the shorter one, is in temp. Its first key is known to be less than all of run a.
static bool merge_high(Sorter *s, Slots a, size_t a_len, Slots b, size_t b_len)
{
    reserve_temp(s, b_len);
    copy(s->temp, b, b_len);
    Merge m = {.a = a, .b = s->temp, .to = a, .a_len = a_len, .b_len = b_len};
    take_high(&m, true, 1);
    int r = m.a_len && m.b_len > 1;
    while (r > 0) {
        r = merge_high_singly(s, &m);
        if (r > 0) r = merge_high_galloping(s, &m);
    }
    if (r == 0 && m.b_len == 1) take_high(&m, true, m.a_len);
    copy(at(m.to, m.a_len), m.b, m.b_len);
    return r >= 0;
}

// Merge the last two runs.
static bool merge_last(Sorter *s)
{
    Run *x = &s->runs[s->n_runs - 2], *y = &s->runs[s->n_runs - 1];
    Slots a = at(s->all, x->start), b = at(s->all, y->start);
    size_t a_len = x->len, b_len = y->len;
    x->len += y->len;
    s->n_runs--;
    // What is in place already, at the start of a and at the end of b, stays there.
    int64_t skip = gallop(s, b.keys[0], a.keys, a_len, 0, true);
    if (skip < 0) return false;
    a = at(a, (size_t)skip);
    a_len -= (size_t)skip;
    if (a_len == 0) return true;
    int64_t kept = gallop(s, a.keys[a_len - 1], b.keys, b_len, b_len - 1, false);
    if (kept < 0) return false;
    b_len = (size_t)kept;
    if (b_len == 0) return true;
    return a_len <= b_len ? merge_low(s, a, a_len, b, b_len) : merge_high(s, a, a_len, b, b_len);
}

static bool push_run(Sorter *s, size_t start, size_t len)
{
    if (s->n_runs) {
        const Run *last = &s->runs[s->n_runs - 1];
        int power = boundary_power(last->start, last->len, len, s->len);
        while (s->n_runs > 1 && s->runs[s->n_runs - 2].power > power)
            if (!merge_last(s)) return false;
        s->runs[s->n_runs - 1].power = power;
    }
    s->runs[s->n_runs++] = (Run){start, len, 0};
    return true;
}

static bool sort(Sorter *s)
{
    size_t min_run = min_run_length(s->len);
    for (size_t start = 0; start < s->len;) {
        Slots p = at(s->all, start);
        size_t left = s->len - start, n = count_run(s, p, left);
        if (n == 0) return false;
        if (n < min_run) {
            size_t forced = left < min_run ? left : min_run;
            if (!insertion_sort(s, p, forced, n)) return false;
            n = forced;
        }
        if (!push_run(s, start, n)) return false;
        start += n;
    }
    while (s->n_runs > 1)
        if (!merge_last(s)) return false;
    return true;
}

// The list

// The values have keys from now on, all computed first.
static bool compute_keys(Sorter *s, Value key)
{
    const Value *items = s->all.values = s->all.keys;
    Value *keys = s->all.keys = gc_alloc_array(s->len, sizeof(Value));
    memset(keys, 0, s->len * sizeof(Value));
    for (size_t i = 0; i < s->len; i++) {
        Value v = value_call(s->vm, key, 1, &items[i]);
        if (is_error(v)) return false;
        keys[i] = v;
    }
    return true;
}

static bool sort_all(Sorter *s, Value key, bool is_reversed)
{
    if (!is_none(key) && !compute_keys(s, key)) return false;
    if (is_reversed) reverse(s->all, s->len);  // and again at the end: equal items keep their order
    choose_comparison(s);
    bool ok = s->len < 2 || sort(s);
    if (is_reversed) reverse(s->all, s->len);
    return ok;
}

static bool sort_items(VM *vm, Value *items, size_t len, Value key, bool is_reversed)
{
    Sorter s = {.vm = vm, .all = {items, NULL}, .len = len, .min_gallop = MIN_GALLOP, .outer = vm->sorter};
    vm->sorter = &s;
    bool ok = sort_all(&s, key, is_reversed);
    vm->sorter = s.outer;
    return ok;
}

void sort_each_array(const Sorter *s, void (*fn)(void *context, const Value *items, size_t n), void *context)
{
    for (; s; s = s->outer) {
        fn(context, s->all.keys, s->len);
        fn(context, s->all.values, s->len);
        fn(context, s->temp.keys, s->temp_cap);
        fn(context, s->temp.values, s->temp_cap);
    }
}

// While it is sorted the list is empty; `sorting` shows whether somebody put something into it.
bool list_sort(VM *vm, List *list, Value key, bool is_reversed)
{
    static Value sorting[1];
    Value *items = list->items;
    size_t len = list->len, cap = list->cap;
    list->items = sorting;
    list->len = list->cap = 0;
    bool ok = sort_items(vm, items, len, key, is_reversed);
    bool is_modified = list->items != sorting;
    list->items = items;
    list->len = len;
    list->cap = cap;
    if (ok && is_modified) {
        raise_error(vm, EXC_ValueError, "list modified during sort");
        return false;
    }
    return ok;
}

// SPDX-License-Identifier: MIT
// interp.c - the dispatch loop and nothing else: one handler per opcode, its fast path in place, the rest
// in functions of interp_slow.c, ops.c, call.c and generator.c.
//
// R is register 0 of the running frame, pc the next word. SAVE() stores both where the rest of the VM looks;
// it comes before anything that may allocate, raise or call. Handlers that fail go to `raise`: the exception
// is pending, vm->frame and the frame's pc say where.
// INVARIANT: control leaves a frame only through RETURN, YIELD and their kin, or the unwinder below, and each
// of them restores depth and top.
#include "vm/interp.h"

#include <math.h>

#include "vm/attr_cache.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/lru.h"
#include "vm/note.h"
#include "vm/range.h"
#include "vm/sum.h"
#include "vm/vm.h"
#include "vm/watch.h"

// Operands, as 64-bit numbers: what indexes registers needs no extension.
#define A (insn >> 8 & 0xFF)
#define B (insn >> 16 & 0xFF)
#define C (insn >> 24)
#define sC ((int64_t)(int32_t)insn >> 24)
#define Bx (insn >> 16)
#define sBx ((int64_t)(int32_t)insn >> 16)
#define CONSTS (frame_of(R)->function->consts)
#define NAME(word) as_str(CONSTS[(word) & 0xFFFF])

#define OP(name) DO_##name:
#define NEXT()                    \
    do {                          \
        insn = *pc;               \
        pc = pc + 1;              \
        goto *T[insn & 0xFF];     \
    } while (0)
// The compiler forgets what it knows about a variable.
#define OPAQUE(variable) __asm__("" : "+r"(variable))
#define SAVE() (vm->frame = R, frame_of(R)->pc = pc)
// The jump of a loop: signals and finalisers are looked at.
#define BACK_EDGE()                                      \
    do {                                                 \
        if (unlikely(vm->interrupt)) goto interrupted;   \
        NEXT();                                          \
    } while (0)
// Which dispatch table: after anything that may have run a generator (see watch.h).
#define RELOAD()                                        \
    do {                                                \
        T = likely(!vm->n_protected) ? table : watch_table; \
    } while (0)
// A slow path that may enter another frame. R and pc stay in machine registers: only copies have an address (and
// `register` makes the compiler reject any other).
#define SLOW(call) (to_R = R, to_pc = pc, slow_result = (call), R = to_R, pc = to_pc)
#define CHECKED(expr)                          \
    do {                                       \
        Value result_ = (expr);                \
        if (is_error(result_)) goto raise;     \
        R[A] = result_;                        \
        RELOAD();                              \
        NEXT();                                \
    } while (0)

// Arithmetic on two small ints or two floats in place; everything else in binary_slow.
#define ARITH_SLOW(op, is_inplace, right)                                        \
    do {                                                                         \
        SAVE();                                                                  \
        SLOW(binary_slow(vm, op, is_inplace, R[B], right, &to_R, &to_pc));     \
        goto slow_binary;                                                        \
    } while (0)
#define ADD_(op, is_inplace, right)                                              \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        if (likely(both_int(b, c))) {                                            \
            Value r = b + (c - VALUE_INT_BIAS);                                  \
            if (likely(r >= VALUE_INT_TAG)) { R[A] = r; NEXT(); }                \
        } else if (both_float(b, c)) {                                           \
            R[A] = value_float(as_float(b) + as_float(c));                       \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define SUB_(op, is_inplace, right)                                              \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        if (likely(both_int(b, c))) {                                            \
            Value r = b - (c - VALUE_INT_BIAS);                                  \
            if (likely(r >= VALUE_INT_TAG)) { R[A] = r; NEXT(); }                \
        } else if (both_float(b, c)) {                                           \
            R[A] = value_float(as_float(b) - as_float(c));                       \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define MUL_(op, is_inplace, right)                                              \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        int64_t r;                                                               \
        if (both_float(b, c)) {                                                  \
            R[A] = value_float(as_float(b) * as_float(c));                       \
            NEXT();                                                              \
        }                                                                        \
        if (both_int(b, c) && !__builtin_mul_overflow(as_int(b), as_int(c), &r) && fits_small_int(r)) { \
            R[A] = small_int(r);                                                 \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define DIV_(op, is_inplace, right)                                              \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        if (both_float(b, c) && as_float(c) != 0) {                              \
            R[A] = value_any_float(as_float(b) / as_float(c));                   \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define POW_(is_inplace, right)                                                  \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        if (both_float(b, c) && as_float(b) > 0) {                               \
            double r = pow(as_float(b), as_float(c));                            \
            if (likely(isfinite(r))) { R[A] = value_float(r); NEXT(); }          \
        }                                                                        \
        ARITH_SLOW(BINARY_POW, is_inplace, c);                                   \
    } while (0)
#define FLOORDIV_(op, is_inplace, right)                                         \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        if (likely(both_int(b, c) && as_int(c) > 0)) {                           \
            R[A] = small_int(floor_divide(as_int(b), as_int(c)));                \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define MOD_(op, is_inplace, right)                                              \
    do {                                                                         \
        Value b = R[B], c = right;                                               \
        if (likely(both_int(b, c) && as_int(c) > 0)) {                           \
            R[A] = small_int(floor_modulo(as_int(b), as_int(c)));                \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define BITS_(op, is_inplace, operator)                                          \
    do {                                                                         \
        Value b = R[B], c = R[C];                                                \
        if (likely(both_int(b, c))) {                                            \
            R[A] = small_int(as_int(b) operator as_int(c));                      \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(op, is_inplace, c);                                           \
    } while (0)
#define LSHIFT_(is_inplace)                                                      \
    do {                                                                         \
        Value b = R[B], c = R[C];                                                \
        if (likely(both_int(b, c)) && (uint64_t)as_int(c) < SMALL_INT_BITS) {    \
            int64_t x = as_int(b), r = (int64_t)((uint64_t)x << as_int(c));      \
            if (likely(fits_small_int(r) && r >> as_int(c) == x)) {              \
                R[A] = small_int(r);                                             \
                NEXT();                                                          \
            }                                                                    \
        }                                                                        \
        ARITH_SLOW(BINARY_LSHIFT, is_inplace, c);                                \
    } while (0)
#define RSHIFT_(is_inplace)                                                      \
    do {                                                                         \
        Value b = R[B], c = R[C];                                                \
        if (likely(both_int(b, c)) && as_int(c) >= 0) {                          \
            R[A] = small_int(as_int(b) >> (as_int(c) < 63 ? as_int(c) : 63));    \
            NEXT();                                                              \
        }                                                                        \
        ARITH_SLOW(BINARY_RSHIFT, is_inplace, c);                                \
    } while (0)

#define COMPARE_(op, operator)                                                   \
    do {                                                                         \
        Value b = R[B], c = R[C];                                                \
        if (likely(both_int(b, c))) { R[A] = value_bool(b operator c); NEXT(); } \
        if (both_float(b, c)) {                                                  \
            R[A] = value_bool(as_float(b) operator as_float(c));                 \
            NEXT();                                                              \
        }                                                                        \
        SAVE();                                                                  \
        SLOW(compare_slow(vm, op, b, c, &to_R, &to_pc));                       \
        goto slow_binary;                                                        \
    } while (0)
// The word at pc is JT or JF: go where it says. Two branches that are predicted cost less than what would make one of them.
#define BRANCH(condition)                                                        \
    do {                                                                         \
        if (condition) {                                                         \
            if (instr_op(*pc) == OP_JT) TAKE_JUMP();                             \
        } else {                                                                 \
            if (instr_op(*pc) == OP_JF) TAKE_JUMP();                             \
        }                                                                        \
        pc++;                                                                    \
        NEXT();                                                                  \
    } while (0)
#define TAKE_JUMP()                                                              \
    do {                                                                         \
        pc += instr_sbx(*pc) + 1;                                                \
        BACK_EDGE();                                                             \
    } while (0)
#define COMPARE_JUMP_(op, operator)                                              \
    do {                                                                         \
        Value b = R[B], c = R[C];                                                \
        if (likely(both_int(b, c))) BRANCH(b operator c);                        \
        if (both_float(b, c)) BRANCH(as_float(b) operator as_float(c));          \
        SAVE();                                                                  \
        SLOW(compare_slow(vm, op, b, c, &to_R, &to_pc));                       \
        goto slow_binary;                                                        \
    } while (0)
// Of two objects, most of all two strings; -1: compare_slow must.
static ALWAYS_INLINE int quick_equal(const Object *x, const Object *y)
{
    const uint32_t interned = HEAD(KIND_STR, 0, STR_ASCII | STR_INTERNED | STR_HASHED);
    if (x->head == interned && y->head == interned) return x == y;
    if (x->shape == KIND_STR && y->shape == KIND_STR) return str_equal((const Str *)x, (const Str *)y);
    return -1;
}
#define EQUAL_JUMP_(op, operator)                                                \
    do {                                                                         \
        Value x = R[B], y = R[C];                                                \
        if (is_object(x) && is_object(y)) {                                      \
            int equal = quick_equal(as_object(x), as_object(y));                 \
            if (likely(equal >= 0)) BRANCH(equal operator true);                 \
        }                                                                        \
        COMPARE_JUMP_(op, operator);                                             \
    } while (0)
#define COMPARE_INT_JUMP_(op, operator)                                          \
    do {                                                                         \
        Value b = R[B], c = small_int(sC);                                       \
        if (likely(is_int(b))) BRANCH(b operator c);                             \
        SAVE();                                                                  \
        SLOW(compare_slow(vm, op, b, c, &to_R, &to_pc));                       \
        goto slow_binary;                                                        \
    } while (0)
// The word at pc is EQIJ or NEIJ: i is its operand.
#define COMPARE_THEN_BRANCH(i)                                                   \
    do {                                                                         \
        bool is_equal = (int64_t)(i) == instr_sc(*pc);                           \
        if (instr_op(*pc++) == OP_EQIJ) BRANCH(is_equal);                        \
        BRANCH(!is_equal);                                                       \
    } while (0)
// The word at pc adds or subtracts the product.
#define MUL_THEN(operator)                                                       \
    do {                                                                         \
        Value b = R[B], c = R[C], a = R[instr_b(*pc)];                           \
        if (unlikely(!both_float(b, c) || !is_float(a))) goto mul;               \
        R[instr_a(*pc)] = value_float(as_float(a) operator as_float(b) * as_float(c)); \
        pc++;                                                                    \
        NEXT();                                                                  \
    } while (0)
// Whether v is true, where no code need run to tell; -1: value_truth_slow must.
static inline int quick_truth(Value v)
{
    if (is_bool(v)) return v == VALUE_TRUE;
    if (is_int(v)) return v != small_int(0);
    if (v == VALUE_NONE) return 0;
    return -1;
}

static inline int64_t floor_divide(int64_t a, int64_t b)  // b > 0
{
    int64_t q = a / b;
    return q - (a % b < 0);
}

static inline int64_t floor_modulo(int64_t a, int64_t b)  // b > 0
{
    if (likely(((uint64_t)a | (uint64_t)b) >> 32 == 0)) return (uint32_t)a % (uint32_t)b;
    int64_t m = a % b;
    return m < 0 ? m + b : m;
}

// Low half of the head of a generator that may be resumed directly: nobody delegates to it.
enum {
    HEAD_MASK = HEAD(0xFF, 0xFF, GEN_UP),
    HEAD_CREATED = HEAD(KIND_GENERATOR, GEN_CREATED, 0), HEAD_SUSPENDED = HEAD(KIND_GENERATOR, GEN_SUSPENDED, 0),
    HEAD_DELEGATING = HEAD(KIND_GENERATOR, GEN_DELEGATING, 0)
};
enum { STATE_STEP = HEAD(0, 1, 0) };  // SUSPENDED + STATE_STEP = RUNNING, RUNNING + STATE_STEP = DONE
_Static_assert(GEN_CREATED == 0 && GEN_SUSPENDED == 1 && GEN_RUNNING == 2 && GEN_DONE == 3, "see STATE_STEP");

// A generator that may be resumed directly.
static inline bool is_suspended(Value v)
{
    return is_object(v) && (as_object(v)->head & HEAD_MASK) == HEAD_SUSPENDED;
}

// A method call that is send(v) of such a generator.
static inline bool is_send(Value callee, Value self, unsigned argc)
{
    return is_kind(callee, KIND_NATIVE) && as_native(callee)->special == NATIVE_GENERATOR_SEND && argc == 1 &&
           is_suspended(self);
}

static NOINLINE Value dispatch(VM *vm, register Value *R, register const Instr *pc)
{
    static const void *const table[256] = {
#undef OP
#define OP(name, format, uses, doc) [OP_##name] = &&DO_##name,
#include "vm/opcodes.def"
#undef OP
#define OP(name) DO_##name:
    };
    static const void *const watch_table[256] = {[0 ... 255] = &&watch};
    const void *const *T = vm->n_protected ? watch_table : table;
    uint64_t insn;  // an Instr
    SlowResult slow_result;
    Value *to_R;
    const Instr *to_pc;

    if (pc == NULL) {
        vm->frame = R;
        goto raise;
    }
    NEXT();

    // Registers and constants
    OP(MOVE) R[A] = R[B]; NEXT();
    OP(LOADK) R[A] = CONSTS[Bx]; NEXT();
    OP(LOADI) R[A] = small_int(sBx); NEXT();
    OP(LOADV) R[A] = Bx; NEXT();
    OP(FARENTER) {
        far_locals_enter(R, A);
        NEXT();
    }
    OP(LOADFAR) {
        Value v = R[Bx];
        if (v != VALUE_UNBOUND) {
            R[A] = v;
            NEXT();
        }
        SAVE();
        raise_unbound_local(vm, frame_of(R)->function, Bx);
        goto raise;
    }
    OP(STOREFAR) {
        R[Bx] = R[A];
        NEXT();
    }
    OP(CHECK) {
        if (likely(R[A] != VALUE_UNBOUND)) NEXT();
        SAVE();
        raise_unbound_local(vm, frame_of(R)->function, A);
        goto raise;
    }

    // Globals, namespaces, cells
    OP(LOADG) {
        Value v = frame_of(R)->function->cells[Bx]->value;
        if (likely(v != VALUE_UNBOUND)) { R[A] = v; NEXT(); }
        SAVE();
        CHECKED(globals_load(vm, frame_of(R)->function->globals, Bx));
    }
    OP(STOREG) {
        Cell *cell = frame_of(R)->function->cells[Bx];
        if (likely(!(cell->object.head & HEAD(0, 0, CELL_BUILTIN)) && cell->value != VALUE_UNBOUND)) {
            cell->value = R[A];
            NEXT();
        }
        SAVE();
        globals_store(vm, frame_of(R)->function->globals, Bx, R[A]);
        NEXT();
    }
    OP(DELG) {
        SAVE();
        if (!globals_delete(vm, frame_of(R)->function->globals, Bx)) goto raise;
        RELOAD();
        NEXT();
    }
    OP(LOADNAME) SAVE(); CHECKED(name_load(vm, R, as_str(CONSTS[Bx])));
    OP(STORENAME) {
        SAVE();
        if (!value_setitem(vm, R[0], CONSTS[Bx], R[A])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(DELNAME) {
        SAVE();
        if (!name_delete(vm, R[0], as_str(CONSTS[Bx]))) goto raise;
        RELOAD();
        NEXT();
    }
    OP(LOADNAMEFREE) {
        Str *name = as_str(CONSTS[*pc++ >> 16]);
        SAVE();
        CHECKED(name_load_free(vm, R, name, B));
    }
    OP(MAKECELL) SAVE(); R[A] = value_object(cell_new(R[A])); NEXT();
    OP(NEWCELL) SAVE(); R[A] = value_object(cell_new(VALUE_UNBOUND)); NEXT();
    OP(LOADCELL) {
        Value v = ((Cell *)as_pointer(R[B]))->value;
        if (likely(v != VALUE_UNBOUND)) { R[A] = v; NEXT(); }
        SAVE();
        raise_unbound_local(vm, frame_of(R)->function, B);
        goto raise;
    }
    OP(STORECELL) ((Cell *)as_pointer(R[A]))->value = R[B]; NEXT();
    OP(DELCELL) {
        Cell *cell = as_pointer(R[A]);
        if (unlikely(cell->value == VALUE_UNBOUND)) {
            SAVE();
            raise_unbound_local(vm, frame_of(R)->function, A);
            goto raise;
        }
        cell->value = VALUE_UNBOUND;
        NEXT();
    }
    OP(LOADFREE) {
        Value v = frame_of(R)->function->closure[B]->value;
        if (likely(v != VALUE_UNBOUND)) { R[A] = v; NEXT(); }
        SAVE();
        raise_unbound_free(vm, frame_of(R)->function, B);
        goto raise;
    }
    OP(STOREFREE) frame_of(R)->function->closure[A]->value = R[B]; NEXT();
    OP(DELFREE) {
        Cell *cell = frame_of(R)->function->closure[A];
        if (unlikely(cell->value == VALUE_UNBOUND)) {
            SAVE();
            raise_unbound_free(vm, frame_of(R)->function, A);
            goto raise;
        }
        cell->value = VALUE_UNBOUND;
        NEXT();
    }
    OP(GETCELL) R[A] = value_object(frame_of(R)->function->closure[B]); NEXT();

    // Arithmetic
    OP(ADD) ADD_(BINARY_ADD, false, R[C]);
    OP(SUB) SUB_(BINARY_SUB, false, R[C]);
    OP(MUL) mul: MUL_(BINARY_MUL, false, R[C]);
    OP(DIV) DIV_(BINARY_DIV, false, R[C]);
    OP(FLOORDIV) FLOORDIV_(BINARY_FLOORDIV, false, R[C]);
    OP(MOD) mod: MOD_(BINARY_MOD, false, R[C]);
    OP(POW) POW_(false, R[C]);
    OP(LSHIFT) LSHIFT_(false);
    OP(RSHIFT) RSHIFT_(false);
    OP(AND) BITS_(BINARY_AND, false, &);
    OP(OR) BITS_(BINARY_OR, false, |);
    OP(XOR) BITS_(BINARY_XOR, false, ^);
    OP(MATMUL) ARITH_SLOW(BINARY_MATMUL, false, R[C]);
    OP(IADD) ADD_(BINARY_ADD, true, R[C]);
    OP(ISUB) SUB_(BINARY_SUB, true, R[C]);
    OP(IMUL) MUL_(BINARY_MUL, true, R[C]);
    OP(IDIV) DIV_(BINARY_DIV, true, R[C]);
    OP(IFLOORDIV) FLOORDIV_(BINARY_FLOORDIV, true, R[C]);
    OP(IMOD) MOD_(BINARY_MOD, true, R[C]);
    OP(IPOW) POW_(true, R[C]);
    OP(ILSHIFT) LSHIFT_(true);
    OP(IRSHIFT) RSHIFT_(true);
    OP(IAND) BITS_(BINARY_AND, true, &);
    OP(IOR) BITS_(BINARY_OR, true, |);
    OP(IXOR) BITS_(BINARY_XOR, true, ^);
    OP(IMATMUL) ARITH_SLOW(BINARY_MATMUL, true, R[C]);
    OP(ADDI) ADD_(BINARY_ADD, false, small_int(sC));
    OP(SUBI) SUB_(BINARY_SUB, false, small_int(sC));
    OP(MULI) MUL_(BINARY_MUL, false, small_int(sC));
    OP(FLOORDIVI) FLOORDIV_(BINARY_FLOORDIV, false, small_int(sC));
    OP(MODI) modi: {
        uint64_t i = R[B] - VALUE_INT_BIAS;
        if (likely(i <= UINT32_MAX)) { R[A] = small_int((uint32_t)i % (uint32_t)sC); NEXT(); }
        MOD_(BINARY_MOD, false, small_int(sC));
    }
    OP(IADDI) ADD_(BINARY_ADD, true, small_int(sC));
    OP(ISUBI) SUB_(BINARY_SUB, true, small_int(sC));
    OP(ADDK) ADD_(BINARY_ADD, false, CONSTS[C]);
    OP(SUBK) SUB_(BINARY_SUB, false, CONSTS[C]);
    OP(MULK) MUL_(BINARY_MUL, false, CONSTS[C]);
    OP(DIVK) DIV_(BINARY_DIV, false, CONSTS[C]);
    OP(FLOORDIVK) FLOORDIV_(BINARY_FLOORDIV, false, CONSTS[C]);
    OP(MODK) MOD_(BINARY_MOD, false, CONSTS[C]);
    OP(POWK) POW_(false, CONSTS[C]);
    OP(MULADD) MUL_THEN(+);
    OP(MULSUB) MUL_THEN(-);
    OP(MODJ) {
        uint64_t i = R[B] - VALUE_INT_BIAS, d = R[C] - VALUE_INT_BIAS;
        if (unlikely((i | d) > UINT32_MAX || d == 0)) goto mod;
        COMPARE_THEN_BRANCH((uint32_t)i % (uint32_t)d);
    }
    OP(MODIJ) {
        uint64_t i = R[B] - VALUE_INT_BIAS;
        if (unlikely(i > UINT32_MAX)) goto modi;
        COMPARE_THEN_BRANCH((uint32_t)i % (uint32_t)sC);
    }
    OP(NEG) {
        Value b = R[B];
        if (likely(is_int(b) && as_int(b) > SMALL_INT_MIN)) { R[A] = small_int(-as_int(b)); NEXT(); }
        if (is_float(b)) { R[A] = value_any_float(-as_float(b)); NEXT(); }
        SAVE();
        SLOW(unary_slow(vm, OP_NEG, b, &to_R, &to_pc));
        goto slow_binary;
    }
    OP(POS) SAVE(); SLOW(unary_slow(vm, OP_POS, R[B], &to_R, &to_pc)); goto slow_binary;
    OP(INVERT) SAVE(); SLOW(unary_slow(vm, OP_INVERT, R[B], &to_R, &to_pc)); goto slow_binary;
    OP(NOT) {
        int t = quick_truth(R[B]);
        if (unlikely(t < 0) && (t = value_truth_plain(R[B])) < 0) {
            SAVE();
            SLOW(truth_slow(vm, R[B], &to_R, &to_pc));
            goto slow_binary;
        }
        R[A] = value_bool(!t);
        NEXT();
    }

    // Comparisons
    OP(LT) COMPARE_(COMPARE_LT, <);
    OP(LE) COMPARE_(COMPARE_LE, <=);
    OP(GT) COMPARE_(COMPARE_GT, >);
    OP(GE) COMPARE_(COMPARE_GE, >=);
    OP(EQ) COMPARE_(COMPARE_EQ, ==);
    OP(NE) COMPARE_(COMPARE_NE, !=);
    OP(IS) R[A] = value_bool(value_same(R[B], R[C])); NEXT();
    OP(ISNOT) R[A] = value_bool(!value_same(R[B], R[C])); NEXT();
    OP(IN) SAVE(); SLOW(contains_slow(vm, R[C], R[B], false, &to_R, &to_pc)); goto slow_binary;
    OP(NOTIN) SAVE(); SLOW(contains_slow(vm, R[C], R[B], true, &to_R, &to_pc)); goto slow_binary;
    OP(LTJ) COMPARE_JUMP_(COMPARE_LT, <);
    OP(LEJ) COMPARE_JUMP_(COMPARE_LE, <=);
    OP(GTJ) COMPARE_JUMP_(COMPARE_GT, >);
    OP(GEJ) COMPARE_JUMP_(COMPARE_GE, >=);
    OP(EQJ) EQUAL_JUMP_(COMPARE_EQ, ==);
    OP(NEJ) EQUAL_JUMP_(COMPARE_NE, !=);
    OP(LTIJ) COMPARE_INT_JUMP_(COMPARE_LT, <);
    OP(LEIJ) COMPARE_INT_JUMP_(COMPARE_LE, <=);
    OP(GTIJ) COMPARE_INT_JUMP_(COMPARE_GT, >);
    OP(GEIJ) COMPARE_INT_JUMP_(COMPARE_GE, >=);
    OP(EQIJ) COMPARE_INT_JUMP_(COMPARE_EQ, ==);
    OP(NEIJ) COMPARE_INT_JUMP_(COMPARE_NE, !=);

    // Jumps
    OP(JMP) pc += instr_sj(insn); NEXT();
    OP(LOOP) pc += instr_sj(insn); BACK_EDGE();
    OP(JT) {
        int t = quick_truth(R[A]);
        if (unlikely(t < 0) && (t = value_truth_plain(R[A])) < 0) goto branch_slow;
        if (t) { pc += sBx; BACK_EDGE(); }
        NEXT();
    }
    OP(JF) {
        int t = quick_truth(R[A]);
        if (unlikely(t < 0) && (t = value_truth_plain(R[A])) < 0) goto branch_slow;
        if (!t) { pc += sBx; BACK_EDGE(); }
        NEXT();
    }
    branch_slow: {
        SAVE();
        SLOW(truth_slow(vm, R[A], &to_R, &to_pc));
        goto slow_call;
    }
    OP(JNONE) if (R[A] == VALUE_NONE) { pc += sBx; BACK_EDGE(); } NEXT();
    OP(JNOTNONE) if (R[A] != VALUE_NONE) { pc += sBx; BACK_EDGE(); } NEXT();

    // Attributes
    OP(GETATTR) {
        Value o = R[B];
        pc += 3;
        Value v = attr_cached_load(o, pc - 3);
        if (likely(v != VALUE_UNBOUND)) { R[A] = v; NEXT(); }
        v = attr_table_load(o, NAME(pc[-3]), (Instr *)pc - 3);
        if (likely(v != VALUE_UNBOUND)) { R[A] = v; NEXT(); }
        SAVE();
        SLOW(getattr_slow(vm, o, &to_R, &to_pc));
        goto slow_binary;
    }
    OP(SETATTR) {
        Value o = R[B];
        pc += 3;
        if (likely(attr_cached_store(o, R[C], pc - 3))) NEXT();
        if (likely(attr_table_store(o, NAME(pc[-3]), R[C], (Instr *)pc - 3))) NEXT();
        SAVE();
        SLOW(setattr_slow(vm, o, R[C], &to_R, &to_pc));
        goto slow_void;
    }
    OP(DELATTR) {
        Str *name = as_str(CONSTS[*pc & 0xFFFF]);
        pc += 2;
        SAVE();
        SLOW(delattr_slow(vm, R[B], name, &to_R, &to_pc));
        goto slow_void;
    }
    OP(LOADMETHOD) {
        Value o = R[B];
        pc += 4;
        if (likely(attr_cached_method(o, vm->epoch, pc - 4))) {
            R[A] = CONSTS[pc[-4] >> 16];
            R[A + 3] = o;
            NEXT();
        }
        Value *cache = &CONSTS[pc[-4] >> 16];
        Str *name = NAME(pc[-4]);
        Value method = attr_table_method(vm, o, name, (Instr *)pc - 4, cache);
        if (likely(method != VALUE_UNBOUND)) { R[A] = method; R[A + 3] = o; NEXT(); }
        SAVE();
        method = attr_load_method(vm, o, name, (Instr *)pc - 4, cache, &R[A + 3]);
        if (is_error(method)) goto raise;
        if (likely(method != VALUE_UNBOUND)) { R[A] = method; NEXT(); }
        SLOW(attr_call_slow(vm, o, name, &to_R, &to_pc));
        goto slow_binary;
    }
    OP(LOADSPECIAL) SAVE(); CHECKED(special_load(vm, R[B], C));
    OP(LOADSUPER) {
        Str *name = as_str(CONSTS[*pc & 0xFFFF]);
        pc += 2;
        SAVE();
        SLOW(super_slow(vm, R[B], R[B + 1], name, &to_R, &to_pc));
        goto slow_binary;
    }

    // Items
    OP(GETITEM) {
        Value o = R[B], key = R[C], v;
        if (likely(is_int(key) && quick_item(o, as_int(key), &v))) { R[A] = v; NEXT(); }
        SAVE();
        if (is_exact(o, KIND_DICT)) CHECKED(dict_getitem(vm, o, key));
        SLOW(getitem_slow(vm, o, key, &to_R, &to_pc));
        goto slow_binary;
    }
    OP(GETITEMI) {
        Value o = R[B], v;
        if (likely(quick_item(o, sC, &v))) { R[A] = v; NEXT(); }
        SAVE();
        SLOW(getitem_slow(vm, o, small_int(sC), &to_R, &to_pc));
        goto slow_binary;
    }
    OP(SPLITITEM) {
        SAVE();
        Value v = split_item(vm, &R[A], pc);
        if (v != VALUE_UNBOUND) {
            R[instr_a(pc[1])] = v;
            pc += 2;
        }
        NEXT();
    }
    OP(SETITEM) {
        Value o = R[A], key = R[B];
        pc++;
        if (likely(is_exact(o, KIND_LIST) && is_int(key))) {
            List *list = as_list(o);
            int64_t i = as_int(key);
            if (i < 0) i += (int64_t)list->len;
            if (likely((uint64_t)i < list->len)) { list->items[i] = R[C]; NEXT(); }
        }
        SAVE();
        if (is_exact(o, KIND_DICT)) {
            if (unlikely(!dict_set(vm, as_dict(o), key, R[C]))) goto raise;
            RELOAD();
            NEXT();
        }
        SLOW(setitem_slow(vm, o, key, R[C], &to_R, &to_pc));
        goto slow_void;
    }
    OP(DELITEM) SAVE(); SLOW(delitem_slow(vm, R[B], R[C], &to_R, &to_pc)); goto slow_void;
    OP(SLICE) SAVE(); R[A] = slice_new(R[A], R[A + 1], R[A + 2]); NEXT();

    // Calls
    OP(CALL) {
        Value callee = R[A];
        if (likely(is_object(callee))) {
            uint32_t head = as_object(callee)->head;
            if (likely(head == HEAD(KIND_FUNCTION, 0, B))) {
                Function *f = as_function(callee);
                Code *code = f->code;
                Value *N = &R[A + FRAME_WORDS];
                if (unlikely(N + code->n_regs > vm->stack_end || vm->depth >= vm->depth_limit)) goto too_deep;
                vm->depth++;
                frame_of(R)->pc = pc;
                *frame_of(N) = (FrameHeader){R, NULL, f};
                call_clear_locals(code, N);
                R = N;
                pc = code->instrs;
                NEXT();
            }
            if (head == HEAD(KIND_NATIVE, 0, B)) {
                SAVE();
                CHECKED(as_native(callee)->fn(vm, &R[A + FRAME_WORDS]));
            }
            if (head == HEAD(KIND_FUNCTION, FUNCTION_GENERATOR, B)) {
                SAVE();
                R[A] = generator_call(as_function(callee), &R[A + FRAME_WORDS], R, pc);
                NEXT();
            }
        }
        SAVE();
        SLOW(call_slow(vm, callee, B, &R[A + FRAME_WORDS], &R[A], &to_R, &to_pc));
        goto slow_call;
    }
    OP(CALLM) {
        Value callee = R[A];
        if (likely(R[A + FRAME_WORDS] != VALUE_UNBOUND)) {
            uint32_t head = as_object(callee)->head;
            if (likely(head == HEAD(KIND_FUNCTION, 0, B + 1))) {
                Function *f = as_function(callee);
                Code *code = f->code;
                Value *N = &R[A + FRAME_WORDS];
                if (unlikely(N + code->n_regs > vm->stack_end || vm->depth >= vm->depth_limit)) goto too_deep;
                vm->depth++;
                frame_of(R)->pc = pc;
                *frame_of(N) = (FrameHeader){R, NULL, f};
                call_clear_locals(code, N);
                R = N;
                pc = code->instrs;
                NEXT();
            }
            if (native_is_quick(callee, R[A + FRAME_WORDS], B + 1)) {
                SAVE();
                CHECKED(as_native(callee)->fn(vm, &R[A + FRAME_WORDS]));
            }
            if (is_send(callee, R[A + FRAME_WORDS], B)) {
                vm->top = R + frame_of(R)->function->code->n_regs;
                goto send;
            }
            SAVE();
            SLOW(call_slow(vm, callee, B + 1, &R[A + FRAME_WORDS], &R[A], &to_R, &to_pc));
            goto slow_call;
        }
        SAVE();
        SLOW(call_slow(vm, callee, B, &R[A + FRAME_WORDS + 1], &R[A], &to_R, &to_pc));
        goto slow_call;
    }
    OP(GCALL) {
        Value callee = R[A];
        if (likely(is_object(callee))) {
            uint32_t head = as_object(callee)->head;
            if (likely(head == HEAD(KIND_FUNCTION, 0, B))) {
                Function *f = as_function(callee);
                Value *N = vm->top + FRAME_WORDS;
                if (unlikely(N + f->code->n_regs > vm->stack_end || vm->depth >= vm->depth_limit)) goto too_deep;
                vm->depth++;
                frame_of(R)->pc = pc;
                for (unsigned i = 0; i < B; i++) N[i] = R[A + FRAME_WORDS + i];
                *frame_of(N) = (FrameHeader){R, NULL, f};
                call_clear_locals(f->code, N);
                R = N;
                pc = f->code->instrs;
                NEXT();
            }
            if (head == HEAD(KIND_NATIVE, 0, B)) {
                SAVE();
                CHECKED(as_native(callee)->fn(vm, &R[A + FRAME_WORDS]));
            }
            if (head == HEAD(KIND_FUNCTION, FUNCTION_GENERATOR, B)) {
                SAVE();
                R[A] = generator_call(as_function(callee), &R[A + FRAME_WORDS], R, pc);
                NEXT();
            }
        }
        SAVE();
        SLOW(call_slow(vm, callee, B, &R[A + FRAME_WORDS], vm->top, &to_R, &to_pc));
        goto slow_call;
    }
    OP(GCALLM) {
        Value callee = R[A];
        SAVE();
        if (likely(R[A + FRAME_WORDS] != VALUE_UNBOUND)) {
            if (native_is_quick(callee, R[A + FRAME_WORDS], B + 1))
                CHECKED(as_native(callee)->fn(vm, &R[A + FRAME_WORDS]));
            if (is_send(callee, R[A + FRAME_WORDS], B)) goto send;
            SLOW(call_slow(vm, callee, B + 1, &R[A + FRAME_WORDS], vm->top, &to_R, &to_pc));
        } else {
            SLOW(call_slow(vm, callee, B, &R[A + FRAME_WORDS + 1], vm->top, &to_R, &to_pc));
        }
        goto slow_call;
    }
    send: {
        Generator *g = as_generator(R[A + FRAME_WORDS]);
        g->object.head += STATE_STEP;
        g->frame.prev = R;
        frame_of(R)->pc = pc;
        pc = g->frame.pc;
        g->regs[instr_b(pc[-1])] = R[A + FRAME_WORDS + 1];
        R = g->regs;
        NEXT();
    }
    OP(SEND) {
        if (!is_suspended(R[B])) NEXT();
        vm->top = R + frame_of(R)->function->code->n_regs;
        goto send_directly;
    }
    OP(GSEND) {
        if (!is_suspended(R[B])) NEXT();
    send_directly:;
        Generator *g = as_generator(R[B]);
        g->object.head += STATE_STEP;
        g->frame.prev = R;
        frame_of(R)->pc = pc + 1;
        pc = g->frame.pc;
        g->regs[instr_b(pc[-1])] = R[C];
        R = g->regs;
        NEXT();
    }
    OP(CALLKW) {
        Tuple *names = as_tuple(CONSTS[*pc++ >> 16]);
        SAVE();
        SLOW(call_keywords_slow(vm, insn, names, &to_R, &to_pc));
        goto slow_call;
    }
    OP(CALLEX) SAVE(); SLOW(call_spread_slow(vm, insn, &to_R, &to_pc)); goto slow_call;
    OP(RETURN) {
        Value v = R[A];
        vm->top = R - FRAME_WORDS;
        vm->depth--;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = v;
        NEXT();
    }
    OP(RETURNNONE) {
        vm->top = R - FRAME_WORDS;
        vm->depth--;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = VALUE_NONE;
        NEXT();
    }
    OP(LEAVE) SAVE(); SLOW(leave_seen(vm, insn, &to_R, &to_pc)); goto slow_call;

    // Generators
    OP(YIELD) {
        Value v = R[A];
        Generator *g = generator_of(R);
        uint32_t head = g->object.head;
        g->frame.pc = pc;
        R[B] = VALUE_NONE;
        g->object.head = head - STATE_STEP;
        R = likely(!(head & HEAD(0, 0, GEN_UP | GEN_FIRST_RUN))) ? g->frame.prev : generator_resumer(vm, g);
        pc = frame_of(R)->pc;
        insn = pc[-1];
        R[A] = v;
        pc += sC;
        NEXT();
    }
    OP(YIELDP) {
        Value v = R[A];
        Generator *g = generator_of(R);
        SAVE();
        if (unlikely(!(g->object.head & HEAD(0, 0, GEN_PROTECTED)))) watch_protect(vm, g);
        R[B] = VALUE_NONE;
        to_pc = pc;
        R = yield_to_resumer(vm, g, &to_pc);
        pc = to_pc;
        insn = pc[-1];
        RELOAD();
        R[A] = v;
        pc += sC;
        NEXT();
    }
    OP(GENRETURN) {
        Value v = R[A];
        Generator *g = generator_of(R);
        uint32_t head = g->object.head;
        if (likely((head & HEAD(0, 0, GEN_OWNED | GEN_FINALIZER | GEN_FIRST_RUN)) == HEAD(0, 0, GEN_OWNED))) {
            if (head & HEAD(0, 0, GEN_UP)) {
                R = generator_go_up(g)->regs;
                pc = frame_of(R)->pc;
                R[instr_a(pc[-1])] = v;
                generator_recycle(g);
                NEXT();
            }
            const Instr *resumed = frame_of(g->frame.prev)->pc;
            Opcode resumer = instr_op(resumed[-1]);
            if (likely(resumer == OP_FORGEN || resumer == OP_GFORGEN)) {
                R = g->frame.prev;
                pc = resumed;
                R[instr_b(pc[-1])] = VALUE_UNBOUND;
                generator_recycle(g);
                NEXT();
            }
        }
        SAVE();
        SLOW(generator_return(vm, g, v, &to_R, &to_pc));
        goto slow_call;
    }
    OP(GETYFITER) {
        R[A + 1] = VALUE_NONE;
        if (is_generator(R[A])) NEXT();
        SAVE();
        SLOW(iter_slow(vm, R[A], &to_R, &to_pc));
        goto slow_call;
    }
    OP(YIELDFROM) {
        if (likely(delegate_at_once(vm, R, insn, pc))) {
            frame_of(R)->pc = pc;
            R = as_generator(R[B])->regs;
            pc = frame_of(R)->pc;
            NEXT();
        }
        SAVE();
        SLOW(yield_from(vm, insn, &to_R, &to_pc));
        goto slow_call;
    }
    OP(EXCLEAVE) R[A + 1] = vm->handled; vm->handled = R[A]; NEXT();
    OP(EXCENTER) R[A] = vm->handled; vm->handled = R[A + 1]; NEXT();

    // Loops
    OP(FORPREP) {
        if (for_prepare_owned(vm, R, A, pc[sBx], pc - 1)) { pc += sBx; NEXT(); }
        SAVE();
        int done = for_prepare(vm, R, A, (Instr *)pc + sBx, pc - 1);
        if (likely(done > 0)) { pc += sBx; NEXT(); }
        if (done < 0) goto raise;
        SLOW(for_prepare_slow(vm, &to_R, &to_pc));
        goto slow_call;
    }
    OP(FORRANGE) {
        Value *loop = &R[B];
        if (unlikely(loop[0] != VALUE_RANGE)) goto for_any;
        Value v = loop[1];
        if (likely(v < loop[2])) {
            loop[1] = v + 1;
            R[A] = v;
            pc += sC;
            BACK_EDGE();
        }
        loop[0] = VALUE_UNBOUND;
        NEXT();
    }
    OP(FORGEN) {
        Value it = R[B];
        Generator *g = as_generator(it);
        if (unlikely(it == VALUE_RANGE || vm->interrupt)) goto for_any;
        uint32_t head = g->object.head;
        if (unlikely((head & HEAD_MASK) != HEAD_SUSPENDED)) {
            if ((head & HEAD_MASK) == HEAD_DELEGATING) goto for_path;
            if (unlikely((head & HEAD_MASK) != HEAD_CREATED || vm->depth >= vm->depth_limit)) goto for_any;
            vm->depth++;
            head += STATE_STEP + HEAD(0, 0, GEN_FIRST_RUN);
        }
        g->object.head = head + STATE_STEP;
        g->frame.prev = R;
        frame_of(R)->pc = pc;
        vm->top = R + frame_of(R)->function->code->n_regs;
        R = g->regs;
        pc = g->frame.pc;
        NEXT();
    }
    // In a pipeline the way down would be a chain of loads: the saved pc, the instruction, its operand, the iterator.
    // The iterator of the last time is nearer, and the branch that compares is predicted.
    OP(GFORGEN) {
        Value it = R[B];
        Generator *g = generator_of(R)->link;
        OPAQUE(g);
        if (unlikely(it != value_object(g))) {
            if (it == VALUE_RANGE) goto for_any;
            g = as_generator(it);
            generator_guess(generator_of(R), g);
        }
        OPAQUE(g);
        if (unlikely(vm->interrupt)) goto for_any;
        uint32_t head = g->object.head;
        if (unlikely((head & HEAD_MASK) != HEAD_SUSPENDED)) {
            if ((head & HEAD_MASK) == HEAD_DELEGATING) goto for_path;
            if (unlikely((head & HEAD_MASK) != HEAD_CREATED || vm->depth >= vm->depth_limit)) goto for_any;
            vm->depth++;
            head += STATE_STEP + HEAD(0, 0, GEN_FIRST_RUN);
        }
        g->object.head = head + STATE_STEP;
        g->frame.prev = R;
        frame_of(R)->pc = pc;
        R = g->regs;
        pc = g->frame.pc;
        NEXT();
    }
    // Over the top of a path, whose leaf goes on. (OPAQUE: FORGEN and GFORGEN shall not prepare for this.)
    for_path: {
        OPAQUE(insn);
        Generator *g = as_generator(R[B]), *leaf = g->link;
        if (unlikely((leaf->object.head & HEAD(0xFF, 0xFF, 0)) != HEAD_SUSPENDED)) goto for_any;
        leaf->object.head += STATE_STEP;
        leaf->link = g;
        g->frame.prev = R;
        frame_of(R)->pc = pc;
        if (instr_op(insn) == OP_FORGEN) vm->top = R + frame_of(R)->function->code->n_regs;
        R = leaf->regs;
        pc = leaf->frame.pc;
        NEXT();
    }
    OP(FORLIST) {
        Value it = R[B];
        if (unlikely(!is_iterator(it))) goto for_any;
        SequenceIterator *s = (SequenceIterator *)as_pointer(it);
        if (likely(s->base.next == list_iterator_next && s->sequence)) {
            List *list = (List *)s->sequence;
            if (likely(s->index < list->len)) {
                R[A] = list->items[s->index++];
                pc += sC;
                BACK_EDGE();
            }
        } else if (likely(s->base.next == tuple_iterator_next && s->sequence)) {
            Tuple *tuple = (Tuple *)s->sequence;
            if (likely(s->index < tuple->len)) {
                R[A] = tuple->items[s->index++];
                pc += sC;
                BACK_EDGE();
            }
        } else if (likely(s->base.next == ascii_iterator_next && s->sequence)) {
            Str *text = (Str *)s->sequence;
            if (likely(s->index < text->size)) {
                R[A] = value_object(str_latin1[(unsigned char)text->data[s->index++]]);
                pc += sC;
                BACK_EDGE();
            }
        }
        goto for_native;
    }
    OP(FORNATIVE)
    for_native: {
        Value it = R[B], v;
        SAVE();
        if (likely(is_iterator(it))) v = as_iterator(it)->next(vm, as_iterator(it));
        else if (likely(is_object(it) && class_next(vm, it))) v = class_next(vm, it)(vm, it);
        else goto for_any;
        RELOAD();
        if (likely(v != VALUE_STOP && v != VALUE_ERROR)) {
            R[A] = v;
            pc += sC;
            BACK_EDGE();
        }
        if (v == VALUE_ERROR && is_error(iterator_failed(vm))) goto raise;
        value_let_go(it);
        R[B] = VALUE_UNBOUND;
        NEXT();
    }
    OP(FOR)
    for_any: {
        SAVE();
        if (unlikely(vm->interrupt) && !vm_handle_interrupt(vm)) goto raise;
        SLOW(for_slow(vm, insn, &to_R, &to_pc));
        goto slow_call;
    }
    OP(FORLEAVE) {
        R[A] = VALUE_UNBOUND;
        NEXT();
    }
    OP(GETITER) {
        if (is_exact(R[B], KIND_RANGE)) { R[A] = R[B]; NEXT(); }
        SAVE();
        SLOW(iter_slow(vm, R[B], &to_R, &to_pc));
        goto slow_call;
    }

    // Displays and unpacking
    OP(LIST) SAVE(); R[A] = value_object(list_from(&R[B], C)); NEXT();
    OP(TUPLE) SAVE(); R[A] = value_object(tuple_from(&R[B], C)); NEXT();
    OP(SET) SAVE(); CHECKED(display_set(vm, &R[B], C));
    OP(DICT) SAVE(); CHECKED(display_dict(vm, &R[B], C));
    OP(LISTAPPEND) SAVE(); list_append(as_list(R[A]), R[B]); NEXT();
    OP(LISTEXTEND) {
        SAVE();
        if (!display_extend(vm, as_list(R[A]), R[B])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(LISTTUPLE) {
        SAVE();
        List *list = as_list(R[B]);
        R[A] = value_object(tuple_from(list->items, list->len));
        NEXT();
    }
    OP(SETADD) {
        SAVE();
        if (!set_add(vm, as_set(R[A]), R[B])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(SETUPDATE) {
        SAVE();
        if (!set_update(vm, as_set(R[A]), R[B])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(DICTSET) {
        SAVE();
        if (!dict_set(vm, as_dict(R[A]), R[B], R[C])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(DICTUPDATE) {
        SAVE();
        if (!display_update(vm, as_dict(R[A]), R[B])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(DICTMERGE) {
        SAVE();
        if (!dict_merge_keywords(vm, as_dict(R[A]), R[B], R[C])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(UNPACK) {
        Value v = R[B];
        if (likely(is_exact(v, KIND_TUPLE) && as_tuple(v)->len == C)) {
            Tuple *t = as_tuple(v);
            for (unsigned i = 0; i < t->len; i++) R[A + i] = t->items[i];
            NEXT();
        }
        SAVE();
        if (!value_unpack(vm, v, &R[A], (int)C)) goto raise;
        RELOAD();
        NEXT();
    }
    OP(UNPACKEX) {
        int after = (int)(*pc++ >> 16);
        SAVE();
        if (!value_unpack_star(vm, R[B], &R[A], (int)C, after)) goto raise;
        RELOAD();
        NEXT();
    }
    OP(UNPACKLONG) {
        unsigned n = *pc++ >> 16;
        SAVE();
        CHECKED(value_unpack_list(vm, R[B], n & 0x8000 ? (int)C : -1, (int)(n & 0x7FFF)));
    }
    OP(FORMAT) SAVE(); SLOW(format_slow(vm, R[B], R[B + 1], C, &to_R, &to_pc)); goto slow_binary;
    OP(CONCAT) SAVE(); CHECKED(concat_strings(&R[B], C));

    // Functions and classes
    OP(MAKEFUNCTION) SAVE(); R[A] = make_function(R, (Code *)as_pointer(CONSTS[Bx]), &R[A]); NEXT();
    OP(DEFERRED) {
        SAVE();
        const Code *code = function_compile(vm, frame_of(R)->function);
        if (!code) goto raise;
        if (R + code->n_regs > vm->stack_end) goto too_deep;
        call_clear_locals(code, R);
        pc = code->instrs;
        NEXT();
    }
    OP(BUILDCLASS) SAVE(); CHECKED(load_build_class(vm));

    // Exceptions
    OP(RAISE) {
        SAVE();
        if (raise_statement(vm, &R[A], &R[B], C)) goto reraise;
        goto raise;
    }
    OP(RERAISE) SAVE(); vm->exception = R[A]; goto reraise;
    OP(EXCPUSH) R[A + 1] = vm->handled; vm->handled = R[A]; NEXT();
    OP(EXCPOP) vm->handled = R[A + 1]; NEXT();
    OP(EXCMATCH) {
        SAVE();
        int r = exception_match(vm, R[B], R[C]);
        if (r < 0) goto raise;
        R[A] = value_bool(r);
        NEXT();
    }
    OP(WITHEXIT) SAVE(); SLOW(with_exit(vm, R[B], R[C], &to_R, &to_pc)); goto slow_binary;
    OP(LOADASSERT) R[A] = value_object(vm->exceptions[EXC_AssertionError]); NEXT();

    // Modules
    OP(IMPORT) {
        SAVE();
        Dict *globals = frame_of(R)->function->globals->dict;
        CHECKED(module_import_statement(vm, globals, as_str(CONSTS[Bx]), (int)as_int(R[A]), R[A + 1]));
    }
    OP(IMPORTFROM) {
        Str *name = as_str(CONSTS[*pc & 0xFFFF]);
        pc += 2;
        SAVE();
        CHECKED(module_import_from(vm, R[B], name));
    }
    OP(IMPORTSTAR) {
        SAVE();
        if (!module_import_star(vm, R[A], current_namespace(R))) goto raise;
        RELOAD();
        NEXT();
    }
    OP(PRINTEXPR) {
        SAVE();
        if (!display_value(vm, R[A])) goto raise;
        RELOAD();
        NEXT();
    }
    OP(DISCARD) {
        SAVE();
        note_dropped(vm, R[A]);
        NEXT();
    }
    OP(ANNOTATE) {
        SAVE();
        if (!annotate(vm, current_namespace(R), R[B], R[C])) goto raise;
        RELOAD();
        NEXT();
    }

    // Stubs
    OP(HALT) {
        if (B == 2) return VALUE_STOP;
        return R[A];
    }
    OP(STUBRESUME) NEXT();
    OP(STUBBINARY) {
        Value v = R[A];
        if (unlikely(v == VALUE_NOT_IMPLEMENTED)) {
            SLOW(binary_after(vm, &to_R, &to_pc));
            goto slow_binary;
        }
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = v;
        NEXT();
    }
    OP(STUBINIT) {
        if (unlikely(R[A] != VALUE_NONE)) {
            SAVE();
            raise_error(vm, EXC_TypeError, "__init__() should return None, not '%s'", type_name(vm, R[A]));
            goto raise;
        }
        Value v = R[B];
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = v;
        NEXT();
    }
    OP(STUBRETURN) {
        Value v = R[A];
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = v;
        NEXT();
    }
    OP(STUBSUM) {
        Value sum = R[A], v = R[B];
        Value r = sum + (v - VALUE_INT_BIAS);
        if (likely(both_int(sum, v) && r >= VALUE_INT_TAG)) { R[A] = r; NEXT(); }
        SAVE();
        pc = pc + 1;
        CHECKED(sum_rest(vm, sum, v, R[C]));
    }
    OP(STUBKEEP) {
        SAVE();
        Value v = lru_keep(vm, R);
        if (is_error(v)) goto raise;
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = v;
        NEXT();
    }
    OP(STUBNEXT) {
        Value v = R[A];
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        insn = pc[-1];
        R[A] = v;
        pc += sC;
        NEXT();
    }
    OP(STUBSTOP) {
        Value e = R[A];
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        if (exception_matches(vm, e, EXC_StopIteration)) {
            R[instr_b(pc[-1])] = VALUE_UNBOUND;
            NEXT();
        }
        vm->frame = R;
        vm->exception = e;
        goto raise;
    }
    OP(STUBNEGATION) SLOW(binary_after(vm, &to_R, &to_pc)); goto slow_call;
    OP(STUBCONTAINS) SLOW(contains_after(vm, &to_R, &to_pc)); goto slow_call;
    OP(STUBTRUTH) SLOW(truth_after(vm, &to_R, &to_pc)); goto slow_call;
    OP(STUBVALUE) {
        Value v = R[A];
        vm->top = R - FRAME_WORDS;
        R = frame_of(R)->prev;
        pc = frame_of(R)->pc;
        R[instr_a(pc[-1])] = v;
        NEXT();
    }
    OP(STUBITER) SLOW(iter_after(vm, &to_R, &to_pc)); goto slow_call;
    OP(STUBTEXT) SLOW(format_after(vm, &to_R, &to_pc)); goto slow_binary;
    OP(STUBFALLBACK) SLOW(getattr_failed(vm, &to_R, &to_pc)); goto slow_call;
    OP(CACHE) NEXT();

// What slow paths that may push a frame end with. A result goes to R[A] of the word before pc.
slow_binary:
    if (likely(slow_result.kind == SLOW_VALUE)) {
        R[instr_a(pc[-1])] = slow_result.value;
        RELOAD();
        NEXT();
    }
slow_call:
    switch (slow_result.kind) {
    case SLOW_VALUE:
        R[instr_a(pc[-1])] = slow_result.value;
        RELOAD();
        NEXT();
    case SLOW_CONTINUE: RELOAD(); BACK_EDGE();
    case SLOW_RAISE: goto raise;
    }
slow_void:
    if (slow_result.kind == SLOW_RAISE) goto raise;
    RELOAD();
    NEXT();

too_deep:
    SAVE();
    raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
    goto raise;

interrupted:
    SAVE();
    if (vm_handle_interrupt(vm)) NEXT();

raise:
    if (!unwind(vm, true, &to_R, &to_pc)) return VALUE_ERROR;
    R = to_R;
    pc = to_pc;
    RELOAD();
    NEXT();
reraise:
    if (!unwind(vm, false, &to_R, &to_pc)) return VALUE_ERROR;
    R = to_R;
    pc = to_pc;
    RELOAD();
    NEXT();
// Every instruction while a generator is protected.
watch: {
    watch_wipe_returned(vm);
    uint64_t dying = watch_dying(vm, R, pc - 1);
    unsigned flags = watch_flags[instr_op(insn)];
    if (unlikely(dying || R == vm->dying.frame || R == vm->kept.frame)) {
        vm->frame = R;
        frame_of(R)->pc = pc - 1;
        if (dying) watch_drop_registers(vm, R, dying);
        if (R == vm->dying.frame || R == vm->kept.frame) {
            watch_check(vm, R);
            RELOAD();
        }
    }
    if (watch_is_needed(vm, R, insn, flags)) {
        vm->frame = R;
        frame_of(R)->pc = pc - 1;
        if (flags & WATCH_WRITES_A) watch_write(vm, R, &R[A]);
        else watch_look(vm, R, insn, pc);
    }
    if (likely(!(flags & WATCH_FUSED))) goto *table[instr_op(insn)];
    switch (instr_op(insn)) {
    // One step at a time: the next instruction's destination may let go of something.
    case OP_MULADD: case OP_MULSUB: goto *table[OP_MUL];
    // SEND, GSEND: the call looks at its registers.
    default: goto *table[OP_CACHE];
    }
}
}

Value interp_run(VM *vm, Value *R, const Instr *pc)
{
    char *c_frame = vm->c_frame;
    vm->c_frame = __builtin_frame_address(0);
    if (!c_frame) vm->c_outermost = vm->c_frame;
    Value v = dispatch(vm, R, pc);
    vm->c_frame = c_frame;
    return v;
}

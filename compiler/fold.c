// SPDX-License-Identifier: MIT
// fold.c - constant folding: arithmetic, tuples, slices and negated comparisons, with CPython's
// limits on size.
#include "compiler/fold.h"

#include "compiler/walk.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/range.h"
#include "vm/set.h"
#include "vm/tuple.h"

enum { MAX_INT_BITS = 128, MAX_TUPLE = 256, MAX_TEXT = 4096 };

static void fold(void *data, Node *node);

static bool is_constant(const Node *node)
{
    return node && node->kind == NODE_Constant;
}

static void become(Node *node, Value v)
{
    node->kind = NODE_Constant;
    node->as.constant.value = v;
    node->as.constant.text = NULL;
}

bool fold_truth(Value v)
{
    if (is_any_int(v)) return int_sign(v) != 0;
    if (is_float(v)) return as_float(v) != 0.0;
    if (is_str(v) || is_bytes(v)) return as_str(v)->size != 0;
    if (is_tuple(v)) return as_tuple(v)->len != 0;
    return v != VALUE_NONE;
}

static bool is_text(Value v)
{
    return is_str(v) || is_bytes(v);
}

// An upper bound of the number of bits of an int object.
static int64_t int_bits(Value v)
{
    if (!is_kind(v, KIND_INT)) {
        int64_t i = 0;
        (void)int_to_int64(v, &i);
        uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
        return u ? 64 - __builtin_clzll(u) : 0;
    }
    int64_t n = ((Int *)as_pointer(v))->n_limbs;
    return 64 * (n < 0 ? -n : n);
}

static int64_t sequence_size(Value v)
{
    return is_tuple(v) ? (int64_t)as_tuple(v)->len : (int64_t)as_str(v)->size;
}

static bool is_small_repeat(Value sequence, Value count)
{
    int64_t n, size = sequence_size(sequence);
    if (!int_to_int64(count, &n)) return false;
    int64_t limit = is_tuple(sequence) ? MAX_TUPLE : MAX_TEXT;
    return n <= 0 || size == 0 || n <= limit / size;
}

static bool is_small_multiply(Value a, Value b)
{
    if (is_any_int(a) && is_any_int(b)) return int_bits(a) + int_bits(b) <= MAX_INT_BITS;
    if (is_any_int(a) && (is_text(b) || is_tuple(b))) return is_small_repeat(b, a);
    if (is_any_int(b) && (is_text(a) || is_tuple(a))) return is_small_repeat(a, b);
    return true;
}

static bool is_small(BinOperator op, Value a, Value b)
{
    int64_t n;
    bool ints = is_any_int(a) && is_any_int(b);
    switch (op) {
    case BIN_MUL: return is_small_multiply(a, b);
    case BIN_POW:
        if (!ints) return true;
        if (!int_to_int64(b, &n)) return false;
        return n <= 0 || int_bits(a) == 0 || n <= MAX_INT_BITS / int_bits(a);
    case BIN_LSHIFT:
        if (!ints) return true;
        return int_to_int64(b, &n) && n <= MAX_INT_BITS && int_bits(a) <= MAX_INT_BITS - n;
    case BIN_MOD: return !is_text(a);
    case BIN_ADD:
        if (is_text(a) && is_text(b)) return sequence_size(a) + sequence_size(b) <= 16 * MAX_TEXT;
        return true;
    default: return true;
    }
}

static void fold_binary(Compiler *c, Node *node)
{
    Node *left = node->as.binary.left, *right = node->as.binary.right;
    if (!is_constant(left) || !is_constant(right)) return;
    Value a = left->as.constant.value, b = right->as.constant.value;
    if (!is_small(node->as.binary.op, a, b)) return;
    Value v = value_binary(c->vm, (BinaryOperator)node->as.binary.op, a, b);
    if (is_error(v))
        error_take(c->vm);
    else
        become(node, v);
}

// not (a is b) -> a is not b, and not (a in b) -> a not in b.
static void fold_not(Node *node)
{
    Node *operand = node->as.unary.operand;
    if (operand->kind != NODE_Compare || operand->as.compare.comparators.len != 1) return;
    CompareOperator op = operand->as.compare.ops[0];
    if (op < CMP_IS) return;
    static const CompareOperator opposite[] = {CMP_IS_NOT, CMP_IS, CMP_NOT_IN, CMP_IN};
    operand->as.compare.ops[0] = opposite[op - CMP_IS];
    node->kind = NODE_Compare;
    node->as.compare = operand->as.compare;
}

static void fold_unary(Compiler *c, Node *node)
{
    if (!is_constant(node->as.unary.operand)) {
        if (node->as.unary.op == UNARY_NOT) fold_not(node);
        return;
    }
    Value v = node->as.unary.operand->as.constant.value;
    if (is_bool(v) && node->as.unary.op == UNARY_INVERT) return;  // to be warned about
    switch (node->as.unary.op) {
    case UNARY_NOT: v = value_bool(!fold_truth(v)); break;
    case UNARY_NEG: v = value_negate(c->vm, v); break;
    case UNARY_POS: v = value_positive(c->vm, v); break;
    case UNARY_INVERT: v = value_invert(c->vm, v); break;
    }
    if (is_error(v))
        error_take(c->vm);
    else
        become(node, v);
}

static bool all_constant(const NodeList *items)
{
    for (int i = 0; i < items->len; i++)
        if (!is_constant(items->items[i])) return false;
    return true;
}

static Value tuple_of_constants(const NodeList *items)
{
    Tuple *tuple = tuple_new((size_t)items->len);
    for (int i = 0; i < items->len; i++)
        tuple->items[i] = items->items[i]->as.constant.value;
    return value_object(tuple);
}

// The container of `in`, or what a for iterates over: a list or set display of constants need not
// be made anew.
static void fold_iterable(Compiler *c, Node *node, bool is_container)
{
    if (node->kind != NODE_List && !(node->kind == NODE_Set && is_container)) return;
    if (!all_constant(&node->as.sequence.items)) return;
    Value v = tuple_of_constants(&node->as.sequence.items);
    if (node->kind == NODE_Set) {
        Set *set = frozenset_new();
        if (!set_update(c->vm, set, v)) {
            error_take(c->vm);
            return;
        }
        v = value_object(set);
    }
    become(node, v);
}

static Value slice_part(const Node *part)
{
    return part ? part->as.constant.value : VALUE_NONE;
}

static void fold_slice(Node *node)
{
    Node *parts[] = {node->as.slice.lower, node->as.slice.upper, node->as.slice.step};
    for (size_t i = 0; i < countof(parts); i++)
        if (parts[i] && !is_constant(parts[i])) return;
    become(node, slice_new(slice_part(parts[0]), slice_part(parts[1]), slice_part(parts[2])));
}

// Sums and the like lean to the left: as deep as they are long.
static void fold_operands(Compiler *c, Node *node)
{
    Node *spine = node, **nodes = NULL;
    int n = 0;
    for (; spine->kind == NODE_BinOp; spine = spine->as.binary.left)
        n++;
    nodes = gc_alloc_array((size_t)n, sizeof(Node *));
    for (spine = node, n = 0; spine->kind == NODE_BinOp; spine = spine->as.binary.left)
        nodes[n++] = spine;
    fold(c, spine);
    for (int i = n - 1; i >= 0; i--) {
        fold(c, nodes[i]->as.binary.right);
        fold_binary(c, nodes[i]);
    }
}

// The first statement of a body: what folding makes of it is no docstring.
static bool is_protected(const Node *statement)
{
    return statement->kind == NODE_ExprStmt && !is_constant(statement->as.expr_stmt.value);
}

static void fold_body(Compiler *c, const NodeList *body)
{
    for (int i = body->len > 0 && is_protected(body->items[0]); i < body->len; i++)
        fold(c, body->items[i]);
}

static void fold_compare(Compiler *c, Node *node)
{
    NodeList *right = &node->as.compare.comparators;
    CompareOperator op = node->as.compare.ops[right->len - 1];
    if (op == CMP_IN || op == CMP_NOT_IN) fold_iterable(c, right->items[right->len - 1], true);
}

static void fold_if_chain(Compiler *c, Node *node)
{
    for (;;) {
        fold(c, node->as.if_.test);
        walk_list(&node->as.if_.body, fold, c);
        NodeList *orelse = &node->as.if_.orelse;
        if (orelse->len != 1 || orelse->items[0]->kind != NODE_If) break;
        node = orelse->items[0];
    }
    walk_list(&node->as.if_.orelse, fold, c);
}

static void fold_node(Compiler *c, Node *node)
{
    switch (node->kind) {
    case NODE_UnaryOp: fold_unary(c, node); break;
    case NODE_Tuple:
        if (node->as.sequence.ctx == CTX_LOAD && all_constant(&node->as.sequence.items))
            become(node, tuple_of_constants(&node->as.sequence.items));
        break;
    case NODE_Slice: fold_slice(node); break;
    case NODE_Compare: fold_compare(c, node); break;
    case NODE_For: fold_iterable(c, node->as.for_.iter, false); break;
    case NODE_Comprehension: fold_iterable(c, node->as.comprehension.iter, false); break;
    case NODE_Name:
        if (node->as.name.ctx == CTX_LOAD && node->as.name.id == S(__debug__))
            become(node, VALUE_TRUE);
        break;
    default: break;
    }
}

static void fold(void *data, Node *node)
{
    Compiler *c = data;
    if (node->kind == NODE_Constant || !unit_check_stack(c)) return;
    switch (node->kind) {
    case NODE_BinOp: fold_operands(c, node); return;
    case NODE_If: fold_if_chain(c, node); return;
    case NODE_FunctionDef:
        walk_list(&node->as.function.decorators, fold, c);
        walk_defaults(&node->as.function.params, fold, c);
        if (!c->future_annotations) {
            walk_annotations(&node->as.function.params, fold, c);
            if (node->as.function.returns) fold(c, node->as.function.returns);
        }
        fold_body(c, &node->as.function.body);
        return;
    case NODE_ClassDef:
        walk_list(&node->as.class_.decorators, fold, c);
        walk_list(&node->as.class_.bases, fold, c);
        walk_list(&node->as.class_.keywords, fold, c);
        fold_body(c, &node->as.class_.body);
        return;
    default: walk_children(node, fold, c); fold_node(c, node);
    }
}

void fold_module(Compiler *c, ModuleNode *module)
{
    if (c->mode == COMPILE_EXEC)
        fold_body(c, &module->body);
    else
        walk_list(&module->body, fold, c);
}

// SPDX-License-Identifier: MIT
// caution.c - see caution.h. Escapes and numbers are looked at by literals.c and lexer.re.
#include "compiler/caution.h"

#include "compiler/diag.h"
#include "compiler/walk.h"
#include "vm/gc.h"
#include "vm/module.h"
#include "vm/warn.h"

void caution_add(Cautions *cautions, Span span, Str *message)
{
    if (cautions->len == cautions->cap) {
        cautions->cap = cautions->cap ? 2 * cautions->cap : 4;
        cautions->items = gc_realloc(cautions->items, (size_t)cautions->cap * sizeof(Caution));
    }
    cautions->items[cautions->len++] = (Caution){span, message};
}

// What is known about an expression's type without running it

// The name of its type; NULL: not known.
static const char *type_of(const Node *node)
{
    switch (node->kind) {
    case NODE_Tuple: return "tuple";
    case NODE_List:
    case NODE_ListComp: return "list";
    case NODE_Dict:
    case NODE_DictComp: return "dict";
    case NODE_Set:
    case NODE_SetComp: return "set";
    case NODE_GeneratorExp: return "generator";
    case NODE_Lambda: return "function";
    case NODE_JoinedStr:
    case NODE_FormattedValue: return "str";
    default: break;
    }
    if (node->kind != NODE_Constant) return NULL;
    Value v = node->as.constant.value;
    if (is_none(v)) return "NoneType";
    if (v == VALUE_ELLIPSIS) return "ellipsis";
    if (is_bool(v)) return "bool";
    if (is_int(v)) return "int";
    if (is_float(v)) return "float";
    switch (object_kind(as_object(v))) {
    case KIND_STR: return "str";
    case KIND_BYTES: return "bytes";
    case KIND_TUPLE: return "tuple";
    case KIND_FROZENSET: return "frozenset";
    default: return "int";
    }
}

static bool is_one_of(const char *type, const char *types)
{
    const char *at = type ? strstr(types, type) : NULL;
    return at != NULL && at[strlen(type)] == ' ';
}

// What CPython folds into a constant before it looks: signs of numbers, tuples of constants.
static const Node *folded(const Node *node)
{
    while (node->kind == NODE_UnaryOp && node->as.unary.op != UNARY_NOT)
        node = node->as.unary.operand;
    return node;
}

static bool is_constant(const Node *node)
{
    node = folded(node);
    if (node->kind != NODE_Tuple) return node->kind == NODE_Constant;
    for (int i = 0; i < node->as.sequence.items.len; i++)
        if (!is_constant(node->as.sequence.items.items[i])) return false;
    return true;
}

static bool is_literal(const Node *node)
{
    return is_constant(node) && !is_one_of(type_of(folded(node)), "NoneType ellipsis bool ");
}

static void look_at_comparison(Cautions *cautions, const Node *node)
{
    const Node *left = node->as.compare.left;
    for (int i = 0; i < node->as.compare.comparators.len; i++) {
        const Node *right = node->as.compare.comparators.items[i];
        CompareOperator op = node->as.compare.ops[i];
        const Node *literal = is_literal(left) ? left : is_literal(right) ? right : NULL;
        if (literal != NULL && (op == CMP_IS || op == CMP_IS_NOT)) {
            const char *format = op == CMP_IS ? "\"is\" with '%s' literal. Did you mean \"==\"?"
                                              : "\"is not\" with '%s' literal. Did you mean \"!=\"?";
            caution_add(cautions, node->span, str_format(format, type_of(folded(literal))));
            return;
        }
        left = right;
    }
}

static void look_at_call(Cautions *cautions, const Node *node)
{
    const Node *function = node->as.call.func;
    const char *type = type_of(function);
    if (type == NULL || function->kind == NODE_Lambda) return;
    caution_add(cautions, function->span,
                str_format("'%s' object is not callable; perhaps you missed a comma?", type));
}

static void look_at_subscript(Cautions *cautions, const Node *node)
{
    const char *type = type_of(node->as.subscript.value);
    const char *index = type_of(node->as.subscript.index);
    if (type == NULL || node->as.subscript.ctx != CTX_LOAD) return;
    Span span = node->as.subscript.value->span;
    if (is_one_of(type, "NoneType ellipsis bool int float set frozenset generator function ")) {
        caution_add(cautions, span,
                    str_format("'%s' object is not subscriptable; perhaps you missed a comma?", type));
        return;
    }
    bool is_slice = node->as.subscript.index->kind == NODE_Slice;
    if (index == NULL || is_slice || is_one_of(index, "int bool ") || is_one_of(type, "dict ")) return;
    caution_add(cautions, span,
                str_format("%s indices must be integers or slices, not %s; perhaps you missed a comma?",
                           type, index));
}

static void look_at_assertion(Cautions *cautions, const Node *node)
{
    const Node *test = node->as.assert_.test;
    bool is_tuple_node = test->kind == NODE_Tuple && test->as.sequence.items.len > 0;
    bool is_constant = test->kind == NODE_Constant && is_tuple(test->as.constant.value) &&
                       as_tuple(test->as.constant.value)->len > 0;
    if (is_tuple_node || is_constant)
        caution_add(cautions, node->span,
                    str_from_cstr("assertion is always true, perhaps remove parentheses?"));
}

static void look(void *data, Node *node)
{
    switch (node->kind) {
    case NODE_Compare: look_at_comparison(data, node); break;
    case NODE_Call: look_at_call(data, node); break;
    case NODE_Subscript: look_at_subscript(data, node); break;
    case NODE_Assert: look_at_assertion(data, node); break;
    default: break;
    }
    walk_children(node, look, data);
}

void caution_find(Cautions *cautions, const ModuleNode *module)
{
    walk_list(&module->body, look, cautions);
}

// Telling

static void sort(Cautions *cautions)
{
    Caution *items = cautions->items;
    for (int i = 1; i < cautions->len; i++) {
        Caution c = items[i];
        int k = i;
        for (; k > 0 && items[k - 1].span.line > c.span.line; k--)
            items[k] = items[k - 1];
        items[k] = c;
    }
}

bool caution_tell(VM *vm, Cautions *cautions, Str *source, Str *filename)
{
    sort(cautions);
    for (int i = 0; i < cautions->len; i++) {
        const Caution *c = &cautions->items[i];
        if (warn_explicit(vm, EXC_SyntaxWarning, c->message, filename, c->span.line)) continue;
        if (error_is(vm, EXC_SyntaxWarning)) {
            (void)error_take(vm);
            diag_syntax_error(vm, source, filename, c->span, "%s", c->message->data);
        }
        return false;
    }
    return true;
}

// SPDX-License-Identifier: MIT
// compile.c - the driver of the compiler.
#include "compiler/compile.h"

#include "compiler/caution.h"
#include "compiler/codegen.h"
#include "compiler/fold.h"
#include "compiler/parser.h"
#include "vm/gc.h"

// from __future__ import: only at the beginning, only known features; one of them means something.

static const char *const features[] = {
    "nested_scopes",  "generators",       "division",       "absolute_import", "with_statement",
    "print_function", "unicode_literals", "barry_as_FLUFL", "generator_stop",  "annotations"};

static bool is_future(const Node *node)
{
    return node->kind == NODE_ImportFrom && node->as.import_from.level == 0 &&
           node->as.import_from.module && str_is(node->as.import_from.module, "__future__");
}

static bool is_docstring(const Node *node)
{
    return node->kind == NODE_ExprStmt && node->as.expr_stmt.value->kind == NODE_Constant &&
           is_str(node->as.expr_stmt.value->as.constant.value);
}

static void read_features(Compiler *c, const Node *node)
{
    c->future_line = node->span.line;
    const Span place = {node->span.line, node->span.col, node->span.line, NO_END_OFFSET - 1};
    for (int i = 0; i < node->as.import_from.len; i++) {
        Str *name = node->as.import_from.items[i].name;
        bool is_known = false;
        for (size_t k = 0; k < countof(features); k++)
            is_known |= str_is(name, features[k]);
        if (str_is(name, "braces"))
            unit_error(c, place, "not a chance");
        else if (!is_known)
            unit_error(c, place, "future feature %s is not defined", name->data);
        if (str_is(name, "annotations")) c->future_annotations = true;
    }
}

static void read_future(Compiler *c, const ModuleNode *module)
{
    NodeList rest = module->body;
    bool may_be_docstring = true;
    while (rest.len > 0) {
        Node *node = rest.items[0];
        if (is_future(node))
            read_features(c, node);
        else if (!(may_be_docstring && is_docstring(node)))
            break;
        may_be_docstring = may_be_docstring && is_future(node);
        rest.items++;
        rest.len--;
    }
}

static Code *compile_module(Compiler *c, bool *is_incomplete)
{
    ModuleNode *module = parse_module(c->vm, c->source, c->filename, c->mode, is_incomplete);
    if (!module) return NULL;
    read_future(c, module);
    if (!c->failed) fold_module(c, module);
    if (!c->failed) scope_build(c, module);
    if (!c->failed) {
        Cautions cautions = {0};
        caution_find(&cautions, module);
        c->failed = !caution_tell(c->vm, &cautions, c->source, c->filename);
    }
    Code *code = c->failed ? NULL : gen_module(c, module);
    return c->failed ? NULL : code;
}

static CodeUnit *unit_new(Str *source, Str *filename)
{
    CodeUnit *unit = gc_alloc(sizeof(CodeUnit));
    object_init(&unit->object, KIND_OPAQUE);
    unit->filename = filename;
    unit->source = source;
    return unit;
}

static Code *compile(VM *vm, Str *source, Str *filename, CompileMode mode, bool separate_names,
                     bool *is_incomplete)
{
    CodeUnit *unit = unit_new(source, filename);
    Compiler c = {.vm = vm,
                  .source = source,
                  .filename = filename,
                  .mode = mode,
                  .separate_names = separate_names,
                  .unit = unit};
    return compile_module(&c, is_incomplete);
}

Code *compile_source(VM *vm, Str *source, Str *filename, CompileMode mode, bool separate_names)
{
    return compile(vm, source, filename, mode, separate_names, NULL);
}

Code *compile_interactive(VM *vm, Str *source, Str *filename, CompileMode mode, bool *is_incomplete)
{
    *is_incomplete = false;
    return compile(vm, source, filename, mode, false, is_incomplete);
}

// The library

static Code *generate(Compiler *c, ModuleNode *module)
{
    if (!module) return NULL;
    fold_module(c, module);
    if (!c->failed) scope_build(c, module);
    Code *code = c->failed ? NULL : gen_module(c, module);
    return c->failed ? NULL : code;
}

Code *compile_library(VM *vm, Str *source, Str *filename)
{
    CodeUnit *unit = unit_new(source, filename);
    Compiler c = {.vm = vm, .source = source, .filename = filename, .mode = COMPILE_EXEC, .unit = unit};
    return generate(&c, parse_library(vm, source, filename));
}

// class A: class B: def ...
static Node *in_classes(Node *function, const char *qualname)
{
    const char *dot = strchr(qualname, '.');
    if (!dot) return function;
    Node *node = node_new(NODE_ClassDef, function->span);
    node->as.class_.name = str_intern(qualname, (size_t)(dot - qualname));
    nodelist_add(&node->as.class_.body, in_classes(function, dot + 1));
    return node;
}

// The last: that of a def comes behind what its decorators and defaults make.
static Code *nested_code(const Code *outer)
{
    for (uint32_t i = outer->n_consts; i-- > 0;)
        if (is_kind(outer->consts[i], KIND_CODE)) return as_code(outer->consts[i]);
    return NULL;
}

Code *compile_function(VM *vm, Code *stub)
{
    Str *source = stub->unit->source, *filename = stub->unit->filename;
    CodeUnit *unit = unit_new(source, filename);
    Compiler c = {.vm = vm, .source = source, .filename = filename, .mode = COMPILE_EXEC, .unit = unit};
    ModuleNode *module = parse_function(vm, source, filename, stub->deferred);
    if (module) module->body.items[0] = in_classes(module->body.items[0], stub->qualname->data);
    Code *code = generate(&c, module);
    while (code && (code->unit != unit || code->name != stub->name || !(code->flags & CODE_OPTIMIZED))) code = nested_code(code);
    if (code) code->first_line = stub->first_line;
    return code;
}

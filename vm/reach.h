// SPDX-License-Identifier: MIT
// reach.h - is an object still reachable? Asked when a name lets go of something that has clean-up to run, so that
// `finally` and `with` of an abandoned generator run at once, as reference counting would have it (see watch.h).
// Unlike the collector this search knows which registers are alive, so stale ones hold nothing up.
#ifndef RILL_VM_REACH_H
#define RILL_VM_REACH_H

#include "vm/vm.h"

// Can `target` be reached from the frames, the modules, or itself (REACH_YES: a cycle of garbage outlives counts of
// references too), or only from what C is doing (REACH_FROM_C), or not? Also REACH_YES if more than REACH_LIMIT objects
// had to be looked at (the collector will find it later). Runs no code, may allocate.
enum { REACH_LIMIT = 20000 };
typedef enum Reach { REACH_NO, REACH_YES, REACH_FROM_C } Reach;
Reach reach_find(VM *vm, Object *target);
// Nothing but itself leads to target. at_any_cost: however many objects must be looked at.
bool reach_is_lost(VM *vm, Object *target, bool at_any_cost);

// Is there a traceback with the frame of this suspended generator, in what the frames, the modules or its own variables
// lead to? (The exception it handles is not held by its frame for that alone.) Then the frame outlives the generator.
bool reach_has_traceback(VM *vm, Generator *g);

// Is this word, whatever it may be, the address of an object of scripts? (It may be one that is dead but not yet gone.)
bool reach_is_object(VM *vm, Value v);

// Does `from` lead to a generator that is suspended inside try or with? Looks at no more than a few dozen objects.
bool reach_leads_to_protected(VM *vm, Value from);
// Calls fn for every value that o refers to directly and that may lead to a generator, and for other words that
// look like one: fn asks reach_is_object.
typedef void (*ReachVisit)(void *context, Value v);
void reach_each(VM *vm, Object *o, ReachVisit fn, void *context);
// The suspended generators that root leads to, nearest first, those in lists and tuples from the end: the order in which
// CPython finds them. As many as a search may meet.
List *reach_generators(VM *vm, Object *root);
// Whether that register of a suspended generator is alive.
bool reach_is_live(const Generator *g, unsigned reg);
// Clears the part of the C stack that the next calls will use: what earlier calls left in it may otherwise be found in gaps of
// their frames, and hold up what should be seen as dead. For C functions that let scripts clean up.
void reach_clear_c_stack(void);
// Clears that too, and the other registers of the innermost frame, of which the collector knows nothing. For natives
// without arguments that measure or collect.
void reach_clear_dead(VM *vm);

#endif

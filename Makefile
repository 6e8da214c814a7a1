# Makefile - builds, tests and installs Rill. `make help` lists the targets.
# Needs: a C11 compiler, GNU make, re2c, lemon and the libraries in LIBS; ./bootstrap installs them.
# Everything made goes under build/, except the program ./rill.

PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
CC      ?= cc
CFLAGS  ?= -O2 -g
CONFIG  ?= release
LEMON   ?= lemon
RE2C    ?= re2c
PYTHON  ?= python3
JOBS    ?=
VERSION := $(shell sed -n 's/^.define RILL_VERSION "\(.*\)"/\1/p' vm/common.h)

B    := build/$(CONFIG)
GEN  := build/gen
WARN := -Werror=implicit-function-declaration -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings
# -ffp-contract=off: a fused multiply-add would give other digits than CPython.
BASE := -std=c11 -D_GNU_SOURCE -ffp-contract=off -I. -I$(GEN)
LIBS := -lgc -lgmp -lpcre2-8 -lmd -lz -lbz2 -lutf8proc -lm

ifeq ($(shell uname -s),Darwin)
BREW := $(shell brew --prefix 2>/dev/null)
BASE += $(if $(BREW),-I$(BREW)/include)
LIBS := $(if $(BREW),-L$(BREW)/lib) $(LIBS)
else
# A library that nothing refers to is not loaded: start-up time. Packed relocations: a tenth of the program's size;
# segments that share pages: some KB more.
LIBS := -Wl,--as-needed -Wl,-z,pack-relative-relocs -Wl,-z,noseparate-code -Wl,--gc-sections $(LIBS) -ldl
endif

CONFIG_FLAGS_release  := -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
# Not -O0: there each variable of C stays in its frame to the end, where the search for abandoned generators finds it.
CONFIG_FLAGS_debug    := -O1 -g3 -Werror
CONFIG_FLAGS_asan     := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CONFIG_FLAGS_fuzz     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CONFIG_FLAGS_coverage := -O0 -g --coverage
# Flags of one file: FLAGS_<path>. The dispatch loop: handlers are not merged, each has a jump of its own (gcc only).
FLAGS_vm/interp.c     := $(if $(findstring clang,$(shell $(CC) --version)),,-fno-gcse -fno-crossjumping -fno-tree-tail-merge)

# What does not run while a script runs is made small. Only the dispatch loop has its code aligned: it is 50 KB of nops elsewhere.
COLD  = compiler/% cli/% vm/note% vm/disasm% vm/verify% vm/caret% vm/traceback% vm/codec% vm/charmap% vm/warn% \
        vm/class_create% vm/error_text% vm/file_open% vm/file_source% vm/suggest% vm/fork% vm/frame.% vm/signature_parse% \
        vm/import% vm/module% \
        $(addprefix stdlib/,_codecs% alias% binary_methods% build_class% builtins_exec% bz2% code_% csv_dialect% dis_% errno% \
        exception_m% file_methods% float_methods% frame_% function_methods% gc_% gzip% hashlib% inspect% int_methods% \
        memory_files% module_methods% none_% object_methods% packing% posix% property% raw_base% re_charset% re_err% re_esc% \
        re_factor% re_flag% re_groups% re_trans% rill_module% simple_% struct_sequence% strptime% struct_module% super_% \
        sys_% time_% trace% type_methods% zlib%)
SMALL = $(if $(filter $(COLD),$<),-Os)
DENSE = $(if $(filter vm/interp.c,$<),,-fno-align-functions -fno-align-jumps -fno-align-loops -fno-align-labels)

ALL_CFLAGS = $(BASE) $(WARN) -MMD -MP $(CFLAGS) $(CONFIG_FLAGS_$(CONFIG)) $(SMALL) $(DENSE) $(FLAGS_$<)

RILL_MODULES := $(shell find stdlib/rill -name '*.rill' 2>/dev/null | LC_ALL=C sort)
SRC     := $(filter-out cli/main.c,$(wildcard vm/*.c compiler/*.c stdlib/*.c cli/*.c))
GEN_SRC := $(GEN)/compiler/lexer.c $(GEN)/compiler/grammar.c $(GEN)/stdlib/embedded.c $(GEN)/cli/lessons.c \
           $(GEN)/compiler/unicode_names.c
OBJ     := $(SRC:%.c=$(B)/%.o) $(GEN_SRC:$(GEN)/%.c=$(B)/gen/%.o)
UNIT    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ    := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
RUN     := $(PYTHON) tests/run.py --rill $(B)/rill $(JOBS)

.PHONY: all debug test test-unit test-golden test-cpython test-stress check-fast asan fuzz fuzz-targets \
        bench coverage docs format format-check lint install uninstall dist clean help
.SECONDARY:
.DELETE_ON_ERROR:

all: $(B)/rill                  ## build ./rill
ifeq ($(CONFIG),release)
all: rill
endif

rill: build/release/rill
	@ln -f $< $@ 2>/dev/null || cp -f $< $@

debug:                          ## build build/debug/rill: -O1, assertions, -Werror
	+$(MAKE) CONFIG=debug all

$(B)/rill: $(B)/cli/main.o $(B)/librill.a
	$(CC) $(CFLAGS) $(CONFIG_FLAGS_$(CONFIG)) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/librill.a: $(OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^
$(B)/%.o: %.c Makefile | $(GEN)/compiler/grammar.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(GEN)/%.c Makefile | $(GEN)/compiler/grammar.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -w -c -o $@ $<
$(B)/unit/%: $(B)/tests/unit/%.o $(B)/librill.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CONFIG_FLAGS_$(CONFIG)) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/librill.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CONFIG_FLAGS_$(CONFIG)) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# Generated sources. One run of lemon writes grammar.c and grammar.h; the lexer needs grammar.h.
$(GEN)/compiler/grammar.c: compiler/grammar.y
	@mkdir -p $(@D)
	$(LEMON) -q -d$(@D) $<
	@touch $(GEN)/compiler/grammar.h
$(GEN)/compiler/grammar.h: $(GEN)/compiler/grammar.c ;
$(GEN)/compiler/lexer.c: compiler/lexer.re $(GEN)/compiler/grammar.h
	@mkdir -p $(@D)
	$(RE2C) -W -i --case-ranges -o $@ $<
$(GEN)/embed: tools/embed.c
	@mkdir -p $(@D)
	$(CC) -O1 $(BASE) -o $@ $< $(LIBS)
# The list of modules is a file of its own, so that a removed module is noticed too.
$(GEN)/modules.txt: FORCE
	@mkdir -p $(@D)
	@echo $(RILL_MODULES) > $@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(GEN)/stdlib/embedded.c: $(GEN)/embed $(GEN)/modules.txt $(RILL_MODULES)
	@mkdir -p $(@D)
	$(GEN)/embed stdlib/rill stdlib/rill/functools.rill $(RILL_MODULES) > $@
$(GEN)/cli/lessons.c: $(GEN)/embed cli/lessons.txt
	@mkdir -p $(@D)
	$(GEN)/embed -t lessons_text cli/lessons.txt > $@
$(GEN)/compiler/unicode_names.c: $(GEN)/embed compiler/unicode_names.txt
	@mkdir -p $(@D)
	$(GEN)/embed -t unicode_names compiler/unicode_names.txt > $@
FORCE:

test: all $(UNIT)               ## unit tests and golden tests; ends with "N passed, N failed"
	@$(RUN) --units $(B)/unit
test-unit: $(UNIT)              ## cmocka tests of the C units
	@$(RUN) --units $(B)/unit --only-units
test-golden: all                ## scripts with their expected output inside
	@$(RUN)
test-cpython:                   ## the same scripts under CPython: are the expectations true?
	@$(PYTHON) tests/run.py --cpython $(JOBS)
test-stress: debug              ## golden tests with a collection at every allocation
	@RILL_GC_STRESS=1 $(PYTHON) tests/run.py --rill build/debug/rill --timeout 300 $(JOBS)
check-fast: all                 ## the tests of the language itself, in a few seconds
	@$(RUN) tests/lang tests/errors tests/regress
# detect_stack_use_after_return moves locals to a fake stack, where the collector does not look.
asan:                           ## all tests under AddressSanitizer and UBSan
	+ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 $(MAKE) CONFIG=asan test
fuzz:                           ## build the libFuzzer targets (clang) in build/fuzz/fuzz/
	+$(MAKE) CONFIG=fuzz CC=clang fuzz-targets
fuzz-targets: $(FUZZ)
bench: all                      ## the benchmarks beside the interpreters found here, docs/benchmarks.md; BENCH="--peers rill,cpython"
	@$(PYTHON) bench/run.py --rill $(CURDIR)/$(B)/rill $(BENCH)
	@$(PYTHON) bench/report.py
coverage:                       ## line coverage of the whole suite, in build/coverage/
	+$(MAKE) CONFIG=coverage test
	@gcov --version >/dev/null && cd build/coverage && find . -name '*.gcda' \
	    | xargs gcov -n 2>/dev/null | sed -n "/^File '[vcs]/{N;s/File '\(.*\)'\n/\1\t/;p}" | sort -u
docs: all                       ## docs/stdlib.md and docs/bytecode.md from the sources
	@$(B)/rill tools/gen_docs.rill
format:                         ## rewrite C files in the house style
	clang-format -i $$(git ls-files '*.[ch]')
format-check:
	clang-format --dry-run -Werror $$(git ls-files '*.[ch]')
lint:                           ## layering, allocator, size of functions and files, headers alone
	@$(PYTHON) tools/check_layers.py
	@$(PYTHON) tools/check_size.py
	@for h in vm/*.h compiler/*.h stdlib/*.h include/*.h; do \
	    $(CC) $(BASE) $(WARN) -Wno-unused -fsyntax-only -x c $$h || exit 1; done

install: all                    ## install to $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(B)/rill $(DESTDIR)$(BINDIR)/rill
	install -m 644 include/rill.h $(DESTDIR)$(PREFIX)/include/rill.h
	install -m 644 $(B)/librill.a $(DESTDIR)$(PREFIX)/lib/librill.a
uninstall:                      ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/rill $(DESTDIR)$(PREFIX)/include/rill.h $(DESTDIR)$(PREFIX)/lib/librill.a
dist:                           ## build/rill-VERSION.tar.gz from what is committed
	@mkdir -p build
	git archive --prefix=rill-$(VERSION)/ -o build/rill-$(VERSION).tar.gz HEAD
clean:                          ## remove build/ and ./rill
	rm -rf build rill
help:                           ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

-include $(OBJ:.o=.d) $(B)/cli/main.d $(UNIT:$(B)/unit/%=$(B)/tests/unit/%.d)

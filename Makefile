# kith: build, test and install. `make help` lists the targets.

BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc
AR       ?= ar
KITH_VECTORS ?= ../shared/vectors
KITH_DATA    ?= ../shared/data
export KITH_VECTORS KITH_DATA

VERSION  := 0.1.0

# `make V=1` shows the commands; otherwise one short line each.
V ?=
say = $(if $(V),,@printf '  %-4s %s\n' '$(1)' '$@';)

# ---- flags -------------------------------------------------------------------------------------
WARN := -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wcast-qual -Wconversion \
        -Wvla -Wswitch-enum -Wpointer-arith -Wwrite-strings -Wundef -Werror
OPT  ?= -O2
BASE_CFLAGS := -std=c11 -g $(OPT) -fno-omit-frame-pointer -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
        -D_GNU_SOURCE -DKITH_VERSION='"$(VERSION)"' -I. -I$(BUILD)/gen -MMD -MP
ifdef SANITIZE
BASE_CFLAGS := $(filter-out -D_FORTIFY_SOURCE=2,$(BASE_CFLAGS)) -fsanitize=address,undefined \
        -fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
endif
PKGS := libsodium libprotobuf-c libutf8proc libuv sqlite3 jansson inih
LIBS := -lsodium -lprotobuf-c -lutf8proc -luv -lsqlite3 -ljansson -linih -lpthread -lm
CMOCKA_LIBS := -lcmocka

# ---- sources: every .c file below the three rooms, in the order in which they may depend ---------
KEYS_SRC     := $(sort $(wildcard keys/*.c))
PROTOCOL_SRC := $(sort $(wildcard protocol/*.c protocol/domain/*.c))
NODE_SRC     := $(sort $(filter-out node/main.c,$(wildcard node/*.c node/store/*.c node/report/*.c node/api/*.c)))
CLI_SRC      := $(sort $(filter-out node/cli/main.c,$(wildcard node/cli/*.c)))
SCHEMAS      := $(sort $(wildcard node/api/schema/*.json))
UNIT_SRC     := $(sort $(wildcard tests/unit/test_*.c))
VECTOR_SRC   := $(sort $(wildcard tests/vectors/test_*.c))
SIM_SRC      := $(sort $(wildcard tests/sim/*.c))
SWARM_SRC    := $(sort $(wildcard tests/swarm/*.c)) tests/sim/rng.c
FUZZ_SRC     := $(sort $(wildcard tests/fuzz/fuzz_*.c))
BENCH_SRC    := $(sort $(wildcard tests/bench/*.c))
TOOL_SRC     := $(sort $(wildcard tests/tools/*.c))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
PROTO_OBJ := $(BUILD)/obj/gen/kith.pb-c.o
LIBKEYS     := $(BUILD)/libkith-keys.a
LIBPROTOCOL := $(BUILD)/libkith-protocol.a
LIBNODE     := $(BUILD)/libkith-node.a
LIBCLI      := $(BUILD)/libkith-cli.a

KITHD := $(BUILD)/kithd
KITH  := $(BUILD)/kith
UNIT_BIN   := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/unit/%)
VECTOR_BIN := $(VECTOR_SRC:tests/vectors/%.c=$(BUILD)/tests/vectors/%)
FUZZ_BIN   := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/tests/fuzz/%)
BENCH_BIN  := $(BENCH_SRC:tests/bench/%.c=$(BUILD)/tests/bench/%)
TOOL_BIN   := $(TOOL_SRC:tests/tools/%.c=$(BUILD)/tests/%)
SIM_BIN    := $(if $(SIM_SRC),$(BUILD)/tests/simulate)
SWARM_BIN  := $(BUILD)/tests/swarm
PROGRAMS   := $(if $(wildcard node/main.c),$(KITHD)) $(if $(wildcard node/cli/main.c),$(KITH))

# Catalogues of messages, and what they are made from.
PO      := $(sort $(wildcard node/cli/po/*.po))
MO      := $(PO:node/cli/po/%.po=$(BUILD)/locale/%/LC_MESSAGES/kith.mo)
POT     := $(BUILD)/po/kith.pot
PO_SRC  := $(filter-out %/mapping.c %/mapping_apply.c %/pick_parse.c %/rows.c %/geojson.c %/settings.c,$(CLI_SRC)) \
        $(sort $(wildcard node/report/*.c))
RPC_MAN    := $(if $(SCHEMAS),$(BUILD)/man/kith-rpc.7)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help
all: $(PROGRAMS) $(RPC_MAN) $(MO) ## build kithd and kith into build/

help: ## list the targets
	@echo "kith $(VERSION): make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- generated sources ---------------------------------------------------------------------------
$(BUILD)/gen/kith.pb-c.c $(BUILD)/gen/kith.pb-c.h &: protocol/kith.proto
	@mkdir -p $(BUILD)/gen
	$(call say,GEN)protoc-c -Iprotocol --c_out=$(BUILD)/gen protocol/kith.proto

# The generated code is not ours to warn about; -isystem would hide the header's casts as well.
$(PROTO_OBJ): $(BUILD)/gen/kith.pb-c.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(BASE_CFLAGS) $(CFLAGS) -c -o $@ $<

# SQL and JSON schemas become C strings, so that the programs need no files beside them.
$(BUILD)/gen/schema_sql.h: node/store/schema.sql contrib/embed
	@mkdir -p $(@D)
	@contrib/embed kith_schema_sql $< > $@
$(BUILD)/gen/api_schemas.h: $(SCHEMAS) contrib/embed
	@mkdir -p $(@D)
	@contrib/embed --table kith_api_schemas $(SCHEMAS) > $@
GENERATED := $(BUILD)/gen/kith.pb-c.h $(if $(wildcard node/store/schema.sql),$(BUILD)/gen/schema_sql.h) \
        $(if $(SCHEMAS),$(BUILD)/gen/api_schemas.h)

# ---- compiling and linking -------------------------------------------------------------------------
$(BUILD)/obj/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(BASE_CFLAGS) $(WARN) $(CFLAGS) -c -o $@ $<

define archive
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^
endef
$(LIBKEYS): $(call obj,$(KEYS_SRC))
	$(archive)
$(LIBPROTOCOL): $(call obj,$(PROTOCOL_SRC)) $(PROTO_OBJ)
	$(archive)
$(LIBNODE): $(call obj,$(NODE_SRC))
	$(archive)
$(LIBCLI): $(call obj,$(CLI_SRC))
	$(archive)
BELOW_CLI  := $(LIBNODE) $(LIBPROTOCOL) $(LIBKEYS)
link = $(call say,LD)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(1) $(LIBS)

$(KITHD): $(call obj,node/main.c) $(BELOW_CLI)
	$(call link,$^)
$(KITH): $(call obj,node/cli/main.c) $(LIBCLI) $(BELOW_CLI)
	$(call link,$^)
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(LIBCLI) $(BELOW_CLI)
	@mkdir -p $(@D)
	$(call link,$^) $(CMOCKA_LIBS)
# One test wants ids whose sums cancel out: it is linked with sums of 16 bits instead of 256.
$(BUILD)/reduced/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(BASE_CFLAGS) $(WARN) $(CFLAGS) -DKITH_SUM_BITS=16 -c -o $@ $<
$(BUILD)/tests/unit/test_audit_hidden: $(BUILD)/obj/tests/unit/test_audit_hidden.o \
        $(BUILD)/reduced/protocol/reconcile.o $(LIBCLI) $(BELOW_CLI)
	@mkdir -p $(@D)
	$(call link,$^) $(CMOCKA_LIBS)
$(BUILD)/tests/vectors/%: $(BUILD)/obj/tests/vectors/%.o $(BELOW_CLI)
	@mkdir -p $(@D)
	$(call link,$^) $(CMOCKA_LIBS)
$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/replay.o $(LIBCLI) $(BELOW_CLI)
	@mkdir -p $(@D)
	$(call link,$^)
$(BUILD)/tests/bench/%: $(BUILD)/obj/tests/bench/%.o $(BELOW_CLI)
	@mkdir -p $(@D)
	$(call link,$^)
# Test tools link only what travels between nodes: they show that the two lower rooms stand alone.
$(BUILD)/tests/%: $(BUILD)/obj/tests/tools/%.o $(LIBPROTOCOL) $(LIBKEYS)
	@mkdir -p $(@D)
	$(call link,$^)
# What cores say goes by tests/sim/tap.c before it is sealed.
SIM_TAP := -Wl,--wrap=kith_session_send
$(BUILD)/tests/simulate: $(call obj,$(SIM_SRC)) $(LIBPROTOCOL) $(LIBKEYS)
	@mkdir -p $(@D)
	$(call link,$(SIM_TAP) $^)

# A canary is a simulator whose cores have one file with a bug (tests/sim/canaries): what the file
# defines is not taken from the library any more.
CANARIES := $(patsubst tests/sim/canaries/%.patch,%,$(wildcard tests/sim/canaries/*.patch))
CANARY_BIN := $(foreach name,$(CANARIES),$(BUILD)/canary-$(firstword $(subst -, ,$(name)))/simulate)
.SECONDEXPANSION:
$(BUILD)/canary-%/broken.c: $$(wildcard tests/sim/canaries/$$*-*.patch) $(PROTOCOL_SRC)
	@mkdir -p $(@D)
	@patch -s -p1 -r - -o $@ <$<
$(BUILD)/canary-%/broken.o: $(BUILD)/canary-%/broken.c | $(GENERATED)
	$(call say,CC)$(CC) $(BASE_CFLAGS) $(WARN) $(CFLAGS) -c -o $@ $<
$(BUILD)/canary-%/simulate: $(BUILD)/canary-%/broken.o $(call obj,$(SIM_SRC)) $(LIBPROTOCOL) $(LIBKEYS)
	$(call link,$(SIM_TAP) $^)
$(SWARM_BIN): $(call obj,$(SWARM_SRC)) $(LIBPROTOCOL) $(LIBKEYS)
	@mkdir -p $(@D)
	$(call link,$^)

# The manual of the local API is told by the schemas that the node holds arguments to.
$(BUILD)/make-kith-rpc: $(call obj,contrib/man/make-kith-rpc.c) $(BELOW_CLI)
	$(call link,$^)
$(BUILD)/man/kith-rpc.7: contrib/man/kith-rpc.7.in $(BUILD)/make-kith-rpc
	@mkdir -p $(@D)
	$(call say,GEN)$(BUILD)/make-kith-rpc $< > $@

# The tool's own words in other languages. Strings in tables are printed by a program, the others are
# found where they are said.
$(BUILD)/locale/%/LC_MESSAGES/kith.mo: node/cli/po/%.po
	@mkdir -p $(@D)
	$(call say,MSG)msgfmt --check -o $@ $<
$(BUILD)/po-tables: $(call obj,contrib/po-tables.c) $(LIBCLI) $(BELOW_CLI)
	$(call link,$^)
KEYWORDS := _ N_ P_:1,2 kith_fail:3 kith_hint:2 kith_ask_line:2 wrong:2 kith_parse_wrong:3 wanted:3 \
        kith_report_section:3 kith_report_note:2
$(POT): $(BUILD)/po-tables $(PO_SRC)
	@mkdir -p $(@D)
	@$(BUILD)/po-tables > $(BUILD)/po/tables.c
	$(call say,MSG)xgettext --from-code=UTF-8 --language=C --no-location --no-wrap --package-name=kith \
		$(addprefix --keyword=,$(KEYWORDS)) -o $@ $(PO_SRC) $(BUILD)/po/tables.c \
		2>$(BUILD)/po/warnings
	@sed -i '/^"POT-Creation-Date/d' $@
po: $(POT) ## bring the catalogues in node/cli/po up to date with the sources
	for file in $(PO); do msgmerge --quiet --update --backup=none --no-wrap --no-fuzzy-matching \
		--no-location $$file $(POT) && msgattrib --no-obsolete --no-wrap -o $$file $$file && \
		msgfmt --statistics -o /dev/null $$file; done

# ---- trying and testing ------------------------------------------------------------------------------

.PHONY: po valgrind crash demo check check-vectors check-source check-symbols asan fuzz sim soak canaries swarm bench bench-peers deps
deps:
	@contrib/install-deps build

demo: ## three cities on loopback: publish, gossip, crash, catch up, search (KEEP=1 leaves them running)
	@contrib/install-deps
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) contrib/demo/run

TESTS_ALL := $(PROGRAMS) $(RPC_MAN) $(MO) $(POT) $(UNIT_BIN) $(VECTOR_BIN) $(FUZZ_BIN) $(TOOL_BIN) $(SIM_BIN) $(SWARM_BIN)
check: $(TESTS_ALL) ## every test: unit, vectors, simulation, end to end, source and symbol rules
	@BUILD=$(BUILD) SANITIZE=$(SANITIZE) tests/run all

check-vectors: $(VECTOR_BIN) ## the vectors of protocol/vectors and of $KITH_VECTORS
	@BUILD=$(BUILD) tests/run vectors

check-source: $(RPC_MAN) $(MO) $(POT) ## the house rules: no include points up, no file-scope state, tidy text
	@BUILD=$(BUILD) tests/run source

check-symbols: $(LIBKEYS) $(LIBPROTOCOL) ## the two lower rooms call no socket, clock, file or random source
	@BUILD=$(BUILD) tests/run symbols

asan: ## check, with AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan SANITIZE=1 OPT=-O1 check

valgrind: $(PROGRAMS) $(TOOL_BIN) ## end to end, with every daemon under valgrind: no leak, no bad access
	@BUILD=$(BUILD) TEST_TIMEOUT=3600 \
	KITH_E2E_WRAP="valgrind -q --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --error-exitcode=99" tests/run e2e

crash: $(PROGRAMS) ## kill -9 a hundred times during import and sync
	@BUILD=$(BUILD) KITH_CRASHES=100 TEST_TIMEOUT=3600 tests/run e2e test_crash

fuzz: ## fuzz each target with libFuzzer for FUZZ_SECONDS (60)
	@BUILD=$(BUILD) tests/fuzz/run

sim: $(SIM_BIN) ## simulate real cores on a virtual network (SEED= NODES= RECORDS= HOURS= VERBOSE=1)
	@$(BUILD)/tests/simulate

soak: $(SIM_BIN) ## simulate one seed after the other until something fails or you stop it
	@SEEDS=$$(date +%s)- $(BUILD)/tests/simulate

canaries: $(CANARY_BIN) ## plant bugs in the core, one at a time, and see the simulator find each
	@BUILD=$(BUILD) tests/sim/canaries/run

swarm: $(SWARM_BIN) ## measure live gossip among many cores (NODES= DEGREE= SEED= PUBLISHERS= RECORDS= LATENCY_MS=)
	@$(SWARM_BIN)

bench: $(PROGRAMS) $(BENCH_BIN) $(BUILD)/tests/hostile ## measure; lines of name, value, unit; a plot in build/bench (SIZE=1000000: 20 minutes)
	@BUILD=$(BUILD) tests/bench/run

bench-peers: $(PROGRAMS) $(BENCH_BIN) ## the first sync beside Hypercore and Secure Scuttlebutt, where $KITH_PEERS is
	@BUILD=$(BUILD) tests/bench/peers

# ---- installing and tidying ------------------------------------------------------------------------
.PHONY: install format clean
MANPAGES := $(wildcard contrib/man/*.[1-9]) $(RPC_MAN)
UNITS := $(wildcard contrib/systemd/system/*.service contrib/systemd/user/*.service)
install: all ## install programs, manual pages, completions and units into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/sbin
	install -m 755 $(KITH) $(DESTDIR)$(PREFIX)/bin/kith
	install -m 755 $(KITHD) $(DESTDIR)$(PREFIX)/sbin/kithd
	set -e; for page in $(MANPAGES); do \
		install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	set -e; for unit in $(UNITS); do \
		to=$(DESTDIR)$(PREFIX)/lib/systemd/$$(dirname $${unit#contrib/systemd/})/$${unit##*/}; \
		install -D -m 644 $$unit $$to; sed -i 's|/usr/local/|$(PREFIX)/|' $$to; done
	set -e; for mo in $(MO:$(BUILD)/locale/%=%); do \
		install -D -m 644 $(BUILD)/locale/$$mo $(DESTDIR)$(PREFIX)/share/locale/$$mo; done
	install -D -m 644 contrib/completions/kith.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kith
	install -D -m 644 contrib/completions/_kith $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kith
	install -D -m 644 contrib/systemd/kith.sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/kith.conf

format: ## clang-format every C file
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## remove build/
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj $(BUILD)/reduced -name '*.d' 2>/dev/null)

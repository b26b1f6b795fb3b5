# Plain make; everything it makes is under build/ (per flavour: build, build/asan, build/tsan). `make help` lists the targets.
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

CC = gcc
CLANG = clang-14
# `make asan test` and `make tsan` build everything a second time, with a sanitizer, under build/asan and build/tsan.
FLAVOUR ?= $(filter asan tsan,$(MAKECMDGOALS))
BUILD := build$(if $(FLAVOUR),/$(FLAVOUR))
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unversioned)

SERVICES := registry workforce payroll evaluation gateway
LIBRARIES := libzmq libpq libprotobuf-c jansson libcrypto
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES) libmicrohttpd 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wpointer-arith \
  -Wwrite-strings -Wundef -Wimplicit-fallthrough -Wswitch-enum -Wconversion -Wno-sign-conversion
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g $(WARNINGS) $(HARDENING)
# Relocations of the descriptors packed: half a megabyte less resident in each daemon.
LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,-z,pack-relative-relocs -Wl,--as-needed -pthread
ifeq ($(FLAVOUR),asan)
  CFLAGS := -std=c11 -D_GNU_SOURCE -O1 -g $(WARNINGS) -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -DWORKRELIEF_ARENA_MALLOC
  LDFLAGS := -fsanitize=address,undefined -pthread
endif
ifeq ($(FLAVOUR),tsan)
  CFLAGS := -std=c11 -D_GNU_SOURCE -O1 -g $(WARNINGS) -fsanitize=thread
  LDFLAGS := -fsanitize=thread -pthread
endif
CPPFLAGS := -I. -I$(BUILD)/gen -I$(BUILD)/gen/proto $(PKG_CFLAGS) -DWORKRELIEF_VERSION='"$(VERSION)"'
# Code that protoc-c writes is not ours to mend.
GEN_CFLAGS = $(filter-out -W%,$(CFLAGS))

PROTOS := $(wildcard proto/*.proto)
PB_C := $(PROTOS:proto/%.proto=$(BUILD)/gen/proto/%.pb-c.c)
PB_H := $(PB_C:.c=.h)
PB_O := $(PB_C:.c=.o) $(BUILD)/gen/messages.o $(BUILD)/gen/descriptor_set.o

COMMON_C := $(wildcard common/*/*.c)
COMMON_O := $(COMMON_C:%.c=$(BUILD)/%.o)
COMMON_A := $(BUILD)/libcommon.a
DAEMONS := $(SERVICES:%=$(BUILD)/bin/%)
CLI := $(BUILD)/bin/workrelief

all: $(DAEMONS) $(CLI) ## build the five daemons and the command line

# --- contract -------------------------------------------------------------------------------------------------------------------
$(BUILD)/gen/proto/%.pb-c.c $(BUILD)/gen/proto/%.pb-c.h: proto/%.proto
	@mkdir -p $(@D)
	protoc-c --proto_path=proto --c_out=$(BUILD)/gen/proto $<
$(BUILD)/gen/messages.c: $(PB_H) common/embed.sh
	common/embed.sh messages $(PB_H) > $@
$(BUILD)/gen/descriptor_set.pb: $(PROTOS)
	@mkdir -p $(@D)
	protoc --proto_path=proto --include_imports --descriptor_set_out=$@ $(PROTOS)
$(BUILD)/gen/descriptor_set.c: $(BUILD)/gen/descriptor_set.pb common/embed.sh
	common/embed.sh bytes descriptor_set $< > $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c | $(PB_H)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(GEN_CFLAGS) -c -o $@ $<

# --- common ---------------------------------------------------------------------------------------------------------------------
$(BUILD)/%.o: %.c | $(PB_H)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/gen/common_statements.c: $(wildcard common/daemon/sql/*.sql) common/embed.sh
	@mkdir -p $(@D)
	common/embed.sh texts common_statements $(sort $(wildcard common/daemon/sql/*.sql)) > $@
$(BUILD)/gen/common_migrations.c: $(wildcard common/daemon/migrations/*.sql) common/embed.sh
	@mkdir -p $(@D)
	common/embed.sh texts common_migrations $(sort $(wildcard common/daemon/migrations/*.sql)) > $@
$(COMMON_A): $(COMMON_O) $(PB_O) $(BUILD)/gen/common_statements.o $(BUILD)/gen/common_migrations.o
	@rm -f $@
	ar rcs $@ $^

# --- services: C files, and SQL embedded as tables -----------------------------------------------------------------------------
define SERVICE_RULES
$(1)_O := $$(patsubst %.c,$$(BUILD)/%.o,$$(wildcard services/$(1)/*.c)) $$(BUILD)/gen/$(1)_statements.o $$(BUILD)/gen/$(1)_migrations.o $$($(1)_MADE)
$$(BUILD)/gen/$(1)_statements.c: $$(wildcard services/$(1)/sql/*.sql) services/$(1)/sql common/embed.sh
	@mkdir -p $$(@D)
	common/embed.sh texts $(1)_statements $$(sort $$(wildcard services/$(1)/sql/*.sql)) > $$@
$$(BUILD)/gen/$(1)_migrations.c: $$(wildcard services/$(1)/migrations/*.sql) services/$(1)/migrations common/embed.sh
	@mkdir -p $$(@D)
	common/embed.sh texts $(1)_migrations $$(sort $$(wildcard services/$(1)/migrations/*.sql)) > $$@
$$(BUILD)/bin/$(1): $$($(1)_O) $$(COMMON_A)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$($(1)_O) $$(COMMON_A) $$(PKG_LIBS) $$($(1)_LIBS)
endef
gateway_LIBS := -lmicrohttpd -lcrypt -lz -lqrencode
# What browsers get: the pages, one packaged library, and the two descriptions of the contract made from its descriptors and comments.
WEB := services/gateway/web
WEB_FILES := $(shell find $(WEB) -type f -not -name '.*' | LC_ALL=C sort)
MITHRIL := /usr/lib/nodejs/mithril/mithril.js
gateway_MADE := $(BUILD)/gen/gateway_assets.o
$(BUILD)/gen/commented_set.pb: $(PROTOS)
	@mkdir -p $(@D)
	protoc --proto_path=proto --include_imports --include_source_info --descriptor_set_out=$@ $(PROTOS)
$(BUILD)/gen/openapi.json $(BUILD)/gen/asyncapi.json $(BUILD)/gen/contract.json &: $(BUILD)/gen/commented_set.pb services/gateway/describe.py \
  $(SERVICES:%=services/%/methods.def) $(WEB_FILES) common/pb/heads.def services/gateway/figures.def
	/usr/bin/python3 services/gateway/describe.py $< $(BUILD)/gen
$(BUILD)/gen/gateway_assets.c: $(WEB_FILES) $(MITHRIL) $(BUILD)/gen/openapi.json $(BUILD)/gen/asyncapi.json $(BUILD)/gen/contract.json common/embed.sh $(WEB)
	common/embed.sh assets gateway_assets $(foreach file,$(WEB_FILES),$(file:$(WEB)%=%)=$(file)) /lib/mithril.js=$(MITHRIL) /openapi.json=$(BUILD)/gen/openapi.json \
	  /asyncapi.json=$(BUILD)/gen/asyncapi.json /console/contract.json=$(BUILD)/gen/contract.json > $@
$(foreach service,$(SERVICES),$(eval $(call SERVICE_RULES,$(service))))

cli_LIBS := -lxlsxwriter -larchive
CLI_O := $(patsubst %.c,$(BUILD)/%.o,$(wildcard services/cli/*.c)) $(BUILD)/gen/cli_answers.o $(BUILD)/gen/requirements.o \
  $(SERVICES:%=$(BUILD)/gen/%_migrations.o)
# What `workrelief explain` knows: the policy's requirements, and which method's SQL names which rule.
$(BUILD)/gen/cli_answers.c: services/cli/answers.sh $(SERVICES:%=services/%/rules.def) $(wildcard $(SERVICES:%=services/%/sql/*.sql)) $(SERVICES:%=services/%/sql)
	@mkdir -p $(@D)
	services/cli/answers.sh $(SERVICES) > $@
$(BUILD)/gen/requirements.c: policy/requirements.csv common/embed.sh
	@mkdir -p $(@D)
	common/embed.sh bytes requirements_csv $< > $@
$(CLI): $(CLI_O) $(COMMON_A)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(CLI_O) $(COMMON_A) $(PKG_LIBS) $(cli_LIBS)

# --- what is installed beside the programs: manual pages and completion, both told by the command itself, and what it says in other languages
PAGES := $(BUILD)/share/man/man1/workrelief.1 $(BUILD)/share/man/zh_CN/man1/workrelief.1
COMPLETION := $(BUILD)/share/bash-completion/completions/workrelief
$(BUILD)/share/man/man1/workrelief.1: $(CLI)
	@mkdir -p $(@D)
	$(CLI) help man --lang en > $@
$(BUILD)/share/man/zh_CN/man1/workrelief.1: $(CLI)
	@mkdir -p $(@D)
	$(CLI) help man --lang zh > $@
$(COMPLETION): $(CLI)
	@mkdir -p $(@D)
	$(CLI) completion bash > $@
# English is a catalogue like any other language's: po/LANGUAGE.po, begun from $(BUILD)/po/workrelief.pot, is built and installed with it.
SAID := $(wildcard common/*/*.[ch] common/*/*.def services/*/*.[ch] services/*/*.def)
CATALOGUES := $(patsubst %,$(BUILD)/share/locale/%/LC_MESSAGES/workrelief.mo,en $(patsubst po/%.po,%,$(wildcard po/*.po)))
$(BUILD)/po/en.po: po/extract.py $(SAID)
	@mkdir -p $(@D)
	/usr/bin/python3 po/extract.py $@
$(BUILD)/po/workrelief.pot: po/extract.py $(SAID)
	@mkdir -p $(@D)
	/usr/bin/python3 po/extract.py --pot $@
$(BUILD)/share/locale/%/LC_MESSAGES/workrelief.mo: $(BUILD)/po/%.po
	@mkdir -p $(@D)
	msgfmt --check-format --check-domain -o $@ $<
$(BUILD)/share/locale/%/LC_MESSAGES/workrelief.mo: po/%.po
	@mkdir -p $(@D)
	msgfmt --check-format --check-domain -o $@ $<
all: $(PAGES) $(COMPLETION) $(CATALOGUES) $(BUILD)/po/workrelief.pot
PREFIX ?= /usr/local
install: all ## programs, manual pages, completion and the systemd unit under $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share $(DESTDIR)$(PREFIX)/lib/systemd/system
	install $(DAEMONS) $(CLI) $(DESTDIR)$(PREFIX)/bin
	cp -R $(BUILD)/share/. $(DESTDIR)$(PREFIX)/share
	sed 's|/opt/workrelief/build/bin|$(PREFIX)/bin|g' deploy/workrelief@.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/workrelief@.service
.PHONY: install

include tests/tests.mk

asan: all test-programs ## build with ASan and UBSan; `make asan test` runs the tests so
tsan: all test-programs ## build with TSan and run the tests that use threads
	BUILD=$(BUILD) TSAN_OPTIONS="suppressions=$(CURDIR)/tests/house/tsan.supp halt_on_error=1" tests/run unit service
LINT_C := $(COMMON_C) $(wildcard services/*/*.c)
lint: $(PB_H) $(LINT_C:%=build/lint/%.done) ## clang-tidy, cppcheck, and words that do not belong here
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr --suppress=missingIncludeSystem \
	  --suppress=nullPointerOutOfMemory --suppress=nullPointerRedundantCheck --suppress=nullPointerArithmeticRedundantCheck --suppress=ctunullpointer --library=tests/house/cppcheck.cfg -I. common services
	tests/house/words.sh
build/lint/%.done: % .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(CPPFLAGS) -std=c11 -D_GNU_SOURCE
	@touch $@
layers: ## check what may include what
	@tests/house/layers.sh
requirements: ## every policy requirement with the tests that prove it
	@tests/house/requirements.py
rules: ## every refusal that no test names
	@tests/house/rules.py
release-contract: ## the contract of today becomes the released one, which later ones are tested against
	@proto/released/keep
fmt: ## format the C sources
	clang-format -i $$(git ls-files '*.c' '*.h')
.PHONY: asan tsan lint layers requirements rules release-contract fmt
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
clean: ## remove what make made
	rm -rf build
.PHONY: all help clean
-include $(COMMON_O:.o=.d) $(CLI_O:.o=.d) $(foreach service,$(SERVICES),$($(service)_O:.o=.d))

# Tests by tier. A unit test is one file tests/unit/NAME_test.c with its own main (cmocka), linked against libcommon and tests/lib.
# The other tiers are Python on tests/lib/*.py against the daemons of this flavour; tests/run runs and counts them.
TEST_LIB_O := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/lib/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*_test.c))
TIERS ?= all

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(TEST_LIB_O) $(COMMON_A)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS) -lcmocka

# The statement test has messages of its own, and so a list of messages of its own.
$(BUILD)/gen/tests/sample.pb-c.c $(BUILD)/gen/tests/sample.pb-c.h: tests/unit/sample.proto
	@mkdir -p $(@D)
	protoc-c --proto_path=tests/unit --c_out=$(BUILD)/gen/tests $<
$(BUILD)/tests/unit/statement_test.o: $(BUILD)/gen/tests/sample.pb-c.h
$(BUILD)/tests/unit/statement_test: $(BUILD)/gen/tests/sample.pb-c.o

test-programs: $(UNIT_TESTS)
test: all test-programs ## all tests; TIERS="unit service wire fault e2e" chooses
	BUILD=$(BUILD) tests/run $(TIERS)
test-unit: $(UNIT_TESTS) ## pure code, no I/O beyond files of its own
	BUILD=$(BUILD) tests/run unit
demo: ## a district of three nodes and a whole quarter (deploy/demo)
	./deploy/demo
.PHONY: test test-programs test-unit demo
.SECONDARY:

# --- common/base, common/pb: messages of their own for the tests; fuzzing -------------------------------------------------------------
SPECIMEN_H := $(BUILD)/gen/tests/specimen.pb-c.h
SPECIMEN_O := $(BUILD)/gen/tests/specimen.pb-c.o
SPECIMEN_TESTS := reflect scan validate json table
$(BUILD)/gen/tests/specimen.pb-c.c $(SPECIMEN_H) &: tests/unit/specimen.proto
	@mkdir -p $(@D)
	protoc-c --proto_path=tests/unit --c_out=$(BUILD)/gen/tests $<
$(SPECIMEN_TESTS:%=$(BUILD)/tests/unit/%_test.o): $(SPECIMEN_H)
$(SPECIMEN_TESTS:%=$(BUILD)/tests/unit/%_test): $(SPECIMEN_O)

# The JSON mapping on a pipe, for the oracle test.
JSON_MAPPING := $(BUILD)/tests/wire/json_mapping
$(JSON_MAPPING).o: $(SPECIMEN_H)
$(JSON_MAPPING): $(JSON_MAPPING).o $(SPECIMEN_O) $(COMMON_A)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
test-programs: $(JSON_MAPPING)

# A target is LLVMFuzzerTestOneInput in tests/fuzz/NAME_fuzz.c with its seeds in tests/fuzz/corpus/NAME. test-fuzz replays the seeds (and
# changed copies of them) with any compiler; fuzz searches with clang's libFuzzer, FUZZ_SECONDS each.
FUZZ_TARGETS := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_REPLAYS := $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%_replay)
FUZZ_SEARCHES := $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%_search)
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS := -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -DWORKRELIEF_ARENA_MALLOC
FUZZ_C := $(wildcard common/base/*.c common/pb/*.c) $(BUILD)/gen/messages.c $(BUILD)/gen/tests/specimen.pb-c.c
$(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%_fuzz.o): $(SPECIMEN_H)
$(BUILD)/tests/fuzz/%_replay: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/tests/fuzz/replay.o $(SPECIMEN_O) $(COMMON_A)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(BUILD)/tests/fuzz/%_search: tests/fuzz/%_fuzz.c $(FUZZ_C) $(PB_C)
	@mkdir -p $(@D)
	$(CLANG) $(CPPFLAGS) $(FUZZ_CFLAGS) -o $@ $^ $(PKG_LIBS)
test-programs: $(FUZZ_REPLAYS)
test-fuzz: $(FUZZ_REPLAYS) ## replay the corpora of the fuzz targets
	@set -e; for target in $(FUZZ_TARGETS); do echo "== $$target"; $(BUILD)/tests/fuzz/$${target}_replay tests/fuzz/corpus/$$target; done
fuzz: $(FUZZ_SEARCHES) ## search for inputs that break the parsers, FUZZ_SECONDS each
	@set -e; for target in $(FUZZ_TARGETS); do echo "== $$target"; mkdir -p $(BUILD)/fuzz/$$target; \
	  $(BUILD)/tests/fuzz/$${target}_search -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -artifact_prefix=$(BUILD)/fuzz/ \
	  -print_final_stats=1 -verbosity=0 $(BUILD)/fuzz/$$target tests/fuzz/corpus/$$target; done
.PHONY: test-fuzz fuzz
-include $(wildcard $(BUILD)/tests/unit/*.d $(BUILD)/tests/fuzz/*.d $(BUILD)/tests/bench/*.d)
# --- end of common/base, common/pb ----------------------------------------------------------------------------------------------------

# --- benchmarks -----------------------------------------------------------------------------------------------------------------------
BENCH_PROGRAMS := $(BUILD)/tests/bench/load $(BUILD)/tests/bench/http_load $(BUILD)/tests/bench/direct $(BUILD)/tests/bench/districts
$(BENCH_PROGRAMS): %: %.o $(COMMON_A)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
bench: all $(BENCH_PROGRAMS) ## speed against pgbench, COPY and plain libpq; also in var/bench/latest.tsv
	BUILD=$(BUILD) tests/bench/run.sh
.PHONY: bench

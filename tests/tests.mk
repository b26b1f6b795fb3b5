# Tests by tier. A unit test is one file tests/unit/NAME_test.c with its own main (cmocka), linked against libcommon and tests/lib.
TEST_LIB_O := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/lib/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*_test.c))

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(TEST_LIB_O) $(COMMON_A)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS) -lcmocka

test-unit: $(UNIT_TESTS) ## pure code, no I/O beyond files of its own
	@set -e; for t in $(UNIT_TESTS); do echo "== $$t"; $$t; done
.PHONY: test-unit
.SECONDARY:

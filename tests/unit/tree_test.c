/* tree_test.c - the tree over ledger rows: fixed roots, every proof of every size, and every way of cheating that was thought of. */
#include "common/crypto/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/text.h"

static void sums_of(uint64_t row, int64_t sums[TREE_SUMS]) {
  sums[0] = (int64_t)row;
  sums[1] = (int64_t)row * 100;
  sums[2] = row % 2 ? (int64_t)row * 100 : 0;
}

static void add_rows(struct tree *tree, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) {
    char row[32];
    int64_t sums[TREE_SUMS];
    int length = snprintf(row, sizeof row, "row %llu", (unsigned long long)i);
    sums_of(i, sums);
    tree_add(tree, sums, row, (size_t)length);
  }
}

/* The same tree made the slow way, from its definition. */
static struct tree_node top_of(uint64_t first, uint64_t count) {
  struct tree_node node;
  if (count == 1) {
    char row[32];
    int64_t sums[TREE_SUMS];
    int length = snprintf(row, sizeof row, "row %llu", (unsigned long long)first);
    sums_of(first, sums);
    tree_leaf(sums, row, (size_t)length, &node);
    return node;
  }
  uint64_t half = 1;
  while (half * 2 < count) half *= 2;
  struct tree_node left = top_of(first, half), right = top_of(first + half, count - half);
  uint8_t bytes[1 + 2 * (8 * TREE_SUMS + SM3_SIZE)], *next = bytes;
  *next++ = 1;
  const struct tree_node *parts[] = {&left, &right};
  for (int side = 0; side < 2; side++) {
    for (int i = 0; i < TREE_SUMS; i++)
      for (int shift = 56; shift >= 0; shift -= 8) *next++ = (uint8_t)((uint64_t)parts[side]->sums[i] >> shift);
    memcpy(next, parts[side]->hash, SM3_SIZE);
    next += SM3_SIZE;
  }
  sm3_of(bytes, sizeof bytes, node.hash);
  for (int i = 0; i < TREE_SUMS; i++) node.sums[i] = left.sums[i] + right.sums[i];
  return node;
}

static void test_no_rows(void **state) {
  (void)state;
  struct tree tree;
  uint8_t root[SM3_SIZE], expected[SM3_SIZE], bytes[1 + 8 + 8 * TREE_SUMS + SM3_SIZE] = {2};
  int64_t sums[TREE_SUMS] = {7, 7, 7};
  tree_begin(&tree, NULL, 0);
  assert_true(tree_root(&tree, root, sums));
  sm3_of(bytes, sizeof bytes, expected);
  assert_memory_equal(root, expected, SM3_SIZE);
  assert_int_equal(sums[0] + sums[1] + sums[2], 0);
}

static void test_every_proof_of_every_size(void **state) {
  (void)state;
  static const uint64_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 1000};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    uint64_t count = sizes[s];
    struct tree_path *paths = calloc(count, sizeof *paths);
    for (uint64_t i = 0; i < count; i++) paths[i].index = i;
    struct tree tree;
    uint8_t root[SM3_SIZE];
    int64_t sums[TREE_SUMS], found[TREE_SUMS];
    tree_begin(&tree, paths, count);
    add_rows(&tree, count);
    assert_true(tree_root(&tree, root, sums));
    struct tree_node top = top_of(0, count);
    assert_memory_equal(sums, top.sums, sizeof sums);
    assert_int_equal(sums[0], (int64_t)(count * (count - 1) / 2));
    for (uint64_t i = 0; i < count; i++) {
      assert_true(tree_verify(&paths[i], count, root, found));
      assert_memory_equal(found, sums, sizeof sums);
      assert_false(count > 1 && tree_verify(&paths[i], count - 1, root, found));
      assert_false(tree_verify(&paths[i], count + 1, root, found));
      paths[i].index = (i + 1) % count;
      assert_false(count > 1 && tree_verify(&paths[i], count, root, found));
    }
    free(paths);
  }
}

/* One path of a tree of 1,000, to be spoiled. */
struct proof {
  struct tree_path path;
  uint8_t root[SM3_SIZE];
};

static struct proof prove(uint64_t index, uint64_t count) {
  struct proof proof = {.path = {.index = index}};
  struct tree tree;
  tree_begin(&tree, &proof.path, 1);
  add_rows(&tree, count);
  assert_true(tree_root(&tree, proof.root, NULL));
  return proof;
}

static void assert_spoilt(const struct proof *proof, uint64_t count) {
  int64_t sums[TREE_SUMS];
  assert_false(tree_verify(&proof->path, count, proof->root, sums));
}

static void test_a_changed_row_or_step_shows(void **state) {
  (void)state;
  const struct proof good = prove(777, 1000);
  int64_t sums[TREE_SUMS];
  assert_true(tree_verify(&good.path, 1000, good.root, sums));
  struct proof bad = good;
  sums_of(777, sums);
  tree_leaf(sums, "row 778", 7, &bad.path.leaf);
  assert_spoilt(&bad, 1000);
  for (size_t step = 0; step < good.path.step_count; step++) {
    bad = good;
    bad.path.steps[step].hash[31] ^= 1;
    assert_spoilt(&bad, 1000);
    bad = good;
    bad.path.steps[step].sums[1]++; /* a row beside it paid a fen more */
    assert_spoilt(&bad, 1000);
  }
  bad = good;
  bad.path.step_count--;
  assert_spoilt(&bad, 1000);
  bad = good;
  bad.path.steps[bad.path.step_count++] = good.path.steps[0];
  assert_spoilt(&bad, 1000);
  bad = good;
  bad.path.step_count = TREE_DEPTH + 1;
  assert_spoilt(&bad, 1000);
  bad = good;
  bad.root[0] ^= 0x80;
  assert_spoilt(&bad, 1000);
}

/* What a node hashes is not accepted as what a row hashes: no second row stands for an inner node. */
static void test_an_inner_node_is_no_row(void **state) {
  (void)state;
  const struct proof good = prove(0, 4);
  uint8_t inner[2 * (8 * TREE_SUMS + SM3_SIZE)], *next = inner;
  const struct tree_node *parts[] = {&good.path.leaf, &good.path.steps[0]};
  int64_t sums[TREE_SUMS];
  for (int side = 0; side < 2; side++) {
    for (int i = 0; i < TREE_SUMS; i++)
      for (int shift = 56; shift >= 0; shift -= 8) *next++ = (uint8_t)((uint64_t)parts[side]->sums[i] >> shift);
    memcpy(next, parts[side]->hash, SM3_SIZE);
    next += SM3_SIZE;
  }
  struct proof forged = good;
  for (int i = 0; i < TREE_SUMS; i++) sums[i] = parts[0]->sums[i] + parts[1]->sums[i];
  tree_leaf(sums, inner, sizeof inner, &forged.path.leaf);
  forged.path.steps[0] = good.path.steps[1];
  forged.path.step_count = 1;
  assert_spoilt(&forged, 2);
  assert_spoilt(&forged, 4);
}

/* Rows may not be hidden behind a negative amount, nor behind a sum that runs over. */
static void test_sums_neither_fall_nor_run_over(void **state) {
  (void)state;
  struct tree tree;
  uint8_t root[SM3_SIZE];
  tree_begin(&tree, NULL, 0);
  tree_add(&tree, (int64_t[]){1, -1, 0}, "a", 1);
  assert_false(tree_root(&tree, root, NULL));
  tree_begin(&tree, NULL, 0);
  tree_add(&tree, (int64_t[]){1, INT64_MAX, 0}, "a", 1);
  tree_add(&tree, (int64_t[]){1, 1, 0}, "b", 1);
  assert_false(tree_root(&tree, root, NULL));
  struct proof bad = prove(3, 8);
  bad.path.steps[1].sums[1] = -1;
  assert_spoilt(&bad, 8);
  bad = prove(0, 1);
  bad.path.leaf.sums[0] = -1;
  assert_spoilt(&bad, 1);
}

static void test_drawing(void **state) {
  (void)state;
  uint8_t seed[SM3_SIZE] = {1, 2, 3};
  uint64_t numbers[300], again[300], other[300];
  tree_draw(seed, 1, 1000, 300, numbers);
  tree_draw(seed, 1, 1000, 300, again);
  tree_draw(seed, 2, 1000, 300, other);
  assert_memory_equal(numbers, again, sizeof numbers);
  assert_memory_not_equal(numbers, other, sizeof numbers);
  for (size_t i = 0; i < 300; i++) assert_true(numbers[i] < 1000 && (i == 0 || numbers[i - 1] < numbers[i]));
  tree_draw(seed, 1, 300, 300, numbers); /* all of them */
  for (size_t i = 0; i < 300; i++) assert_int_equal(numbers[i], i);
  tree_draw(seed, 1, 1, 1, numbers);
  assert_int_equal(numbers[0], 0);
}

/* Chi-square over 7 boxes: 6 degrees of freedom, 22.46 is passed by chance once in 1,000; the seeds are fixed, so never. */
static void test_drawing_favours_nobody(void **state) {
  (void)state;
  uint64_t hits[7] = {0};
  for (uint32_t i = 0; i < 7000; i++) {
    uint8_t seed[SM3_SIZE] = {0};
    memcpy(seed, &i, sizeof i);
    uint64_t number;
    tree_draw(seed, 1, 7, 1, &number);
    hits[number]++;
  }
  double chi = 0;
  for (int box = 0; box < 7; box++) chi += ((double)hits[box] - 1000) * ((double)hits[box] - 1000) / 1000;
  assert_true(chi < 22.46);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_rows),
      cmocka_unit_test(test_every_proof_of_every_size),
      cmocka_unit_test(test_a_changed_row_or_step_shows),
      cmocka_unit_test(test_an_inner_node_is_no_row),
      cmocka_unit_test(test_sums_neither_fall_nor_run_over),
      cmocka_unit_test(test_drawing),
      cmocka_unit_test(test_drawing_favours_nobody),
  };
  return hash_open() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}

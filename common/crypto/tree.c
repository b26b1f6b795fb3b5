/* tree.c - see tree.h. */
#include "common/crypto/tree.h"

#include <string.h>

#define SUMS_SIZE (8 * TREE_SUMS)

static const uint8_t LEAF = 0, NODE = 1, ROOT = 2; /* what is hashed says what it is: no node passes for a row */

static void put64(uint64_t value, uint8_t bytes[8]) {
  for (int i = 7; i >= 0; i--, value >>= 8) bytes[i] = (uint8_t)value;
}

static void put_sums(const int64_t sums[TREE_SUMS], uint8_t bytes[SUMS_SIZE]) {
  for (int i = 0; i < TREE_SUMS; i++) put64((uint64_t)sums[i], bytes + 8 * i);
}

static bool add_sums(const int64_t left[TREE_SUMS], const int64_t right[TREE_SUMS], int64_t sums[TREE_SUMS]) {
  for (int i = 0; i < TREE_SUMS; i++)
    if (left[i] < 0 || right[i] < 0 || __builtin_add_overflow(left[i], right[i], &sums[i])) return false;
  return true;
}

void tree_leaf(const int64_t sums[TREE_SUMS], const void *row, size_t length, struct tree_node *leaf) {
  uint8_t packed[SUMS_SIZE];
  memcpy(leaf->sums, sums, sizeof leaf->sums);
  put_sums(sums, packed);
  sm3((struct hash_part[]){{&LEAF, 1}, {packed, sizeof packed}, {row, length}}, 3, leaf->hash);
}

static bool join(const struct tree_node *left, const struct tree_node *right, struct tree_node *parent) {
  struct tree_node made = {0};
  uint8_t left_sums[SUMS_SIZE], right_sums[SUMS_SIZE];
  if (!add_sums(left->sums, right->sums, made.sums)) return false;
  put_sums(left->sums, left_sums);
  put_sums(right->sums, right_sums);
  sm3((struct hash_part[]){{&NODE, 1}, {left_sums, SUMS_SIZE}, {left->hash, SM3_SIZE}, {right_sums, SUMS_SIZE}, {right->hash, SM3_SIZE}}, 5,
      made.hash);
  *parent = made;
  return true;
}

static void seal_root(uint64_t count, const struct tree_node *top, uint8_t root[SM3_SIZE]) {
  uint8_t number[8], packed[SUMS_SIZE];
  put64(count, number);
  put_sums(top->sums, packed);
  sm3((struct hash_part[]){{&ROOT, 1}, {number, sizeof number}, {packed, sizeof packed}, {top->hash, SM3_SIZE}}, 4, root);
}

void tree_begin(struct tree *tree, struct tree_path *paths, size_t path_count) {
  *tree = (struct tree){.paths = paths, .path_count = path_count};
  for (size_t i = 0; i < path_count; i++) paths[i].step_count = 0;
}

/* Each path that runs through one of the two gets the other as its next step. */
static void note_steps(struct tree *tree, const struct tree_stand *left, const struct tree_stand *right) {
  for (size_t i = 0; i < tree->path_count; i++) {
    struct tree_path *path = &tree->paths[i];
    if (path->index >= left->first && path->index < left->first + left->width)
      path->steps[path->step_count++] = right->node;
    else if (path->index >= right->first && path->index < right->first + right->width)
      path->steps[path->step_count++] = left->node;
  }
}

/* The two last become one. */
static void fold(struct tree *tree) {
  struct tree_stand *left = &tree->stands[tree->stand_count - 2], *right = left + 1;
  note_steps(tree, left, right);
  if (!join(&left->node, &right->node, &left->node)) tree->is_broken = true;
  left->width += right->width;
  tree->stand_count--;
}

void tree_add(struct tree *tree, const int64_t sums[TREE_SUMS], const void *row, size_t length) {
  for (int i = 0; i < TREE_SUMS; i++)
    if (sums[i] < 0) tree->is_broken = true;
  struct tree_stand *stand = &tree->stands[tree->stand_count++];
  *stand = (struct tree_stand){.first = tree->count++, .width = 1};
  tree_leaf(sums, row, length, &stand->node);
  for (size_t i = 0; i < tree->path_count; i++)
    if (tree->paths[i].index == stand->first) tree->paths[i].leaf = stand->node;
  while (tree->stand_count > 1 && tree->stands[tree->stand_count - 2].width == tree->stands[tree->stand_count - 1].width) fold(tree);
}

bool tree_root(struct tree *tree, uint8_t root[SM3_SIZE], int64_t sums[TREE_SUMS]) {
  struct tree_node top = {{0}, {0}};
  while (tree->stand_count > 1) fold(tree);
  if (tree->stand_count) top = tree->stands[0].node;
  if (sums) memcpy(sums, top.sums, sizeof top.sums);
  seal_root(tree->count, &top, root);
  return !tree->is_broken;
}

/* The greatest power of two below count; count > 1. */
static uint64_t left_half(uint64_t count) {
  uint64_t half = 1;
  while (half < count - half) half *= 2;
  return half;
}

/* From the top down: on which side the path goes at each of its steps. False: it has more or fewer than this place in the tree has. */
static bool sides_of(uint64_t index, uint64_t count, size_t step_count, bool goes_right[TREE_DEPTH]) {
  size_t depth = 0;
  for (; count > 1; depth++) {
    if (depth >= step_count) return false;
    uint64_t half = left_half(count);
    goes_right[depth] = index >= half;
    index -= goes_right[depth] ? half : 0;
    count = goes_right[depth] ? count - half : half;
  }
  return depth == step_count;
}

bool tree_verify(const struct tree_path *path, uint64_t count, const uint8_t root[SM3_SIZE], int64_t sums[TREE_SUMS]) {
  bool goes_right[TREE_DEPTH];
  uint8_t found[SM3_SIZE];
  struct tree_node top = path->leaf;
  if (path->step_count > TREE_DEPTH || path->index >= count || !sides_of(path->index, count, path->step_count, goes_right)) return false;
  for (int i = 0; i < TREE_SUMS; i++)
    if (top.sums[i] < 0) return false;
  for (size_t i = 0; i < path->step_count; i++) {
    const struct tree_node *beside = &path->steps[i];
    bool right = goes_right[path->step_count - 1 - i];
    if (!(right ? join(beside, &top, &top) : join(&top, beside, &top))) return false;
  }
  seal_root(count, &top, found);
  memcpy(sums, top.sums, sizeof top.sums);
  return bytes_equal(found, root, SM3_SIZE);
}

/* --- drawing ----------------------------------------------------------------------------------------------------------------------- */

static uint64_t number_of(const uint8_t seed[SM3_SIZE], uint64_t label, uint64_t counter) {
  uint8_t words[16], digest[SM3_SIZE];
  uint64_t number = 0;
  put64(label, words);
  put64(counter, words + 8);
  sm3((struct hash_part[]){{seed, SM3_SIZE}, {words, sizeof words}}, 2, digest);
  for (int i = 0; i < 8; i++) number = number << 8 | digest[i];
  return number;
}

/* Puts number into its place; false: it stands there already. */
static bool insert(uint64_t *numbers, size_t have, uint64_t number) {
  size_t place = have;
  while (place > 0 && numbers[place - 1] > number) place--;
  if (place > 0 && numbers[place - 1] == number) return false;
  memmove(numbers + place + 1, numbers + place, (have - place) * sizeof *numbers);
  numbers[place] = number;
  return true;
}

void tree_draw(const uint8_t seed[SM3_SIZE], uint64_t label, uint64_t count, size_t wanted, uint64_t *numbers) {
  if (!count || wanted > count) return;
  uint64_t beyond = UINT64_MAX - UINT64_MAX % count; /* the last part of the range is shorter: to take it would favour small numbers */
  size_t have = 0;
  for (uint64_t counter = 0; have < wanted; counter++) {
    uint64_t number = number_of(seed, label, counter);
    if (number < beyond && insert(numbers, have, number % count)) have++;
  }
}

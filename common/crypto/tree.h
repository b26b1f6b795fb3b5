/* tree.h - a tree by SM3 over many rows, so that one row can be shown to belong to it without showing the others, and with it the sums of
 * all of them: each node bears the sums of the leaves beneath, which stand under its hash, so a root also says what the rows add up to.
 *
 *   leaf = SM3(00 | sums | row)    node = SM3(01 | left sums | left hash | right sums | right hash)    root = SM3(02 | count | sums | top hash)
 *
 * Sums are 8 bytes each, big-endian, never negative (a negative one beside the path could hide a row). The count is 8 bytes. An odd node goes
 * up as it is: the left half holds the greatest power of two that leaves something for the right. Without leaves the top is 32 zero bytes. */
#ifndef WORKRELIEF_TREE_H
#define WORKRELIEF_TREE_H

#include "common/crypto/hash.h"

#define TREE_SUMS 3
#define TREE_DEPTH 40 /* 2^40 leaves */

struct tree_node {
  int64_t sums[TREE_SUMS];
  uint8_t hash[SM3_SIZE];
};
/* The way of one leaf to the top: the neighbour at each step. On which side it stands follows from index and count. */
struct tree_path {
  uint64_t index; /* set before the first leaf is added; the rest is filled */
  struct tree_node leaf;
  struct tree_node steps[TREE_DEPTH];
  size_t step_count;
};
/* A tree that grows leaf by leaf; it holds one node a level, never the leaves. */
struct tree {
  uint64_t count;
  struct tree_stand {
    struct tree_node node;
    uint64_t first, width;
  } stands[TREE_DEPTH];
  size_t stand_count;
  struct tree_path *paths; /* to be found on the way; may be NULL */
  size_t path_count;
  bool is_broken; /* a sum was negative or passed 63 bits */
};

/* paths: their index set, in any order; they are complete behind tree_root. */
void tree_begin(struct tree *tree, struct tree_path *paths, size_t path_count);
void tree_add(struct tree *tree, const int64_t sums[TREE_SUMS], const void *row, size_t length);
/* The root over all leaves added; sums: of all of them, may be NULL. False: a sum is out of range. */
bool tree_root(struct tree *tree, uint8_t root[SM3_SIZE], int64_t sums[TREE_SUMS]) MUST_CHECK;

void tree_leaf(const int64_t sums[TREE_SUMS], const void *row, size_t length, struct tree_node *leaf);
/* Whether the leaf at path->index of count leaves leads to that root; sums then are those of all rows. Takes nothing in the path on trust. */
bool tree_verify(const struct tree_path *path, uint64_t count, const uint8_t root[SM3_SIZE], int64_t sums[TREE_SUMS]) MUST_CHECK;

/* wanted different numbers below count, ascending, from a seed and nothing else: 8 bytes of SM3(seed | label | counter) at a time, those
 * behind the last whole multiple of count are passed over. wanted <= count. */
void tree_draw(const uint8_t seed[SM3_SIZE], uint64_t label, uint64_t count, size_t wanted, uint64_t *numbers);

#endif

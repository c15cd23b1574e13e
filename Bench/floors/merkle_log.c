// SPDX-License-Identifier: Apache-2.0
// The floor of a Merkle log (W6): appends of 200-byte leaves in memory and durably (fdatasync every 1,000),
// inclusion proofs of 20 nodes and their verification, by RFC 9162 with OpenSSL's SHA-256.
// It keeps no names, no salts, no signature and no record beside the leaf.
//
// usage: merkle_log FOLDER
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LEVELS = 20, LEAVES = 1 << LEVELS, LEAF_BYTES = 200, LEAVES_A_SYNC = 1000, PROOFS = 1000000, CHECKS = 50000 };

typedef unsigned char Hash[32];
static Hash *level[LEVELS + 1];
static long size_of_level[LEVELS + 1];
static unsigned random_state = 1;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static double processor_seconds(void) { return clock() / (double)CLOCKS_PER_SEC; }

static long random_leaf(void) { return (random_state = random_state * 1103515245 + 12345) % LEAVES; }

static void hash_node(Hash out, const Hash left, const Hash right) {
  unsigned char bytes[65];
  bytes[0] = 1;
  memcpy(bytes + 1, left, 32);
  memcpy(bytes + 33, right, 32);
  SHA256(bytes, 65, out);
}

static void append(const unsigned char *leaf) {
  unsigned char bytes[1 + LEAF_BYTES];
  bytes[0] = 0;
  memcpy(bytes + 1, leaf, LEAF_BYTES);
  SHA256(bytes, sizeof bytes, level[0][size_of_level[0]++]);
  for (int l = 0; l < LEVELS && size_of_level[l] % 2 == 0; l++) {
    long above = size_of_level[l + 1]++;
    hash_node(level[l + 1][above], level[l][size_of_level[l] - 2], level[l][size_of_level[l] - 1]);
  }
}

static void report(const char *measure, long count, double seconds, double processor) {
  printf("{\"measure\":\"%s\",\"rate\":%.0f,\"cpu_us\":%.2f}\n", measure, count / seconds, processor * 1e6 / count);
  fflush(stdout);
}

static int append_all(const char *path, int durable) {
  unsigned char leaf[LEAF_BYTES];
  memset(leaf, 'x', LEAF_BYTES);
  memset(size_of_level, 0, sizeof size_of_level);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (file < 0) return 1;
  double start = now(), processor = processor_seconds();
  long i = 0;
  while (i < LEAVES) {
    memcpy(leaf, &i, sizeof i);
    append(leaf);
    if (durable && write(file, leaf, LEAF_BYTES) != LEAF_BYTES) return 1;
    i++;
    if (durable && i % LEAVES_A_SYNC == 0) {
      fdatasync(file);
      if (now() - start > 4) break;
    }
  }
  if (durable) fdatasync(file);
  report(durable ? "durable append" : "append in memory", i, now() - start, processor_seconds() - processor);
  close(file);
  return unlink(path);
}

static void make_proofs(void) {
  Hash proof[LEVELS];
  unsigned seen = 0;
  double start = now(), processor = processor_seconds();
  for (long k = 0; k < PROOFS; k++) {
    long leaf = random_leaf();
    for (int l = 0; l < LEVELS; l++) memcpy(proof[l], level[l][(leaf >> l) ^ 1], 32);
    seen += proof[3][1];  // Keeps the compiler from dropping the copies.
  }
  report(seen ? "inclusion proof" : "inclusion proof of nothing", PROOFS, now() - start,
         processor_seconds() - processor);
}

static int check_proofs(void) {
  double start = now(), processor = processor_seconds();
  for (long k = 0; k < CHECKS; k++) {
    long leaf = random_leaf();
    Hash hash, next;
    memcpy(hash, level[0][leaf], 32);
    for (int l = 0; l < LEVELS; l++) {
      const unsigned char *sibling = level[l][(leaf >> l) ^ 1];
      if ((leaf >> l) & 1) hash_node(next, sibling, hash);
      else hash_node(next, hash, sibling);
      memcpy(hash, next, 32);
    }
    if (memcmp(hash, level[LEVELS][0], 32)) return 1;
  }
  report("verification of a proof", CHECKS, now() - start, processor_seconds() - processor);
  return 0;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: merkle_log FOLDER\n");
    return 2;
  }
  char path[4096];
  snprintf(path, sizeof path, "%s/merkle.log", arguments[1]);
  for (int l = 0; l <= LEVELS; l++) level[l] = malloc(sizeof(Hash) * ((LEAVES >> l) + 2));
  if (append_all(path, 0)) return 1;
  make_proofs();
  if (check_proofs()) return 1;
  return append_all(path, 1);
}

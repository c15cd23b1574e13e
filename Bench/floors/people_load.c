// SPDX-License-Identifier: Apache-2.0
// The floor of a bulk load (W1): reads a CSV of people, checks every line, folds the name, stores the row
// under its key with three indexes, durably. It trusts its input's shape and keeps no history, no proof,
// no authority.
//
// usage: people_load CSV DATABASE
// columns: id12,name,birth_date,sex,household_id,ward_code,address
#define _GNU_SOURCE
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 7, ROWS_A_COMMIT = 100000, NAME_BYTES_MAX = 200 };

static unsigned char base_letter[0x2000];  // code point -> ASCII lower case, 0 when unknown

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/// Reads one code point of up to three bytes and moves the position behind it.
static unsigned next_code_point(const unsigned char *text, int *position) {
  const unsigned char *p = text + *position;
  if (p[0] < 0x80) {
    *position += 1;
    return p[0];
  }
  if (p[0] < 0xE0) {
    *position += 2;
    return (p[0] & 31) << 6 | (p[1] & 63);
  }
  *position += 3;
  return (p[0] & 15) << 12 | (p[1] & 63) << 6 | (p[2] & 63);
}

static void letters_with_base(const char *letters, char base) {
  int length = strlen(letters);
  for (int i = 0; i < length;) {
    unsigned c = next_code_point((const unsigned char *)letters, &i);
    if (c < sizeof base_letter) base_letter[c] = base;
  }
}

static void make_fold_table(void) {
  for (int c = 32; c < 127; c++) base_letter[c] = (c >= 'A' && c <= 'Z') ? c + 32 : c;
  letters_with_base("àáảãạăằắẳẵặâầấẩẫậÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", 'a');
  letters_with_base("èéẻẽẹêềếểễệÈÉẺẼẸÊỀẾỂỄỆ", 'e');
  letters_with_base("ìíỉĩịÌÍỈĨỊ", 'i');
  letters_with_base("òóỏõọôồốổỗộơờớởỡợÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", 'o');
  letters_with_base("ùúủũụưừứửữựÙÚỦŨỤƯỪỨỬỮỰ", 'u');
  letters_with_base("ỳýỷỹỵỲÝỶỸỴ", 'y');
  letters_with_base("đĐ", 'd');
}

static int fold(const char *text, int length, char *folded) {
  int count = 0;
  for (int i = 0; i < length;) {
    unsigned c = next_code_point((const unsigned char *)text, &i);
    folded[count++] = c < sizeof base_letter && base_letter[c] ? base_letter[c] : '?';
  }
  return count;
}

static void execute(sqlite3 *database, const char *sql) {
  char *message = 0;
  if (sqlite3_exec(database, sql, 0, 0, &message)) {
    fprintf(stderr, "%s: %s\n", sql, message);
    exit(1);
  }
}

/// A person's line is good when the ID has twelve digits that agree with sex and year of birth.
static int is_good(const char *const *field, const int *length) {
  const char *id = field[0], *birth = field[2], *sex = field[3];
  if (length[0] != 12 || length[2] != 10 || length[3] != 1) return 0;
  if (sex[0] != 'M' && sex[0] != 'F') return 0;
  if (birth[4] != '-' || birth[7] != '-') return 0;
  for (int i = 0; i < 12; i++)
    if (id[i] < '0' || id[i] > '9') return 0;
  int month = (birth[5] - '0') * 10 + birth[6] - '0', day = (birth[8] - '0') * 10 + birth[9] - '0';
  if (month < 1 || month > 12 || day < 1 || day > 31) return 0;
  return ((id[3] - '0') & 1) == (sex[0] == 'F') && id[4] == birth[2] && id[5] == birth[3];
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: people_load CSV DATABASE\n");
    return 2;
  }
  make_fold_table();
  double start = now();
  int file = open(arguments[1], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status)) {
    perror(arguments[1]);
    return 1;
  }
  const char *p = mmap(0, status.st_size, PROT_READ, MAP_PRIVATE, file, 0), *end = p + status.st_size;

  sqlite3 *database;
  sqlite3_open(arguments[2], &database);
  execute(database,
          "pragma journal_mode=wal;pragma synchronous=full;pragma cache_size=-512000;"
          "pragma temp_store=memory;pragma threads=2");
  execute(database,
          "create table people(id integer primary key,name text not null,fold text not null,birth text not null,"
          "sex text not null,hh integer not null,ward integer not null,addr text not null)");
  sqlite3_stmt *insert;
  sqlite3_prepare_v2(database, "insert into people values(?,?,?,?,?,?,?,?)", -1, &insert, 0);
  execute(database, "begin");

  long rows = 0, bad = 0;
  p = (const char *)memchr(p, '\n', end - p) + 1;
  while (p < end) {
    const char *line_end = memchr(p, '\n', end - p), *field[COLUMNS], *s = p;
    if (!line_end) break;
    int length[COLUMNS], columns = 0;
    for (; columns < COLUMNS - 1; columns++) {
      const char *comma = memchr(s, ',', line_end - s);
      if (!comma) break;
      field[columns] = s;
      length[columns] = comma - s;
      s = comma + 1;
    }
    field[columns] = s;
    length[columns] = line_end - s;
    p = line_end + 1;
    if (columns != COLUMNS - 1 || !is_good(field, length)) {
      bad++;
      continue;
    }
    char folded[NAME_BYTES_MAX + 8];
    int folded_length = fold(field[1], length[1] > NAME_BYTES_MAX ? NAME_BYTES_MAX : length[1], folded);
    sqlite3_bind_int64(insert, 1, atoll(field[0]));
    sqlite3_bind_text(insert, 2, field[1], length[1], SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, folded, folded_length, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, field[2], length[2], SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, field[3], 1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, atoll(field[4]));
    sqlite3_bind_int(insert, 7, atoi(field[5]));
    sqlite3_bind_text(insert, 8, field[6], length[6], SQLITE_STATIC);
    if (sqlite3_step(insert) == SQLITE_DONE) rows++; else bad++;
    sqlite3_reset(insert);
    if (rows % ROWS_A_COMMIT == 0) execute(database, "commit;begin");
  }
  execute(database, "commit");
  execute(database,
          "create index people_by_fold on people(fold);create index people_by_household on people(hh);"
          "create index people_by_ward on people(ward,birth)");
  execute(database, "pragma wal_checkpoint(truncate)");
  sqlite3_finalize(insert);
  sqlite3_close(database);
  printf("{\"rows\":%ld,\"bad\":%ld,\"seconds\":%.3f}\n", rows, bad, now() - start);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// The floor of W5: double-entry transfers into SQLite, durable, so many a commit. Each has an id that must be new, two balances that
// change, and no balance may fall below its limit. It checks no rights, keeps no journal and no history.
// ledger FILE BATCH SECONDS: prints one line of JSON.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ACCOUNTS = 1000 };

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double processor(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
}

static void must(int is_so, const char *what) {
    if (is_so) return;
    fprintf(stderr, "ledger: %s\n", what);
    exit(1);
}

static void run(sqlite3 *db, const char *text) { must(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db)); }

static sqlite3_stmt *prepared(sqlite3 *db, const char *text) {
    sqlite3_stmt *statement = NULL;
    must(sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(db));
    return statement;
}

static void step(sqlite3 *db, sqlite3_stmt *statement) {
    must(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(db));
    sqlite3_reset(statement);
}

int main(int count, char **arguments) {
    must(count == 4, "usage: ledger FILE BATCH SECONDS");
    const int batch = atoi(arguments[2]);
    const double limit = atof(arguments[3]);
    unlink(arguments[1]);
    sqlite3 *db = NULL;
    must(sqlite3_open(arguments[1], &db) == SQLITE_OK, "cannot open the file");
    run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536");
    run(db, "CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= -1000000000000000))");
    run(db, "CREATE TABLE transfer (id TEXT NOT NULL PRIMARY KEY, debit INTEGER NOT NULL, credit INTEGER NOT NULL, amount INTEGER NOT NULL) WITHOUT ROWID");
    run(db, "BEGIN");
    sqlite3_stmt *open = prepared(db, "INSERT INTO account VALUES (?, 0)");
    for (int number = 0; number < ACCOUNTS; number++) {
        sqlite3_bind_int(open, 1, number);
        step(db, open);
    }
    run(db, "COMMIT");
    sqlite3_stmt *enter = prepared(db, "INSERT INTO transfer VALUES (?, ?, ?, ?)");
    sqlite3_stmt *move = prepared(db, "UPDATE account SET balance = balance + ? WHERE id = ?");
    uint64_t chance = 88172645463325252u;
    long done = 0;
    const double begun = seconds(), used = processor();
    while (seconds() - begun < limit) {
        run(db, "BEGIN IMMEDIATE");
        for (int number = 0; number < batch; number++) {
            chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
            char id[32];
            const int length = snprintf(id, sizeof id, "%016llx-%ld", (unsigned long long)chance, done);
            const int debit = (int)(chance % ACCOUNTS), credit = (int)((chance >> 20) % (ACCOUNTS - 1));
            const int other = credit >= debit ? credit + 1 : credit;
            sqlite3_bind_text(enter, 1, id, length, SQLITE_STATIC);
            sqlite3_bind_int(enter, 2, debit);
            sqlite3_bind_int(enter, 3, other);
            sqlite3_bind_int(enter, 4, 1000);
            step(db, enter);
            sqlite3_bind_int(move, 1, 1000);
            sqlite3_bind_int(move, 2, debit);
            step(db, move);
            sqlite3_bind_int(move, 1, -1000);
            sqlite3_bind_int(move, 2, other);
            step(db, move);
            done++;
        }
        run(db, "COMMIT");
    }
    const double elapsed = seconds() - begun;
    printf("{\"transfers\":%ld,\"seconds\":%.3f,\"cpu_us\":%.2f}\n", done, elapsed, (processor() - used) * 1e6 / (double)done);
    sqlite3_finalize(open), sqlite3_finalize(enter), sqlite3_finalize(move);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}

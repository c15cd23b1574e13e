// SPDX-License-Identifier: Apache-2.0
// The floor of HTTP work (W2, W3, W4): one thread, epoll, keep-alive, prepared SQLite statements.
//   GET  /people/ID      a row by its key
//   GET  /search?q=NAME  up to 20 rows by folded name (FTS5)
//   POST /people         all POSTs of one turn of the loop share one durable commit and are answered after it
// It trusts its input, checks no authority, keeps no history and no proof.
//
// usage: people_http PORT DATABASE
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 4096, REQUEST_BYTES_MAX = 8192, EVENTS_A_TURN = 256, BODY_BYTES_MAX = 60000 };

struct Connection {
  int length;
  char bytes[REQUEST_BYTES_MAX];
};

static struct Connection *connections[CONNECTIONS_MAX];
static sqlite3_stmt *find, *search, *insert, *begin, *commit;
static char body[BODY_BYTES_MAX];
static int pending[CONNECTIONS_MAX], pending_count;

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, 0)) return 0;
  return statement;
}

static void run(sqlite3_stmt *statement) {
  sqlite3_step(statement);
  sqlite3_reset(statement);
}

static void answer(int socket, const char *status, const char *content, int length) {
  static char out[BODY_BYTES_MAX + 256];
  int head = sprintf(out, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status,
                     length);
  memcpy(out + head, content, length);
  if (write(socket, out, head + length) < 0) return;  // The client is gone: its loss.
}

static int write_row(sqlite3_stmt *row, char *out) {
  return sprintf(out,
                 "{\"id\":%lld,\"name\":\"%s\",\"fold\":\"%s\",\"birth\":\"%s\",\"sex\":\"%s\",\"hh\":%d,"
                 "\"ward\":%d,\"addr\":\"%s\"}",
                 sqlite3_column_int64(row, 0), sqlite3_column_text(row, 1), sqlite3_column_text(row, 2),
                 sqlite3_column_text(row, 3), sqlite3_column_text(row, 4), sqlite3_column_int(row, 5),
                 sqlite3_column_int(row, 6), sqlite3_column_text(row, 7));
}

/// The start of a JSON member's value, without quotes, or an empty text when it is missing.
static const char *value(const char *json, const char *name, int *length) {
  const char *p = strstr(json, name), *end;
  *length = 0;
  if (!p) return "";
  p += strlen(name);
  if (*p == '"') {
    end = strchr(++p, '"');
    *length = end ? end - p : 0;
  } else {
    for (end = p; *end >= '0' && *end <= '9';) end++;
    *length = end - p;
  }
  return p;
}

static void bind_text(int column, const char *json, const char *name) {
  int length;
  const char *text = value(json, name, &length);
  sqlite3_bind_text(insert, column, text, length, SQLITE_TRANSIENT);
}

static void bind_number(int column, const char *json, const char *name) {
  int length;
  sqlite3_bind_int64(insert, column, atoll(value(json, name, &length)));
}

static void post(int socket, const char *json) {
  if (pending_count == 0) run(begin);
  bind_number(1, json, "\"id\":");
  bind_text(2, json, "\"name\":");
  bind_text(3, json, "\"name\":");
  bind_text(4, json, "\"birth\":");
  bind_text(5, json, "\"sex\":");
  bind_number(6, json, "\"hh\":");
  bind_number(7, json, "\"ward\":");
  bind_text(8, json, "\"addr\":");
  run(insert);
  pending[pending_count++] = socket;
}

static void get_person(int socket, const char *id) {
  sqlite3_bind_int64(find, 1, atoll(id));
  if (sqlite3_step(find) == SQLITE_ROW) answer(socket, "200 OK", body, write_row(find, body));
  else answer(socket, "404 Not Found", "{}", 2);
  sqlite3_reset(find);
}

static void get_search(int socket, const char *text) {
  char phrase[300], *end = phrase, *out = body;
  *end++ = '"';
  for (; *text != ' ' && *text && end < phrase + 290; text++) *end++ = *text == '+' ? ' ' : *text;
  *end++ = '"';
  sqlite3_bind_text(search, 1, phrase, end - phrase, SQLITE_STATIC);
  *out++ = '[';
  while (sqlite3_step(search) == SQLITE_ROW) {
    if (out > body + 1) *out++ = ',';
    out += write_row(search, out);
  }
  *out++ = ']';
  sqlite3_reset(search);
  answer(socket, "200 OK", body, out - body);
}

static void read_request(int socket) {
  struct Connection *c = connections[socket];
  int got = read(socket, c->bytes + c->length, REQUEST_BYTES_MAX - 1 - c->length);
  if (got <= 0) {
    close(socket);
    return;
  }
  c->length += got;
  c->bytes[c->length] = 0;
  const char *head_end = strstr(c->bytes, "\r\n\r\n");
  if (!head_end) return;
  if (c->bytes[0] == 'P') {
    const char *header = strcasestr(c->bytes, "content-length:");
    int length = header ? atoi(header + 15) : 0;
    if (c->length < (head_end - c->bytes) + 4 + length) return;
    post(socket, head_end + 4);
  } else if (!strncmp(c->bytes, "GET /people/", 12)) {
    get_person(socket, c->bytes + 12);
  } else if (search && !strncmp(c->bytes, "GET /search?q=", 14)) {
    get_search(socket, c->bytes + 14);
  } else {
    answer(socket, "404 Not Found", "{}", 2);
  }
  c->length = 0;
}

static void watch(int poll, int socket) {
  struct epoll_event event = {EPOLLIN, {.fd = socket}};
  epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

static void accept_all(int poll, int listener) {
  int socket, yes = 1;
  while ((socket = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!connections[socket]) connections[socket] = malloc(sizeof(struct Connection));
    connections[socket]->length = 0;
    watch(poll, socket);
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: people_http PORT DATABASE\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  sqlite3 *database;
  sqlite3_open(arguments[2], &database);
  sqlite3_exec(database,
               "pragma journal_mode=wal;pragma synchronous=full;pragma mmap_size=1000000000;"
               "pragma cache_size=-65536;pragma busy_timeout=10000",
               0, 0, 0);
  find = prepare(database, "select * from people where id=?");
  search = prepare(database, "select p.* from fts f join people p on p.id=f.rowid where fts match ? limit 20");
  insert = prepare(database, "insert or replace into people values(?,?,?,?,?,?,?,?)");
  begin = prepare(database, "begin immediate");
  commit = prepare(database, "commit");

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 512)) {
    perror("listen");
    return 1;
  }
  int poll = epoll_create1(0);
  watch(poll, listener);
  struct epoll_event events[EVENTS_A_TURN];
  for (;;) {
    int ready = epoll_wait(poll, events, EVENTS_A_TURN, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd == listener) accept_all(poll, listener);
      else read_request(events[i].data.fd);
    }
    if (pending_count) {
      run(commit);
      for (int i = 0; i < pending_count; i++) answer(pending[i], "201 Created", "{\"ok\":1}", 8);
      pending_count = 0;
    }
  }
}

/* Closed loop of POSTs over keep-alive connections to 127.0.0.1, in one thread, so that it takes as little as possible
   of the machine that the server under test shares. Arguments: port, path, clients, milliseconds, expected status.
   Standard input: a line for each bearer token, an empty line, a line for each body (JSON in ASCII). Requests take
   tokens and bodies in turn, each request under a key of its own. Prints {count, seconds, p50Ms, p99Ms, loadCpuUs},
   where loadCpuUs is the CPU time (user and system) of one request. Fails at the first answer of another status. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { KEY_BYTES = 36, ANSWER_BYTES = 65536, DRAIN_MS = 10000, START_S = 20, EVENTS = 256 };

struct texts {
  struct iovec *at;
  size_t count, next;
};

struct client {
  int socket;
  int64_t sent_us;
  size_t received;
  char answer[ANSWER_BYTES + 1];
};

static _Noreturn void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  exit(1);
}

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static int64_t cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

static void add(struct texts *texts, char *text, int length) {
  if (length < 0) fail("out of memory");
  texts->at = realloc(texts->at, (texts->count + 1) * sizeof *texts->at);
  if (!texts->at) fail("out of memory");
  texts->at[texts->count++] = (struct iovec){text, (size_t)length};
}

/* What stands before the key of a request, for each token, and what stands after it, for each body. */
static void read_requests(const char *path, struct texts *heads, struct texts *tails) {
  char *line = NULL, *text;
  size_t room = 0;
  ssize_t length;
  int in_bodies = 0;
  while ((length = getline(&line, &room, stdin)) > 0) {
    if (line[length - 1] == '\n') line[--length] = 0;
    if (length == 0) {
      in_bodies = 1;
    } else if (in_bodies) {
      int bytes = asprintf(&text, "\r\ncontent-length: %zd\r\n\r\n%s", length, line);
      add(tails, text, bytes);
    } else {
      int bytes = asprintf(&text,
                           "POST %s HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                           "authorization: Bearer %s\r\nidempotency-key: ",
                           path, line);
      add(heads, text, bytes);
    }
  }
  free(line);
  if (!heads->count || !tails->count) fail("tokens and bodies are expected on standard input");
}

static struct iovec in_turn(struct texts *texts) {
  struct iovec text = texts->at[texts->next];
  if (++texts->next == texts->count) texts->next = 0;
  return text;
}

/* A random UUID (RFC 9562 section 5.4), as a client's keys are: keys in ascending order would be cheaper to index. */
static void write_key(char *key) {
  static unsigned char pool[4096];
  static size_t used = sizeof pool;
  if (used == sizeof pool) {
    if (getrandom(pool, sizeof pool, 0) != sizeof pool) fail("no random bytes: %s", strerror(errno));
    used = 0;
  }
  unsigned char *bytes = pool + used;
  used += 16;
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *key++ = '-';
    *key++ = "0123456789abcdef"[bytes[i] >> 4];
    *key++ = "0123456789abcdef"[bytes[i] & 15];
  }
}

static void post(struct client *client, struct texts *heads, struct texts *tails) {
  char key[KEY_BYTES];
  write_key(key);
  struct iovec parts[] = {in_turn(heads), {key, KEY_BYTES}, in_turn(tails)};
  ssize_t length = parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;
  client->received = 0;
  client->sent_us = now_us();
  if (writev(client->socket, parts, 3) != length) fail("a request was not taken whole: %s", strerror(errno));
}

/* Bytes of the body; -1 when the head does not say. `end` is behind the line end of the last header. */
static long content_length(const char *head, const char *end) {
  static const char name[] = "content-length:";
  for (const char *line = head; line < end; line = (char *)memchr(line, '\n', end - line) + 1)
    if (strncasecmp(line, name, sizeof name - 1) == 0) return strtol(line + sizeof name - 1, NULL, 10);
  return -1;
}

/* Whether the answer is whole now. */
static int receive(struct client *client, int expected_status) {
  char *answer = client->answer;
  ssize_t bytes = read(client->socket, answer + client->received, ANSWER_BYTES - client->received);
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (bytes < 0) fail("reading an answer failed: %s", strerror(errno));
  if (bytes == 0) fail("the server closed the connection");
  client->received += bytes;
  answer[client->received] = 0;
  char *end = memmem(answer, client->received, "\r\n\r\n", 4);
  if (!end) {
    if (client->received == ANSWER_BYTES) fail("the head of an answer is too long");
    return 0;
  }
  long length = content_length(answer, end + 2);
  if (length < 0) fail("an answer has no content-length");
  size_t body = end + 4 - answer;
  if (body + length > ANSWER_BYTES) fail("an answer of %ld bytes is too long", length);
  if (client->received < body + length) return 0;
  if (client->received > body + length) fail("the server sent more than its answer");
  int status = strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
  if (status != expected_status) fail("%d %.400s", status, answer + body);
  return 1;
}

static struct client *open_client(int port, int poll) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct client *client = calloc(1, sizeof *client);
  int on = 1;
  if (!client) fail("out of memory");
  client->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(client->socket, (struct sockaddr *)&address, sizeof address)) fail("connect: %s", strerror(errno));
  setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(client->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, client->socket, &event)) fail("epoll_ctl: %s", strerror(errno));
  return client;
}

static int ascending(const void *one, const void *other) {
  int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
  return (a > b) - (a < b);
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int port = atoi(argv[1]), clients = atoi(argv[3]), duration_ms = atoi(argv[4]), status = atoi(argv[5]);
  if (clients < 1 || duration_ms < 1) return 2;
  alarm(START_S + (duration_ms + DRAIN_MS) / 1000 + 1);
  signal(SIGPIPE, SIG_IGN);
  /* An answer does not interrupt a server on the same core, and several are taken at once: a third less CPU. */
  sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
  struct texts heads = {0}, tails = {0};
  read_requests(argv[2], &heads, &tails);
  int poll = epoll_create1(0);
  struct client **all = calloc(clients, sizeof *all);
  size_t count = 0, room = 1 << 16;
  int64_t *latencies_us = malloc(room * sizeof *latencies_us);
  if (!all || !latencies_us) fail("out of memory");
  for (int i = 0; i < clients; i++) all[i] = open_client(port, poll);

  struct epoll_event events[EVENTS];
  int64_t cpu_before_us = cpu_us(), start_us = now_us(), now = start_us;
  int64_t end_us = start_us + duration_ms * 1000LL, limit_us = end_us + DRAIN_MS * 1000LL;
  for (int i = 0; i < clients; i++) post(all[i], &heads, &tails);
  for (int waiting = clients; waiting > 0;) {
    int ready = epoll_wait(poll, events, EVENTS, DRAIN_MS);
    if ((now = now_us()) > limit_us || ready == 0) fail("%d requests were not answered in time", waiting);
    for (int i = 0; i < ready; i++) {
      struct client *client = events[i].data.ptr;
      if (!receive(client, status)) continue;
      now = now_us();
      if (count == room && !(latencies_us = realloc(latencies_us, (room *= 2) * sizeof *latencies_us)))
        fail("out of memory");
      latencies_us[count++] = now - client->sent_us;
      if (now < end_us) {
        post(client, &heads, &tails);
      } else {
        close(client->socket);
        waiting--;
      }
    }
  }
  double cpu = (double)(cpu_us() - cpu_before_us) / count, seconds = (now - start_us) / 1e6;
  qsort(latencies_us, count, sizeof *latencies_us, ascending);
  printf("{\"count\":%zu,\"seconds\":%.6f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"loadCpuUs\":%.3f}\n", count, seconds,
         latencies_us[(count - 1) / 2] / 1e3, latencies_us[(size_t)((count - 1) * 0.99)] / 1e3, cpu);
  return 0;
}

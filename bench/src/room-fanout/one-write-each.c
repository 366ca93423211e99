/* The floor of any server that writes each message to each viewer by itself: one write(2) of `bytes` to each of
   `viewers` loopback connections, `rounds` times, `gap` microseconds apart. Prints its port, then, when done, the CPU
   time (user and system) of the rounds in microseconds and the number of writes. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static long cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int viewers = atoi(argv[1]), bytes = atoi(argv[2]), rounds = atoi(argv[3]), gap = atoi(argv[4]);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) return 1;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  int *sockets = malloc(viewers * sizeof *sockets);
  for (int i = 0; i < viewers; i++) {
    int on = 1;
    if ((sockets[i] = accept(listener, NULL, NULL)) < 0) return 1;
    setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  char *message = malloc(bytes);
  memset(message, 'x', bytes);
  long before = cpu_us(), writes = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < viewers; i++) writes += write(sockets[i], message, bytes) == bytes;
    usleep(gap);
  }
  printf("%ld %ld\n", cpu_us() - before, writes);
  return 0;
}

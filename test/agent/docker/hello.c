/* The smallest program that speaks the Lambda Runtime API, for images with nothing else in them. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char answer[65536];

/* One request, one answer, one connection: where the body begins in `answer`. */
static char *ask(const char *method, const char *path, const char *body) {
  struct sockaddr_in to = {.sin_family = AF_INET};
  char request[4096];
  char *port = strchr(getenv("AWS_LAMBDA_RUNTIME_API"), ':') + 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  size_t length = 0;
  ssize_t count;
  to.sin_port = htons(atoi(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) exit(3);
  snprintf(request, sizeof request,
           "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
           "Content-Length: %zu\r\n\r\n%s",
           method, path, strlen(body), body);
  if (write(fd, request, strlen(request)) < 0) exit(4);
  while ((count = read(fd, answer + length, sizeof answer - 1 - length)) > 0) length += count;
  answer[length] = 0;
  close(fd);
  return strstr(answer, "\r\n\r\n") + 4;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "exit") == 0) return 5;
  printf("up\n");
  fflush(stdout);
  for (;;) {
    char path[128] = "", body[2048], event[512], directory[256], id[64];
    char *mode;
    snprintf(event, sizeof event, "%s", ask("GET", "invocation/next", ""));
    sscanf(strcasestr(answer, "lambda-runtime-aws-request-id:") + 30, " %63s", id);
    mode = strstr(event, "fail") != NULL ? "error" : "response";
    snprintf(path, sizeof path, "invocation/%s/%s", id, mode);
    if (mode[0] == 'e') {
      snprintf(body, sizeof body, "{\"errorType\":\"Hello.Failed\",\"errorMessage\":\"as asked\"}");
    } else {
      snprintf(body, sizeof body, "{\"event\":%s,\"argument\":\"%s\",\"image\":\"%s\",\"function\":\"%s\","
               "\"path\":\"%s\",\"in\":\"%s\",\"uid\":%d}",
               event, argc > 1 ? argv[1] : "", getenv("OF_IMAGE"), getenv("OF_FUNCTION"),
               getenv("PATH"), getcwd(directory, sizeof directory), (int)getuid());
    }
    ask("POST", path, body);
  }
}

/* http_listen.c - the socket of the HTTP side: its address, its certificate, and the limits of its connections. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/daemon/service.h"
#include "services/gateway/http.h"

#define ADDRESS_CONNECTIONS_MOST 256u
#define IDLE_SECONDS 15u
#define FILE_MOST 65536
#define TLS_VERSIONS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" /* the older ones are broken */

static bool address_of(const char *endpoint, struct sockaddr_in *address) {
  char host[64];
  const char *colon = strrchr(endpoint, ':');
  int64_t port;
  if (!colon || (size_t)(colon - endpoint) >= sizeof host || !parse_int64(colon + 1, 1, 65535, &port)) return false;
  memcpy(host, endpoint, (size_t)(colon - endpoint));
  host[colon - endpoint] = '\0';
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

/* A PEM file; *problem when it cannot be used, or when it holds a secret that others may read. */
static char *read_pem(const char *path, bool secret, const char **problem) {
  struct stat status;
  FILE *file = fopen(path, "re");
  char *text = calloc(1, FILE_MOST);
  *problem = !file || !text ? "cannot be read" : NULL;
  if (file && fstat(fileno(file), &status) == 0 && secret && (status.st_mode & 077)) *problem = "can be read by others; chmod 600";
  if (!*problem && file && fread(text, 1, FILE_MOST - 1, file) == 0) *problem = "is empty";
  if (file) (void)fclose(file);
  if (!*problem) return text;
  free(text);
  return NULL;
}

struct MHD_Daemon *http_listen(struct runtime *runtime, unsigned connections, MHD_AccessHandlerCallback on_request,
                               MHD_RequestCompletedCallback on_completed, void *context, bool *tls) {
  const char *endpoint = runtime_setting(runtime, "http_endpoint");
  const char *key_path = runtime_setting(runtime, "http_tls_key"), *certificate_path = runtime_setting(runtime, "http_tls_certificate");
  const char *problem = NULL;
  char *key = NULL, *certificate = NULL;
  struct sockaddr_in address;
  if (!address_of(endpoint, &address)) return log_error("http: http_endpoint is no address and port: %s", endpoint), NULL;
  if (*key_path && (!(key = read_pem(key_path, true, &problem)) || !(certificate = read_pem(certificate_path, false, &problem)))) {
    log_error("http: the TLS key or certificate %s", problem);
    free(key);
    return NULL;
  }
  *tls = key != NULL;
  static char versions[] = TLS_VERSIONS;
  const struct MHD_OptionItem secrets[] = {{MHD_OPTION_HTTPS_MEM_KEY, 0, key},
                                           {MHD_OPTION_HTTPS_MEM_CERT, 0, certificate},
                                           {MHD_OPTION_HTTPS_PRIORITIES, 0, versions},
                                           {MHD_OPTION_END, 0, NULL}};
  const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
  unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (key ? MHD_USE_TLS : 0);
  struct MHD_Daemon *daemon = MHD_start_daemon(
      flags, 0, NULL, NULL, on_request, context, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, ADDRESS_CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_LISTENING_ADDRESS_REUSE,
      1u, MHD_OPTION_NOTIFY_COMPLETED, on_completed, context, MHD_OPTION_ARRAY, key ? secrets : none, MHD_OPTION_END);
  if (key) wipe(key, strlen(key));
  free(key);
  free(certificate);
  return daemon;
}

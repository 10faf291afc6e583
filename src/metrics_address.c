#include "src/metrics_address.h"

#include "src/cli.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static bool parse_v6(struct metrics_address *out, const char *host, uint16_t port)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET6, host, &a.sin6_addr) != 1) {
        return false;
    }
    memcpy(&out->bytes, &a, sizeof a);
    out->size = sizeof a;
    out->loopback = IN6_IS_ADDR_LOOPBACK(&a.sin6_addr);
    return true;
}

static bool parse_v4(struct metrics_address *out, const char *host, uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    bool named = host[0] == '\0' || strcmp(host, "localhost") == 0;
    if (inet_pton(AF_INET, named ? "127.0.0.1" : host, &a.sin_addr) != 1) {
        return false;
    }
    memcpy(&out->bytes, &a, sizeof a);
    out->size = sizeof a;
    out->loopback = ntohl(a.sin_addr.s_addr) >> 24 == 127;
    return true;
}

bool metrics_address_parse(struct metrics_address *out, const char *text)
{
    char host[INET6_ADDRSTRLEN + 2];
    uint64_t port;
    const char *colon = strrchr(text, ':');
    size_t size = colon == NULL ? 0 : (size_t)(colon - text);
    if (size >= sizeof host ||
        !cli_number_parse(&port, colon == NULL ? text : colon + 1, 0, 65535)) {
        return false;
    }
    memcpy(host, text, size);
    host[size] = '\0';
    memset(out, 0, sizeof *out);
    if (host[0] == '[' && host[size - 1] == ']') {
        host[size - 1] = '\0';
        return parse_v6(out, host + 1, (uint16_t)port);
    }
    return parse_v4(out, host, (uint16_t)port);
}

void metrics_address_text(const struct metrics_address *a, char out[METRICS_ADDRESS_TEXT])
{
    char host[INET6_ADDRSTRLEN] = "";
    if (a->bytes.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&a->bytes;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        snprintf(out, METRICS_ADDRESS_TEXT, "[%s]:%u", host, ntohs(v6->sin6_port));
    } else {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&a->bytes;
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        snprintf(out, METRICS_ADDRESS_TEXT, "%s:%u", host, ntohs(v4->sin_port));
    }
}

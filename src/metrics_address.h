/* Where figures are served: ADDR:PORT, :PORT or PORT. Without an address it is 127.0.0.1: this computer alone. */
#ifndef SRC_METRICS_ADDRESS_H
#define SRC_METRICS_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

struct metrics_address {
    struct sockaddr_storage bytes;
    socklen_t size;
    bool loopback; /* nobody else can ask */
};

/* An IPv4 address, an IPv6 address in brackets, or localhost; PORT from 0 (any free one) to 65535. */
bool metrics_address_parse(struct metrics_address *out, const char *text);

/* "127.0.0.1:9100" or "[::1]:9100". */
enum { METRICS_ADDRESS_TEXT = 64 };
void metrics_address_text(const struct metrics_address *a, char out[METRICS_ADDRESS_TEXT]);

#endif

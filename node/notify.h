/*
 * notify.h: telling the service manager how we are, as sd_notify(3) describes it.
 *
 * One datagram with lines "NAME=value" to the Unix socket that $NOTIFY_SOCKET names (a path, or
 * with @ in front an abstract name). Without the variable nothing is done; a manager that cannot
 * be told stops nothing.
 */
#ifndef KITH_NODE_NOTIFY_H
#define KITH_NODE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* False when there is a NOTIFY_SOCKET and it could not be told. */
bool kith_notify(const char *lines);

/* How often the manager wants to see WATCHDOG=1 at least; 0: it does not. */
uint64_t kith_notify_watchdog_ms(void);

#endif

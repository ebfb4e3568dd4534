/*
 * config.h: the home of a node and its one configuration file.
 *
 * A home is a directory of mode 0700 (or 0750 for a system node whose group may use the socket):
 *
 *     config.ini        settings; every key has a default
 *     keys/author.key   signing key of the person or group        (keys/keyfile.h; 0600)
 *     keys/node.key     transport key of this machine              (0600)
 *     keys/recovery.key offline recovery key; move it elsewhere    (0600)
 *     kith.db           records, SQLite
 *     lock              held by the running daemon
 *     api.sock, read.sock   when there is no XDG_RUNTIME_DIR
 *
 * The home is --home, else $KITH_HOME, else $XDG_DATA_HOME/kith, else ~/.local/share/kith.
 */
#ifndef KITH_NODE_CONFIG_H
#define KITH_NODE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"
#include "protocol/core.h"

#define KITH_PATH_MAX 1024
#define KITH_LISTEN_MAX 8
#define KITH_DEFAULT_PORT 7476

struct kith_config {
	char home[KITH_PATH_MAX];

	/* [node] */
	char name[KITH_PARTNER_NAME_MAX + 1]; /* name of the group, for people */
	char language[36];                    /* default language of new records */
	char public_host[KITH_HOST_MAX + 1];  /* what partners should dial; empty: not said */
	uint16_t public_port;                 /* 0: the listening port */

	/* [listen] */
	struct { char host[KITH_HOST_MAX + 1]; uint16_t port; } listen[KITH_LISTEN_MAX];
	size_t listen_count; /* 0: does not listen, only dials */

	/* [api] */
	char api_socket[KITH_PATH_MAX];
	char read_socket[KITH_PATH_MAX];
	char api_group[33]; /* Unix group that may use the sockets; empty: only the own user */

	/* [limits] */
	uint32_t max_connections;
	uint32_t reconcile_every_s;
	uint64_t pull_window_bytes;
	uint32_t handshakes_per_second;

	/* [store] */
	uint32_t cache_kib;
	bool check_at_start;

	/* [log] */
	int log_level; /* enum kith_log_level */
};

/* Finds the home: explicit_home may be NULL. KITH_E_NOT_FOUND, KITH_E_TOO_LARGE. */
KITH_MUST_CHECK int kith_home_find(const char *explicit_home, char out[KITH_PATH_MAX]);

/* Defaults for a home, without reading anything. */
void kith_config_default(const char *home, struct kith_config *out);

/* Reads home/config.ini over the defaults. why names file, line, key and rule.
 * KITH_E_NOT_FOUND, KITH_E_MALFORMED, KITH_E_PERMISSION, KITH_E_IO. */
KITH_MUST_CHECK int kith_config_load(const char *home, struct kith_config *out, char *why,
	size_t why_len);

/* Every key of the file with section, meaning and default: for config.ini as `kith init` writes it and
 * for the man page. */
struct kith_config_key {
	const char *section, *name, *value, *help;
};
bool kith_config_key_at(size_t i, struct kith_config_key *out);

#endif

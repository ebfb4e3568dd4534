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
 *     api.sock, read.sock   unless they are in XDG_RUNTIME_DIR
 *
 * The home is --home, else $KITH_HOME, else $XDG_DATA_HOME/kith, else ~/.local/share/kith.
 *
 * config.ini has sections and "key = value" lines. What is not known is refused by name and line,
 * so that a mistyped key does not go unnoticed; so is a key that is given twice. A line is a
 * whole setting: values do not go on in the next one. A comment begins with # or ; at the start
 * of a line, or with a blank and ; behind a value.
 */
#ifndef KITH_NODE_CONFIG_H
#define KITH_NODE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"
#include "protocol/core.h"

#define KITH_PATH_MAX     1024
#define KITH_SOCKET_MAX   108 /* sun_path of sockaddr_un, with the NUL */
#define KITH_LISTEN_MAX   8
#define KITH_DEFAULT_PORT 7476
#define KITH_CONFIG_LINE  192 /* no longer line is read */

struct kith_listen {
	char host[KITH_HOST_MAX + 1]; /* without brackets; "*": every address of this machine */
	uint16_t port;                /* 0: any free one, for tests */
};

struct kith_config {
	char home[KITH_PATH_MAX];

	/* [node] */
	char name[KITH_PARTNER_NAME_MAX + 1]; /* name of the group, for people */
	char language[36];                    /* default language of new records */
	char public_host[KITH_HOST_MAX + 1];  /* what partners should dial; empty: not said */
	uint16_t public_port;                 /* 0: the listening port */

	/* [listen] */
	struct kith_listen listen[KITH_LISTEN_MAX];
	size_t listen_count; /* 0: does not listen, only dials */

	/* [api] */
	char api_socket[KITH_SOCKET_MAX];
	char read_socket[KITH_SOCKET_MAX];
	char api_group[33]; /* Unix group that may use the sockets; empty: only the own user */

	/* [limits] */
	uint32_t max_connections;
	uint32_t reconcile_every_s;
	uint64_t pull_window_bytes;
	uint32_t handshakes_per_second;
	uint32_t answer_within_s;
	uint32_t author_records_per_day;
	uint32_t new_authors_per_day;
	uint32_t partner_records_per_day;

	/* [store] */
	uint32_t cache_kib;
	bool check_at_start;

	/* [log] */
	int log_level; /* enum kith_log_level */
};

/* ---- the home ------------------------------------------------------------------------------- */

/* Finds the home: explicit_home may be NULL. Always an absolute path. KITH_E_NOT_FOUND (no
 * variable says where), KITH_E_TOO_LARGE. */
KITH_MUST_CHECK int kith_home_find(const char *explicit_home, char out[KITH_PATH_MAX]);

/* The home when neither an option nor KITH_HOME names one; the same errors. */
KITH_MUST_CHECK int kith_home_default(char out[KITH_PATH_MAX]);

/* Is it there, a directory, ours, and closed to others? KITH_E_NOT_FOUND, KITH_E_PERMISSION. */
KITH_MUST_CHECK int kith_home_check(const char *home, char *why, size_t why_len);

/* Makes home and home/keys with mode 0700, and the directories above as far as they are missing.
 * What is there already is left alone but must pass kith_home_check(). */
KITH_MUST_CHECK int kith_home_create(const char *home, char *why, size_t why_len);

/* ---- the configuration file ----------------------------------------------------------------- */

/* Defaults for a home, without reading anything. A socket whose path would not fit is left
 * empty. */
void kith_config_default(const char *home, struct kith_config *out);

/* Reads home/config.ini over the defaults. why names file, line, key and rule. On an error out is
 * not written. KITH_E_NOT_FOUND, KITH_E_MALFORMED, KITH_E_PERMISSION, KITH_E_TOO_LARGE,
 * KITH_E_IO. */
KITH_MUST_CHECK int kith_config_load(
	const char *home, struct kith_config *out, char *why, size_t why_len);

/* One setting as it stands in the file. */
struct kith_setting {
	const char *section, *name, *value;
};

/* Writes home/config.ini: every key with its help, set where `settings` gives a value and
 * commented out with its default elsewhere. The values are checked as when they are read.
 * KITH_E_EXISTS, KITH_E_MALFORMED, and what kith_file_create() returns. */
KITH_MUST_CHECK int kith_config_create(const char *home, const struct kith_setting *settings,
	size_t count, char *why, size_t why_len);

/* Every key of the file with section, meaning and default ("": none), in the order in which
 * config.ini shows them; for the man page. False beyond the last. */
struct kith_config_key {
	const char *section, *name, *value, *help;
};
bool kith_config_key_at(size_t i, struct kith_config_key *out);

#endif

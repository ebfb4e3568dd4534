/* config_keys.c: what may stand in config.ini. See config_keys.h. */
#include "node/config_keys.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "node/file.h"
#include "node/log.h"
#include "node/why.h"

struct place { /* where in a struct kith_config, and what fits */
	size_t offset, size;
	uint64_t min, max;
};

struct key {
	struct kith_config_key text;
	int (*set)(const struct place *place, const char *value, struct kith_config *config,
		char *rule, size_t rule_len);
	struct place place;
};

/* ---- rules ---------------------------------------------------------------------------------- */

static int wanted(char *rule, size_t rule_len, const char *what)
{
	return kith_why(rule, rule_len, KITH_E_MALFORMED, "%s is wanted", what);
}

static char *at(struct kith_config *config, const struct place *place)
{
	return (char *)config + place->offset;
}

/* Copies what a rule has let pass. */
static int copy(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	if (strlen(value) >= place->size)
		return kith_why(rule, rule_len, KITH_E_MALFORMED, "at most %zu bytes are wanted",
			place->size - 1);
	memcpy(at(config, place), value, strlen(value) + 1);
	return 0;
}

/* A line of text that people read: UTF-8 without controls. */
static int set_text(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
			(const utf8proc_uint8_t *)value + i, (utf8proc_ssize_t)(len - i), &c);

		if (n <= 0 || c < 0x20 || (c >= 0x7f && c < 0xa0))
			return wanted(rule, rule_len, "text in UTF-8 without control characters");
		i += (size_t)n;
	}
	return copy(place, value, config, rule, rule_len);
}

/* The outer form of a language tag, RFC 5646. */
static int set_language(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	size_t part = 0, parts = 0;
	bool ok = true;

	for (const char *p = value; ok; p++) {
		if (*p == '-' || *p == '\0') {
			ok = part >= (parts == 0 ? 2 : 1) && part <= 8;
			part = 0;
			parts++;
			if (*p == '\0')
				break;
		} else {
			ok = parts == 0 ? isalpha((unsigned char)*p) != 0
					: isalnum((unsigned char)*p) != 0;
			part++;
		}
	}
	if (!ok)
		return wanted(rule, rule_len, "a language tag such as en or nl-BE");
	return copy(place, value, config, rule, rule_len);
}

/* A name or address; whether it exists shows when it is used. */
static bool is_host(const char *host, size_t len)
{
	if (len == 0 || len > KITH_HOST_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)host[i]) && !strchr(".-:%_", host[i]))
			return false;
	return true;
}

static int set_host(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	if (*value && !is_host(value, strlen(value)))
		return wanted(
			rule, rule_len, "a host name or an address, without port and brackets,");
	return copy(place, value, config, rule, rule_len);
}

static bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	char *end;
	unsigned long long number;

	if (!isdigit((unsigned char)*text) || strlen(text) > 18)
		return false;
	number = strtoull(text, &end, 10);
	*out = number;
	return *end == '\0' && number >= min && number <= max;
}

static int set_number(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	uint64_t number;

	if (!parse_number(value, place->min, place->max, &number))
		return kith_why(rule, rule_len, KITH_E_MALFORMED,
			"a number from %" PRIu64 " to %" PRIu64 " is wanted", place->min,
			place->max);
	if (place->size == sizeof(uint16_t))
		memcpy(at(config, place), &(uint16_t){(uint16_t)number}, sizeof(uint16_t));
	else if (place->size == sizeof(uint32_t))
		memcpy(at(config, place), &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
	else
		memcpy(at(config, place), &number, sizeof(number));
	return 0;
}

static int set_yes_no(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return wanted(rule, rule_len, "yes or no");
	memcpy(at(config, place), &yes, sizeof(yes));
	return 0;
}

static int set_level(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	int level = kith_log_level_parse(value);

	if (level < 0)
		return wanted(rule, rule_len, "error, warn, info or debug");
	memcpy(at(config, place), &level, sizeof(level));
	return 0;
}

/* "*:7476", "192.0.2.7:7476", "[2001:db8::7]:7476", "host"; "none" empties the list. */
static bool parse_listen(const char *value, struct kith_listen *out)
{
	const char *host = value, *end = strrchr(value, ':'), *close = strchr(value, ']');
	uint64_t port = KITH_DEFAULT_PORT;
	size_t len;

	if (end && close && end < close)
		end = NULL; /* that colon belongs to the address */
	if (end && !parse_number(end + 1, 0, 65535, &port))
		return false;
	len = end ? (size_t)(end - host) : strlen(host);
	if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	} else if (memchr(host, ':', len)) {
		return false;
	}
	if (!(len == 1 && *host == '*') && !is_host(host, len))
		return false;
	memcpy(out->host, host, len);
	out->host[len] = '\0';
	out->port = (uint16_t)port;
	return true;
}

static int set_listen(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	(void)place;
	if (strcmp(value, "none") == 0) {
		config->listen_count = 0;
		return 0;
	}
	if (config->listen_count == KITH_LISTEN_MAX)
		return kith_why(rule, rule_len, KITH_E_MALFORMED, "at most %d addresses are wanted",
			KITH_LISTEN_MAX);
	if (!parse_listen(value, &config->listen[config->listen_count]))
		return wanted(rule, rule_len,
			"host:port, [IPv6 address]:port, *:port for every address, or none");
	config->listen_count++;
	return 0;
}

/* A path as sockaddr_un can hold it; a relative one begins at the home. */
static int set_socket(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	char path[KITH_PATH_MAX + KITH_SOCKET_MAX];
	int len = snprintf(path, sizeof(path), "%s%s%s", value[0] == '/' ? "" : config->home,
		value[0] == '/' ? "" : "/", value);

	if (!*value || len < 0 || (size_t)len >= place->size)
		return kith_why(rule, rule_len, KITH_E_MALFORMED,
			"a path of at most %zu bytes, counted from /, is wanted", place->size - 1);
	return copy(place, path, config, rule, rule_len);
}

static int set_group(const struct place *place, const char *value, struct kith_config *config,
	char *rule, size_t rule_len)
{
	for (const char *p = value; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			return wanted(rule, rule_len, "the name of a Unix group");
	return copy(place, value, config, rule, rule_len);
}

/* ---- the table ------------------------------------------------------------------------------ */

#define FIELD(name) offsetof(struct kith_config, name), sizeof(((struct kith_config *)0)->name)

static const struct key keys[] = {
	{{"node", "name", "", "What the group is called, for people; at most 64 bytes."}, set_text,
		{FIELD(name), 0, 0}},
	{{"node", "language", "en", "Language of new records that name none: a BCP 47 tag."},
		set_language, {FIELD(language), 0, 0}},
	{{"node", "public_host", "",
		 "Host name or address that partners dial, for the address that `kith id` prints."},
		set_host, {FIELD(public_host), 0, 0}},
	{{"node", "public_port", "0", "Port that partners dial; 0: the port listened on."},
		set_number, {FIELD(public_port), 0, 65535}},

	{{"listen", "address", "*:7476",
		 "Where partners reach this node: host:port, [IPv6 address]:port, or *:port for "
		 "every\n"
		 "address of this machine. May be given up to 8 times. none: only dial, never "
		 "listen."},
		set_listen, {0, 0, 0, 0}},

	{{"api", "socket", "",
		 "Path of the socket that `kith` talks to; a relative path begins at the home. "
		 "Default:\n"
		 "api.sock in the home, or $XDG_RUNTIME_DIR/kith/api.sock for a user's default "
		 "home."},
		set_socket, {FIELD(api_socket), 0, 0}},
	{{"api", "read_socket", "",
		 "The same for the socket that only answers questions; read.sock."},
		set_socket, {FIELD(read_socket), 0, 0}},
	{{"api", "group", "",
		 "Unix group whose members may use the sockets; empty: only the node's own user."},
		set_group, {FIELD(api_group), 0, 0}},

	{{"limits", "max_connections", "128",
		 "Connections open at once, calls and callers together; a quarter is kept for "
		 "calls."},
		set_number, {FIELD(max_connections), 4, 4096}},
	{{"limits", "handshakes_per_second", "50",
		 "Callers answered per second; those beyond are hung up on."},
		set_number, {FIELD(handshakes_per_second), 1, 100000}},
	{{"limits", "reconcile_every_s", "600",
		 "Seconds between two comparisons of the whole set with a connected partner."},
		set_number, {FIELD(reconcile_every_s), 1, 86400}},
	{{"limits", "pull_window_bytes", "1048576",
		 "Bytes of records that a partner may send ahead of what is stored here."},
		set_number, {FIELD(pull_window_bytes), 65536, 268435456}},
	{{"limits", "answer_within_s", "60",
		 "Seconds within which a partner must answer; silent for three times as long, it "
		 "is\nhung up on."},
		set_number, {FIELD(answer_within_s), 1, 3600}},
	{{"limits", "author_records_per_day", "100000",
		 "Records of one author taken from partners in a day; those beyond wait for the "
		 "next."},
		set_number, {FIELD(author_records_per_day), 1, 1000000000}},
	{{"limits", "new_authors_per_day", "10000",
		 "Authors never seen here that one partner may bring in a day."},
		set_number, {FIELD(new_authors_per_day), 1, 1000000000}},
	{{"limits", "partner_records_per_day", "2000000",
		 "Records that one partner may bring in a day; those beyond wait for the next."},
		set_number, {FIELD(partner_records_per_day), 1, 1000000000}},

	{{"store", "cache_kib", "2048", "Page cache of the database, in KiB."}, set_number,
		{FIELD(cache_kib), 64, 4194304}},
	{{"store", "check_at_start", "yes", "Look for damage in the database at start: yes or no."},
		set_yes_no, {FIELD(check_at_start), 0, 0}},

	{{"log", "level", "info", "error, warn, info or debug; read again on SIGHUP."}, set_level,
		{FIELD(log_level), 0, 0}},
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))
_Static_assert(KEYS <= KITH_CONFIG_KEYS_MAX, "config.c remembers which keys it has seen");

bool kith_config_key_at(size_t i, struct kith_config_key *out)
{
	if (i >= KEYS)
		return false;
	*out = keys[i].text;
	return true;
}

bool kith_config_key_find(const char *section, const char *name, size_t *index)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].text.section, section) == 0 &&
			strcmp(keys[i].text.name, name) == 0) {
			*index = i;
			return true;
		}
	}
	return false;
}

bool kith_config_key_repeats(size_t index)
{
	return keys[index].set == set_listen;
}

int kith_config_key_set(size_t index, const char *value, bool first, struct kith_config *config,
	char *rule, size_t rule_len)
{
	const struct key *key = &keys[index];

	if (first && key->set == set_listen)
		config->listen_count = 0;
	return key->set(&key->place, value, config, rule, rule_len);
}

/* ---- defaults ------------------------------------------------------------------------------- */

/* A user's own node has its sockets where the session's other sockets are; every other home, of
 * which there may be several, keeps them inside. */
static void default_socket(struct kith_config *config, const char *name, char out[KITH_SOCKET_MAX])
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char usual[KITH_PATH_MAX];
	bool is_usual = kith_home_default(usual) == 0 && strcmp(usual, config->home) == 0;
	int len;

	if (is_usual && runtime && runtime[0] == '/')
		len = snprintf(out, KITH_SOCKET_MAX, "%s/kith/%s", runtime, name);
	else
		len = snprintf(out, KITH_SOCKET_MAX, "%s/%s", config->home, name);
	if (len < 0 || len >= KITH_SOCKET_MAX)
		out[0] = '\0';
}

void kith_config_default(const char *home, struct kith_config *out)
{
	char rule[200];

	memset(out, 0, sizeof(*out));
	snprintf(out->home, sizeof(out->home), "%s", home);
	for (size_t i = 0; i < KEYS; i++)
		if (*keys[i].text.value && kith_config_key_set(i, keys[i].text.value, true, out,
						   rule, sizeof(rule)) != 0)
			abort(); /* the table breaks its own rules */
	default_socket(out, "api.sock", out->api_socket);
	default_socket(out, "read.sock", out->read_socket);
}

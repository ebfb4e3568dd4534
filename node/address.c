/* address.c: see address.h. Every part is checked on its own, so that the message can say which. */
#include "node/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "node/config.h"

static const char scheme[] = "kith://";
static const char group_parameter[] = "group=";

static int refuse(char *why, size_t why_len, int err, const char *sentence)
{
	snprintf(why, why_len, "%s", sentence);
	return err;
}

/* ---- keys --------------------------------------------------------------------------------- */

/* A key of the given type in text[0..len); why says which part of the address it was. */
static int parse_key(enum kith_id_type type, const char *text, size_t len, const char *part,
	uint8_t out[KITH_ID_LEN], char *why, size_t why_len)
{
	char copy[KITH_ID_TEXT_MAX + 1], reason[160];
	enum kith_id_type found = type;
	int err = KITH_E_MALFORMED;

	if (len < sizeof(copy)) {
		memcpy(copy, text, len);
		copy[len] = '\0';
		err = strlen(copy) == len ? kith_id_parse(type, copy, out, &found) : err;
	}
	if (!err)
		return 0;
	kith_id_explain(err, type, found, reason, sizeof(reason));
	snprintf(why, why_len, "%s: %s", part, reason);
	return err;
}

/* ---- host and port ------------------------------------------------------------------------ */

static bool is_host_name(const char *host, size_t len)
{
	size_t label = 0;

	if (len == 0 || len > KITH_HOST_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = host[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '_';

		if (c == '.' ? label == 0 : !word && (c != '-' || label == 0))
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return true;
}

static bool is_ipv6(const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN + 1];
	struct in6_addr ignored;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return inet_pton(AF_INET6, copy, &ignored) == 1;
}

/* 1..65535, no sign, no leading zero, no more than five digits. */
static bool parse_port(const char *text, size_t len, uint16_t *out)
{
	unsigned value = 0;

	if (len == 0 || len > 5 || text[0] == '0')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	if (value > 65535)
		return false;
	*out = (uint16_t)value;
	return true;
}

static const char *find(const char *text, size_t len, char c)
{
	return len ? memchr(text, c, len) : NULL;
}

/* Splits "host", "host:port" or "[v6]:port"; *port is left alone when there is none.
 * KITH_E_MALFORMED. */
static int split_host_port(const char *text, size_t len, char host[KITH_HOST_MAX + 1],
	uint16_t *port, char *why, size_t why_len)
{
	const char *end = text + len, *name = text, *colon;
	size_t name_len;

	if (len > 0 && text[0] == '[') {
		const char *close = find(text, len, ']');

		name = text + 1;
		name_len = close ? (size_t)(close - name) : 0;
		if (!close || !is_ipv6(name, name_len))
			return refuse(why, why_len, KITH_E_MALFORMED,
				"host: between [ and ] an IPv6 address is wanted");
		colon = close + 1;
	} else {
		colon = find(text, len, ':');
		colon = colon ? colon : end;
		name_len = (size_t)(colon - text);
		if (colon < end && find(colon + 1, (size_t)(end - colon - 1), ':'))
			return refuse(why, why_len, KITH_E_MALFORMED,
				"host: an IPv6 address is written in brackets, as in "
				"[2001:db8::1]");
		if (!is_host_name(name, name_len))
			return refuse(why, why_len, KITH_E_MALFORMED,
				"host: a host name or an IP address is wanted, at most 253 "
				"characters "
				"of a-z, 0-9, dot and hyphen");
	}
	if (colon < end &&
		(*colon != ':' || !parse_port(colon + 1, (size_t)(end - colon - 1), port)))
		return refuse(why, why_len, KITH_E_MALFORMED,
			"port: a number from 1 to 65535 is wanted after the host and a colon");
	memcpy(host, name, name_len);
	host[name_len] = '\0';
	return 0;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* "group=author_…" after the question mark. */
static int parse_group(const char *query, struct kith_author *out, char *why, size_t why_len)
{
	size_t skip = sizeof(group_parameter) - 1;

	if (strncmp(query, group_parameter, skip) != 0)
		return refuse(why, why_len, KITH_E_MALFORMED,
			"after the ? of the address only group=author_… is allowed");
	return parse_key(KITH_ID_AUTHOR, query + skip, strlen(query + skip), "group", out->bytes,
		why, why_len);
}

static int parse_url(const char *text, struct kith_address *out, char *why, size_t why_len)
{
	const char *at = strchr(text, '@'), *query = strchr(text, '?');
	int err;

	if (!query)
		return refuse(why, why_len, KITH_E_MALFORMED,
			"the address lacks the partner's group key: it ends in ?group=author_…");
	if (!at || at > query)
		return refuse(why, why_len, KITH_E_MALFORMED,
			"the address lacks the node key: kith://node_…@host:port?group=author_…");
	err = parse_key(
		KITH_ID_NODE, text, (size_t)(at - text), "node key", out->node.bytes, why, why_len);
	if (err)
		return err;
	out->port = KITH_DEFAULT_PORT;
	err = split_host_port(
		at + 1, (size_t)(query - at - 1), out->host, &out->port, why, why_len);
	if (err)
		return err;
	out->has_node = true;
	return parse_group(query + 1, &out->group, why, why_len);
}

int kith_address_parse(const char *text, struct kith_address *out, char *why, size_t why_len)
{
	struct kith_address found = {.has_node = false};
	size_t skip = sizeof(scheme) - 1;
	int err;

	if (strncmp(text, scheme, skip) == 0)
		err = parse_url(text + skip, &found, why, why_len);
	else if (strstr(text, "://") || strchr(text, '@'))
		err = refuse(why, why_len, KITH_E_MALFORMED,
			"an address begins with kith://, as in "
			"kith://node_…@host:port?group=author_…");
	else
		err = parse_key(KITH_ID_AUTHOR, text, strlen(text), "group", found.group.bytes, why,
			why_len);
	if (!err)
		*out = found;
	return err;
}

void kith_address_format(const struct kith_address *address, char out[KITH_ADDRESS_MAX])
{
	char group[KITH_ID_TEXT_MAX], node[KITH_ID_TEXT_MAX];
	bool v6 = strchr(address->host, ':') != NULL;

	kith_id_format(KITH_ID_AUTHOR, address->group.bytes, group);
	if (!address->has_node) {
		snprintf(out, KITH_ADDRESS_MAX, "%s", group);
		return;
	}
	kith_id_format(KITH_ID_NODE, address->node.bytes, node);
	snprintf(out, KITH_ADDRESS_MAX, "%s%s@%s%s%s:%u?%s%s", scheme, node, v6 ? "[" : "",
		address->host, v6 ? "]" : "", (unsigned)address->port, group_parameter, group);
}

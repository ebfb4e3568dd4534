/*
 * address.h: how a person names a partner.
 *
 *     kith://node_…@host:port?group=author_…     we may dial them (and they may dial us)
 *     author_…                                   they dial us; we only know their group
 *
 * host is a name, an IPv4 address, or an IPv6 address in brackets; the port may be left out and is
 * then KITH_DEFAULT_PORT. Nothing here looks a name up.
 */
#ifndef KITH_NODE_ADDRESS_H
#define KITH_NODE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"
#include "keys/id.h"
#include "protocol/core.h"

/* "kith://", two keys, a host in brackets, the port, "?group=" and the NUL. */
#define KITH_ADDRESS_MAX (7 + KITH_ID_TEXT_MAX + 1 + KITH_HOST_MAX + 2 + 6 + 7 + KITH_ID_TEXT_MAX)

struct kith_address {
	struct kith_author group;
	bool has_node; /* false: only the group is known; node, host and port are zero */
	struct kith_node_key node;
	char host[KITH_HOST_MAX + 1]; /* without brackets */
	uint16_t port;
};

/*
 * Reads either form. why gets a sentence that names the part that is wrong and what is wanted;
 * nothing of text is repeated in it. KITH_E_MALFORMED, or for a key what kith_id_parse() says:
 * KITH_E_CHECKSUM, KITH_E_TRUNCATED, KITH_E_WRONG_TYPE. On an error out is not written.
 */
KITH_MUST_CHECK int kith_address_parse(
	const char *text, struct kith_address *out, char *why, size_t why_len);

/* The form that kith_address_parse() reads. */
void kith_address_format(const struct kith_address *address, char out[KITH_ADDRESS_MAX]);

#endif

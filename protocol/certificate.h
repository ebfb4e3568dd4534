/*
 * certificate.h: a group vouches for its node.
 *
 * The signature is by the group's Ed25519 key over label "kith/1 node certificate" and the
 * serialised NodeCertificateContent (kith.proto), verbatim.
 */
#ifndef KITH_PROTOCOL_CERTIFICATE_H
#define KITH_PROTOCOL_CERTIFICATE_H

#include "keys/id.h"
#include "keys/sign.h"
#include "protocol/bytes.h"

struct kith_certificate {
	struct kith_node_key node;
	struct kith_author group;
	uint64_t not_after_ms;
};

/* Appends a serialised NodeCertificate. */
KITH_MUST_CHECK int kith_certificate_sign(const struct kith_sign_pair *group,
	const struct kith_node_key *node, uint64_t not_after_ms, struct kith_buf *out);

/* Verifies. KITH_E_MALFORMED, KITH_E_FORGED, KITH_E_EXPIRED (wall_ms > not_after_ms). */
KITH_MUST_CHECK int kith_certificate_open(
	const uint8_t *data, size_t len, uint64_t wall_ms, struct kith_certificate *out);

#endif

/*
 * node_certificate.c: the group vouches for its node, at each start and again while it runs;
 * nothing of it rests on disk. SPEC section "Node certificate".
 *
 * Only a handshake shows a certificate, so it is looked at when a connection comes up, not by a
 * timer: that also holds when the wall clock jumps, over half of a certificate's life, or back, so
 * that the one in use would be good for years. A jump costs one signature and no connection.
 */
#include "node/node_internal.h"

#include "protocol/certificate.h"

#define DAY_MS (24ull * 3600 * 1000)

int kith_node_certify(struct kith_node *node, struct kith_buf *out)
{
	node->certified_until_ms = kith_node_wall_ms(node) + KITH_CERTIFICATE_MS;
	kith_buf_init(out, KITH_HELLO_MAX_BYTES);
	return kith_certificate_sign(node->keyring->author, &node->keyring->node->public_key,
		node->certified_until_ms, out);
}

static bool is_due(uint64_t until_ms, uint64_t wall_ms)
{
	return until_ms < wall_ms + KITH_CERTIFICATE_MS / 2 ||
	       until_ms > wall_ms + KITH_CERTIFICATE_MS + DAY_MS;
}

void kith_node_mind_certificate(struct kith_node *node)
{
	uint64_t before = node->certified_until_ms, now = kith_node_now_ms(node);
	struct kith_buf certificate;
	int err;

	if (!is_due(before, kith_node_wall_ms(node)))
		return;
	kith_core_set_wall_ms(node->core, kith_node_wall_ms(node), now);
	err = kith_node_certify(node, &certificate);
	if (!err)
		err = kith_core_set_certificate(
			node->core, (struct kith_bytes){certificate.data, certificate.len}, now);
	kith_buf_clear(&certificate);
	if (err)
		node->certified_until_ms = before; /* the next connection tries again */
	kith_log(node->log, err ? KITH_LOG_WARN : KITH_LOG_INFO,
		err ? "the node's certificate could not be renewed"
		    : "the node's certificate has been renewed",
		"err", err ? kith_err_name(err) : NULL);
}

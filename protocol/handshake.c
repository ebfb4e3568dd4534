/*
 * handshake.c: see handshake.h. A Hello is read only after Noise has authenticated it, so its
 * bytes come from whoever owns the node key: a stranger to the responder until the caller has
 * looked at the group, and so as little to be trusted as the first byte.
 */
#include "protocol/handshake.h"

#include <string.h>

#include "keys/secret.h"
#include "protocol/wire.h"

static const char prologue[] = "kith/1"; /* without the NUL */

/* Field numbers of Hello in kith.proto. */
enum { VERSION = 1, CERTIFICATE = 2, CAPABILITIES = 3, AGENT = 4 };

/* ---- Hello ----------------------------------------------------------------------------------- */

int kith_hello_encode(
	const struct kith_hello *hello, uint8_t out[KITH_HELLO_MAX_BYTES], size_t *out_len)
{
	size_t agent_len = hello->agent ? strlen(hello->agent) : 0;
	struct kith_buf buf;
	int err;

	if (agent_len > KITH_AGENT_MAX_BYTES || hello->certificate.len == 0)
		return KITH_E_ARGUMENT;
	kith_buf_init(&buf, KITH_HELLO_MAX_BYTES);
	kith_wire_put_number(&buf, VERSION, KITH_PROTOCOL_VERSION);
	kith_wire_put_bytes(&buf, CERTIFICATE, hello->certificate.data, hello->certificate.len);
	if (hello->capabilities)
		kith_wire_put_number(&buf, CAPABILITIES, hello->capabilities);
	if (agent_len)
		kith_wire_put_bytes(&buf, AGENT, hello->agent, agent_len);
	err = kith_buf_err(&buf);
	if (!err) {
		memcpy(out, buf.data, buf.len);
		*out_len = buf.len;
	}
	kith_buf_clear(&buf);
	return err == KITH_E_TOO_LARGE ? KITH_E_ARGUMENT : err;
}

/* The agent ends up in logs and on terminals: printable ASCII, whatever was sent. */
static void copy_agent(struct kith_bytes agent, char out[KITH_AGENT_MAX_BYTES + 1])
{
	for (size_t i = 0; i < agent.len; i++)
		out[i] = agent.data[i] >= 0x20 && agent.data[i] < 0x7f ? (char)agent.data[i] : '?';
	out[agent.len] = '\0';
}

static int decode_hello(const uint8_t *data, size_t len, struct kith_bytes *certificate,
	struct kith_session_peer *peer)
{
	struct kith_bytes agent = {NULL, 0};
	struct kith_cursor cursor;
	struct kith_wire_field field;
	uint64_t version = 0;
	uint32_t seen = 0;
	int err = 0;

	kith_cursor_init(&cursor, data, len);
	while (!err && kith_wire_next(&cursor, &field)) {
		if (field.number == VERSION)
			err = kith_wire_take_number(&field, &seen, &version);
		else if (field.number == CERTIFICATE)
			err = kith_wire_take_bytes(&field, &seen, certificate);
		else if (field.number == CAPABILITIES)
			err = kith_wire_take_number(&field, &seen, &peer->capabilities);
		else if (field.number == AGENT)
			err = kith_wire_take_bytes(&field, &seen, &agent);
	}
	if (err || kith_cursor_finish(&cursor) || !(seen & 1u << VERSION))
		return KITH_E_MALFORMED;
	if (version != KITH_PROTOCOL_VERSION)
		return KITH_E_UNKNOWN_VERSION;
	if (!(seen & 1u << CERTIFICATE))
		return KITH_E_MALFORMED;
	if (agent.len > KITH_AGENT_MAX_BYTES)
		return KITH_E_TOO_LARGE;
	copy_agent(agent, peer->agent);
	return 0;
}

int kith_hello_open(const uint8_t *data, size_t len, const struct kith_node_key *node,
	uint64_t wall_ms, struct kith_session_peer *out)
{
	struct kith_session_peer peer = {0};
	struct kith_bytes certificate = {NULL, 0};
	int err;

	memset(out, 0, sizeof(*out));
	if (len > KITH_HELLO_MAX_BYTES)
		return KITH_E_TOO_LARGE;
	err = decode_hello(data, len, &certificate, &peer);
	if (!err)
		err = kith_certificate_open(
			certificate.data, certificate.len, wall_ms, &peer.certificate);
	/* A true certificate of another node is as good as a forged one. */
	if (!err && !kith_id_equal(peer.certificate.node.bytes, node->bytes))
		err = KITH_E_FORGED;
	if (!err)
		*out = peer;
	return err;
}

/* ---- the three messages ---------------------------------------------------------------------- */

static void draw_ephemeral(const struct kith_rng *rng, struct kith_node_pair *out)
{
	uint8_t seed[KITH_SEED_LEN];

	kith_rng_fill(rng, seed, sizeof(seed));
	kith_node_pair_from_seed(seed, out);
	kith_wipe(seed, sizeof(seed));
}

void kith_handshake_init(struct kith_noise *noise, const struct kith_session_config *config,
	const struct kith_node_key *remote)
{
	kith_noise_init(noise, remote != NULL, (const uint8_t *)prologue, sizeof(prologue) - 1,
		config->node, NULL, remote);
	if (remote)
		draw_ephemeral(config->rng, &noise->ephemeral);
}

void kith_handshake_bounds(const struct kith_noise *noise, size_t *min, size_t *max)
{
	*min = kith_noise_overhead(noise->step);
	*max = *min + (noise->step == 0 ? 0 : KITH_HELLO_MAX_BYTES);
}

int kith_handshake_create(
	struct kith_noise *noise, const struct kith_session_config *config, struct kith_buf *out)
{
	const struct kith_hello hello = {.certificate = config->certificate,
		.capabilities = config->capabilities,
		.agent = config->agent};
	uint8_t payload[KITH_HELLO_MAX_BYTES];
	size_t payload_len = 0, msg_len, room;
	uint8_t *at;
	int err = 0;

	if (noise->step != 0)
		err = kith_hello_encode(&hello, payload, &payload_len);
	if (err)
		return err;
	room = payload_len + kith_noise_overhead(noise->step);
	kith_write_u16(out, (uint16_t)room);
	at = kith_write_reserve(out, room);
	if (!at)
		return kith_buf_err(out);
	return kith_noise_create(noise, payload, payload_len, at, &msg_len);
}

int kith_handshake_consume(struct kith_noise *noise, const struct kith_session_config *config,
	uint64_t wall_ms, struct kith_bytes msg, struct kith_session_peer *peer)
{
	uint8_t payload[KITH_HELLO_MAX_BYTES];
	size_t payload_len, min, max;
	int err;

	kith_handshake_bounds(noise, &min, &max);
	if (msg.len > max) /* else it would not fit into payload */
		return KITH_E_TOO_LARGE;
	err = kith_noise_consume(noise, msg.data, msg.len, payload, &payload_len);
	if (err)
		return err;
	if (noise->step == 1) {
		/* Whoever sent message 1 knows our node key; only now is a key pair worth
		 * making. */
		draw_ephemeral(config->rng, &noise->ephemeral);
		return 0;
	}
	return kith_hello_open(payload, payload_len, &noise->remote_static, wall_ms, peer);
}

/*
 * Fuzz: whatever another node may say. The first byte chooses what the rest is:
 *
 *   0 bytes to a fresh responder          3 plaintexts of frames, sealed under the true key
 *   1 bytes to a dialler                  4 the payload of message 3, under the true key
 *   2 bytes to an established responder   5 a serialised certificate
 *                                         6 the payload of message 2, under the true key
 * In 3, each plaintext has its length before it, u16 big-endian. Keys and ephemerals are the same
 * in every run.
 */
#include <stdint.h>

#include "tests/unit/two_sessions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct world {
	struct side us, them;
	struct kith_session *session;
	struct forger forger;
	size_t established;
};

/* Feeds bytes in two cuts; what must hold after every call is checked here. */
static int give(struct world *world, const uint8_t *data, size_t len)
{
	struct kith_session_event event;
	size_t cut = len / 3, rest;
	const uint8_t *next = data;
	int err = 0;

	for (int part = 0; part < 2 && !err; part++) {
		rest = part ? len - cut : cut;
		do {
			err = kith_session_receive(world->session, &next, &rest, 0, &event);
			world->established += event.type == KITH_SESSION_ESTABLISHED;
			MUST(event.type == KITH_SESSION_NONE || world->established == 1);
			MUST(event.payload.len <= KITH_MESSAGE_MAX_BYTES);
			if (event.payload.len) /* readable from end to end */
				MUST(event.payload.data[0] +
						event.payload.data[event.payload.len - 1] <
					512);
			MUST(!err || event.type == KITH_SESSION_NONE);
		} while (!err && event.type != KITH_SESSION_NONE);
		MUST(err || rest == 0);
	}
	if (err)
		assert_dead(world->session);
	return err;
}

static int give_wire(struct world *world)
{
	int err = give(world, world->forger.wire.data, world->forger.wire.len);

	kith_buf_reset(&world->forger.wire);
	return err;
}

static void fresh_responder(struct world *world, const uint8_t *data, size_t len)
{
	world->session = kith_session_accept(&world->us.config, 0, WALL_MS);
	(void)!give(world, data, len);
	MUST(world->established == 0);
}

static void dialler(struct world *world, const uint8_t *data, size_t len)
{
	world->session =
		kith_session_dial(&world->us.config, &world->them.node.public_key, 0, WALL_MS);
	(void)!give(world, data, len);
	MUST(world->established == 0);
}

/* Up to message 2; message 3 is the forger's to write. */
static void open_responder(struct world *world)
{
	world->session = kith_session_accept(&world->us.config, 0, WALL_MS);
	forger_message(&world->forger, NULL, 0);
	MUST(!give_wire(world));
	forger_hear(&world->forger, world->session);
}

static void establish(struct world *world)
{
	open_responder(world);
	forger_hello(&world->forger, &world->them);
	MUST(!give_wire(world) && world->established == 1);
	forger_split(&world->forger);
}

static void established_responder(struct world *world, const uint8_t *data, size_t len)
{
	establish(world);
	(void)!give(world, data, len);
	MUST(!kith_session_ended_cleanly(world->session));
}

static void plaintext_frames(struct world *world, const uint8_t *data, size_t len)
{
	struct kith_cursor cursor;
	struct kith_bytes plain;
	size_t wanted;
	int err = 0;

	establish(world);
	kith_cursor_init(&cursor, data, len);
	while (!err && kith_cursor_left(&cursor) > 2) {
		wanted = kith_read_u16(&cursor);
		if (wanted > kith_cursor_left(&cursor))
			wanted = kith_cursor_left(&cursor);
		if (wanted > KITH_FRAME_PLAIN_MAX)
			wanted = KITH_FRAME_PLAIN_MAX;
		plain = kith_read_view(&cursor, wanted);
		forger_frame(&world->forger, plain.data, plain.len);
		if (plain.len == 1 && plain.data[0] == KITH_FRAME_REKEY)
			kith_cipher_rekey(&world->forger.send);
		err = give_wire(world);
	}
}

static void any_hello(struct world *world, const uint8_t *data, size_t len)
{
	if (len > KITH_HELLO_MAX_BYTES + 1)
		len = KITH_HELLO_MAX_BYTES + 1;
	open_responder(world);
	forger_message(&world->forger, data, len);
	MUST(give_wire(world) || world->established == 1);
}

static void any_certificate(const uint8_t *data, size_t len)
{
	struct kith_certificate certificate;

	(void)!kith_certificate_open(data, len, WALL_MS, &certificate);
}

/* The responder is the forger: message 2 is what the dialler cannot choose. */
static void any_answer(struct world *world, const uint8_t *data, size_t len)
{
	uint8_t payload[KITH_HELLO_MAX_BYTES];
	struct kith_noise *noise = &world->forger.noise;
	struct kith_buf *output;
	size_t payload_len;

	if (len > KITH_HELLO_MAX_BYTES + 1)
		len = KITH_HELLO_MAX_BYTES + 1;
	world->session =
		kith_session_dial(&world->us.config, &world->them.node.public_key, 0, WALL_MS);
	output = kith_session_output(world->session);
	kith_handshake_init(noise, &world->them.config, NULL);
	noise->ephemeral = world->them.node; /* any key pair will do */
	MUST(!kith_noise_consume(noise, output->data + 2, output->len - 2, payload, &payload_len));
	kith_buf_consume(output, output->len);
	forger_message(&world->forger, data, len);
	MUST(give_wire(world) || world->established == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct world world = {0};

	MUST(!kith_keys_init());
	if (len == 0)
		return 0;
	side_init(&world.us, 1);
	side_init(&world.them, 2);
	forger_init(&world.forger, &world.them, &world.us);
	switch (data[0] % 7) {
	case 0:
		fresh_responder(&world, data + 1, len - 1);
		break;
	case 1:
		dialler(&world, data + 1, len - 1);
		break;
	case 2:
		established_responder(&world, data + 1, len - 1);
		break;
	case 3:
		plaintext_frames(&world, data + 1, len - 1);
		break;
	case 4:
		any_hello(&world, data + 1, len - 1);
		break;
	case 5:
		any_certificate(data + 1, len - 1);
		break;
	case 6:
		any_answer(&world, data + 1, len - 1);
		break;
	}
	kith_session_free(world.session);
	forger_clear(&world.forger);
	side_clear(&world.us);
	side_clear(&world.them);
	return 0;
}

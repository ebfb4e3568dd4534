/* Noise XK by itself: turns, deaths, counters, rekey. The published vectors are in
 * tests/vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/noise.h"

static const uint8_t prologue[] = "test";

/* Two ends of one handshake, with keys made from small numbers. */
struct ends {
	struct kith_noise a, b;
	struct kith_node_pair a_static, b_static, a_ephemeral, b_ephemeral;
};

static void pair_from(uint8_t number, struct kith_node_pair *out)
{
	uint8_t seed[KITH_SEED_LEN];

	memset(seed, number, sizeof(seed));
	kith_node_pair_from_seed(seed, out);
}

static void begin(struct ends *ends)
{
	pair_from(1, &ends->a_static);
	pair_from(2, &ends->b_static);
	pair_from(3, &ends->a_ephemeral);
	pair_from(4, &ends->b_ephemeral);
	kith_noise_init(&ends->a, true, prologue, 4, &ends->a_static, &ends->a_ephemeral,
		&ends->b_static.public_key);
	kith_noise_init(&ends->b, false, prologue, 4, &ends->b_static, &ends->b_ephemeral, NULL);
}

/* One message from one end to the other, as it is. */
static void pass(struct kith_noise *from, struct kith_noise *to)
{
	uint8_t msg[200], payload[200];
	size_t msg_len, payload_len;

	assert_int_equal(kith_noise_create(from, (const uint8_t *)"hello", 5, msg, &msg_len), 0);
	assert_int_equal(msg_len, 5 + kith_noise_overhead(from->step - 1));
	assert_int_equal(kith_noise_consume(to, msg, msg_len, payload, &payload_len), 0);
	assert_int_equal(payload_len, 5);
	assert_memory_equal(payload, "hello", 5);
}

static void pass_up_to(struct ends *ends, int step)
{
	begin(ends);
	if (step > 0)
		pass(&ends->a, &ends->b);
	if (step > 1)
		pass(&ends->b, &ends->a);
	if (step > 2)
		pass(&ends->a, &ends->b);
}

static void assert_dead(struct kith_noise *noise)
{
	struct kith_noise wiped = {.step = -1};
	struct kith_cipher send, receive;
	uint8_t out[KITH_BLAKE2B_LEN + 100];
	size_t len;

	assert_memory_equal(&noise->static_pair, &wiped.static_pair, sizeof(wiped.static_pair));
	assert_memory_equal(&noise->ephemeral, &wiped.ephemeral, sizeof(wiped.ephemeral));
	assert_memory_equal(noise->chaining_key, wiped.chaining_key, sizeof(wiped.chaining_key));
	assert_memory_equal(noise->cipher.key, wiped.cipher.key, sizeof(wiped.cipher.key));
	assert_int_equal(noise->step, -1);
	assert_int_equal(kith_noise_create(noise, NULL, 0, out, &len), KITH_E_STATE);
	assert_int_equal(len, 0);
	assert_int_equal(kith_noise_consume(noise, out, sizeof(out), out, &len), KITH_E_STATE);
	assert_int_equal(len, 0);
	assert_int_equal(kith_noise_split(noise, &send, &receive, out), KITH_E_STATE);
}

static void both_ends_agree(void **state)
{
	uint8_t hash_a[KITH_BLAKE2B_LEN], hash_b[KITH_BLAKE2B_LEN];
	struct kith_cipher a_send, a_receive, b_send, b_receive;
	struct ends ends;

	(void)state;
	pass_up_to(&ends, 3);
	assert_memory_equal(&ends.b.remote_static, &ends.a_static.public_key, KITH_ID_LEN);
	assert_int_equal(kith_noise_split(&ends.a, &a_send, &a_receive, hash_a), 0);
	assert_int_equal(kith_noise_split(&ends.b, &b_send, &b_receive, hash_b), 0);
	assert_memory_equal(hash_a, hash_b, sizeof(hash_a));
	assert_memory_equal(a_send.key, b_receive.key, sizeof(a_send.key));
	assert_memory_equal(b_send.key, a_receive.key, sizeof(a_send.key));
	assert_memory_not_equal(a_send.key, a_receive.key, sizeof(a_send.key));
	assert_true(a_send.nonce == 0 && a_send.has_key);
	kith_noise_clear(&ends.a);
	assert_int_equal(ends.a.step, 0);
}

static void a_split_needs_three_messages(void **state)
{
	struct kith_cipher send, receive;
	uint8_t hash[KITH_BLAKE2B_LEN];
	struct ends ends;

	(void)state;
	for (int step = 0; step < 3; step++) {
		pass_up_to(&ends, step);
		assert_int_equal(kith_noise_split(&ends.a, &send, &receive, hash), KITH_E_STATE);
		assert_int_equal(kith_noise_split(&ends.b, &send, &receive, hash), KITH_E_STATE);
	}
}

/* Written out with HMAC, as the specification of HKDF says. */
static void an_exported_secret_is_told_apart_by_its_label(void **state)
{
	uint8_t a[32], b[32], other[32], temp[KITH_BLAKE2B_LEN], first[KITH_BLAKE2B_LEN];
	struct kith_cipher send, receive;
	uint8_t hash[KITH_BLAKE2B_LEN];
	struct ends ends;

	(void)state;
	pass_up_to(&ends, 2);
	assert_int_equal(kith_noise_export(&ends.a, "a label", a), KITH_E_STATE);
	pass_up_to(&ends, 3);
	assert_int_equal(kith_noise_split(&ends.a, &send, &receive, hash), 0);
	assert_int_equal(kith_noise_export(&ends.a, "a label", a), 0);
	assert_int_equal(kith_noise_export(&ends.b, "a label", b), 0);
	assert_int_equal(kith_noise_export(&ends.b, "a labels", other), 0);
	assert_memory_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, other, sizeof(a));
	assert_memory_not_equal(a, send.key, sizeof(a));
	assert_memory_not_equal(a, receive.key, sizeof(a));
	assert_memory_not_equal(a, hash, sizeof(a));
	kith_hmac(ends.a.chaining_key, KITH_BLAKE2B_LEN, "a label", 7, NULL, 0, temp);
	kith_hmac(temp, sizeof(temp), "\x01", 1, NULL, 0, first);
	assert_memory_equal(a, first, sizeof(a));
}

static void speaking_out_of_turn_is_the_end(void **state)
{
	uint8_t out[300] = {0};
	struct ends ends;
	size_t len;

	(void)state;
	for (int step = 0; step <= 3; step++) {
		for (int initiator = 0; initiator < 2; initiator++) {
			bool turn = step < 3 && (step % 2 == 0) == initiator;
			struct kith_noise *noise = initiator ? &ends.a : &ends.b;

			pass_up_to(&ends, step);
			if (turn || step == 3)
				assert_int_equal(
					kith_noise_consume(noise, out, 200, out + 200, &len),
					KITH_E_STATE);
			else
				assert_int_equal(
					kith_noise_create(noise, NULL, 0, out, &len), KITH_E_STATE);
			assert_dead(noise);
		}
	}
}

/* Every shorter message, and every message with a byte changed or another prologue. */
static void only_the_true_message_is_taken(void **state)
{
	uint8_t msg[200], payload[200];
	struct ends ends;
	size_t len, out_len;
	int err;

	(void)state;
	for (int step = 0; step < 3; step++) {
		size_t whole = kith_noise_overhead(step) + 3;

		for (size_t i = 0; i < 2 * whole; i++) {
			struct kith_noise *from = step == 1 ? &ends.b : &ends.a;
			struct kith_noise *to = step == 1 ? &ends.a : &ends.b;

			pass_up_to(&ends, step);
			assert_int_equal(
				kith_noise_create(from, (const uint8_t *)"abc", 3, msg, &len), 0);
			assert_int_equal(len, whole);
			if (i >= whole)
				msg[i - whole] ^= 0x80;
			else
				len = i;
			err = kith_noise_consume(to, msg, len, payload, &out_len);
			assert_true(err == KITH_E_FORGED || err == KITH_E_TRUNCATED);
			assert_int_equal(err == KITH_E_TRUNCATED, len < kith_noise_overhead(step));
			assert_dead(to);
		}
	}
}

static void another_prologue_is_another_protocol(void **state)
{
	uint8_t msg[100], payload[100];
	struct ends ends;
	size_t len;

	(void)state;
	begin(&ends);
	kith_noise_init(&ends.b, false, prologue, 3, &ends.b_static, &ends.b_ephemeral, NULL);
	assert_int_equal(kith_noise_create(&ends.a, NULL, 0, msg, &len), 0);
	assert_int_equal(kith_noise_consume(&ends.b, msg, len, payload, &len), KITH_E_FORGED);
	assert_dead(&ends.b);
}

static void messages_have_a_largest_size(void **state)
{
	static uint8_t payload[KITH_FRAME_MAX_BYTES + 1], msg[KITH_FRAME_MAX_BYTES + 1];
	size_t most = KITH_FRAME_MAX_BYTES - kith_noise_overhead(0), len;
	struct ends ends;

	(void)state;
	begin(&ends);
	assert_int_equal(kith_noise_create(&ends.a, payload, most, msg, &len), 0);
	assert_int_equal(len, KITH_FRAME_MAX_BYTES);
	assert_int_equal(kith_noise_consume(&ends.b, msg, len, payload, &len), 0);
	begin(&ends);
	assert_int_equal(
		kith_noise_create(&ends.a, payload, most + 1, msg, &len), KITH_E_TOO_LARGE);
	assert_int_equal(
		kith_noise_consume(&ends.b, msg, sizeof(msg), payload, &len), KITH_E_TOO_LARGE);
	assert_dead(&ends.a);
	assert_dead(&ends.b);
}

/* ---- ciphers --------------------------------------------------------------------------------- */

static void a_failed_opening_moves_nothing(void **state)
{
	struct kith_cipher send = {.has_key = true}, receive = {.has_key = true};
	uint8_t sealed[20], plain[4];

	(void)state;
	assert_int_equal(
		kith_cipher_encrypt(&send, NULL, 0, (const uint8_t *)"four", 4, sealed), 0);
	sealed[19] ^= 1;
	memset(plain, 0xaa, sizeof(plain));
	assert_int_equal(kith_cipher_decrypt(&receive, NULL, 0, sealed, 20, plain), KITH_E_FORGED);
	assert_memory_equal(plain, "\0\0\0\0", 4);
	assert_true(receive.nonce == 0);
	assert_int_equal(
		kith_cipher_decrypt(&receive, NULL, 0, sealed, 15, plain), KITH_E_TRUNCATED);
	sealed[19] ^= 1;
	assert_int_equal(kith_cipher_decrypt(&receive, (const uint8_t *)"x", 1, sealed, 20, plain),
		KITH_E_FORGED);
	assert_int_equal(
		kith_cipher_decrypt(&receive, NULL, 0, sealed, 20, sealed), 0); /* in place */
	assert_memory_equal(sealed, "four", 4);
	assert_true(receive.nonce == 1 && send.nonce == 1);
}

static void the_last_counter_is_never_used(void **state)
{
	struct kith_cipher cipher = {.nonce = UINT64_MAX - 1, .has_key = true}, other = cipher;
	uint8_t sealed[KITH_FRAME_TAG_BYTES], plain[1];

	(void)state;
	assert_int_equal(kith_cipher_encrypt(&cipher, NULL, 0, NULL, 0, sealed), 0);
	assert_int_equal(kith_cipher_encrypt(&cipher, NULL, 0, NULL, 0, sealed), KITH_E_STATE);
	assert_true(cipher.nonce == UINT64_MAX);
	assert_int_equal(kith_cipher_decrypt(&other, NULL, 0, sealed, sizeof(sealed), plain), 0);
	assert_int_equal(
		kith_cipher_decrypt(&other, NULL, 0, sealed, sizeof(sealed), plain), KITH_E_STATE);
}

static void no_key_no_seal(void **state)
{
	struct kith_cipher cipher = {.has_key = false};
	uint8_t out[20] = {0};

	(void)state;
	assert_int_equal(kith_cipher_encrypt(&cipher, NULL, 0, out, 1, out), KITH_E_STATE);
	assert_int_equal(kith_cipher_decrypt(&cipher, NULL, 0, out, 20, out), KITH_E_STATE);
}

/* Section 4.2, written out once more with the stream cipher alone: block 1 of ChaCha20 over
 * zeros. */
static void rekey_is_the_one_of_the_specification(void **state)
{
	static const uint8_t nonce[12] = {
		0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct kith_cipher cipher = {.nonce = 77, .has_key = true};
	uint8_t zeros[32] = {0}, expected[32];

	(void)state;
	memset(cipher.key, 5, sizeof(cipher.key));
	crypto_stream_chacha20_ietf_xor_ic(expected, zeros, sizeof(zeros), nonce, 1, cipher.key);
	kith_cipher_rekey(&cipher);
	assert_memory_equal(cipher.key, expected, sizeof(expected));
	assert_true(cipher.nonce == 77);
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_agree),
		cmocka_unit_test(a_split_needs_three_messages),
		cmocka_unit_test(an_exported_secret_is_told_apart_by_its_label),
		cmocka_unit_test(speaking_out_of_turn_is_the_end),
		cmocka_unit_test(only_the_true_message_is_taken),
		cmocka_unit_test(another_prologue_is_another_protocol),
		cmocka_unit_test(messages_have_a_largest_size),
		cmocka_unit_test(a_failed_opening_moves_nothing),
		cmocka_unit_test(the_last_counter_is_never_used),
		cmocka_unit_test(no_key_no_seal),
		cmocka_unit_test(rekey_is_the_one_of_the_specification),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}

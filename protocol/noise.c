/*
 * noise.c: see noise.h. The section numbers are those of the Noise specification, revision 34; the
 * tokens stand beside the steps they name. Each message is worked on in a copy of the state, and
 * the copy becomes the state only when every tag in the message has held: a forged message changes
 * nothing but that the handshake is over.
 */
#include "protocol/noise.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "keys/secret.h"

static const char protocol_name[] = "Noise_XK_25519_ChaChaPoly_BLAKE2b";

_Static_assert(sizeof(protocol_name) - 1 <= KITH_BLAKE2B_LEN, "the name is padded, never hashed");
_Static_assert(KITH_FRAME_TAG_BYTES == crypto_aead_chacha20poly1305_IETF_ABYTES, "Poly1305 tag");
_Static_assert(KITH_ID_LEN == crypto_scalarmult_BYTES, "X25519 public key");

enum { TAG = KITH_FRAME_TAG_BYTES, KEY = KITH_ID_LEN };

/* ---- 5.1 CipherState ------------------------------------------------------------------------- */

/* 12.3: 32 bits of zeros, then the counter in little-endian. */
static void nonce_bytes(uint64_t counter, uint8_t out[12])
{
	memset(out, 0, 4);
	for (int i = 0; i < 8; i++)
		out[4 + i] = (uint8_t)(counter >> (8 * i));
}

int kith_cipher_encrypt(struct kith_cipher *cipher, const uint8_t *ad, size_t ad_len,
	const uint8_t *plain, size_t len, uint8_t *out)
{
	uint8_t nonce[12];

	/* The last counter belongs to REKEY(). No pattern of kith seals without a key. */
	if (!cipher->has_key || cipher->nonce == UINT64_MAX)
		return KITH_E_STATE;
	nonce_bytes(cipher->nonce, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(
		out, NULL, plain, len, ad, ad_len, NULL, nonce, cipher->key);
	cipher->nonce++;
	return 0;
}

int kith_cipher_decrypt(struct kith_cipher *cipher, const uint8_t *ad, size_t ad_len,
	const uint8_t *sealed, size_t len, uint8_t *out)
{
	uint8_t nonce[12];

	if (!cipher->has_key || cipher->nonce == UINT64_MAX)
		return KITH_E_STATE;
	if (len < TAG)
		return KITH_E_TRUNCATED;
	nonce_bytes(cipher->nonce, nonce);
	if (crypto_aead_chacha20poly1305_ietf_decrypt(
		    out, NULL, NULL, sealed, len, ad, ad_len, nonce, cipher->key)) {
		if (len > TAG)
			memset(out, 0, len - TAG);
		return KITH_E_FORGED;
	}
	cipher->nonce++;
	return 0;
}

/* 4.2: the first 32 bytes of ENCRYPT(k, 2^64-1, "", 32 zero bytes). */
void kith_cipher_rekey(struct kith_cipher *cipher)
{
	uint8_t nonce[12], zeros[KEY] = {0}, sealed[KEY + TAG];

	nonce_bytes(UINT64_MAX, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(
		sealed, NULL, zeros, sizeof(zeros), NULL, 0, NULL, nonce, cipher->key);
	memcpy(cipher->key, sealed, KEY);
	kith_wipe(sealed, sizeof(sealed));
}

/* ---- 5.2 SymmetricState ---------------------------------------------------------------------- */

/* h = HASH(h || data) */
static void mix_hash(struct kith_noise *noise, const uint8_t *data, size_t len)
{
	uint8_t mixed[KITH_BLAKE2B_LEN];

	kith_blake2b_512(noise->hash, sizeof(noise->hash), data, len, mixed);
	memcpy(noise->hash, mixed, sizeof(mixed));
}

/* ck, k = HKDF(ck, DH(secret, public), 2), k truncated to 32 bytes; n = 0. Refuses a DH result
 * of zeros. */
static int mix_dh(struct kith_noise *noise, const struct kith_node_pair *own,
	const struct kith_node_key *remote)
{
	uint8_t shared[KEY], chaining_key[KITH_BLAKE2B_LEN], key[KITH_BLAKE2B_LEN];
	int err = kith_dh(own->secret, remote, shared);

	if (!err) {
		kith_hkdf(noise->chaining_key, shared, sizeof(shared), chaining_key, key, NULL);
		memcpy(noise->chaining_key, chaining_key, sizeof(chaining_key));
		memcpy(noise->cipher.key, key, KEY);
		noise->cipher.nonce = 0;
		noise->cipher.has_key = true;
	}
	kith_wipe(shared, sizeof(shared));
	kith_wipe(chaining_key, sizeof(chaining_key));
	kith_wipe(key, sizeof(key));
	return err;
}

/* EncryptAndHash(): len + TAG bytes at out. */
static int seal(struct kith_noise *noise, const uint8_t *plain, size_t len, uint8_t *out)
{
	int err = kith_cipher_encrypt(
		&noise->cipher, noise->hash, sizeof(noise->hash), plain, len, out);

	if (!err)
		mix_hash(noise, out, len + TAG);
	return err;
}

/* DecryptAndHash(): len - TAG bytes at out, which must not overlap sealed. */
static int open_sealed(struct kith_noise *noise, const uint8_t *sealed, size_t len, uint8_t *out)
{
	int err = kith_cipher_decrypt(
		&noise->cipher, noise->hash, sizeof(noise->hash), sealed, len, out);

	if (!err)
		mix_hash(noise, sealed, len);
	return err;
}

/* ---- 5.3 HandshakeState, for XK -------------------------------------------------------------- */

void kith_noise_init(struct kith_noise *noise, bool initiator, const uint8_t *prologue,
	size_t prologue_len, const struct kith_node_pair *static_pair,
	const struct kith_node_pair *ephemeral, const struct kith_node_key *remote)
{
	memset(noise, 0, sizeof(*noise));
	noise->initiator = initiator;
	noise->static_pair = *static_pair;
	if (ephemeral)
		noise->ephemeral = *ephemeral;
	if (initiator)
		noise->remote_static = *remote;

	memcpy(noise->hash, protocol_name, sizeof(protocol_name) - 1);
	memcpy(noise->chaining_key, noise->hash, sizeof(noise->hash));
	mix_hash(noise, prologue, prologue_len);
	/* <- s, the pre-message */
	mix_hash(noise, initiator ? remote->bytes : static_pair->public_key.bytes, KEY);
}

size_t kith_noise_overhead(int step)
{
	static const size_t overhead[] = {KEY + TAG, KEY + TAG, KEY + TAG + TAG};

	assert(step >= 0 && step < 3);
	return overhead[step];
}

/* Any failure is the end, and a dead handshake keeps no keys. */
static void die(struct kith_noise *noise)
{
	kith_noise_clear(noise);
	noise->step = -1;
}

/* The initiator speaks in steps 0 and 2. */
static bool our_turn(const struct kith_noise *noise)
{
	return (noise->step % 2 == 0) == noise->initiator;
}

/* Writes what stands before the payload; *at moves behind it. */
static int create_tokens(struct kith_noise *noise, uint8_t **at)
{
	int err;

	if (noise->step == 2) {
		/* -> s */
		err = seal(noise, noise->static_pair.public_key.bytes, KEY, *at);
		*at += KEY + TAG;
		/* se */
		return err ? err : mix_dh(noise, &noise->static_pair, &noise->remote_ephemeral);
	}
	/* -> e or <- e */
	memcpy(*at, noise->ephemeral.public_key.bytes, KEY);
	mix_hash(noise, *at, KEY);
	*at += KEY;
	/* es, or ee */
	return mix_dh(noise, &noise->ephemeral,
		noise->step == 0 ? &noise->remote_static : &noise->remote_ephemeral);
}

/* Reads what stands before the payload; *at moves behind it. The length was checked. */
static int consume_tokens(struct kith_noise *noise, const uint8_t **at)
{
	int err;

	if (noise->step == 2) {
		/* -> s */
		err = open_sealed(noise, *at, KEY + TAG, noise->remote_static.bytes);
		*at += KEY + TAG;
		/* se */
		return err ? err : mix_dh(noise, &noise->ephemeral, &noise->remote_static);
	}
	/* -> e or <- e */
	memcpy(noise->remote_ephemeral.bytes, *at, KEY);
	mix_hash(noise, *at, KEY);
	*at += KEY;
	/* es, or ee */
	return mix_dh(noise, noise->step == 0 ? &noise->static_pair : &noise->ephemeral,
		&noise->remote_ephemeral);
}

int kith_noise_create(struct kith_noise *noise, const uint8_t *payload, size_t payload_len,
	uint8_t *out, size_t *out_len)
{
	struct kith_noise next = *noise;
	uint8_t *at = out;
	int err = KITH_E_STATE;

	*out_len = 0;
	if (noise->step < 0 || noise->step > 2 || !our_turn(noise))
		goto out;
	err = KITH_E_TOO_LARGE;
	if (payload_len > KITH_FRAME_MAX_BYTES - kith_noise_overhead(noise->step))
		goto out;
	err = create_tokens(&next, &at);
	if (!err)
		err = seal(&next, payload, payload_len, at);
	if (err)
		goto out;
	next.step++;
	*noise = next;
	*out_len = (size_t)(at - out) + payload_len + TAG;
out:
	if (err)
		die(noise);
	kith_wipe(&next, sizeof(next));
	return err;
}

int kith_noise_consume(struct kith_noise *noise, const uint8_t *msg, size_t msg_len,
	uint8_t *payload, size_t *payload_len)
{
	struct kith_noise next = *noise;
	const uint8_t *at = msg;
	size_t sealed_len = 0;
	int err = KITH_E_STATE;

	*payload_len = 0;
	if (noise->step < 0 || noise->step > 2 || our_turn(noise))
		goto out;
	err = KITH_E_TOO_LARGE;
	if (msg_len > KITH_FRAME_MAX_BYTES)
		goto out;
	err = KITH_E_TRUNCATED;
	if (msg_len < kith_noise_overhead(noise->step))
		goto out;
	err = consume_tokens(&next, &at);
	if (err)
		goto out;
	sealed_len = msg_len - (size_t)(at - msg);
	err = open_sealed(&next, at, sealed_len, payload);
	if (err)
		goto out;
	next.step++;
	*noise = next;
	*payload_len = sealed_len - TAG;
out:
	if (err)
		die(noise);
	kith_wipe(&next, sizeof(next));
	return err;
}

/* 5.2 Split(): the first key is the initiator's, for sending. */
int kith_noise_split(struct kith_noise *noise, struct kith_cipher *send,
	struct kith_cipher *receive, uint8_t handshake_hash[KITH_BLAKE2B_LEN])
{
	uint8_t first[KITH_BLAKE2B_LEN], second[KITH_BLAKE2B_LEN];

	if (noise->step != 3)
		return KITH_E_STATE;
	kith_hkdf(noise->chaining_key, NULL, 0, first, second, NULL);
	*send = (struct kith_cipher){.has_key = true};
	*receive = (struct kith_cipher){.has_key = true};
	memcpy(send->key, noise->initiator ? first : second, KEY);
	memcpy(receive->key, noise->initiator ? second : first, KEY);
	memcpy(handshake_hash, noise->hash, sizeof(noise->hash));
	kith_wipe(first, sizeof(first));
	kith_wipe(second, sizeof(second));
	return 0;
}

int kith_noise_export(const struct kith_noise *noise, const char *label, uint8_t out[32])
{
	uint8_t first[KITH_BLAKE2B_LEN], second[KITH_BLAKE2B_LEN];

	if (noise->step != 3)
		return KITH_E_STATE;
	kith_hkdf(noise->chaining_key, (const uint8_t *)label, strlen(label), first, second, NULL);
	memcpy(out, first, KEY);
	kith_wipe(first, sizeof(first));
	kith_wipe(second, sizeof(second));
	return 0;
}

void kith_noise_clear(struct kith_noise *noise)
{
	kith_wipe(noise, sizeof(*noise));
}

/* keyring.c: see keyring.h. A seed lives between kith_secret_new() and kith_secret_free() only. */
#include "node/keyring.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/config.h"
#include "node/file.h"
#include "node/why.h"

/* The author key comes last: where it is, the others are. */
static const enum kith_id_type types[] = {KITH_ID_NODE, KITH_ID_RECOVERY, KITH_ID_AUTHOR};
#define TYPES (sizeof(types) / sizeof(types[0]))

/* What one key file needs while it is read or written; guarded as a whole. */
struct workspace {
	char text[KITH_KEYFILE_MAX + 1];
	uint8_t seed[KITH_SEED_LEN];
};

int kith_keyring_path(const char *home, enum kith_id_type type, char *out, size_t room)
{
	int len;

	if (type == KITH_ID_CIRCLE)
		return KITH_E_ARGUMENT;
	len = snprintf(out, room, "%s/keys/%s.key", home, kith_id_type_name(type));
	return len >= 0 && (size_t)len < room ? 0 : KITH_E_TOO_LARGE;
}

static int path_of(
	const char *home, enum kith_id_type type, char *out, size_t room, char *why, size_t why_len)
{
	int err = kith_keyring_path(home, type, out, room);

	return err ? kith_why(why, why_len, err, "the path is too long: %s", home) : 0;
}

static int no_memory(char *why, size_t why_len)
{
	return kith_why(why, why_len, KITH_E_NOMEM,
		"no memory for keys; if this repeats, raise the "
		"limit of locked memory (ulimit -l)");
}

/* ---- making --------------------------------------------------------------------------------- */

static int check_none(const char *home, char *why, size_t why_len)
{
	char path[KITH_PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < TYPES; i++) {
		int err = path_of(home, types[i], path, sizeof(path), why, why_len);

		if (err)
			return err;
		if (lstat(path, &st) == 0)
			return kith_why(why, why_len, KITH_E_EXISTS,
				"%s is there already; keys are never overwritten", path);
	}
	return 0;
}

static int make(const char *path, enum kith_id_type type, const char *passphrase,
	size_t passphrase_len, const struct kith_rng *rng, char *why, size_t why_len)
{
	struct workspace *work = kith_secret_new(sizeof(*work));
	bool seal = passphrase && type != KITH_ID_NODE;
	size_t len = 0;
	int err;

	if (!work)
		return no_memory(why, why_len);
	kith_rng_fill(rng, work->seed, sizeof(work->seed));
	if (seal)
		err = kith_keyfile_seal(type, work->seed, passphrase, passphrase_len,
			KITH_SEAL_COST_DEFAULT, rng, work->text, &len);
	else
		err = kith_keyfile_encode(type, work->seed, work->text, &len);
	if (err)
		err = kith_why(why, why_len, err, "%s: %s", path, kith_err_text(err));
	else
		err = kith_file_create(path, work->text, len, why, why_len);
	kith_secret_free(work);
	return err;
}

int kith_keyring_create(const char *home, const char *passphrase, size_t passphrase_len,
	const struct kith_rng *rng, char *why, size_t why_len)
{
	char paths[TYPES][KITH_PATH_MAX];
	int err = check_none(home, why, why_len);
	size_t made = 0;

	while (!err && made < TYPES) {
		err = path_of(home, types[made], paths[made], sizeof(paths[made]), why, why_len);
		if (!err)
			err = make(paths[made], types[made], passphrase, passphrase_len, rng, why,
				why_len);
		if (!err)
			made++;
	}
	while (err && made > 0)
		unlink(paths[--made]);
	return err;
}

/* ---- opening -------------------------------------------------------------------------------- */

static int explain(int err, const char *path, bool has_passphrase, char *why, size_t why_len)
{
	if (err == KITH_E_PASSPHRASE && has_passphrase)
		return kith_why(why, why_len, err,
			"%s: wrong passphrase (or the file was changed after it was sealed)", path);
	if (err == KITH_E_PASSPHRASE)
		return kith_why(why, why_len, err, "%s is sealed; a passphrase is needed", path);
	if (err == KITH_E_NOMEM)
		return kith_why(why, why_len, err, "%s: not enough memory to unseal it", path);
	return kith_why(why, why_len, err, "%s: %s; restore the file from a backup", path,
		kith_err_text(err));
}

static int open_seed(const char *home, enum kith_id_type type, const char *passphrase,
	size_t passphrase_len, struct workspace *work, char *why, size_t why_len)
{
	char path[KITH_PATH_MAX];
	size_t len;
	int err = path_of(home, type, path, sizeof(path), why, why_len);

	if (!err)
		err = kith_file_read(
			path, KITH_FILE_KEY, work->text, sizeof(work->text), &len, why, why_len);
	if (err)
		return err;
	err = kith_keyfile_open(type, work->text, len, passphrase, passphrase_len, work->seed);
	return err ? explain(err, path, passphrase != NULL, why, why_len) : 0;
}

int kith_keyring_open(const char *home, const char *passphrase, size_t passphrase_len,
	struct kith_keyring *out, char *why, size_t why_len)
{
	struct workspace *work = kith_secret_new(sizeof(*work));
	struct kith_keyring keyring = {
		.author = kith_secret_new(sizeof(*keyring.author)),
		.node = kith_secret_new(sizeof(*keyring.node)),
	};
	int err = 0;

	if (!work || !keyring.author || !keyring.node) {
		err = no_memory(why, why_len);
		goto out;
	}
	err = open_seed(home, KITH_ID_NODE, NULL, 0, work, why, why_len);
	if (err)
		goto out;
	kith_node_pair_from_seed(work->seed, keyring.node);
	err = open_seed(home, KITH_ID_AUTHOR, passphrase, passphrase_len, work, why, why_len);
	if (err)
		goto out;
	kith_sign_pair_from_seed(work->seed, keyring.author);
out:
	kith_secret_free(work);
	if (err)
		kith_keyring_clear(&keyring);
	else
		*out = keyring;
	return err;
}

void kith_keyring_clear(struct kith_keyring *keyring)
{
	kith_secret_free(keyring->author);
	kith_secret_free(keyring->node);
	*keyring = (struct kith_keyring){0};
}

int kith_keyring_inspect(const char *path, struct kith_keyfile_info *out, char *why, size_t why_len)
{
	struct workspace *work = kith_secret_new(sizeof(*work));
	size_t len;
	int err;

	if (!work)
		return no_memory(why, why_len);
	err = kith_file_read(
		path, KITH_FILE_KEY, work->text, sizeof(work->text), &len, why, why_len);
	if (!err) {
		err = kith_keyfile_inspect(work->text, len, out);
		if (err)
			err = explain(err, path, false, why, why_len);
	}
	kith_secret_free(work);
	return err;
}
